"""What was done in some rows alone: tickets that somebody *closed* have a ``closed_at``, and others have none."""

from __future__ import annotations

import re

from ..errors import Abstained
from ..language import message
from .lexicon import Lexicon
from .plan.schema import Filter, QueryPlan, frames_of
from .plan.words import name_parts
from .row_wordings import UNTIL
from .tokens import canonical, past_forms, stem

_ASKS = re.compile(r"\b(?:who|which|what|whose|did|does|do|has|have)\b", re.I)
_NOT = re.compile(r"\b(?:not|no|never|without|yet|un\w+|still|missing|open|outstanding)\b|n't\b", re.I)


def with_deeds(plan: QueryPlan, text: str, words: Lexicon) -> QueryPlan:
    """The plan with the rows alone in which was done what the question says, where the plan looks at nothing of it.

    Raises:
        Abstained: It asks for what is open, and the plan takes all rows.
    """
    if plan.source is not None or plan.about is not None or len(frames_of(plan)) > 1:
        return plan
    for state, ends in UNTIL.items():
        column = next((name for end in ends if (name := _partly(end, words))), "")
        said = column and re.search(rf"\b{state}\b", text, re.I)
        if said and column not in plan.columns and not _is_known(state, words):
            raise Abstained(
                message("It is not clear what “{word}” is to do here.", word=state),
                message("Say for example “where {column} is missing”.", column=column),
            )
    if _NOT.search(text):
        return plan
    deeds = dict.fromkeys(filter(None, (_deed(found, text, words) for found in re.finditer(r"[A-Za-z]{3,}", text))))
    new = tuple(Filter(column=name, operator="is not null") for name in deeds if name not in plan.columns)
    return plan.model_copy(update={"filters": (*plan.filters, *new)}) if new else plan


def _deed(found: re.Match[str], text: str, words: Lexicon) -> str:
    """The column that says when it was done what a word says; empty where all rows have it, or the word is a noun."""
    word = found[0].lower()
    forms = [word]
    if _ASKS.search(text[: found.start()]):
        forms += past_forms(stem(word))
    deed = next((name for form in forms if (name := words.done.get((form,)))), "")
    if not deed or not words.column(deed).nulls or _is_known(word, words) or canonical(word) in words.frame:
        return ""
    others = (column.sql for column in words.card.columns if column.sql != deed)
    return "" if any(word in name_parts(name) for name in others) else deed  # "5 days left", where there is days_left


def _partly(verb: str, words: Lexicon) -> str:
    """The column of when that was done, where it was not done in all rows."""
    name = words.done.get((verb,), "")
    return name if name and words.column(name).nulls else ""


def _is_known(word: str, words: Lexicon) -> bool:
    return word in words.exact or any(word in value for value in words.values)
