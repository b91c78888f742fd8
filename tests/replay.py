"""Recorded replies of models, replayed through the whole of the product: the one reader of ``data/recorded``.

A group is a notebook: its cells are read and answered by what ``%%analyst`` runs, a scripted endpoint gives the
recorded replies, a real sandbox runs their code. What has to come out stands beside each cell, as expressions over the
notebook's own frames: ``faults`` holds an answer against them. The tests and ``benchmarks/answers.py`` share all this.
"""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from pypdf import PdfReader
from traitlets.config import Config

from analyst_magic.errors import AnalystError
from analyst_magic.evidence.trace import MARK
from analyst_magic.history.lock import Pin
from analyst_magic.notebook.cell import Cells
from analyst_magic.notebook.magic import AnalystMagics
from analyst_magic.results.text import is_warning
from analyst_magic.settings import load_settings
from analyst_magic.testing import Request, ScriptedModel
from analyst_magic.turn import Turn

FOLDER = Path(__file__).parent / "data" / "recorded"
CELLS, SLIPS = FOLDER / "cells.json", FOLDER / "slips.json"


@dataclass(frozen=True)
class Cell:
    """A cell of a recorded notebook.

    Attributes:
        name: Names it in tests: its group and its number.
        source: The cell.
        replies: What the model says, one for each request, oldest first.
        right: What has to come out; see ``data/recorded/README.md``.
        slip: What is wrong with the replies; empty where nothing is.
        not_yet: Why the product does not do this yet; empty where it does.
    """

    name: str
    source: str
    replies: tuple[Mapping[str, Any], ...]
    right: Mapping[str, Any]
    slip: str = ""
    not_yet: str = ""


@dataclass(frozen=True)
class Group:
    """The cells of one notebook, and what it needs."""

    name: str
    model: str
    setup: str
    files: Mapping[str, str]
    settings: Mapping[str, str]
    tools: bool
    sandbox: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Played:
    """What became of a cell.

    Attributes:
        cell: The cell.
        turn: Its turn.
        requests: What the model was sent.
        shown: The words that the notebook shows below the cell.
        pin: The answer as it was pinned, or None.
        names: The notebook's variables.
    """

    cell: Cell
    turn: Turn
    requests: tuple[Request, ...]
    shown: str
    pin: Pin | None
    names: Mapping[str, Any] = field(repr=False)

    @property
    def prompt(self) -> str:
        """The first request, as one text."""
        return _readable(self.requests[0])

    @property
    def last_prompt(self) -> str:
        """The last request, as one text."""
        return _readable(self.requests[-1])


def _readable(request: Request) -> str:
    return "\n".join(str(message["content"]) for message in request.body["messages"])


def load(path: Path) -> tuple[Group, ...]:
    """The groups of a file."""
    return tuple(_group(entry) for entry in json.loads(path.read_text("utf-8")))


def _group(entry: Mapping[str, Any]) -> Group:
    cells = tuple(
        Cell(
            cell.get("id") or f"{entry['id']}{chr(97 + number) if len(entry['cells']) > 1 else ''}",
            cell["cell"],
            tuple(cell["replies"]),
            cell["right"],
            cell.get("slip", ""),
            cell.get("not_yet", ""),
        )
        for number, cell in enumerate(entry["cells"])
    )
    return Group(
        entry["id"],
        entry["model"],
        entry["setup"],
        entry.get("files", {}),
        entry.get("settings", {}),
        entry.get("tools_offered", False),
        entry.get("sandbox", "local"),
        cells,
    )


# -- playing -----------------------------------------------------------------------------------------------------------


