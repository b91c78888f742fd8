"""Hostile figures over the whole of Plotly's schema: wherever a string can stand, one stands that asks a host."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any

from plotly_schema import VALIDATORS, Table, kind_of
from trace_samples import TRACES

HACK = "window.hacked=1"
MARKUP = (
    "<a href='{0}/a'>link</a>", f"<a href='javascript:{HACK}'>run</a>", f"<img src='{{0}}/i' onerror='{HACK}'>",
    "<<a>a href='{0}/n'>x</a>", "<a\thref='{0}/t'>x</a>", "<\u200ea href='{0}/h'>x</a>", "<a href='//{1}/r'>x</a>",
    "<span style='background-image:url({0}/c);cursor:url({0}/u),auto'>s</span>", "<b style='mask:url(canary/m)'>b</b>",
    f"<svg onload='{HACK}'><image href='{{0}}/s'/></svg>", f"<script>{HACK}</script>", "<iframe src='{0}/f'></iframe>",
    "%{{x|<a href='{0}/d'>}}", "&lt;a href='{0}/e'&gt;x&lt;/a&gt;", "$\\href{{{0}/x}}{{x}}$", "<a href='canary'>x</a>",
)  # fmt: skip
ADDRESSES = (
    "{0}/canary", "//{1}/canary", "\\\\{1}\\canary", "/\t/{1}/canary", "ht\ntp://{1}/canary", "\u200e{0}/canary",
    " {0}/canary", "\x01{0}/canary", "ht\ufefftp://{1}/canary", "canary/relative.png", "/canary/absolute", "../canary",
    "./canary?x=1", "blob:{0}/canary", f"javascript:{HACK}", f"java\nscript:{HACK}", "url({0}/canary)",
    "x; background:url({0}/canary)", "red;cursor:url('//{1}/canary')", "image-set('{0}/canary' 1x)", "mapbox://canary",
    f"data:text/html,<script>{HACK}</script><img src={{0}}/canary>", "{0}/{{z}}/{{x}}/{{y}}.png",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{0}/canary'/></svg>",
)  # fmt: skip
PIECES = ("<", "a href='{0}/canary'>", "<^4", "sp", "an style='cursor:url({0}/canary)'>", "<a", "%{{x}} href='//{1}'>")
"""Pieces that become a tag where Plotly puts them together."""
VALUES = (*MARKUP, *ADDRESSES, *PIECES)

REFERENCES = {"alignmentgroup", "bingroup", "carpet", "offsetgroup", "stackgroup", "uid", "xbingroup", "ybingroup"}
"""Names of other parts of a figure: nothing is drawn where there is no such part."""
SHOWN = {"categoryarray", "customdata", "hovertext", "ids", "label", "labels", "meta", "text", "ticktext"}
"""Data that is shown as text."""
UNPLACED = {"meta", "rangebreaks", "selections", "shapes", "tickformatstops"}
"""Parts of a layout that keep Plotly from drawing where a template has them with such strings."""
LISTS = {"DataArray", "InfoArray"}
PLACED = {
    "annotations": [{"visible": True, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "showarrow": False,
                     "captureevents": True}],
    "images": [{"visible": True, "x": 0, "y": 1, "sizex": 1, "sizey": 1, "xref": "paper", "yref": "paper"}],
    "hovermode": "closest",
    "showlegend": True,
}  # fmt: skip
"""What of a layout only shows where it has a place."""


class SchemaFigures:
    """Figures with a hostile string in each attribute of Plotly's schema.

    Args:
        host: The address that is not to be asked, such as ``http://127.0.0.1:80``.
    """

    def __init__(self, host: str) -> None:
        self._schema = Table(json.loads(VALIDATORS.read_text()))
        self._values = [text.format(host, host.partition("//")[2]) for text in VALUES]

    def of_trace(self, kind: str, start: int, *, closed: bool) -> dict[str, Any]:
        """A figure with strings all over a trace, over what a template, a frame and a button set of it.

        Args:
            kind: The type of the trace.
            start: With which of the strings to begin: each start gives each attribute another one.
            closed: Whether also the trace's data, and attributes that take no strings, become strings; else the trace
                is drawn.
        """
        strings = islice(cycle(self._values), start, None)
        traces = []
        for sample in ({"type": kind, **given} for given in TRACES[kind]):
            filled = self._container(sample["type"], strings, closed)
            traces.append({**filled, "type": sample["type"]} if closed else _merged(filled, sample))
        again = {path: next(strings) for path in self._paths(kind)}
        frame = {"name": "f", "data": [self._container(kind, strings, closed)]}
        template = {"data": {kind: [self._container(kind, strings, closed)]}}
        layout = {**PLACED, "template": template, "updatemenus": [_menu(("restyle", [again]), ("animate", [["f"]]))]}
        return {"data": traces, "layout": layout, "frames": [frame]}

    def of_layout(self, kinds: Sequence[str], start: int, *, template: bool = False) -> dict[str, Any]:
        """A figure with strings all over its layout, and over what a button and a frame set of it.

        Args:
            kinds: The types of the traces that are drawn.
            start: With which of the strings to begin.
            template: Whether the strings come from the layout's template instead.
        """
        strings = islice(cycle(self._values), start, None)
        first, later = (self._container("layout", strings, False) for _ in range(2))
        again = {path: next(strings) for path in self._paths("layout") if not path.startswith("updatemenus")}
        if template:
            first = {name: value for name, value in first.items() if name not in UNPLACED}
            for axis in ("xaxis", "yaxis"):
                first[axis] = {name: value for name, value in first[axis].items() if name not in UNPLACED}
            first = {"template": {"layout": first}}
        menu = _menu(("relayout", next(strings)), ("relayout", [again]), ("animate", [["f"]]))
        layout = {**_merged(first, PLACED), "updatemenus": [menu]}
        traces = [{"type": kind, **given} for kind in kinds for given in TRACES[kind]]
        return {"data": traces, "layout": layout, "frames": [{"name": "f", "layout": later}]}

    def _container(self, path: str, strings: Iterator[str], closed: bool) -> dict[str, Any]:
        """An object with a string in each of its attributes, and in those of all objects in it."""
        found: dict[str, Any] = {}
        for child in self._schema.children[path]:
            name, kind = child.rpartition(".")[2], self._schema.types[child]
            if kind in {"Compound", "Title"} and not name.endswith("defaults"):
                found[name] = self._container(child, strings, closed)
            elif kind == "CompoundArray":
                found[name] = [self._container(child.removesuffix("s"), strings, closed)]
            elif closed or self._is_text(child):
                found[name] = list(islice(strings, 3)) if kind in LISTS else next(strings)
        return {name: value for name, value in found.items() if value not in ({}, [{}])}

    def _is_text(self, path: str) -> bool:
        """Whether an attribute takes any string, and the figure is drawn whatever the string is."""
        name, judged = path.rpartition(".")[2], kind_of(path, self._schema.types[path])
        return name in SHOWN or (judged not in {"data", "drawn data", "word", "colour"} and name not in REFERENCES)

    def _paths(self, container: str, start: str = "") -> Iterator[str]:
        """The paths of all attributes that take strings, as buttons name them."""
        for child in self._schema.children[container]:
            name, kind = child.rpartition(".")[2], self._schema.types[child]
            if kind in {"Compound", "Title"} and not name.endswith("defaults"):
                yield from self._paths(child, f"{start}{name}.")
            elif kind == "CompoundArray":
                yield from self._paths(child.removesuffix("s"), f"{start}{name}[0].")
            elif self._is_text(child):
                yield f"{start}{name}"


def _menu(*ways: tuple[str, Any]) -> dict[str, Any]:
    """A row of buttons, each with a method and its arguments."""
    buttons = [{"label": how, "method": how, "args": args, "args2": args} for how, args in ways]
    return {"type": "buttons", "direction": "right", "showactive": True, "buttons": buttons}


def _merged(under: Any, over: Any) -> Any:
    """An object with what another one has in its place."""
    if isinstance(under, dict) and isinstance(over, dict):
        return {**under, **{name: _merged(under.get(name), value) for name, value in over.items()}}
    if isinstance(under, list) and isinstance(over, list) and under and over and isinstance(over[0], dict):
        return [_merged(under[0], item) for item in over]
    return over
