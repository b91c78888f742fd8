"""Values of a figure, each judged by the kind of its attribute: numbers, words, colours, text, data, pictures, maps.

Lists are judged as a whole where that is enough: a list of numbers, or of text without a suspicious character, is taken
as it is, at the speed of C.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

from ...errors import FirewallError
from ...language import message
from . import images
from .figure_text import label, need_no_change

MAX_DEPTH = 40
MAX_PIXELS = 40_000_000

ADDRESS = message("An address in a figure was left out: it would be fetched from the network.")
PICTURE = message("A picture in a figure was left out: only PNG and JPEG pictures are shown.")
ICONS = message(
    "Icons on a map were left out: they would be fetched from the network. Its points are drawn as circles."
)
MAP_TEXT = message(
    "Text on a map was left out: its letters would be fetched from the network. It shows when pointed at."
)
GROUPS = message("Points on a map are shown one by one: the letters of their groups would be fetched from the network.")
TILES = message("The background of a map was left out: it would be fetched from the network.")
OUTLINES = message("Outlines of a map are drawn at the scale of 1:110 million.")
VALUE = message("A value that its attribute does not take was left out of a figure.")
KEYS = message("A key of a figure's data that a page cannot hold (__proto__) was left out.")

_NUMBERS = frozenset({int, float, bool, type(None)})
_DTYPES = {"i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8", "int8", "int16", "int32", "uint8", "uint16", "uint32",
           "float32", "float64", "uint8c", "u1c"}  # fmt: skip
_SHAPE = re.compile(r"\s*\d{1,9}\s*(,\s*\d{1,9}\s*){0,2}")
_IMAGE = re.compile(r"data:image/(png|jpe?g);base64,([A-Za-z0-9+/=\s]*)")
_WORD = re.compile(r"(?!.*//)[\w .,+#%()|/!-]*|[<>=()\[\]]{1,2}|\\")
# The colours that Plotly reads; what stands in brackets holds numbers, never an address.
_FUNCTION = r"(?:rgb|hsl|hsv|hwb|lab|lch|oklab|oklch)a?\s*\([\d\s.,%/+a-z-]*\)"
_COLOUR = re.compile(rf"[#\w -]*|{_FUNCTION}", re.I)
_CSS = re.compile(rf"(?:[\w\s,.'\"&+#%/-]|{_FUNCTION})*", re.I)
_ON_CANVAS = {"drawn data", "drawn text"}
_TEXTS = {"data", "text", *_ON_CANVAS}
_GEOJSON = {"FeatureCollection", "Feature", "GeometryCollection", "Point", "MultiPoint", "LineString",
            "MultiLineString", "Polygon", "MultiPolygon"}  # fmt: skip
_ALLOWED_WORDS = {"source type": {"geojson"}, "layer type": {"circle", "line", "fill"}, "icon": {"circle", ""}}
_REFUSALS = {"source type": ADDRESS, "layer type": ICONS, "icon": ICONS}


class _LeftOut:
    """The type of ``LEFT_OUT``."""


LEFT_OUT = _LeftOut()
"""Stands for a value that may not leave the sandbox."""


def judge(value: Any, kind: str, notes: set[str], depth: int = 0) -> Any:
    """A value of an attribute as it may leave the sandbox, or ``LEFT_OUT``.

    Args:
        value: JSON from the sandbox.
        kind: The kind of the attribute.
        notes: Takes a sentence for each thing that was left out.
        depth: How deep the value lies in the figure.

    Raises:
        FirewallError: The value is not JSON, an array cannot be decoded, or it is nested too deeply.
    """
    check_depth(depth)
    if special := _WHOLE.get(kind):
        return special(value, notes, depth)
    if isinstance(value, str):
        return _string(value, kind, notes)
    if isinstance(value, list):
        return _list(value, kind, notes, depth)
    if isinstance(value, Mapping):
        return _mapping(value, kind, notes, depth)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    raise FirewallError(message("A figure holds a value that JSON does not have."), message("Show a plotly figure."))


def check_depth(depth: int) -> None:
    """Refuse what lies too deep in a figure.

    Raises:
        FirewallError: It does.
    """
    if depth > MAX_DEPTH:
        raise FirewallError(message("A figure is nested too deeply."), message("Show a simpler figure."))


def _list(value: list[Any], kind: str, notes: set[str], depth: int) -> list[Any]:
    if is_harmless(value, strings=kind in _TEXTS):
        return value
    if set(map(type, value)) == {str}:  # each text once, as categories and colours repeat
        once = {text: _string(text, kind, notes) for text in set(value)}
        judged = [once[text] for text in value]
    else:
        judged = [judge(item, kind, notes, depth + 1) for item in value]
    return [None if item is LEFT_OUT else item for item in judged]


def is_harmless(values: list[Any], *, strings: bool) -> bool:
    """Whether lists hold nothing but finite numbers and, where they may, text in which nothing is to be changed.

    Rows of equal length are looked at by column, as the values of a column are mostly of one type.
    """
    for _ in range(MAX_DEPTH):
        types = set(map(type, values))
        if types != {list}:
            return _are_harmless(values, types, strings)
        if strings and str in map(type, values[0]) and len(set(map(len, values))) == 1:
            columns = (list(map(itemgetter(place), values)) for place in range(len(values[0])))
            return all(_are_harmless(column, set(map(type, column)), strings) for column in columns)
        values = list(chain.from_iterable(values))
    return False


def _are_harmless(values: Sequence[Any], types: set[type], strings: bool) -> bool:
    """Whether values of these types are finite numbers and text that may stay."""
    if types == {str}:
        return strings and need_no_change(values)
    if str in types:
        if not strings or not need_no_change([v for v in values if type(v) is str]):
            return False
        values = [v for v in values if type(v) is not str]
        types = types - {str}
    if not types <= _NUMBERS:
        return False
    return float not in types or _are_finite([v for v in values if v is not None] if type(None) in types else values)


def _are_finite(numbers: Sequence[Any]) -> bool:
    try:
        return math.isfinite(sum(numbers)) or all(map(math.isfinite, numbers))
    except OverflowError:  # integers beyond the range of a float
        return False


def _string(value: str, kind: str, notes: set[str]) -> Any:
    if kind in _TEXTS or kind == "format":
        return label(value, notes, is_format=kind == "format", on_canvas=kind in _ON_CANVAS)
    allowed = {"colour": _COLOUR, "css": _CSS}.get(kind, _WORD)
    if allowed.fullmatch(value):
        return value
    notes.add(VALUE)
    return LEFT_OUT


def _mapping(value: Mapping[Any, Any], kind: str, notes: set[str], depth: int) -> Any:
    if "bdata" in value:
        return _typed_array(value)
    if kind not in {"data", "drawn data"}:
        notes.add(VALUE)
        return LEFT_OUT
    rebuilt: dict[str, Any] = {}
    for key, item in value.items():
        if not isinstance(key, str) or (name := label(key, notes, on_canvas=kind in _ON_CANVAS)) == "__proto__":
            notes.add(KEYS)
            continue
        judged = judge(item, kind, notes, depth + 1)
        rebuilt[name] = None if judged is LEFT_OUT else judged
    return rebuilt


def _typed_array(value: Mapping[Any, Any]) -> dict[str, Any]:
    """An array as plotly encodes it: base64 of the numbers, their type, and a shape for more than one dimension."""
    dtype, data, shape = value.get("dtype"), value.get("bdata"), value.get("shape")
    if dtype not in _DTYPES or not isinstance(data, str):
        raise FirewallError(
            message("A figure holds an array of an unknown type."), message("Convert the values to numbers first.")
        )
    try:
        binascii.a2b_base64(data, strict_mode=True)
    except ValueError:
        raise FirewallError(
            message("A figure holds an array that cannot be decoded."), message("Show the figure again.")
        ) from None
    if shape is None:
        return {"dtype": dtype, "bdata": data}
    if not isinstance(shape, str) or not _SHAPE.fullmatch(shape):
        raise FirewallError(message("A figure holds an array of an unknown shape."), message("Show the figure again."))
    return {"dtype": dtype, "bdata": data, "shape": shape}


# -- kinds that are judged as a whole ----------------------------------------------------------------------------------


def _picture(value: Any, notes: set[str], depth: int) -> Any:
    """A PNG or JPEG that lies in the figure itself, rebuilt."""
    if value is None:
        return None
    match = _IMAGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        is_other_picture = isinstance(value, str) and value.lstrip().lower().startswith("data:image/")
        notes.add(PICTURE if is_other_picture else ADDRESS)
        return LEFT_OUT
    try:
        data = base64.b64decode("".join(match[2].split()), validate=True)
        rebuilt = (images.png if match[1] == "png" else images.jpeg)(data, MAX_PIXELS)
    except (binascii.Error, FirewallError):
        notes.add(message("A picture in a figure was left out: it is damaged or too large."))
        return LEFT_OUT
    return f"data:image/{match[1]};base64,{base64.b64encode(rebuilt).decode('ascii')}"


def _geojson(value: Any, notes: set[str], depth: int) -> Any:
    """Outlines that lie in the figure itself. Text in their place would be an address."""
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _GEOJSON:
        notes.add(message("Outlines that are not GeoJSON were left out.") if isinstance(value, Mapping) else ADDRESS)
        return LEFT_OUT
    return _mapping(value, "data", notes, depth)


def _each(check: Callable[[Any, set[str], int], Any], values: list[Any], notes: set[str], depth: int) -> list[Any]:
    check_depth(depth)
    judged = (check(item, notes, depth + 1) for item in values)
    return [None if item is LEFT_OUT else item for item in judged]


def _choice(kind: str) -> Callable[[Any, set[str], int], Any]:
    def one_of_few(value: Any, notes: set[str], depth: int) -> Any:
        if isinstance(value, list):
            return _each(one_of_few, value, notes, depth)
        if isinstance(value, str) and value in _ALLOWED_WORDS[kind]:
            return value
        notes.add(_REFUSALS[kind])
        return LEFT_OUT

    return one_of_few


def _map_style(value: Any, notes: set[str], depth: int) -> Any:
    if value == "white-bg":
        return value
    notes.add(TILES)
    return LEFT_OUT


def _map_mode(value: Any, notes: set[str], depth: int) -> Any:
    """How points on a map are drawn: letters come from the network."""
    if isinstance(value, list):
        return _each(_map_mode, value, notes, depth)
    if isinstance(value, str) and "text" in value:
        notes.add(MAP_TEXT)
        value = "+".join(flag for flag in value.split("+") if flag != "text") or "markers"
    return judge(value, "word", notes, depth)


def _cluster(value: Any, notes: set[str], depth: int) -> Any:
    if isinstance(value, Mapping) and value.get("enabled") is False:
        return {"enabled": False}
    notes.add(GROUPS)
    return LEFT_OUT


def _resolution(value: Any, notes: set[str], depth: int) -> Any:
    if value in (50, 110, "50", "110"):
        return value
    notes.add(OUTLINES)
    return LEFT_OUT


def _separators(value: Any, notes: set[str], depth: int) -> Any:
    """The decimal mark and the mark of thousands; as parts of a tag they would make one."""
    if isinstance(value, str) and not re.search(r"[<>&]", value):
        return label(value, notes)
    notes.add(message("Marks of decimals and thousands that are parts of a tag were left out of a figure."))
    return LEFT_OUT


_WHOLE: dict[str, Callable[[Any, set[str], int], Any]] = {
    "picture": _picture,
    "geojson": _geojson,
    "source type": _choice("source type"),
    "layer type": _choice("layer type"),
    "icon": _choice("icon"),
    "map style": _map_style,
    "map mode": _map_mode,
    "cluster": _cluster,
    "resolution": _resolution,
    "separators": _separators,
}
