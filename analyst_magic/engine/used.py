"""The frames that an answer was computed from, with the columns that its code names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..checks.used import columns_used, is_named
from ..sources.kinds import source_of
from ..turn import Code, UsedFrame
from .fitting import names_in_code


def used_frames(steps: Sequence[Code], frames: Mapping[str, object]) -> tuple[UsedFrame, ...]:
    """The frames that code names, those with most columns used first.

    >>> import pandas
    >>> used_frames([Code("SELECT sum(revenue) FROM sales", "sql")], {"sales": pandas.DataFrame({"revenue": [1, 2]})})
    (UsedFrame(name='sales', rows=2, columns=('revenue',)),)

    Args:
        steps: The code of all steps.
        frames: The frames in scope.
    """
    found: dict[str, UsedFrame] = {}
    for code in steps:
        for name, word in names_in_code(code, frames).items():
            if not is_named(code, word):
                continue
            try:
                source = source_of(name, frames[name])
                columns, rows = source.labels, source.row_count
                used = columns_used(code, {word: columns})[word] | set(found[name].columns if name in found else ())
            except Exception:  # noqa: BLE001 - a frame of any library, which is described and not relied on
                found.setdefault(name, UsedFrame(name))
            else:
                found[name] = UsedFrame(name, rows, tuple(column for column in columns if column in used))
    return tuple(sorted(found.values(), key=lambda frame: -len(frame.columns)))


def frames_in(code: Code, frames: Mapping[str, object], used: Sequence[UsedFrame]) -> list[str]:
    """Those frames of an answer that one of its steps names."""
    words = names_in_code(code, frames)
    return [frame.name for frame in used if is_named(code, words[frame.name])]
