"""One notebook's sandbox: started when first needed, kept between questions, thrown away at reset, kill or end."""

from __future__ import annotations

import asyncio
import os
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..cleaning.text import clean
from ..errors import (
    AnalystError,
    FrameTooLarge,
    SandboxError,
    SandboxLost,
)
from ..filetypes import endings
from ..language import message
from ..sources.files import DataFile
from ..sources.frames import Frame
from ..turn import Code, Execution, Stage
from ..turn.answer import answer_template
from .advice import explain
from .client import Outcome
from .ended import lost, stopped
from .firewall.admit import admit
from .firewall.row_steps import read_counts, read_row_steps
from .limits import Limits
from .pool import Guest, Pool, warm
from .provider import SandboxProvider
from .request import CountRequest, Request
from .transfer import FrameStore


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: the arguments of ``Sandbox.run``, with what its request holds beside them."""

    code: Code
    frames: Sequence[Frame]
    data: Mapping[str, DataFile]
    file: str = ""
    extras: Mapping[str, Any] = field(default_factory=dict)
    timeout: float = 0
    on_progress: Callable[[str], None] = lambda text: None
    on_print: Callable[[str], None] = lambda text: None


class Sandbox:
    """Runs code, one run at a time; the state of one run is there for the next.

    Args:
        provider: Makes the sandbox when it is first needed.
        limits: Its limits.
        spares: How many warm sandboxes to hold ready for after a reset, a time-out or a kill.
    """

    def __init__(self, provider: SandboxProvider, limits: Limits, spares: int = 0) -> None:
        self.provider, self.limits = provider, limits
        self._pool = Pool(provider, limits, spares)
        self._guest: Guest | None = None
        self._store: FrameStore | None = None
        self._one = asyncio.Lock()
        self._queue = 0
        self._notice_given = False

    @property
    def running(self) -> bool:
        """Whether a sandbox is up. One that has ended by itself is not."""
        return self._guest is not None and not self._guest.lost

    @property
    def id(self) -> str:
        """What its provider calls the sandbox that is up: its container, or its process here; empty where none is."""
        return self._guest.handle.id if self._guest is not None and self.running else ""

    @property
    def has_output(self) -> bool:
        """Whether the run under way has printed or shown something so far."""
        return self._guest is not None and self._guest.client.has_output

    @property
    def spares(self) -> int:
        """Number of warm sandboxes that wait."""
        return self._pool.spares

    def take_starts(self) -> list[Stage]:
        """The starts of sandboxes, spares among them, since this was last called."""
        return self._pool.take_starts()

    def offer(self, data: Iterable[DataFile]) -> None:
        """Name the data files in scope, so that the sandbox that starts next sees them."""
        for file in data:
            self._frames().offer(file)

    async def start(self) -> None:
        """Bring the sandbox up, unless it is, and warm it while nobody waits for it.

        The engine calls this while the model still thinks.

        Raises:
            SandboxError: It does not come up.
        """
        async with self._one:
            fresh = self._guest is None
            guest = await self._ensure()
            if fresh and not self._queue:
                await warm(guest, self.limits)
            self._pool.refill(self._frames())

    async def run(
        self,
        code: Code,
        frames: Sequence[Frame] = (),
        *,
        data: Mapping[str, DataFile] | None = None,
        file: str = "",
        template: bytes = b"",
        answer: str | None = None,
        show_last: bool = False,
        counts: Sequence[CountRequest] = (),
        timeout: float | None = None,
        on_progress: Callable[[str], None] = lambda text: None,
        on_print: Callable[[str], None] = lambda text: None,
    ) -> Execution:
        """Run code with the frames that it names.

        Args:
            code: The source and its language.
            frames: The frames that the code finds under their names.
            data: The data files that it finds under these names.
            file: For a document, the name of the file to write.
            template: For a document, the file to start from.
            answer: For SQL, the template of its answer line; None for the one that stands in its text.
            show_last: Whether a model wrote it: then its last value is shown even where it is only assigned, and each
                value in the form that is meant (``sandbox_image/guest/values.py``).
            counts: Rows to be counted for the evidence, where the code ran and after it.
            timeout: Seconds for this run, in place of the limit's.
            on_progress: Told how far frames are on their way, where that takes time.
            on_print: Told what the code prints, as it does.

        Returns:
            What came through the firewall; a failure is in its ``error``.

        Raises:
            FrameTooLarge: A frame does not fit.
        """
        self._queue += 1
        try:
            async with self._one:
                extras = _extras(code, template, answer, show_last, counts)
                timeout = timeout or self.limits.timeout
                return await self._run(_Run(code, frames, data or {}, file, extras, timeout, on_progress, on_print))
        finally:
            self._queue -= 1

    async def run_apart(
        self,
        code: Code,
        frames: Sequence[Frame] = (),
        *,
        data: Mapping[str, DataFile] | None = None,
        timeout: float = 0,
    ) -> Execution:
        """Run code in a sandbox of its own, in which nothing has run before, and throw that away.

        What it gives cannot have been forged by code that ran earlier. The arguments are those of ``run``.
        """
        async with self._one:
            own, self._guest = self._guest, None
            try:
                return await self._run(_Run(code, frames, data or {}, timeout=timeout or self.limits.timeout))
            finally:
                self._discard()
                self._guest = own

    async def reset(self) -> None:
        """Throw the sandbox away; the next run starts with a fresh one."""
        async with self._one:
            self._discard()
            if self._store is not None:
                self._store.clear()
                self._pool.refill(self._store)

    async def close(self) -> None:
        """Throw everything away, and wait until it is gone."""
        async with self._one:
            self._discard()
            await self._pool.close()
            if self._store is not None:
                self._store.close()
                self._store = None

    async def _run(self, run: _Run) -> Execution:
        started = time.monotonic()
        self._pool.hold()
        ended = self._guest is not None and self._guest.lost
        left = self._discard_blind(run.data)
        try:
            guest = await self._ensure()
        except SandboxError as error:
            return Execution(error=error, sandbox=self.provider.name)
        first = self._first_notes(ended, left)
        guest.used = True
        results = os.dup(guest.results)  # a guest that is thrown away closes its own
        try:
            outcome, execution = await self._execute(run, guest, results, started)
        except SandboxLost as error:  # before the code began
            self._discard()
            return Execution(error=error, sandbox=self.provider.name, notes=first)
        finally:
            os.close(results)
            self._pool.refill(self._frames())
        ending = await self._ending(outcome, guest, run.timeout)
        return replace(execution, error=ending or execution.error, notes=(*first, *execution.notes))

    async def _execute(self, run: _Run, guest: Guest, results: int, started: float) -> tuple[Outcome, Execution]:
        """Send the frames, run the code, and let through what the firewall admits.

        Args:
            run: The run.
            guest: The sandbox that it runs in.
            results: An open file of the results that the guest writes.
            started: When the run began, on the monotonic clock.

        Raises:
            SandboxLost: The sandbox ended before the code began.
        """
        request = {**await self._request(guest, run), **run.extras}
        sent = time.monotonic()
        outcome = await guest.client.execute(guest.link, run.code.text, request, run.timeout, self._kill, run.on_print)
        if not outcome.alive:
            self._discard()
        ran = time.monotonic()
        outputs, notes, failure = await asyncio.to_thread(admit, outcome.collected, self.limits, results)
        failure = explain(failure, run.code.text, self.provider.packages, Path.cwd())
        firewall, dropped = time.monotonic() - ran, len(notes)
        if not outcome.complete:
            notes.append(message("The end of the output did not arrive; some of it may be missing."))
        return outcome, Execution(
            outputs,
            error=failure or _unexplained(outcome.reply),
            seconds=ran - sent,
            firewall_seconds=firewall,
            dropped=dropped,
            sent_seconds=sent - started,
            sandbox=self.provider.name,
            variables=_variables(outcome.reply),
            notes=tuple(notes),
            random=_drew_random_numbers(outcome.reply),
            counts=read_counts(outcome.reply),
            row_steps=read_row_steps(outcome.reply),
        )

    def _discard_blind(self, data: Mapping[str, DataFile]) -> bool:
        """Throw a sandbox away that started before these files were in scope; whether code had run in it."""
        files = {self._frames().offer(file) for file in data.values()} - {""}
        if self._guest is None or self._guest.sees(files):
            return False
        used = self._guest.used
        self._discard()
        return used

    def _first_notes(self, ended: bool, left: bool) -> tuple[str, ...]:
        """What the user must know of the sandbox before the results.

        Args:
            ended: Whether the last one had ended by itself.
            left: Whether one that code had run in was given up for one that sees the data files.
        """
        notes = [self.provider.notice] if self.provider.notice and not self._notice_given else []
        if ended:
            notes.append(
                message("The sandbox had ended since the last run; the code ran in a new one, without its variables.")
            )
        if left:
            notes.append(
                message("A new sandbox was started, which sees the data file; the variables of the last are gone.")
            )
        self._notice_given = True
        return tuple(notes)

    async def _ensure(self) -> Guest:
        if self._guest is not None and self._guest.lost:
            self._discard()
        if self._guest is None:
            self._guest = await self._pool.claim(self._frames())
        return self._guest

    def _frames(self) -> FrameStore:
        if self._store is None:
            self._store = FrameStore(self.limits.max_frame_bytes)
        return self._store

    async def _request(self, guest: Guest, run: _Run) -> Request:
        store = self._frames()
        specs = {frame.name: await asyncio.to_thread(store.put, frame) for frame in run.frames}
        specs |= {name: await asyncio.to_thread(store.put_file, name, file) for name, file in run.data.items()}
        if specs and not guest.handle.shared:
            _check_fit(run.data, self.limits)
            files = [spec["file"] for spec in specs.values()]
            await guest.stream(store, files, run.on_progress, self.limits.engine_timeout)
            for spec in specs.values():
                spec["mounted"] = False
        return {
            "language": run.code.language,
            "frames": specs,
            "output_path": run.file,
            "endings": endings(),
            "max_rows": self.limits.max_rows,
            "max_bytes": self.limits.max_result_bytes,
            "max_pixels": self.limits.max_pixels,
            "threads": max(1, int(self.limits.cpus)),
            "memory": self.limits.memory * 6 // 10,
        }

    async def _kill(self) -> None:
        self._discard()

    def _discard(self) -> None:
        guest, self._guest = self._guest, None
        if guest is not None:
            self._pool.discard(guest)

    async def _ending(self, outcome: Outcome, guest: Guest, timeout: float) -> AnalystError | None:
        if outcome.how == "done":
            return None
        if outcome.how != "lost":
            return stopped(outcome, self.limits, timeout)
        reason = "" if guest.client.exit else await asyncio.to_thread(guest.handle.exit_reason)
        return lost(outcome, guest.client.exit, reason, self.limits)


def _extras(
    code: Code, template: bytes, answer: str | None, show_last: bool, counts: Sequence[CountRequest]
) -> dict[str, Any]:
    """What a request holds only where it is needed: the file to start from, the template of the answer line, …"""
    if answer is None:
        answer = answer_template(code.text) if code.language == "sql" else ""
    extras = {
        "template": b64encode(template).decode("ascii"),
        "answer": answer,
        "show_last": show_last,
        "counts": list(counts),
    }
    return {name: value for name, value in extras.items() if value}


def _check_fit(data: Mapping[str, DataFile], limits: Limits) -> None:
    """Data files that have to be streamed take room in the sandbox's memory.

    Raises:
        FrameTooLarge: They have more than there is.
    """
    size = sum(found.size for found in data.values())
    if size > limits.max_frame_bytes:
        raise FrameTooLarge(
            message(
                "The data files {data} have {size:.2f} GB; an engine on another machine takes "
                "{max_frame_bytes:.2f} GB.",
                data=", ".join(data),
                size=size / 1000000000.0,
                max_frame_bytes=limits.max_frame_bytes / 1000000000.0,
            ),
            message("Raise max_frame_bytes, or use a sandbox of this machine."),
        )


def _variables(reply: Mapping[str, Any]) -> tuple[str, ...]:
    """Names and types alive in the sandbox, as ``name: type``; the guest's word, so only plain names are taken."""
    found = reply.get("analyst")
    names = found.get("variables") if isinstance(found, dict) else None
    if not isinstance(names, dict):
        return ()
    pairs = [(str(name), str(kind)) for name, kind in list(names.items())[:50]]
    return tuple(f"{name}: {kind}" for name, kind in pairs if name.isidentifier() and kind.isidentifier())


def _drew_random_numbers(reply: Mapping[str, Any]) -> bool:
    """Whether the guest says that the code drew random numbers."""
    found = reply.get("analyst")
    return isinstance(found, dict) and found.get("random") is True


def _unexplained(reply: Mapping[str, Any]) -> AnalystError | None:
    """A failed reply whose error message got lost on the way."""
    if reply.get("status") in {"ok", None}:
        return None
    failure_text = clean(f"{reply.get('ename') or 'error'}: {reply.get('evalue') or ''}", 500)
    return SandboxError(message("The code failed: {failure_text}", failure_text=failure_text), message("Ask again."))
