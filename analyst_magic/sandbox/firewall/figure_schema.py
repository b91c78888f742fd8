"""Which attributes a figure may have, and of which kind their values are.

The table ``figure_schema.json`` is made from Plotly's own schema by ``tests/plotly_schema.py``, and a test compares it
with the installed plotly: an attribute that nobody has judged is in neither, and does not pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

KINDS = (
    "picture", "geojson", "source type", "layer type", "icon", "map style", "map mode", "cluster", "resolution",
    "separators", "template", "commands", "css", "format", "colour", "drawn data", "drawn text", "data", "text", "word",
)  # fmt: skip
"""The kinds of values, strictest first: an attribute that is of several kinds is judged by the first of them.

Drawn data and drawn text are drawn by WebGL or on a canvas; Plotly decodes no entities in them.
"""

MAP_TRACES = ("choroplethmap", "densitymap", "scattermap")
"""The types of trace on a map of tiles, whose style Plotly fetches unless the figure names one without tiles."""

_NUMBERED = re.compile(r"(xaxis|yaxis|scene|geo|polar|ternary|smith|map|coloraxis|legend)[1-9]\d{0,3}")
_STEP = re.compile(r"[^.\[\]]+")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w -]+|\[-?\d*\])*")
_POLLUTING = {"__proto__", "constructor", "prototype"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a name or a path in a figure stands for.

    Attributes:
        kind: The kind of its values; empty where it can only be a container.
        containers: The numbers of the containers that it can be; several where traces of several types have it.
    """

    kind: str = ""
    containers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The table of attributes.

    Attributes:
        traces: The container of each type of trace.
        layout: The container of the layout.
        frame: The kinds of a frame's own attributes.
        containers: The attributes of each container: a kind, a container, or a list of one container.
    """

    traces: Mapping[str, int]
    layout: int
    frame: Mapping[str, str]
    containers: tuple[Mapping[str, Any], ...]

    def is_map(self, container: int) -> bool:
        """Whether a container is that of a map of tiles."""
        return self.containers[container].get("style") == "map style"

    def child(self, containers: tuple[int, ...], name: str) -> Target | None:
        """The attribute of that name; None where no container has it."""
        numbered = _NUMBERED.fullmatch(name)
        if numbered and self.layout in containers:
            name = numbered[1]
        kinds: set[str] = set()
        inner: dict[int, None] = {}
        for number in containers:
            match self.containers[number].get(name):
                case str(kind):
                    kinds.add(kind)
                case int(found) | [int(found)]:
                    inner[found] = None
        if not kinds and not inner:
            return None
        return Target(min(kinds, key=KINDS.index, default=""), tuple(inner))

    def resolve(self, path: str, starts: tuple[int, ...]) -> Target | None:
        """The attribute that a path such as ``annotations[0].text`` names; None where it names none."""
        if not _PATH.fullmatch(path):
            return None
        target: Target | None = Target(containers=starts)
        for step in _STEP.findall(path):
            assert target is not None
            if step.lstrip("-").isdigit():
                continue  # the item of an array is judged as the array is
            if step in _POLLUTING:
                return None
            if target.kind in {"data", "drawn data"} and not target.containers:
                continue
            target = self.child(target.containers, step)
            if target is None:
                return None
        return target


@cache
def schema() -> Schema:
    """The table, read once."""
    table = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
    return Schema(table["traces"], table["layout"], table["frame"], tuple(table["containers"]))
