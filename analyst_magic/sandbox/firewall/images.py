"""Images from the sandbox: PNG, JPEG and GIF, their headers read and their size in pixels capped."""

from __future__ import annotations

import binascii
import struct

from ...errors import FirewallError
from ...language import message

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks that make the picture (PNG specification, third edition, section 11); text, times and profiles are dropped.
_ALLOWED_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs"}
# Start-of-frame markers of JPEG (ITU-T T.81, table B.1).
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_GIF_IMAGE, _GIF_EXTENSION, _GIF_CONTROL, _GIF_END = 0x2C, 0x21, 0xF9, 0x3B
_GIF_FRAMES = 10  # times the pixels of one image that all frames may have together


def png(data: bytes, most_pixels: int) -> bytes:
    """The PNG, rebuilt from the chunks that make the picture.

    Raises:
        FirewallError: It is not a well-formed PNG, or has too many pixels.
    """
    if not data.startswith(_SIGNATURE):
        raise FirewallError(
            message("An image is not the PNG that it claims to be."), message("Save the figure as a PNG again.")
        )
    parts, at, first = [_SIGNATURE], len(_SIGNATURE), True
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        end = at + 12 + size
        body = data[at + 4 : end - 4]
        if end > len(data) or struct.unpack_from(">I", data, end - 4)[0] != binascii.crc32(body):
            break
        if first != (kind == b"IHDR"):
            break
        if first:
            width, height = struct.unpack_from(">II", data, at + 8)
            _check_pixels(width, height, most_pixels)
            first = False
        if kind in _ALLOWED_CHUNKS:
            parts.append(data[at:end])
        if kind == b"IEND":
            return b"".join(parts)
        at = end
    raise FirewallError(message("A PNG image is damaged."), message("Save the figure again."))


def jpeg(data: bytes, most_pixels: int) -> bytes:
    """The JPEG, cut after its end marker.

    Raises:
        FirewallError: It is not a well-formed JPEG, or has too many pixels.
    """
    end = data.rfind(b"\xff\xd9")
    at = 2
    while data.startswith(b"\xff\xd8\xff") and end > 0 and at + 9 < len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], struct.unpack_from(">H", data, at + 2)[0]
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            _check_pixels(width, height, most_pixels)
            return data[: end + 2]
        at += 2 + size
    raise FirewallError(message("An image is not the JPEG that it claims to be."), message("Save the figure again."))


def gif(data: bytes, most_pixels: int) -> bytes:
    """The GIF, rebuilt from its frames, their times and how often they repeat; comments and what follows are dropped.

    Format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

    Args:
        data: The file.
        most_pixels: Pixels of one frame; all together may have ten times as many.

    Raises:
        FirewallError: It is not a well-formed GIF, or has too many pixels.
    """
    try:
        return _gif(data, most_pixels)
    except (IndexError, struct.error):
        raise FirewallError(message("A GIF image is damaged."), message("Save the animation again.")) from None


def _gif(data: bytes, most_pixels: int) -> bytes:
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        raise FirewallError(
            message("An image is not the GIF that it claims to be."), message("Save the animation again.")
        )
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    _check_pixels(width, height, most_pixels)
    at = 13 + _colours(packed)
    parts, pixels = [data[:at]], 0
    while data[at] != _GIF_END:
        start = at
        if data[at] == _GIF_IMAGE:
            across, down, local = struct.unpack_from("<HHB", data, at + 5)
            pixels += across * down
            if not across or not down or across > width or down > height or pixels > _GIF_FRAMES * most_pixels:
                raise FirewallError(
                    message("A GIF image has more pixels than the limit allows."), message("Show fewer frames.")
                )
            at = _after_blocks(data, at + 11 + _colours(local))
        elif data[at] == _GIF_EXTENSION:
            at = _after_blocks(data, at + 2)
            repeats = data[start + 1] == 0xFF and data[start + 3 : start + 14] == b"NETSCAPE2.0" and at - start == 19
            if not repeats and data[start + 1] != _GIF_CONTROL:
                continue
        else:
            raise FirewallError(message("A GIF image is damaged."), message("Save the animation again."))
        parts.append(data[start:at])
    return b"".join([*parts, bytes([_GIF_END])])


def _colours(packed: int) -> int:
    """Bytes of the colour table that a packed field announces."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of blocks of data ends, each of which begins with its length."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _check_pixels(width: int, height: int, most: int) -> None:
    if not width or not height or width * height > most:
        raise FirewallError(
            message(
                "An image of {width} by {height} pixels is over the limit of {most}.",
                width=width,
                height=height,
                most=most,
            ),
            message("Make it smaller."),
        )
