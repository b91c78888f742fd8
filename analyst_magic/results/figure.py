"""A Plotly figure."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

from ..turn import Output
from .chart_data import MAX_ROWS, data_table
from .chart_edit import AS_DRAWN, ChartEdit, choices, edited
from .digest import comparable_figure
from .document import Save
from .figure_language import language_config, with_separators
from .html import one_line, select
from .json_values import json_value
from .look import current_theme, themed
from .outlines import address as outline_address

if TYPE_CHECKING:
    import plotly.graph_objects as go

MIME = "application/vnd.plotly.v1+json"
CELL_MIME = "application/vnd.analyst-magic.figure.v1+json"
"""Marks a figure of ours: JupyterLab draws it in the colours and the width of its page."""

CONFIG: dict[str, Any] = {
    "responsive": True,
    "displaylogo": False,
    # Both offer to send the figure to a server of Plotly's.
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "modeBarButtonsToRemove": ["sendChartToCloud"],
    "plotlyServerURL": "",
    # Mathematics can hold links; MathJax of the page would make them.
    "typesetMath": False,
    # Where a page has no outlines of ours, Plotly asks this address for those of a map: an empty map, and no host.
    "topojsonURL": outline_address({}),
}
"""The only configuration that a figure is shown with: one from the sandbox could send data to a server."""

_CHARTS = {
    "bar": "bar chart",
    "box": "box plot",
    "violin": "violin plot",
    "pie": "pie chart",
    "histogram": "histogram",
    "histogram2d": "density heat map",
    "histogram2dcontour": "density contour plot",
    "heatmap": "heat map",
    "contour": "contour plot",
    "scatter3d": "3D scatter plot",
    "surface": "3D surface",
    "sunburst": "sunburst chart",
    "treemap": "treemap",
    "icicle": "icicle chart",
    "funnel": "funnel chart",
    "waterfall": "waterfall chart",
    "candlestick": "candlestick chart",
    "ohlc": "OHLC chart",
    "choropleth": "map",
    "scattergeo": "map",
    "choroplethmap": "map",
    "scattermap": "map",
    "densitymap": "map",
    "scatterpolar": "polar chart",
    "sankey": "Sankey diagram",
    "table": "table",
    "indicator": "indicator",
    "splom": "scatter plot matrix",
    "parcoords": "parallel coordinates plot",
    "parcats": "parallel categories plot",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as plotly JSON that has passed the firewall.

    Attributes:
        json: ``data`` and ``layout``, and ``frames`` where it is animated.
        note: What was dropped on the way, in one sentence; empty where nothing was.
        edit: What its reader changed of how it is shown.

    Example:
        >>> figure = Figure({"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {"title": {"text": "Sales"}}})
        >>> figure.title, figure.to_plotly().data[0].type
        ('Sales', 'bar')
        >>> figure.alt, figure.to_text(), sorted(figure.to_json())
        ('Bar chart: Sales.', 'figure: Bar chart: Sales.', ['data', 'layout'])
        >>> sorted(figure.to_bundle())[-1], figure.shown_json["layout"]["title"]["text"]
        ('text/plain', 'Sales')
    """

    kind: ClassVar[str] = "figure"
    output: ClassVar[str] = "figure"

    json: dict[str, Any] = field(repr=False)
    note: str = ""
    edit: ChartEdit = AS_DRAWN

    @property
    def shown_json(self) -> Mapping[str, Any]:
        """The figure as it is shown: with its reader's changes."""
        return edited(self.json, self.edit, current_theme())

    @property
    def title(self) -> str:
        """The figure's title without markup, or an empty string."""
        return title_of(self.shown_json.get("layout"))

    @property
    def alt(self) -> str:
        """The figure in words, for those who cannot see it and for places that cannot draw it."""
        return alternative_text(self.shown_json)

    def with_edit(self, edit: ChartEdit) -> Figure:
        """The same figure, shown in another way.

        Example:
            >>> figure = Figure({"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {}})
            >>> figure.with_edit(ChartEdit(chart="line")).shown_json["data"][0]["type"]
            'scatter'
        """
        return replace(self, edit=edit)

    @classmethod
    def from_output(cls, output: Output, save: Save) -> Figure:
        """The figure of an output."""
        return cls(output.data, output.note)

    def to_text(self) -> str:
        """What the figure shows, in words."""
        return f"figure: {self.alt}"

    def to_json(self) -> Any:
        """The figure as plotly's JSON, as it is shown."""
        return json_value(self.shown_json)

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """Nothing: the MIME bundle says all."""
        return {}, []

    def comparable(self) -> Any:
        """Its traces and its title; colours and sizes are the template's matter."""
        return comparable_figure(self.json)

    def to_plotly(self) -> go.Figure:
        """The figure as an object of the plotly package, to change or save it."""
        import plotly.graph_objects as go

        shown = self.shown_json
        return go.Figure(**{part: shown[part] for part in ("data", "layout", "frames") if part in shown})

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return select(self.to_bundle(), include, exclude)

    def to_bundle(self, name: str = "", code: str = "", language: str = "") -> dict[str, Any]:
        """Its MIME bundle.

        Args:
            name: What the kernel finds it by, where it can be changed.
            code, language: What made it, to be shown in its place.
        """
        shown = self.shown_json
        look = with_separators(themed(shown, current_theme()))
        config = {**CONFIG, **language_config(), "topojsonURL": outline_address(self.json)}
        figure = {"data": look.get("data", []), "layout": look.get("layout", {}), "config": config}
        if shown.get("frames"):
            figure["frames"] = shown["frames"]
        card: dict[str, Any] = {}
        if name:
            card = {"id": name, "table": self._table_html(), "code": code, "language": language}
            card |= {"choices": choices(self.json, self.edit), "edit": {name: str(value) for name, value in
                     asdict(self.edit).items() if value}}  # fmt: skip
        return {CELL_MIME: card, MIME: figure, "text/plain": self.alt}

    def _table_html(self) -> str:
        """What it draws as a static table; empty where it draws something else than values."""
        from .table import Table  # it reads Arrow, which a figure that is not asked for its values need not

        found = data_table(self.shown_json)
        if found is None:
            return ""
        table, total = found
        return Table(table, total_rows=total).to_html(rows=MAX_ROWS)


