"""A plan as SQL, built as an expression tree: no value and no name is ever pasted into text.

A plan is one SELECT where that can hold it. What is computed from the answer, such as a running total, stands in a
SELECT around it, and so do the conditions on that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from ...errors import CheckFailed
from ...turn import ColumnCard, FrameCard
from .cards import (
    ROW_POSITION,
    RowCard,
    answer_card,
    dimension_name,
    dimension_names,
    find,
    free_name,
    is_time,
    measure_name,
    measure_names,
    repeated_by_joins,
    row_card,
)  # fmt: skip
from .expressions import Scope, condition_of, conditions, figure, operand
from .groups import calendar_key, group_of
from .nodes import aliased, call, column, identifier, moment, number, text
from .quality import quality_query
from .schema import (
    SORTED,
    AllOf,
    AnyOf,
    Condition,
    Join,
    Measure,
    Not,
    Order,
    Outlier,
    QueryPlan,
    Rows,
    Window,
    names_in,
)  # fmt: skip
from .windows import window

__all__ = ["dimension_name", "dimensions", "identifier", "is_time", "keeps_ties", "measure_name", "measured", "query",
           "to_sql"]  # fmt: skip
ANSWER = "answer"
MAX_TIE_BREAKERS = 6
"""Columns that decide between equal rows where no column tells all rows apart."""
_ORDERABLE = frozenset({"integer", "float", "decimal", "text", "category", "boolean", "date", "timestamp"})
_MARKS = ((0.05, "p5"), (0.25, "q1"), (0.5, "median"), (0.75, "q3"), (0.95, "p95"))


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """One column of the answer: its name, its expression, and the expression to sort it by."""

    name: str
    value: exp.Expr
    key: exp.Expr | None = None


def to_sql(plan: QueryPlan, card: FrameCard, others: Sequence[FrameCard] = ()) -> str:
    """The plan as one pretty-printed SELECT in DuckDB's dialect.

    Raises:
        CheckFailed: The plan names a frame or column that is not there.
    """
    return str(query(plan, row_card(plan, card, others)).sql("duckdb", pretty=True))


def query(plan: QueryPlan, card: FrameCard, source: str | None = None) -> exp.Select:
    """The plan as an expression; ``source`` is the table's name where it is not the frame's own."""
    if plan.frame != card.name:
        raise CheckFailed(
            f"The plan is for the frame {plan.frame}, not {card.name}.", "Name the frame in the question."
        )
    rows = row_card(plan, card)
    table = _rows(plan, rows, source)
    scope = _scope(plan, rows, table)
    if plan.about:
        return quality_query(plan, rows, scope, table, conditions(plan.filters, scope))
    if plan.chart in {"box", "violin"}:
        return _boxes(plan, rows, scope, table)
    core = _Core.of(plan, rows, scope, table)
    return core.layered() if core.needs_layers else core.flat()


def dimensions(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that name the groups."""
    rows = row_card(plan, card)
    return _dimensions(plan, rows, _scope(plan, rows, exp.Table(this=identifier(plan.frame))))


def _dimensions(plan: QueryPlan, rows: RowCard, scope: Scope) -> tuple[OutputColumn, ...]:
    names = dimension_names(plan, _taken(rows))
    return tuple(OutputColumn(name, *group_of(d, scope)) for d, name in zip(plan.group_by, names, strict=True))


def measured(plan: QueryPlan, card: FrameCard) -> tuple[OutputColumn, ...]:
    """The answer's columns that hold figures, also those that are computed from others."""
    rows = row_card(plan, card)
    scope = _scope(plan, rows, exp.Table(this=identifier(plan.frame)))
    return _measured(plan, rows, scope, _dimensions(plan, rows, scope), {})


