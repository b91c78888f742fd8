"""Questions whose words fit the plan and could as well mean another one: which of the two is asked back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ..errors import Abstained
from ..language import message
from .asking import Ambiguous
from .column_choice import is_number, is_text, numbers_things
from .doubtful_answers import asked_of_its_kind
from .doubtful_nouns import asked_what_is_counted
from .doubtful_words import asked_what_is_meant, is_measured
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import Tag, tags, with_quoted_names
from .plan.schema import Filter, Measure, QueryPlan, walk
from .plan.sql import is_time
from .plan.words import name_parts, spoken
from .request import is_key, is_plural
from .running import adds_up
from .tokens import canonical, past_forms, tokens

_EACH = frozenset({"per", "each", "every", "for each", "for every"})
_LENGTH = frozenset("length duration time runtime elapsed total stay".split())


def asked_where_unclear(plan: QueryPlan, text: str, words: Lexicon) -> QueryPlan:
    """The plan, where nothing speaks for another one.

    Raises:
        Ambiguous: The words could as well mean another plan.
    """
    found = tuple(tag for tag in tags(tokens(with_quoted_names(text, words)), words) if tag.kind != "stop")
    _rows_or_totals(plan, found, text, words)
    _mean_of_rows_or_of_totals(plan, found, text, words)
    _another_length(plan, found, text, words)
    _amount_of_a_date(plan, found, text, words)
    _numbered_or_counted(plan, found, text, words)
    _divided_or_grouped(plan, found, text, words)
    _things_compared(plan, found, text, words)
    _kinds_of_yes_and_no(plan, found, text, words)
    _value_of_rows(plan, text, words)
    _word_before_rows(plan, found, text, words)
    _column_or_value(plan, found, text, words)
    asked_what_is_meant(plan, found, text, words)
    asked_what_is_counted(plan, found, text, words)
    asked_of_its_kind(plan, text, words)
    _quotient(plan, text)
    return plan


def _rows_or_totals(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``clients with fewer than 200 hours``: in total, or in one of their rows?"""
    counted = [m.function for m in plan.measures] in ([], ["count distinct"], ["count"])
    if plan.having or not counted or plan.source is not None or plan.chart:
        return
    for place in range(len(found) - 3):
        noun, operator, number, amount = _phrase(found[place:])
        if noun is None or not _are_things(noun, words) or not _is_amount(amount, words):
            continue
        column = words.column(amount.meaning[0])
        if not any(isinstance(f, Filter) and f.column == column.sql for f in plan.filters):
            continue
        written = re.search(
            rf"(?:\b(?:with|having|that have|that has|who have|who had|have|has|had)\s+)?(?:an?\s+)?"
            rf"{re.escape(operator.text)}\s+{re.escape(number.text)}\s+{re.escape(amount.text)}", text, re.I
        )  # fmt: skip
        than = f"{column.sql} {operator.text} {number.text}"
        said = (f"with total {than}", f"where {than}")
        choices = [text[: written.start()] + part + text[written.end() :] for part in said] if written else []
        raise Ambiguous(
            message(
                "“{operator} {number} {amount}”: in total for each of the {noun}, or in one row?",
                operator=operator.text,
                number=str(number.text),
                amount=amount.text,
                noun=noun.text,
            ),
            message(
                "Say “with total {column} {operator} {number}”, or “where {column} ...”.",
                column=column.sql,
                operator=operator.text,
                number=str(number.text),
            ),
            choices=choices,
        )


def _phrase(found: Sequence[Tag]) -> tuple[Tag | None, Tag, Tag, Tag]:
    """The noun, the comparison, the number and the amount that stand here in this order."""
    behind = found[1:]
    while behind and behind[0].kind in {"where", "verb"}:
        behind = behind[1:]
    kinds = [tag.kind for tag in behind[:3]]
    nothing = Tag("end", "")
    if found[0].kind != "column" or kinds != ["operator", "number", "column"]:
        return None, nothing, nothing, nothing
    return found[0], behind[0], behind[1], behind[2]


def _are_things(tag: Tag, words: Lexicon) -> bool:
    """Whether a plural names things of which each may have several rows."""
    columns = [words.column(name) for name in tag.meaning]
    return is_plural(tag) and len(columns) == 1 and is_text(columns[0]) and not is_key(columns[0], words)


