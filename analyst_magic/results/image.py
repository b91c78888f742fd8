"""A picture that code drew, for instance with matplotlib."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from ..turn import Output
from .document import Save
from .html import human_size, select

Mime = Literal["image/png", "image/jpeg", "image/gif", "image/svg+xml"]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


_NAMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/svg+xml": "SVG"}


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG, JPEG or GIF whose header the firewall has checked, or an SVG that it has rebuilt from what only draws.

    Attributes:
        data: The file's bytes.
        mime: ``image/png``, ``image/jpeg``, ``image/gif`` or ``image/svg+xml``.
        note: What was cut or changed on the way, in one sentence; empty where nothing was.

    Example:
        >>> Image(b"GIF89a...", "image/gif").alt
        'GIF image, 9 bytes'
        >>> picture = Image(b"GIF89a...", "image/gif")
        >>> picture.to_text(), picture.to_json()
        ('image: GIF image, 9 bytes', {'mime': 'image/gif', 'data': 'R0lGODlhLi4u'})
    """

    kind: ClassVar[str] = "image"
    output: ClassVar[str] = "image"

    data: bytes = field(repr=False)
    mime: Mime = "image/png"
    note: str = ""

    @property
    def alt(self) -> str:
        """What the picture is, in words."""
        name = _NAMES[self.mime]
        pixels = ""
        if self.mime == "image/png" and len(self.data) >= 24:
            width, height = (int.from_bytes(self.data[at : at + 4], "big") for at in (16, 20))
            pixels = f"{width} × {height} pixels, "
        return f"{name} image, {pixels}{human_size(len(self.data))}"

    @classmethod
    def from_output(cls, output: Output, save: Save) -> Image:
        """The picture of an output."""
        return cls(output.data, image_mime(output.data), output.note)

    def to_text(self) -> str:
        """What the picture is, in words."""
        return f"image: {self.alt}"

    def to_json(self) -> dict[str, str]:
        """``mime``, and ``data`` in base64."""
        return {"mime": self.mime, "data": base64.b64encode(self.data).decode("ascii")}

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """Nothing: the MIME bundle says all."""
        return {}, []

    def comparable(self) -> str:
        """Nothing: a drawing differs from machine to machine."""
        return ""

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        vector = self.mime == "image/svg+xml"
        picture = self.data.decode() if vector else base64.b64encode(self.data).decode("ascii")
        return select({self.mime: picture, "text/plain": self.alt}, include, exclude)


def image_mime(data: bytes) -> Mime:
    """The MIME type of a picture that is known to be of one of these types."""
    if data.startswith(PNG_SIGNATURE):
        return "image/png"
    if data.startswith(b"<svg"):
        return "image/svg+xml"
    return "image/gif" if data.startswith(b"GIF8") else "image/jpeg"
