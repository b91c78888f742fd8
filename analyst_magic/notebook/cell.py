"""THE parser of a cell: what the cells of a notebook ask of Analyst Magic.

The magic reads each cell as it runs; the lock and the reports read a whole notebook, cell after cell. Both use the
functions here, and a ``Cells`` value carries what earlier cells have settled: the thread, the language that was last
named in it, and the question that ``%analyst refine`` changes. ``labextension/src/cells.ts`` reads cells for the front
end; ``tests/contract/cells.json`` holds it to the same answers.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any, cast

from ..documents.templates import find as find_template
from ..documents.templates import locate
from ..errors import EmptyQuestion, InputError, UnknownOption
from ..history.pin import INVESTIGATION, keys
from ..language import message
from ..sources.files import named_file
from ..turn import MAIN_THREAD, Code, Language, Question, Wants
from .options import CellOptions, parse

_CELL_MAGIC = re.compile(r"\s*%%analyst(?=\s|$)[ \t]*(?P<line>[^\n]*)(?:\n(?P<body>.*))?", re.DOTALL)
_LINE_MAGIC = re.compile(r"^[ \t]*%analyst[ \t]+(?P<line>[^\n]*)$", re.MULTILINE)
_OWN_CODE = re.compile(r"\s*(?P<language>SQL|PYTHON):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """What a cell asks.

    Attributes:
        text: The question as the user wrote it, or the user's own code.
        options: The options of its ``%%analyst`` line, with the language and the model that its thread remembers.
        code: The user's own code, which runs as it stands; None for a question.
        thread: The thread that it is asked in.
        before: The question before it in that thread; empty where there is none.
        error: Why ``%%analyst`` refuses the cell; None where it does not.
    """

    text: str
    options: CellOptions = field(default_factory=CellOptions)
    code: Code | None = None
    thread: str = MAIN_THREAD
    before: str = ""
    error: InputError | None = None

    @property
    def is_question(self) -> bool:
        """Whether it is answered by a model, the planner or the lock file."""
        return bool(self.text) and self.code is None

    def question(self) -> Question:
        """The question for ``Analyst.ask``.

        Raises:
            InputError: Its template cannot be used.
        """
        language = self.code.language if self.code else self.options.language
        names = tuple((named_file(name) or (name, ""))[0] for name in self.options.frame)
        question = Question(self.text, self.options.wants, language, self.code, frames=names)
        return with_template(question, self.options.template) if self.options.template else question

    def keys(self, folder: Path | None = None) -> tuple[str, ...]:
        """The keys that its pin may have in the lock file; see ``history.lock.keys``.

        Args:
            folder: The notebook's folder, where its template lies; the working directory unless given.
        """
        if self.options.investigate:
            return keys(self.text, INVESTIGATION, "", "")
        return keys(self.text, self._format(folder), self.options.language or "", self.before)

    def _format(self, folder: Path | None) -> str:
        """The form of the answer with its template, as ``Question.format_key`` has it."""
        if not self.options.template:
            return self.options.wants or ""
        try:
            path: PurePath = locate(self.options.template, folder)
        except InputError:
            path = PurePath(self.options.template)
        return f"{path.suffix[1:].lower()} like {path.name}"


@dataclass(frozen=True, slots=True)
class ThreadState:
    """What a thread remembers.

    Attributes:
        question: Its last question; empty where there is none.
        model, language: Those that were last named in it.
    """

    question: str = ""
    model: str | None = None
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """What the cells of a notebook have settled so far.

    Attributes:
        thread: The thread that the next question is asked in.
        threads: What each thread remembers.
        last: The last question, which ``%analyst refine`` changes.
    """

    thread: str = MAIN_THREAD
    threads: Mapping[str, ThreadState] = field(default_factory=dict)
    last: ParsedCell | None = None

    @property
    def current(self) -> ThreadState:
        """What the current thread remembers."""
        return self.threads.get(self.thread, ThreadState())

    def in_thread(self, name: str) -> Cells:
        """The same cells, going on in a thread."""
        return replace(self, thread=name)

    def without_thread(self, name: str) -> Cells:
        """The same cells, when a thread is deleted."""
        threads = {other: state for other, state in self.threads.items() if other != name}
        return replace(self, threads=threads, thread=MAIN_THREAD if self.thread == name else self.thread)

    def without_questions(self) -> Cells:
        """The same cells, when the conversations are forgotten; what was named in them stays."""
        return replace(self, threads={name: replace(state, question="") for name, state in self.threads.items()})

    def _remembering(self, options: CellOptions) -> Cells:
        state = self.current
        state = replace(state, model=options.model or state.model, language=options.language or state.language)
        return replace(self, threads={**self.threads, self.thread: state})

    def _asked(self, asked: ParsedCell) -> Cells:
        if not asked.is_question or asked.options.dry_run:
            return self
        state = replace(self.current, question=asked.text)
        return replace(self, threads={**self.threads, self.thread: state}, last=asked)


def read_question(text: str, wants: Wants | None = None, language: Language | None = None) -> Question:
    """A question from what a user wrote: a text that starts with ``SQL:`` or ``PYTHON:`` is code.

    >>> read_question("SQL: SELECT 1").code
    Code(text='SELECT 1', language='sql', format='')
    """
    own = _OWN_CODE.match(text)
    if own is None:
        return Question(text.strip(), wants, language)
    written_in = cast(Language, own["language"].lower())
    source = text[own.end() :].strip("\n")
    return Question(source, wants, written_in, Code(textwrap.dedent(source).strip(), written_in))


def with_template(question: Question, template: str | os.PathLike[str]) -> Question:
    """The question, to be answered by a document like a template.

    Raises:
        InputError: There is no such template, or the answer is to have another form.
    """
    document = find_template(os.fspath(template))
    wants = cast(Wants, document.path.suffix[1:].lower())
    if question.wants not in {None, wants}:
        raise UnknownOption(
            message("{document} is no template for a .{wants} file.", document=document.name, wants=question.wants),
            message("Leave --as out, or say --as {wants}.", wants=wants),
        )
    return replace(question, wants=wants, template=document)


def read_magic(line: str, body: str, cells: Cells) -> tuple[ParsedCell, Cells]:
    """What a ``%%analyst`` cell asks, and what holds for the cells after it.

    Args:
        line: What stands behind ``%%analyst``.
        body: The lines below.
        cells: What the cells before it have settled.

    Raises:
        UnknownOption: The options cannot be read.
    """
    options = parse(line)
    question = read_question(textwrap.dedent(body))
    cells = cells._remembering(options)
    if cells.thread != MAIN_THREAD:
        options = replace(options, model=cells.current.model, language=cells.current.language)
    asked = ParsedCell(question.text, options, question.code, cells.thread, cells.current.question)
    return asked, cells._asked(asked)


def refine(words: str, cells: Cells) -> tuple[ParsedCell, Cells]:
    """What ``%analyst refine WORDS`` asks: the words, in the form and the language of the last question.

    Raises:
        EmptyQuestion: There is no question to refine, or no word says how.
    """
    if cells.last is None:
        raise EmptyQuestion(
            message("There is no question to refine yet."), message("Ask one in a cell that begins with %%analyst.")
        )
    words = words.strip().strip("\"'")
    if not words:
        raise EmptyQuestion(
            message("Say what to change."), message("Write for example: %analyst refine make it monthly")
        )
    last = cells.last.options
    options = CellOptions(wants=last.wants, language=last.language, template=last.template)
    asked = ParsedCell(words, options, None, cells.thread, cells.current.question)
    return asked, cells._asked(asked)


def after_command(line: str, cells: Cells) -> Cells:
    """What holds after a line magic such as ``%analyst thread NAME``.

    Args:
        line: What stands behind ``%analyst``.
        cells: What held before it.
    """
    match line.split():
        case ["thread", "delete", name]:
            return cells.without_thread(name)
        case ["thread", name] if name != "list" and name.isidentifier():
            return cells.in_thread(name)
        case ["reset"]:
            return cells.without_questions()
    return cells


def read_cell(source: str, cells: Cells) -> tuple[tuple[ParsedCell, ...], Cells]:
    """What a code cell of a notebook asks, and what holds for the cells after it.

    >>> (asked,), _ = read_cell("%%analyst --sql\\nTotal revenue by region", Cells())
    >>> asked.text, asked.options.language
    ('Total revenue by region', 'sql')

    Args:
        source: The cell's text.
        cells: What the cells before it have settled.
    """
    magic = _CELL_MAGIC.fullmatch(source)
    if magic is not None:
        try:
            asked, cells = read_magic(magic["line"], magic["body"] or "", cells)
        except InputError as error:
            question = read_question(textwrap.dedent(magic["body"] or ""))
            asked = ParsedCell(question.text, code=question.code, thread=cells.thread, error=error)
        return (asked,), cells
    parsed: list[ParsedCell] = []
    for line in () if source.lstrip().startswith("%%") else map(_line_of, _LINE_MAGIC.finditer(source)):
        command, _, words = line.partition(" ")
        if command != "refine":
            cells = after_command(line, cells)
            continue
        try:
            asked, cells = refine(words, cells)
        except InputError:
            continue
        parsed.append(asked)
    return tuple(parsed), cells


def asks_alone(source: str) -> bool:
    """Whether a cell does nothing but ask: a ``%%analyst`` cell, or a single ``%analyst refine``."""
    line = _LINE_MAGIC.fullmatch(source.strip())
    return _CELL_MAGIC.fullmatch(source) is not None or (line is not None and _line_of(line).startswith("refine "))


def _line_of(magic: re.Match[str]) -> str:
    return magic["line"].strip()


@dataclass(frozen=True, slots=True)
class NotebookQuestion:
    """A question of a notebook in a folder.

    Attributes:
        notebook: The notebook's file name.
        text: The question.
        keys: The keys that its pin may have in the lock file, as the notebook runs from its top.
    """

    notebook: str
    text: str
    keys: tuple[str, ...]


def questions_in(folder: Path) -> list[NotebookQuestion]:
    """The questions of all notebooks in a folder that can be read, in their order."""
    found: list[NotebookQuestion] = []
    for path in sorted(folder.glob("*.ipynb")):
        cells = Cells()
        for source in _code_cells(path):
            questions, cells = read_cell(source, cells)
            found += [
                NotebookQuestion(path.name, asked.text, asked.keys(folder))
                for asked in questions
                if asked.is_question and asked.error is None and not asked.options.dry_run
            ]
    return found


def _code_cells(path: Path) -> Iterable[str]:
    """The sources of a notebook's code cells; none where the file only has the name of a notebook."""
    import nbformat  # slow to import, and not needed to answer a question

    try:
        cells: list[Any] = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
    except (ValueError, KeyError, AttributeError, TypeError, OSError, nbformat.ValidationError):
        return []
    return [str(cell.get("source", "")) for cell in cells if cell.cell_type == "code"]