class Player:
    """Plays recorded notebooks one after the other, in one sandbox of each kind, afresh for each notebook.

    Args:
        folder: Where ``analyst.lock``, notes and documents go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._model, self._display = folder, ScriptedModel(), CapturingDisplayPublisher()
        self._magics: dict[str, AnalystMagics] = {}
        self._frames: dict[str, dict[str, Any]] = {}

    @property
    def names(self) -> dict[str, Any]:
        """The variables of the notebook that is played."""
        return self._shell.user_ns

    def __enter__(self) -> Player:
        self._model.__enter__()
        self._main = sys.modules["__main__"]  # whose place the shell's own module takes
        self._shell = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
        self._shell.display_pub = self._display
        return self

    def __exit__(self, *exc: object) -> None:
        for magics in self._magics.values():
            magics.session.analyst.close()
        self._model.__exit__(*exc)
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = self._main

    def play(self, group: Group) -> Iterator[Played]:
        """What becomes of each cell of a notebook, in order."""
        (self._folder / "analyst.lock").unlink(missing_ok=True)
        yield from self._run(group)

    def rerun(self, group: Group, **frames: Any) -> Iterator[Played]:
        """The notebook that was played last once more, over other frames and without a model."""
        cells = tuple(replace(cell, replies=(), right={**cell.right, "calls": 0, "told": ()}) for cell in group.cells)
        yield from self._run(replace(group, cells=cells), **frames)

    def _run(self, group: Group, **frames: Any) -> Iterator[Played]:
        magics = self._opened(group)
        magics.session.namespace.update(frames)
        for name, text in group.files.items():
            (self._folder / name).write_text(text, "utf-8")
        try:
            for cell in group.cells:
                yield self._played(magics, cell)
        finally:
            for name in group.files:
                (self._folder / name).unlink()

    def _opened(self, group: Group) -> AnalystMagics:
        """The magics of a notebook that has just begun: nothing asked, and nothing left in the sandbox."""
        magics = self._magics.get(group.sandbox) or self._loaded(group.sandbox)
        settings = magics.session.settings
        provider = "openai" if group.tools else "local"  # an endpoint that takes tools, and one that does not
        changes = {"ANALYST_TIMEOUT": "120", "ANALYST_PRIVACY": "stats"} | dict(group.settings)
        settings.set_option("model", f"{provider}:{self._model.models[0]}")
        for name, value in changes.items():
            settings.set_option(name.removeprefix("ANALYST_").lower(), value)
        magics.session.cells = Cells()
        magics.session.analyst.reset()
        magics.session.namespace.clear()
        magics.session.namespace.update(self._namespace(group.setup))
        return magics

    def _loaded(self, sandbox: str) -> AnalystMagics:
        options = {"base_url": self._model.base_url, "sandbox": sandbox, "spares": 0, "history": False}
        options["output_directory"] = str(self._folder / "documents")
        settings = load_settings(environ={}, files=()).with_options(options)
        self._magics[sandbox] = AnalystMagics(self._shell, settings, self._folder)
        return self._magics[sandbox]

    def _namespace(self, setup: str) -> dict[str, Any]:
        """The variables of a notebook's first cell; notebooks with the same one share the frames."""
        if setup not in self._frames:
            names: dict[str, Any] = {"pd": pd, "np": np}
            exec(compile(setup, "setup", "exec"), names)
            self._frames[setup] = {name: value for name, value in names.items() if name != "__builtins__"}
        return self._frames[setup]

    def _played(self, magics: AnalystMagics, cell: Cell) -> Played:
        self._model.clear()
        for reply in cell.replies:
            self._say(reply)
        self._display.outputs.clear()
        before, printed = len(self._model.requests), io.StringIO()
        first, _, body = cell.source.partition("\n")
        if "--fresh" in first:  # what an earlier cell pinned for the same question is not this one's
            (self._folder / "analyst.lock").unlink(missing_ok=True)
        magics.session.namespace.pop("_analyst", None)
        with patch.dict(os.environ, OPENAI_API_KEY="scripted"), contextlib.redirect_stdout(printed):
            try:
                magics.run_magic(first.removeprefix("%%analyst").strip(), body)
            except AnalystError as error:
                print(error)
        turn = magics.session.namespace["_analyst"]
        assert isinstance(turn, Turn)
        pins = [pin for pin in magics.session.lock.pins().values() if pin.question == turn.question.text]
        requests = tuple(self._model.requests[before:])
        shown = printed.getvalue() + _shown(self._display.outputs)
        return Played(cell, turn, requests, shown, pins[0] if pins else None, dict(magics.session.namespace))

    def _say(self, reply: Mapping[str, Any]) -> None:
        calls = [(call["name"], json.dumps(call["arguments"])) for call in reply.get("tool_calls") or ()]
        if not calls:
            self._model.say(reply["content"])
            return
        names, arguments = zip(*calls, strict=True)
        self._model.call(*arguments, name=names, text=reply.get("content") or "")


