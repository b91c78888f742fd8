"""What of a SELECT can lose, multiply or mix rows, as its tree says it: conditions, joins, keys, figures and units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

_UNIT = re.compile(r"(?:^|_)(currency|ccy|uom|unit_of_measure|unit)(?:_?(?:code|name|id))?$", re.I)
_CONVERTED = re.compile(r"(?:^|_)(?:rate|fx|factor|conver\w*|eur|usd|gbp|chf|base|kg)(?:$|_)", re.I)
_QUANTITY = re.compile(r"quantit|qty|count|number|units|hours|weight|stock|volume", re.I)
_MONEY = re.compile(r"price|amount|revenue|cost|sales|fee|salary|budget|value|total|turnover|profit", re.I)
_FIGURES = (exp.Sum, exp.Avg, exp.Median, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.Quantile)
_SPOILT_BY_REPEATS = (exp.Sum, exp.Avg, exp.Median, exp.Stddev, exp.StddevSamp, exp.Count)


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What is known of a frame or a table before anything is counted.

    Attributes:
        columns: The names of its columns.
        rows: Its rows; None where they are not known.
        nulls: How many values of a column are missing, as far as that is known.
        varies: Whether a column has more than one value; asked only of columns of units.
    """

    columns: tuple[str, ...]
    rows: int | None = None
    nulls: Mapping[str, int] = field(default_factory=dict)
    varies: Callable[[str], bool] = lambda column: True


Tables = Mapping[str, TableFacts]


@dataclass(frozen=True, slots=True)
class Link:
    """A join of two tables of a SELECT by equal columns.

    Attributes:
        left, right: What the SELECT calls them; the right one is that of the JOIN.
        on: The condition.
        left_keys, right_keys: The columns.
        outer: Whether rows without a partner stay.
    """

    left: str
    right: str
    on: str
    left_keys: tuple[str, ...]
    right_keys: tuple[str, ...]
    outer: bool


