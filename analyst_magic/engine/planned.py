"""What the offline planner writes, for the connections that hold its tables: its SQL in the dialect of their engine.

The planner writes for DuckDB. SQL over a table of a connection becomes a query there; in a program for a chart or a
document the query comes first, and the program works with its result.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ..checks.run import frames_named
from ..sources.connections.tables import ConnectedTable
from ..turn import Code
from ..turn.queries import Query, joined

_QUERY = re.compile(r'duckdb\.sql\("""\n(?P<sql>.*?)\n"""\)\.df\(\)', re.DOTALL)
_ANSWER = re.compile(r"^--.*$", re.MULTILINE)


def as_planned(code: Code, sources: Mapping[str, object]) -> Code:
    """The planner's code with its SQL where the data is; as it was where no connection has a part in it.

    Args:
        code: The planner's code.
        sources: The sources in scope.
    """
    tables = {name: value for name, value in sources.items() if isinstance(value, ConnectedTable)}
    named = frames_named(Code(code.text, "sql"), tables) if tables else set()
    places = {tables[name].connection_name for name in named}
    if len(places) != 1:
        return code
    (place,) = places
    try:
        if code.language == "sql":
            answers = "\n".join(_ANSWER.findall(code.text))
            return joined([Query(place, f"{_translated(_ANSWER.sub('', code.text), tables)}\n{answers}".strip())], None)
        return _program(code, place, tables)
    except (SqlglotError, ValueError):
        return code


def _program(code: Code, place: str, tables: Mapping[str, ConnectedTable]) -> Code:
    queries: list[Query] = []

    def name(match: re.Match[str]) -> str:
        result = f"rows_{len(queries) + 1}" if queries else "rows"
        queries.append(Query(place, _translated(match["sql"], tables), result))
        return result

    text = _QUERY.sub(name, code.text)
    if "duckdb." not in text:
        text = text.replace("import duckdb\n", "", 1)
    return joined(queries, Code(text.lstrip("\n"), code.language, code.format)) if queries else code


def _translated(text: str, tables: Mapping[str, ConnectedTable]) -> str:
    """SQL of DuckDB in the dialect of the engine that its tables are on.

    Raises:
        SqlglotError: It has no such form.
    """
    tree = sqlglot.parse_one(text, read="duckdb")
    dialect = ""
    for node in list(tree.find_all(exp.Table)):
        value = tables.get(node.name)
        if value is not None and not node.db:
            dialect = value.connection.dialect
            _put_in_place(node, value)
    change = {"sqlite": _for_sqlite, "postgres": _for_postgres, "mysql": _for_mysql, "spark": _for_spark}.get(dialect)
    tree = tree.transform(change) if change is not None else tree
    return str(tree.sql(dialect=dialect or "duckdb", pretty=True))


def _put_in_place(node: exp.Table, value: ConnectedTable) -> None:
    """Let a node name the table as its engine's catalogue has it."""
    called, schema = node.alias_or_name, value.table.schema
    here = value.connection.catalogue().schemas[:1] == (schema,)
    quoted = value.reference.endswith(('"', "`"))
    node.set("this", exp.to_identifier(value.table.name, quoted=quoted))
    node.set("db", None if here or not schema else exp.to_identifier(schema))
    if value.table.name != called:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(called)))


_STARTS = {"MONTH": "'start of month'", "YEAR": "'start of year'", "DAY": "'start of day'"}
_PARTS = {"YEAR": "%Y", "MONTH": "%m", "DAY": "%d", "HOUR": "%H", "MINUTE": "%M", "DOW": "%w", "DOY": "%j"}
_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split()


