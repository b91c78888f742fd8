"""Code for older versions of the libraries, rewritten for those of the sandbox, where one thing has one new form.

Each table says where its changes are written down; the tests hold every new form to the versions at hand. What cannot
be rewritten without a thought is left to the model, and named where it is certain that it fails.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..language import message
from ..turn import Code, Finding
from ..turn.syntax import all_nodes, parse_python
from .names import with_imports

# https://pandas.pydata.org/docs/whatsnew/v3.0.0.html, v2.0.0 and v1.0.0: methods and properties of frames and columns.
METHODS: dict[str, str] = {
    "applymap": "map",
    "iteritems": "items",
    "is_monotonic": "is_monotonic_increasing",
    "weekday_name": "day_name()",
}
# The same, under the name before it only: ``.dt.week``, ``.style.render``.
OF_ACCESSORS: dict[tuple[str, str], str] = {
    ("dt", "week"): "isocalendar().week",
    ("dt", "weekofyear"): "isocalendar().week",
    ("style", "render"): "to_html",
    ("style", "hide_index"): "hide",
}
# https://github.com/plotly/plotly.py/blob/main/CHANGELOG.md: Plotly 7 removed Mapbox.
PLOTLY: dict[str, str] = {
    "scatter_mapbox": "scatter_map",
    "line_mapbox": "line_map",
    "density_mapbox": "density_map",
    "choropleth_mapbox": "choropleth_map",
    "Scattermapbox": "Scattermap",
    "Densitymapbox": "Densitymap",
    "Choroplethmapbox": "Choroplethmap",
    "Heatmapgl": "Heatmap",
    "Pointcloud": "Scattergl",
}
# https://numpy.org/doc/stable/release/2.0.0-notes.html and 1.20.0; the names of types became those of Python.
NUMPY: dict[str, str] = {
    "NaN": "nan", "NAN": "nan", "Inf": "inf", "infty": "inf", "product": "prod", "cumproduct": "cumprod",
    "alltrue": "all", "sometrue": "any", "in1d": "isin", "trapz": "trapezoid", "float_": "float64",
    "complex_": "complex128", "unicode_": "str_", "string_": "bytes_", "round_": "round", "bool8": "bool_",
    "mat": "asmatrix",
}  # fmt: skip
OF_PYTHON = frozenset({"float", "int", "object", "str"})
"""Names that NumPy had for types of Python."""
PANDAS: dict[str, str] = {"Int64Index": "Index", "Float64Index": "Index", "UInt64Index": "Index"}
# https://docs.pola.rs/releases/upgrade: expressions that begin with ``pl.``, and what only polars calls so.
POLARS: dict[str, str] = {
    "cumsum": "cum_sum", "cumprod": "cum_prod", "cummax": "cum_max", "cummin": "cum_min", "cumcount": "cum_count",
    "is_not": "not_", "take": "gather", "take_every": "gather_every", "apply": "map_elements", "where": "filter",
    "suffix": "name.suffix", "prefix": "name.prefix", "keep_name": "name.keep", "map_dict": "replace",
}  # fmt: skip
POLARS_TEXT: dict[str, str] = {
    "lengths": "len_bytes", "n_chars": "len_chars", "strip": "strip_chars", "lstrip": "strip_chars_start",
    "rstrip": "strip_chars_end",
}  # fmt: skip
POLARS_FRAMES: dict[str, str] = {"groupby": "group_by", "with_column": "with_columns", "frame_equal": "equals",
                                 "groupby_dynamic": "group_by_dynamic"}  # fmt: skip
OWNERS = frozenset({"px", "go", "plotly", "express", "graph_objects", "graph_objs"})
"""Names before the dot under which the names of ``PLOTLY`` are Plotly's."""
ARGUMENTS: dict[str, str] = {"mapbox_style": "map_style", "mapbox_zoom": "map_zoom", "mapbox_center": "map_center",
                             "line_terminator": "lineterminator"}  # fmt: skip
