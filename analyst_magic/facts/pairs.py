"""Columns that depend on each other: copies, functional dependencies, strong correlations, sums and products, order.

Everything is looked for in the sample. A dependency that a few rows break is what deserves a look: a zip code with two
cities, an end before its start, an amount that is not price times quantity.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .findings import finding

if TYPE_CHECKING:
    from .columns import Column
    from .source import Data

MAX_CATEGORIES = 40
"""Columns of categories that dependencies are looked for among."""
MAX_ARITHMETIC = 12
MAX_ROWS = 20_000
STRONG = 0.9
"""Correlation from which two columns say much the same."""
SAME = 1 - 1e-9
"""Correlation from which one column is the other in another unit."""
BROKEN = 0.03
"""Share of the rows up to which a dependency is held for broken, and not for absent."""
KEY_NAME = re.compile(r"(?:^|[\W_])(?:id|key|code|no|number|uuid|guid|nr)$|(?<=[a-z])(?:Id|ID|Key)$", re.I)


@dataclass(slots=True)
class Related:
    """What was found.

    Attributes:
        pairs: Records of pairs of columns.
        findings: What of it deserves a look.
        keys: Columns that tell all rows of the sample apart.
        notes: What was left out.
    """

    pairs: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find(data: Data, columns: list[Column]) -> Related:
    """Look for columns that depend on each other."""
    related = Related(keys=[c.name for c in columns if c.is_unique and c.kind != "number" and not c.record["missing"]])
    copies = _copies(columns, related)
    rest = [column for column in columns if column.name not in copies]
    _dependencies(rest, related)
    _correlations(rest, related)
    _arithmetic(rest, related)
    _order(rest, related)
    return related


def _copies(columns: list[Column], related: Related) -> set[str]:
    """Columns that hold the same as an earlier one."""
    found: set[str] = set()
    for a, b in combinations(columns, 2):
        if b.name in found or a.sample.type != b.sample.type or len(a.counts) != len(b.counts) or len(a.counts) < 2:
            continue
        if a.sample.null_count == b.sample.null_count and a.sample.equals(b.sample):
            found.add(b.name)
            related.pairs.append({"a": a.name, "b": b.name, "relation": "same", "strength": 1.0})
            related.findings.append(finding(b.name, "copy", f"{b.name} holds the same as {a.name} in every row.", 2))
    return found


def _codes(column: Column) -> np.ndarray[Any, Any]:
    """A number for each value of the first rows; a missing one has its own."""
    head = column.sample.slice(0, MAX_ROWS)
    encoded = head.dictionary_encode(null_encoding="encode").combine_chunks()
    array = encoded if isinstance(encoded, pa.Array) else pa.concat_arrays(encoded.chunks)
    return np.asarray(array.indices.to_numpy(zero_copy_only=False), np.int64)


def _dependencies(columns: list[Column], related: Related) -> None:
    rows = min(MAX_ROWS, max((len(c.sample) for c in columns), default=0))
    usable = [
        c for c in columns
        if c.kind in ("text", "boolean", "integer", "date") and 2 <= len(c.counts) <= 0.5 * len(c.sample)
    ]  # fmt: skip
    if len(usable) > MAX_CATEGORIES:
        related.notes.append(f"Dependencies were looked for among the first {MAX_CATEGORIES} columns of categories.")
    codes = {c.name: _codes(c) for c in usable[:MAX_CATEGORIES]}
    for a, b in combinations(usable[:MAX_CATEGORIES], 2):
        for left, right in ((a, b), (b, a)):
            share = _explained(codes[left.name], codes[right.name], rows)
            if share is None:
                continue
            relation = {"a": left.name, "b": right.name, "relation": "determines", "strength": share}
            related.pairs.append(relation)
            broken = round((1 - share) * rows)
            if broken:
                message = (
                    f"{left.name} nearly always determines {right.name}: "
                    f"{broken:,} of {rows:,} rows {'differs' if broken == 1 else 'differ'}."
                )
                related.findings.append(finding(right.name, "dependency", message, 2, 1 - share))
            break


def _explained(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any], rows: int) -> float | None:
    """The share of the rows in which ``a`` tells ``b``; None where it does not, or tells no more than chance would."""
    groups, size = int(a.max()) + 1, int(b.max()) + 1
    if groups < 3 or size < 2 or rows < 4 * groups or size > 1.2 * groups + 2:
        return None
    pairs, counts = np.unique(a * size + b, return_counts=True)
    if len(pairs) > 1.5 * groups + 10:
        return None
    best = np.zeros(groups, np.int64)
    np.maximum.at(best, pairs // size, counts)
    share = float(best.sum() / rows)
    most = float(np.bincount(b).max() / rows)  # what guessing the commonest value would get
    return share if share >= 1 - BROKEN and (1 - share) < 0.2 * (1 - most) else None


def _correlations(columns: list[Column], related: Related) -> None:
    """Pearson's and, of ranks, Spearman's coefficient; the stronger of the two is reported."""
    usable = [c for c in columns if c.is_numeric and len(c.counts) > 2 and len(c.numbers) == len(c.sample)]
    if len(usable) < 2 or len(usable[0].sample) < 10:
        return
    matrix = np.array([c.numbers[:MAX_ROWS] for c in usable])
    with np.errstate(invalid="ignore", divide="ignore"):
        straight = np.corrcoef(matrix)
        monotonic = np.corrcoef(np.array([_ranks(row) for row in matrix]))
    for i, j in combinations(range(len(usable)), 2):
        for name, value in (("correlation", straight[i, j]), ("rank correlation", monotonic[i, j])):
            if np.isfinite(value) and abs(value) >= STRONG:
                if name == "correlation" and abs(value) >= SAME:
                    a, b = usable[i].name, usable[j].name
                    message = f"{b} holds the same as {a} in another unit: each follows from the other in all rows."
                    related.findings.append(finding(b, "copy", message, 2))
                pair = {"a": usable[i].name, "b": usable[j].name, "relation": name, "strength": float(value)}
                related.pairs.append(pair)
                break


def _ranks(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Ranks, the mean of them for values that are alike."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], np.float64)


def _arithmetic(columns: list[Column], related: Related) -> None:
    """Sums, differences and products of two columns that a third one holds in nearly all rows."""
    usable = [c for c in columns if c.is_numeric and len(c.counts) > 5 and len(c.numbers) == len(c.sample)]
    if not 3 <= len(usable) <= MAX_ARITHMETIC:
        return
    values = {c.name: c.numbers[:MAX_ROWS] for c in usable}
    done: set[frozenset[str]] = set()
    for c in usable:
        for a, b in combinations([u for u in usable if u is not c], 2):
            trio = frozenset((a.name, b.name, c.name))
            for sign, formed in (("×", values[a.name] * values[b.name]), ("+", values[a.name] + values[b.name])):
                share = _equal(formed, values[c.name]) if trio not in done else 0.0
                if share < 0.9:
                    continue
                done.add(trio)
                formula = f"{a.name} {sign} {b.name}"
                related.pairs.append({"a": formula, "b": c.name, "relation": "equals", "strength": share})
                if share < 1:
                    broken = round((1 - share) * len(formed))
                    message = f"{c.name} is {formula}, but for {broken:,} {'row' if broken == 1 else 'rows'}."
                    related.findings.append(finding(c.name, "arithmetic", message, 1, 1 - share))


def _equal(formed: np.ndarray[Any, Any], given: np.ndarray[Any, Any]) -> float:
    """The share of rows in which two numbers are the same to a cent, or to a thousandth of their size."""
    if len(formed) > 2_000:  # a look at some rows tells those apart that have nothing to do with each other
        some = slice(0, 500)
        if _equal(formed[some], given[some]) < 0.8:
            return 0.0
    near = np.abs(formed - given) <= np.maximum(0.0051, 1e-6 * np.abs(given))
    moving = (formed != 0) & (given != 0)
    return float(near[moving].mean()) if moving.sum() >= 0.5 * len(formed) else 0.0


def _order(columns: list[Column], related: Related) -> None:
    """Moments of which one comes before the other in nearly all rows."""
    times = [c for c in columns if c.is_time and len(c.counts) > 1]
    for a, b in combinations(times, 2):
        first, second = (c.sample.cast(pa.timestamp("us"), safe=False) for c in (a, b))
        known = pc.sum(pc.is_valid(pc.less(first, second))).as_py() or 0
        if known < 20:
            continue
        before, after = (int(pc.sum(test(first, second)).as_py() or 0) for test in (pc.less, pc.greater))
        for early, late, broken, usual in ((a, b, after, before), (b, a, before, after)):
            if 0 < broken <= 0.05 * known and usual >= 0.5 * known:
                rows = f"{broken:,} {'row' if broken == 1 else 'rows'}"
                message = f"{late.name} is before {early.name} in {rows}; elsewhere it is not."
                related.findings.append(finding(late.name, "order", message, 1, broken / known))