def _measured(
    plan: QueryPlan, rows: RowCard, scope: Scope, groups: Sequence[OutputColumn], once: Mapping[Measure, str]
) -> tuple[OutputColumn, ...]:
    by_name = {group.name: group.value for group in groups}
    names = measure_names(plan, _taken(rows))
    return tuple(
        OutputColumn(name, figure(measure, scope, by_name, column(once[measure]) if measure in once else None))
        for measure, name in zip(plan.measures, names, strict=True)
    )


def _taken(rows: FrameCard) -> set[str]:
    return {column.sql.lower() for column in rows.columns}


def keeps_ties(plan: QueryPlan) -> bool:
    """Whether all that are equal to the last one are in the answer: groups by a figure, and the one highest row."""
    if not plan.limit or not plan.order:
        return False
    if plan.ties is not None:
        return plan.ties
    if plan.offset or plan.each:
        return True
    names = {name for m in plan.measures for name in (m.name, measure_name(m))} | {c.name for c in plan.computed}
    names -= {dimension.column for dimension in plan.group_by}
    figure = plan.order[0].function is not None or plan.order[0].column in names
    by_row = plan.order[0].column is None and plan.order[0].function is None
    return figure if plan.group_by else plan.limit == 1 and not figure and plan.lists_rows and not by_row


# Rows -----------------------------------------------------------------------------------------------------------------


def _rows(plan: QueryPlan, rows: RowCard, source: str | None) -> exp.Expr:
    """What the plan reads: the frame's table, the answer of its source, or either with the columns of others."""
    table: exp.Expr = exp.Table(this=identifier(source or plan.frame))
    if plan.source is not None:
        inner = query(plan.source, row_card(plan.source, rows.base or rows, rows.others), source)
        table = inner.subquery(identifier(f"{plan.frame}_answer"))
    if plan.joins:
        table = _joined(plan, rows, table)
    if _needs_position(plan):
        numbered = exp.Window(this=exp.Anonymous(this="ROW_NUMBER"))
        select = exp.select(exp.Star(), exp.Alias(this=numbered, alias=identifier(ROW_POSITION))).from_(table)
        table = select.subquery(identifier(f"{plan.frame}_in_order"))
    return table


def _needs_position(plan: QueryPlan) -> bool:
    """Whether the order that rows have takes part in the answer."""
    if any(o.column is None and o.function is None for o in plan.order):
        return True
    if any(m.function in SORTED and m.other is None for m in plan.measures):
        return True
    windows = [c for c in plan.computed if isinstance(c, Window)]
    return plan.lists_rows and any(w.along is None for w in windows)


def _takes_last_rows(plan: QueryPlan) -> bool:
    first = plan.order[0] if plan.order else None
    by_row = first is not None and first.column is None and first.function is None
    return bool(first is not None and by_row and first.descending and plan.limit and plan.lists_rows)


def _joined(plan: QueryPlan, rows: RowCard, table: exp.Expr) -> exp.Expr:
    """The columns of the first table that the plan names, beside those that joins bring."""
    own = table.alias_or_name
    brought = {name: join for join in plan.joins for name in join.brings}
    made = {derived.name for derived in plan.derived}
    wanted = set(plan.columns) | {name for derived in plan.derived for name in names_in(derived)}
    names = [c.sql for c in rows.columns if c.sql not in brought and c.sql not in made and c.sql != ROW_POSITION]
    every = plan.lists_rows and not plan.select
    first = [column(name, own) for name in names if name in wanted]
    if every:
        first = [exp.Column(this=exp.Star(), table=identifier(own))]
    aliases = _aliases(plan.joins, own)
    second = [column(name, aliases[join]) for name, join in brought.items() if name in wanted]
    select = exp.select(*first, *second).from_(table)
    for join in plan.joins:
        pairs = [(join.key, join.other), *join.more]
        on = exp.and_(*(exp.EQ(this=column(mine, aliases[brought[mine]] if mine in brought else own),
                               expression=column(theirs, aliases[join])) for mine, theirs in pairs))  # fmt: skip
        select = select.join(_other(join, rows, aliases[join]), on=on, join_type="inner" if join.inner else "left")
    return select.subquery(identifier("_and_".join([plan.frame, *(join.frame for join in plan.joins)])))


