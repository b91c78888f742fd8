"""Numbers in a model's prose, held against what was computed: one that no result holds is marked."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

MARK = " [not found in a result]"
MAX_VALUES = 2_000_000
_NUMBER = re.compile(
    r"(?<![\w.])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+\b)?"
    r"(?:\s?(%|(?:per cent|percent|thousand|million|billion|[kKmM])\b))?"
)
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "billion": 1e9}
_COUNTED = re.compile(r"(?:top|first|last|next|past|step|steps|bottom)\s+$", re.I)


def traced(text: str, results: Sequence[Any], given: str = "") -> tuple[str, int]:
    """Prose with a mark behind each number that no result holds, to the digits that it is written with.

    Args:
        text: The prose.
        results: Tables and texts that were computed.
        given: What numbers may come from besides: the question, and the code that the prose stands beside.

    Returns:
        The prose, and how many numbers were marked.
    """
    values = sorted({value for result in results for value in _values(result)} | set(_in_text(given)))
    marked = 0

    def check(match: re.Match[str]) -> str:
        nonlocal marked
        part_of_a_word = text[match.end() : match.end() + 1].isalpha()  # 3rd, 2x
        if part_of_a_word or _COUNTED.search(text[: match.start()]) or _is_known(match, values):
            return match[0]
        marked += 1
        return match[0].rstrip() + MARK + match[0][len(match[0].rstrip()) :]

    return _NUMBER.sub(check, text), marked


def _is_known(match: re.Match[str], values: list[float]) -> bool:
    unit = (match[1] or "").lower()
    digits = match[0][: match.start(1) - match.start()] if match[1] else match[0]
    plain = digits.strip().replace(",", "").replace("−", "-")
    number, decimals = float(plain), len(plain.partition(".")[2].partition("e")[0])
    tolerance = 0.5 * 10.0**-decimals * 1.0000001
    if unit in _SCALE:
        return _near(values, number * _SCALE[unit], tolerance * _SCALE[unit])
    if unit:  # a share may be computed as a fraction
        return _near(values, number, tolerance) or _near(values, number / 100, tolerance / 100)
    return _near(values, number, tolerance)


def _near(values: list[float], number: float, tolerance: float) -> bool:
    """Whether a value, or its opposite (``fell by 3``), is within the tolerance."""
    for wanted in (number, -number):
        at = bisect.bisect_left(values, wanted - tolerance)
        if at < len(values) and values[at] <= wanted + tolerance:
            return True
    return False


def _values(result: Any) -> list[float]:
    if result.kind == "text":
        return _in_text(result.text)
    if result.kind != "table" or result.data.num_rows * max(1, result.data.num_columns) > MAX_VALUES:
        return []
    found = [float(result.data.num_rows), float(result.data.num_columns)]
    for column in result.data.columns:
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_decimal(column.type):
            numbers = pc.drop_null(column.cast(pa.float64(), safe=False)).to_pylist()
            found += [number for number in numbers if math.isfinite(number)]
        elif pa.types.is_temporal(column.type):
            texts = pc.drop_null(column.cast(pa.string())).to_pylist()
            found += [number for text in set(texts) for number in _in_text(text.replace("-", " "))]
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            found += [number for text in set(pc.drop_null(column).to_pylist()) for number in _in_text(text)]
    return found


def _in_text(text: str) -> list[float]:
    found = re.findall(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", text[:100_000])
    return [float(number.replace(",", "")) for number in found]
