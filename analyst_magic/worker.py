"""What does a task of the Jupyter Server: one ``Analyst`` a process, and messages back, each an event or the result.

In a kernel of the server the messages are displays of one MIME type. So the kernel may run on this machine, behind a
gateway, or where a Hub has put it. A process of ``analyst worker`` sends them its own way.
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any, cast

import nbformat
from IPython.display import display

from .analyst import Analyst
from .commands.connections import read_connections
from .context.choose import outline
from .engine import job as engine_job
from .engine.background import BackgroundJob
from .errors import AnalystError, SandboxError, Stopped
from .evidence.provenance import record_of
from .packages import parse_packages
from .report.answers import notebook_of
from .report.export import export
from .results.stream import stream
from .sandbox.kinds import SandboxOptions
from .sandbox.limits import Limits
from .sandbox.ready import Readiness, ReadinessCheck
from .serialize import as_json
from .settings import load_settings
from .sources.connections.tables import expanded
from .sources.files import open_data
from .task_broker import LEFT
from .turn import Code, Language, Question, Turn

MIME = "application/vnd.analyst-magic.task.v1+json"
NOT_STORED = "The variables of this task are not available to later tasks of its conversation, as its sandbox ended."
GONE = "Of what earlier tasks of the conversation had left, this did not come along to the process of this one: {}."
SECONDS_BETWEEN_TEXTS = 0.25
Send = Callable[[str, Any], None]
STAGES = ("context", "model", "checks", "sandbox", "repair")


def run(request: str) -> None:
    """Do a task, and send its events and at last its result or its error.

    Args:
        request: As the server has checked it, as JSON.
    """
    asked = json.loads(request)
    try:
        _send("result", _described(asked) if asked.get("kind") == "schema" else answered(asked))
    except AnalystError as error:
        _send("error", as_error(error))


def engine(_: str = "") -> None:
    """Send whether a sandbox could be started here now."""
    _send("result", asdict(readiness()))


def readiness() -> Readiness:
    """Whether a sandbox could be started here now."""
    return _check().look()


@cache
def _check() -> ReadinessCheck:
    settings = load_settings()
    options = SandboxOptions(Limits(), settings.image, settings.runtime, parse_packages(settings.packages))
    return ReadinessCheck(settings.sandbox, options)


def render(notebook: str) -> None:
    """Send a notebook as a page that needs nothing else.

    Args:
        notebook: The notebook's JSON.
    """
    with tempfile.TemporaryDirectory(prefix="analyst-page-") as folder:
        path = Path(folder) / "answer.ipynb"
        path.write_text(notebook, encoding="utf-8")
        try:
            _send("result", export(path, "html").read_text("utf-8"))
        except AnalystError as error:
            _send("error", as_error(error))


@cache
def _analyst() -> Analyst:
    return Analyst(settings=load_settings(), history=True, lock=True, folder=Path.cwd())


def answered(asked: Mapping[str, Any], send: Send | None = None, stopped: Event | None = None) -> dict[str, Any]:
    """Do a task, and return its result.

    Args:
        asked: The request as the server has checked it.
        send: Takes its events, each with its kind and data; by default they are displayed.
        stopped: Set by another thread to stop it; without one, an interrupt of this process stops it.

    Raises:
        AnalystError: It cannot be asked; ``Stopped`` where it was stopped.
    """
    analyst, listener = _analyst(), _Listener(send or _send)
    question, sources = _question(asked), _sources(asked)
    lost = _conversation.begin(analyst, asked, sources)
    options = asked.get("options", {})
    try:
        if stopped is None:
            turn = analyst.ask(question, sources, listen=listener, **options)
        else:
            turn = _waited(analyst.submit(question, sources, listen=listener, **options), stopped)
    finally:
        listener.flush()
    result = _result(turn)
    if turn.error is not None:
        gone = [name for name in lost if re.search(rf"\b{re.escape(name)}\b", turn.code)]
        result["notes"] += [GONE.format(", ".join(gone))] if gone else []
    elif not asked.get("alone"):
        left = _conversation.end(analyst, asked, sources)
        result |= {LEFT: left} if left is not None else {"notes": [*result["notes"], NOT_STORED]}
    return result


class _Conversation:
    """The conversation that the sandbox of this process belongs to: tasks of another one never see it.

    A task that fails leaves nothing: the next one of its conversation begins with what the one before it had left.
    """

    def __init__(self) -> None:
        self._task, self._files, self._lost = "", list[Any](), tuple[str, ...]()

    def begin(self, analyst: Analyst, asked: Mapping[str, Any], sources: Mapping[str, object]) -> tuple[str, ...]:
        """Make the conversation of a task the current one; names of what earlier tasks left that is not there."""
        earlier, files = asked.get("earlier") or {}, [_outline(source) for source in asked.get("sources", [])]
        held, self._task = self._task, ""
        analyst.thread = asked["thread"]
        if not earlier:
            analyst.reset()
            self._lost = ()
        elif earlier["task"] != held or not analyst.running or files not in ([], self._files):
            self._lost = analyst.take_up_thread(earlier["state"], sources, code=bool(asked.get("code")))
        self._files = files or self._files
        return self._lost

    def end(self, analyst: Analyst, asked: Mapping[str, Any], sources: Mapping[str, object]) -> str | None:
        """What the conversation has left, once a task of it is done; None where that cannot be found out."""
        try:
            state = analyst.leave_thread(sources)
        except SandboxError:  # the answer is there all the same
            return None
        self._task = str(asked.get("task", ""))
        return state


_conversation = _Conversation()


def _waited(job: BackgroundJob, stopped: Event) -> Turn:
    over = stopped
    job.when_over(lambda _: over.set())
    over.wait()
    job.cancel()  # does nothing where it is over
    return job.wait()


def end_analyst() -> None:
    """End the sandbox of this process; called before it ends."""
    if _analyst.cache_info().currsize:
        _analyst().close()


def _question(asked: Mapping[str, Any]) -> Question:
    request = str(asked.get("request_id", ""))
    if asked.get("code"):
        text, language = str(asked["code"]), cast(Language, asked.get("language") or "python")
        return Question(text, language=language, code=Code(text, language), request=request)
    return Question(str(asked["question"]), wants=asked.get("form") or None, request=request)


def _result(turn: Turn) -> dict[str, Any]:
    record = record_of(turn)
    title = turn.question.text.splitlines()[0][:120]
    return {
        **as_json(turn),
        "documents": [_link(document.path) for document in turn.documents],
        "evidence": list(record.evidence),
        "provenance": record.metadata(),
        "arrow": [base64.b64encode(stream(table.to_arrow())).decode("ascii") for table in turn.tables],
        "notebook": nbformat.writes(notebook_of(title, [turn])),  # type: ignore[no-untyped-call]
    }


def _described(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Names and types of the columns of sources; no row leaves."""
    found = {}
    for name, value in expanded(_sources(asked)).items():
        card = outline(name, value)
        found[name] = [{"name": column.name, "type": column.type} for column in card.columns]
    return {"ok": True, "tables": found}


