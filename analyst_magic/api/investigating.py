"""Questions that take several steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from ..engine.investigation import Approval, Inquiry, InvestigationEvent, InvestigationListener, asking, investigate
from ..errors import UnknownOption
from ..language import message
from ..turn import Question
from ..turn.investigation import Budget, Investigation, Plan, Step
from .asking import Asking


class Investigating(Asking):
    """Investigates a question in steps that stay, and says what they found."""

    def investigate(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None = None,
        *,
        plan: Plan | Sequence[str] | None = None,
        budget: Budget | None = None,
        approve: Callable[[Investigation], Plan | None] | None = None,
        listen: InvestigationListener = lambda event: None,
        fresh: bool = False,
        connections: Mapping[str, object] | None = None,
        **options: Any,
    ) -> Investigation:
        """Investigate a question in several steps: a plan, a turn for each step, and findings that rest on results.

        Where a step's endpoint or sandbox is lost, or the user stops, what was done stays in the history, and the same
        call goes on from there. A finished one is pinned, and runs again with no model.

        Args:
            question: What is to be found out, as "Why did revenue fall in March?".
            frames, connections, options: As for ``ask``, which also says what is raised.
            plan: The steps, or their questions, where you bring them; else the model plans. Without a model, the change
                of a total between two periods can be planned.
            budget: What may be spent; ``Budget()`` by default.
            approve: Given the investigation with its plan before any step; returns the plan to take, or None for none.
            listen: Told about the progress, in the caller's thread.
            fresh: Plan and ask anew, even where the investigation is pinned or was begun.

        Returns:
            The investigation with its steps, their turns, and the findings.

        Raises:
            ModelError: No plan came.
            Stopped: The user interrupted; what was done is kept.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.turn import Code
            >>> from analyst_magic.turn.investigation import Plan, Step
            >>> from analyst_magic.testing import FakeSandbox
            >>> sandbox = FakeSandbox({"1 + 1": "2"})
            >>> with Analyst(sandbox=sandbox, model="offline") as analyst:
            ...     done = analyst.investigate("What is the sum?", plan=Plan((Step("1 + 1", code=Code("1 + 1")),)))
            >>> done.ok, done.results[0].turn.results[0].to_text(), str(done.spent).partition(" ·")[0]
            (True, '2', '1 step')
        """
        options["connections"] = connections
        inquiry = self._inquiry(question, frames, options, plan, budget, fresh=fresh)

        def on_event(event: InvestigationEvent | Approval) -> None:
            if isinstance(event, Approval):
                event.decide(approve)
            else:
                listen(event)

        def work(tell: Callable[[Any], None]) -> Coroutine[Any, Any, Investigation]:
            return investigate(replace(inquiry, listen=tell, approve=asking(tell) if approve is not None else None))

        return self._event_loop.call(work, on_event)

    async def ainvestigate(
        self, question: str | Question, frames: Mapping[str, object] | None = None, **options: Any
    ) -> Investigation:
        """The same as ``investigate``, for callers with an event loop of their own. ``approve`` and ``listen`` are
        called in a thread of the engine.

        Example:
            >>> import asyncio
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.turn import Code
            >>> from analyst_magic.turn.investigation import Plan, Step
            >>> from analyst_magic.testing import FakeSandbox
            >>> sandbox = FakeSandbox({"1 + 1": "2"})
            >>> with Analyst(sandbox=sandbox, model="offline") as analyst:
            ...     steps = Plan((Step("1 + 1", code=Code("1 + 1")),))
            ...     asyncio.run(analyst.ainvestigate("What is the sum?", plan=steps)).status
            'finished'
        """
        approve, listen = options.pop("approve", None), options.pop("listen", lambda event: None)
        chosen = {name: options.pop(name, None) for name in ("plan", "budget")}
        fresh = bool(options.pop("fresh", False))
        inquiry = self._inquiry(question, frames, options, chosen["plan"], chosen["budget"], fresh=fresh)

        async def asked(investigation: Investigation) -> Plan | None:
            return cast(Plan | None, await asyncio.to_thread(approve, investigation))

        inquiry = replace(inquiry, listen=listen, approve=asked if approve is not None else None)
        return await self._event_loop.acall(investigate(inquiry))

    def _inquiry(
        self,
        question: str | Question,
        frames: Mapping[str, object] | None,
        options: Mapping[str, Any],
        plan: Plan | Sequence[str] | None,
        budget: Budget | None,
        *,
        fresh: bool,
    ) -> Inquiry:
        if plan is not None and not isinstance(plan, Plan):
            plan = Plan(tuple(map(Step, plan)))
        request = self._request(question, frames, options, fresh=fresh)
        if request.question.code is not None:
            raise UnknownOption(
                message("Code cannot be investigated."), message("Ask a question, or run it with Analyst.run.")
            )
        return Inquiry(self._engine, request, budget or Budget(), plan)