def _aliases(joins: Sequence[Join], own: str) -> dict[Join, str]:
    """A name for each joined frame; one that is joined twice, or with itself, gets a number."""
    aliases: dict[Join, str] = {}
    for join in joins:
        aliases[join] = free_name(join.frame, {own.lower(), *(alias.lower() for alias in aliases.values())})
    return aliases


def _other(join: Join, rows: RowCard, alias: str) -> exp.Expr:
    if join.plan is not None:
        other = next(card for card in rows.others if card.name == join.frame)
        return query(join.plan, row_card(join.plan, other, rows.others)).subquery(identifier(alias))
    return exp.Table(this=identifier(join.frame), alias=identifier(alias) if alias != join.frame else None)


def _scope(plan: QueryPlan, rows: RowCard, table: exp.Expr) -> Scope:
    """The columns of the rows; what is derived stands for its expression."""
    known: dict[str, tuple[ColumnCard, exp.Expr | None]] = {c.sql: (c, None) for c in rows.columns}
    position = ColumnCard(ROW_POSITION, ROW_POSITION, ROW_POSITION, "integer", nulls=0)
    known.setdefault(ROW_POSITION, (position, None))
    scope = Scope(known, table, plan.frame, others=rows.others)
    for derived in plan.derived:
        value = operand(derived.value, scope)
        known[derived.name] = (find(rows, derived.name), exp.Paren(this=value) if _is_compound(value) else value)
    plain = tuple(condition for condition in plan.filters if not isinstance(condition, Outlier))
    filtered = tuple(conditions(plain, scope)) if len(plain) < len(plan.filters) else ()
    return Scope(known, table, plan.frame, filtered, rows.others)


def _is_compound(value: exp.Expr) -> bool:
    return isinstance(value, exp.Binary | exp.Neg | exp.Case)