def _sources(asked: Mapping[str, Any]) -> dict[str, object]:
    sources: dict[str, object] = {}
    for source in asked.get("sources", []):
        if source.get("connection"):
            sources |= read_connections([source["connection"]])
        else:
            sources[source["name"]] = open_data(_path(source))
    return sources


def _path(source: Mapping[str, Any]) -> str:
    """The file of a source: one below the server's root, or an upload, which is written beside this kernel's files."""
    if source.get("file") is None:
        return str(source["path"])
    path = Path(_uploads().name) / str(source["file"])
    encoded = source.get("base64")
    path.write_bytes(base64.b64decode(encoded) if encoded is not None else str(source["content"]).encode("utf-8"))
    return str(path)


def _outline(source: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a source from others: all but an upload's content, which is written to the same file again."""
    return {name: value for name, value in source.items() if name not in {"content", "base64"}}


@cache
def _uploads() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="analyst-upload-")


def _link(path: Path) -> str:
    """A document's path below the server's root, where it lies there."""
    path = path.absolute()
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name


class _Listener:
    """Sends stages as they come, and what a model writes in pieces of a quarter of a second."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._text, self._since = "", 0.0

    def __call__(self, event: engine_job.Event) -> None:
        if event.stage == "text":
            self._text += event.text
            if time.monotonic() - self._since >= SECONDS_BETWEEN_TEXTS:
                self.flush()
        elif event.stage in STAGES:
            self.flush()
            self._send("stage", {"stage": event.stage})

    def flush(self) -> None:
        """Send what has been written by now."""
        if self._text:
            self._send("text", {"text": self._text})
        self._text, self._since = "", time.monotonic()


def _send(kind: str, data: Any) -> None:
    display({MIME: {"kind": kind, "data": data}, "text/plain": kind}, raw=True)


def as_error(error: AnalystError) -> dict[str, Any]:
    """An error as a task ends with it."""
    stopped = isinstance(error, Stopped)
    return {"kind": error.kind, "message": error.message, "next_step": error.next_step, "stopped": stopped}