def _shown(outputs: Sequence[Mapping[str, Any]]) -> str:
    """The words of a cell's outputs; of one that was updated, the last ones."""
    last: dict[str, Mapping[str, Any]] = {}
    for number, output in enumerate(outputs):
        last[(output.get("transient") or {}).get("display_id") or str(number)] = output["data"]
    texts = [data.get("text/html") or data.get("text/plain", "") for data in last.values()]
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:b|strong|em|i|code|a)\b[^>]*>", "", "\n".join(texts))))


# -- holding an answer against what has to come out --------------------------------------------------------------------


def faults(played: Played) -> list[str]:
    """What is wrong with what became of a cell; nothing where it is right."""
    right, found = Right.of(played), wrong_values(played)
    if right.calls != len(played.requests):
        found.append(f"{len(played.requests)} calls in place of {right.calls}")
    found += [f"the model was not told {words!r}" for words in right.told if words not in played.prompt]
    found += [f"the model was not told {words!r} then" for words in right.then_told if words not in played.last_prompt]
    found += [f"it says {words!r}" for words in right.never if words in _without_code(played)]
    if _marks(played) > right.marked:
        found.append(f"{_marks(played)} numbers are marked in place of {right.marked}")
    if (played.pin is not None) != right.pinned:
        found.append("it is pinned" if played.pin is not None else "it is not pinned")
    return found


def wrong_values(played: Played) -> list[str]:
    """What a user would be misled by: another answer, values, words or kind than is right, or a missing mark."""
    right, turn = Right.of(played), played.turn
    found = [*_faults_of_kind(right, turn)]
    if right.answer is not None and turn.answer != right.answer:
        found.append(f"the answer is {turn.answer!r}, and right is {right.answer!r}")
    visible = "\n".join([played.shown, turn.answer, turn.text, *turn.notes, str(turn.error or "")])
    found += [f"nothing says {words!r}" for words in right.says if words not in visible]
    if _marks(played) < right.marked:
        found.append(f"{_marks(played)} numbers are marked in place of {right.marked}")
    kinds = [result.kind for result in turn.results if not is_warning(result)]
    if right.results is not None and kinds != right.results:
        found.append(f"it shows {kinds} in place of {right.results}")
    if right.table is not None:
        found += _faults_of_table(right.table, turn)
    if right.file is not None:
        found += _faults_of_file(right.file, turn)
    if right.traces is not None:
        found += _faults_of_figures(right.traces, turn)
    return found


def _marks(played: Played) -> int:
    return f"{played.turn.text}{played.turn.answer}".count(MARK.strip())


@dataclass(frozen=True)
class Right:
    """What has to come out of a cell, with all expressions evaluated."""

    kind: str
    error: str
    calls: int
    answer: str | None
    says: tuple[str, ...]
    never: tuple[str, ...]
    told: tuple[str, ...]
    then_told: tuple[str, ...]
    marked: int
    results: list[str] | None
    table: list[list[Any]] | None
    file: list[str] | None
    traces: list[list[list[Any]]] | None
    pinned: bool

    @classmethod
    def of(cls, played: Played) -> Right:
        """The expressions of a cell's ``right`` over its notebook's variables."""
        given, names = played.cell.right, {**played.names, "pd": pd, "np": np}
        exec(compile("\n".join(given.get("given", ())), "given", "exec"), names)

        def value(name: str) -> Any:
            return eval(given[name], names) if name in given else None

        kind, error = given.get("kind", "result"), given.get("error", "")
        table = value("table")
        return cls(
            kind,
            error,
            given.get("calls", 1),
            value("answer"),
            tuple(given.get("says", ())) + tuple(value("says_values") or ()),
            tuple(given.get("never", ())),
            tuple(given.get("told", ())),
            tuple(given.get("then_told", ())),
            given.get("marked", 0),
            given.get("results"),
            None if table is None else rows_of(table),
            value("file"),
            value("traces"),
            given.get("pinned", kind == "result" and not error),
        )


