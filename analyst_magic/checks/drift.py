"""Code for older versions of pandas and Plotly, rewritten for those of the sandbox, where one thing has one new name.

Each row says where its change is written down. What cannot be rewritten without a thought is left to the model.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..turn import Code, Finding

PANDAS = "https://pandas.pydata.org/docs/whatsnew/v3.0.0.html"
PLOTLY = "https://github.com/plotly/plotly.py/blob/main/CHANGELOG.md"
# Method or function -> its new name. pandas 2.1 renamed applymap and pandas 3 removed it; Plotly 7 removed mapbox.
NAMES: dict[str, tuple[str, str]] = {
    "applymap": ("map", PANDAS),
    "scatter_mapbox": ("scatter_map", PLOTLY),
    "line_mapbox": ("line_map", PLOTLY),
    "density_mapbox": ("density_map", PLOTLY),
    "choropleth_mapbox": ("choropleth_map", PLOTLY),
    "Scattermapbox": ("Scattermap", PLOTLY),
    "Densitymapbox": ("Densitymap", PLOTLY),
    "Choroplethmapbox": ("Choroplethmap", PLOTLY),
}
# Owners under which those names are Plotly's; applymap is a method of anything.
OWNERS = frozenset({"px", "go", "plotly", "express", "graph_objects", "graph_objs"})
ARGUMENTS: dict[str, tuple[str, str]] = {"mapbox_style": ("map_style", PLOTLY)}
# Frequencies: pandas 2.2 deprecated these letters and pandas 3 refuses them.
FREQUENCIES: dict[str, str] = {
    "M": "ME", "BM": "BME", "Q": "QE", "BQ": "BQE", "A": "YE", "Y": "YE", "BA": "BYE", "BY": "BYE", "H": "h",
    "BH": "bh", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns",
}  # fmt: skip
TAKES_FREQUENCY = frozenset({"resample", "asfreq", "date_range", "Grouper", "timedelta_range", "bdate_range", "floor",
                             "ceil", "round", "to_timedelta"})  # fmt: skip
# A period has no end, so its letters stayed.
ONLY_MOMENTS = frozenset({"resample", "asfreq", "date_range", "Grouper", "bdate_range"})


@dataclass(frozen=True, slots=True)
class _Change:
    line: int
    start: int
    end: int
    old: str
    new: str
    source: str


def renew(code: Code) -> tuple[Code, list[Finding]]:
    """Python with names of older versions replaced.

    Args:
        code: Code that parses; anything but Python comes back as it is.

    Returns:
        The code, and a finding that stops nothing for each thing that was replaced.
    """
    if code.language == "sql":
        return code, []
    try:
        changes = list(_changes(ast.parse(code.text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code, []
    lines = code.text.split("\n")
    for change in sorted(changes, key=lambda change: (-change.line, -change.start)):
        line = lines[change.line - 1].encode()
        piece = line[change.start : change.end].decode()
        at = piece.rfind(change.old)
        if at < 0:
            continue
        piece = piece[:at] + change.new + piece[at + len(change.old) :]
        lines[change.line - 1] = (line[: change.start] + piece.encode() + line[change.end :]).decode()
    findings = [
        Finding("drift", f"{c.old} was written as {c.new}, its name in the sandbox's version.", c.line, stops=False)
        for c in changes
    ]
    return Code("\n".join(lines), code.language, code.format), list(dict.fromkeys(findings))


def _changes(tree: ast.AST) -> Iterator[_Change]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in NAMES and node.end_lineno and node.end_col_offset:
            new, source = NAMES[node.attr]
            if node.attr == "applymap" or _last(node.value) in OWNERS:
                start = node.end_col_offset - len(node.attr)
                yield _Change(node.end_lineno, start, node.end_col_offset, node.attr, new, source)
        elif isinstance(node, ast.Call):
            yield from _in_call(node)


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _in_call(node: ast.Call) -> Iterator[_Change]:
    for keyword in node.keywords:
        if keyword.arg in ARGUMENTS and keyword.end_col_offset is not None:
            new, source = ARGUMENTS[keyword.arg]
            end = keyword.col_offset + len(keyword.arg)
            yield _Change(keyword.lineno, keyword.col_offset, end, keyword.arg, new, source)
    name = _last(node.func)
    if name not in TAKES_FREQUENCY:
        return
    given = [keyword.value for keyword in node.keywords if keyword.arg in {"freq", "rule"}]
    given += node.args[:1] if name in {"resample", "asfreq", "floor", "ceil", "round"} else []
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.lineno == value.end_lineno:
            count = len(value.value) - len(value.value.lstrip("0123456789"))
            letters, dash, rest = value.value[count:].partition("-")
            new_letters = FREQUENCIES.get(letters)
            if new_letters and (name in ONLY_MOMENTS or letters in {"H", "T", "S", "L", "U", "N"}):
                new = f"{value.value[:count]}{new_letters}{dash}{rest}"
                yield _Change(value.lineno, value.col_offset, value.end_col_offset or 0, value.value, new, PANDAS)
