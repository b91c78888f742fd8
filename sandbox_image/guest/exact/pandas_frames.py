"""pandas frames and series as Arrow columns with a description, and back."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from . import values
from .arrow_columns import Column, inward, outward
from .pandas_columns import decode_next, encode, pack, parts_of, unpack
from .pandas_columns import default as default_series

MAX_ATTRS = 100_000
"""Characters of a frame's ``attrs`` as JSON."""
THREADED = 16_000_000  # values from which threads are worth their start


@dataclass(frozen=True)
class Parted:
    """A pandas frame in columns.

    Attributes:
        columns: The index levels, where the index is not the default one, and then the columns.
        labels: Their labels; for index levels, the level's name or None.
        index: The description of the index; None where it is the default one.
        losses: What could not be carried, one sentence each.
    """

    columns: tuple[Column, ...]
    labels: tuple[Any, ...]
    index: dict[str, Any] | None
    losses: tuple[str, ...]

    @property
    def levels(self) -> int:
        """How many of the columns are levels of the index."""
        return int(self.index["levels"]) if self.index else 0


def take_apart(frame: Any, way: Callable[[Any], Column] = inward, threads: int = 1) -> Parted:
    """A pandas frame in columns.

    Args:
        frame: The frame.
        way: ``inward`` or ``outward``, of ``arrow_columns``.
        threads: How many threads may work on a large frame.
    """
    levels, index, lost = _index(frame.index, way)
    series = [frame.iloc[:, position] for position in range(frame.shape[1])]
    if len(frame) * len(series) < THREADED or threads == 1:
        columns = [encode(column, way) for column in series]
    else:
        with ThreadPoolExecutor(threads) as pool:
            columns = list(pool.map(lambda column: encode(column, way), series))
    labels = (*(frame.index.names if levels else ()), *frame.columns)
    names = [*(f"index {i}" if label is None else label for i, label in enumerate(labels[: len(levels)])),
             *frame.columns]  # fmt: skip
    losses = [f"The column {name} {c.loss}." for name, c in zip(names, [*levels, *columns], strict=True) if c.loss]
    if lost:
        losses.append("The frequency of the index could not be carried.")
    return Parted((*levels, *columns), labels, index, tuple(losses))


