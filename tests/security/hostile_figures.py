"""Figures of a hostile guest that would each ask a host for something, when shown, pointed at, or clicked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import Any

from hostile import Guest, HostileProvider
from IPython.display import display

from analyst_magic.sandbox import SandboxKind, SandboxOptions

MIME = "application/vnd.plotly.v1+json"
A_CELL = 12
"""How many figures a cell shows."""
HIDDEN = ["\x01{}", "\u200e{}", "ht\ufeff{}", "h\x1b[0m{}", "\n {}", "{}"]
SPLIT = ["ht\ntp:{}", "ht\ttp:{}", "\\\\{}", "/\\{}", "/\t/{}", "//{}"]
PROPERTIES = ["background:url({})", "cursor:url({}),auto", "mask:url({})", "filter:url({}#a)", "content:url({})",
              "list-style:url({})", "shape-outside:url({})", "background:image-set('{}' 1x)"]  # fmt: skip


def figure(trace: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A figure with one trace, and what else it has."""
    first = {"type": "scatter", "x": [1, 2], "y": [1, 2], "mode": "markers+text", **(trace or {})}
    return {"data": [first], "layout": more.pop("layout", {}), **more}


def picture(source: str, **more: Any) -> dict[str, Any]:
    """A picture in a layout."""
    return {"source": source, "x": 0, "y": 1, "sizex": 1, "sizey": 1, "xref": "paper", "yref": "paper", **more}