# The answer -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Core:
    """A plan's groups and figures, or the columns of its listing, before what is computed from them."""

    plan: QueryPlan
    rows: RowCard
    scope: Scope
    table: exp.Expr
    groups: tuple[OutputColumn, ...]
    measures: tuple[OutputColumn, ...]
    filters: tuple[exp.Expr, ...]

    @classmethod
    def of(cls, plan: QueryPlan, rows: RowCard, scope: Scope, table: exp.Expr) -> _Core:
        filters = conditions(plan.filters, scope)
        if plan.chart in {"scatter", "histogram"}:
            filters += [scope.value(name).is_(exp.null()).not_() for name in plan.select]
        groups = _dimensions(plan, rows, scope)
        repeated = repeated_by_joins(plan)
        _check_shares(plan, repeated)
        if repeated:
            table, once = _counted_once(repeated, groups, table, filters)
            filters = []
        else:
            once = {}
        return cls(plan, rows, scope, table, groups, _measured(plan, rows, scope, groups, once), tuple(filters))

    @property
    def needs_layers(self) -> bool:
        """Whether a SELECT around the groups is needed: for what names the answer's columns."""
        plan = self.plan
        shares = any(m.function == "share" and not m.where for m in plan.measures)
        names = {column.sql.lower() for column in self.rows.columns}
        clashes = any(measure.name and measure.name.lower() in names for measure in plan.measures)
        return bool(plan.computed or plan.kept or plan.claim or (shares and (plan.having or plan.limit)) or clashes)

    def flat(self) -> exp.Select:
        """One SELECT with all in it."""
        plan = self.plan
        select = self._select(_listed(plan, self.rows, self.scope) if plan.lists_rows else self._columns(()))
        keys = self._order_keys()
        if plan.pivot:
            return _pivoted(select, self.groups, self.measures)
        each = [self._named(name) for name in plan.each]
        limited = _limited(plan, select.order_by(*keys) if keys else select, keys, each)
        return self._in_their_order(limited) if _takes_last_rows(plan) else limited

    def _in_their_order(self, last: exp.Select) -> exp.Select:
        """The last rows, in the order that they have in the frame."""
        inner = last.select(column(ROW_POSITION), append=True).subquery(identifier("last_rows"))
        return exp.select(exp.Star(except_=[column(ROW_POSITION)])).from_(inner).order_by(column(ROW_POSITION))

    def _columns(self, more: Sequence[exp.Expr]) -> list[exp.Expr]:
        return [*(aliased(shown.name, shown.value) for shown in self.groups + self.measures), *more]

    def _select(self, columns: Sequence[exp.Expr], having: bool = True) -> exp.Select:
        select = exp.select(*columns).from_(self.table)
        select = select.where(*self.filters) if self.filters else select
        if self.groups:
            keys = [
                k for shown in self.groups for k in ([shown.value] if shown.key is None else [shown.value, shown.key])
            ]
            select = select.group_by(*keys)
        if having and self.plan.having:
            select = select.having(*(self._of_group(condition) for condition in self.plan.having))
        return select

    def _named(self, name: str) -> exp.Expr:
        """What a name of the answer sorts or parts by, in the same SELECT."""
        for shown in self.groups:
            if name == shown.name:
                return shown.key if shown.key is not None else column(shown.name)
        if any(name == m.name for m in self.measures):
            return column(name)
        value = self.scope.value(name)
        return calendar_key(self.scope.card(name), value) or value

    def _of_group(self, condition: Condition) -> exp.Expr:
        """A condition on a group: on its figures, or on its rows."""
        match condition:
            case Rows(which=which, where=where):
                holds = exp.and_(*conditions(where, self.scope))
                if which == "all":
                    holds = exp.Not(this=exp.Coalesce(this=exp.paren(holds), expressions=[exp.false()]))
                count = exp.Filter(this=exp.Count(this=exp.Star()), expression=exp.Where(this=holds))
                kind = exp.GT if which == "some" else exp.EQ
                return kind(this=count, expression=number(0))
            case AllOf(all_of=inner):
                return exp.paren(exp.and_(*map(self._of_group, inner)))
            case AnyOf(any_of=inner):
                return exp.paren(exp.or_(*map(self._of_group, inner)))
            case Not(negated=one):
                return exp.Not(this=exp.Coalesce(this=self._of_group(one), expressions=[exp.false()]))
        return condition_of(condition, self._figures())

    def _figures(self) -> Scope:
        """The groups and figures by name, as expressions."""
        card = answer_card(self.plan.model_copy(update={"computed": ()}), self.rows)
        shown = {column.name: column.value for column in self.groups + self.measures}
        known = {c.sql: (c, shown[c.sql]) for c in card.columns if c.sql in shown}
        return Scope({**self.scope.columns, **known}, self.table, self.plan.frame, others=self.rows.others)

    def _order_keys(self) -> list[exp.Ordered]:
        """The sort keys asked for, then the groups, so that ties fall the same way every time."""
        plan = self.plan
        keys = [exp.Ordered(this=self._order_key(order), desc=order.descending) for order in plan.order]
        named = {order.column for order in plan.order if order.function is None}
        for dimension, shown in zip(plan.group_by, self.groups, strict=True):
            if dimension.column not in named and shown.name not in named:
                keys.append(exp.Ordered(this=shown.key if shown.key is not None else column(shown.name), desc=False))
        return [*keys, *self._tie_breakers(keys)]

    def _tie_breakers(self, keys: Sequence[exp.Ordered]) -> list[exp.Ordered]:
        """What decides between rows that are equal in their sort keys, where only the first of them are listed."""
        plan = self.plan
        cut = plan.lists_rows and plan.limit and keys and not keeps_ties(plan)
        if not cut or _takes_last_rows(plan):
            return []
        columns = [find(self.rows, name) for name in plan.select] or list(self.rows.columns)
        columns = [c for c in columns if c.type in _ORDERABLE and c.sql not in {o.column for o in plan.order}]
        unique = [c for c in columns if c.unique and self.rows.exact]
        return [exp.Ordered(this=self.scope.value(c.sql), desc=False) for c in unique[:1] or columns[:MAX_TIE_BREAKERS]]

    def _order_key(self, order: Order) -> exp.Expr:
        if order.function is not None:
            wanted = _ordered(order, self.plan)
            for measure, shown in zip(self.plan.measures, self.measures, strict=True):
                if measure == wanted:
                    return column(shown.name)
            return figure(wanted, self.scope)
        if order.column is None:
            return self.scope.value(ROW_POSITION)
        for dimension, shown in zip(self.plan.group_by, self.groups, strict=True):
            if order.column in {dimension.column, shown.name}:
                return shown.key if shown.key is not None else column(shown.name)
        return self._named(order.column)

    def layered(self) -> exp.Select:
        """SELECTs around the groups, or around the rows of a listing."""
        plan = self.plan
        named = {g.name: d for g, d in zip(self.groups, plan.group_by, strict=True)}
        inner, keys = self._innermost()
        card = answer_card(plan.model_copy(update={"select": (), "computed": plan.computed}), self.rows)
        known = {c.sql: (c, None) for c in card.columns} | {ROW_POSITION: self.scope.columns[ROW_POSITION]}
        scope = Scope(known, self.scope.rows, plan.frame, others=self.rows.others)
        for place, part in enumerate(plan.computed):
            value = window(part, plan, scope, named, keys) if isinstance(part, Window) else operand(part.value, scope)
            layer = inner.subquery(identifier(f"step_{place + 1}"))
            inner = exp.select(exp.Star(), exp.Alias(this=value, alias=identifier(part.name))).from_(layer)
        return self._outermost(inner, scope, keys)

    def _innermost(self) -> tuple[exp.Select, dict[str, exp.Expr]]:
        """The groups with the columns that sort them, and those by the names of the groups."""
        if self.plan.lists_rows:
            derived = [aliased(d.name, self.scope.value(d.name)) for d in self.plan.derived]
            return self._select([exp.Star(), *derived]), {}
        shown = [*self.groups, *self.measures]
        taken = {column.name.lower() for column in shown}
        keys: dict[str, exp.Expr] = {}
        more: list[exp.Expr] = []
        for group in self.groups:
            name = group.name
            if group.key is not None:
                name = free_name(f"{group.name}_number", taken)
                more.append(exp.Alias(this=group.key, alias=identifier(name)))
            keys[group.name] = column(name)
        for place, order in enumerate(self.plan.order):
            if order.function is not None and _ordered(order, self.plan) not in self.plan.measures:
                value = figure(_ordered(order, self.plan), self.scope)
                more.append(exp.Alias(this=value, alias=identifier(f"order_{place + 1}")))
        by_window = self.plan.having and any(m.function == "share" and not m.where for m in self.plan.measures)
        if by_window:
            holds = exp.and_(*(self._of_group(condition) for condition in self.plan.having))
            more.append(exp.Alias(this=holds, alias=identifier("group_holds")))
            inner = self._select(self._columns(more), having=False).subquery(identifier("all_groups"))
            return exp.select(exp.Star()).from_(inner).where(column("group_holds")), keys
        return self._select(self._columns(more)), keys

    def _outermost(self, inner: exp.Select, scope: Scope, keys: Mapping[str, exp.Expr]) -> exp.Select:
        plan = self.plan
        select = exp.select(*self._shown()).from_(inner.subquery(identifier(ANSWER)))
        select = select.where(*conditions(plan.kept, scope)) if plan.kept else select
        ordering = self._outer_keys(scope, keys)
        if plan.pivot:
            return _pivoted(select, self.groups, self.measures)
        each = [keys[name].copy() if name in keys else scope.value(name) for name in plan.each]
        limited = _limited(plan, select.order_by(*ordering) if ordering else select, ordering, each)
        return limited if plan.claim is None else _judged(limited, plan.claim, scope)

    def _shown(self) -> list[exp.Expr]:
        plan = self.plan
        made = [column(part.name) for part in plan.computed]
        if not plan.lists_rows:
            return [*(column(shown.name) for shown in self.groups + self.measures), *made]
        if plan.select:
            names = [*plan.select, *([plan.colour] if plan.colour and plan.colour not in plan.select else [])]
            return [column(name) for name in names] + [m for m in made if m.name not in names]
        return [_star(plan)]

    def _outer_keys(self, scope: Scope, keys: Mapping[str, exp.Expr]) -> list[exp.Ordered]:
        ordering, named = [], set()
        for place, order in enumerate(self.plan.order):
            key, name = self._outer_key(place, order, scope, keys)
            named.add(name)
            ordering.append(exp.Ordered(this=key, desc=order.descending))
        rest = [key.copy() for name, key in keys.items() if name not in named]
        if self.plan.lists_rows and not ordering and _needs_position(self.plan):
            rest = [column(ROW_POSITION)]
        return [*ordering, *(exp.Ordered(this=key, desc=False) for key in rest)]

    def _outer_key(
        self, place: int, order: Order, scope: Scope, keys: Mapping[str, exp.Expr]
    ) -> tuple[exp.Expr, str | None]:
        if order.function is not None:
            wanted = _ordered(order, self.plan)
            for measure, shown in zip(self.plan.measures, self.measures, strict=True):
                if measure == wanted:
                    return column(shown.name), shown.name
            return column(f"order_{place + 1}"), None
        if order.column is None:
            return column(ROW_POSITION), ROW_POSITION
        for dimension, shown in zip(self.plan.group_by, self.groups, strict=True):
            if order.column in {dimension.column, shown.name}:
                return keys[shown.name].copy(), shown.name
        return scope.value(order.column), order.column


