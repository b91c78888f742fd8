"""Reads the cards of notebooks that version 0.1 executed, whose outputs hold HTML and no record of the answer.

Nothing but the reports needs this, and only for such notebooks: a card that is displayed now has its record in the
metadata of its output (``evidence.provenance``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup, Tag

from ..evidence.provenance import KEY, LANGUAGES, AnswerRecord, EarlierAttempt

_CARD = '<div class="analyst-turn">'
_NAMES = {label: language for language, label in LANGUAGES.items()}
MAX_HTML = 2_000_000


def read_old_card(html: str, metadata: object) -> AnswerRecord | None:
    """The record of an answer, from its card; None where the HTML is something else.

    Args:
        html: An output's HTML, from a notebook of any origin. Only its text is taken.
        metadata: The output's metadata, which names the turn.
    """
    if not html.startswith(_CARD) or len(html) > MAX_HTML:
        return None
    card = BeautifulSoup(html, "html.parser").find("div")
    record, facts = AnswerRecord(turn=_turn(metadata)), ""
    for part in card.find_all(True, recursive=False) if isinstance(card, Tag) else ():
        title = _words(part.find("summary", recursive=False)) if part.name == "details" else ""
        if "written by" in title:
            facts, record = title, replace(record, code=_code(part))
        elif title:
            earlier = EarlierAttempt(_code(part), error=_words(part.find("div", recursive=False)))
            record = replace(record, attempts=(*record.attempts, earlier))
        elif part.text.startswith("asked "):
            facts = _words(part)
        elif part.name == "div":
            record = replace(record, text=part.text.strip())
    for fact in facts.split(" · "):
        record = _with_fact(record, fact)
    return record if record.model else None


def _with_fact(record: AnswerRecord, fact: str) -> AnswerRecord:
    """The record with one part of the card's line of facts."""
    if fact.startswith("pinned, "):
        return replace(_with_fact(record, fact.removeprefix("pinned, ")), pinned=True)
    if fact.startswith(("written by ", "asked ")):
        return replace(record, model=fact.removeprefix("written by ").removeprefix("asked "))
    if fact.startswith("ran in "):
        return replace(record, sandbox=fact.removeprefix("ran in "))
    if fact.startswith("saw "):
        return replace(record, privacy=fact.removeprefix("saw "))
    if fact in _NAMES:
        return replace(record, language=_NAMES[fact])
    try:
        if fact.endswith(" tokens"):
            return replace(record, tokens=int(fact.removesuffix(" tokens").replace(",", "")))
        if fact.startswith("$"):
            return replace(record, cost=float(fact[1:]))
        return replace(record, seconds=float(fact.removesuffix(" s")))
    except ValueError:
        return record


def _turn(metadata: object) -> str:
    named = metadata.get(KEY) if isinstance(metadata, Mapping) else None
    turn = named.get("turn") if isinstance(named, Mapping) else None
    return turn if isinstance(turn, str) else ""


def _code(part: Tag) -> str:
    block = part.find("pre", recursive=False)
    return block.text if isinstance(block, Tag) else ""


def _words(part: Any) -> str:
    return " ".join(part.text.split()) if isinstance(part, Tag) else ""