# Arguments that have another value too.
REWRITTEN: dict[tuple[str, object], str] = {
    ("delim_whitespace", True): 'sep=r"\\s+"',
    ("error_bad_lines", False): 'on_bad_lines="skip"',
}
DROPPED = frozenset({"infer_datetime_format"})
"""Arguments that are what happens in any case."""
# Frequencies: pandas 2.2 deprecated these letters and pandas 3 refuses them.
FREQUENCIES: dict[str, str] = {
    "M": "ME", "BM": "BME", "Q": "QE", "BQ": "BQE", "A": "YE", "Y": "YE", "BA": "BYE", "BY": "BYE", "H": "h",
    "BH": "bh", "T": "min", "S": "s", "L": "ms", "U": "us", "N": "ns",
}  # fmt: skip
TAKES_FREQUENCY = frozenset({"resample", "asfreq", "date_range", "Grouper", "timedelta_range", "bdate_range", "floor",
                             "ceil", "round", "to_timedelta"})  # fmt: skip
# A period has no end, so its letters stayed.
ONLY_MOMENTS = frozenset({"resample", "asfreq", "date_range", "Grouper", "bdate_range"})
# Arguments that have to be given by name now, by method: the names from the first on that may not be given by place.
BY_NAME: dict[str, tuple[int, tuple[str, ...]]] = {"drop": (1, ("axis",)), "pivot": (0, ("index", "columns", "values"))}
_CONCAT = "pd.concat(["
FILLS = {"ffill": "ffill", "pad": "ffill", "bfill": "bfill", "backfill": "bfill"}
# What is gone, and what to do instead.
GONE: dict[str, str] = {
    "pd.Panel": message("use a frame with two levels of an index"),
    "pd.np": message("import numpy as np"),
    "pd.datetime": message("use pd.Timestamp or the module datetime"),
    "pd.value_counts": message("use the method value_counts of the column"),
    "ff.create_distplot": message("use px.histogram"),
    "px.set_mapbox_access_token": message("px.scatter_map needs no token"),
}


@dataclass(frozen=True, slots=True)
class _Change:
    """A piece of a line that is replaced: where it stands in bytes, what it becomes, and what is said of it."""

    line: int
    start: int
    end: int
    new: str
    message: str = ""


