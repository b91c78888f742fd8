"""A picture that code drew, for instance with matplotlib."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from .show import human_size, select

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG or JPEG whose header the firewall has checked.

    Attributes:
        data: The file's bytes.
        mime: ``image/png`` or ``image/jpeg``.
        note: What was cut or changed on the way, in one sentence; empty where nothing was.
    """

    kind: ClassVar[str] = "image"

    data: bytes = field(repr=False)
    mime: Literal["image/png", "image/jpeg"] = "image/png"
    note: str = ""

    @property
    def alt(self) -> str:
        """What the picture is, in words."""
        name = "PNG" if self.mime == "image/png" else "JPEG"
        pixels = ""
        if self.mime == "image/png" and len(self.data) >= 24:
            width, height = (int.from_bytes(self.data[at : at + 4], "big") for at in (16, 20))
            pixels = f"{width} × {height} pixels, "
        return f"{name} image, {pixels}{human_size(len(self.data))}"

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        picture = base64.b64encode(self.data).decode("ascii")
        return select({self.mime: picture, "text/plain": self.alt}, include, exclude)


def image_mime(data: bytes) -> Literal["image/png", "image/jpeg"]:
    """The MIME type of a picture that is known to be a PNG or a JPEG."""
    return "image/png" if data.startswith(PNG_SIGNATURE) else "image/jpeg"
