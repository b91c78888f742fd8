"""What a noun of a question counts: rows, or the persons whose rows they are; and words that say nothing here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import PLANNED, is_kind_column, is_number, numbers_things
from .flags import is_flag_column, says_yes_among_others
from .lexicon import Lexicon
from .linking import Tag
from .plan.schema import Filter, Measure, Period, QueryPlan, walk
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .rewording import with_plain_wordings
from .tokens import canonical


def asked_what_is_counted(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """Nothing, where it is clear what is counted and of what a share is.

    Raises:
        Ambiguous, Abstained: It could be something else.
    """
    _worth_or_rows(plan, text, words)
    _persons_or_rows(plan, found, text, words)
    _one_of_three(plan, found, text, words)
    _share_within(plan, found, text)
    _groups_of_one_row(plan, found, words)
    _a_state(plan, found, text, words)
    _share_of_ones(plan, text, words)
    _when_it_was_so(plan, found, text, words)
    _another_date(plan, found, text, words)
    _a_date_passed_over(plan, found, words)
    _sold_or_rows(plan, text, words)
    _shown_or_so(plan, found, text, words)
    _won_or_lost(plan, found, words)
    _share_of_which(plan, found, text)
    _codes_or_rows(plan, found, text, words)
    _kinds_or_rows(plan, found, text, words)
    _done_or_kinds(plan, found, text, words)
    _a_planned_date(plan, text, words)


def _a_planned_date(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``unpaid bills due in March``: of ``due_on``, which is named, not of the date that the rows have otherwise."""
    used = {f.column for f in walk(plan.filters) if isinstance(f, Filter)} | {d.column for d in plan.group_by}
    used |= {f.other for f in walk(plan.filters) if isinstance(f, Filter) and isinstance(f.other, str)}
    dates = [column for column in words.card.columns if is_time(column)]
    if len(dates) < 2 or not any(column.sql in used for column in dates):
        return
    said = {*re.findall(r"[a-z]+", text.lower())}
    for column in dates:
        named = said & PLANNED & {*name_parts(column.sql)}
        if named and column.sql not in {*used, *plan.columns}:
            raise Abstained(
                message(
                    "“{named}” speaks of {column}, and the dates that were found are others.",
                    named=named.pop(),
                    column=column.sql,
                ),
                message("Name it: “where {column} is in ...”.", column=column.sql),
            )


