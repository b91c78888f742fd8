"""The parser: the readings of a question in which every tag is consumed by exactly one rule, cheapest first."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .linking import Tag
from .rules import Piece, Refused

SKIPPED = 100.0
"""What a word costs that no rule consumes; a reading with one is no answer, and names it."""
MAX_READINGS = 24
"""How many readings are followed at each place of the question."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A word that has no place in the reading."""

    tag: Tag


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a question: its parts in the order of the words."""

    parts: tuple[Any, ...]
    cost: float

    def of(self, *kinds: type) -> list[Any]:
        """The parts of some types, in order."""
        return [part for part in self.parts if isinstance(part, kinds)]

    @property
    def skipped(self) -> list[Tag]:
        """The words that no rule consumed."""
        return [part.tag for part in self.of(Skipped)]

    @property
    def refused(self) -> Refused | None:
        """The first part that cannot be meant."""
        return next(iter(self.of(Refused)), None)


def readings(tags: tuple[Tag, ...], pieces: Iterable[Piece]) -> list[Reading]:
    """The readings of a question, the cheapest first.

    Args:
        tags: What the words stand for, fillers left out.
        pieces: What rules make of some of them.
    """
    ending: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        ending[piece.end].append(piece)
    best: list[list[tuple[float, int, tuple[Any, ...]]]] = [[(0.0, 0, ())]]
    for end in range(1, len(tags) + 1):
        ending[end].append(Piece(Skipped(tags[end - 1]), SKIPPED, end - 1, end))
        found = [
            (cost + piece.cost, -len(parts), (*parts, piece.part))
            for piece in ending[end]
            for cost, _, parts in best[piece.start]
        ]
        best.append(heapq.nsmallest(MAX_READINGS, found, key=lambda reading: reading[:2]))
    return [Reading(parts, cost) for cost, _, parts in best[-1]]
