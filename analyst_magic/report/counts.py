"""What a report holds and what it had to leave out, counted for its end and for the programs that run exports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..wording import count
from .fonts import font_note
from .reading import Report

_KINDS = {
    "figure": '<figure class="plot"', "picture": "<img ", "table": "<table", "formula": "<math ",
    "widget": " data-widget=",
}  # fmt: skip
_PLAYED = re.compile(r"<(audio|video) ")
_LOST = re.compile(r' data-lost="([a-z]+)"')
_WORDS = {"audio": "sound"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a report holds, and what was left out of it, by kind: ``figure``, ``table``, ``formula`` …

    Attributes:
        held, lost: How many of each kind.
        failed: The numbers of the notebook's cells that failed.
        changed: The questions whose results are no longer those that ``analyst.lock`` holds.
        unprintable: The scripts that the browser has no font for: their letters are boxes in the file.
    """

    held: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    failed: tuple[int, ...] = ()
    changed: tuple[str, ...] = ()
    unprintable: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing failed, changed or was left out."""
        return not (self.lost or self.failed or self.changed or self.unprintable)

    @property
    def summary(self) -> dict[str, Any]:
        """All of it as it stands in a line of JSON."""
        return {
            "held": dict(self.held),
            "left_out": dict(self.lost),
            "failed_cells": list(self.failed),
            "changed_answers": list(self.changed),
            "scripts_without_font": list(self.unprintable),
        }

    def without(self, lost: Mapping[str, int]) -> Counts:
        """The same with more left out."""
        return replace(self, lost=dict(sorted((Counter(self.lost) + Counter(lost)).items())))

    def __str__(self) -> str:
        parts = [count(number, kind) for kind, number in self.held.items()]
        parts += [f"{count(number, kind)} left out" for kind, number in self.lost.items()]
        parts += [f"{count(len(self.failed), 'cell')} failed"] if self.failed else []
        parts += [f"{count(len(self.changed), 'answer')} changed since pinned"] if self.changed else []
        return ", ".join(filter(None, [*parts, font_note(self.unprintable)]))


def counts_of(report: Report, *, plays: bool) -> Counts:
    """What a report holds.

    Args:
        report: The report.
        plays: Whether its format plays sound and video.
    """
    html = "".join(part for block in report.blocks for part in (block.content, *block.outputs))
    held = {kind: html.count(mark) for kind, mark in _KINDS.items()}
    held["picture"] -= len(re.findall(r'<div class="canvas"[^>]*><img ', html))
    played = Counter(_WORDS.get(kind, kind) for kind in _PLAYED.findall(html))
    lost = Counter(_WORDS.get(kind, kind) for kind in _LOST.findall(html))
    if plays:
        held |= played
    else:
        lost += played
    present = {kind: number for kind, number in held.items() if number}
    return Counts(present, dict(sorted(lost.items())), report.failed, report.changed)