def _without_code(played: Played) -> str:
    """What a cell shows, but for the code in the folds."""
    shown = played.shown
    for attempt in played.turn.attempts:
        shown = shown.replace(attempt.code.text, "") if attempt.code.text else shown
    return shown


def _faults_of_kind(right: Right, turn: Turn) -> Iterator[str]:
    error = type(turn.error).__name__ if turn.error is not None else ""
    if error != right.error:
        yield f"it ends with {error or 'an answer'} ({turn.error}) in place of {right.error or 'an answer'}"
    if turn.kind != right.kind:
        yield f"it is a {turn.kind} in place of a {right.kind}"


def rows_of(table: Any) -> list[list[Any]]:
    """The rows of a data frame, a series or a list of them, with missing values as None."""
    if isinstance(table, pd.Series):
        table = table.reset_index()
    if isinstance(table, pd.DataFrame):
        table = table.astype(object).to_numpy().tolist()
    return [[None if pd.isna(value) else value for value in row] for row in table]


def _faults_of_table(right: list[list[Any]], turn: Turn) -> Iterator[str]:
    if not turn.tables:
        yield "it shows no table"
        return
    if difference := _difference(_rows_shown(turn.tables[0].to_pandas()), right):
        yield f"the table shows {difference}"


def _rows_shown(table: pd.DataFrame | pd.Series[Any]) -> list[list[Any]]:
    """The rows of a table as a user sees them: numbers of rows are no column."""
    frame = table.to_frame() if isinstance(table, pd.Series) else table
    numbered = frame.index.nlevels == 1 and frame.index.name is None and pd.api.types.is_integer_dtype(frame.index)
    return rows_of(frame if numbered else frame.reset_index())


def _faults_of_file(right: list[str], turn: Turn) -> Iterator[str]:
    """Faults of the file: words that its text does not hold, whatever its lines."""
    text = " ".join(document_text(turn.documents[0].path).split()) if turn.documents else ""
    yield from (f"the file does not say {words!r}" for words in right if " ".join(words.split()) not in text)


def document_text(path: Path) -> str:
    """The words of a PDF, or of an Office file whatever its kind."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    with zipfile.ZipFile(path) as archive:
        pages = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")]
    return html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?[aw]:[rt](?: [^>]*)?>", "", "\n".join(pages))))


def _faults_of_figures(right: list[list[list[Any]]], turn: Turn) -> Iterator[str]:
    """Faults of the traces of all figures in their order, each as its x and its y."""
    traces = [trace for figure in turn.figures for trace in figure.to_plotly().data]
    shown = [[_values(trace.x), _values(trace.y)] for trace in traces]
    if difference := _difference(shown, right):
        yield f"the figures draw {difference}"


def _values(array: Any) -> list[Any]:
    """The values of an array of plotly's, which may be packed."""
    if isinstance(array, Mapping):
        return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"]).tolist()
    return list(array) if array is not None else []


def _difference(shown: Sequence[Any], right: Sequence[Any]) -> str:
    """The first difference of two lists; empty where there is none."""
    if len(shown) != len(right):
        return f"{len(shown)} rows or traces in place of {len(right)}"
    pairs = zip(shown, right, strict=True)
    return next((f"{str(a)[:300]} in place of {str(b)[:300]}" for a, b in pairs if not _same(a, b)), "")


def _same(one: Any, other: Any) -> bool:
    """Whether two values, or lists of them, are the same; numbers to nine digits."""
    if isinstance(one, list | tuple):
        return isinstance(other, list | tuple) and len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, int | float | np.number) and isinstance(other, int | float | np.number):
        return bool(np.isclose(float(one), float(other), rtol=1e-9, atol=1e-9, equal_nan=True))
    return bool(one == other)
