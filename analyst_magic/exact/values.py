"""Single values as JSON with a tag for their type, and back.

The tags are a closed list. JSON's own values stand for themselves; ``{"tag": content}`` is everything else.
"""

from __future__ import annotations

import base64
import datetime as dt
import decimal
import json
import math
import re
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

MAX_DEPTH = 30
_SAFE_INTEGER = 2**53  # beyond it a JSON reader may round
_FREQUENCY = re.compile(r"-?\d{0,9}[A-Za-z]{1,8}(?:-[A-Z0-9]{1,4}){0,3}")
_NUMPY = re.compile(r"bool|u?int(?:8|16|32|64)|float(?:16|32|64)|complex(?:64|128)|str|(?:datetime|timedelta)64\[\w+\]")


class Unsupported(TypeError):
    """A value that no tag stands for."""


def to_json(value: Any) -> str:
    """A value as JSON text.

    Raises:
        Unsupported: The value, or one in it, is of a type that no tag stands for.
    """
    return json.dumps(encode(value), ensure_ascii=True, allow_nan=False)


def from_json(text: str) -> Any:
    """The inverse of ``to_json``.

    Raises:
        ValueError: The text is not what ``to_json`` writes.
    """
    return decode(json.loads(text))


def encode(value: Any, depth: int = 0) -> Any:
    """A value as what ``json`` can write.

    Raises:
        Unsupported: The value, or one in it, is of a type that no tag stands for.
    """
    kind: Any = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if abs(value) < _SAFE_INTEGER else {"int": hex(value)}
    if kind is float:
        return value if math.isfinite(value) else {"float": repr(value)}
    if depth > MAX_DEPTH:
        raise Unsupported("a deeply nested value")
    encoder = _ENCODERS.get(f"{kind.__module__.partition('.')[0]}.{kind.__name__}") or _ENCODERS.get(_family(kind))
    if encoder is None:
        raise Unsupported(f"{kind.__module__}.{kind.__qualname__}")
    return encoder(value, depth + 1)


