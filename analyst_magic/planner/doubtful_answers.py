"""Answers of another kind than the question's: a year to *who*, the visitors of 2024 to *in 2023*, sets of few rows."""

from __future__ import annotations

import re

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import Ambiguous
from .column_choice import is_number, is_text, numbers_things
from .figures import NEXT_STEP
from .flags import is_flag_column
from .lexicon import Lexicon
from .linking import columns_called
from .plan.schema import Filter, Measure, QueryPlan, Rows, walk
from .plan.sql import is_time
from .plan.words import name_parts, spoken
from .request import is_key
from .running import adds_up
from .wordings import rows_are_persons

_ASKS = re.compile(r"^\W*(?:and\s+|so\s+)?(?P<word>who|whom|where|when|how)\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_HOW_SO = re.compile(r"^\s+(?:is|are|was|were|did|does|do|has|have|had|can|could)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,$€£-])(?:1[5-9]|20)\d\d(?![\d.,]*\d)")
_NONE = re.compile(r"\b(?:with\s+no|without|never|with\s+zero|have\s+no|has\s+no|had\s+no)\b", re.IGNORECASE)


def asked_of_its_kind(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """Nothing, where the answer is of the kind that the question asks for.

    Raises:
        Abstained: It is of another kind.
    """
    if plan.source is not None or plan.about is not None:
        return
    _who_or_where(plan, text, words)
    _numbers_of_rows(plan, text, words)
    _of_another_year(plan, text, words)
    _beyond_all_years(plan, text, words)
    _none_of_some(plan, text, words)
    _missing_in_some(plan, text, words)
    _who_has_most(plan, text, words)
    _value_of_another_column(plan, text, words)
    _most_of_one_row(plan, text, words)


def _who_or_where(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``who built Carrick``, where ``built`` is a year: that says when, not who."""
    asks = _ASKS.search(text)
    shown = [words.column(name) for name in plan.select if name in words.columns]
    if asks is None or not plan.lists_rows or not shown or len(shown) != len(plan.select):
        return
    word = asks["word"].lower()
    if word == "how" and not _HOW_SO.match(asks["rest"]):
        return  # "how much is", "how old is", "how many"
    if not all(_cannot_say(column, word, words) for column in shown):
        return
    raise Abstained(
        message("{column} does not say “{word}”.", column=shown[0].name, word=word),
        message("Ask for it by its name: “{column} of ...”.", column=spoken(shown[0].sql)),
    )


def _numbers_of_rows(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``what did Adler claim for``, where ``claim_no`` numbers the rows: no one asks for that."""
    asks = re.search(r"^\W*what\s+(?:did|does|do|has|have)\s+(?P<rest>.+)", text, re.IGNORECASE)
    shown = [words.column(name) for name in plan.select if name in words.columns]
    if asks is None or not plan.lists_rows or len(plan.select) != 1 or not shown or not numbers_things(shown[0]):
        return
    if not _is_named(shown[0], asks["rest"]):
        raise Abstained(
            message("{column} numbers the rows, and does not say “what”.", column=shown[0].name),
            message("Name the column that is meant."),
        )


def _cannot_say(column: ColumnCard, word: str, words: Lexicon) -> bool:
    """Whether a column cannot answer such a word: a number is no person, and yes or no is no time."""
    if word == "when":
        return is_flag_column(column.sql, words)
    return is_number(column) or is_time(column) or is_flag_column(column.sql, words)


def _of_another_year(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``visitors in 2023``, where there is ``visitors_2024`` alone."""
    said = {*_YEAR.findall(text)}
    for name in plan.columns:
        own = {*re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)} if name in words.columns else set()
        if len(own) == 1 and said and not own & said:
            raise Abstained(
                message("{column} is of {year}, and the question speaks of {other}.",
                        column=name, year=min(own), other=min(said)),
                message("Ask without the year, or for {column}.", column=name),
            )  # fmt: skip


def _beyond_all_years(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``ticket price in 2023``, where ``built`` is the one column of years: nothing was built then."""
    for part in walk(plan.filters):
        column = words.columns.get(part.column) if isinstance(part, Filter) and not part.part else None
        if column is None or not is_number(column) or _is_named(column, text) or not isinstance(part, Filter):
            continue
        years = [value for value in part.values if isinstance(value, int) and 1500 <= value <= 2100]
        ends = column.minimum, column.maximum
        known = all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends)
        if not years or len(years) != len(part.values) or not known or not {*map(str, years)} <= {*_YEAR.findall(text)}:
            continue
        if all(not ends[0] <= year <= ends[1] for year in years):
            raise Abstained(
                message("No row has {year} in {column}, and no other column says of which year it is.",
                        year=str(years[0]), column=column.name),
                message("Name the column that the year is of: “where {column} is ...”.", column=column.name),
            )  # fmt: skip


def _is_named(column: ColumnCard, text: str) -> bool:
    return spoken(column.sql).lower() in text.lower() or column.name.lower() in text.lower()


def _none_of_some(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``drivers with no web hires in Porto``: those without rows in Porto have none either, and a filter drops them."""
    none = _NONE.search(text)
    sets = [part for part in plan.having if isinstance(part, Rows) and part.which == "no"]
    if none is None or not plan.filters:
        return
    behind = text[none.end() :].lower()
    own = [] if plan.measures or plan.having or not plan.group_by else _untrue(plan, behind, words)
    if not sets and not (own and len(plan.filters) > 1):
        return
    values = [str(v).lower() for f in walk(plan.filters) if isinstance(f, Filter) for v in f.values]
    stated = [v for v in values if v in behind] or [c for f in plan.filters for c in f.columns if c.lower() in behind]
    if stated or _YEAR.search(behind):
        raise Abstained(
            message("It is not clear whether “{words}” is a condition on all rows, or on those that there are none of.",
                    words=behind.strip(" ?.")),
            message("Leave the second condition out, or write SQL."),
        )  # fmt: skip


def _untrue(plan: QueryPlan, behind: str, words: Lexicon) -> list[str]:
    """The columns of yes and no that stand behind *no* and are to be no in a row: ``no released catches``."""
    judged = [
        f.column for f in plan.filters if isinstance(f, Filter) and f.operator == "=" and f.column in words.columns
    ]
    return [name for name in judged if is_flag_column(name, words) and spoken(name).lower() in behind]


def _missing_in_some(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``hosts with no guest``, where a host has many rows: those without in one row, or in none?"""
    none = _NONE.search(text)
    missing = [f.column for f in plan.filters if isinstance(f, Filter) and f.operator == "is null"]
    groups = [words.columns.get(dimension.column) for dimension in plan.group_by]
    if none is None or plan.measures or plan.having or len(plan.filters) != 1 or len(missing) != 1 or len(groups) != 1:
        return
    group = groups[0]
    if (
        group is None
        or not is_text(group)
        or is_time(words.column(missing[0]))
        or not (group.distinct or 0) * 2 <= words.card.rows
    ):
        return
    raise Ambiguous(
        message("“{words}”: those with a row where {column} is missing, or those with no {column} in any row?",
                words=text[none.start() :].strip(" ?."), column=missing[0]),
        message("Say “rows where {column} is missing”.", column=missing[0]),
        choices=(f'rows where "{missing[0]}" is missing',),
    )  # fmt: skip


def _most_of_one_row(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``which tenant used the most water``: in total, not in the one row with the most."""
    most = re.search(r"\bthe\s+(most|least|fewest)\s+(?=[a-z])", text, re.IGNORECASE)
    ends_of = _HIGHEST_OF_SEVERAL.search(text)
    most = most or (ends_of if ends_of is not None and not _is_named_so(ends_of["noun"], words) else None)
    ends = [m.column for m in plan.measures if isinstance(m, Measure) and m.function in {"min", "max"} and m.column]
    groups = [words.columns.get(dimension.column) for dimension in plan.group_by]
    if most is None or len(ends) != 1 or len(groups) != 1 or plan.limit is None or not adds_up(str(ends[0])):
        return
    if groups[0] is None or is_key(groups[0], words) or (groups[0].distinct or 0) * 2 > words.card.rows:
        return
    end = "highest" if most[1].lower() in {"most", "highest", "biggest", "largest"} else "lowest"
    choices = [f"{text[: most.start()]}the {end} {figure} {text[most.end() :]}" for figure in ("total", "average")]
    raise Ambiguous(
        message("Of {column}: the total of each {group}, or one row?", column=str(ends[0]), group=groups[0].name),
        message("Say “{end} total {column}”.", end=end, column=str(ends[0])),
        choices=choices,
    )


def _value_of_another_column(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``people whose boss is Chloe``, where Chloe is a name and nobody's boss: no other column is meant."""
    said = _COLUMN_IS.search(text)
    if said is None:
        return
    named, value = columns_called(said["column"], words), said["value"].lower()
    known = {column for column, _ in words.values.get((value,), ())}
    others = {f.column for f in walk(plan.filters) if isinstance(f, Filter)} & known
    if len(named) == 1 and others and not known & {*named}:
        raise Abstained(
            message(
                "The column {column} of {card} has no value “{tag}”.",
                column=named[0],
                card=words.card.name,
                tag=said["value"],
            ),
            NEXT_STEP,
        )


_COLUMN_IS = re.compile(
    r"\b(?:where|whose|with)\s+(?:the\s+)?\"?(?P<column>[a-z_]+)\"?\s+(?:is|was|=|equals)\s+\"?(?P<value>[\w-]+)\"?",
    re.IGNORECASE,
)
_HIGHEST_OF_SEVERAL = re.compile(
    r"\bthe\s+(highest|biggest|largest|lowest|smallest)\s+(?=(?P<noun>[a-z]{3,}[^s\W]s)\b)", re.I
)
"""``the highest fines``: in total, or the one that is highest?"""


def _is_named_so(noun: str, words: Lexicon) -> bool:
    """Whether a plural is part of a name of a column: ``sales``."""
    return any(noun.lower() in name_parts(column.sql) for column in words.card.columns)


def _who_has_most(plan: QueryPlan, text: str, words: Lexicon) -> None:
    """``who pays the most rent``, where a person may have many rows: the row with the most is not who pays most."""
    most = re.search(r"^\W*who\b.*\bthe\s+(?:most|least|fewest)\s+[a-z]", text, re.IGNORECASE)
    if most is None or not plan.lists_rows or plan.limit is None or not plan.order or rows_are_persons(words):
        return
    if any(is_text(column) and is_key(column, words) for column in words.card.columns):
        return  # each row is one of those who are named
    if any(is_text(column) and (column.distinct or 0) * 2 <= words.card.rows for column in words.card.columns):
        raise Abstained(
            message("It is not clear which column of {name} says who.", name=words.card.name),
            message("Ask “which ...” with the name of a column."),
        )