def describe(
    parted: Parted, columns: Any, attrs: Any, rows: int, series: Any = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The description by which ``put_together`` makes the frame again, and what of it could not be carried.

    Args:
        parted: What ``take_apart`` made of the frame.
        columns: The frame's column index.
        attrs: The frame's attrs.
        rows: Number of rows.
        series: A list with the name of the series that the frame stands for; None for a frame.
    """
    labels, lost = header(columns)
    text, without = _attrs(attrs)
    description = {
        "kind": "pandas",
        "rows": rows,
        "index": parted.index,
        "forms": [column.form for column in parted.columns],
        "header": labels,
        "attrs": text,
        "series": series and [_name(series[0])],
    }
    return description, tuple(sentence for sentence in (lost, without) if sentence)


def put_together(
    description: Any,
    columns: Sequence[Any],
    parts: Sequence[Any],
    labels: Sequence[Any],
    series: bool = False,
    default: Callable[[Any], Any] = default_series,
) -> Any:
    """The pandas frame of a description.

    Args:
        description: Of ``describe``; its streams have been read (``description.read``).
        columns: The plain columns.
        parts: The parts of all columns, in order.
        labels: The labels of the plain columns, for a header that is nothing but names.
        series: Give the series that the frame stands for, if it does.
        default: Makes the pandas column of an Arrow column without a form.

    Raises:
        ValueError: The description does not fit the columns.
    """
    import pandas as pd

    arrays = _with_parts(description["forms"], columns, parts)
    decoded = [decode_next(form, arrays, default) for form in description["forms"]]
    rows = len(columns[0]) if len(columns) else int(description["rows"])
    how = description["index"]
    levels = how["levels"] if how else 0
    frame = pd.DataFrame(dict(enumerate(decoded[levels:])), index=pd.RangeIndex(rows), copy=False)
    if how:
        frame.index = _to_index(pd, how, decoded[:levels])
    frame.columns = _to_header(pd, description["header"], labels[levels:])
    if description["attrs"]:
        frame.attrs = json.loads(description["attrs"])
    if not series or description["series"] is None or frame.shape[1] != 1:
        return frame
    column = frame.iloc[:, 0]
    column.name = values.decode(description["series"][0])
    column.attrs = frame.attrs
    return column


def _with_parts(forms: Iterable[Any], columns: Iterable[Any], parts: Iterable[Any]) -> Iterator[Any]:
    """The columns, each followed by the parts that its form announces."""
    rest = iter(parts)
    for form, column in zip(forms, columns, strict=True):
        yield column
        yield from itertools.islice(rest, parts_of(form))


def _index(index: Any, way: Callable[[Any], Column]) -> tuple[list[Column], dict[str, Any] | None, bool]:
    """The levels of an index, its description (none where it is the default one), and whether a frequency is lost."""
    import pandas as pd

    ranged = isinstance(index, pd.RangeIndex)
    if ranged and index.start == 0 and index.step == 1 and index.name is None:
        return [], None, False
    indexes = [index.get_level_values(level) for level in range(index.nlevels)]
    levels = [encode(pd.Series(level), way) for level in indexes]
    frequencies = [_frequency(level) for level in indexes]
    how: dict[str, Any] = {"levels": len(levels), "multi": isinstance(index, pd.MultiIndex)}
    how["names"] = [_name(name) for name in index.names]
    how["freqs"] = [frequency or None for frequency in frequencies]
    if ranged:
        how["range"] = [index.start, index.step]
    return levels, how, None in frequencies


def index_without(how: dict[str, Any] | None, levels: Sequence[int]) -> dict[str, Any] | None:
    """The description of an index of which only some levels are left; the default one where none is."""
    if how is None or not levels:
        return None
    names, freqs = ([how[key][level] for level in levels] for key in ("names", "freqs"))
    multi = len(levels) > 1 or (how["multi"] and how["levels"] == 1)
    return {**how, "levels": len(levels), "multi": multi, "names": names, "freqs": freqs}


def _name(name: Any) -> Any:
    try:
        return values.encode(name)
    except values.Unsupported:
        return str(name)


def _frequency(index: Any) -> str | None:
    """The frequency of an index as text; empty where it has none, None where pandas cannot read it back.

    Those of a user's own holidays have a text that stands for another frequency.
    """
    import pandas as pd
    from pandas.tseries.frequencies import to_offset

    freq = None if isinstance(index, pd.PeriodIndex) else getattr(index, "freq", None)
    if freq is None:
        return ""
    try:
        text = values.frequency(freq.freqstr)
        return text if to_offset(text) == freq else None
    except ValueError:
        return None


def _to_index(pd: Any, how: Any, levels: Sequence[Any]) -> Any:
    names = [values.decode(name) for name in how["names"]]
    if "range" in how:
        start, step = how["range"]
        return pd.RangeIndex(start, start + step * len(levels[0]), step, name=names[0])
    indexes = [_one_index(pd, level, freq) for level, freq in zip(levels, how["freqs"], strict=True)]
    if how["multi"]:
        return pd.MultiIndex.from_arrays(indexes, names=names)
    return indexes[0].rename(names[0])


def _one_index(pd: Any, level: Any, freq: Any) -> Any:
    index = pd.Index(level.array, dtype=level.dtype, copy=False, tupleize_cols=False)
    if freq is not None:
        index.freq = values.frequency(freq)
    return index


def header(columns: Any) -> tuple[Any, str]:
    """The description of a frame's column labels; none for plain names. And what of them could not be carried."""
    import pandas as pd

    if isinstance(columns, pd.RangeIndex):
        return {"range": [columns.start, columns.stop, columns.step], "name": _name(columns.name)}, ""
    if type(columns) is pd.Index and columns.name is None and columns.dtype == "str" and not columns.hasnans:
        return None, ""
    levels, how, lost = _index(columns, outward)
    if any(level.loss for level in levels):
        return None, "The labels of the columns hold values that could not be carried, and came as text."
    return {"packed": pack(levels), "index": how}, "The frequency of the columns could not be carried." * lost


def _to_header(pd: Any, how: Any, labels: Sequence[Any]) -> Any:
    if how is None:
        return _of_labels(pd, labels)
    if "range" in how:
        start, stop, step = how["range"]
        return pd.RangeIndex(start, stop, step, name=values.decode(how["name"]))
    return _to_index(pd, how["index"], unpack(how["packed"]))


def _of_labels(pd: Any, labels: Sequence[Any]) -> Any:
    if not labels:
        return pd.Index([], dtype="str")
    return pd.Index(list(labels), tupleize_cols=True)


def _attrs(attrs: Any) -> tuple[str, str]:
    """The attrs of a frame as JSON, and what of them could not be carried."""
    if not attrs:
        return "", ""
    try:
        text = json.dumps(attrs, allow_nan=False)
        if len(text) <= MAX_ATTRS and values.same(json.loads(text), dict(attrs)):
            return text, ""
    except (TypeError, ValueError):
        pass
    return "", "The attrs of the frame could not be carried: they hold more than JSON does, or are too large."
