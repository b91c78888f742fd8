"""Plotly figures from the sandbox, rebuilt from the attributes that Plotly has and that have been judged.

Nothing else passes: what an attribute may hold is known from Plotly's schema (``figure_schema``), values are judged by
their kind (``figure_values``), text is made harmless (``figure_text``), and what buttons and sliders do is judged as
the attributes that they set (``figure_commands``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...cleaning.text import clean
from ...errors import FirewallError
from ...language import message
from .figure_commands import commands
from .figure_schema import MAP_TRACES, Target, schema
from .figure_text import label
from .figure_values import LEFT_OUT, TILES, VALUE, check_depth, judge

MAX_SIDE = 20_000
"""Pixels of a figure's width or height."""
MAX_TRACES = 2_000
MAX_FRAMES = 2_000

_STYLES = {"basic", "carto-darkmatter", "carto-darkmatter-nolabels", "carto-positron", "carto-positron-nolabels",
           "carto-voyager", "carto-voyager-nolabels", "dark", "light", "open-street-map", "outdoors", "satellite",
           "satellite-streets", "streets", "white-bg"}  # fmt: skip
_MAP = re.compile(r"map\d{0,4}")
_NAMED = 5  # attributes that a note names


def figure(value: Any) -> tuple[dict[str, Any], list[str]]:
    """Rebuild a figure from checked parts.

    Returns:
        The figure with ``data``, ``layout`` and, where it has them, ``frames``; and what was left out of it.

    Raises:
        FirewallError: It is not a figure.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("data"), list):
        raise FirewallError(
            message("A figure is not the plotly JSON that it claims to be."), message("Show a plotly figure.")
        )
    if len(value["data"]) > MAX_TRACES or not all(isinstance(trace, Mapping) for trace in value["data"]):
        raise FirewallError(
            message("A figure has more than {most} traces, or malformed ones.", most=MAX_TRACES),
            message("Draw fewer traces."),
        )
    frames = value.get("frames")
    frames = [frame for frame in frames if isinstance(frame, Mapping)] if isinstance(frames, list) else []
    checked = FigureCheck(has_map=_has_map(value["data"], frames))
    rebuilt: dict[str, Any] = {"data": [checked.trace(trace) for trace in value["data"]]}
    layout = value.get("layout")
    rebuilt["layout"] = checked.layout(layout if isinstance(layout, Mapping) else {})
    if frames:
        if len(frames) > MAX_FRAMES:
            checked.notes.add(
                message(
                    "Only the first {most_frames} of {frames} frames of a figure are shown.",
                    most_frames=MAX_FRAMES,
                    frames=len(frames),
                )
            )
        rebuilt["frames"] = [checked.frame(frame) for frame in frames[:MAX_FRAMES]]
    checked.switch_tiles_off(rebuilt["layout"])
    return rebuilt, checked.sentences()


def _has_map(traces: list[Any], frames: list[Any]) -> bool:
    in_frames = (trace for frame in frames if isinstance(frame.get("data"), list) for trace in frame["data"])
    types = [trace.get("type") for trace in (*traces, *in_frames) if isinstance(trace, Mapping)]
    return any(kind in MAP_TRACES for kind in types if isinstance(kind, str))


class FigureCheck:
    """The check of one figure, and what it came upon.

    Args:
        has_map: Whether the figure draws on a map of tiles.

    Attributes:
        notes: What was left out, a sentence each.
        maps: The maps of tiles that the figure names.
    """

    def __init__(self, has_map: bool) -> None:
        self.has_map = has_map
        self.notes: set[str] = set()
        self.maps: set[str] = {"map"} if has_map else set()
        self._unknown: dict[str, None] = {}

    def trace(self, value: Mapping[Any, Any], depth: int = 1) -> dict[str, Any]:
        """A trace; one of an unknown type is empty, so that the others keep their numbers."""
        kind = value.get("type", "scatter")
        number = schema().traces.get(kind) if isinstance(kind, str) else None
        if number is None or (kind in MAP_TRACES and not self.has_map):  # a button's frame would bring the first map
            self.notes.add(
                message(
                    "A trace of the type {kind} was left out: Plotly has none of that type.", kind=clean(str(kind), 40)
                )
            )
            return {"type": "scatter", "visible": False}
        return self.container(value, (number,), depth)

    def layout(self, value: Mapping[Any, Any], depth: int = 1) -> dict[str, Any]:
        """A layout: the figure's, a template's or a frame's; in a size that a page can show."""
        rebuilt = self.container(value, (schema().layout,), depth)
        for side in ("width", "height"):
            if isinstance(rebuilt.get(side), int | float) and rebuilt[side] > MAX_SIDE:
                del rebuilt[side]
                self.notes.add(
                    message(
                        "A {side} of more than {most_side} pixels was left out: the figure has the usual one.",
                        side=side,
                        most_side=MAX_SIDE,
                    )
                )
        return rebuilt

    def frame(self, value: Mapping[Any, Any], depth: int = 1) -> dict[str, Any]:
        """A frame of an animation."""
        rebuilt: dict[str, Any] = {}
        for name, item in value.items():
            if name == "data" and isinstance(item, list):
                rebuilt[name] = [
                    self._frame_trace(trace, depth + 2) if isinstance(trace, Mapping) else {}
                    for trace in item[:MAX_TRACES]
                ]
            elif name == "layout" and isinstance(item, Mapping):
                rebuilt[name] = self.layout(item, depth + 1)
            elif isinstance(name, str) and name in schema().frame:
                self._put(rebuilt, name, judge(item, schema().frame[name], self.notes, depth + 1))
            elif item is not None:
                self.unknown(name)
        return rebuilt

    def _frame_trace(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        """What changes of a trace; without a type it can be any."""
        return self.trace(value, depth) if "type" in value else self.container(value, self.any_trace(), depth)

    def any_trace(self) -> tuple[int, ...]:
        """The containers of all types of trace that the figure can have."""
        types = schema().traces.items()
        return tuple(sorted({number for kind, number in types if self.has_map or kind not in MAP_TRACES}))

    def container(self, value: Mapping[Any, Any], containers: tuple[int, ...], depth: int) -> dict[str, Any]:
        """An object with attributes.

        Args:
            value: The object.
            containers: The containers that it can be.
            depth: How deep it lies in the figure.
        """
        check_depth(depth)
        rebuilt: dict[str, Any] = {}
        for name, item in value.items():
            target = schema().child(containers, name) if isinstance(name, str) else None
            if target is None:
                self.unknown(name)
                continue
            self._put(rebuilt, name, self.attribute(item, target, depth + 1))
        if self.has_map and any(map(schema().is_map, containers)):
            if "style" not in value:
                self.notes.add(TILES)
            rebuilt["style"] = "white-bg"
        return rebuilt

    def attribute(self, value: Any, target: Target, depth: int) -> Any:
        """A value of an attribute, or ``LEFT_OUT``."""
        check_depth(depth)
        if target.containers and isinstance(value, Mapping) and "bdata" not in value:
            return self.container(value, target.containers, depth)
        if target.containers and isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value):
            items = [self.attribute(item, target, depth + 1) for item in value]
            return [{} if item is LEFT_OUT else item for item in items]
        if not target.kind:
            return self._instead_of_container(value, depth)
        if target.kind == "template":
            return self._template(value, depth)
        if target.kind == "map style" and not self.has_map and isinstance(value, str) and value in _STYLES:
            return value  # templates have one, and no map is drawn
        if target.kind == "commands":
            return commands(value, self, depth)
        judged = judge(value, target.kind, self.notes, depth)
        if self.has_map:
            names = judged if isinstance(judged, list) else [judged]
            self.maps |= {name for name in names if isinstance(name, str) and _MAP.fullmatch(name)}
        return judged

    def _instead_of_container(self, value: Any, depth: int) -> Any:
        """Where an object belongs: nothing, an empty list, or the text of a title as older versions wrote it."""
        if value is None or isinstance(value, bool | int | float) or value == []:
            return value
        if isinstance(value, str):
            return label(value, self.notes)
        if isinstance(value, list):
            return judge(value, "text", self.notes, depth)
        self.notes.add(VALUE)
        return LEFT_OUT

    def _template(self, value: Any, depth: int) -> Any:
        """A template: for each type of trace a list of traces that others take attributes from, and a layout."""
        if not isinstance(value, Mapping):
            if value is not None:
                self.unknown("template")
            return LEFT_OUT
        for name in set(value) - {"data", "layout"}:
            self.unknown(name)
        rebuilt: dict[str, Any] = {}
        data, layout = value.get("data"), value.get("layout")
        if isinstance(data, Mapping):
            known = {kind: traces for kind, traces in data.items() if kind in schema().traces}
            for kind in set(data) - set(known):
                self.unknown(kind)
            rebuilt["data"] = {
                kind: [
                    self.container(trace, (schema().traces[kind],), depth + 3)
                    for trace in traces
                    if isinstance(trace, Mapping)
                ]
                for kind, traces in known.items()
                if isinstance(traces, list)
            }
        if isinstance(layout, Mapping):
            rebuilt["layout"] = self.layout(layout, depth + 1)
        return rebuilt

    def unknown(self, name: Any) -> None:
        """Note an attribute that Plotly does not have."""
        self._unknown[clean(str(name), 40)] = None

    @staticmethod
    def _put(rebuilt: dict[str, Any], name: str, judged: Any) -> None:
        if judged is not LEFT_OUT:
            rebuilt[name] = judged

    def switch_tiles_off(self, layout: dict[str, Any]) -> None:
        """Give each map of the figure a style without tiles: without a style, Plotly fetches its own."""
        for name in sorted(self.maps):
            given = layout.get(name)
            if not isinstance(given, dict):
                self.notes.add(TILES)
            layout[name] = {**(given if isinstance(given, dict) else {}), "style": "white-bg"}

    def sentences(self) -> list[str]:
        """What was left out, a sentence each."""
        if not self._unknown:
            return sorted(self.notes)
        names = list(self._unknown)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        named = ", ".join(names[:_NAMED])
        return sorted(
            {
                *self.notes,
                message(
                    "Attributes that Plotly does not have were left out of a figure: {named}{more}.",
                    named=named,
                    more=more,
                ),
            }
        )
