"""The messages that the panel gets about a turn, as small dictionaries; nothing here asks or runs anything."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError

from ..cleaning.markdown import markdown
from ..display.card import shown
from ..engine.job import Event
from ..errors import Abstained, AnalystError, CodeFailed, Stopped
from ..evidence.provenance import record_of
from ..history.pin import follows
from ..language import Message as Text
from ..language import localize, message, tr
from ..planner.offers import askable, going_on
from ..results.figure import Figure
from ..results.number import number_of
from ..results.shown_figures import FIGURES
from ..results.stream import MIME
from ..results.table import Table
from ..results.text import is_warning
from ..turn import Exchange, FrameCard, Question, Turn
from .channel import Message
from .metric import metric_of

VERSION = 2
MAX_TEXT = 200_000
_FENCED = re.compile(r"^```.*?(?:^```[^\n]*\n?|\Z)", re.S | re.M)
_MARK = re.compile(r"^\s*(?:refusal|question):\s*", re.I)


def failure(error: BaseException) -> Message:
    """An error as the panel shows it: what is wrong, and the next step."""
    if isinstance(error, AnalystError):
        detail = error.traceback if isinstance(error, CodeFailed) else ""
        step = localize(in_panel_words(error.next_step))
        return {"kind": error.kind, "message": localize(error.message), "next_step": step, "detail": detail}
    said = str(error).splitlines()[0][:500] if str(error) else ""
    step = tr("Ask again; if it stays, `%analyst doctor` says what works.")
    return {"kind": type(error).__name__, "message": said or tr("Something failed."), "next_step": step, "detail": ""}


_PANEL_WORDS = {
    "Load one first, or name it with -f.": message("Run a cell that makes one, or drop a data file on the panel."),
    "Name the frame in the question, or with -f.": message("Name the frame in the question."),
}
"""What is said of a cell's options, where there are none."""


def in_panel_words(text: str) -> str:
    """A next step that was written for a cell, with what the panel has in place of a cell's options.

    >>> in_panel_words("Load one first, or name it with -f.")
    'Run a cell that makes one, or drop a data file on the panel.'
    """
    if isinstance(text, Text) and text.values:
        parts = {name: in_panel_words(part) if isinstance(part, str) else part for name, part in text.values.items()}
        return Text(text.template, text.plural, parts)
    return _PANEL_WORDS.get(text, text)


def progress(event: Event, elapsed: float) -> Message | None:
    """An event of the engine as a message to the panel; None for those that it does not need."""
    if event.stage == "text":
        return {"type": "delta", "text": event.text}
    if event.stage == "print":
        return {"type": "printed", "text": event.text}
    if event.stage == "sent":
        return {"type": "sent", "text": event.text[:MAX_TEXT]}
    if event.stage in {"tick", "confirm"}:
        return None
    return {"type": "stage", "stage": event.stage, "text": localize(event.text)[:MAX_TEXT], "elapsed": elapsed}


def results(turn: Turn) -> Iterator[tuple[Message, Sequence[bytes]]]:
    """Each result with the bundle that shows it, and a table's rows as an Arrow stream beside it; warnings last."""
    places = sorted(range(len(turn.results)), key=lambda place: is_warning(turn.results[place]))
    for index in places:
        result = turn.results[index]
        fields, buffers = result.to_message()
        number = number_of(result, turn.code, turn.language or "", turn.answer)
        if number is not None:
            fields = {**fields, "number": number.to_message()}
        message: Message = {"type": "result", "index": index, "kind": result.kind, "data": bundle(turn, index)}
        yield {**message, **fields}, buffers


def bundle(turn: Turn, index: int) -> Message:
    """The MIME bundle of a result as the panel gets it: a table's rows travel beside it."""
    result = turn.results[index]
    if not isinstance(result, Figure | Table):
        return dict(result._repr_mimebundle_(exclude={MIME}))
    return FIGURES.bundle(turn, index, rows=False)


