"""What programs ask that are agents themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine.agents import AgentCode, AgentTurn, ask_for_agent, run_agent_code
from ..engine.job import Listener
from ..telemetry.observer import observed
from ..turn import Code, Question
from .asking import Asking


class ForAgents(Asking):
    """Works for agents, each with a sandbox and a conversation of its own."""

    async def aanswer_agent(
        self,
        question: Question,
        frames: Mapping[str, object] | None = None,
        *,
        agent: str,
        code: Code | None = None,
        confirm: bool = False,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> AgentTurn:
        """Work for an agent, which is told of the answer what a model may be told at the privacy level.

        Args:
            question: What the agent asks, or why it runs its code. It cannot name files.
            frames: The frames in scope.
            agent: The agent's name, for the history; also the name of its conversation. Each has a sandbox of its own.
            code: Code that the agent wrote. It runs with a model's rights: hidden columns are not there.
            confirm: Whether ``listen`` is asked before any code runs, by an event with an ``answer``.
            listen: Told about the progress, in a thread of its own.
            options: Settings for this turn alone.

        Raises:
            AnalystError: The question, a frame or an option cannot be used, or the model cannot be asked.

        Example:
            >>> import asyncio
            >>> from analyst_magic import Analyst, Question
            >>> from analyst_magic.turn import Code
            >>> from analyst_magic.testing import FakeSandbox
            >>> with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline") as analyst:
            ...     asked = Question("a sum"), {}
            ...     done = asyncio.run(analyst.aanswer_agent(*asked, agent="agent:test", code=Code("1 + 1")))
            >>> done.turn.results[0].to_text(), done.summary
            ('2', 'It showed text or a single value, which is not told at this privacy level.')
        """
        scope = {**(frames or {}), **(options.pop("connections", None) or {})}
        settings = self.settings.with_options({**options, "lock": False} if code is not None else options)
        model = AgentCode(agent, code) if code is not None else None
        request = self._desk.request(
            question, scope, settings, observed(settings, self.tally), agent, confirm=confirm, model=model, files=False,
            owner=agent,
        )  # fmt: skip
        work = run_agent_code if code is not None else ask_for_agent
        return await self._event_loop.acall(work(self._engine, request, listen))

    async def aend_agent(self, agent: str) -> None:
        """End the sandbox and the conversation of an agent, once no call of it runs. A later call starts afresh.

        Args:
            agent: The agent's name.

        Example:
            >>> import asyncio
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     asyncio.run(analyst.aend_agent("agent:test"))
        """
        await self._event_loop.acall(self._engine.release(agent))
