"""Conversations that another process goes on with."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..engine.configure import place_of
from ..sources.kinds import source_of
from .lifecycle import Lifecycle


class Threads(Lifecycle):
    """Hands a conversation over from one process to another."""

    def leave_thread(self, sources: Collection[str] = ()) -> str:
        """The current conversation as text: its questions, and what its code left in the sandbox.

        That is frames, plain values, imports and functions. What cannot be written, as a fitted model, stays here.

        Args:
            sources: Names of frames that later questions bring again.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     sorted(__import__("json").loads(analyst.leave_thread()))[:3]
            ['definitions', 'exchanges', 'frames']
        """
        work = self._engine.leave_thread(place_of(self.settings), self.thread, sources)
        return self._event_loop.call(lambda tell: work)

    def take_up_thread(
        self, state: str, frames: Mapping[str, object] | None = None, *, code: bool = False
    ) -> tuple[str, ...]:
        """Go on with a conversation that another process left, as the current one, in a fresh sandbox.

        Args:
            state: What ``leave_thread`` gave.
            frames: The frames of the next question; a sandbox sees the data files among them from its start.
            code: Whether the next question is code, which also gets hidden columns.

        Returns:
            Names of what code of the conversation had left that did not come along.

        Raises:
            AnalystError: The text is none, or the sandbox does not start.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as one, Analyst(model="offline") as other:
            ...     other.take_up_thread(one.leave_thread())
            ()
        """
        self.reset()
        hidden = frozenset() if code else frozenset(self.settings.hidden)
        files = [source_of(name, value).hiding(hidden).file for name, value in (frames or {}).items()]
        data = [file for file in files if file is not None]
        work = self._engine.take_up_thread(place_of(self.settings), self.thread, state, data)
        return self._event_loop.call(lambda tell: work)
