"""One notebook's sandbox: started when first needed, kept between questions, thrown away at reset, kill or end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ..errors import AnalystError, OutOfMemory, OutputFlood, RunTimeout, SandboxError, SandboxLost
from ..frames import Frame
from ..turn import Code, Execution
from .client import KernelClient, Outcome
from .docker import Container
from .firewall.admit import admit
from .firewall.text import clean
from .limits import Limits
from .link import Link
from .transfer import FrameStore

GONE = "Its variables are gone; ask again, and a new sandbox starts by itself."


class Provider(Protocol):
    """A maker of sandboxes."""

    @property
    def name(self) -> str:
        """What a turn calls it."""
        ...

    async def launch(self, directory: Path) -> Container:
        """Start one that reads its frames from ``directory``."""
        ...


class _Guest:
    """A running sandbox: its container, stream, client and frames."""

    def __init__(self, container: Container, link: Link, client: KernelClient, store: FrameStore) -> None:
        self.container, self.link, self.client, self.store = container, link, client, store

    async def end(self) -> None:
        """Throw it away: its processes, its container, its frames."""
        self.link.close()
        try:
            await asyncio.to_thread(self.container.remove)
        except RuntimeError:  # the process is ending and starts no more threads
            self.container.remove()
        finally:
            self.store.close()


class Sandbox:
    """Runs code, one run at a time; the state of one run is there for the next.

    Args:
        provider: Makes the sandbox when it is first needed.
        limits: Its limits.
    """

    def __init__(self, provider: Provider, limits: Limits) -> None:
        self.provider, self.limits = provider, limits
        self._guest: _Guest | None = None
        self._one = asyncio.Lock()

    @property
    def running(self) -> bool:
        """Whether a sandbox is up."""
        return self._guest is not None

    async def start(self) -> None:
        """Bring the sandbox up, unless it is; the engine calls it while the model still thinks.

        Raises:
            SandboxError: It does not come up.
        """
        async with self._one:
            await self._ensure()

    async def run(
        self, code: Code, frames: Sequence[Frame] = (), *, file: str = "", timeout: float | None = None
    ) -> Execution:
        """Run code with the frames that it names.

        Args:
            code: The source and its language.
            frames: The frames that the code finds under their names.
            file: For a document, the name of the file to write.
            timeout: Seconds for this run, in place of the limit's.

        Returns:
            What came through the firewall; a failure is in its ``error``.

        Raises:
            FrameTooLarge: A frame does not fit.
        """
        async with self._one:
            started = time.monotonic()
            try:
                guest = await self._ensure()
            except SandboxError as error:
                return Execution(error=error, sandbox=self.provider.name)
            request = await self._request(guest, code, frames, file)
            sent, limit = time.monotonic(), timeout or self.limits.timeout
            outcome = await guest.client.execute(guest.link, code.text, request, limit, self._discard)
            if not outcome.alive:
                await self._discard()
            seconds = time.monotonic() - sent
            outputs, notes, failure = await asyncio.to_thread(admit, outcome.collected, self.limits)
            return Execution(
                outputs,
                error=self._error(outcome, guest, limit) or failure or _unexplained(outcome.reply),
                seconds=seconds,
                sent_seconds=sent - started,
                sandbox=self.provider.name,
                variables=_variables(outcome.reply),
                notes=tuple(notes),
            )

    async def reset(self) -> None:
        """Throw the sandbox away; the next run starts with a fresh one."""
        async with self._one:
            await self._discard()

    close = reset

    async def _ensure(self) -> _Guest:
        if self._guest is not None and self._guest.link.closed.done():
            await self._discard()
        if self._guest is None:
            self._guest = await self._launch()
        return self._guest

    async def _launch(self) -> _Guest:
        store = FrameStore(self.limits.frames)
        try:
            container = await self.provider.launch(store.path)
        except BaseException:
            store.close()
            raise
        client = KernelClient(self.limits)
        link = Link(client.on_frame, self.limits.message)
        guest = _Guest(container, link, client, store)
        try:
            await asyncio.get_running_loop().create_connection(lambda: link, sock=container.socket)
            await self._until_ready(guest)
        except BaseException:
            await asyncio.shield(guest.end())
            raise
        return guest

    async def _until_ready(self, guest: _Guest) -> None:
        ready = asyncio.ensure_future(guest.client.ready.wait())
        waits: set[asyncio.Future[Any]] = {ready, guest.link.closed}
        await asyncio.wait(waits, timeout=self.limits.start, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not guest.client.ready.is_set():
            said = clean(guest.link.stderr, 2_000).strip().splitlines()
            raise SandboxLost(
                f"The sandbox did not come up{': ' + said[-1] if said else ' in time'}.", "Run `analyst doctor`."
            )

    async def _request(self, guest: _Guest, code: Code, frames: Sequence[Frame], file: str) -> dict[str, Any]:
        specs = {frame.name: await asyncio.to_thread(guest.store.put, frame) for frame in frames}
        return {
            "language": code.language,
            "frames": specs,
            "output_path": f"/work/{file}" if file else "",
            "most_rows": self.limits.rows,
            "most_bytes": self.limits.result,
            "threads": max(1, int(self.limits.cpus)),
            "memory": self.limits.memory * 6 // 10,
        }

    async def _discard(self) -> None:
        guest, self._guest = self._guest, None
        if guest is not None:
            with contextlib.suppress(SandboxError):
                await guest.end()

    def _error(self, outcome: Outcome, guest: _Guest, timeout: float) -> AnalystError | None:
        limits = self.limits
        kept = "The sandbox and its variables are still there." if outcome.alive else GONE
        if outcome.how == "timeout":
            return RunTimeout(
                f"The code ran longer than {timeout:g} s and was stopped.",
                f"{kept} Ask for less, or raise the setting timeout.",
            )
        if outcome.how == "flood":
            return OutputFlood(
                f"The code printed more than {limits.printed // 1_000_000} MB, or sent more than "
                f"{limits.flood // 1_000_000} MB or {limits.messages:,} messages, and was stopped; "
                "the output is truncated.",
                f"{kept} Print less.",
            )
        if outcome.how == "done":
            return None
        if guest.client.exit.get("oom"):
            return OutOfMemory(
                f"The code used more than the {limits.memory / 1e9:g} GB of memory that the sandbox has.",
                f"{GONE} Use fewer rows or columns, or raise the setting memory.",
            )
        if guest.client.exit.get("life"):
            return SandboxLost(f"The sandbox was {limits.life / 3600:g} hours old and ended.", GONE)
        if guest.client.exit:
            return SandboxLost("The code ended the sandbox's kernel.", GONE)
        return SandboxLost("The sandbox was killed while the code ran.", GONE)


def _variables(reply: Mapping[str, Any]) -> tuple[str, ...]:
    """Names and types alive in the sandbox, as ``name: type``; the guest's word, so only plain names are taken."""
    found = reply.get("analyst")
    names = found.get("variables") if isinstance(found, dict) else None
    if not isinstance(names, dict):
        return ()
    pairs = [(str(name), str(kind)) for name, kind in list(names.items())[:50]]
    return tuple(f"{name}: {kind}" for name, kind in pairs if name.isidentifier() and kind.isidentifier())


def _unexplained(reply: Mapping[str, Any]) -> AnalystError | None:
    """A failed reply whose error message got lost on the way."""
    if reply.get("status") in {"ok", None}:
        return None
    said = clean(f"{reply.get('ename') or 'error'}: {reply.get('evalue') or ''}", 500)
    return SandboxError(f"The code failed: {said}", "Ask again.")