def _judged(answer: exp.Select, claim: Condition, scope: Scope) -> exp.Select:
    """The answer with a column that says whether a claim holds for one of its rows."""
    holds = exp.Coalesce(this=condition_of(claim, scope), expressions=[exp.false()])
    some = exp.Window(this=call("bool_or", holds))
    said = exp.Case().when(some, text("Yes")).else_(text("No"))
    return exp.select(exp.Star(), exp.Alias(this=said, alias=identifier(ANSWER))).from_(
        answer.subquery(identifier("claimed"))
    )


def _ordered(order: Order, plan: QueryPlan) -> Measure:
    """The measure that an order names; of a correlation it names the first column alone."""
    for measure in plan.measures:
        if (measure.function, measure.column) == (order.function, order.column):
            return measure
    return Measure(function=order.function or "count", column=order.column)


def _limited(
    plan: QueryPlan, select: exp.Select, ordering: Sequence[exp.Ordered], each: Sequence[exp.Expr]
) -> exp.Select:
    """The first of an order: by rank where ties are kept, or where there are first ones of each group."""
    if not plan.limit:
        return select
    ties = keeps_ties(plan)
    if not (ties or each or plan.offset) or not ordering:
        return select.limit(plan.limit)
    asked = ordering[: len(plan.order)] if ties else ordering
    parted = [e for e in asked if e.this not in each] or list(asked)
    name = "DENSE_RANK" if plan.offset else "RANK" if ties else "ROW_NUMBER"
    over = exp.Order(expressions=[key.copy() for key in parted])
    rank = exp.Window(this=exp.Anonymous(this=name), order=over, partition_by=[key.copy() for key in each])
    if plan.offset:
        low, high = number(plan.offset + 1), number(plan.offset + plan.limit)
        return select.qualify(exp.Between(this=rank, low=low, high=high))
    return select.qualify(exp.LTE(this=rank, expression=number(plan.limit)))


