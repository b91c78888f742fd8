"""MIME bundles that are neither table, file nor figure: the best form of each that can be shown, rebuilt."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from ...cleaning import svg
from ...cleaning.text import HeadTail, clean
from ...errors import FirewallError
from ...language import message
from ...turn import Output
from ..limits import Limits
from . import images

SVG = "image/svg+xml"
MAX_SVG = 5_000_000
"""Characters of a drawing."""
SVG_PREFIX = "svg-"
WIDGET = "application/vnd.jupyter.widget-view+json"
_PICTURES = (("image/png", images.png), ("image/jpeg", images.jpeg), ("image/gif", images.gif))
_BARE = re.compile(r"<[\w.<>]+(?: object)?(?: at 0x[0-9a-f]+)?>")
"""What Python says of an object that has no text of its own."""
_SOURCES = ("text/markdown", "text/latex")
_NOTES = "analyst"
MAX_PRETTY = 200_000
"""Characters of JSON that are set out in lines."""


def picture(data: Mapping[Any, Any], limits: Limits) -> Output | None:
    """The picture of a bundle, or None where it has none.

    Raises:
        FirewallError: It is not the picture that it claims to be, or too large.
    """
    for kind, check in _PICTURES:
        if isinstance(data.get(kind), str):
            return Output("image", check(base64_bytes(data[kind]), limits.max_pixels))
    return _drawing(data[SVG]) if isinstance(data.get(SVG), str) else None


def _drawing(source: str) -> Output:
    """An SVG, shown as the source of an ``img``, which runs and loads nothing either."""
    if len(source) > MAX_SVG:
        raise FirewallError(
            message("A drawing has more than {most} characters.", most=MAX_SVG), message("Show it as a PNG.")
        )
    try:
        drawing = svg.rebuilt(source, SVG_PREFIX)
    except FirewallError as refused:
        raise FirewallError(
            message("A drawing was dropped: {why}", why=refused.message), message("Show it as a PNG.")
        ) from None
    if drawing.elements > svg.MAX_DRAWN:
        raise FirewallError(
            message("A drawing draws more than {most} elements.", most=svg.MAX_DRAWN), message("Show it as a PNG.")
        )
    named = ", ".join(drawing.left_out)
    note = message("Left out of a drawing, as it cannot be shown safely: {named}.", named=named) if named else ""
    return Output("image", drawing.data, note=note)


def words(data: Mapping[Any, Any], limits: Limits) -> Output:
    """The text of a bundle: its plain text, or the source of what it would be rendered from.

    Raises:
        FirewallError: It has no text.
    """
    text = data.get("text/plain")
    if isinstance(text, str) and not _BARE.fullmatch(text.strip()):
        return Output("text", _shortened(text, limits), stream="result")
    source = next((data[kind] for kind in _SOURCES if isinstance(data.get(kind), str)), None)
    if source is None and "application/json" in data:
        source = _pretty(data["application/json"])
    if source is None and isinstance(text, str) and not set(data) - {"text/plain"}:
        source = text
    if source is None:
        raise FirewallError(*_refusal(data))
    return Output("text", _shortened(source, limits), stream="result")


def changes(metadata: Any, data: Mapping[Any, Any]) -> list[str]:
    """What the guest says that it has changed on the way, and what a bundle has besides what is shown of it."""
    guest_notes = metadata.get(_NOTES) if isinstance(metadata, Mapping) else None
    guest_notes = guest_notes if isinstance(guest_notes, Mapping) else {}
    notes: list[str] = []
    size = guest_notes.get("shrunk")
    if isinstance(size, list) and len(size) == 2 and all(type(side) is int and 0 < side < 10**9 for side in size):
        notes.append(
            message(
                "A picture of {size} by {size_2} pixels was made smaller, to the limit of one picture.",
                size=size[0],
                size_2=size[1],
            )
        )
    if guest_notes.get("text_of") == "text/html":
        notes.append(message("An HTML output is shown as its text: its layout, links and pictures were left out."))
    if WIDGET in data:
        notes.append(message("A widget is shown as its text: it would need a kernel that it can talk to."))
    return notes


def base64_bytes(text: str) -> bytes:
    """The bytes of an image.

    Raises:
        FirewallError: The text is not base64.
    """
    try:
        return base64.b64decode(re.sub(r"\s", "", text), validate=True)
    except ValueError:
        raise FirewallError(
            message("An image that came back is damaged."), message("Run the question again.")
        ) from None


def _shortened(text: str, limits: Limits) -> str:
    """The text without escapes; of a long one the beginning and the end, with what is left out said between them."""
    whole = HeadTail(limits.max_stream_bytes)
    whole.add(text)
    return clean(whole.text())


def _pretty(value: Any) -> str | None:
    try:
        compact = json.dumps(value, ensure_ascii=False)
        return json.dumps(value, indent=2, ensure_ascii=False) if len(compact) < MAX_PRETTY else compact
    except (ValueError, TypeError, RecursionError):
        return None


def _refusal(data: Mapping[Any, Any]) -> tuple[str, str]:
    """Why nothing of a bundle is shown, and what to do."""
    if "text/html" in data:
        return (
            message(
                "An HTML output was left out: pages, frames and scripts of the sandbox are not shown, "
                "and it has no text."
            ),
            message("Show a data frame, a figure or a text."),
        )
    kinds = [clean(str(kind), 60) for kind in data if kind != "text/plain"][:3]
    kind = ", ".join(kinds) or "nothing"
    return message("An output of the kind {kind} was dropped: it cannot be shown safely.", kind=kind), message(
        "Show a text or a picture."
    )
