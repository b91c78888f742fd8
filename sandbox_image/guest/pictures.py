"""Pictures in figures as PNG: the host takes no other kind in, and reads none that it does not know.

A GIF becomes its first picture. A vector graphic (SVG) stays as it is, and the host leaves it out and says so.
"""

from __future__ import annotations

import base64
import io
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_OTHER = re.compile(r"data:image/(?:gif|webp|bmp|tiff);base64,(.+)", re.DOTALL)


def as_png(value: Any) -> Any:
    """A figure's JSON in which each such picture under the key ``source`` is a PNG; the value itself is changed."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "source" and isinstance(item, str):
                value[key] = _png(item)
            else:
                as_png(item)
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        for item in value:
            as_png(item)
    return value


def _png(uri: str) -> str:
    found = _OTHER.fullmatch(uri)
    if found is None:
        return uri
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGBA")
    except (OSError, ValueError):  # no picture: the host says that it left it out
        return uri
    sink = io.BytesIO()
    picture.save(sink, "PNG")
    return "data:image/png;base64," + base64.b64encode(sink.getvalue()).decode("ascii")