def figures(host: str) -> Iterator[dict[str, Any]]:
    """The figures.

    Args:
        host: The address of the server that is not to be asked, such as ``http://127.0.0.1:80``.
    """
    number = count()
    bare = host.partition("//")[2]

    def url(start: str = host) -> str:
        return f"{start}/canary-{next(number)}"

    yield figure(layout={"images": [picture(url())]})
    sources = [*(how.format(url()) for how in HIDDEN), *(how.format(url(bare)) for how in SPLIT)]
    yield figure(layout={"images": [picture(source, x=at / 20) for at, source in enumerate(sources)]})
    relative = ("canary/relative", "./canary?x", "/canary/absolute", "../canary/up")
    yield figure(layout={"images": [picture(source, x=at / 20) for at, source in enumerate(relative)]})
    svg = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{url()}'/></svg>"
    yield figure(
        layout={"images": [picture(f"data:image/svg+xml,{svg}"), picture(f"data:text/html,<img src={url()}>")]}
    )
    yield figure({"type": "image", "source": url()})
    yield figure(layout={"\u200eimages": [picture(url())], "images\u200e": [picture(url())]})
    for kind, more in (("choropleth", {"z": [1]}), ("scattergeo", {}), ("choroplethmap", {"z": [1]})):
        yield figure({"type": kind, "geojson": url(), "locations": ["A"], "locationmode": "geojson-id", **more})
    yield figure({"type": "scattergeo", "lat": [1], "lon": [1]}, layout={"geo": {"scope": "oceania", "resolution": 50}})
    yield figure({"type": "choropleth", "locations": ["FRA"], "z": [1]}, config={"topojsonURL": f"{url()}/"})
    yield figure({"type": "scattermap", "lat": [1], "lon": [1], "text": ["a", "b"]})
    yield figure({"type": "scattermap", "lat": [1], "lon": [1], "marker": {"symbol": "bus"}, "subplot": "map2"})
    yield figure({"type": "scattermap", "lat": [1, 2], "lon": [1, 2], "cluster": {"step": 1}, "mode": "markers"})
    tiles = {"layers": [{"sourcetype": "raster", "source": [url() + "/{z}/{x}/{y}"]}, {"source": url()}]}
    yield figure({"type": "scattermap", "lat": [1], "lon": [1]}, layout={"map": {"style": "white-bg", **tiles}})
    style = {"version": 8, "sources": {"a": {"type": "geojson", "data": url()}}, "sprite": url(), "layers": []}
    yield figure({"type": "scattermap", "lat": [1], "lon": [1]}, layout={"map": {"style": style}})
    yield figure({"type": "densitymap", "lat": [1], "lon": [1]}, layout={"map": {"style": url()}})
    styled = "".join(f"<span style='{how.format(url())}'>s</span>" for how in PROPERTIES)
    yield figure({"text": [styled, styled], "hovertext": [styled] * 2}, layout={"title": {"text": styled}})
    yield figure({"name": styled, "hovertemplate": styled}, layout={"xaxis": {"title": {"text": styled}}})
    note = {"x": 1, "y": 1, "text": styled, "hovertext": styled, "captureevents": True, "clicktoshow": "onoff"}
    yield figure(layout={"annotations": [note], "showlegend": True, "legend": {"title": {"text": styled}}})
    yield figure({"type": "table", "header": {"values": [styled]}, "cells": {"values": [[styled]]}})
    yield figure({"type": "indicator", "value": 1, "title": {"text": styled}, "number": {"prefix": styled}})
    flow = {"source": [0], "target": [1], "value": [1], "label": [styled]}
    yield figure({"type": "sankey", "node": {"label": [styled, "b"]}, "link": flow})
    yield figure({"type": "treemap", "labels": [styled], "parents": [""], "values": [1], "text": [styled]})
    yield figure({"type": "sunburst", "labels": [styled], "parents": [""], "hovertemplate": styled})
    link = f"a href='{url()}'>"
    links = [f"<{link}x</a>", f"<<a>{link}x</a>", f"&lt;{link}x", f"<<extra></extra>{link}x</a>", f"<<b>{link}x</a>",
             f"<a\t{link[2:]}x</a>", f"<\u200e{link}x</a>", f"<A {link[2:]}x</A>", "<sp<a>an style='a:b'>"]  # fmt: skip
    yield figure({"x": links, "y": [1] * 9, "text": links, "hovertext": links, "name": links[1]})
    axis = {"tickprefix": "<", "ticksuffix": link, "tickformat": "<^4", "showticksuffix": "all"}
    yield figure({"texttemplate": "<%{customdata}", "customdata": [link, link]}, layout={"xaxis": axis})
    texts = {"texttemplate": f"%{{x:<^3}}{link}", "hovertemplate": f"<%{{nothing}}{link}x<extra></extra>"}
    yield figure(texts, layout={"separators": "<>", "yaxis": {"ticksuffix": link}})
    yield figure(layout={"xaxis": {"tickvals": [1], "ticktext": ["<"], "ticksuffix": link, "labelalias": {"1": "<"}}})
    yield figure(layout={"font": {"family": f"x; {PROPERTIES[0].format(url())}"}, "paper_bgcolor": f"url({url()})"})
    yield figure({"marker": {"color": [f"url({url()})"] * 2}, "textfont": {"family": [f"url({url()})"] * 2}})
    ways = [
        ("relayout", [{"images[0].source": url()}]), ("relayout", ["images[0].source", url()]),
        ("relayout", [{"images": [picture(url())]}]), ("update", [{}, {"images[0].source": url()}]),
        ("relayout", ["images.0.source", url()]), ("relayout", ["template.layout.images[0].source", url()]),
        ("animate", [{"layout": {"images": [picture(url())]}}]), ("animate", ["f", {"mode": "immediate"}]),
        ("restyle", [{"text": [[styled]]}]), ("relayout", ["title.text", styled]),
    ]  # fmt: skip
    buttons = [{"label": str(i), "method": method, "args": args} for i, (method, args) in enumerate(ways)]
    menu = {"type": "buttons", "direction": "right", "buttons": buttons}
    frames = [{"name": "f", "layout": {"images": [picture(url())]}, "data": [{"text": [styled]}]}]
    given = {"images": [picture("data:image/png;base64,")], "updatemenus": [menu], "sliders": [{"steps": buttons}]}
    yield figure(layout=given, frames=frames)
    on_map = [("relayout", ["map.style", "basic"]), ("relayout", ["map", None]), ("relayout", [{"map": {"zoom": 2}}]),
              ("restyle", [{"mode": "text"}]), ("restyle", ["marker.symbol", "bus"]), ("restyle", ["subplot", "map7"]),
              ("relayout", [{"map.layers": [{"source": url()}]}])]  # fmt: skip
    menu = {"type": "buttons", "buttons": [{"label": "x", "method": how, "args": args} for how, args in on_map]}
    moving = {"map": {"style": "white-bg"}, "updatemenus": [menu]}
    yield figure({"type": "scattermap", "lat": [1], "lon": [1], "text": "a"}, layout=moving)
    template = {"layout": {"images": [picture(url())], "imagedefaults": picture(url()), "title": {"text": styled}}}
    yield figure(layout={"template": template, "images": [{"name": "x"}]})
    yield figure(config={"plotlyServerURL": url(), "showLink": True, "showSendToCloud": True, "locale": url()})
    yield figure(layout={"modebar": {"add": ["sendChartToCloud", "sendDataToCloud"]}, "newshape": {"fillcolor": url()}})


class HostileKind(SandboxKind):
    """The sandbox whose guest shows the next figures with each run."""

    name = "hostile"
    shown: Iterator[dict[str, Any]] = iter(())

    def make(self, options: SandboxOptions) -> HostileProvider:
        """A provider of that guest."""
        return HostileProvider(self._attack)

    def _attack(self, guest: Guest) -> None:
        for content in islice(self.shown, A_CELL):
            guest.display({MIME: content})


def aim(host: str) -> None:
    """Name the server that is not to be asked, and begin with the first figure."""
    HostileKind.shown = figures(host)


def show() -> None:
    """Show the next figures as they are, as if there were no firewall."""
    for content in islice(HostileKind.shown, A_CELL):
        display({MIME: content}, raw=True)
