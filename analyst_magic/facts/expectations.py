"""Expectations held against data: one record each, with how many rows break it and a few values that do.

The expectations are those of a schema of pandera in YAML, which the host has read and checked; the names and meanings
of the checks are pandera's (pandera's documentation, ``pandera.api.checks.Check``): a missing value breaks no check but
``nullable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import kind_of
from .rows import duplicates
from .source import Data, value

SHOWN = 3
Mask = Any
"""An Arrow array of truth values: True where a value meets the check."""


def check(data: Data, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Hold a schema against data.

    Args:
        data: All of the rows.
        schema: ``columns``, ``unique``, ``strict`` and ``ordered`` as pandera has them.
    """
    records = []
    columns = schema.get("columns") or {}
    for name, expected in columns.items():
        matching = [n for n in data.names if re.fullmatch(name, n)] if expected.get("regex") else [name]
        matching = [n for n in matching if n in data.names]
        if not matching:
            missing = expected.get("required", True)
            records.append(_record(name, "column exists", not missing, 0, data.rows, note="there is no such column"))
        for found in matching:
            records += _of_column(data, found, expected)
    records += _of_frame(data, schema, list(columns))
    return records


def _record(
    column: str,
    what: str,
    ok: bool,
    broken: int,
    rows: int,
    examples: list[Any] | None = None,
    note: str = "",
    warning: bool = False,
) -> dict[str, Any]:
    return {"part": "check", "column": column, "check": what, "ok": ok, "broken": broken, "rows": rows,
            "examples": [] if ok else examples or [], "note": "" if ok else note, "warning": warning}  # fmt: skip


def _of_frame(data: Data, schema: dict[str, Any], known: list[str]) -> list[dict[str, Any]]:
    records = []
    if schema.get("strict") is True:
        others = [name for name in data.names if not any(name == k for k in known)]
        records.append(_record("", "strict", not others, 0, data.rows, others[:SHOWN], "columns not expected"))
    if schema.get("ordered"):
        order = [name for name in data.names if name in known]
        fits = order == [name for name in known if name in order]
        records.append(_record("", "ordered", fits, 0, data.rows, note="the columns come in another order"))
    unique = schema.get("unique")
    if unique:
        names = [unique] if isinstance(unique, str) else list(unique)
        if all(name in data.names for name in names):
            table = data.sample.select(names)
            broken = duplicates(Data(data.name, names, data.rows, table, table))
            label = f"unique ({', '.join(names)})"
            records.append(_record("", label, broken == 0, broken or 0, data.rows, note="rows repeat"))
        else:
            lacking = ", ".join(name for name in names if name not in data.names)
            records.append(_record("", "unique", False, 0, data.rows, note=f"there is no column {lacking}"))
    return records


def _of_column(data: Data, name: str, expected: dict[str, Any]) -> list[dict[str, Any]]:
    column = data.sample.column(data.names.index(name))
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    records = []
    if expected.get("dtype"):
        fits = type_fits(str(expected["dtype"]), column)
        note = f"it is {kind_of(column.type)}"
        records.append(_record(name, f"dtype {expected['dtype']}", fits, 0, data.rows, note=note))
    if not expected.get("nullable", False):
        missing = column.null_count
        records.append(_record(name, "not missing", not missing, missing, data.rows, note="missing"))
    if expected.get("unique"):
        present = column.drop_null()
        broken = len(present) - len(pc.unique(present))
        again = _repeated(present) if broken else []
        records.append(_record(name, "unique", not broken, broken, data.rows, again, "repeated"))
    for what, options in checks_of(expected.get("checks")):
        records.append(_checked(name, column, what, options, data.rows))
    return records


def _repeated(column: pa.ChunkedArray) -> list[Any]:
    found = pc.value_counts(column)
    again = found.field("values").filter(pc.greater(found.field("counts"), 1))
    return [value(v) for v in again.slice(0, SHOWN).to_pylist()]


def checks_of(given: Any) -> list[tuple[str, Any]]:
    """The checks of a column by name, as a mapping or as a list of mappings has them."""
    if isinstance(given, list):
        return [pair for item in given for pair in checks_of(item)]
    return list((given or {}).items())


def _checked(name: str, column: pa.ChunkedArray, what: str, options: Any, rows: int) -> dict[str, Any]:
    warning = False
    if isinstance(options, dict) and "options" in options:
        extra = options["options"] or {}
        warning = bool(extra.get("raise_warning"))
        options = options["value"] if "value" in options else {k: v for k, v in options.items() if k != "options"}
    label = f"{what} {_shown(options)}".strip()
    present = column.drop_null()
    try:
        good = CHECKS[what](present, options)
    except (pa.ArrowException, TypeError, ValueError) as error:
        note = f"cannot be compared: {str(error).splitlines()[0][:120]}"
        return _record(name, label, False, len(present), rows, note=note, warning=warning)
    bad = present.filter(pc.invert(good))
    examples = [value(v) for v in pc.unique(bad).slice(0, SHOWN).to_pylist()]
    return _record(name, label, not len(bad), len(bad), rows, examples, warning=warning)


