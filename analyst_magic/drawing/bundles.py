"""The scripts that draw figures on a page: the smallest part of Plotly that knows the figures' traces.

They are copied by the build of the side panel (``labextension/bundles.js``). Where they are missing, as in a checkout
that was never built, the one script that the plotly package brings draws what it can.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "report" / "bundles"

_CARTESIAN = (
    "scatter", "bar", "pie", "box", "violin", "image", "heatmap", "histogram", "histogram2d", "histogram2dcontour",
    "contour", "scatterternary",
)  # fmt: skip
_OTHER = (
    "scatter3d", "surface", "isosurface", "volume", "mesh3d", "cone", "streamtube", "scattergeo", "choropleth",
    "funnel", "waterfall", "sunburst", "treemap", "icicle", "funnelarea", "scattergl", "splom", "parcoords", "parcats",
    "scattermap", "choroplethmap", "densitymap", "sankey", "indicator", "table", "carpet", "scattercarpet",
    "contourcarpet", "ohlc", "candlestick", "scatterpolar", "scatterpolargl", "barpolar", "scattersmith", "quiver",
)  # fmt: skip
PLOTLY: dict[str, frozenset[str]] = {
    "plotly-basic": frozenset({"scatter", "bar", "pie"}),
    "plotly-geo": frozenset({"scatter", "scattergeo", "choropleth"}),
    "plotly-cartesian": frozenset(_CARTESIAN),
    "plotly-strict": frozenset({*_CARTESIAN, *_OTHER}),
}
"""The parts of Plotly with the traces that each draws, smallest first. The last makes no code of strings for WebGL, as
plotly's own script does: the policy of a report forbids that."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the same packed by gzip."""

    text: str
    packed: bytes


def plotly(traces: Iterable[str]) -> Script:
    """The script of Plotly that draws traces of these types; of those that no Plotly knows nothing can be drawn."""
    wanted = set(traces) & PLOTLY["plotly-strict"]
    name = next(name for name, known in PLOTLY.items() if wanted <= known)
    return script(name) or _whole()


@lru_cache(4)
def script(name: str) -> Script | None:
    """A script of that name; None where it was not built."""
    path = FOLDER / f"{name}.js.gz"
    if not path.exists():
        return None
    packed = path.read_bytes()
    return Script(gzip.decompress(packed).decode("utf-8"), packed)


@cache
def _whole() -> Script:
    from plotly.offline import get_plotlyjs  # 4.8 MB

    text = str(get_plotlyjs())
    return Script(text, gzip.compress(text.encode("utf-8"), mtime=0))
