"""What a conversation has left, as text that another process goes on from.

Its questions with what may be told of them, the outputs that later words are held against, and what its code left in
the sandbox: frames, plain values, and the imports and functions that the code defines. What cannot be written, as a
fitted model, is gone elsewhere; its name stays, so that a message can give it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from ..errors import AnalystError
from ..language import message
from ..sources.frames import Frame
from ..turn import Code, Exchange, Output, Privacy
from .conversation import Conversation
from .session import Session
from .written import WRITTEN, frame_of, read_frame, read_output, write_frame, write_output

MAX_BYTES = 10_000_000
"""Bytes of frames that a conversation takes along; the newest go first."""
MAX_CELLS = 2_000_000
"""A frame with more cells stays without a further look."""
MAX_EXCHANGES = 100
SECONDS = 30.0
"""For one look into the sandbox."""
MAX_VALUES = 40_000
"""Characters of plain values that are taken along."""
FRAMES = frozenset({"DataFrame", "Series", "Table", "RecordBatch"})
VALUES = frozenset(
    "int float str bool bytes list dict tuple set frozenset NoneType date datetime timedelta Timestamp Timedelta"
    " Decimal int64 int32 float64 float32 bool_".split()
)
# What the two functions below run with; each value is written as an expression that gives it again.
_SCOPE = """
    import datetime, decimal, json, math, numpy, pandas
    _scope = {"datetime": datetime, "Decimal": decimal.Decimal, "np": numpy, "Timestamp": pandas.Timestamp,
              "Timedelta": pandas.Timedelta}
"""
_WRITE = f"""
def _written(_names, _frames, _most):{_SCOPE}
    _texts, _cells = {{}}, {{}}
    for _name in _frames:
        try:
            _shape = globals()[_name].shape if hasattr(globals()[_name], "shape") else (globals()[_name].num_rows,)
            _cells[_name] = math.prod(_shape)
        except Exception:
            pass
    for _name in _names:
        try:
            _value = globals()[_name]
            _text = repr(_value)
            _again = eval(_text, dict(_scope)) if len(_text) <= _most else None
            if type(_again) is type(_value) and _again == _value and repr(_again) == _text:
                _texts[_name] = _text
                _most -= len(_text)
        except Exception:
            pass
    return json.dumps([_texts, _cells])
"""
_READ = f"""
def _read(_texts, _sources):{_SCOPE}
    for _name, _text in _texts.items():
        try:
            globals()[_name] = eval(_text, dict(_scope))
        except Exception:
            pass
    for _source in _sources:
        try:
            exec(_source, globals())
        except Exception:
            pass
"""


class BadThreadState(AnalystError):
    """A text is no state of a conversation."""


@dataclass(frozen=True, slots=True)
class Left:
    """What code left in a sandbox.

    Attributes:
        frames: Frames by name.
        values: Plain values by name, each as an expression.
        definitions: Imports, functions and classes, by the names that they give.
        names: The names that code gave, with the privacy level at which it was written.
        results: Results of queries on connections.
        lost: Names of what could not be taken along.
    """

    frames: Mapping[str, Frame] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    definitions: Mapping[str, str] = field(default_factory=dict)
    names: tuple[tuple[str, Privacy], ...] = ()
    results: Mapping[str, Frame] = field(default_factory=dict)
    lost: tuple[str, ...] = ()


async def leave(session: Session, sources: Collection[str]) -> Left:
    """What the code of a session has left, but for the sources, which later questions bring again.

    Args:
        session: The session; no turn uses it meanwhile.
        sources: Names of the sources.
    """
    kinds = dict(entry.partition(": ")[::2] for entry in session.variables)
    kinds = {name: kind for name, kind in kinds.items() if name not in sources and name not in session.definitions}
    framed = [name for name, kind in kinds.items() if kind in FRAMES]
    values, cells = await _looked(session, [name for name, kind in kinds.items() if kind in VALUES], framed)
    frames, room = dict[str, Frame](), MAX_BYTES
    for name in reversed(framed):
        frame = await _frame(session, name) if cells.get(name, MAX_CELLS + 1) <= MAX_CELLS else None
        if frame is not None and frame.nbytes <= room:
            frames[name], room = frame, room - frame.nbytes
    results = dict[str, Frame]()
    for name, frame in reversed(session.results.items()):
        if frame.nbytes <= room:
            results[name], room = frame, room - frame.nbytes
    gone = {*kinds, *session.results, *session.lost} - {*frames, *values, *results, *sources, *session.definitions}
    return Left(frames, values, dict(session.definitions), session.names, results, tuple(sorted(gone)))


async def _frame(session: Session, name: str) -> Frame | None:
    """A frame of the sandbox, where it came whole."""
    execution = await session.sandbox.run(Code(name), timeout=SECONDS)
    tables = [output for output in execution.outputs if output.kind == "table" and output.rows is None]
    if execution.error is not None or len(tables) != 1:
        return None
    try:
        return frame_of(name, tables[0])
    except (AnalystError, ValueError, TypeError, pa.ArrowException):
        return None


async def _looked(session: Session, names: list[str], frames: list[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Plain values of the sandbox, each as an expression, and the number of cells of its frames."""
    if not names and not frames:
        return {}, {}
    code = f"{_WRITE}print(_written({names!r}, {frames!r}, {MAX_VALUES}))\ndel _written"
    execution = await session.sandbox.run(Code(code), timeout=SECONDS)
    try:
        found = json.loads("".join(str(output.data) for output in execution.outputs if output.stream == "stdout"))
        values, cells = found
        return ({name: str(values[name]) for name in names if name in values},
                {name: int(cells[name]) for name in frames if name in cells})  # fmt: skip
    except (ValueError, TypeError):
        return {}, {}


