"""Values as JSON has them, for programs that read an answer."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MAX_TEXT = 1_000
"""Characters of a value that has no form of its own in JSON."""


def json_value(value: Any) -> Any:
    """A value as JSON has it: dates as ISO text, decimals and unknown things as text, bytes as base64, NaN as null.

    Example:
        >>> json_value({"day": dt.date(2026, 1, 31), "share": float("nan"), "price": Decimal("9.90")})
        {'day': '2026-01-31', 'share': None, 'price': '9.90'}
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_value(item) for item in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal | dt.timedelta) else str(value)[:MAX_TEXT]