def title_of(part: Any) -> str:
    """The title of a layout or of an axis as plain text. Plotly allows a text, or an object that holds one."""
    title = part.get("title") if isinstance(part, Mapping) else None
    text = title.get("text") if isinstance(title, Mapping) else title
    if not isinstance(text, str):
        return ""
    words = html.unescape(re.sub(r"<[^<>]*>", " ", text[:2000])).split()
    return one_line(" ".join(words), 200)


def alternative_text(figure: Mapping[str, Any]) -> str:
    """What a figure shows, in one line: ``Bar chart: Delay by carrier. x: carrier, y: minutes. 16 points.``

    Args:
        figure: Plotly JSON of any origin; parts that are not what they should be are left out.
    """
    layout = figure.get("layout")
    layout = layout if isinstance(layout, Mapping) else {}
    data = figure.get("data")
    traces = [trace for trace in data if isinstance(trace, Mapping)] if isinstance(data, list | tuple) else []
    title = title_of(layout)
    text = _charts(traces) + (f": {title}" if title else "")
    axes = [f"{axis}: {name}" for axis in ("x", "y") if (name := title_of(layout.get(f"{axis}axis")))]
    head = layout.get("title")
    below = title_of({"title": head.get("subtitle")}) if isinstance(head, Mapping) else ""
    sentences = [text, ", ".join(axes), _series(traces), below]
    return " ".join(s if s.endswith((".", "?", "!")) else f"{s}." for s in sentences if s)


def _charts(traces: list[Mapping[str, Any]]) -> str:
    kinds = list(dict.fromkeys(_chart(trace) for trace in traces))[:3]
    text = " and ".join(kinds) if kinds else "empty figure"
    return text[:1].upper() + text[1:]


def _chart(trace: Mapping[str, Any]) -> str:
    kind = str(trace.get("type") or "scatter")[:40]
    if kind in {"scatter", "scattergl"}:
        if trace.get("fill") not in (None, "none") or trace.get("stackgroup"):
            return "area chart"
        return "scatter plot" if trace.get("mode") == "markers" else "line chart"
    return _CHARTS.get(kind, one_line(kind, 40))


def _series(traces: list[Mapping[str, Any]]) -> str:
    if len(traces) < 2:
        return ""
    names = [one_line(str(trace["name"]), 40) for trace in traces if trace.get("name")]
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return f"{len(traces)} series" + (f": {', '.join(names[:6])}{more}" if names else "")
