"""What code in pandas and polars does with rows, for the evidence of an answer: filters, joins, groups and losses.

Methods of the libraries note how many rows went in and came out, where the code of a cell calls them itself. They give
what they gave before. The host takes what is noted as a hint: it comes from code that nobody trusts.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import weakref

from . import import_hooks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

MAX_STEPS = 40
CELL = "<ipython-input-"


class Recorder:
    """The steps of the run under way, with the names that frames had when they were first seen."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.namespace: Mapping[str, Any] = {}
        self.known: dict[int, tuple[weakref.ref[Any], str]] = {}
        self.on = False

    def begin(self, namespace: Mapping[str, Any]) -> None:
        """A run begins."""
        self.steps, self.namespace, self.known, self.on = [], namespace, {}, True

    def take(self) -> list[dict[str, Any]]:
        """The steps of the run, which is over."""
        self.on = False
        steps, self.steps, self.namespace, self.known = self.steps, [], {}, {}
        return steps

    def name(self, frame: Any) -> str:
        """What the code calls a frame, or the one that it was taken from."""
        noted = self.known.get(id(frame))
        if noted is not None and noted[0]() is frame:
            return noted[1]
        found = (name for name, value in self.namespace.items() if value is frame and not name.startswith("_"))
        return next(found, "")

    def follow(self, result: Any, frame: Any) -> None:
        """Remember that a result holds rows of a frame."""
        self.known[id(result)] = weakref.ref(result), self.name(frame)

    def note(self, kind: str, frame: Any, after: int, **more: Any) -> None:
        self.steps.append({"kind": kind, "source": self.name(frame), "before": len(frame), "after": after, **more})


recorder = Recorder()


def install() -> None:
    """Watch pandas and polars, when they are imported; called once, before any code runs."""
    import_hooks.install({"pandas": watch_pandas, "polars": watch_polars})


def watch(owner: Any, name: str, describe: Callable[..., None]) -> None:
    """Let a method note what it did; it gives what it gave before, and looks as it did.

    Args:
        owner: The class or module.
        name: The method's name.
        describe: Called with the result and the arguments.
    """
    inner = getattr(owner, name, None)
    code = getattr(inner, "__code__", None)
    if inner is None or code is None:
        return

    @functools.wraps(inner)
    def watched(*arguments: Any, **options: Any) -> Any:
        if not recorder.on or len(recorder.steps) >= MAX_STEPS or not is_called_by_cell():
            return inner(*arguments, **options)
        recorder.on = False  # what the library does inside is a part of this step
        try:
            result = inner(*arguments, **options)
            with contextlib.suppress(Exception):  # the evidence is less, and the answer is what it was
                describe(result, *arguments, **options)
        finally:
            recorder.on = True
        return result

    # Warnings of a library name the first line outside of it: this is a line of its own.
    watched.__code__ = watched.__code__.replace(co_filename=code.co_filename)  # type: ignore[attr-defined]
    setattr(owner, name, watched)


def is_called_by_cell() -> bool:
    """Whether the first caller outside of the library is a cell, and not another library."""
    frame = sys._getframe(2)
    while frame is not None and is_library(frame.f_code.co_filename):
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None and frame.f_code.co_filename.startswith(CELL)


def is_library(path: str) -> bool:
    return "/pandas/" in path or "/polars/" in path


# pandas ---------------------------------------------------------------------------------------------------------------


def watch_pandas(module: Any) -> None:
    frame = module.DataFrame
    watch(frame, "merge", merged)
    watch(module, "merge", merged)
    watch(frame, "join", joined)
    watch(frame, "dropna", dropped)
    watch(frame, "groupby", grouped)
    watch(frame, "_getitem_bool_array", filtered)
    watch(sys.modules["pandas.core.indexing"]._LocIndexer, "_getbool_axis", located)


def filtered(result: Any, frame: Any, *_: Any, **__: Any) -> None:
    recorder.note("filter", frame, len(result))
    recorder.follow(result, frame)


def located(result: Any, indexer: Any, key: Any, axis: int = 0, **_: Any) -> None:
    if axis == 0 and getattr(indexer.obj, "ndim", 0) == 2:
        filtered(result, indexer.obj)


def dropped(result: Any, frame: Any, *, axis: Any = 0, subset: Any = None, **_: Any) -> None:
    if result is not None and axis in (0, "index"):
        recorder.note("nulls", frame, len(result), what=columns_named(subset))
        recorder.follow(result, frame)


