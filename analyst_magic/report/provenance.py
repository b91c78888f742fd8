"""How an answer was made: what the notebook says of each question, and what ``analyst.lock`` beside it knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..cleaning.markdown import markdown, plain
from ..errors import LockError
from ..evidence.provenance import AnswerRecord, read_record
from ..history.lock import NAME, LockFile
from ..history.pin import Pin
from ..language import localize, tr
from ..results.html import one_line, visible
from .old_outputs import read_old_card
from .plain import text_of

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a cell's output says of the turn that made it, as text that can be shown anywhere.

    Attributes:
        words: The answer in words; empty where the results stand alone.
        kind: What it is: a ``result``, or prose without one: a ``refusal``, a ``question`` back, an ``explanation``.
        brief: Whether it is one line, to be shown large.
        reading: How the question was understood.
        method: The model's words on what its code does.
        facts: The line with language, model, time and place.
        code: The code that answered; empty where none did.
        language: ``sql`` or ``python``; empty without code.
        model: Who wrote it.
        pinned: Whether it came from ``analyst.lock``.
        sandbox: Where it ran.
        failed: Why earlier attempts failed, one text for each.
        turn: The turn's id in the history; empty where the output does not say.
        evidence: The line of evidence: which rows and columns the answer was computed from, and which were left out.
    """

    words: Markup = field(default_factory=Markup)
    kind: str = "result"
    brief: bool = False
    reading: str = ""
    method: str = ""
    facts: str = ""
    code: str = ""
    language: str = ""
    model: str = ""
    pinned: bool = False
    sandbox: str = ""
    failed: tuple[str, ...] = ()
    turn: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything that is known of how one question was answered.

    Attributes:
        number: Which question of the report it is, from 1.
        question: Its words.
        anchor: Where it stands in the report.
        answer: What the cell's output says.
        date: When the cell was run, in UTC; empty where the notebook does not say.
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
    image: str = ""
    frames: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is known, as labels and values, without what is not."""
        answer = self.answer
        model = answer.model
        model = tr("{model} (pinned in analyst.lock)", model=model) if model and answer.pinned else model
        named = {"sql": "SQL", "python": "Python"}.get(answer.language, "")
        rows = [
            (tr("Language"), named),
            (tr("Written by") if answer.code else tr("Asked"), model),
            (tr("Ran in"), answer.sandbox),
            (tr("Run on"), self.date),
            (tr("Computed from"), answer.evidence),
        ]
        rows += [(tr("Sandbox image"), self.image)]
        rows += [(tr("Data: {name}", name=name), schema) for name, schema in self.frames.items()]
        rows += [(tr("Digests of the results"), ", ".join(self.results)), (tr("Turn"), answer.turn)]
        rows += [(tr("Failed before"), said) for said in answer.failed]
        return [(label, value) for label, value in rows if value]


def read_answer(output: Mapping[str, Any]) -> Answer | None:
    """The answer that an output is the card of; None where it is another output.

    Args:
        output: An output of a notebook of any origin.
    """
    record = read_record(output.get("metadata"))
    if record is None:
        data = output.get("data")
        html = text_of(data.get("text/html", "")) if isinstance(data, Mapping) else ""
        record = read_old_card(html, output.get("metadata"))
    return _harmless(record) if record is not None and record.model else None


def _harmless(record: AnswerRecord) -> Answer:
    """A record as text that can be shown anywhere."""
    earlier = enumerate(record.attempts, 1)
    language = {"sql": "sql", "python": "python", "document": "python"}.get(record.language, "")
    return Answer(
        words=Markup(markdown(record.answer)),  # noqa: S704 - made harmless there
        kind=record.kind,
        brief=record.brief,
        reading=visible(plain(record.reading)),
        method=visible(plain(record.method)),
        facts=one_line(" · ".join(map(localize, record.facts)), 500),
        code=visible(record.code).strip("\n"),
        language=language if record.code else "",
        model=one_line(record.model, 200),
        pinned=record.pinned,
        sandbox=one_line(record.sandbox, 200),
        failed=tuple(one_line(f"{localize(one.title(n))}: {one.error}", 500) for n, one in earlier if one.error),
        turn=record.turn if re.fullmatch(r"[\w-]{1,64}", record.turn) else "",
        evidence=one_line(" · ".join(map(localize, record.evidence)), 500),
    )


def read_lock(folder: Path | None) -> tuple[dict[str, Pin], str]:
    """The pins beside a notebook, and a sentence where there is a lock file that cannot be read."""
    if folder is None or not (folder / NAME).is_file():
        return {}, ""
    try:
        return LockFile(folder / NAME).pins(), ""
    except LockError as error:
        return {}, error.message


def run_date(cell: Mapping[str, Any]) -> str:
    """When a cell was run, to the minute, as the notebook's timing has it."""
    times = cell.get("metadata", {}).get("execution")
    found = _MOMENT.match(str(times.get("iopub.execute_input", ""))) if isinstance(times, Mapping) else None
    return f"{found[1]} {found[2]} UTC" if found else ""


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