def decode(value: Any, depth: int = 0) -> Any:
    """The inverse of ``encode``.

    Raises:
        ValueError: The value is not what ``encode`` gives.
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if depth > MAX_DEPTH:
        raise ValueError("a value is nested too deeply")
    if isinstance(value, list):
        return [decode(item, depth + 1) for item in value]
    if isinstance(value, dict) and len(value) == 1:
        ((tag, content),) = value.items()
        if tag in _DECODERS:
            try:
                return _DECODERS[tag](content, depth + 1)
            except (TypeError, ArithmeticError, AttributeError, LookupError) as error:
                raise ValueError(f"a value with the tag {tag} is damaged") from error
    raise ValueError("a value has an unknown tag")


def frequency(text: Any) -> str:
    """A pandas frequency such as ``2h`` or ``W-SUN``, if it has the form of one; pandas may then parse it.

    Raises:
        ValueError: It has not.
    """
    if isinstance(text, str) and _FREQUENCY.fullmatch(text):
        return text
    raise ValueError("a frequency is not one of pandas")


def missing(value: Any) -> str:
    """The sort of missing value that a value is: ``None``, ``nan``, ``NA`` or ``NaT``; empty where it is none."""
    if value is None:
        return "None"
    if type(value) is float:
        return "nan" if value != value else ""
    return {"NAType": "NA", "NaTType": "NaT"}.get(type(value).__name__, "")


def missing_value(sort: Any) -> Any:
    """The inverse of ``missing``."""
    if sort == "None":
        return None
    if sort == "nan":
        return math.nan
    import pandas as pd

    return {"NA": pd.NA, "NaT": pd.NaT}[sort]


def same(one: Any, other: Any) -> bool:
    """Whether two values are of one type and equal, also inside: 1, 1.0 and True are three values here."""
    if type(one) is not type(other):
        return False
    if missing(one):
        return True
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return bool(one == other)
    if isinstance(one, decimal.Decimal):
        return str(one) == str(other)
    if isinstance(one, dt.datetime | dt.time):
        return one == other and str(one.tzinfo) == str(other.tzinfo) and one.fold == other.fold
    return bool(one == other)


def _family(kind: Any) -> str:
    return "numpy.scalar" if kind.__module__ == "numpy" and hasattr(kind, "dtype") else ""


def _datetime(value: Any, depth: int) -> Any:
    return {"datetime": [value.replace(tzinfo=None, fold=0).isoformat(), _zone_name(value.tzinfo), value.fold]}


def _time(value: Any, depth: int) -> Any:
    return {"time": [value.replace(tzinfo=None, fold=0).isoformat(), _zone_name(value.tzinfo), value.fold]}


def _zone_name(zone: Any) -> Any:
    if zone is None or (isinstance(zone, zoneinfo.ZoneInfo) and zone.key):
        return zone and zone.key
    if type(zone) is dt.timezone and zone.tzname(None).startswith("UTC"):
        return zone.utcoffset(None).total_seconds()
    raise Unsupported(f"the time zone {zone!r}")


def _zone(name: Any) -> dt.tzinfo | None:
    if name is None:
        return None
    if isinstance(name, str):
        try:
            return zoneinfo.ZoneInfo(name)
        except OSError as error:
            raise ValueError("a time zone is not known") from error
    return dt.timezone(dt.timedelta(seconds=name)) if name else dt.UTC


def _in_zone(content: Any, parse: Callable[[str], Any]) -> Any:
    text, zone, fold = content
    return parse(text).replace(tzinfo=_zone(zone), fold=int(fold))


def _timestamp(value: Any, depth: int) -> Any:
    return {"timestamp": [int(value.asm8.view("i8")), value.unit, _zone_name(value.tz)]}


def _to_timestamp(content: Any, depth: int) -> Any:
    import pandas as pd

    number, unit, zone = content
    moment = pd.Timestamp(_numpy_time("datetime64", number, unit)).as_unit(unit)
    return moment if zone is None else moment.tz_localize("UTC").tz_convert(_zone(zone))


def _to_timedelta(content: Any, depth: int) -> Any:
    import pandas as pd

    number, unit = content
    return pd.Timedelta(_numpy_time("timedelta64", number, unit)).as_unit(unit)


def _numpy_time(kind: str, number: Any, unit: Any) -> Any:
    import numpy as np

    if unit not in {"s", "ms", "us", "ns"}:
        raise ValueError("a unit of time is not one of pandas")
    return np.array(int(number), "i8").view(f"{kind}[{unit}]")[()]


def _period(value: Any, depth: int) -> Any:
    return {"period": [value.ordinal, frequency(value.freqstr)]}


def _to_period(content: Any, depth: int) -> Any:
    import pandas as pd

    index: Any = pd.PeriodIndex
    return index.from_ordinals([int(content[0])], freq=frequency(content[1]))[0]


def _interval(value: Any, depth: int) -> Any:
    return {"interval": [encode(value.left, depth), encode(value.right, depth), value.closed]}


def _to_interval(content: Any, depth: int) -> Any:
    import pandas as pd

    left, right, closed = content
    return pd.Interval(decode(left, depth), decode(right, depth), closed)


def _scalar(value: Any, depth: int) -> Any:
    name = "str" if value.dtype.kind == "U" else str(value.dtype)
    if not _NUMPY.fullmatch(name):
        raise Unsupported(f"numpy.{value.dtype}")
    if value.dtype.kind in "mM":
        return {"numpy": [name, int(value.view("i8"))]}
    return {"numpy": [name, encode(value.item(), depth)]}


def _to_scalar(content: Any, depth: int) -> Any:
    import numpy as np

    name, inner = content
    if not _NUMPY.fullmatch(name):
        raise ValueError("a type is not one of numpy")
    if name == "str":
        return np.str_(str(inner))
    if "64[" in name:
        return np.array(int(inner), "i8").view(name)[()]
    return np.dtype(name).type(decode(inner, depth))


def _array(value: Any, depth: int) -> Any:
    name = "str" if value.dtype.kind == "U" else str(value.dtype)
    if value.dtype.kind in "mM":
        return {"array": [name, list(value.shape), [int(item) for item in value.view("i8").ravel()]]}
    if name != "object" and not _NUMPY.fullmatch(name):
        raise Unsupported(f"an array of {value.dtype}")
    return {"array": [name, list(value.shape), [encode(item, depth) for item in value.ravel().tolist()]]}


def _to_array(content: Any, depth: int) -> Any:
    import numpy as np

    name, shape, items = content
    if name != "object" and not _NUMPY.fullmatch(name):
        raise ValueError("a type is not one of numpy")
    if math.prod(shape) != len(items):
        raise ValueError("an array has another size than its values")
    if "64[" in name:
        return np.array([int(item) for item in items], "i8").view(name).reshape(shape)
    flat: Any = np.empty(len(items), name) if name != "str" else np.array([str(item) for item in items], "U")
    if name != "str":
        flat[:] = [decode(item, depth) for item in items]
    return flat.reshape(shape)


def _items(tag: str) -> Callable[[Any, int], Any]:
    return lambda value, depth: {tag: [encode(item, depth) for item in value]}


def _ordered(value: Any, depth: int, tag: str) -> Any:
    """The items of a set, in an order that does not hang on the run."""
    return {tag: sorted((encode(item, depth) for item in value), key=lambda item: json.dumps(item, sort_keys=True))}


def _decoded(content: Any, depth: int) -> list[Any]:
    if not isinstance(content, list):
        raise ValueError("a collection is damaged")
    return [decode(item, depth) for item in content]


def _seconds(content: Any) -> dt.timedelta:
    days, seconds, microseconds = content
    return dt.timedelta(days, seconds, microseconds)


_ENCODERS: dict[str, Callable[[Any, int], Any]] = {
    "builtins.list": lambda value, depth: [encode(item, depth) for item in value],
    "builtins.tuple": _items("tuple"),
    "builtins.set": lambda value, depth: _ordered(value, depth, "set"),
    "builtins.frozenset": lambda value, depth: _ordered(value, depth, "frozenset"),
    "builtins.dict": lambda value, depth: {
        "dict": [[encode(key, depth), encode(item, depth)] for key, item in value.items()]
    },
    "builtins.bytes": lambda value, depth: {"bytes": base64.b64encode(value).decode("ascii")},
    "builtins.complex": lambda value, depth: {"complex": [encode(value.real), encode(value.imag)]},
    "datetime.datetime": _datetime,
    "datetime.date": lambda value, depth: {"date": value.isoformat()},
    "datetime.time": _time,
    "datetime.timedelta": lambda value, depth: {"duration": [value.days, value.seconds, value.microseconds]},
    "decimal.Decimal": lambda value, depth: {"decimal": str(value)},
    "uuid.UUID": lambda value, depth: {"uuid": str(value)},
    "pandas.Timestamp": _timestamp,
    "pandas.Timedelta": lambda value, depth: {"timedelta": [int(value.asm8.view("i8")), value.unit]},
    "pandas.Period": _period,
    "pandas.Interval": _interval,
    "pandas.NAType": lambda value, depth: {"missing": "NA"},
    "pandas.NaTType": lambda value, depth: {"missing": "NaT"},
    "numpy.ndarray": _array,
    "numpy.scalar": _scalar,
}
_DECODERS: dict[str, Callable[[Any, int], Any]] = {
    "int": lambda content, depth: int(content, 16),
    "float": lambda content, depth: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[content],
    "tuple": lambda content, depth: tuple(_decoded(content, depth)),
    "set": lambda content, depth: set(_decoded(content, depth)),
    "frozenset": lambda content, depth: frozenset(_decoded(content, depth)),
    "dict": lambda content, depth: {decode(key, depth): decode(item, depth) for key, item in content},
    "bytes": lambda content, depth: base64.b64decode(content, validate=True),
    "complex": lambda content, depth: complex(*map(decode, content)),
    "datetime": lambda content, depth: _in_zone(content, dt.datetime.fromisoformat),
    "date": lambda content, depth: dt.date.fromisoformat(content),
    "time": lambda content, depth: _in_zone(content, dt.time.fromisoformat),
    "duration": lambda content, depth: _seconds(content),
    "decimal": lambda content, depth: decimal.Decimal(content),
    "uuid": lambda content, depth: uuid.UUID(content),
    "timestamp": _to_timestamp,
    "timedelta": _to_timedelta,
    "period": _to_period,
    "interval": _to_interval,
    "missing": lambda content, depth: missing_value(content),
    "array": _to_array,
    "numpy": _to_scalar,
}