@dataclass(frozen=True, slots=True)
class SelectParts:
    """What of a SELECT is counted, in the order of the counts.

    Attributes:
        source: The frame or table that it reads first.
        rows: The rows of that; None where they are not known.
        nulls: The missing values of its columns, as far as that is known.
        conditions: Its conditions, each with the column that must not be null where it says no more.
        filtered: Whether it has a WHERE, be it one that no condition can be told of.
        keys: What it groups by that may be null.
        values: What it takes figures of that may be null.
        units: The column of units for totals, by the text of the total.
        links: Its joins.
        figures: Figures that repeated rows spoil, with the tables whose columns they are of; none without a join.
        names: The names of the tables by what the SELECT calls them.
        joined: Whether it has joins, be they ones that nothing can be told of.
        tests: The conditions as trees; none where it has others too.
    """

    source: str
    rows: int | None = None
    nulls: Mapping[str, int] = field(default_factory=dict)
    conditions: tuple[tuple[str, str], ...] = ()
    filtered: bool = False
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    figures: tuple[tuple[str, frozenset[str]], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    joined: bool = False
    tests: tuple[exp.Expression, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether its rows are those of its source, all of which are known."""
        return not self.joined and self.rows is not None

    @property
    def checked_links(self) -> tuple[tuple[Link, bool], ...]:
        """The joins, each with whether figures are taken of what the left side may repeat."""
        owners = {owner for _, of in self.figures for owner in of}
        return tuple((link, link.right in owners) for link in self.links)


def select_parts(
    select: exp.Select,
    first: exp.Table,
    joins: Sequence[exp.Join],
    nodes: Mapping[str, exp.Expression],
    tables: Tables,
    dialect: str,
) -> SelectParts:
    where = select.args.get("where")
    conditions = list(where.this.flatten()) if where is not None and isinstance(where.this, exp.And) else []
    conditions = conditions or ([where.this] if where is not None else [])
    plain = [part.unnest() for part in conditions if not part.find(exp.Query)]
    keys = list(_keys(select))
    facts = {alias: tables[node.name.casefold()] for alias, node in nodes.items() if node.name.casefold() in tables}
    known = {alias: facts[alias].columns if alias in facts else () for alias in nodes}
    nulls = _nulls(facts)
    figures = [f for f in select.find_all(*_SPOILT_BY_REPEATS) if _is_own(f, select)] if joins else []
    links = tuple(link for join in joins if (link := _link(join, first, dialect)) is not None)
    outer = any(join.side for join in joins)
    source = facts[first.alias_or_name.casefold()]
    return SelectParts(
        first.name,
        source.rows,
        {name.casefold(): number for name, number in source.nulls.items()},
        tuple((part.sql(dialect=dialect), _must_be_there(part)) for part in plain),
        where is not None,
        tuple(key.sql(dialect=dialect) for key in keys if outer or _may_be_null(key, nulls)),
        tuple(dict.fromkeys(v.sql(dialect=dialect) for v in _values(select) if outer or _may_be_null(v, nulls))),
        tuple(_units(select, keys, plain, known, facts, dialect)),
        links if len(links) == len(joins) else (),
        tuple((figure.sql(dialect=dialect), _owners(figure, known)) for figure in figures),
        {alias: node.name or alias for alias, node in nodes.items()},
        bool(joins),
        tuple(plain) if len(plain) == len(conditions) else (),
    )


def _nulls(facts: Tables) -> dict[str, int]:
    """The missing values by the column's name, in small letters, added up over the tables; absent where unknown."""
    found: dict[str, int] = {}
    unknown = set[str]()
    for table in facts.values():
        known = {name.casefold(): number for name, number in table.nulls.items()}
        for column in map(str.casefold, table.columns):
            found[column] = found.get(column, 0) + known.get(column, 0)
            unknown |= {column} - set(known)
    return {name: number for name, number in found.items() if name not in unknown}


def _may_be_null(value: exp.Expression, nulls: Mapping[str, int]) -> bool:
    """Whether a value can be missing: one of its columns has missing values, or it is not known."""
    if value.find(exp.Div, exp.TryCast, exp.Nullif, exp.Mod, exp.StrToTime):
        return True
    return any(nulls.get(column.name.casefold(), 1) for column in value.find_all(exp.Column))


def _is_own(figure: exp.Expression, select: exp.Select) -> bool:
    return figure.parent_select is select and not figure.find(exp.Distinct) and not figure.find_ancestor(exp.Window)


def _must_be_there(condition: exp.Expression) -> str:
    """The column of ``x IS NOT NULL``."""
    inner = condition.this if isinstance(condition, exp.Not) else None
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null) and isinstance(inner.this, exp.Column):
        return str(inner.this.name)
    return ""


def _keys(select: exp.Select) -> Iterator[exp.Expression]:
    """What a SELECT groups by, with numbers and names of results put as what they stand for."""
    group = select.args.get("group")
    if group is None:
        return
    results = {part.alias.casefold(): part.this for part in select.expressions if isinstance(part, exp.Alias)}
    if group.args.get("all"):
        yield from (part.unalias() for part in select.expressions if not part.find(exp.AggFunc))
        return
    for part in group.expressions:
        if isinstance(part, exp.Literal) and not part.is_string and 0 < int(part.this) <= len(select.expressions):
            yield select.expressions[int(part.this) - 1].unalias()
        elif isinstance(part, exp.Column) and not part.table and part.name.casefold() in results:
            yield results[part.name.casefold()]
        else:
            yield part


def _values(select: exp.Select) -> Iterator[exp.Expression]:
    """What figures are taken of, where a missing value leaves the row out unseen."""
    for figure in select.find_all(*_FIGURES):
        value = figure.this
        meant = value.find(exp.Case, exp.If, exp.Coalesce, exp.Distinct, exp.Nullif, exp.Query) if value else True
        if _is_own(figure, select) and not meant and value.find(exp.Column) and not value.find(exp.AggFunc):
            yield value


def _units(
    select: exp.Select,
    keys: Sequence[exp.Expression],
    conditions: Sequence[exp.Expression],
    known: Mapping[str, Sequence[str]],
    facts: Tables,
    dialect: str,
) -> Iterator[tuple[str, str]]:
    """Totals beside a column of units that nothing takes account of, each with that column."""
    if not any(_UNIT.search(name) for names in known.values() for name in names):
        return
    settled = {c.name.casefold() for key in keys for c in (key, *key.find_all(exp.Column)) if isinstance(c, exp.Column)}
    settled |= {c.name.casefold() for part in conditions for c in part.find_all(exp.Column)}
    for figure in select.find_all(exp.Sum, exp.Avg):
        named = {column.name.casefold() for column in figure.find_all(exp.Column)}
        if not _is_own(figure, select) or not named or any(map(is_converted, named)):
            continue
        owners = _owners(figure, known)
        for alias, names in known.items():
            for name in names:
                if alias in owners and name.casefold() not in settled | named and is_unit_of(name, named):
                    if not facts[alias].varies(name):
                        continue
                    yield figure.sql(dialect=dialect), f"{alias}.{exp.to_identifier(name).sql(dialect=dialect)}"


def is_unit_of(unit: str, columns: set[str]) -> bool:
    """Whether a column names the unit or the currency of numbers in others, by their names.

    >>> is_unit_of("currency", {"amount"}), is_unit_of("currency", {"quantity"}), is_unit_of("region", {"amount"})
    (True, False, False)
    """
    found = _UNIT.search(unit)
    if found is None:
        return False
    of_money = found[1].casefold() in {"currency", "ccy"}
    other = _QUANTITY if of_money else _MONEY
    return not all(other.search(name) for name in columns)


def is_converted(column: str) -> bool:
    """Whether a column's name says that its values are in one unit already, such as ``amount_eur``.

    >>> is_converted("amount_eur"), is_converted("amount")
    (True, False)
    """
    return _CONVERTED.search(column) is not None


def _owners(figure: exp.Expression, known: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """What a SELECT calls the tables of the columns in a figure."""
    found = set()
    for column in figure.find_all(exp.Column):
        if column.table:
            found.add(column.table.casefold())
        else:
            name = column.name.casefold()
            having = [alias for alias, names in known.items() if name in {n.casefold() for n in names}]
            found |= set(having[:1])
    return frozenset(found)


def _link(join: exp.Join, first: exp.Table, dialect: str) -> Link | None:
    """A join by equal columns; None for another."""
    right = join.this.alias_or_name.casefold()
    using, on = list(join.args.get("using") or []), join.args.get("on")
    outer = join.side == "LEFT"
    if join.side not in {"", "LEFT"} or join.kind in {"CROSS", "SEMI", "ANTI"} or join.method:
        return None
    if using:
        left = first.alias_or_name.casefold()
        names = tuple(exp.to_identifier(part.name).sql(dialect=dialect) for part in using)
        text = " AND ".join(f"{left}.{name} = {right}.{name}" for name in names)
        return Link(left, right, text, names, names, outer)
    pairs = []
    for part in on.flatten() if isinstance(on, exp.And) else [on]:
        part = part.unnest() if part is not None else None
        if not isinstance(part, exp.EQ):
            return None
        sides = [side for side in (part.this, part.expression) if isinstance(side, exp.Column) and side.table]
        if len(sides) != 2 or right not in {side.table.casefold() for side in sides}:
            return None
        pairs.append(sorted(sides, key=lambda side: side.table.casefold() == right))
    owners = {pair[0].table.casefold() for pair in pairs}
    if len(owners) != 1 or right in owners:
        return None
    keys = [tuple(pair[place].this.sql(dialect=dialect) for pair in pairs) for place in (0, 1)]
    return Link(owners.pop(), right, on.sql(dialect=dialect), keys[0], keys[1], outer)
