"""Follow-ups to rows that were listed or counted: how many of those are paid, sort by size, the cheapest one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from ..errors import Abstained
from ..language import message
from ..turn import FrameCard, Question
from .column_choice import one_column
from .figures import NEXT_STEP
from .lexicon import Lexicon
from .orders import goes_down, hinted
from .parts import Sort
from .plan.schema import Order, QueryPlan
from .request import Request, is_key, is_plural

_OF_THOSE = re.compile(r"\b(?:(?:out\s+)?of|from|among)\s+(?:them|those|these)(?:\s+(?:are|were|is|was)\b)?", re.I)
_SHARE = re.compile(r"\b(?:share|percentage|percent|proportion|fraction)\s*$", re.I)
_ONE = re.compile(r"\bones?\b(?=\s*[?.!]*$)", re.I)
_WHICH_ONE = re.compile(
    r"^\s*which(?:\s+one|\s+of\s+them)?\s+(?:is|was)\s+(?:the\s+)?(?P<end>[a-z]+(?:\s[a-z]+)?)(?=\s*[?.!]*$)", re.I
)


def with_row(text: str) -> str:
    """A follow-up to rows with the noun *row* for what stands for one of them.

    >>> with_row("the cheapest one"), with_row("which one is the cheapest?")
    ('the cheapest row', 'cheapest row?')
    """
    return _ONE.sub("row", _WHICH_ONE.sub(r"\g<end> row", text))


def speaks_of_those(text: str) -> bool:
    """Whether a question is about some of the rows of the one before.

    >>> speaks_of_those("how many of those are paid"), speaks_of_those("how many are paid")
    (True, False)
    """
    return _OF_THOSE.search(text) is not None


def as_rows(base: QueryPlan, words: Lexicon) -> QueryPlan:
    """A list of the names of rows, each of them once, as those rows; any other plan as it is."""
    grouped = [group.column for group in base.group_by]
    named = len(grouped) == 1 and grouped[0] in words.columns and is_key(words.column(grouped[0]), words)
    if not named or base.measures or base.having or base.qualify or base.source or base.chart or base.limit:
        return base
    return base.model_copy(update={"group_by": (), "order": ()})


def of_those(
    base: QueryPlan, question: Question, card: FrameCard, choose: Callable[..., tuple[QueryPlan, FrameCard]]
) -> QueryPlan:
    """The plan of a question about some of the rows of the one before: its conditions hold as well.

    Raises:
        Abstained: The question before is about groups, or only some of its rows were shown.
    """
    plain = not (base.group_by or base.having or base.qualify or base.source or base.joins or base.derived)
    if not plain or base.limit is not None or any(measure.where for measure in base.measures):
        raise Abstained(message("It is not clear which rows “those” are."), message("Ask the whole question again."))
    found = _OF_THOSE.search(question.text)
    assert found is not None
    before, after = question.text[: found.start()], question.text[found.end() :]
    of = "of " if _SHARE.search(before) else ""
    are = " that are" if re.search(r"\b(?:are|were|is|was)$", found[0], re.I) and not of else ""
    whole = f"{before}{of}rows{are}{after}"
    plan, _ = choose(replace(question, text=whole), (card,))
    if plan.source is not None:
        raise Abstained(message("This is no follow-up."), NEXT_STEP)
    if any(measure.function == "share" and not measure.where for measure in plan.measures):
        raise Abstained(message("This is no follow-up."), NEXT_STEP)
    filters = tuple(dict.fromkeys((*base.filters, *plan.filters)))
    return QueryPlan.model_validate({**plan.model_dump(), "filters": filters})


def rows_in_order(base: QueryPlan, asked: Request) -> QueryPlan | None:
    """``sort by size``, ``the cheapest one``: rows in an order; None where none were listed."""
    if not base.lists_rows or base.chart or base.source is not None or base.limit is not None or base.qualify:
        return None
    if asked.filters or asked.groups or asked.measures or asked.columns or asked.chart or asked.limit or asked.document:
        return None
    if asked.extreme is not None and not asked.sorts and asked.extreme.measure is None:
        column = hinted(asked)
        if column is None or (asked.extreme.rows is not None and is_plural(asked.extreme.rows)):
            return None
        order = Order(column=column.sql, descending=goes_down(asked, column))
        return QueryPlan.model_validate({**base.model_dump(), "order": (order,), "limit": 1, "title": ""})
    sorts = [sort for sort in asked.sorts if isinstance(sort, Sort)]
    if asked.extreme is not None or len(sorts) != 1 or len(asked.sorts) != 1 or len(sorts[0].keys) != 1:
        return None
    (key,) = sorts[0].keys
    if key.tag is None or key.measure is not None or key.axis or sorts[0].worst is not None:
        return None
    order = Order(column=one_column(key.tag, asked.words).sql, descending=bool(sorts[0].descending))
    return QueryPlan.model_validate({**base.model_dump(), "order": (order,), "title": ""})