def renew(code: Code, polars: Collection[str] = ()) -> tuple[Code, list[Finding]]:
    """Python with names of older versions replaced.

    Args:
        code: Code that parses; anything but Python comes back as it is.
        polars: The names of frames of polars.

    Returns:
        The code, a finding that stops nothing for each thing that was replaced, and one that stops for what is gone.
    """
    if code.language == "sql":
        return code, []
    try:
        tree = parse_python(code.text)
        changes = list(_changes(tree, polars))
        gone = list(_gone(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code, []
    lines = code.text.split("\n")
    for change in sorted(set(changes), key=lambda change: (-change.line, -change.start, -change.end)):
        line = lines[change.line - 1].encode()
        lines[change.line - 1] = (line[: change.start] + change.new.encode() + line[change.end :]).decode()
    findings = [Finding("drift", change.message, change.line, stops=False) for change in changes if change.message]
    text = "\n".join(lines)
    if any(change.new == _CONCAT for change in changes) and "pd" not in _imported(tree):
        text = with_imports(text, ["import pandas as pd"])
    return Code(text, code.language, code.format), list(dict.fromkeys([*findings, *gone]))


def _imported(tree: ast.AST) -> set[str]:
    imports = [node for node in all_nodes(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name for node in imports for alias in node.names}


def _changes(tree: ast.AST, polars: Collection[str]) -> Iterator[_Change]:
    called = {id(node.func) for node in all_nodes(tree) if isinstance(node, ast.Call)}
    # A list's append gives nothing, so nobody assigns it or goes on with it.
    used = (ast.Assign, ast.AnnAssign, ast.Attribute, ast.Subscript)
    values = {id(node.value) for node in all_nodes(tree) if isinstance(node, used)}
    for node in all_nodes(tree):
        if isinstance(node, ast.Attribute):
            new = _new_name(node, polars)
            if node.attr in OF_PYTHON and _is_numpy(node.value):
                yield _Change(node.lineno, node.col_offset, node.end_col_offset or 0, node.attr,
                              _message(f"np.{node.attr}", node.attr))  # fmt: skip
            elif new:
                yield _renamed(node, new.removesuffix("()") if id(node) in called else new)
        elif isinstance(node, ast.Call):
            yield from _frequencies(node)
            yield from _arguments(node)
            if isinstance(node.func, ast.Attribute):
                yield from _filled(node, node.func)
                if id(node) in values:
                    yield from _appended(node, node.func, tree)


def _last(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_numpy(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id in {"np", "numpy"}


def _root(node: ast.AST) -> str:
    """The name that a chain of attributes, calls and brackets begins with."""
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _new_name(node: ast.Attribute, polars: Collection[str]) -> str:
    """What an attribute is called now; empty where it is not known to be another."""
    name, owner = node.attr, _last(node.value)
    # The accessor may stand behind a call: ``df.style.format(...).render()`` has no such name, and is left alone.
    if (owner, name) in OF_ACCESSORS:
        return OF_ACCESSORS[owner, name]
    if _root(node) in {"pl", "polars"}:
        names = POLARS_TEXT if owner == "str" else POLARS if owner not in {"pl", "polars"} else {}
        return names.get(name, "")
    if _root(node) in polars:
        return POLARS_FRAMES.get(name, "")
    if name in METHODS or name == "with_column":
        return METHODS.get(name) or POLARS_FRAMES[name]
    if owner in OWNERS:
        return PLOTLY.get(name, "")
    if isinstance(node.value, ast.Name):
        tables = {"np": NUMPY, "numpy": NUMPY, "pd": PANDAS, "pandas": PANDAS}
        return tables.get(owner, {}).get(name, "")
    return ""


def _renamed(node: ast.Attribute, new: str) -> _Change:
    line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
    return _Change(line, end - len(node.attr.encode()), end, new, _message(node.attr, new))


def _message(old: str, new: str) -> str:
    return message("{old} was written as {new}, its name in the sandbox's version.", old=old, new=new)


def _arguments(node: ast.Call) -> Iterator[_Change]:
    """Arguments that are called otherwise, have another value, or are to be given by name."""
    for keyword in node.keywords:
        line, start, end = keyword.lineno, keyword.col_offset, keyword.end_col_offset or 0
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg in ARGUMENTS:
            new = ARGUMENTS[keyword.arg]
            yield _Change(line, start, start + len(keyword.arg), new, _message(keyword.arg, new))
        elif keyword.arg and (keyword.arg, value) in REWRITTEN and keyword.end_lineno == line:
            new = REWRITTEN[keyword.arg, value]
            yield _Change(line, start, end, new, _message(f"{keyword.arg}={value!r}", new))
        elif keyword.arg in DROPPED and _last(node.func).startswith(("read_", "to_datetime")):
            yield from _without(node, keyword, f"{keyword.arg} was left out: it is what happens in any case.")
    name = _last(node.func)
    if name == "to_dict" and node.args and isinstance(node.args[0], ast.Constant) and node.args[0].value == "r":
        start, end = node.args[0].col_offset, node.args[0].end_col_offset or 0
        yield _Change(node.args[0].lineno, start, end, '"records"', _message('"r"', '"records"'))
    first, names = BY_NAME.get(name, (0, ()))
    is_method = isinstance(node.func, ast.Attribute) and _last(node.func.value) not in {"pd", "pandas"}
    plain = is_method and names and len(node.args) == first + len(names) and not node.keywords
    if plain and (name != "drop" or _is_axis(node.args[1])):
        for part, argument in zip(node.args[first:], names, strict=True):
            said = message(
                "The argument {argument} of {name} was given by its name, as the sandbox's version asks for.",
                argument=argument, name=name,
            )  # fmt: skip
            yield _Change(part.lineno, part.col_offset, part.col_offset, f"{argument}=", said)


def _is_axis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {0, 1, "columns", "index"}


def _without(node: ast.Call, keyword: ast.keyword, message: str) -> Iterator[_Change]:
    """An argument taken out, with the comma beside it."""
    given: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    parts = sorted(given, key=lambda part: (part.lineno, part.col_offset))
    place = parts.index(keyword)
    start, end = keyword.col_offset, keyword.end_col_offset or 0
    if place + 1 < len(parts):
        end = parts[place + 1].col_offset
        lines = {keyword.lineno, keyword.end_lineno, parts[place + 1].lineno}
    elif place:
        start = parts[place - 1].end_col_offset or 0
        lines = {keyword.lineno, keyword.end_lineno, parts[place - 1].end_lineno}
    else:
        lines = {keyword.lineno, keyword.end_lineno}
    if len(lines) == 1:
        yield _Change(keyword.lineno, start, end, "", message)


def _filled(node: ast.Call, function: ast.Attribute) -> Iterator[_Change]:
    """``fillna(method="ffill")``, which is a method of its own."""
    method = next((keyword for keyword in node.keywords if keyword.arg == "method"), None)
    if function.attr != "fillna" or method is None or node.args or not isinstance(method.value, ast.Constant):
        return
    new = FILLS.get(str(method.value.value))
    removed = list(_without(node, method, ""))
    if new and removed and {keyword.arg for keyword in node.keywords} <= {"method", "limit", "inplace", "axis"}:
        yield from removed
        change = _renamed(function, new)
        said = _message(f'fillna(method="{method.value.value!s}")', f"{new}()")
        yield _Change(change.line, change.start, change.end, new, said)


def _appended(node: ast.Call, function: ast.Attribute, tree: ast.AST) -> Iterator[_Change]:
    """``frame.append(other)`` as a value, which a list never is: ``pd.concat([frame, other])``."""
    if function.attr != "append" or len(node.args) != 1 or isinstance(node.args[0], ast.Starred):
        return
    owner, other = function.value, node.args[0]
    if owner.end_lineno != other.lineno or (isinstance(other, ast.Name) and other.id in _rows(tree)):
        return
    said = message("append was written as pd.concat, as the sandbox's version has no append of frames.")
    opening, closing = ("pd.DataFrame([", "])") if isinstance(other, ast.Dict) else ("", "")
    is_list = isinstance(other, ast.List)
    yield _Change(owner.lineno, owner.col_offset, owner.col_offset, _CONCAT, said)
    between = ", *" if is_list else f", {opening}"
    yield _Change(other.lineno, owner.end_col_offset or 0, other.col_offset, between)
    end = other.end_col_offset or 0
    yield _Change(other.end_lineno or other.lineno, end, end, f"{closing}]")


def _rows(tree: ast.AST) -> set[str]:
    """Names of dictionaries and columns, which ``pd.concat`` does not take as rows."""
    names: set[str] = set()
    for node in all_nodes(tree):
        if isinstance(node, ast.Assign) and (isinstance(node.value, ast.Dict) or _is_series(node.value)):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _is_series(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _last(node.func) in {"Series", "dict"}


def _frequencies(node: ast.Call) -> Iterator[_Change]:
    name = _last(node.func)
    if name not in TAKES_FREQUENCY:
        return
    given = [keyword.value for keyword in node.keywords if keyword.arg in {"freq", "rule"}]
    given += node.args[:1] if name in {"resample", "asfreq", "floor", "ceil", "round"} else []
    for value in given:
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.lineno == value.end_lineno:
            count = len(value.value) - len(value.value.lstrip("0123456789"))
            letters, dash, rest = value.value[count:].partition("-")
            letters_now = FREQUENCIES.get(letters)
            if letters_now and (name in ONLY_MOMENTS or letters in {"H", "T", "S", "L", "U", "N"}):
                new = f"{value.value[:count]}{letters_now}{dash}{rest}"
                end = (value.end_col_offset or 0) - 1
                start = end - len(value.value.encode())
                yield _Change(value.lineno, start, end, new, _message(value.value, new))


def _gone(tree: ast.AST) -> Iterator[Finding]:
    """What the sandbox's versions do not have, and no other name is known of."""
    for node in all_nodes(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "ix":
            said = message("pandas has no ix any more. Use loc with labels, or iloc with positions.")
            yield Finding("drift", said, node.lineno)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            name = f"{node.value.id}.{node.attr}"
            if name in GONE:
                said = message("The sandbox's version has no {name} any more: {advice}.", name=name, advice=GONE[name])
                yield Finding("drift", said, node.lineno)
