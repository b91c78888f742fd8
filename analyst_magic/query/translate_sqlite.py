"""The planner's SQL as SQLite has it: dates are texts there, and figures that it lacks come with the session."""

from __future__ import annotations

from sqlglot import exp

from .translate_parts import DAYS, MONTHS, SECONDS, count_of, first_names, first_word, of, steps_in_numbers, unit_of

_CUTS = {
    "YEAR": "date(:x, 'start of year')",
    "QUARTER": "date(:x, 'start of month', '-' || ((CAST(strftime('%m', :x) AS INTEGER) - 1) % 3) || ' months')",
    "MONTH": "date(:x, 'start of month')",
    "WEEK": "date(:x, 'weekday 0', '-6 days')",
    "DAY": "date(:x)",
    "HOUR": "strftime('%Y-%m-%d %H:00:00', :x)",
    "MINUTE": "strftime('%Y-%m-%d %H:%M:00', :x)",
}
_NUMBER = "CAST(strftime('{}', :x) AS INTEGER)"
_THURSDAY = "date(:x, '-3 days', 'weekday 4')"
_PARTS = {
    exp.Year: _NUMBER.format("%Y"), exp.Month: _NUMBER.format("%m"), exp.Day: _NUMBER.format("%d"),
    exp.Hour: _NUMBER.format("%H"), exp.Minute: _NUMBER.format("%M"), exp.Second: _NUMBER.format("%S"),
    exp.DayOfYear: _NUMBER.format("%j"), exp.Quarter: f"((2 + {_NUMBER.format('%m')}) / 3)",
    exp.DayOfWeekIso: f"((6 + {_NUMBER.format('%w')}) % 7 + 1)",
    exp.Week: f"((CAST(strftime('%j', {_THURSDAY}) AS INTEGER) - 1) / 7 + 1)",
}  # fmt: skip
_ISO_YEAR = f"CAST(strftime('%Y', {_THURSDAY}) AS INTEGER)"
_MONTH_NUMBER = f"(12 * {_NUMBER.format('%Y')} + {_NUMBER.format('%m')})"
_SECOND_NUMBER = _NUMBER.format("%s")
_DATE, _TIMES = exp.DataType.Type.DATE, {exp.DataType.Type.TIMESTAMP, exp.DataType.Type.DATETIME}


def prepare(tree: exp.Expression) -> None:
    """Nothing is to be done to the statement as a whole."""


def change(node: exp.Expression) -> exp.Expression:
    """A node of the tree."""
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc) and unit_of(node) in _CUTS:
        return of(_CUTS[unit_of(node)], "sqlite", x=node.this)
    if type(node) in _PARTS:
        return of(_PARTS[type(node)], "sqlite", x=node.this)
    if isinstance(node, exp.Dayname):
        return first_names("strftime('%w', :x)", "sqlite", node.this, DAYS, 1)
    if isinstance(node, exp.Monthname):
        return first_names("strftime('%m', :x)", "sqlite", node.this, MONTHS, 2)
    if isinstance(node, exp.Cast | exp.TryCast):
        return _cast(node)
    if isinstance(node, exp.Contains):
        return of("INSTR(:x, :y) > 0", "sqlite", x=node.this, y=node.expression)
    if isinstance(node, exp.SplitPart):
        return first_word(node, "SUBSTR(:x, 1, INSTR(:x || :mark, :mark) - 1)", "sqlite")
    if isinstance(node, exp.Mode):
        return exp.Anonymous(this="MODE", expressions=[_ordered(node).copy()])
    if isinstance(node, exp.Add) and isinstance(node.expression, exp.Interval):
        count, unit = count_of(node.expression)
        return of(f"date(:x, 'start of month', '{count:+d} {unit.lower()}s')", "sqlite", x=node.this)
    if isinstance(node, exp.Window):
        return steps_in_numbers(node, lambda x: of(_MONTH_NUMBER, "sqlite", x=x),
                                lambda x: of(_SECOND_NUMBER, "sqlite", x=x))  # fmt: skip
    return _named(node) if isinstance(node, exp.Anonymous) else node


def _ordered(node: exp.Expression) -> exp.Expression:
    return node.this.this if isinstance(node.this, exp.Order) else node.this


def _cast(node: exp.Expression) -> exp.Expression:
    """A cast: a text in ISO's form is compared, and sorted, as the date or time that it is."""
    kind = node.args["to"].this
    if kind == _DATE:
        return node.this if isinstance(node.this, exp.Literal | exp.Date) else of("date(:x)", "sqlite", x=node.this)
    return of("datetime(:x)", "sqlite", x=node.this) if kind in _TIMES else node


def _named(node: exp.Anonymous) -> exp.Expression:
    name = str(node.this).lower()
    if name == "isoyear":
        return of(_ISO_YEAR, "sqlite", x=node.expressions[0])
    if name == "row":
        texts = [of("QUOTE(:x)", "sqlite", x=entry) for entry in node.expressions]
        whole = texts[0]
        for text in texts[1:]:
            whole = exp.DPipe(this=exp.DPipe(this=whole, expression=exp.Literal.string(",")), expression=text)
        return whole
    if name != "date_sub" or len(node.expressions) != 3:
        return node
    unit, start, end = node.expressions
    if (size := SECONDS.get(unit.name.upper())) is not None:
        seconds = _SECOND_NUMBER.replace(":x", ":y")
        return of(f"(({seconds} - {_SECOND_NUMBER}) / {size})", "sqlite", x=start, y=end)
    months = f"({_MONTH_NUMBER.replace(':x', ':y')} - {_MONTH_NUMBER})"
    clock = "strftime('%d %H:%M:%S', {})"
    early, late = (f"{clock.format(':y')} {sign} {clock.format(':x')}" for sign in "<>")
    whole_months = (
        f"({months} - (CASE WHEN {months} > 0 AND {early} THEN 1 WHEN {months} < 0 AND {late} THEN -1 ELSE 0 END))"
    )
    return of(whole_months if unit.name.upper() == "MONTH" else f"({whole_months} / 12)", "sqlite", x=start, y=end)
