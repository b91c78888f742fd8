"""A plan as one SELECT, or as one with others around it for what is computed from the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from .cards import ROW_POSITION, RowCard, answer_card, find, free_name, repeated_by_joins
from .expressions import Scope, condition_of, conditions, figure, operand
from .groups import calendar_key
from .limits import first_rows, keeps_ties, needs_position, takes_last_rows
from .nodes import aliased, call, column, identifier, moment, number, text
from .outputs import OutputColumn, output_dimensions, output_measures
from .repeated import check_shares, counted_once
from .schema import AllOf, AnyOf, Condition, Measure, Not, Order, QueryPlan, Rows, Window
from .windows import window

ANSWER = "answer"
MAX_TIE_BREAKERS = 6
"""Columns that decide between equal rows where no column tells all rows apart."""
_ORDERABLE = frozenset({"integer", "float", "decimal", "text", "category", "boolean", "date", "timestamp"})


@dataclass(frozen=True, slots=True)
class Core:
    """A plan's groups and figures, or the columns of its listing, before what is computed from them."""

    plan: QueryPlan
    rows: RowCard
    scope: Scope
    table: exp.Expr
    groups: tuple[OutputColumn, ...]
    measures: tuple[OutputColumn, ...]
    filters: tuple[exp.Expr, ...]

    @classmethod
    def of(cls, plan: QueryPlan, rows: RowCard, scope: Scope, table: exp.Expr) -> Core:
        filters = conditions(plan.filters, scope)
        if plan.chart in {"scatter", "histogram"}:
            filters += [scope.value(name).is_(exp.null()).not_() for name in plan.select]
        groups = output_dimensions(plan, rows, scope)
        repeated = repeated_by_joins(plan)
        check_shares(plan, repeated)
        if repeated:
            table, once = counted_once(repeated, groups, table, filters)
            filters = []
        else:
            once = {}
        return cls(plan, rows, scope, table, groups, output_measures(plan, rows, scope, groups, once), tuple(filters))

    @property
    def needs_layers(self) -> bool:
        """Whether a SELECT around the groups is needed: for what names the answer's columns."""
        plan = self.plan
        shares = any(m.function == "share" and not m.where for m in plan.measures)
        names = {column.sql.lower() for column in self.rows.columns}
        clashes = any(measure.name and measure.name.lower() in names for measure in plan.measures)
        return bool(plan.computed or plan.qualify or plan.claim or (shares and (plan.having or plan.limit)) or clashes)

    def flat(self) -> exp.Select:
        """One SELECT with all in it."""
        plan = self.plan
        select = self.select(_listed(plan, self.rows, self.scope) if plan.lists_rows else self._columns(()))
        keys = self.order_keys()
        if plan.pivot:
            return _pivoted(select, self.groups, self.measures)
        each = [self._named(name) for name in plan.each]
        limited = first_rows(plan, select.order_by(*keys) if keys else select, keys, each)
        return self._in_their_order(limited) if takes_last_rows(plan) else limited

    def _in_their_order(self, last: exp.Select) -> exp.Select:
        """The last rows, in the order that they have in the frame."""
        inner = last.select(column(ROW_POSITION), append=True).subquery(identifier("last_rows"))
        return exp.select(exp.Star(except_=[column(ROW_POSITION)])).from_(inner).order_by(column(ROW_POSITION))

    def _columns(self, more: Sequence[exp.Expr]) -> list[exp.Expr]:
        return [*(aliased(shown.name, shown.value) for shown in self.groups + self.measures), *more]

    def select(self, columns: Sequence[exp.Expr], having: bool = True) -> exp.Select:
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

    def order_keys(self) -> list[exp.Ordered]:
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
        if not cut or takes_last_rows(plan):
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
            return self.select([exp.Star(), *derived]), {}
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
            inner = self.select(self._columns(more), having=False).subquery(identifier("all_groups"))
            return exp.select(exp.Star()).from_(inner).where(column("group_holds")), keys
        return self.select(self._columns(more)), keys

    def _outermost(self, inner: exp.Select, scope: Scope, keys: Mapping[str, exp.Expr]) -> exp.Select:
        plan = self.plan
        select = exp.select(*self._shown()).from_(inner.subquery(identifier(ANSWER)))
        select = select.where(*conditions(plan.qualify, scope)) if plan.qualify else select
        ordering = self._outer_keys(scope, keys)
        if plan.pivot:
            return _pivoted(select, self.groups, self.measures)
        each = [keys[name].copy() if name in keys else scope.value(name) for name in plan.each]
        limited = first_rows(plan, select.order_by(*ordering) if ordering else select, ordering, each)
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
        if self.plan.lists_rows and not ordering and needs_position(self.plan):
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
    return exp.Star(except_=[column(ROW_POSITION)]) if needs_position(plan) else exp.Star()


def _listed(plan: QueryPlan, rows: RowCard, scope: Scope) -> list[exp.Expr]:
    """The columns of a listing; charts and documents have no time zones, so they get local times."""
    wanted = [*plan.select, *(name for name in (plan.colour, plan.look.size) if name and name not in plan.select)]
    local = bool(plan.chart or plan.document) and any(column.zone for column in rows.columns)
    if not wanted and not local:
        return [_star(plan), *(aliased(d.name, scope.value(d.name)) for d in plan.derived)]
    columns = [find(rows, name) for name in wanted] or list(rows.columns)
    return [aliased(c.sql, moment(c, scope.value(c.sql)) if local and c.zone else scope.value(c.sql)) for c in columns]