def _is_amount(tag: Tag, words: Lexicon) -> bool:
    columns = [words.column(name) for name in tag.meaning]
    return len(columns) == 1 and is_number(columns[0]) and not numbers_things(columns[0]) and adds_up(columns[0].sql)


def _mean_of_rows_or_of_totals(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``average hours per day for each employee``: of the rows of each day, or of the totals of the days?"""
    means = [m for m in plan.measures if isinstance(m, Measure) and m.function == "mean" and m.column]
    each = [(tag, after) for tag, after in pairwise(found) if tag.kind == "by"]
    timed = [tag for tag, after in each if _is_date(after, words) and tag.text.lower() in _EACH]
    if plan.source is not None or len(means) != 1 or len(plan.group_by) < 2 or not timed or len(each) < 2:
        return
    mean = next((tag for tag in found if tag.kind == "function" and tag.meaning == "mean"), None)
    if mean is None or not adds_up(means[0].column or ""):
        return
    (unit,) = [after.text for tag, after in each if tag is timed[0]]
    total = re.sub(rf"\b{re.escape(mean.text)}\b", f"{mean.text} total", text, count=1)
    rows = re.sub(rf"\b{re.escape(timed[0].text)}\s+{re.escape(unit)}\b", f"by {unit}", text, count=1, flags=re.I)
    raise Ambiguous(
        message(
            "“{mean} ... {text} {unit}”: the mean of the totals of each {unit}, or of the rows of each {unit}?",
            mean=mean.text,
            text=timed[0].text,
            unit=unit,
        ),
        f"Say “{mean.text} total {means[0].column} {timed[0].text} {unit}”, or “by {unit}”.",
        choices=(total, rows),
    )


def _is_date(tag: Tag, words: Lexicon) -> bool:
    """Whether a word names a unit of time, or a column of dates."""
    return tag.kind == "time" or (tag.kind == "column" and all(is_time(words.column(name)) for name in tag.meaning))


def _another_length(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``took more than 7 days``: a column of days that has another name, beside two dates that it may mean."""
    if sum(is_time(column) for column in words.card.columns) < 2:
        return
    said = {canonical(part) for tag in found for part in name_parts(tag.text)}
    asked = {column.name for column in plan.derived}  # the time between two dates
    own = [f for f in _filters(plan) if f.column not in asked]
    unnamed = [f for f in own if is_number(words.column(f.column)) and _is_of_another_name(f.column, said)]
    for operator, number, unit in zip(found, found[1:], found[2:], strict=False):
        if operator.kind != "operator" or number.kind != "number" or canonical(unit.text.lower()) not in _UNITS:
            continue
        if unnamed:
            raise _length_asked(unnamed[0], operator.text, f"{number.text} {unit.text}", text)


def _filters(plan: QueryPlan) -> list[Filter]:
    return [part for part in walk(plan.filters) if isinstance(part, Filter) and not part.part]


def _is_of_another_name(column: str, said: set[str]) -> bool:
    """Whether a column holds lengths of time, and the question has none of the words that say of what."""
    parts = name_parts(column)
    other = {canonical(part) for part in parts if part not in _LENGTH and canonical(part) not in _UNITS}
    named = {form for part in other for form in past_forms(part)}
    return len(other) < len(parts) and bool(other) and not said & named


def _length_asked(found: Filter, operator: str, amount: str, text: str) -> Ambiguous:
    pattern = rf"\b(?:(?:that\s+|which\s+)?(?:took|takes?|taken|lasted|lasts?)\s+)?{re.escape(operator)}"
    than = f"with {found.column} {_SAID.get(found.operator, operator)}"
    return Ambiguous(
        message(
            "“{operator} {amount}”: it could be {column}, or the time between two dates.",
            operator=operator,
            amount=amount,
            column=found.column,
        ),
        message("Say “{than} {amount}”, or “days between ... and ...”.", than=than, amount=amount),
        choices=(re.sub(pattern, than, text, count=1, flags=re.I),),
    )


def _amount_of_a_date(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``the lowest churn``: the first ``churn_date``, or the fewest rows that have one?"""
    own = () if plan.source is not None else plan.measures
    dates = [m for m in own if isinstance(m, Measure) and m.function in {"min", "max"} and m.column]
    if not any(is_time(words.column(m.column or "")) for m in dates):
        return
    for end, named in pairwise(found):
        column = words.column(named.meaning[0]) if named.kind == "column" else None
        if end.text.lower() not in _AMOUNTS or column is None or not is_time(column) or not named.partial:
            continue
        fewest = "fewest" if end.text.lower() in {"lowest", "smallest", "least", "minimum"} else "most"
        first = "latest" if fewest == "most" else "earliest"
        written = re.compile(rf"\b{re.escape(end.text)}\s+{re.escape(named.text)}\b", re.I)
        raise Ambiguous(
            message(
                "“{end} {named}”: {column} is a date. The {first} one, or the {fewest} rows with one?",
                end=end.text,
                named=named.text,
                column=column.sql,
                first=first,
                fewest=fewest,
            ),
            message(
                "Say “{first} {column}”, or “{fewest} rows where {column} is not missing”.",
                first=first,
                column=column.sql,
                fewest=fewest,
            ),
            choices=(
                written.sub(f"{first} {column.sql}", text, count=1),
                written.sub(f"{fewest} rows where {column.sql} is not missing", text, count=1),
            ),
        )


def _numbered_or_counted(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``more than 3 visits``, where ``visit_no`` says which one: how many are there?"""
    compared = {f.column for f in _filters(plan) if f.operator in {"<", "<=", ">", ">=", "=", "between"}}
    for operator, number, noun in zip(found, found[1:], found[2:], strict=False):
        if (operator.kind, number.kind, noun.kind) != ("operator", "number", "column") or not is_plural(noun):
            continue
        (name, *others) = noun.meaning
        if others or name not in compared or not numbers_things(words.column(name)):
            continue
        amount = f"{operator.text} {number.text}"
        raise Ambiguous(
            message(
                "“{amount} {noun}”: {name} says which one, not how many.", amount=amount, noun=noun.text, name=name
            ),
            message("Say “{amount} rows” to count rows, or “where {name} is {amount}”.", amount=amount, name=name),
            choices=(re.sub(rf"\b{re.escape(number.text)}\s+{re.escape(noun.text)}\b", f"{number.text} rows", text),),
        )


def _divided_or_grouped(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``total cost per unit``, where ``units`` is a number: divided by it, or for each of its values?"""
    grouped = {d.column for d in plan.group_by if not d.time and not d.width}
    for each, noun in pairwise(found):
        if each.text.lower() not in {"per", "a"} or noun.kind != "column" or is_plural(noun) or len(noun.meaning) != 1:
            continue
        column = words.column(noun.meaning[0])
        amount = is_plural(replace(noun, text=column.sql)) or is_measured(column)
        if column.sql in grouped and is_number(column) and amount and not numbers_things(column):
            found_at = re.search(rf"\b{each.text}\s+{re.escape(noun.text)}\b", text, re.I)
            start, end = found_at.span() if found_at is not None else (len(text), len(text))
            by = f"{text[:start]}by {column.sql}{text[end:]}"
            figures = [m.column for m in plan.measures if isinstance(m, Measure) and m.column]
            raise Ambiguous(
                message(
                    "“per {noun}”: {column} is a number. Is the figure divided by it, or taken for each value?",
                    noun=noun.text,
                    column=column.sql,
                ),
                message("Say “ratio of ... to {column}”, or “by {column}”.", column=column.sql),
                choices=(*(f"ratio of {figure} to {column.sql}{text[end:]}" for figure in figures[:1]), by),
            )


def _things_compared(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``respondents over 65``, where ``respondent`` numbers the rows: over 65 of what?"""
    compared = {f.column for f in _filters(plan) if f.operator in {"<", "<=", ">", ">=", "between"}}
    for noun, behind in pairwise(found):
        if noun.kind != "column" or behind.kind not in {"operator", "between"} or not is_plural(noun):
            continue
        (name, *others) = noun.meaning
        amount = is_plural(replace(noun, text=name))  # "visits over 65", where there is a column of visits
        if others or amount or name not in compared or not is_key(words.column(name), words):
            continue
        amounts = [c.sql for c in words.card.columns if is_number(c) and c.sql != name and not numbers_things(c)]
        written = re.compile(rf"\b{re.escape(noun.text)}\b")
        raise Ambiguous(
            message(
                "“{noun} {behind} ...”: {name} numbers the rows. Of which column is the comparison?",
                noun=noun.text,
                behind=behind.text,
                name=name,
            ),
            message(
                "Say for example “{noun} with {value} {behind} ...”.",
                noun=noun.text,
                value=(amounts or [name])[0],
                behind=behind.text,
            ),
            choices=tuple(written.sub(f"rows with {column}", text, count=1) for column in amounts[:4]),
        )


def _kinds_of_yes_and_no(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``number of returning customers``, where ``returning_customer`` says yes or no: how many different are two."""
    counted = _counted(plan)
    for tag in found:
        names = _names(tag)
        if len(names) != 1 or names[0] not in counted or not is_flag_column(names[0], words):
            continue
        rows = text.replace(tag.text, f"rows where {names[0]}", 1)
        raise Ambiguous(
            message("{names} says yes or no. Are the rows with a yes counted?", names=names[0]),
            message("Say “number of rows where {names}”, or name the column whose values are counted.", names=names[0]),
            choices=(rows,),
        )


def _value_of_rows(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``value of inventory``: no column says which value, and rows are no answer."""
    if plan.lists_rows and not plan.select and re.search(r"\bvalues?\s+of\b", text, re.I):
        raise Abstained(
            message("It is not clear which column of {frame} is the value.", frame=words.card.name),
            message("Name the column, and how it is to be computed: “total ... of ...”."),
        )


def _word_before_rows(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``number of sponsored episodes``, ``open tickets``: what a column's name says of the rows, before their noun."""
    counted = _counted(plan)
    shown = {*plan.select} if plan.lists_rows and len(plan.select) == 1 else set()
    for tag, rows in pairwise(found):
        names = _names(tag)
        side_by_side = rows.kind in {"frame", "rows"} and f"{tag.text} {rows.text}" in text
        if not side_by_side or len(names) != 1 or names[0] not in counted | shown:
            continue
        if tag.text.lower() == spoken(names[0]).lower() and names[0] in shown and not tag.text.endswith("ed"):
            continue  # "price rows": the column itself
        known = f"{rows.text} where {names[0]} is not missing"
        raise Ambiguous(
            message(
                "“{tag} {rows}”: it is not clear what {names} says of them.",
                tag=tag.text,
                rows=rows.text,
                names=names[0],
            ),
            message("Say “{known}”, or name the column and a value.", known=known),
            choices=(text.replace(f"{tag.text} {rows.text}", known, 1),) if words.column(names[0]).nulls else (),
        )


def _column_or_value(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``how many members``, where *member* is a value of the column ``member``: different ones, or its rows?"""
    counted = _counted(plan)
    for tag in found:
        names = _names(tag)
        if len(names) != 1 or names[0] not in counted | {*plan.select}:
            continue
        values = [str(value) for value, _ in words.column(names[0]).values]
        same = next((value for value in values if canonical(value) == canonical(tag.text)), None)
        if same is not None:
            raise Ambiguous(
                message(
                    "“{tag}” is a column, and “{same}” one of its values. Are the rows with this value meant?",
                    tag=tag.text,
                    same=same,
                ),
                message(
                    "Say “rows where {names} is {same}”, or “different values of {names}”.", names=names[0], same=same
                ),
                choices=(f'number of rows where {names[0]} is "{same}"',) if names[0] in counted else (),
            )


def _counted(plan: QueryPlan) -> set[str | None]:
    """The columns whose different values are counted."""
    return {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}


def _names(tag: Tag) -> tuple[str, ...]:
    return tag.meaning if tag.kind == "column" else ()


def _quotient(plan: QueryPlan, text: str) -> None:
    """``total cost / total units``: two figures side by side are no quotient."""
    if len(plan.measures) > 1 and re.search(r"\s/\s", text):
        raise Abstained(
            message("“/” has no meaning here."), message("Say “ratio of ... to ...” for a quotient, or “and” for both.")
        )


_AMOUNTS = frozenset("highest lowest largest smallest most least maximum minimum biggest greatest".split())
_UNITS = frozenset(map(canonical, "second sec minute min hour day night week month year".split()))
_SAID = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}
