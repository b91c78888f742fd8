"""The line of evidence: what an answer was computed from, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..language import Message, message, messages
from .row_steps import RowStep

if TYPE_CHECKING:
    from .turn import Turn

MAX_FRAMES, MAX_COLUMNS, MAX_PHRASES = 3, 5, 4


def evidence_of(turn: Turn) -> tuple[str, ...]:
    """What an answer was computed from, and how long that took; empty where no code ran."""
    if not turn.code:
        return ()
    frames = [_rows_of(f.rows, f.name) if f.rows is not None else f.name for f in turn.used]
    several = len(turn.used) > 1
    columns = [f"{f.name}.{column}" if several else column for f in turn.used for column in f.columns]
    parts: list[str] = (
        [_listed(frames, MAX_FRAMES)] if frames else [message("used no data frame")] if turn.sandbox and turn.ok else []
    )
    parts += [message("used {columns}", columns=_listed(columns, MAX_COLUMNS))] if columns else []
    parts += phrases(turn.row_steps)
    seconds = turn.seconds.get("total", 0.0)
    parts += (
        [message("{seconds:.1f} s", seconds=seconds) if seconds >= 0.1 else message("under 0.1 s")]
        if math.isfinite(seconds)
        else []
    )
    parts = [turn.verified, *parts] if turn.verified else parts
    return (*parts, *([message("from the lock")] if turn.pinned else []))


def _rows_of(rows: int, name: str) -> Message:
    return messages("{number} row of {name}", "{number} rows of {name}", rows, name=name)


def _listed(names: Sequence[str], most: int) -> str:
    """Names with commas and a last “and”."""
    shown = list(names[:most])
    shown += [message("{count} more", count=len(names) - most)] if len(names) > most else []
    return message("{names} and {last}", names=shown[:-1], last=shown[-1]) if len(shown) > 1 else (shown or [""])[0]


def phrases(steps: Iterable[RowStep]) -> tuple[str, ...]:
    """The steps as parts of one line, the first of them alone where there are many.

    >>> phrases([RowStep("nulls", "flights", 10, 7, "dep_delay")])
    ('3 rows without dep_delay left out',)
    """
    steps = tuple(steps)
    found = list(dict.fromkeys(text for step in steps if (text := _phrase(step))))
    left = len(found) - MAX_PHRASES
    more = [messages("and {number} more step", "and {number} more steps", left)] if left > 0 else []
    origin = [message("rows counted by the code's own run")] if found and all(step.reported for step in steps) else []
    return (*found[:MAX_PHRASES], *more, *origin)


def _phrase(step: RowStep) -> str:
    match step.kind:
        case "filter" if step.lost:
            return _filtered(step)
        case "nulls" | "figure" | "group" if step.lost:
            what = step.what or message("all values")
            return messages("{number} row without {what} left out", "{number} rows without {what} left out", step.lost,
                            what=what)  # fmt: skip
        case "null group" if step.lost:
            return messages(
                "{number} row without {what} in a group of their own",
                "{number} rows without {what} in a group of their own",
                step.lost,
                what=step.what,
            )
        case "join":
            return _joined(step)
    return ""


def _filtered(step: RowStep) -> Message:
    by = step.what or message("a filter")
    if not step.source:
        return messages("{left} of {number} row left by {by}", "{left} of {number} rows left by {by}", step.before,
                        left=step.after, by=by)  # fmt: skip
    return messages("{left} of {number} row of {name} left by {by}", "{left} of {number} rows of {name} left by {by}",
                    step.before, left=step.after, name=step.source, by=by)  # fmt: skip


def _joined(step: RowStep) -> str:
    unmatched = messages("{number} row matches none", "{number} rows match none", step.unmatched)
    parts = [unmatched] if step.unmatched else []
    if step.after > step.before:
        parts.append(messages("{number} row became {after}", "{number} rows became {after}", step.before,
                              after=step.after))  # fmt: skip
    other = step.other or message("another frame")
    what = message("joined to {other} on {columns}", other=other, columns=step.what)
    what = what if step.what else message("joined to {other}", other=other)
    return message("{what}: {parts}", what=what, parts=parts) if parts else what