def _kinds_or_rows(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``how many bikes`` of rentals that have a ``bike_type``: not the number of its types."""
    counted = {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}
    some = plan.filters or plan.having
    counted |= {d.column for d in plan.group_by if some and not plan.measures}  # "bikes returned late"
    for tag in found:
        names = [name for name in tag.meaning if name in counted] if tag.kind == "column" else []
        said = {canonical(part) for part in tag.text.lower().replace("_", " ").split()}
        if len(names) != 1 or not is_kind_column(names[0]) or canonical(name_parts(names[0])[-1]) in said:
            continue
        choices = ("rows", f"different {names[0]}")
        raise Ambiguous(
            message(
                "“{tag}”: {names} of {frame} holds kinds. Are the rows meant, or the kinds?",
                tag=tag.text,
                names=names[0],
                frame=words.card.name,
            ),
            f"Say “{choices[0]}”, or “{choices[1]}”.",
            choices=tuple(text.replace(tag.text, choice, 1) for choice in choices),
        )


def _done_or_kinds(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``number of tests per patient``, where ``test`` is one of three: how often, or how many different ones?"""
    counted = {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}
    if {"different", "distinct", "unique"} & {*text.lower().split()} or plan.source is not None:
        return
    for tag in found:
        names = [name for name in tag.meaning if name in counted] if tag.kind == "column" else []
        column = words.columns.get(names[0]) if len(names) == 1 else None
        if column is None or canonical(tag.text) not in _DEEDS or (column.distinct or 0) * 2 > words.card.rows:
            continue
        choices = ("rows", f"different {names[0]}")
        raise Ambiguous(
            message("“{words}”: how many rows, or how many different ones of {column}?",
                    words=tag.text, column=names[0]),
            message("Say “{first}”, or “{second}”.", first=choices[0], second=choices[1]),
            choices=tuple(text.replace(tag.text, choice, 1) for choice in choices),
        )  # fmt: skip


_DEEDS = frozenset(
    """test exam visit treatment service repair procedure surgery operation transaction purchase trip ride
    call session lesson workout activity exercise task job event match race incident fault defect error complaint
    delivery donation meal drink dish game tour lecture concert walk swim interview inspection consultation vaccination
    shift""".split()
)
"""What is done again and again, so that its number is that of the rows."""


def _worth_or_rows(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``value of stock by warehouse``, ``how much stock``: not the number of rows."""
    if any(measure.column is not None for measure in plan.measures) or plan.source is not None:
        return
    said = _WORTH.search(text)
    if said is not None and canonical(said[1]) in words.frame:
        raise Abstained(
            message("“{said}”: of which numbers?", said=said[0]),
            message("Name a column of {frame}, or ask for the number of rows.", frame=words.card.name),
        )


_WORTH = re.compile(r"\b(?:how much|(?:value|worth|cost|price|size|weight) of(?: (?:the|our|all|my))*) (\w+)", re.I)


def _persons_or_rows(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``how many women`` of ``visits`` that have a ``patient_id``: a woman may have several visits."""
    if [m.function for m in plan.measures] != ["count"] or plan.source is not None:
        return
    persons = [column for column in words.card.columns if _names_persons(column, words)]
    for place, tag in enumerate(found[:-1]):
        noun, after = found[place + 1], found[place + 2].kind if place + 2 < len(found) else ""
        counted = tag.kind == "function" and noun.kind == "value" and canonical(noun.text) in _PERSONS
        if not counted or after in {"rows", "frame", "column", "unknown"} or len(persons) != 1:
            continue
        said, name = f"{tag.text} {noun.text}", persons[0].sql
        (column, value) = noun.meaning[0]
        choices = (
            f'{tag.text} rows where {column} is "{value}"',
            f'number of different {name} where {column} is "{value}"',
        )
        raise Ambiguous(
            message(
                "“{said}”: {name} can be in several rows. Are the rows counted, or each {name} once?",
                said=said,
                name=name,
            ),
            f"Say “{choices[0]}”, or “{choices[1]}”.",
            choices=tuple(text.replace(said, choice, 1) for choice in choices),
        )  # fmt: skip


def _names_persons(column: ColumnCard, words: Lexicon) -> bool:
    """Whether a column says whose row it is, and several rows may be of one."""
    parts = {canonical(part) for part in name_parts(column.sql)}
    return bool(parts & _OWNERS) and not parts & {*words.frame} and not is_key(column, words) and _is_wide(column)


def _is_wide(column: ColumnCard) -> bool:
    return column.distinct is not None and column.distinct > len(column.values) / 2 and column.distinct > 2


def _one_of_three(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``how many smokers``, where ``smoker`` is *yes*, *no* or *unknown*: how many different ones are three."""
    counted = {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}
    if {"different", "distinct", "unique"} & {*text.lower().split()}:
        return
    for tag in found:
        name = tag.meaning[0] if tag.kind == "column" and len(tag.meaning) == 1 else None
        yes = says_yes_among_others(words.column(name)) if name is not None and name in counted else None
        if yes is not None:
            raise Ambiguous(
                message("{name} says yes or no. Are the rows with a yes counted?", name=name),
                message(
                    "Say “number of rows where {name} is {yes}”, or “number of different {name}”.", name=name, yes=yes
                ),
                choices=(text.replace(tag.text, f'rows where {name} is "{yes}"', 1),),
            )


def _share_within(plan: QueryPlan, found: Sequence[Tag], text: str) -> None:
    """``share of spend by channel for each campaign``: of the campaign's spend, or of all?"""
    shares = [m for m in plan.measures if isinstance(m, Measure) and m.function == "share"]
    each = [tag.text for tag in found if tag.kind == "by"]
    if len(plan.group_by) < 2 or len(each) < 2 or not shares or shares[0].within or shares[0].where:
        return
    begin, end = text.lower().rfind(each[-1].lower()), len(each[-1])
    choices = (f"{text[:begin]}within each{text[begin + end :]}", f"{text[:begin]}and{text[begin + end :]}")
    raise Ambiguous(
        message("“{text}”: is the share of each of them, or of all?", text=text[begin:]),
        f"Say “{choices[0]}”, or “{choices[1]}”.",
        choices=choices,
    )


def _groups_of_one_row(plan: QueryPlan, found: Sequence[Tag], words: Lexicon) -> None:
    """``which genre has the highest fine per loan``, where each row has a ``loan_id``: there is nothing to group."""
    keys = [
        d.column for d in plan.group_by if d.column in words.columns and _numbers_rows(words.column(d.column), words)
    ]
    counted = [m.function for m in plan.measures] == ["count"] and plan.limit is not None
    if keys and counted and plan.group_by[0].time is None and len(plan.group_by) == 1:
        raise Abstained(
            message(
                "Each {keys} has one row of {frame}: their numbers say nothing.", keys=keys[0], frame=words.card.name
            ),
            message("Name a column to compare."),
        )
    each = {name for by, tag in pairwise(found) if by.kind == "by" and tag.kind == "column" for name in tag.meaning}
    if len(plan.group_by) > 1 and keys and keys[0] in each and plan.source is None and plan.measures:
        raise Abstained(
            message("Each row has a {keys} of its own, so there is nothing to compute for each.", keys=keys[0]),
            message("Leave it out, or ask for the average: “average ... by {column}”.", column=_other(plan, keys[0])),
        )


def _numbers_rows(column: ColumnCard, words: Lexicon) -> bool:
    return is_key(column, words) and (not is_number(column) or numbers_things(column))


def _other(plan: QueryPlan, key: str) -> str:
    return next((d.column for d in plan.group_by if d.column != key), key)


def _a_state(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``employees hired before 2015 who are still here``: what follows *still* has to be a condition."""
    text = with_plain_wordings(text, words)
    word = re.search(r"\b(still|no longer|currently|any ?more|nowadays)\b", text, re.I)
    if word is None:
        return
    judged = {part.column for part in _conditions(plan)}
    said = text[: word.start()] if word[1].lower().startswith("any") else text[word.end() :]
    for tag in found:
        names = (
            {name for name, _ in tag.meaning} if tag.kind == "value" else {*tag.meaning} if tag.kind == "column" else ()
        )
        if tag.text in said and judged & {*names}:
            return
    raise Abstained(
        message("“{word}” is not clear here.", word=word[0]),
        message("Say which column tells it, such as “where left_on is missing”."),
    )


def _share_of_ones(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``percentage of fraud by adjuster``, where ``fraud_flag`` is 0 or 1: of the adjuster's rows, or of all fraud?"""
    shares = [m for m in plan.measures if isinstance(m, Measure) and m.function == "share" and m.column]
    column = words.columns.get(str(shares[0].column)) if shares else None
    if column is None or (column.minimum, column.maximum) != (0, 1) or column.type != "integer":
        return
    by = "".join(f"{' and ' if at else ' by '}{dimension.column}" for at, dimension in enumerate(plan.group_by))
    raise Ambiguous(
        message(
            "{column} is 0 or 1. Is it the share of a group's rows that have a 1, or the group's share of all ones?",
            column=column.sql,
        ),
        message("Say “average {column}” for the share of rows, or “total {column}”.", column=column.sql),
        choices=(f"average {column.sql}{by}", f"total {column.sql}{by}"),
    )


def _when_it_was_so(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``tickets reopened in September``: a column of yes and no does not say when, and a date is of other things."""
    judged = [part.column for part in walk(plan.filters) if isinstance(part, Filter) and part.column in words.columns]
    judged += [part.column for part in plan.filters if isinstance(part, Period)]
    dated = [name for name in judged if is_time(words.column(name))]
    for tag in found:
        if words.done.get((tag.text.lower(),)) in dated:
            continue  # "churned in 2025", where churned_on says when
        so = _said_of_rows(tag, words)
        when = re.search(rf"\b{re.escape(tag.text)}\s+({_WHEN})\b", text, re.I) if so and dated else None
        if when is not None:
            condition = f"where {so} and {dated[0]} is {when[1]}"
            raise Ambiguous(
                message(
                    "“{when}”: {value} does not say when; {dated} is another date.",
                    when=when[0],
                    value=so.split()[0],
                    dated=dated[0],
                ),
                f"Say “{condition} ...”.",
                choices=(text[: when.start()] + condition + text[when.end() :],),
            )


def _sold_or_rows(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``how many soups were sold``, where each row has a ``quantity``: rows, or how many of them?"""
    sold = re.search(r"\b(?:how\s+many|number\s+of|count\s+of)\b.*?\b(?:sold|sell|bought|buy)\b", text, re.I)
    amounts = [c.sql for c in words.card.columns if is_number(c) and _QUANTITY & {*name_parts(c.sql)}]
    counted = [m.function for m in plan.measures] == ["count"] and plan.source is None
    if sold is None or not counted or len(amounts) != 1 or amounts[0] in plan.columns:
        return
    raise Ambiguous(
        message("“{sold}”: the number of rows, or the total of {amounts}?", sold=sold[0], amounts=amounts[0]),
        message("Say “number of rows”, or “total {amounts}”.", amounts=amounts[0]),
        choices=tuple(
            re.sub(r"\b(?:how\s+many|number\s+of|count\s+of)\b", said, text, count=1, flags=re.I)
            for said in (f"total {amounts[0]} of", "number of rows of")
        ),
    )


_QUANTITY = frozenset({"quantity", "qty", "units", "pieces"})


def _another_date(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``churned accounts in 2025``, where ``churned_on`` says when: that date, or the one that others are told by?"""
    if re.search(_DATED_BY, text, re.I):
        return
    judged = {name for part in walk(plan.filters) for name in part.columns}
    dated = [name for name in judged if name in words.columns and is_time(words.column(name))]
    for tag in found:
        own = words.done.get((tag.text.lower(),)) if tag.kind in {"column", "value"} else None
        named = len(dated) == 1 and dated[0].lower() in text.lower()
        if own is None or own in judged or len(dated) != 1 or named or not _said_of_rows(tag, words):
            continue
        plain = re.sub(r"[?.!\s]+$", "", text)
        when = re.search(rf"\b(?:{_WHEN})\s.*$", plain, re.I)
        choices = [f"{plain[: when.start()]}where {name} is {when[0]}" for name in (own, dated[0])] if when else []
        raise Ambiguous(
            message(
                "“{tag}” has a date of its own, {own}; is that one meant, or {dated}?",
                tag=tag.text,
                own=own,
                dated=dated[0],
            ),
            message("Say for example “where {own} is in ...”.", own=own),
            choices=choices,
        )


def _a_date_passed_over(plan: QueryPlan, found: Sequence[Tag], words: Lexicon) -> None:
    """``started and left in 2024`` read as those that started then: each date that is named has a place in the plan."""
    used = {*plan.columns, *plan.select, *(d.column for d in plan.group_by), *(o.column for o in plan.order)}
    used |= {name for part in walk(plan.filters) for name in part.columns}
    judged = [name for name in used if name in words.columns and is_time(words.column(name))]
    if plan.source is not None or plan.computed or not judged:
        return
    for tag in found:
        names = tag.meaning if tag.kind == "column" else ()
        times = [name for name in names if is_time(words.column(name))]
        if times and len(times) == len(names) and not used & {*times} and words.column(times[0]).nulls:
            raise Abstained(
                message("“{word}” speaks of {column}, which the answer would pass over.",
                        word=tag.text, column=times[0]),
                message("Name it: “where {column} is in ...”.", column=times[0]),
            )  # fmt: skip


_DATED_BY = r"\b(?:ordered|sorted|ranked)\s+by\b"


def _said_of_rows(tag: Tag, words: Lexicon) -> str:
    """The condition that a participle is: a column of yes and no, or a value; empty where it is none."""
    if not (tag.text or " ").lower().split()[0].endswith(("ed", "en", "lt", "nt")) or len(tag.meaning or ()) != 1:
        return ""
    if tag.kind == "column":
        return str(tag.meaning[0]) if is_flag_column(tag.meaning[0], words) else ""
    return f'{tag.meaning[0][0]} is "{tag.meaning[0][1]}"' if tag.kind == "value" else ""


def _shown_or_so(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``games played online in June``: a column of yes and no behind the rows, shown or a condition?"""
    for before, tag in pairwise(found):
        name = tag.meaning[0] if tag.kind == "column" and len(tag.meaning) == 1 else None
        beside = before.kind in {"and", "comma", "list", "column", "with", "where"} and before.text.lower() != "played"
        if name is None or name not in plan.select or not plan.lists_rows or not is_flag_column(name, words):
            continue
        if beside or plan.chart or not plan.filters:
            continue
        raise Ambiguous(
            f"“{tag.text}”: is {name} a condition, or shown?",
            f"Say “where {name}”, or “{name} of ...”.",
            choices=(f"{re.sub(rf'(?:of )?{re.escape(tag.text)} ?', '', text, count=1).strip()} where {name}",),
        )


def _won_or_lost(plan: QueryPlan, found: Sequence[Tag], words: Lexicon) -> None:
    """``who won the most games``, where the result is *win* or *loss*: not who has the most games."""
    judged = {value for part in _conditions(plan) for value in part.values}
    for tag in found:
        values = _RESULTS.get(tag.text.lower(), frozenset()) if tag.kind in {"verb", "stop", "unknown"} else frozenset()
        for column in words.card.columns if values else ():
            said = next((v for v, _ in column.values if isinstance(v, str) and v.lower() in values), None)
            if said is not None and said not in judged:
                raise Abstained(
                    message(
                        "“{tag}” is not clear here: {column} has the value “{said}”.",
                        tag=tag.text,
                        column=column.sql,
                        said=said,
                    ),
                    message("Say for example “rows where {column} is {said}”.", column=column.sql, said=said),
                )


def _conditions(plan: QueryPlan) -> list[Filter]:
    """The conditions on columns, also those of figures."""
    own = [*plan.filters, *(part for m in plan.measures if isinstance(m, Measure) for part in m.where)]
    return [part for part in walk(tuple(own)) if isinstance(part, Filter)]


def _share_of_which(plan: QueryPlan, found: Sequence[Tag], text: str) -> None:
    """``share of sold cars with accident``: of all rows, or of those that have one of the two?"""
    shares = [m for m in plan.measures if isinstance(m, Measure) and m.function == "share" and len(m.where) > 1]
    if shares and plan.source is None:
        columns = " and ".join(dict.fromkeys(name for part in shares[0].where for name in part.columns))
        raise Ambiguous(
            message(
                "It is not clear of which rows the share is: {columns} could both say what is counted.", columns=columns
            ),
            message("Say for example “percentage of cars with accident that are sold”."),
        )


def _codes_or_rows(plan: QueryPlan, found: Sequence[Tag], text: str, words: Lexicon) -> None:
    """``machine with the fewest faults``, where some rows have a ``fault_code``: those rows, or different codes?"""
    counted = {m.column for m in plan.measures if isinstance(m, Measure) and m.function == "count distinct"}
    if {"different", "distinct", "unique"} & {*text.lower().split()}:
        return
    for tag in found:
        name = tag.meaning[0] if tag.kind == "column" and len(tag.meaning) == 1 and tag.partial else None
        if name is None or name not in counted or not words.column(name).nulls or name_parts(name)[-1] not in _KINDS:
            continue
        raise Ambiguous(
            message("“{tag}”: are the rows with a {name} counted, or different ones?", tag=tag.text, name=name),
            message("Say “rows where {name} is not missing”, or “different {name}”.", name=name),
            choices=tuple(
                text.replace(tag.text, said, 1) for said in (f"rows where {name} is not missing", f"different {name}")
            ),
        )


_KINDS = frozenset({"code", "type", "reason", "kind", "category"})
_RESULTS = {
    "won": frozenset({"win", "won", "w", "victory"}), "wins": frozenset({"win", "won", "w", "victory"}),
    "win": frozenset({"win", "won", "w", "victory"}), "lost": frozenset({"loss", "lost", "l", "defeat"}),
}  # fmt: skip
_WHEN = "in|on|since|before|after|during|last|this|yesterday|today|between"
_PERSONS = frozenset(
    "man men woman women male female boy girl child children adult senior teenager lady citizen pensioner".split()
)
_OWNERS = frozenset(
    "patient customer client guest user member borrower student employee person reader donor respondent visitor "
    "passenger subscriber applicant voter pupil player".split()
)
