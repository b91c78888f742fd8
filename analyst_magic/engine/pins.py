"""Answers in the lock file: found for a question where they still fit, and pinned, or compared, when they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..checks.run import frames_named
from ..credentials import has_credentials, without_credentials
from ..errors import LockError, Unpinned
from ..history.lock import Lock, Pin, changes, follows, question_keys
from ..results.digest import digest
from ..sources.frames import schema_text
from ..turn import Question, Turn


def find(
    lock: Lock, question: Question, before: str, frames: Mapping[str, object], *, frozen: bool
) -> tuple[Pin | None, list[str]]:
    """The pinned answer of a question, if the frames that it uses have the columns that they had, and what to say.

    Args:
        lock: The lock file.
        question: What is asked.
        before: The question before it.
        frames: The frames in scope.
        frozen: Whether no other answer may be asked for.

    Raises:
        Unpinned: There is none that fits, and no other may be asked for.
        LockError: The lock file cannot be read.
    """
    pin = lock.find(*question_keys(question, before))
    why = "no answer is pinned" if pin is None else _outdated(pin, frames)
    if pin is not None and not why:
        return pin, ["The pinned answer was edited by hand since it was pinned."] if pin.edited else []
    if frozen:
        raise Unpinned(
            f"“{without_credentials(question.text)[:200]}” cannot be answered from {lock.path.name}: {why}.",
            "Ask it once without --frozen, and commit the lock file.",
        )
    return None, [f"Asked again, as {why}."] if pin is not None else []


def remember(lock: Lock, turn: Turn, pin: Pin | None, before: str, frames: Mapping[str, object], image: str) -> Turn:
    """Pin a new answer; of a pinned one, say whether it is still the same.

    Args:
        lock: The lock file.
        turn: An answer that ran.
        pin: The pin that it came from, if it did.
        before: The question before it.
        frames: The frames in scope.
        image: What the sandbox was made from.
    """
    digests = tuple(map(digest, turn.results))
    if pin is not None:
        return replace(turn, notes=(*turn.notes, _compared(pin.results, digests, turn)))
    code, question = turn.program, turn.question
    if code is None:
        return replace(turn, notes=(*turn.notes, "The answer is not pinned, as its steps are in several languages."))
    if has_credentials(code.text):
        note = "The answer is not pinned, as its code holds what looks like a key or a password."
        return replace(turn, notes=(*turn.notes, note))
    made = Pin(
        question=question.text,
        wants=question.form,
        language=question.language or "",
        after=follows(question.text, before),
        code=replace(code, text=code.text.strip("\n")),
        model=turn.model,
        text=turn.text,
        frames={name: schema_text(frames[name], name) for name in frames_named(code, frames)},
        results=digests,
        image=image,
        privacy=turn.code_privacy,
    )
    try:
        lock.put(made)
    except LockError as error:
        return replace(turn, notes=(*turn.notes, f"The answer is not pinned. {error}"))
    return turn


def _outdated(pin: Pin, frames: Mapping[str, object]) -> str:
    """Why a pinned answer does not fit the frames any more; empty where it does."""
    for name, then in pin.frames.items():
        if name not in frames:
            return f"the frame {name} is not in scope"
        now = schema_text(frames[name], name)
        if now != then:
            return f"the frame {name} has other columns than when the answer was pinned: {changes(then, now)}"
    return ""


def _compared(then: Sequence[str], now: Sequence[str], turn: Turn) -> str:
    """One sentence on whether the results are those that were pinned."""
    if list(then) == list(now):
        return "Answered from analyst.lock, without a model; the result is unchanged."
    execution = turn.attempts[-1].execution if turn.attempts else None
    if execution is not None and execution.random:
        return (
            "Answered from analyst.lock, without a model; the code draws random numbers, and its result is not the one "
            "that was pinned. Numbers repeat when the whole notebook runs again in a new sandbox; to repeat one answer "
            "by itself, ask for a fixed seed."
        )
    if len(then) != len(now):
        return f"Answered from analyst.lock, without a model; it had {len(then)} results and has {len(now)} now."
    which = [f"{r.kind} {i + 1}" for i, (r, a, b) in enumerate(zip(turn.results, then, now, strict=True)) if a != b]
    return f"Answered from analyst.lock, without a model; changed since it was pinned: {', '.join(which)}."