def _for_sqlite(node: exp.Expression) -> exp.Expression:
    """A node of a tree as SQLite has it: dates are texts there, and their parts come by ``strftime``."""
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        unit, value = str(node.args["unit"].name).upper(), _inner(node.this)
        if unit in _STARTS:
            return _raw(f"date({value}, {_STARTS[unit]})")
        if unit == "QUARTER":
            months = f"((CAST(strftime('%m', {value}) AS INTEGER) - 1) % 3)"
            return _raw(f"date({value}, 'start of month', '-' || {months} || ' months')")
        if unit == "WEEK":
            return _raw(f"date({value}, 'weekday 0', '-6 days')")
    if isinstance(node, exp.Extract) and str(node.this.name).upper() in _PARTS:
        return _part(_PARTS[str(node.this.name).upper()], node.expression)
    parts = {exp.Year: "%Y", exp.Month: "%m", exp.Day: "%d", exp.Hour: "%H"}
    if type(node) in parts:
        return _part(parts[type(node)], node.this)
    if isinstance(node, exp.DayOfWeekIso):
        return _raw(f"((CAST(strftime('%w', {_inner(node.this)}) AS INTEGER) + 6) % 7 + 1)")
    if isinstance(node, exp.Dayname):
        names = " ".join(f"WHEN '{number}' THEN '{name}'" for number, name in enumerate(_DAYS))
        return _raw(f"CASE strftime('%w', {_inner(node.this)}) {names} END")
    if isinstance(node, exp.Cast) and node.to.this in {exp.DataType.Type.DATE, exp.DataType.Type.TIMESTAMP}:
        return node.this.transform(_for_sqlite)  # a text in ISO's form is compared, and sorted, as the date that it is
    return node


def _part(mark: str, value: exp.Expression) -> exp.Expression:
    return _raw(f"CAST(strftime('{mark}', {_inner(value)}) AS INTEGER)")


def _inner(value: exp.Expression) -> str:
    return f"{value.transform(_for_sqlite).sql('sqlite')}"


def _for_postgres(node: exp.Expression) -> exp.Expression:
    """A node of a tree as PostgreSQL has it: numbers that are rounded to digits are decimals."""
    if isinstance(node, exp.Round) and node.args.get("decimals") is not None and not isinstance(node.this, exp.Cast):
        return exp.Round(this=exp.cast(node.this.transform(_for_postgres), "DECIMAL"), decimals=node.args["decimals"])
    if isinstance(node, exp.Dayname):
        return exp.Anonymous(this="to_char", expressions=[node.this, exp.Literal.string("FMDay")])
    if isinstance(node, exp.DayOfWeekIso):
        return exp.Extract(this=exp.var("ISODOW"), expression=node.this)
    return _with_floats(node)


def _for_mysql(node: exp.Expression) -> exp.Expression:
    """A node of a tree as MariaDB has it."""
    if isinstance(node, exp.DayOfWeekIso):
        return exp.Paren(this=exp.Add(this=exp.Anonymous(this="weekday", expressions=[node.this]),
                                      expression=exp.Literal.number(1)))  # fmt: skip
    return _with_floats(node)


def _for_spark(node: exp.Expression) -> exp.Expression:
    """A node of a tree as Spark has it: the begin of a period is a time without a zone, whatever the session's zone."""
    if isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        begin = exp.Anonymous(this="date_trunc", expressions=[exp.Literal.string(node.unit.name), node.this])
        return exp.cast(begin, "TIMESTAMP_NTZ", dialect="spark")
    if isinstance(node, exp.DayOfWeekIso):
        return sqlglot.parse_one(f"WEEKDAY({node.this.sql('spark')}) + 1", read="spark")
    if isinstance(node, exp.PercentileCont) and node.expression is not None:
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    if isinstance(node, exp.Dayname):
        return exp.Anonymous(this="date_format", expressions=[node.this, exp.Literal.string("EEEE")])
    return _with_floats(node)


def _with_floats(node: exp.Expression) -> exp.Expression:
    """Means and quotients as floats, as DuckDB has them, not as decimals with as many digits as the engine likes."""
    double = exp.DataType.build("DOUBLE")
    if isinstance(node, exp.Avg) and not isinstance(node.this, exp.Cast | exp.Distinct):
        return exp.Avg(this=exp.Cast(this=node.this, to=double))
    if isinstance(node, exp.Div) and not isinstance(node.this, exp.Cast):
        quotient = node.copy()
        quotient.set("this", exp.Cast(this=node.this.transform(_with_floats), to=double))
        return quotient
    return node


def _raw(text: str) -> exp.Expression:
    return sqlglot.parse_one(text, read="sqlite")
