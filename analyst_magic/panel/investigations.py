"""Investigations of the panel: the plan waits for the user, each step is a turn of its own, Stop keeps what is done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from ..analyst import Analyst
from ..display.plan_approval import edited
from ..engine.investigation import InvestigationEvent
from ..engine.job import Event
from ..errors import AnalystError, InputError, Stopped
from ..language import message
from ..turn import Question, Turn
from ..turn.investigation import Investigation, Plan
from .channel import Message
from .conversation import Conversation, Entry
from .messages import cut_off, failure
from .plan_messages import findings_message, plan_message

MAX_RUNNING = 2
STOPPED = message("You stopped it. Ask the same again to go on: what is done is kept, and not done twice.")


@dataclass
class Running:
    """One investigation of the panel.

    Attributes:
        entry: The panel's question.
        approval: Takes the steps that the user wants, as the panel sends them; None for no plan.
        latest: How far it is.
        steps: The entries of its steps, in their order.
        loop, task: What it runs in; None before it has begun.
        stopped: Whether it was stopped.
    """

    entry: Entry
    approval: Future[list[Message] | None] = field(default_factory=Future)
    latest: Investigation | None = None
    steps: list[Entry] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None
    task: asyncio.Task[Investigation] | None = None
    stopped: bool = False


class Investigations:
    """The investigations of one panel.

    Args:
        analyst: Who answers.
        conversation: What the pages are told.
        heard: Told of what happens in the turn of a step.
        tell_turn: Tells the pages a turn that is over.
        taken: Given each turn of a step, and the investigation at its end, with the name it has in the notebook.
    """

    def __init__(
        self,
        analyst: Analyst,
        conversation: Conversation,
        heard: Callable[[Entry, Event], None],
        tell_turn: Callable[[Entry, Turn], None],
        taken: Callable[[str, object], None],
    ) -> None:
        self._analyst, self._conversation, self._heard = analyst, conversation, heard
        self._tell_turn, self._taken = tell_turn, taken
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._threads = ThreadPoolExecutor(MAX_RUNNING, "analyst-panel-investigate")

    def begin(self, entry: Entry, question: Question, frames: Mapping[str, object]) -> None:
        """Begin an investigation; the pages are told of it as it goes on."""
        running = Running(entry)
        with self._lock:
            self._running[entry.id] = running
        self._threads.submit(self._run, running, question, frames)

    def approve(self, name: str, steps: Sequence[Message] | None) -> None:
        """Take the user's word on a plan.

        Raises:
            InputError: No plan of that name waits.
        """
        running = self._running.get(name)
        if running is None or running.approval.done():
            raise InputError(message("That plan does not wait any more."), message("Ask again."))
        running.approval.set_result(list(steps) if steps is not None else None)

    def stop(self, name: str) -> bool:
        """Stop the investigation of that name, or the one that a step of that name belongs to; whether there is one."""
        with self._lock:
            found = [one for key, one in self._running.items() if name in {key, *(step.id for step in one.steps)}]
            for running in found:
                running.stopped = True
                if not running.approval.done():
                    running.approval.set_result(None)
                if running.loop is not None and running.task is not None:
                    running.loop.call_soon_threadsafe(running.task.cancel)
        return bool(found)

    def _run(self, running: Running, question: Question, frames: Mapping[str, object]) -> None:
        async def work() -> Investigation:
            with self._lock:
                running.loop, running.task = asyncio.get_running_loop(), asyncio.current_task()
                if running.stopped:
                    raise asyncio.CancelledError
            return await self._analyst.ainvestigate(
                question,
                frames,
                approve=lambda investigation: self._approved(running, investigation),
                listen=lambda event: self._on_event(running, event),
            )

        try:
            running.latest = asyncio.run(work())
            self._taken("_investigation", running.latest)
            self._finish(running)
        except BaseException as error:  # noqa: BLE001 - told as the end of the question
            self._cut_off(running, error)
        finally:
            with self._lock:
                self._running.pop(running.entry.id, None)

    def _approved(self, running: Running, investigation: Investigation) -> Plan | None:
        running.latest = investigation
        self._tell(running, waiting=True)
        steps = running.approval.result()
        if steps is None:
            return None
        known = investigation.steps
        return Plan(
            tuple(
                edited(known[step["place"]], str(step["question"]))
                for step in steps
                if 0 <= int(step["place"]) < len(known) and str(step["question"]).strip()
            )
        )

    def _on_event(self, running: Running, event: InvestigationEvent) -> None:
        running.latest = event.investigation
        if event.stage == "plan":
            for result in event.investigation.results:  # taken before it was resumed
                self._finish_step(self._begin_step(running, result.step.text), result.turn)
        elif event.stage == "step":
            self._begin_step(running, event.investigation.steps[0].text)
        elif event.stage == "turn" and event.turn is not None:
            self._finish_step(running.steps[-1], event.turn)
        elif event.stage == "progress" and event.event is not None:
            self._heard(running.steps[-1] if self._in_step(running) else running.entry, event.event)
            return
        self._tell(running)

    @staticmethod
    def _in_step(running: Running) -> bool:
        return bool(running.steps) and not running.steps[-1].over

    def _begin_step(self, running: Running, words: str) -> Entry:
        number = len(running.steps) + 1
        latest = running.latest
        total = len(latest.results) + len(latest.steps) if latest is not None else number
        name = f"{running.entry.id}-step-{number}"
        entry = self._conversation.begin(name, words, step=f"Step {number} of {max(total, number)}")
        assert entry is not None
        running.steps.append(entry)
        return entry

    def _finish_step(self, entry: Entry, turn: Turn) -> None:
        entry.question, entry.turn = turn.question, turn
        self._taken("_analyst", turn)
        self._tell_turn(entry, turn)

    def _finish(self, running: Running) -> None:
        investigation = running.latest
        assert investigation is not None
        self._tell(running, over=True)
        if investigation.findings is not None:
            entry = self._conversation.begin(f"{running.entry.id}-findings", investigation.question)
            assert entry is not None
            self._conversation.say(entry, findings_message(investigation, [step.id for step in running.steps]))

    def _cut_off(self, running: Running, error: BaseException) -> None:
        stopped = isinstance(error, asyncio.CancelledError | Stopped)
        if self._in_step(running):
            self._conversation.say(
                running.steps[-1], cut_off(Stopped(message("You stopped it.")) if stopped else error)
            )
        if running.latest is None:
            self._conversation.say(running.entry, cut_off(Stopped(message("You stopped it.")) if stopped else error))
            return
        running.latest = running.latest.noted(STOPPED) if stopped else running.latest
        self._tell(running, over=True, error=None if stopped else failure(error))

    def _tell(
        self, running: Running, *, waiting: bool = False, over: bool = False, error: Message | None = None
    ) -> None:
        investigation = running.latest
        assert investigation is not None
        if error is None and over and isinstance(investigation.error, AnalystError):
            error = failure(investigation.error)
        steps = [(step.id, step.over) for step in running.steps]
        message = plan_message(investigation, steps, waiting=waiting, over=over, error=error)
        self._conversation.say(running.entry, message)