def grouped(result: Any, frame: Any, by: Any = None, *_: Any, dropna: bool = True, **__: Any) -> None:
    recorder.follow(result, frame)
    names = [by] if isinstance(by, str) else by if isinstance(by, list) else []
    names = [name for name in names if isinstance(name, str) and name in frame.columns]
    missing = int(frame[names].isna().any(axis=1).sum()) if names else 0
    if missing:
        recorder.note("group" if dropna else "null group", frame, len(frame) - missing, what=columns_named(names))


def merged(
    result: Any, left: Any, right: Any, how: Any = "inner", on: Any = None, left_on: Any = None, right_on: Any = None,
    **_: Any,
) -> None:  # fmt: skip
    mine, theirs = listed(left_on or on), listed(right_on or on)
    if not mine and not theirs:
        mine = theirs = [name for name in left.columns if name in set(right.columns)]
    if how not in ("inner", "left") or not mine or len(mine) != len(theirs):
        return
    keys, others = left[mine].dropna(), right[theirs].dropna()
    if len(mine) == 1:
        has_partner = left[mine[0]].isin(others[theirs[0]])
    else:
        has_partner = module_index(left, mine).isin(module_index(right, theirs))
    note_join(result, left, right, mine, len(left) - int(has_partner.sum()), keys, others)


def module_index(frame: Any, names: list[Any]) -> Any:
    return sys.modules["pandas"].MultiIndex.from_frame(frame[names])


def joined(result: Any, frame: Any, other: Any, on: Any = None, how: Any = "left", *_: Any, **__: Any) -> None:
    if how not in ("inner", "left") or not hasattr(other, "index") or isinstance(on, list):
        return
    key = frame.index if on is None else frame[on]
    unmatched = len(frame) - int(key.isin(other.index).sum())
    note_join(result, frame, other, [on or frame.index.name or "index"], unmatched, key, other.index)


def note_join(result: Any, left: Any, right: Any, names: list[Any], unmatched: int, keys: Any, others: Any) -> None:
    """Note a join, and whether keys are several times on either side."""
    recorder.note(
        "join", left, len(result), what=columns_named(names), other=recorder.name(right), unmatched=unmatched,
        left_twice=bool(keys.duplicated().any()), right_twice=bool(others.duplicated().any()),
    )  # fmt: skip
    recorder.follow(result, left)


def listed(names: Any) -> list[Any]:
    return [] if names is None else list(names) if isinstance(names, (list, tuple)) else [names]


def columns_named(names: Any) -> str:
    return ", ".join(map(str, listed(names)))


# polars ---------------------------------------------------------------------------------------------------------------


def watch_polars(module: Any) -> None:
    frame = module.DataFrame
    watch(frame, "filter", filtered_polars)
    watch(frame, "drop_nulls", dropped_polars)
    watch(frame, "group_by", grouped_polars)
    watch(frame, "join", joined_polars)


def filtered_polars(result: Any, frame: Any, *_: Any, **__: Any) -> None:
    recorder.note("filter", frame, result.height)
    recorder.follow(result, frame)


def dropped_polars(result: Any, frame: Any, subset: Any = None, *_: Any, **__: Any) -> None:
    names = subset if isinstance(subset, (str, list, tuple)) else None
    recorder.note("nulls", frame, result.height, what=columns_named(names))
    recorder.follow(result, frame)


def grouped_polars(result: Any, frame: Any, *by: Any, **__: Any) -> None:
    recorder.follow(result, frame)
    names = [name for part in by for name in listed(part) if isinstance(name, str) and name in frame.columns]
    full = frame.select(names).drop_nulls().height if names else len(frame)
    if full < len(frame):
        recorder.note("null group", frame, full, what=columns_named(names))


def joined_polars(
    result: Any, left: Any, right: Any, on: Any = None, how: Any = "inner", *_: Any,
    left_on: Any = None, right_on: Any = None, **__: Any,
) -> None:  # fmt: skip
    mine, theirs = listed(left_on or on), listed(right_on or on)
    if how not in ("inner", "left") or not mine or not all(isinstance(name, str) for name in (*mine, *theirs)):
        return
    unmatched = left.join(right, left_on=mine, right_on=theirs, how="anti").height
    keys, others = left.select(mine).drop_nulls(), right.select(theirs).drop_nulls()
    recorder.note(
        "join", left, result.height, what=columns_named(mine), other=recorder.name(right), unmatched=unmatched,
        left_twice=keys.n_unique() < keys.height, right_twice=others.n_unique() < others.height,
    )  # fmt: skip
    recorder.follow(result, left)
