"""The scripts that draw figures on a page: of Plotly the pieces that the figures' traces need.

They are made by the build of the side panel (``labextension/bundles.js``). Where they are missing, as in a checkout
that was never built, the one script that the plotly package brings draws what it can.
"""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "report" / "bundles"

TRACES = frozenset({
    "bar", "barpolar", "box", "candlestick", "carpet", "choropleth", "cone", "contour", "contourcarpet", "funnel",
    "funnelarea", "heatmap", "histogram", "histogram2d", "histogram2dcontour", "icicle", "image", "indicator",
    "isosurface", "mesh3d", "ohlc", "parcats", "parcoords", "pie", "quiver", "sankey", "scatter", "scatter3d",
    "scattercarpet", "scattergeo", "scattergl", "scatterpolar", "scatterpolargl", "scattersmith", "scatterternary",
    "splom", "streamtube", "sunburst", "surface", "table", "treemap", "violin", "volume", "waterfall",
})  # fmt: skip
"""The types of trace that are drawn: all of Plotly's, but for those on tiles from the network."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the same packed by gzip."""

    text: str
    packed: bytes


@lru_cache(4)
def plotly(traces: frozenset[str]) -> Script:
    """The script of Plotly that draws traces of these types; of those that no Plotly knows nothing can be drawn.

    It makes no code of strings for WebGL, as plotly's own script does: the policy of a report forbids that.
    """
    text = _unpacked("plotly")
    return _packed(text if text is None else _put_together(text, traces)) or _whole()


def _put_together(text: str, traces: Iterable[str]) -> str:
    """The pieces that traces need, as ``labextension/plotly_pieces.js`` describes them."""
    line, _, pieces = text.partition("\n")
    index, wanted = json.loads(line), {*traces}
    parts, at, data = [index["head"]], 0, pieces.encode("utf-8")
    for length, types in index["pieces"]:
        if not types or wanted & set(types.split()):
            parts.append(data[at : at + length].decode("utf-8"))
        at += length
    modules = [f"{name}()" for type, name in index["modules"].items() if type in wanted or type not in TRACES]
    parts.append(f"return (core => (core.register([{','.join(modules)}]), core))({index['core']}());")
    return "".join([*parts, index["tail"]])


@lru_cache(4)
def script(name: str) -> Script | None:
    """A script of that name; None where it was not built."""
    return _packed(_unpacked(name))


def _unpacked(name: str) -> str | None:
    path = FOLDER / f"{name}.js.xz"
    return lzma.decompress(path.read_bytes()).decode("utf-8") if path.exists() else None


def _packed(text: str | None) -> Script | None:
    return None if text is None else Script(text, gzip.compress(text.encode("utf-8"), compresslevel=6, mtime=0))


@cache
def _whole() -> Script:
    from plotly.offline import get_plotlyjs  # 4.8 MB

    text = str(get_plotlyjs())
    return Script(text, gzip.compress(text.encode("utf-8"), mtime=0))