async def take_up(session: Session, left: Left) -> None:
    """Put what code has left elsewhere into a session whose sandbox is fresh.

    Raises:
        AnalystError: The sandbox does not start.
    """
    session.take_up(left.names, left.definitions, left.results, left.lost)
    sources = list(dict.fromkeys(left.definitions.values()))
    if left.frames or left.values or sources:
        code = f"{_READ}_read({dict(left.values)!r}, {sources!r})\ndel _read"
        execution = await session.run(Code(code), list(left.frames.values()), {})
        if execution.error is not None:
            raise execution.error


def write_thread(conversation: Conversation, left: Left) -> str:
    """A conversation with what its code has left, as text."""
    state = {
        "nonce": conversation.nonce,
        "exchanges": [asdict(exchange) for exchange in conversation.exchanges[-MAX_EXCHANGES:]],
        "outputs": [write_output(output) for output in _fitting(conversation.outputs)],
        "frames": {name: write_frame(frame) for name, frame in left.frames.items()},
        "results": {name: write_frame(frame) for name, frame in left.results.items()},
        "values": dict(left.values),
        "definitions": dict(left.definitions),
        "names": [list(pair) for pair in left.names],
        "lost": list(left.lost),
    }
    return json.dumps(state)


def _fitting(outputs: Sequence[Output]) -> list[Output]:
    """The latest outputs that can be written and have room."""
    fitting, room = list[Output](), MAX_BYTES // 2
    for output in reversed([output for output in outputs if output.kind in WRITTEN]):
        room -= int(output.data.nbytes) if output.kind == "table" else len(str(output.data))
        if room < 0:
            break
        fitting.insert(0, output)
    return fitting


def read_thread(thread: str, text: str) -> tuple[Conversation, Left]:
    """A conversation and what its code has left.

    Raises:
        BadThreadState: The text is none.
    """
    try:
        state: Mapping[str, Any] = json.loads(text)
        exchanges = tuple(Exchange(**{**entry, "code": Code(**entry["code"])}) for entry in state["exchanges"])
        outputs: tuple[Output, ...] = tuple(map(read_output, state["outputs"]))
        conversation = Conversation(thread, exchanges, outputs, object(), str(state["nonce"]))
        left = Left(
            {name: read_frame(name, entry) for name, entry in state["frames"].items()},
            state["values"],
            state["definitions"],
            tuple((name, privacy) for name, privacy in state["names"]),
            {name: read_frame(name, entry) for name, entry in state["results"].items()},
            tuple(state["lost"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, pa.ArrowException):
        raise BadThreadState(
            message("What the conversation has left cannot be read."), message("Begin another one.")
        ) from None
    return conversation, left
