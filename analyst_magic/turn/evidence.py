"""The line of evidence: what an answer was computed from, in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ..wording import count
from .row_steps import RowStep

if TYPE_CHECKING:
    from .turn import Turn

MAX_FRAMES, MAX_COLUMNS, MAX_PHRASES = 3, 5, 4


def evidence_of(turn: Turn) -> tuple[str, ...]:
    """What an answer was computed from, and how long that took; empty where no code ran."""
    if not turn.code:
        return ()
    frames = [count(f.rows, "row") + f" of {f.name}" if f.rows is not None else f.name for f in turn.used]
    several = len(turn.used) > 1
    columns = [f"{f.name}.{column}" if several else column for f in turn.used for column in f.columns]
    parts = [_listed(frames, MAX_FRAMES)] if frames else ["used no data frame"] if turn.sandbox and turn.ok else []
    parts += [f"used {_listed(columns, MAX_COLUMNS)}"] if columns else []
    parts += phrases(turn.row_steps)
    seconds = turn.seconds.get("total", 0.0)
    parts += [f"{seconds:.1f} s" if seconds >= 0.1 else "under 0.1 s"] if math.isfinite(seconds) else []
    parts = [turn.verified, *parts] if turn.verified else parts
    return (*parts, *(["from the lock"] if turn.pinned else []))


def _listed(names: Sequence[str], most: int) -> str:
    """Names with commas and a last “and”."""
    shown = list(names[:most])
    shown += [f"{len(names) - most} more"] if len(names) > most else []
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def phrases(steps: Iterable[RowStep]) -> tuple[str, ...]:
    """The steps as parts of one line, the first of them alone where there are many.

    >>> phrases([RowStep("nulls", "flights", 10, 7, "dep_delay")])
    ('3 rows without dep_delay left out',)
    """
    steps = tuple(steps)
    found = list(dict.fromkeys(text for step in steps if (text := _phrase(step))))
    more = [f"and {count(len(found) - MAX_PHRASES, 'more step')}"] if len(found) > MAX_PHRASES else []
    origin = ["rows counted by the code's own run"] if found and all(step.reported for step in steps) else []
    return (*found[:MAX_PHRASES], *more, *origin)


def _phrase(step: RowStep) -> str:
    of = f" of {step.source}" if step.source else ""
    match step.kind:
        case "filter" if step.lost:
            condition = f" by {step.what}" if step.what else " by a filter"
            return f"{step.after:,} of {count(step.before, 'row')}{of} left{condition}"
        case "nulls" | "figure" | "group" if step.lost:
            return f"{count(step.lost, 'row')} without {step.what or 'all values'} left out"
        case "null group" if step.lost:
            return f"{count(step.lost, 'row')} without {step.what} in a group of their own"
        case "join":
            return _joined(step)
    return ""


def _joined(step: RowStep) -> str:
    parts = [f"{count(step.unmatched, 'row')} match none"] if step.unmatched else []
    parts = ["1 row matches none"] if step.unmatched == 1 else parts
    if step.after > step.before:
        parts.append(f"{count(step.before, 'row')} became {step.after:,}")
    what = f"joined to {step.other or 'another frame'}{f' on {step.what}' if step.what else ''}"
    return f"{what}: {', '.join(parts)}" if parts else what
