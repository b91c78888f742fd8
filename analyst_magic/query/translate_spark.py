"""The planner's SQL as Spark has it."""

from __future__ import annotations

from sqlglot import exp

from .translate_parts import of, unit_of, with_floats


def prepare(tree: exp.Expression) -> None:
    """Nothing is to be done to the statement as a whole."""


def change(node: exp.Expression) -> exp.Expression:
    """A node of the tree: the begin of a period is a time without a zone, whatever the session's zone."""
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        begin = exp.Anonymous(this="date_trunc", expressions=[exp.Literal.string(unit_of(node)), node.this.copy()])
        return exp.cast(begin, "TIMESTAMP_NTZ", dialect="spark")
    if isinstance(node, exp.DayOfWeekIso):
        return of("WEEKDAY(:x) + 1", "spark", x=node.this)
    if isinstance(node, exp.PercentileCont) and node.args.get("expression") is not None:
        return exp.Anonymous(this="percentile", expressions=[node.this.copy(), node.expression.copy()])
    if isinstance(node, exp.Anonymous) and str(node.this).lower() == "date_sub" and len(node.expressions) == 3:
        unit, start, end = node.expressions
        return of(f"TIMESTAMPDIFF({unit.name.upper()}, :x, :y)", "spark", x=start, y=end)
    if isinstance(node, exp.Dayname):
        return exp.Anonymous(this="date_format", expressions=[node.this.copy(), exp.Literal.string("EEEE")])
    return with_floats(node)
