"""From what a caller says to a ``Request``: the question, its sources, its model and its options."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..context.choose import resolve
from ..documents.check import require_packages
from ..errors import AnalystError, EmptyQuestion, LockUnreadable, ModelError, UnknownOption
from ..event_loop_thread import EventLoopThread
from ..history.lock import NAME as LOCK
from ..history.lock import LockFile
from ..history.store import History, history_path
from ..language import message
from ..models.connect import Unavailable, offline
from ..models.connections import Connections
from ..models.model import Model
from ..models.providers import default_model, without_addresses
from ..notebook.cell import read_question
from ..settings import AnalystSettings
from ..tool_servers.servers import ToolServers
from ..turn import MAIN_THREAD, Question
from .configure import options_of, place_of
from .job import Observer, Request
from .turns import Engine


@dataclass(frozen=True, slots=True)
class Desk:
    """What all questions of one ``Analyst`` have in common.

    Attributes:
        connections: The models that have been asked.
        lock: The lock file to pin answers in, and to answer from; None pins nothing.
        history: Where turns are recorded; None records none.
        notes: A file with the user's notes on the data; None where there is none.
        definitions: The folder in which files of definitions lie; None where there is none.
        tools: The MCP servers that questions have named.
    """

    connections: Connections
    lock: LockFile | None = None
    history: History | None = None
    notes: Path | None = None
    definitions: Path | None = None
    tools: ToolServers = field(default_factory=ToolServers)

    def request(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None,
        settings: AnalystSettings,
        observer: Observer,
        thread: str = MAIN_THREAD,
        *,
        fresh: bool = False,
        confirm: bool = False,
        model: Model | None = None,
        files: bool = True,
        owner: str = "",
    ) -> Request:
        """A question with all that was said with it. Called in the caller's thread, as a key may be asked for.

        Args:
            model: Who answers, in place of the model that the settings name.
            files: Whether the question may name data files, which are opened.
            owner: Whose sandbox it runs in; empty for the user's own. Another's holds no spares: there may be many.

        Raises:
            InputError: The question, a frame or an option cannot be used.
            ModelError: The model cannot be asked, and no answer can be pinned.
        """
        question = read_question(question) if isinstance(question, str) else question
        if not question.text.strip():
            raise EmptyQuestion(message("The question is empty."), message("Write what you want to know."))
        require_packages(question.wants or "")
        question, sources = resolve(question, frames or {}, settings.hidden, files=files)
        if model is None:
            model = self.model_for(question, settings, fresh=fresh)
        options = options_of(settings, self.lock, self.history, self.notes, observer, definitions=self.definitions,
                             fresh=fresh, confirm=confirm,
                             tool_servers=self.tools.named(settings.mcp_servers))  # fmt: skip
        place = replace(place_of(settings, spares=0), owner=owner) if owner else place_of(settings)
        return Request(question, sources, model, options, place, thread)

    def model(self, settings: AnalystSettings, *, ask: bool = True) -> Model:
        """The model that the settings name.

        Args:
            settings: The settings.
            ask: Whether the user may be asked for a missing key.

        Raises:
            ModelError: It cannot be asked.
        """
        name = settings.chosen_model(lambda: default_model(os.environ))
        return self.connections.model(
            name,
            without_addresses(os.environ) if settings.is_locked("base_url") else os.environ,
            base_url=settings.base_url,
            total_timeout=settings.model_timeout,
            first_timeout=settings.first_timeout,
            ask=ask,
        )

    def model_for(self, question: Question, settings: AnalystSettings, *, fresh: bool) -> Model:
        """The model for a question. A pinned answer needs none, so there a missing key is no error yet.

        Args:
            question, settings: The question, and the settings that name the model.
            fresh: Whether no pinned answer counts.

        Raises:
            ModelError: It cannot be asked, and no answer can be pinned.
        """
        if question.code is not None:
            return offline()
        if fresh or not self._may_be_pinned(question, settings):
            return self.model(settings)
        try:
            return self.model(settings, ask=False)
        except ModelError as error:
            return Unavailable(settings.model or "", error)

    def _may_be_pinned(self, question: Question, settings: AnalystSettings) -> bool:
        """Whether the lock file knows the question's words, whatever the frames are now."""
        if self.lock is None or not settings.lock:
            return False
        with contextlib.suppress(LockUnreadable):
            return settings.frozen or self.lock.knows(question.text)
        return False


def close_all(event_loop: EventLoopThread, desk: Desk, engine: Engine) -> None:
    """Cancel the questions of an ``Analyst``, and end its sandboxes, connections and thread."""
    if event_loop.inside:  # a question was the last to hold its ``Analyst``, and cannot wait for its own end
        threading.Thread(target=close_all, args=(event_loop, desk, engine), name="analyst-close").start()
        return

    async def work(tell: Callable[[Any], None]) -> None:
        await engine.sessions.close()
        await desk.connections.close()
        await desk.tools.close()

    if desk.connections.open_number or desk.tools.open_number or engine.sessions.open_number:
        with contextlib.suppress(AnalystError):
            event_loop.call(work)
    event_loop.close()


def lock_of(given: LockFile | str | os.PathLike[str] | bool | None) -> LockFile | None:
    """The lock file that an argument names; True is ``analyst.lock`` in the current folder.

    Raises:
        UnknownOption: It names none.
    """
    if given is None or isinstance(given, bool):
        return LockFile(Path.cwd() / LOCK) if given else None
    if isinstance(given, str | os.PathLike):
        return LockFile(Path(given).absolute())
    if not isinstance(given, LockFile):
        raise UnknownOption(
            message("lock takes True, False, a path or a LockFile."), message("For example lock='analyst.lock'.")
        )
    return given


def history_of(given: History | bool | None, settings: AnalystSettings) -> History | None:
    """The history that an argument names; True is the usual one.

    Raises:
        UnknownOption: It names none.
    """
    if given is None or isinstance(given, bool):
        return History(history_path(settings.history_path), settings.history_days) if given else None
    if not isinstance(given, History):
        raise UnknownOption(
            message("history takes True, False or a History."), message("The setting history_path names its file.")
        )
    return given
