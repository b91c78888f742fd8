"""The documents of a turn: how they are named, when nothing needs to run for them, what is wrong with them."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files

from ..credentials import without_credentials
from ..documents import DocumentVersion, Store, check
from ..errors import AnalystError, CheckFailed, CodeFailed, FirewallError
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


def request_of(
    code: Code, file: str, frames: Sequence[Frame], data: Mapping[str, DataFile], template: Template | None
) -> str:
    """All that a document depends on, as a digest: its code and format, the frames it gets, and its template."""
    states = [f"{frame.name} {fingerprint(frame)}" for frame in frames]
    states += [f"{name} {found.state}" for name, found in data.items()]
    like = hashlib.sha256(template.path.read_bytes()).hexdigest() if template is not None else ""
    parts = (version("analyst-magic"), file.rpartition(".")[2], code.text, *sorted(states), like)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def served(store: Store, request: str, file: str) -> Execution | None:
    """What a request gave before, where it is in the store: then nothing has to run.

    Args:
        store: The documents beside the notebook.
        request: As ``request_of`` gives it.
        file: The name that the document is to have now.
    """
    found = store.find(request)
    if found is None:
        return None
    note = "The same code made this from the same data before: it was taken from the store, and nothing ran."
    return Execution((Output("file", found[0], name=file, preview=found[1]),), notes=(note,))


def faults(code: Code, outputs: Sequence[Output]) -> AnalystError | None:
    """What is wrong with the document that code was to make, as a failure of that code, which a model may mend."""
    if code.language != "document":
        return None
    files = [output for output in outputs if output.kind == "file"]
    if not files:
        return CodeFailed("The code made no document.", "It must write one file to OUTPUT_PATH.", name="NoDocument",
                          value="The code ran, but there is no file at OUTPUT_PATH.")  # fmt: skip
    for output in files:
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


def keeper(
    store: Store, question: Question, request: str, retention: Retention, notes: list[str]
) -> Callable[[Output], DocumentVersion]:
    """What puts a turn's files into the store.

    Args:
        store: The documents beside the notebook.
        question: What they answer.
        request: All that the document depends on; empty where the turn makes none.
        retention: How long earlier versions stay.
        notes: Where it says that nothing changed.
    """

    def keep(output: Output) -> DocumentVersion:
        answers = "" if question.code is not None else without_credentials(question.text)
        kept = store.save(output.name, output.data, answers, output.preview)
        if request:
            store.remember(request, kept)
        if kept.unchanged and kept.version > 1:
            notes.append(f"{kept.path.name} is what it was: no new version was made.")
        elif kept.version > 1:
            with contextlib.suppress(AnalystError):
                store.prune(retention.days or None, retention.versions, retention.size)
        return kept

    return keep
