"""The documents of a turn: their names, the store that may have them already, what is wrong with them, saving them."""

from __future__ import annotations

import contextlib
import hashlib
import re
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from ..credentials import without_credentials
from ..documents import DocumentVersion, Store, check
from ..errors import AnalystError, CheckFailed, CodeFailed, FirewallError
from ..language import message
from ..sources.files import DataFile
from ..sources.frames import Frame, fingerprint
from ..turn import Code, Execution, Output, Question, Retention, Template

_FILLERS = frozenset("""
a an the of in on by per for to as and or with from at is are it me my please give show make create write export
excel xlsx word docx pdf powerpoint pptx file document workbook spreadsheet slides slide deck presentation report
""".split())  # fmt: skip


def file_name(question: Question, code: Code) -> str:
    """A readable file name from the question's words."""
    text = "report" if question.code is not None else without_credentials(question.text)
    words = [word for word in re.findall(r"[A-Za-z0-9]+", text.lower()) if word not in _FILLERS]
    return f"{'_'.join(words[:6])[:60] or 'report'}.{code.format or question.wants or 'xlsx'}"


def document_fingerprint(
    code: Code, file: str, frames: Sequence[Frame], data: Mapping[str, DataFile], template: Template | None
) -> str:
    """A digest of all that a document depends on: its code and format, the frames it gets, and its template."""
    states = [f"{frame.name} {fingerprint(frame)}" for frame in frames]
    states += [f"{name} {source.state}" for name, source in data.items()]
    like = hashlib.sha256(template.path.read_bytes()).hexdigest() if template is not None else ""
    parts = (version("analyst-magic"), _writers(), file.rpartition(".")[2], code.text, *sorted(states), like)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


@cache
def _writers() -> str:
    """A digest of the modules that write documents."""
    modules = sorted((module.name, module.read_bytes()) for module in files("analyst_magic.writers").iterdir()
                     if module.name.endswith(".py"))  # fmt: skip
    return hashlib.sha256(b"\0".join(name.encode() + data for name, data in modules)).hexdigest()


def stored_execution(folder: Path | None, document: str, file: str) -> Execution | None:
    """The run that made a document before, where the document is in the store: then nothing has to run.

    Args:
        folder: The folder of the store.
        document: The document's fingerprint.
        file: The name that the document gets now.
    """
    stored = Store(folder).find(document)
    if stored is None:
        return None
    note = message("The same code made this from the same data before: it was taken from the store, and nothing ran.")
    data, preview, answers = stored
    said = tuple(Output("answer", text) for text in answers)
    return Execution((*said, Output("file", data, name=file, preview=preview)), notes=(note,))


def document_error(code: Code, outputs: Sequence[Output]) -> AnalystError | None:
    """What is wrong with the document that code made, as a failure of that code, which a model may repair."""
    if code.language != "document":
        return None
    documents = [output for output in outputs if output.kind == "file"]
    if not documents:
        return CodeFailed(
            message("The code made no document."),
            message("It must write one file to OUTPUT_PATH."),
            name="NoDocument",
            value=message("The code ran, but there is no file at OUTPUT_PATH."),
        )
    for output in documents:
        try:
            check(output.name.rpartition(".")[2], output.data, output.name)
        except FirewallError as refused:
            return CheckFailed(refused.message, refused.next_step)
    return None


@cache
def refusal_words() -> str:
    """All words that a refusal can have of its own, as the text of the modules that check documents.

    What else stands in a refusal is quoted from the document, which the code wrote.
    """
    modules = files("analyst_magic.documents").iterdir()
    return "\n".join(module.read_text("utf-8") for module in modules if module.name.endswith(".py"))


def save_document(
    output: Output,
    folder: Path | None,
    question: Question,
    document: str,
    retention: Retention,
    said: Sequence[str] = (),
) -> tuple[DocumentVersion, tuple[str, ...]]:
    """Save a file that code made, as a version of its document.

    Args:
        output: The file.
        folder: The folder of the store.
        question: What the document answers.
        document: Its fingerprint; empty where it may not be taken from the store later.
        retention: How long earlier versions stay.
        said: What the code said with it.

    Returns:
        Where the file is, and remarks for the user. Where the folder cannot be written, the file is in a temporary one.

    Raises:
        FirewallError: The bytes are not what the name says, or would run.
        AnalystError: No folder can hold it.
    """
    store = Store(folder)
    answers = "" if question.code is not None else without_credentials(question.text)
    try:
        version = store.save(output.name, output.data, answers, output.preview)
    except AnalystError as error:
        if not isinstance(error.__cause__, OSError | sqlite3.Error):
            raise
        return _saved_elsewhere(output, error)
    if document:
        store.remember(document, version, said)
    if version.unchanged and version.version > 1:
        return version, (message("{path} is what it was: no new version was made.", path=version.path.name),)
    if version.version > 1:
        with contextlib.suppress(AnalystError, OSError, sqlite3.Error):
            store.prune(retention.days or None, retention.versions, retention.size)
    return version, ()


def _saved_elsewhere(output: Output, error: AnalystError) -> tuple[DocumentVersion, tuple[str, ...]]:
    """The file in a temporary folder.

    Raises:
        AnalystError: There is no room there either.
    """
    try:
        version = Store(Path(tempfile.mkdtemp(prefix="analyst_output."))).save(
            output.name, output.data, "", output.preview
        )
    except (AnalystError, OSError):
        raise error from error.__cause__
    return version, (
        message(
            "{message} It is in {parent} for now: copy it to where you need it.",
            message=error.message,
            parent=version.path.parent,
        ),
    )
