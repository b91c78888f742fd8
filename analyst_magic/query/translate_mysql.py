"""The planner's SQL as MariaDB and MySQL have it, which lack quantiles, correlations and windows over the calendar."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError

from .translate_parts import double, first_word, of, steps_in_numbers, unit_of, with_floats, without_filters

_CUTS = {
    "YEAR": "MAKEDATE(YEAR(:x), 1)",
    "QUARTER": "MAKEDATE(YEAR(:x), 1) + INTERVAL (QUARTER(:x) - 1) QUARTER",
    "MONTH": "CAST(DATE_FORMAT(:x, '%Y-%m-01') AS DATE)",
    "WEEK": "CAST(:x AS DATE) - INTERVAL WEEKDAY(:x) DAY",
    "DAY": "CAST(:x AS DATE)",
    "HOUR": "CAST(DATE_FORMAT(:x, '%Y-%m-%d %H:00:00') AS DATETIME)",
    "MINUTE": "CAST(DATE_FORMAT(:x, '%Y-%m-%d %H:%i:00') AS DATETIME)",
}
_MEANS = {"x": "AVG(:x)", "y": "AVG(:y)", "xy": "AVG(:x * :y)", "xx": "AVG(:x * :x)", "yy": "AVG(:y * :y)"}
_COVARIANCE = "({xy} - {x} * {y})"
_PAIRS = {
    exp.Corr: "{c} / NULLIF(SQRT(({xx} - {x} * {x}) * ({yy} - {y} * {y})), 0)",
    exp.CovarSamp: "{c} * COUNT(:x) / NULLIF(COUNT(:x) - 1, 0)",
    exp.RegrSlope: "{c} / NULLIF({yy} - {y} * {y}, 0)",
    exp.RegrIntercept: "{x} - {y} * {c} / NULLIF({yy} - {y} * {y}, 0)",
    exp.RegrR2: "{c} * {c} / NULLIF(({xx} - {x} * {x}) * ({yy} - {y} * {y}), 0)",
}
_MISSING = (exp.Mode, exp.Skewness, exp.Kurtosis, exp.ArgMin, exp.ArgMax)


def prepare(tree: exp.Expression) -> None:
    """Let quantiles be sums over the places of values in their order, of which a query from inside tells.

    Raises:
        SqlglotError: A quantile stands where that cannot be done.
    """
    for node in list(tree.find_all(exp.Filter)):
        node.replace(without_filters(node))
    for select in list(tree.find_all(exp.Select)):
        found = [n for n in select.find_all(exp.Median, exp.PercentileCont) if n.find_ancestor(exp.Select) is select]
        if found:
            _with_places(select, found)


def _with_places(select: exp.Select, quantiles: list[exp.Expression]) -> None:
    source = select.args["from_"].this
    if select.args.get("joins"):
        raise SqlglotError("a quantile over a join has no form here")
    group = select.args.get("group")
    keys = [key.copy() for key in group.expressions] if group is not None else []
    if any(isinstance(key, exp.Literal) for key in keys):
        raise SqlglotError("a quantile by the number of a column has no form here")
    names = dict.fromkeys(
        column.name for column in select.find_all(exp.Column) if column.find_ancestor(exp.Select) is select
    )
    made = {alias.alias for alias in select.expressions if isinstance(alias, exp.Alias)}
    plain = {column.name for e in select.expressions for column in e.find_all(exp.Column)}
    plain |= {column.name for key in keys for column in key.find_all(exp.Column)}
    where = select.args.get("where")
    plain |= {column.name for column in where.find_all(exp.Column)} if where is not None else set()
    inner = exp.select(*(exp.column(name, quoted=True) for name in names if name in plain or name not in made))
    inner = inner.from_(source.copy())
    for number, node in enumerate(quantiles, 1):
        value, fraction = double(node.this), getattr(node.args.get("expression"), "name", "") or "0.5"
        place, known = f"place_{number}", f"known_{number}"
        order = [exp.Ordered(this=exp.Is(this=value.copy(), expression=exp.null()), nulls_first=True),
                 exp.Ordered(this=value.copy(), nulls_first=True)]  # fmt: skip
        over = {"partition_by": [key.copy() for key in keys]} if keys else {}
        rank = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=order), **over)
        count = exp.Window(this=exp.Count(this=value.copy()), **{k: [e.copy() for e in v] for k, v in over.items()})
        inner = inner.select(exp.alias_(rank, place), exp.alias_(count, known))
        weight = f"SUM(:x * GREATEST(0, 1 - ABS({place} - 1 - {float(fraction):g} * ({known} - 1))))"
        node.replace(of(weight, "mysql", x=value))
    if where is not None:
        inner.set("where", where.copy())
        select.set("where", None)
    select.args["from_"].set("this", inner.subquery(source.alias_or_name or "counted"))


def change(node: exp.Expression) -> exp.Expression:
    """A node of the tree.

    Raises:
        SqlglotError: It has no form here.
    """
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc) and unit_of(node) in _CUTS:
        return of(_CUTS[unit_of(node)], "mysql", x=node.this)
    if isinstance(node, exp.DayOfWeekIso):
        return of("(WEEKDAY(:x) + 1)", "mysql", x=node.this)
    if isinstance(node, exp.Week):
        return of("WEEK(:x, 3)", "mysql", x=node.this)
    if isinstance(node, exp.Contains):
        return of("LOCATE(:y, :x) > 0", "mysql", x=node.this, y=node.expression)
    if isinstance(node, exp.SplitPart):
        return first_word(node, "SUBSTRING_INDEX(:x, :mark, 1)", "mysql")
    if type(node) in _PAIRS:
        return _pair(node)
    if isinstance(node, _MISSING):
        raise SqlglotError(f"there is no {node.sql_name()} here")
    if isinstance(node, exp.Anonymous):
        return _named(node)
    if isinstance(node, exp.Window):
        return _window(node)
    if isinstance(node, exp.Cast) and node.to.this == exp.DataType.Type.TEXT:
        node.set("to", exp.DataType.build("CHAR"))
        return node
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Cast) and node.this.to == node.to:
        return node.this
    return with_floats(node)


def _pair(node: exp.Expression) -> exp.Expression:
    """A figure of two columns, from the means of the rows in which both are known."""
    both = exp.and_(*(exp.Not(this=exp.Is(this=side.copy(), expression=exp.null()))
                      for side in (node.this, node.expression)))  # fmt: skip
    x, y = (double(exp.Case().when(both.copy(), side.copy())) for side in (node.this, node.expression))
    text = _PAIRS[type(node)].format(c=_COVARIANCE.format(**_MEANS), **_MEANS)
    return exp.paren(of(text, "mysql", x=x, y=y))


def _named(node: exp.Anonymous) -> exp.Expression:
    name = str(node.this).lower()
    if name == "date_sub" and len(node.expressions) == 3:
        unit, start, end = node.expressions
        return of(f"TIMESTAMPDIFF({unit.name.upper()}, :x, :y)", "mysql", x=start, y=end)
    if name == "isoyear":
        return of("YEARWEEK(:x, 3) DIV 100", "mysql", x=node.expressions[0])
    if name == "row":
        texts = [of("QUOTE(:x)", "mysql", x=entry) for entry in node.expressions]
        return exp.Anonymous(this="CONCAT_WS", expressions=[exp.Literal.string(","), *texts])
    return node


def _window(node: exp.Window) -> exp.Expression:
    """A window with nulls last, and over numbers in place of times."""
    stepped = steps_in_numbers(
        node,
        lambda x: of("12 * YEAR(:x) + MONTH(:x)", "mysql", x=x),
        lambda x: of("TIMESTAMPDIFF(SECOND, '1970-01-01', :x)", "mysql", x=x),
    )
    order, spec = stepped.args.get("order"), stepped.args.get("spec")
    by_value = spec is not None and str(spec.args.get("kind")).upper() == "RANGE"
    keys: list[exp.Expression] = []
    for key in order.expressions if order is not None else ():
        if not key.args.get("desc") and not by_value and not isinstance(key.this, exp.Is):
            keys.append(exp.Ordered(this=exp.Is(this=key.this.copy(), expression=exp.null()), nulls_first=True))
        plain = key.copy()
        plain.set("nulls_first", not key.args.get("desc"))
        keys.append(plain)
    if order is not None:
        order.set("expressions", keys)
    return stepped
