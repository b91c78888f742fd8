"""Judges Plotly's schema: which kind of value each attribute may hold. Run it to write the firewall's table anew.

    python tests/plotly_schema.py

An attribute of a closed type (a number, a colour, one of a list of words) is judged by that type. One that can hold any
string or any object is judged by its name, from the lists below; a name that is not in them stops the program, as
someone has to read what Plotly does with it first. Source: ``plotly/validators/_validators.json`` of plotly.py.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import plotly

TABLE = Path(__file__).parents[1] / "analyst_magic" / "sandbox" / "firewall" / "figure_schema.json"
VALIDATORS = Path(plotly.__file__).parent / "validators" / "_validators.json"

# What plotly.js gives to WebGL or to a canvas, or sets as text, without ``convertToTspans``: axes of 3D scenes
# (src/plots/gl3d/layout), labels of points (src/traces/scatter3d, src/traces/scattergl), heads of parcats.
IN_SPACE = ("cone", "isosurface", "mesh3d", "scatter3d", "streamtube", "surface", "volume")
LABELLED = ("scatter3d", "scattergl", "scatterpolargl")
AXES = ("title.text", "tickprefix", "ticksuffix", "ticktext", "labelalias", "categoryarray")
DRAWN = {
    *(f"{trace}.{side}" for trace in IN_SPACE for side in "xyz"),
    *(f"layout.scene.{side}axis.{name}" for side in "xyz" for name in AXES),
    *(f"{trace}.{name}" for trace in LABELLED for name in ("customdata", "text", "texttemplate")),
    "parcats.dimension.label",
}

CLOSED = {
    **dict.fromkeys(("Number", "Integer", "Boolean", "Angle", "Enumerated", "Flaglist", "Dash", "Subplotid"), "word"),
    **dict.fromkeys(("Color", "Colorscale", "Colorlist"), "colour"),
}
# Attributes that can hold an address, or what makes Plotly ask a host of its own choice.
PATHS = {
    "image.source": "picture",
    "layout.image.source": "picture",
    "choropleth.geojson": "geojson",
    "choroplethmap.geojson": "geojson",
    "scattergeo.geojson": "geojson",
    "layout.map.layer.source": "geojson",
    "layout.map.layer.sourcetype": "source type",
    "layout.map.layer.type": "layer type",
    "layout.map.layer.symbol.icon": "icon",
    "layout.map.style": "map style",
    "layout.geo.resolution": "resolution",
    "scattermap.marker.symbol": "icon",
    "scattermap.mode": "map mode",
    "scattermap.cluster": "cluster",
    "layout.separators": "separators",
    "layout.template": "template",
}
NAMES = {
    "css": ["family", "shadow"],
    "commands": ["args", "args2"],
    "format": [
        "format", "hoverformat", "labelformat", "tickformat", "uhoverformat", "value", "valueformat",
        "valuehoverformat", "vhoverformat", "whoverformat", "xhoverformat", "yhoverformat", "zhoverformat",
    ],
    "text": [
        "add", "alignmentgroup", "baseframe", "below", "bingroup", "carpet", "featureidkey", "group", "hovertemplate",
        "hovertext", "label", "labelprefix", "labelsuffix", "legendgroup", "name", "offsetgroup", "path", "prefix",
        "remove", "scalegroup", "sourceattribution", "sourcelayer", "stackgroup", "suffix", "symbol",
        "templateitemname", "text", "texttemplate", "tickprefix", "ticksuffix", "uid", "valuesuffix",
        "xbingroup", "ybingroup",
    ],
    "data": [
        "a", "a0", "array", "arrayminus", "autotickangles", "ax", "ay", "b", "b0", "barcornerradius", "base", "bounds",
        "c", "categoryarray", "clipmax", "clipmin", "close", "color", "colors", "columnorder", "computed",
        "constraintrange", "coordinates", "cornerradius", "customdata", "dash", "datarevision", "domain", "dtick",
        "dtickrange", "editrevision", "end", "facecolor", "groups", "hiddenlabels", "high", "hovertemplatefallback",
        "hovertext", "i", "ids", "imag", "include", "insiderange", "intensity", "j", "k", "label", "labelalias",
        "labels", "lat", "level", "locations", "lon", "low", "lowerfence", "maxallowed", "mean", "measure", "median",
        "meta", "minallowed", "notchspan", "opacityscale", "open", "parallels", "parents", "q1", "q3", "r", "r0",
        "range", "real", "sd", "sector", "selectedpoints", "selectionrevision", "size", "source", "span", "start",
        "subplots", "surfacecolor", "target", "text", "texttemplatefallback", "theta", "theta0", "tick0", "ticktext",
        "tickvals", "traces", "u", "uirevision", "upperfence", "v", "value", "values", "vertexcolor", "w", "x", "x0",
        "x1", "xanchor", "xaxes", "xclick", "xperiod", "xperiod0", "y", "y0", "y1", "yanchor", "yaxes", "yclick",
        "yperiod", "yperiod0", "z", "zmax", "zmin",
    ],
}  # fmt: skip
OPEN = {
    "String": {name: kind for kind in ("css", "format", "text") for name in NAMES[kind]},
    "Any": dict.fromkeys(NAMES["data"], "data"),
    "DataArray": {**dict.fromkeys(NAMES["data"], "data"), "format": "format"},
    "InfoArray": {**dict.fromkeys(NAMES["data"], "data"), **dict.fromkeys(NAMES["commands"], "commands")},
}


class NotJudged(Exception):
    """Attributes that can hold any string or object, and that nobody has judged."""


def kind_of(path: str, validator: str) -> str | None:
    """The kind of values of an attribute; None where nobody has judged it."""
    if path in PATHS:
        return PATHS[path]
    name = path.rpartition(".")[2]
    if validator == "DataArray" and name in {"color", "colors", "facecolor", "vertexcolor"}:
        return "colour"
    kind = CLOSED.get(validator) or OPEN.get(validator, {}).get(name)
    return f"drawn {kind}" if path in DRAWN and kind in {"data", "text"} else kind


class Table:
    """The table under construction; containers with the same attributes are one entry.

    Args:
        validators: Plotly's schema, from the path of each attribute to its validator.
    """

    def __init__(self, validators: dict[str, Any]) -> None:
        self.types = {path: entry["superclass"].removesuffix("Validator") for path, entry in validators.items()}
        self.children: dict[str, list[str]] = defaultdict(list)
        for path in sorted(self.types):
            self.children[path.rpartition(".")[0]].append(path)
        self.containers: list[dict[str, Any]] = []
        self.numbers: dict[str, int] = {}
        self.unjudged: list[str] = []

    def container(self, path: str, **more: Any) -> int:
        """The number of the container at a path. An item of an array has the array's name in the singular."""
        attributes = {child.rpartition(".")[2]: self.attribute(child) for child in self.children[path]}
        known = {name: value for name, value in attributes.items() if value is not None}
        content = dict(sorted({**known, **more}.items()))
        key = json.dumps(content)
        if key not in self.numbers:
            self.numbers[key] = len(self.containers)
            self.containers.append(content)
        return self.numbers[key]

    def attribute(self, path: str) -> Any:
        """The kind of an attribute, the number of a container, or that number in a list for an array of containers."""
        validator = self.types[path]
        if path in PATHS:
            return PATHS[path]
        if validator in {"Compound", "Title"}:
            items = path.removesuffix("defaults")  # such a container has the attributes of the items of its array
            return self.container(items if items != path and f"{items}s" in self.types else path)
        if validator == "CompoundArray":
            return [self.container(path.removesuffix("s"))]
        kind = kind_of(path, validator)
        if kind is None:
            self.unjudged.append(f"{path} ({validator})")
        return kind

    def whole(self) -> dict[str, Any]:
        """The table as it is committed."""
        traces = sorted(path for path in self.children[""] if path not in {"layout", "frames", "data"})
        numbers = {trace: self.container(trace, type="word") for trace in traces}
        layout = self.container("layout")
        frame = {
            path.rpartition(".")[2]: kind_of(path, self.types[path])
            for path in self.children["frame"]
            if self.types[path] not in {"Data", "Layout"}
        }
        self.unjudged += [f"frame.{name}" for name, kind in frame.items() if kind is None]
        if self.unjudged:
            raise NotJudged(", ".join(self.unjudged))
        return {"traces": numbers, "layout": layout, "frame": frame, "containers": self.containers}


def table_of(validators: dict[str, Any]) -> dict[str, Any]:
    """The firewall's table for a schema of Plotly.

    Raises:
        NotJudged: The schema has attributes that nobody has judged; they are named.
    """
    return Table(validators).whole()


def written(table: dict[str, Any]) -> str:
    """The table as text, one container a line."""
    head = {key: value for key, value in table.items() if key != "containers"}
    lines = [f'  "{key}": {json.dumps(value)},' for key, value in head.items()]
    containers = ",\n".join(f"    {json.dumps(content)}" for content in table["containers"])
    return "{\n" + "\n".join(lines) + '\n  "containers": [\n' + containers + "\n  ]\n}\n"


if __name__ == "__main__":
    TABLE.write_text(written(table_of(json.loads(VALIDATORS.read_text()))))