def _shown(options: Any) -> str:
    if isinstance(options, dict):
        return ", ".join(f"{key}={each}" for key, each in options.items())
    if isinstance(options, list):
        return ", ".join(map(str, options[:8])) + (f" and {len(options) - 8} more" if len(options) > 8 else "")
    return str(options)


def type_fits(dtype: str, column: pa.ChunkedArray) -> bool:
    """Whether a column is of a type as pandas and pandera name it; the width of numbers is not looked at."""
    wanted, kind = dtype.casefold(), kind_of(column.type)
    for pattern, kinds in (
        (r"u?int\d*", {"integer"}), (r"float\d*", {"number"}), (r"number", {"integer", "number"}),
        (r"bool(?:ean)?", {"boolean"}), (r"str(?:ing)?(?:\[.*\])?|object|category", {"text"}),
        (r"datetime64\[.*\]|datetime|timestamp.*", {"date", "moment"}), (r"date", {"date"}),
    ):  # fmt: skip
        if re.fullmatch(pattern, wanted):
            return kind in kinds
    return wanted == str(column.type)


def _scalar(column: pa.ChunkedArray, given: Any) -> pa.Scalar:
    """A value of the schema in the column's type; a moment as ISO text."""
    if pa.types.is_temporal(column.type):
        return pa.scalar(str(given)).cast(column.type)
    if pa.types.is_integer(column.type) and isinstance(given, float):
        return pa.scalar(given)
    return pa.scalar(given, column.type)


def _compare(test: Callable[..., Mask], key: str) -> Callable[[pa.ChunkedArray, Any], Mask]:
    return lambda column, options: test(column, _scalar(column, options[key] if isinstance(options, dict) else options))


def _in_range(column: pa.ChunkedArray, options: dict[str, Any]) -> Mask:
    low = pc.greater_equal if options.get("include_min", True) else pc.greater
    high = pc.less_equal if options.get("include_max", True) else pc.less
    least, most = (_scalar(column, options[key]) for key in ("min_value", "max_value"))
    return pc.and_(low(column, least), high(column, most))


def _is_in(column: pa.ChunkedArray, options: Any) -> Mask:
    values = options
    if isinstance(options, dict):
        values = options.get("allowed_values", options.get("forbidden_values", []))
    return pc.is_in(column, value_set=pa.array([_scalar(column, v).as_py() for v in values], column.type))


def _matched(column: pa.ChunkedArray, options: Any, test: Callable[[str, str], bool]) -> Mask:
    given = next(iter(options.values())) if isinstance(options, dict) else options
    results = {text: test(text, str(given)) for text in pc.unique(column).to_pylist()}
    return pa.array([results[text] for text in column.to_pylist()], pa.bool_())


def _length(column: pa.ChunkedArray, options: Any) -> Mask:
    lengths = pc.utf8_length(column)
    if not isinstance(options, dict):
        return pc.equal(lengths, int(options))
    low, high = options.get("min_value"), options.get("max_value")
    if options.get("exact_value") is not None:
        low = high = options["exact_value"]
    good = pa.array(np.ones(len(column), bool))
    good = pc.and_(good, pc.greater_equal(lengths, low)) if low is not None else good
    return pc.and_(good, pc.less_equal(lengths, high)) if high is not None else good


CHECKS: dict[str, Callable[[pa.ChunkedArray, Any], Mask]] = {
    "equal_to": _compare(pc.equal, "value"),
    "not_equal_to": _compare(pc.not_equal, "value"),
    "greater_than": _compare(pc.greater, "min_value"),
    "greater_than_or_equal_to": _compare(pc.greater_equal, "min_value"),
    "less_than": _compare(pc.less, "max_value"),
    "less_than_or_equal_to": _compare(pc.less_equal, "max_value"),
    "in_range": _in_range,
    "isin": _is_in,
    "notin": lambda column, options: pc.invert(_is_in(column, options)),
    "str_matches": lambda column, options: _matched(column, options, lambda t, p: re.match(p, t) is not None),
    "str_contains": lambda column, options: _matched(column, options, lambda t, p: re.search(p, t) is not None),
    "str_startswith": lambda column, options: _matched(column, options, str.startswith),
    "str_endswith": lambda column, options: _matched(column, options, str.endswith),
    "str_length": _length,
}
"""The checks that are known, by pandera's names; ``analyst_magic/profiling/expectations.py`` lists the same."""
