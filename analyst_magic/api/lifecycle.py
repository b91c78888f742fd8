"""From the start to the end of an ``Analyst``: its sandboxes, its conversations, and what it closes."""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import Any, Self

from ..engine import configure
from ..engine.batch import Key
from ..engine.conversation import Conversation
from ..engine.prepare import Desk
from ..engine.turns import Engine
from ..event_loop_thread import EventLoopThread
from ..history.lock import LockFile
from ..history.store import History
from ..models.model import served_models
from ..models.providers import default_model
from ..models.served import ServedModel
from ..settings import AnalystSettings
from ..telemetry.observer import Tally
from ..turn import Turn


class Lifecycle:
    """What an ``Analyst`` does beside asking.

    Attributes:
        settings: The settings of questions that bring none of their own.
        thread: The conversation that new questions belong to; each knows its own earlier questions alone.
        tally: What has been asked so far.
    """

    settings: AnalystSettings
    thread: str
    tally: Tally
    _answered: dict[Key, Turn]
    _desk: Desk
    _engine: Engine
    _event_loop: EventLoopThread
    _own_sandbox: bool
    _end: weakref.finalize[..., Any]

    def model_name(self, **options: Any) -> str:
        """The model that a question would go to.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.model_name(), analyst.model_name(model="ollama:llama3")
            ('offline', 'ollama:llama3')
        """
        return self.settings.with_options(options).chosen_model(lambda: default_model(os.environ))

    @property
    def history(self) -> History | None:
        """Where turns are recorded; None where they are not."""
        return self._desk.history if self.settings.history else None

    @property
    def lock(self) -> LockFile | None:
        """Where answers are pinned; None where they are not."""
        return self._desk.lock if self.settings.lock else None

    def list_models(self, **options: Any) -> list[str]:
        """Names of the models that the configured endpoint offers; a ``ModelError`` where it does not answer.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import ScriptedModel
            >>> with ScriptedModel(models=("small", "large")) as model, Analyst(**model.settings) as analyst:
            ...     analyst.list_models()
            ['large', 'small']
        """
        model = self._desk.model(self.settings.with_options(options))
        return self._event_loop.call(lambda tell: model.list_models())

    def served_models(self, **options: Any) -> list[ServedModel]:
        """The models that the configured endpoint offers, with their size and price where it says them.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import ScriptedModel
            >>> facts = {"small": {"context_length": 32_000}}
            >>> with ScriptedModel(models=("small",), facts=facts) as model, Analyst(**model.settings) as analyst:
            ...     analyst.served_models()[0].about
            '32k tokens'
        """
        model = self._desk.model(self.settings.with_options(options))
        return self._event_loop.call(lambda tell: served_models(model))

    def reset(self) -> None:
        """Throw the sandbox away and forget the conversations; the next question starts afresh.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     turn = analyst.run("1 + 1")
            ...     analyst.reset()
            ...     analyst.running
            False
        """
        self._event_loop.call(lambda tell: self._engine.reset())

    def threads(self) -> dict[str, int]:
        """The conversations, with the number of their questions.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.thread = "prices"
            ...     analyst.threads()
            {'main': 0, 'prices': 0}
        """
        return self._engine.conversations.counts(self.thread)

    def drop_thread(self, name: str) -> None:
        """Forget one conversation; an ``UnknownOption`` where there is none of that name.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.thread = "prices"
            ...     analyst.drop_thread("prices")
            ...     analyst.thread
            'main'
        """
        self.thread = self._engine.conversations.drop(name, self.thread)

    def conversation(self) -> Conversation:
        """The thread that new questions belong to, as it stands now.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.conversation().thread
            'main'
        """
        return self._engine.conversations.open(self.thread)

    def isolation(self, **options: Any) -> tuple[str, str]:
        """The provider that code runs on, and what its sandboxes isolate; a ``SandboxError`` where there is none.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox(), model="offline") as analyst:
            ...     analyst.isolation()
            ('fake', 'a fake for tests, in which no code runs')
        """
        place = configure.place_of(self.settings.with_options(options))
        return self._event_loop.call(lambda tell: self._engine.sessions.isolation(place))

    def start(self) -> None:
        """Bring a sandbox up in the background, so that the first question finds it warm.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     analyst.start()
            ...     analyst.run("1 + 1").results[0].to_text()
            '2'
        """
        work = self._engine.sessions.start(configure.place_of(self.settings))
        asyncio.run_coroutine_threadsafe(work, self._event_loop.loop)

    @property
    def running(self) -> bool:
        """Whether a sandbox is up."""
        return self._engine.sessions.running

    def close(self) -> None:
        """End the sandbox and the model's connections; questions that are under way in the background are cancelled.

        Example:
            >>> from analyst_magic import Analyst
            >>> analyst = Analyst(model="offline")
            >>> analyst.close()
            >>> analyst.running
            False
        """
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
