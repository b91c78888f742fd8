"""The answer in words of a plan that lists rows."""

from __future__ import annotations

from dataclasses import replace

from ...turn import FrameCard
from .answer_scope import condition_words, leader, no_rows, nth, row_noun, scope
from .cards import find, is_time
from .columns import Shown, can_be_named, capitalised, literal, of_column, of_computed, reference
from .conditions import spoken_list
from .schema import Filter, QueryPlan, Window
from .words import name_parts, singular


def row_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Rows as they are: how many, and between what they lie where they are ranked."""
    many, where = row_noun(plan), scope(plan)
    some, there = f"{{rows:{singular(many)}|{many}}}", "{rows:There is|There are}"
    key = _ranked_by(plan, card)
    if plan.limit and key is not None and plan.order[0].column in (plan.select or [c.sql for c in card.columns]):
        return _ranked(plan, card, key)
    lines = [no_rows(plan)]
    if len(plan.select) == 1 and plan.filters:
        value = of_column(plan.select[0], card)
        lines += [f"if {{rows}} = 1: The {value.words}{_owner(plan, card) or where} {value.is_} {value.at()}."]
    if 1 < len(plan.select) < 5 and plan.filters and not plan.limit:
        values = [of_column(name, card) for name in plan.select]
        said = spoken_list([f"the {v.words} {v.is_} {v.at()}" for v in values])
        lines += [f"if {{rows}} = 1: {capitalised(where.strip())}, {said}."]
        lines += _by_name(plan, card)
    if plan.limit:
        backwards = bool(plan.order) and plan.order[0].column is None and plan.order[0].function is None
        end = "last" if backwards and plan.order[0].descending else "first"
        lines.append(f"if {{rows}} < {plan.limit}: {there} {{rows:,}} {some}{where}.")
        return [*lines, f"The {end} {{rows:,}} {some}{where}."]
    return [*lines, f"{there} {{rows:,}} {some}{where}."]


def _by_name(plan: QueryPlan, card: FrameCard) -> list[str]:
    """Two or three rows by their names: ``The population is 84,000,000 for Germany and 68,000,000 for France.``"""
    name = _naming(plan, card)
    others = [column for column in plan.select if name is None or reference(column) != name.name]
    if name is None or len(others) != 1:
        return []
    value = of_column(others[0], card)
    places = ["", "1", "2"]
    said = [f"{value.at(place)} for {name.at(place)}" for place in places]
    return [f"if {{rows}} = {n}: The {value.words} {value.is_} {spoken_list(said[:n])}." for n in (2, 3)]


def _owner(plan: QueryPlan, card: FrameCard) -> str:
    """`` of Utah``, where one condition names the row by its own name; else nothing."""
    only = plan.filters[0] if len(plan.filters) == 1 else None
    if not isinstance(only, Filter) or only.operator != "=" or only.part or not isinstance(only.values[0], str):
        return ""
    column = find(card, only.column)
    unique = card.exact and column.type in {"text", "category"} and column.distinct == card.rows
    return f" of {literal(only.values[0])}" if unique and not plan.source else ""


def _ranked_by(plan: QueryPlan, card: FrameCard) -> Shown | None:
    if not plan.order or plan.order[0].function is not None or plan.order[0].column is None or plan.computed:
        return None
    return of_column(plan.order[0].column, card)


def _ranked(plan: QueryPlan, card: FrameCard, key: Shown) -> list[str]:
    high = plan.order[0].descending
    if plan.offset:
        return _ranked_place(plan, card, key, high)
    begin, end = (f"{side} {key.name}" for side in (("max", "min") if high else ("min", "max")))
    dated = is_time(find(card, plan.order[0].column or ""))
    best = {(True, True): "latest", (True, False): "earliest"}.get((dated, high), "highest" if high else "lowest")
    many, where = row_noun(plan), scope(plan)
    name = _naming(plan, card)
    shown = f"{{rows:,}} {{rows:{singular(many)} is|{many} are}} shown"
    lines = [no_rows(plan), f"if {key.bare(begin)} = null: No {key.words} {key.is_} known{where}."]
    if plan.limit == 1:
        said = f"{leader(name, begin)} the {best} {key.words}{where}: {key.at(begin)}." if name else ""
        one = said or f"The {best} {key.words}{where} {key.is_} {key.at(begin)}."
        more = said or f"The {best} {key.words}{where} {key.is_} {key.at(begin)}, in {{rows:,}} {many}."
        return [*lines, f"if {{rows}} = 1: {one}", more]
    first, last = (key.at(side) + (f" ({name.at(side)})" if name else "") for side in (begin, end))
    between = f"The {{rows:,}} {many} with the {best} {key.words}{where}: from {first} to {last}."
    cut = f"The {best} {key.words}{where} {key.is_} {first}; {shown}, and there may be more."
    return [*lines, f"if {{rows}} < {plan.limit}: {between}", f"if {key.bare(begin)} = {key.bare(end)}: {cut}", between]


def _naming(plan: QueryPlan, card: FrameCard) -> Shown | None:
    """The column whose text tells rows apart, where there is one among those that are shown."""
    if not card.exact or plan.joins:
        return None
    columns = [c for c in card.columns if (not plan.select or c.sql in plan.select) and c.type in {"text", "category"}]
    columns = [column for column in columns if can_be_named(column.sql) and not is_time(column)]
    unique = [column for column in columns if column.distinct == card.rows and not column.nulls]
    named = [c for c in unique if {"name", "title"}.intersection(name_parts(c.sql))] or unique
    return Shown(reference(named[0].sql), "") if named else None


def _ranked_place(plan: QueryPlan, card: FrameCard, key: Shown, high: bool) -> list[str]:
    """The row at a place of an order, such as the second highest."""
    best = f"{nth(plan.offset + 1)} {'highest' if high else 'lowest'}"
    name = _naming(plan, card)
    owner = f", for {name.at('all')}" if name else ""
    return [
        f"if {{rows}} = 0: There are not so many different values of {key.words}{scope(plan)}.",
        f"The {best} {key.words}{scope(plan)} {key.is_} {key.at()}{owner}.",
    ]


def _beside(plan: QueryPlan, card: FrameCard) -> list[str]:
    """The row before or after one: ``The nation after Pelonia is Torvik.``"""
    window = plan.computed[0] if len(plan.computed) == 1 else None
    row = plan.qualify[0] if len(plan.qualify) == 1 else None
    if not isinstance(window, Window) or window.function not in {"next", "previous"} or not isinstance(row, Filter):
        return []
    if plan.wanted != (window.name,) or row.operator != "=" or window.of is None or plan.filters:
        return []
    side = "after" if window.function == "next" else "before"
    words, whose = of_column(window.of, card).words, literal(str(row.values[0]))
    found = f"{{{window.name}}}"
    return [
        f"if {{rows}} = 0: There is no {whose}.",
        f"if {found} = null: There is no {words} {side} {whose}.",
        f"The {words} {side} {whose} is {replace(of_column(window.of, card), name=window.name).at()}.",
    ]


def wanted_lines(plan: QueryPlan, card: FrameCard) -> list[str]:
    """An attribute of the rows that are highest or lowest in something, or that come before or after some."""
    beside = _beside(plan, card)
    if beside:
        return beside
    made = dict(zip([c.name for c in plan.computed], of_computed(plan, card), strict=True))
    wanted = [made[name] if name in made else of_column(name, card) for name in plan.wanted]
    said = spoken_list([f"the {w.words} {w.is_} {w.at('all')}" for w in wanted])
    conditions = [*plan.filters, *plan.qualify]
    where = (
        " where " + spoken_list([condition_words(c, plan, len(conditions) > 1) for c in conditions])
        if conditions
        else ""
    )
    key = _ranked_by(plan, card)
    lines = [f"if {{rows}} = 0: There are no {row_noun(plan)}{where}."]
    lines += [f"if {{{w.name}[all]}} = null: The {w.words}{where} is not known." for w in wanted if len(wanted) == 1]
    if key is None or plan.limit != 1:
        return [*lines, f"{capitalised(said)}{where}."]
    high = plan.order[0].descending
    best = f"{nth(plan.offset + 1)} " if plan.offset else ""
    best += "highest" if high else "lowest"
    names = [n for n in plan.select if n not in plan.wanted and n != plan.order[0].column]
    label = of_column(names[0], card, label=True) if names else None
    whose = (
        f"{label.at('all')} {label.verb('all')} the {best} {key.words}, {key.at()}"
        if label
        else (f"the {best} {key.words} {key.is_} {key.at()}")
    )
    return [*lines, f"{capitalised(said)}{where}: {whose}."]
