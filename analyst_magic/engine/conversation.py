"""Threads of questions: each question knows the earlier ones of its own thread alone."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..context.outcome import brief_outcome
from ..context.vocabulary import Vocabulary
from ..errors import UnknownOption
from ..evidence.trace import MARK, UNCHECKED
from ..evidence.values import computed
from ..language import message
from ..turn import MAIN_THREAD, PRIVACY_LEVELS, Code, Context, Exchange, Output, Turn

MAX_WORDS = 1_000
"""Characters of a model's words that later questions are told."""
MAX_OUTPUTS = 20
"""Outputs of earlier questions that are kept, so that later words can be held against them."""
MAX_CELLS = 50_000
"""Cells, or characters, of an output that is kept."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as it was when a question was asked in it.

    Attributes:
        thread: Its name.
        exchanges: Its earlier questions with their answers, oldest first.
        outputs: What the latest of them computed, which later words may be about. No model is sent this.
        identity: Tells it from a later thread of the same name.
        nonce: Marks the envelopes around data in all its requests. A new one for each question would end what two
            requests share, and so what a provider need not read again, where the description of the data begins.
    """

    thread: str = MAIN_THREAD
    exchanges: tuple[Exchange, ...] = ()
    outputs: tuple[Output, ...] = field(default=(), repr=False, compare=False)
    identity: object = field(default=None, repr=False, compare=False)
    nonce: str = field(default_factory=lambda: secrets.token_hex(8), repr=False, compare=False)

    @property
    def last_question(self) -> str:
        """The question before this one; empty where there is none."""
        return self.exchanges[-1].question if self.exchanges else ""

    def recent(self, number: int) -> tuple[Exchange, ...]:
        """The latest questions, oldest first."""
        return self.exchanges[-number:] if number else ()


class Conversations:
    """The threads of one ``Analyst``. Turns that end at once, and callers of any thread, may use it together."""

    def __init__(self) -> None:
        self._threads: dict[str, Conversation] = {}
        self._lock = threading.Lock()

    def open(self, thread: str) -> Conversation:
        """A thread as it stands now; one that is not there yet begins."""
        with self._lock:
            return self._threads.setdefault(thread, Conversation(thread, identity=object()))

    def begin(self, thread: str, exchanges: Sequence[Exchange]) -> None:
        """Begin a thread with what was asked in it before this process, unless it is there already."""
        with self._lock:
            self._threads.setdefault(thread, Conversation(thread, tuple(exchanges), identity=object()))

    def put(self, conversation: Conversation) -> None:
        """Go on with a conversation of another process, in place of the one of its name."""
        with self._lock:
            self._threads[conversation.thread] = conversation

    def add(self, asked_in: Conversation, turn: Turn, *, tells_results: bool = True) -> Exchange | None:
        """Add an answered question to the thread that it was asked in, unless that has been forgotten since.

        Returns:
            What later questions are told of it; None where that is nothing.

        Args:
            asked_in: The thread as it was when the question was asked.
            turn: The question and its answer. A failure, and the user's own code, belong to no conversation.
            tells_results: Whether later questions may tell of the results what the privacy level allows.
        """
        if turn.question.code is not None or not turn.ok or not (turn.code or turn.answer):
            return None
        code = turn.attempts[-1].code if turn.attempts else Code("")
        new = Exchange(
            turn.question.text,
            code,
            _outcome(turn) if tells_results else "",
            privacy=turn.code_privacy,
            words=_words(turn),
        )
        small = tuple(output for output in computed(turn.attempts) if _cells(output) <= MAX_CELLS)
        with self._lock:
            now = self._threads.get(asked_in.thread)
            if now is not None and now.identity is asked_in.identity:
                outputs = (*now.outputs, *small)[-MAX_OUTPUTS:]
                self._threads[now.thread] = replace(now, exchanges=(*now.exchanges, new), outputs=outputs)
        return new

    def tell(self, asked_in: Conversation, exchange: Exchange, turn: Turn, outputs: Sequence[Output]) -> None:
        """Tell later questions of an answer by outputs whose rows were counted after it had been shown."""
        updated = replace(exchange, outcome=_outcome(turn, outputs))
        with self._lock:
            now = self._threads.get(asked_in.thread)
            if now is not None and now.identity is asked_in.identity:
                exchanges = tuple(updated if earlier is exchange else earlier for earlier in now.exchanges)
                self._threads[now.thread] = replace(now, exchanges=exchanges)

    def fork(self, conversation: Conversation) -> str:
        """Begin a thread that goes on from a conversation as it once was, and return its name."""
        thread = f"{conversation.thread} again"
        with self._lock:
            self._threads[thread] = replace(conversation, thread=thread, identity=object())
        return thread

    def counts(self, current: str = MAIN_THREAD) -> dict[str, int]:
        """The threads with the number of their questions, the first and the current one among them."""
        with self._lock:
            names = dict.fromkeys([MAIN_THREAD, *self._threads, current])
            return {n: len(self._threads[n].exchanges) if n in self._threads else 0 for n in names}

    def drop(self, thread: str, current: str = MAIN_THREAD) -> str:
        """Forget one thread, and return the one that is current afterwards.

        Raises:
            UnknownOption: There is none of that name.
        """
        known = self.counts(current)
        if thread not in known:
            raise UnknownOption(
                message("There is no conversation {thread}.", thread=thread),
                message("There are: {known}.", known=", ".join(known)),
            )
        with self._lock:
            self._threads.pop(thread, None)
        return MAIN_THREAD if thread == current else current

    def clear(self) -> None:
        """Forget all threads."""
        with self._lock:
            self._threads.clear()


def _cells(output: Output) -> int:
    return int(output.data.num_rows * output.data.num_columns) if output.kind == "table" else len(str(output.data))


def _words(turn: Turn) -> str:
    """What the model said; an answer line is not its words, as its code has filled in numbers that it need not know."""
    last = turn.attempts[-1].execution if turn.attempts else None
    filled = any(output.kind == "answer" for output in (last.outputs if last is not None else ()))
    words = turn.text if filled or turn.pinned else turn.answer or turn.text
    for mark in (MARK, UNCHECKED):  # they would tell which guesses of the model are right
        words = words.replace(mark, "")
    return words if len(words) <= MAX_WORDS else f"{words[:MAX_WORDS].rpartition(' ')[0]} …"


def _outcome(turn: Turn, outputs: Sequence[Output] | None = None) -> str:
    """What may be told of the results: at the lower one of the levels of the code and of the turn.

    Where the answer itself has no figures that may be told, those of the last step that has come with it.
    """
    level = min(turn.code_privacy, turn.privacy, key=PRIVACY_LEVELS.index)
    context = next(
        (stage.context for stage in reversed(turn.stages) if stage.context is not None), Context(turn.question, ())
    )
    codes = tuple(attempt.code.text for attempt in turn.attempts)
    known = Vocabulary(level, context.description, (*context.cards, *context.outlined), codes)
    ran = [attempt.execution.outputs for attempt in turn.attempts if attempt.execution and attempt.error is None]
    counted = [outputs for outputs in ran if any(output.behind for output in outputs)]
    last = ran[-1:] if level == "rows" else (counted or ran)[-1:]
    if outputs is None:
        outputs = last[0] if last else ()
    return brief_outcome(outputs, known) if outputs else ""
