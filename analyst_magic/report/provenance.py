"""How an answer was made: what the notebook says of each question, and what ``analyst.lock`` beside it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag

from ..errors import LockError
from ..history.lock import NAME, Lock, Pin
from ..results.html import one_line, visible
from .plain import text_of

_TURN = '<div class="analyst-turn">'
_LONGEST = 2_000_000
_LANGUAGES = {"SQL": "sql", "Python": "python", "Python for a document": "python"}
_WRITTEN = re.compile(r"(pinned, )?written by (.{1,200})")
_TIME = re.compile(r"[\d.]+ s")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell's output says of the turn that made it.

    Attributes:
        text: How the question was understood, or the model's prose.
        facts: The line with language, model, time and place.
        code: The code that answered; empty where none did.
        language: ``sql`` or ``python``; empty without code.
        model: Who wrote it.
        pinned: Whether it came from ``analyst.lock``.
        place: Where it ran.
        failed: What went wrong before, an attempt each.
    """

    text: str = ""
    facts: str = ""
    code: str = ""
    language: str = ""
    model: str = ""
    pinned: bool = False
    place: str = ""
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything that is known of how one question was answered.

    Attributes:
        number: Which question of the report it is, from 1.
        question: Its words.
        anchor: Where it stands in the report.
        answer: What the cell's output says.
        date: When the cell was run, in UTC; empty where the notebook does not say.
        turn: The turn's id in the history.
        image: The sandbox's image.
        frames: The schema of each frame that the code used.
        results: The digests of the results.
        notes: What a reader should know besides, in sentences.
    """

    number: int
    question: str
    anchor: str
    answer: Answer
    date: str = ""
    turn: str = ""
    image: str = ""
    frames: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known, as labels and values, without what is not."""
        answer = self.answer
        model = answer.model + (" (pinned in analyst.lock)" if answer.pinned else "") if answer.model else ""
        named = {"sql": "SQL", "python": "Python"}.get(answer.language, "")
        rows = [("Language", named), ("Written by", model), ("Ran in", answer.place), ("Run on", self.date)]
        rows += [("Sandbox image", self.image)]
        rows += [(f"Data: {name}", schema) for name, schema in self.frames.items()]
        rows += [("Digests of the results", ", ".join(self.results)), ("Turn", self.turn)]
        rows += [("Failed before", said) for said in answer.failed]
        return [(label, value) for label, value in rows if value]


def read_answer(output: Mapping[str, Any]) -> Answer | None:
    """The turn that an output tells of; None where it is another output, or one that only pretends to be."""
    data = output.get("data")
    html = text_of(data.get("text/html", "")) if isinstance(data, Mapping) else ""
    if not html.startswith(_TURN) or len(html) > _LONGEST:
        return None
    turn = BeautifulSoup(html, "html.parser").find("div")
    if not isinstance(turn, Tag):
        return None
    text, facts, code, failed = "", "", "", []
    for part in turn.find_all(True, recursive=False):
        if part.name == "details":
            said = one_line(_words(part.find("summary", recursive=False)), 500)
            if "written by" in said:
                facts, code = said, _code(part)
            else:
                failed.append(one_line(f"{said}: {_words(part.find('div', recursive=False))}", 500))
        elif part.name == "div" and " s" in part.text and part.text.startswith("asked "):
            facts = one_line(_words(part), 500)
        elif part.name == "div":
            text = visible(part.text.strip())
    if not facts:
        return None
    return _read_facts(Answer(text, facts, code, failed=tuple(failed)))


def _read_facts(answer: Answer) -> Answer:
    for fact in answer.facts.split(" · "):
        if fact in _LANGUAGES:
            answer = replace(answer, language=_LANGUAGES[fact])
        elif written := _WRITTEN.fullmatch(fact):
            answer = replace(answer, model=written[2], pinned=bool(written[1]))
        elif fact.startswith("asked "):
            answer = replace(answer, model=fact.removeprefix("asked "))
        elif fact.startswith("ran in "):
            answer = replace(answer, place=fact.removeprefix("ran in "))
    return answer


def _code(part: Tag) -> str:
    block = part.find("pre", recursive=False)
    return visible(block.text).strip("\n") if isinstance(block, Tag) else ""


def _words(part: Any) -> str:
    return " ".join(part.text.split()) if isinstance(part, Tag) else ""


def read_lock(folder: Path | None) -> tuple[dict[str, Pin], str]:
    """The pins beside a notebook, and a sentence where there is a lock file that cannot be read."""
    if folder is None or not (folder / NAME).is_file():
        return {}, ""
    try:
        return Lock(folder / NAME).pins(), ""
    except LockError as error:
        return {}, error.message


def run_date(cell: Mapping[str, Any]) -> str:
    """When a cell was run, to the minute, as the notebook's timing has it."""
    times = cell.get("metadata", {}).get("execution")
    found = _MOMENT.match(str(times.get("iopub.execute_input", ""))) if isinstance(times, Mapping) else None
    return f"{found[1]} {found[2]} UTC" if found else ""


def turn_of(outputs: Sequence[Mapping[str, Any]]) -> str:
    """The id of the turn that a cell's outputs name, or an empty string."""
    for output in outputs:
        said = output.get("metadata", {}).get("analyst")
        uid = said.get("turn") if isinstance(said, Mapping) else None
        if isinstance(uid, str) and re.fullmatch(r"[\w-]{1,64}", uid):
            return uid
    return ""


def with_pin(found: Provenance, keys: Sequence[str], pins: Mapping[str, Pin]) -> Provenance:
    """A question's provenance with what the lock file knows of it.

    Args:
        found: What the notebook says.
        keys: The keys that the question's pin may have.
        pins: The pins of the lock file.
    """
    same = [pin for key in keys for pin in pins.values() if pin.key == key]
    if not same:
        return found
    shown = found.answer.code.strip()
    pin = next((pin for pin in same if shown == visible(pin.code.text).strip()), same[0])
    notes = found.notes
    if shown and shown != visible(pin.code.text).strip():
        notes += ("analyst.lock now holds other code for this question than what is shown here.",)
        return replace(found, notes=notes)
    return replace(
        found,
        image=one_line(pin.image, 200),
        frames={one_line(name, 100): one_line(schema, 2000) for name, schema in pin.frames.items()},
        results=tuple(one_line(result, 100) for result in pin.results[:20]),
        notes=notes + (("The pinned code was edited by hand.",) if pin.edited else ()),
    )
