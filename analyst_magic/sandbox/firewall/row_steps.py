"""What the guest says of the rows that code read: whole numbers and short texts, rebuilt; it may all be forged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from ...cleaning.text import clean
from ...turn.row_steps import Counts, RowStep, RowStepKind

MAX_STEPS, MAX_COUNTS, MAX_TEXT, MAX_ROWS = 40, 100, 120, 10**15


def read_counts(reply: Mapping[str, Any]) -> tuple[Counts | None, ...]:
    """The counts that were asked for, each with its detail; None for one that failed, or is none.

    >>> read_counts({"analyst": {"counts": [[[3, 1], None], None, [[-1], None], "no"]}})
    (((3, 1), None), None, None, None)
    """
    found = _facts(reply).get("counts")
    return tuple(map(_counts, found[:MAX_STEPS])) if isinstance(found, list) else ()


def _counts(entry: object) -> Counts | None:
    if not isinstance(entry, list) or len(entry) != 2:
        return None
    row, detail = _row(entry[0]), _row(entry[1])
    return (row, detail) if row is not None and (entry[1] is None or detail is not None) else None


def _row(row: object) -> tuple[int, ...] | None:
    fits = isinstance(row, list) and len(row) <= MAX_COUNTS and all(map(_is_count, row))
    return tuple(cast(list[int], row)) if fits else None


def read_row_steps(reply: Mapping[str, Any]) -> tuple[RowStep, ...]:
    """The steps that pandas and polars noted, as far as they can be steps.

    >>> step = {"kind": "filter", "source": "sales", "before": 10, "after": 2}
    >>> read_row_steps({"analyst": {"steps": [step, {"kind": "filter", "before": "many"}]}})[0].after
    2
    """
    found = _facts(reply).get("steps")
    steps = map(_step, found[:MAX_STEPS]) if isinstance(found, list) else ()
    return tuple(dict.fromkeys(step for step in steps if step is not None))


def _step(entry: object) -> RowStep | None:
    if not isinstance(entry, dict) or entry.get("kind") not in get_args(RowStepKind):
        return None
    numbers = [entry.get("before"), entry.get("after"), entry.get("unmatched", 0)]
    texts = [entry.get(name, "") for name in ("source", "what", "other")]
    if not all(map(_is_count, numbers)) or not all(isinstance(text, str) for text in texts):
        return None
    source, what, other = (clean(text, MAX_TEXT).strip() for text in texts)
    twice = {name: entry.get(name) is True for name in ("left_twice", "right_twice")}
    before, after, unmatched = cast(list[int], numbers)
    return RowStep(cast(RowStepKind, entry["kind"]), source, before, after, what, other, unmatched, True, **twice)


def _facts(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    found = reply.get("analyst")
    return found if isinstance(found, dict) else {}


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_ROWS
