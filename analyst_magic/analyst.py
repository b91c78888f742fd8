"""``Analyst``: the public way to ask, from Python, the magic, the command line and the panel alike."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .api.agents import ForAgents
from .api.data_checks import DataChecks
from .api.investigating import Investigating
from .api.own_cells import OwnCells
from .api.threads import Threads
from .engine import configure
from .engine.batch import Key
from .engine.prepare import Desk, close_all, history_of, lock_of
from .engine.turns import Engine
from .event_loop_thread import EventLoopThread
from .history.lock import LockFile
from .history.store import History
from .models.connections import Connections
from .settings import AnalystSettings, load_settings
from .telemetry.observer import Tally
from .turn import MAIN_THREAD, Turn


class Analyst(Investigating, ForAgents, DataChecks, OwnCells, Threads):
    """Asks questions about data frames; the code that answers runs in a sandbox.

    What one question leaves in the sandbox, the next one finds. It starts when it is first needed and ends with
    ``close``, a ``with`` block, or the process. A question with other limits gets a sandbox of its own.

    Args:
        settings: The settings to start from; those of the environment and the configuration files by default.
        api_key: Key of the model's provider, in place of the one in the environment or the keyring.
        ask_key: Asks the user for a key that is missing, without showing what is typed.
        lock: The lock file to pin answers in and to answer from: a path, or a ``LockFile``; True is ``analyst.lock`` in
            the current folder. None or False pins nothing.
        history: The history that turns are recorded in; True is the usual one. None or False records none.
        notes: A file with the user's notes on the data, which a model is sent.
        folder: The folder whose ``analyst.yaml`` and ``semantics/`` define metrics; None reads only what the setting
            ``definitions`` names.
        options: Any setting of ``AnalystSettings`` by keyword; ``sandbox`` may also be a ``SandboxProvider``.

    Attributes:
        thread: The conversation that new questions belong to; each knows its own earlier questions alone.
        tally: What has been asked so far.

    Raises:
        UnknownOption: There is no such setting, or it does not take the value.

    Example:
        >>> from analyst_magic.testing import FakeSandbox  # in place of a sandbox that runs code
        >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
        ...     analyst.ask("PYTHON: 1 + 1").results[0].to_text()
        '2'
    """

    def __init__(
        self,
        *,
        settings: AnalystSettings | None = None,
        api_key: str | None = None,
        ask_key: Callable[[str], str] | None = None,
        lock: LockFile | str | os.PathLike[str] | bool | None = None,
        history: History | bool | None = None,
        notes: Path | None = None,
        folder: str | os.PathLike[str] | None = None,
        **options: Any,
    ) -> None:
        self._own_sandbox = not isinstance(options.get("sandbox", ""), str)
        make_sandbox = configure.take_sandbox(options)
        options |= {name: on for name, on in (("lock", lock), ("history", history)) if isinstance(on, bool)}
        self.settings = settings or load_settings()
        self.settings = self.settings.with_options(options) if options else self.settings
        if self._own_sandbox:
            self.settings.keep_locked("sandbox", "A sandbox of your own")
        place = Path(folder).absolute() if folder is not None else None
        self._desk = Desk(
            Connections(api_key, ask_key), lock_of(lock), history_of(history, self.settings), notes, place
        )
        self._engine = Engine(make_sandbox, configure.remove_orphans)
        self._event_loop, self.thread, self.tally = EventLoopThread(), MAIN_THREAD, Tally()
        self._answered: dict[Key, Turn] = {}
        self._end = weakref.finalize(self, close_all, self._event_loop, self._desk, self._engine)  # also at exit
