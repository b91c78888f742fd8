"""From settings to the plain values that the engine works with: options, limits, and where code runs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from ..history.lock import LockFile
from ..history.store import History
from ..packages import parse_packages
from ..sandbox import transfer
from ..sandbox.choose import choose
from ..sandbox.kinds import remove_orphans_of
from ..sandbox.limits import Limits
from ..sandbox.provider import SandboxProvider
from ..sandbox.session import Sandbox
from ..semantics.files import LoadedDefinitions, read_definitions
from ..settings import AnalystSettings
from ..tool_servers.servers import OfferedServers
from ..turn import Privacy, Retention
from .job import Observer, Options
from .session import Place

MAX_NOTES = 100_000
"""Characters of the user's notes that are read."""


def options_of(
    settings: AnalystSettings,
    lock: LockFile | None,
    history: History | None,
    notes: Path | None,
    observer: Observer,
    *,
    definitions: Path | None = None,
    fresh: bool = False,
    confirm: bool = False,
    tool_servers: OfferedServers | None = None,
) -> Options:
    """The options of one turn.

    Args:
        settings: The settings of the turn.
        lock, history: The lock file and the history, where the settings want them.
        notes: A file with the user's notes; one that cannot be read is as good as none.
        definitions: The folder of the notebook, beside which files of definitions lie; None where there is none.
        observer, fresh, confirm, tool_servers: As in ``Options``.
    """
    return Options(
        privacy=cast(Privacy, settings.privacy),
        hidden=frozenset(settings.hidden),
        max_repairs=settings.max_repairs,
        max_steps=settings.max_steps,
        look_at_figures=settings.look_at_figures,
        prompt_tokens=settings.prompt_tokens,
        timeout=settings.timeout,
        documents=Path(settings.output_directory),
        retention=Retention(settings.document_days, settings.document_versions, settings.document_bytes),
        window=settings.window,
        turn_seconds=settings.turn_seconds,
        turn_tokens=settings.turn_tokens,
        lock=lock if settings.lock else None,
        history=history if settings.history else None,
        notes=_read(notes),
        definitions=_defined(definitions, settings.definitions),
        fresh=fresh,
        frozen=settings.frozen,
        confirm=confirm,
        observer=observer,
        tool_servers=tool_servers,
    )


def place_of(settings: AnalystSettings, *, spares: int | None = None) -> Place:
    """Where the code of a turn runs.

    Args:
        settings: The settings of the turn.
        spares: How many warm sandboxes to hold ready, in place of the settings' number.
    """
    return Place(
        settings.sandbox,
        limits_of(settings),
        settings.image,
        settings.runtime,
        parse_packages(settings.packages),
        settings.spares if spares is None else spares,
    )


def limits_of(settings: AnalystSettings) -> Limits:
    """The limits of a sandbox."""
    return Limits(
        memory=settings.memory,
        cpus=settings.cpus or Limits().cpus,
        pids=settings.pids,
        disk=settings.disk,
        max_frame_bytes=settings.max_frame_bytes,
        max_rows=settings.max_rows,
        max_planned_rows=settings.max_planned_rows,
    )


def make_sandbox(place: Place) -> Sandbox:
    """A sandbox for a place. It starts when it is first needed."""
    provider = choose(place.sandbox, place.limits, place.image, place.runtime, place.packages)
    return Sandbox(provider, place.limits, place.spares)


def take_sandbox(options: dict[str, Any]) -> Callable[[Place], Sandbox]:
    """What makes the sandbox of a place: the table, unless the caller of ``Analyst`` brings a provider.

    Args:
        options: The caller's settings; a ``sandbox`` that is no name is taken out of them. It is a provider, or one
            sandbox for all questions.
    """
    given: str | SandboxProvider | Sandbox = options.get("sandbox", "")
    if isinstance(given, str):
        return lambda place: make_sandbox(place)
    own = options.pop("sandbox")
    return (lambda place: own) if isinstance(own, Sandbox) else lambda place: Sandbox(own, place.limits, place.spares)


def remove_orphans(sandbox: str) -> None:
    """Remove what killed processes left: frames, and sandboxes of the kinds that a setting names."""
    transfer.remove_orphans()
    remove_orphans_of(sandbox)


def _defined(folder: Path | None, setting: str) -> LoadedDefinitions:
    return read_definitions(folder or Path.cwd(), setting) if folder is not None or setting else LoadedDefinitions()


def _read(notes: Path | None) -> str:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return notes.read_text(encoding="utf-8")[:MAX_NOTES] if notes is not None else ""
    return ""
