"""Forms that set rows against one that is named: who earns more than Ann, flats cheaper than F101."""

from __future__ import annotations

import re

from .amounts import points_at
from .column_choice import is_number, is_text
from .figures import COUNT
from .forms import Asking, Forms, unclear
from .lexicon import Lexicon
from .plan.schema import Filter, Measure, Operator, QueryPlan
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .synonyms import COMPARED
from .tokens import canonical
from .wordings import amounts_called, is_each_row, rows_are_persons
from .year_columns import year_columns

FORMS = Forms()
_HOW = "|".join(sorted(COMPARED, key=len, reverse=True))
_LESS = frozenset({"shorter", "lighter", "younger", "colder", "cheaper", "smaller", "less", "lower", "fewer"})
_PAY = ("salary", "wage", "pay", "income")


_ROWS = r"(?P<many>how\s+many\s+)?(?P<rows>who|which\s+\w+|\w+)(?:\s+(?:who|that|which))?"
_THAN = r"than\s+(?P<one>[\w' -]+?)"


@FORMS.form(rf"{_ROWS}\s+(?:(?:is|are|was|were)\s+)?(?P<how>{_HOW})\s+{_THAN}")
@FORMS.form(rf"{_ROWS}\s+(?:earns?|makes?|gets?\s+paid|(?:is|are)\s+paid)\s+(?P<pay>more|less)\s+{_THAN}")
@FORMS.form(
    rf"{_ROWS}\s+(?:has|have|with)\s+(?:an?\s+)?(?P<more>higher|lower|larger|smaller|more|fewer|less)\s+(?P<figure>\w+)\s+"
    rf"{_THAN}"
)
def than_one(asking: Asking) -> QueryPlan:
    """``who earns more than Farid``: the rows above the one that is called so."""
    gaps, words = asking.gaps, asking.words
    one = _row_called(gaps["one"], words)
    if one is None or not _are_rows(gaps["rows"], one[0], words):
        raise unclear()
    column, less = _compared(gaps, words)
    return _against(column, "<" if less else ">", one, gaps, words)


@FORMS.form(
    rf"{_ROWS}\s+(?:(?:has|have|was|were|is|are)\s+)?(?P<deed>[a-z]+(?:ed|eft|arted|old|ent|uilt))\s+"
    r"(?P<when>before|after|earlier\s+than|later\s+than)\s+(?P<one>[\w' -]+?)"
)
def done_before(asking: Asking) -> QueryPlan:
    """``who joined after Diego``: by the date of the deed."""
    gaps, words = asking.gaps, asking.words
    deed, one = gaps["deed"].lower(), _row_called(gaps["one"], words)
    name = words.done.get((deed,)) or words.exact.get(deed)
    if one is None or name is None or not is_time(words.column(name)) or not _are_rows(gaps["rows"], one[0], words):
        raise unclear()
    late = gaps["when"].lower() in {"after", "later than"}
    return _against(name, "<" if not late else ">", one, gaps, words)


def _against(column: str, operator: Operator, one: tuple[str, str], gaps: dict[str, str], words: Lexicon) -> QueryPlan:
    """The rows above, or below, the one that is named."""
    own = Measure(function="max", column=column, where=(Filter(column=one[0], operator="=", values=(one[1],)),))
    above = Filter(column=column, operator=operator, other=own)
    return QueryPlan(frame=words.card.name, filters=(above,), measures=(COUNT,) if gaps.get("many") else ())


def _are_rows(noun: str, key: str, words: Lexicon) -> bool:
    """Whether *who*, *people* or another noun is of the rows, which the column ``key`` names."""
    rows = noun.lower().split()[-1]
    if rows in {"who", "people", "persons"}:
        return rows_are_persons(words) or "name" in name_parts(key)
    return rows == "rows" or canonical(rows) in words.frame[-1:] or is_each_row(rows, words)


def _row_called(text: str, words: Lexicon) -> tuple[str, str] | None:
    """The one row that is called so, with the column that names each row."""
    low = re.sub(r"['’]s?$", "", text.lower().strip())
    hits = [(c, v) for c, v in words.values.get(tuple(low.split()), ()) if is_key(words.column(c), words)]
    return (hits[0][0], str(hits[0][1])) if len(hits) == 1 and is_text(words.column(hits[0][0])) else None


def _compared(gaps: dict[str, str], words: Lexicon) -> tuple[str, bool]:
    """The column of numbers that the rows are set against each other by, and whether less of it is meant.

    Raises:
        Abstained: There is none, or more than one.
    """
    if gaps.get("pay"):
        named = [c.sql for c in words.card.columns if is_number(c) and {*_PAY} & {*name_parts(c.sql)}]
        less = gaps["pay"].lower() == "less"
    elif gaps.get("figure"):
        named, less = amounts_called(gaps["figure"], words), gaps["more"].lower() in _LESS
    else:
        how = " ".join(gaps["how"].lower().split())
        named = [c.sql for c in words.card.columns if is_number(c) and points_at(COMPARED[how], c)]
        less = how in _LESS
        years = [] if named or how not in {"older", "younger"} else year_columns(words)
        if len(years) == 1:
            return years[0].sql, how == "older"
    if len(named) != 1:
        raise unclear()
    return named[0], less
