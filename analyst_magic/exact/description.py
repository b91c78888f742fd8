"""Descriptions of frames as they come over the wire: checked for their shape, their streams read."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LEVELS = 1_000
_INDEX = {"levels", "multi", "names", "range", "freqs"}
_PANDAS = {"kind", "rows", "index", "forms", "header", "attrs", "series"}


@dataclass(frozen=True)
class Origin:
    """How a table was held where it came from.

    Attributes:
        description: The description, checked for its shape.
        parts: The columns with exact values that it refers to.
        row_numbers: How many of the leading columns are no more than numbers of rows, which sorting and filtering left
            over: part of the original, and not shown.
    """

    description: Mapping[str, Any]
    parts: tuple[Any, ...] = ()
    row_numbers: int = 0

    @property
    def kind(self) -> str:
        """The library that held it: ``pandas``, ``polars`` or ``arrow``."""
        return str(self.description["kind"])


def read(given: Any, columns: int, open_stream: Callable[[bytes], Any]) -> tuple[dict[str, Any], int]:
    """Check a description, and read the streams in it.

    Args:
        given: The description, as JSON gives it.
        columns: How many columns it has to describe.
        open_stream: Reads an Arrow stream, and refuses a bad one in its own way.

    Returns:
        The description, with tables in place of streams, and the number of parts that it refers to.

    Raises:
        ValueError: It is not one.
    """
    if not isinstance(given, dict) or not isinstance(given.get("forms"), list) or len(given["forms"]) != columns:
        raise ValueError("a table's description is damaged")
    forms = [_form(form, open_stream) for form in given["forms"]]
    parts = sum(form["parts"] for form in forms if form)
    series = given.get("series")
    if series is not None and not (isinstance(series, list) and len(series) == 1):
        raise ValueError("a table's description is damaged")
    if given.get("kind") in {"polars", "arrow"}:
        return {"kind": given["kind"], "forms": forms, "series": series}, parts
    if given.get("kind") != "pandas" or set(given) != _PANDAS:
        raise ValueError("a table's description is damaged")
    if not _is_count(given["rows"]) or not isinstance(given["attrs"], str):
        raise ValueError("a table's description is damaged")
    header = _header(given["header"], open_stream)
    return {**given, "forms": forms, "index": _index(given["index"], columns), "header": header}, parts


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**48


def _form(given: Any, open_stream: Callable[[bytes], Any], depth: int = 0) -> Any:
    if given is None:
        return None
    if not isinstance(given, dict) or not isinstance(given.get("as"), str) or depth > 4:
        raise ValueError("a column's form is damaged")
    form = {**given, "parts": given.get("parts", 0)}
    if type(form["parts"]) is not int or not 0 <= form["parts"] <= 2:
        raise ValueError("a column's form is damaged")
    if "categories" in form:
        form["categories"] = _packed(form["categories"], open_stream, depth)
    if "of" in form:
        form["of"] = _form(form["of"], open_stream, depth + 1)
    return form


def _packed(given: Any, open_stream: Callable[[bytes], Any], depth: int = 0) -> dict[str, Any]:
    if not isinstance(given, dict) or not isinstance(given.get("stream"), str) or type(given.get("forms")) is not list:
        raise ValueError("a packed column is damaged")
    forms = [_form(form, open_stream, depth + 1) for form in given["forms"]]
    table = open_stream(base64.b64decode(given["stream"], validate=True))
    if table.num_columns != len(forms) + sum(form["parts"] for form in forms if form):
        raise ValueError("a packed column is damaged")
    return {"forms": forms, "table": table}


def _index(given: Any, columns: int) -> Any:
    if given is None:
        return None
    if not isinstance(given, dict) or not set(given) <= _INDEX or type(given.get("levels")) is not int:
        raise ValueError("an index is damaged")
    levels, names, span = given["levels"], given.get("names"), given.get("range", [0, 1])
    if (
        not 1 <= levels <= min(columns, MAX_LEVELS)
        or type(given.get("multi")) is not bool
        or (levels > 1 and not given["multi"])
        or not isinstance(names, list)
        or len(names) != levels
        or not isinstance(given.get("freqs"), list)
        or len(given["freqs"]) != levels
        or not _is_range(span, 2)
    ):
        raise ValueError("an index is damaged")
    return given


def _is_range(value: Any, size: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) == size
        and all(type(number) is int and abs(number) < 2**62 for number in value)
        and value[-1] != 0
    )


def _header(given: Any, open_stream: Callable[[bytes], Any]) -> Any:
    if given is None:
        return None
    if isinstance(given, dict) and set(given) == {"range", "name"} and _is_range(given["range"], 3):
        return given
    if not isinstance(given, dict) or set(given) != {"packed", "index"}:
        raise ValueError("the labels of the columns are damaged")
    packed = _packed(given["packed"], open_stream)
    return {"packed": packed, "index": _index(given["index"], len(packed["forms"]))}
