"""The kernel of the sandbox: IPython, whose requests may carry frames, SQL and limits in their metadata.

It speaks Jupyter's messages over two pipes to the relay. ipykernel would be the one to take if starting cost nothing:
its event loop, sockets and threads, which serve many front ends at once, are most of what a new sandbox would wait for.
"""

from __future__ import annotations

import base64
import builtins
import contextlib
import faulthandler
import functools
import json
import os
import re
import resource
import shutil
import signal
import sys
import threading
import types
import warnings
import zlib

from . import (
    answers,
    docstrings,
    frames,
    libraries,
    outputs,
    places,
    row_steps,
    seeds,
    shell,
    streams,
    template,
    warmup,
    wire,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from analyst_magic.sandbox.request import FrameSpec, Request, WarmUp

FONTS = "/opt/guest/fonts"
ONCE = (outputs.PLOTLY, outputs.TABLE, "image/png")
"""Types of what is shown once, where the same comes again."""


class Kernel:
    """Runs what the host sends: ``metadata["analyst"]`` names language, frames, limits and the file to write.

    Args:
        requests: Descriptor that requests come from.
        messages: Descriptor that messages go to.
        stdout: Descriptor that programs print to.
        stderr: Descriptor that programs print errors to.
    """

    def __init__(self, requests: int, messages: int, stdout: int, stderr: int) -> None:
        self.requests, self.messages, self.process = wire.Reader(requests), messages, os.getpid()
        self.parent = ""
        self.lock = threading.RLock()
        self.busy = self.sending = self.interrupted = False
        self.shown = Shown()
        self.documents = 0
        self.streams = streams.Stream("stdout", self.send, 1), streams.Stream("stderr", self.send, 2)
        self.warnings = streams.Warnings(self.publish)
        self.shell = shell.start(self.publish)
        self.publisher = outputs.Publisher(self)
        self.publisher.install(self.shell)
        builtins.answer = answers.make_answer(self.send_answer, self.shell.show_own_form)  # type: ignore[attr-defined]
        self.own = set(self.shell.user_ns) | {"OUTPUT_PATH", "TEMPLATE_PATH"}
        for descriptor, number in ((stdout, 1), (stderr, 2)):  # an error on the way up to here was for the host
            os.dup2(descriptor, number)
            os.close(descriptor)
        faulthandler.enable(2)

    def serve(self) -> None:
        """Answer requests until there are no more."""
        self.send("iopub_welcome", {})
        while (arrived := self.requests.frames()) is not None:
            for _, parts in arrived:
                header, metadata, content = (json.loads(parts[i]) for i in (2, 4, 5))
                self.answer(header["msg_id"], content["code"], metadata["analyst"])

    def answer(self, identity: str, code: str, request: Request | WarmUp) -> None:
        """Run one request, and reply to it whatever becomes of it."""
        self.parent = identity
        sys.stdout, sys.stderr = self.streams
        for stream in self.streams:
            stream.sent = 0.0  # the first line goes at once
        signal.signal(signal.SIGINT, self.interrupt)
        try:
            self.busy = True
            reply = self.execute(code, request)
            self.busy = False
        except BaseException as error:  # a failure to load frames, or an interrupt on the way
            self.busy = False
            lift_memory_limit()
            reply = self.failure(error)
        if os.getpid() != self.process:
            os._exit(0)  # a process that the code has forked, and that came back from it
        lift_memory_limit()
        for stream in self.streams:
            stream.flush()
        self.send("execute_reply", {**reply, "execution_count": self.shell.execution_count - 1}, channel=wire.SHELL)
        self.send("status", {"execution_state": "idle"})

    def interrupt(self, *_: object) -> None:
        """Stop the code, but not in the middle of a message."""
        if self.sending:
            self.interrupted = True
        elif self.busy:
            raise KeyboardInterrupt

    def publish(self, kind: str, content: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        """Send a message after what was printed before it."""
        for stream in self.streams:
            stream.flush()
        if not self.shown.repeats(content, buffers):
            self.send(kind, content, buffers)

    def has_shown(self) -> bool:
        """Whether the request under way has shown or printed something, its answer line not counted."""
        for stream in self.streams:
            stream.flush()
        return self.shown.anything

    def send(
        self, kind: str, content: Mapping[str, Any], buffers: Sequence[Any] = (), channel: int = wire.IOPUB
    ) -> None:
        """Send a message of the request under way; what forked processes show is lost."""
        if os.getpid() != self.process:
            return
        self.shown.note(kind, content)
        pieces = wire.frame(channel, wire.message(kind, self.parent, content, buffers))
        with self.lock:
            main = threading.current_thread() is threading.main_thread()  # where interrupts arrive
            self.sending = self.sending or main
            try:
                wire.write(self.messages, pieces)
            finally:
                if main:
                    self.sending = False
        if main and self.interrupted:
            self.interrupted = False
            if self.busy:
                raise KeyboardInterrupt

    def execute(self, code: str, request: Request | WarmUp) -> dict[str, Any]:
        """Run code as its request says; returns the content of the reply."""
        if "warm" in request:
            warmup.run(request["warm"] == "whole")
            seeds.restart()
            return {"status": "ok"}
        if request["output_path"]:
            request["output_path"] = self.fresh_path(request["output_path"])
        self.publisher.begin(request["max_rows"], request["max_bytes"])
        self.warnings.begin(max((len(spec.get("labels", ())) for spec in request["frames"].values()), default=0))
        warnings.showwarning = self.warnings.show
        self.shown.begin(bool(request.get("show_last")))
        self.shell.max_pixels = request["max_pixels"]
        raise_memory_limit(request["frames"])
        self.counts: list[Any] = []
        before = outputs.snapshot() | outputs.elsewhere()
        try:
            failure = None
            if request["language"] == "sql":
                self.query(code, request)
            else:
                failure = self.python(code, request)
        except BaseException as error:
            return self.failure(error)
        if not failure:
            self.publish_files(before, request)
        facts = {"variables": self.variables(), "random": seeds.drawn(code, request["language"])}
        facts |= {"steps": row_steps.recorder.take(), "counts": self.counts}
        return {"status": "error" if failure else "ok", **(failure or {}), "analyst": facts}

    def python(self, code: str, request: Request) -> Mapping[str, Any] | None:
        namespace = self.shell.user_ns
        if any(spec["kind"] == "file" for spec in request["frames"].values()):
            import duckdb

            duckdb.execute(f"SET memory_limit = '{request['memory'] // 1_000_000}MB'")
            duckdb.execute(f"SET threads = {request['threads']}")
        for name, spec in request["frames"].items():
            namespace[name] = frames.load(spec)
        if "answer" not in request["frames"] and re.search(r"\banswer\s*\(", code):
            forget_plain_answer(namespace)
        if re.search(r"\bduckdb\b", code):
            seeds.default_connection()
        namespace.pop("TEMPLATE_PATH", None)
        if request["output_path"]:
            namespace["OUTPUT_PATH"] = request["output_path"]
        if request.get("template"):
            ending = os.path.splitext(request["output_path"])[1]
            namespace["TEMPLATE_PATH"] = os.path.join(places.work(), f".template{ending}")
            write_base64(namespace["TEMPLATE_PATH"], request["template"])
        provenance = self.publisher.provenance
        provenance.begin(code, request["frames"], namespace)
        row_steps.recorder.begin(namespace)
        failure = self.shell.run(code, bool(request.get("show_last")), self.has_shown, lambda: self.shown.answered)
        provenance.end(self.variables(), namespace)
        if not failure and (counts := request.get("counts")):
            from . import sql

            tables, files = self.tables(request)
            self.counts = sql.counted(counts, tables, files, request["threads"], request["memory"])
        return failure

    def tables(self, request: Request) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
        """The frames of a request as tables, and its data files with the SQL that reads them, by name."""
        specs = request["frames"].items()
        tables = {name: frames.plain_table(spec) for name, spec in specs if spec["kind"] != "file"}
        return tables, {n: (frames.path_of(spec), frames.query(spec)) for n, spec in specs if spec["kind"] == "file"}

    def fresh_path(self, name: str) -> str:
        """Where this run's document goes: to a folder of its own.

        A workbook of XlsxWriter that a failed run left open writes its file when Python collects it, whenever that is.
        """
        self.documents += 1
        shutil.rmtree(os.path.join(places.work(), f".document-{self.documents - 2}"), ignore_errors=True)
        folder = os.path.join(places.work(), f".document-{self.documents}")
        os.makedirs(folder, exist_ok=True)
        return os.path.join(folder, os.path.basename(name))

    def query(self, code: str, request: Request) -> None:
        from . import sql

        tables, files = self.tables(request)
        counts = request.get("counts", ())
        labels, result, more, notes, self.counts = sql.run(
            code, tables, files, request["threads"], request["memory"], request["max_rows"], counts
        )
        if answer_template := request.get("answer"):
            self.send_answer(*template.fill(answer_template, answers.rows_of_table(result, labels, more=more)))
        self.publisher.table(result, labels, -1 if more else result.num_rows)
        for note in notes:
            print(note, file=sys.stderr)
        if len(set(labels)) == len(labels):
            self.shell.user_ns["result"] = sql.in_pandas(result.rename_columns(labels))

    def send_answer(self, text: str, note: str = "") -> None:
        """Send an answer line, and a note where something of it does not fit."""
        content = {"text": text, "note": note} if note else {"text": text}
        self.publish("display_data", {"data": {answers.ANSWER: content}, "metadata": {}, "transient": {}})

    def failure(self, error: BaseException) -> dict[str, Any]:
        """Tell of an error that is not the code's; returns the content of the reply."""
        content = shell.failure(error, [])
        self.publish("error", content)
        return {"status": "error", **content, "analyst": {"variables": self.variables()}}

    def publish_files(self, before: outputs.Snapshot, request: Request) -> None:
        """Send what the code has written: its document, or every new file that may come back; name the others."""
        document = request["output_path"]
        if document:  # what else a document's code wrote are its ingredients
            if os.path.isfile(document) and not os.path.islink(document):
                self.publisher.file(document)
            return
        after = outputs.snapshot()
        changed = [path for path, state in after.items() if before.get(path) != state]
        endings = tuple(f".{ending}" for ending in request["endings"])
        back = [path for path in changed if path.lower().endswith(endings)]
        for path in back[: outputs.MAX_FILES]:
            self.publisher.file(path)
        if others := [path for path in changed if not path.lower().endswith(endings)]:
            self.publisher.stay(others)
        if len(back) > outputs.MAX_FILES:
            print(
                f"Only the first {outputs.MAX_FILES} of {len(back)} new files come back: write fewer at a time.",
                file=sys.stderr,
            )
        if away := [path for path, state in outputs.elsewhere().items() if before.get(path) != state]:
            names = ", ".join(away[:3]) + (f" and {len(away) - 3} more" if len(away) > 3 else "")
            print(
                f"{names}: files there do not come back. Write them to the working directory, under a name alone.",
                file=sys.stderr,
            )
        if len(after) >= outputs.MAX_LISTED:
            print(f"Only the first {outputs.MAX_LISTED:,} files here are looked at: delete some.", file=sys.stderr)

    def variables(self) -> dict[str, str]:
        """Names and types of what the code has left alive."""
        names = {
            name: type(value).__name__
            for name, value in self.shell.user_ns.items()
            if name not in self.own and not name.startswith("_") and not isinstance(value, types.ModuleType)
        }
        return dict(list(names.items())[-50:])


class Shown:
    """What a request has shown: whether there was anything, and figures and tables that it shows once more.

    A model's code often shows a figure and then gives it as its value as well; it is to appear once.
    """

    anything = answered = False

    def begin(self, once: bool) -> None:
        """A request begins; ``once`` where what it shows is to appear once."""
        self.anything, self.answered, self.once = False, False, once
        self.seen: set[tuple[Any, ...]] = set()

    def note(self, kind: str, content: Mapping[str, Any]) -> None:
        """A message is sent."""
        data = content.get("data")
        self.answered = self.answered or (data is not None and answers.ANSWER in data)
        shown = kind in ("display_data", "execute_result") and data is not None and answers.ANSWER not in data
        self.anything = self.anything or shown or (kind == "stream" and content.get("name") == "stdout")

    def repeats(self, content: Mapping[str, Any], buffers: Sequence[Any]) -> bool:
        """Whether a message shows a figure, a picture or a table that this request has shown already."""
        data = content.get("data")
        if not self.once or not isinstance(data, dict) or content.get("transient"):
            return False
        kind = next((kind for kind in ONCE if kind in data), None)
        if kind is None or sum(map(len, buffers)) > outputs.SHARED_FILE_BYTES:
            return False
        text = json.dumps(data[kind], default=wire.plain).encode("utf-8", "replace")
        fingerprint = (kind, len(text), zlib.crc32(text), *(zlib.crc32(buffer) for buffer in buffers))
        repeated = fingerprint in self.seen
        self.seen.add(fingerprint)
        return repeated


def forget_plain_answer(namespace: dict[str, Any]) -> None:
    """Give ``answer`` its meaning back, where earlier code has used the name for a value and this code calls it."""
    if "answer" in namespace and not callable(namespace["answer"]):
        del namespace["answer"]


def write_base64(path: str, content: str) -> None:
    with open(path, "wb") as file:
        file.write(base64.b64decode(content))


@functools.cache
def memory_limit() -> int:
    """Bytes that this process may have without the frames, as it is when it starts; 0 where its container limits it."""
    told, most = int(os.environ.get("ANALYST_MEMORY", "0")), resource.getrlimit(resource.RLIMIT_DATA)[0]
    return told if not told or most == resource.RLIM_INFINITY else most


def raise_memory_limit(specs: Mapping[str, FrameSpec]) -> None:
    """Where a limit of the process stands in for the container's, do not count mapped frames as the code's memory."""
    if limit := memory_limit():
        mapped = [spec["file"] for spec in specs.values() if spec["kind"] != "file"]
        size = sum(os.path.getsize(f"{places.frames()}/{name}") for name in mapped)
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (min(limit + size, most), most))


def lift_memory_limit() -> None:
    """While no code runs, leave room for answering, and for reading the next request, where code left none."""
    if memory_limit():
        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def link_font_cache() -> None:
    """Put what matplotlib once found out about the image's fonts where it looks for that before its first chart."""
    folder = os.environ["MPLCONFIGDIR"]
    if os.path.isdir(FONTS):
        os.makedirs(folder, exist_ok=True)
        for name in os.listdir(FONTS):
            os.symlink(os.path.join(FONTS, name), os.path.join(folder, name))


def main(requests: int, messages: int, stdout: int, stderr: int) -> None:
    """Run the kernel until the relay ends; the arguments are those of ``Kernel``."""
    if readable := os.environ.get("ANALYST_GUARD"):
        from . import confine

        confine.install(readable.split("\n"))  # paths may hold colons, those of control groups do
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("500")  # when memory runs out, the code goes first, not the relay that reports it
    memory_limit()
    os.chdir(places.work())
    sys.path[:] = [path for path in sys.path if path != ""]
    link_font_cache()
    libraries.install()
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    seeds.install()
    row_steps.install()
    docstrings.install()
    Kernel(requests, messages, stdout, stderr).serve()