def _pivoted(select: exp.Select, groups: tuple[OutputColumn, ...], measures: tuple[OutputColumn, ...]) -> exp.Select:
    """The answer with the values of its second group as columns."""
    down, across, value = (exp.Column(this=identifier(shown.name)) for shown in (*groups, *measures))
    select.set("order", None)
    turned = exp.Pivot(
        this=select.subquery(),
        expressions=[across],
        using=[exp.First(this=value)],
        group=exp.Group(expressions=[down]),
        unpivot=False,
    )
    return exp.select(exp.Star()).from_(exp.Subquery(this=turned)).order_by(down.copy())


def _star(plan: QueryPlan) -> exp.Star:
    return exp.Star(except_=[column(ROW_POSITION)]) if _needs_position(plan) else exp.Star()


def _listed(plan: QueryPlan, rows: RowCard, scope: Scope) -> list[exp.Expr]:
    """The columns of a listing; charts and documents have no time zones, so they get local times."""
    wanted = [*plan.select, *(name for name in (plan.colour, plan.look.size) if name and name not in plan.select)]
    local = bool(plan.chart or plan.document) and any(column.zone for column in rows.columns)
    if not wanted and not local:
        return [_star(plan), *(aliased(d.name, scope.value(d.name)) for d in plan.derived)]
    columns = [find(rows, name) for name in wanted] or list(rows.columns)
    return [aliased(c.sql, moment(c, scope.value(c.sql)) if local and c.zone else scope.value(c.sql)) for c in columns]