def ended(turn: Turn, words: str, pinned_frames: Sequence[str], scope: Sequence[str] = ()) -> Message:
    """The end of a turn: who wrote what, what it took, and the cells that it can become.

    Args:
        turn: The answer.
        words: What the user wrote.
        pinned_frames: Frames that the question was confined to.
        scope: All frames in scope.
    """
    record = record_of(turn)
    tokens = {"prompt": turn.tokens.prompt, "completion": turn.tokens.completion} if turn.tokens else None
    failed = [{"code": a.code.text, "error": failure(a.error) if a.error else None} for a in turn.attempts[:-1]]
    return {
        "type": "done",
        "ok": turn.ok,
        "text": turn.text,
        "answer": record.answer,
        "answer_html": markdown(record.answer),
        "kind": record.kind,
        "brief": record.brief,
        "reading_html": markdown(record.reading),
        "method_html": markdown(record.method),
        "offers": list(map(localize, record.offers)),
        "questions": list(record.questions),
        "next": [],
        "code": turn.code,
        "language": turn.language,
        "model": turn.model,
        "facts": list(map(localize, record.evidence or record.facts)),
        "details": list(map(localize, record.details)) if record.evidence else [],
        "tokens": tokens,
        "cost": turn.cost,
        "seconds": {stage: round(took, 3) for stage, took in turn.seconds.items() if math.isfinite(took)},
        "sandbox": turn.sandbox,
        "privacy": turn.privacy,
        "notes": list(map(localize, turn.notes)),
        "pinned": turn.pinned,
        "history": turn.id or None,
        "good": None,
        "stopped": isinstance(turn.error, Stopped),
        "error": failure(turn.error) if turn.error is not None and not isinstance(turn.error, Stopped) else None,
        "attempts": failed,
        "cell": cell(turn, words, pinned_frames, scope),
        "code_cell": code_cell(turn, scope),
        "metric": metric_of(turn),
    }


def ways_on(turn: Turn, before: Sequence[Exchange], cards: Callable[[], Sequence[FrameCard]]) -> Message:
    """What can be asked after a turn: questions that go on from its answer, or in place of one that was not understood.

    Args:
        turn: The turn.
        before: The questions before it in its conversation.
        cards: Gives the frames in scope.
    """
    if turn.question.code is not None:
        return {}
    if isinstance(turn.error, Abstained):
        offered, error = askable(cards(), turn.question.text), failure(turn.error)
        step = error["next_step"].partition(tr("You can ask:"))[0].strip() if offered else error["next_step"]
        return {"questions": list(offered), "error": {**error, "next_step": step}}  # each question has its button
    if turn.ok and turn.kind == "result":
        return {"next": list(going_on(turn.question.text, before, cards()))}
    return {}


def cut_off(error: BaseException) -> Message:
    """The end of a question that no turn came of."""
    stopped = isinstance(error, Stopped | CancelledError)
    end = {"ok": False, "stopped": stopped, "error": None if stopped else failure(error), "cell": "", "code_cell": ""}
    return {**ended(Turn(Question("")), "", ()), **end}


def prose_so_far(streamed: str) -> str:
    """The prose of an answer that is still being written, as harmless HTML; emphasis that is begun is closed.

    >>> prose_so_far("Question: which **re")
    '<p>which <strong>re</strong></p>'
    """
    text = _FENCED.sub("", _MARK.sub("", streamed)).rstrip()
    last = text.rpartition("\n")[2]
    for mark in ("`", "**"):
        if last.count(mark) % 2:
            begun = last.rpartition(mark)[2]
            text = text + mark if begun.strip() else text[: -len(mark + begun)]
            break
    return markdown(text)


def cell_outputs(turn: Turn) -> Iterator[Message]:
    """A turn as the outputs of a cell, in the form of a notebook's file."""
    for output in shown(turn):
        data = output.data if isinstance(output.data, dict) else output.data._repr_mimebundle_()
        yield {"output_type": "display_data", "data": data, "metadata": output.metadata}


def cell(turn: Turn, words: str, pinned_frames: Sequence[str], scope: Sequence[str] = ()) -> str:
    """A cell that gives the same answer from the lock file; for a follow-up, a cell that holds the code.

    Takes what ``ended`` takes.
    """
    question = turn.question
    if question.code is None and turn.language != "document" and follows(question.text, "any question"):
        return code_cell(turn, scope)
    options = [f"-f {name}" for name in pinned_frames]
    options += [f"--as {question.wants}"] if question.wants else []
    options += [f"--{question.language}"] if question.language and question.code is None else []
    return f"{' '.join(['%%analyst', *options])}\n{words.strip()}"


def code_cell(turn: Turn, scope: Sequence[str] = ()) -> str:
    """A cell that runs all steps of the answer in the sandbox.

    Empty for a document, which no code of a cell can make, and where the steps are in several languages.

    Args:
        turn: The answer.
        scope: All frames in scope. Where the question named data files, the cell names these and the frames it needs.
    """
    program = turn.program
    if program is None or program.language == "document":
        return ""
    options = [f"-f {name}={path}" for name, path in turn.question.files]
    if options:
        needed = [name for name in scope if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", program.text)]
        options = [*(f"-f {name}" for name in needed), *options]
    return f"{' '.join(['%%analyst', *options])}\n{program.language.upper()}:\n{program.text}"