# Repeated values of joined frames -------------------------------------------------------------------------------------


def _check_shares(plan: QueryPlan, repeated: Mapping[Measure, tuple[str, ...]]) -> None:
    """Refuse shares of what can be in several groups: they would not add up to a hundred."""
    brought = {name for join in plan.joins for name in join.brings}
    apart = [d.column for d in plan.group_by if d.column not in brought]
    shares = [measure for measure in repeated if measure.function == "share" and not measure.where]
    if shares and apart:
        raise CheckFailed(
            f"One value of {shares[0].column} can belong to several values of {apart[0]}, so its shares would not add "
            "up to 100%.",
            f"Ask for the total of {shares[0].column} by {apart[0]}.",
        )


def _counted_once(
    repeated: Mapping[Measure, tuple[str, ...]],
    groups: Sequence[OutputColumn],
    table: exp.Expr,
    filters: Sequence[exp.Expr],
) -> tuple[exp.Expr, dict[Measure, str]]:
    """The rows with a mark of the first one with each joined row in each group, and the name of each measure's mark."""
    marks = {keys: f"first_{place + 1}" for place, keys in enumerate(dict.fromkeys(repeated.values()))}
    columns: list[exp.Expr] = [exp.Star()]
    for keys, name in marks.items():
        parts = [*(group.value.copy() for group in groups), *map(column, keys)]
        number_of = exp.Window(this=exp.Anonymous(this="ROW_NUMBER"), partition_by=parts)
        columns.append(exp.Alias(this=exp.EQ(this=number_of, expression=number(1)), alias=identifier(name)))
    select = exp.select(*columns).from_(table)
    select = select.where(*(f.copy() for f in filters)) if filters else select
    return select.subquery(identifier("each_once")), {measure: marks[keys] for measure, keys in repeated.items()}


# Boxes ----------------------------------------------------------------------------------------------------------------


def _boxes(plan: QueryPlan, rows: RowCard, scope: Scope, table: exp.Expr) -> exp.Select:
    """Five figures for each box: what a box plot shows, without sending every row to the reader's browser."""
    value = scope.value(plan.select[0])
    groups = _dimensions(plan, rows, scope)
    columns = [aliased(shown.name, shown.value) for shown in groups]
    columns += [
        exp.Alias(this=call("quantile_cont", value.copy(), exp.Literal.number(str(mark))), alias=identifier(name))
        for mark, name in _MARKS
    ]
    known = exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))
    filters = (*conditions(plan.filters, scope), known)
    core = _Core(plan, rows, scope, table, groups, (), filters)
    select, keys = core._select(columns), core._order_keys()
    return select.order_by(*keys) if groups and keys else select
