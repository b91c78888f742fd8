"""Images from the sandbox: PNG, JPEG and GIF, their headers read and their size in pixels capped."""

from __future__ import annotations

import binascii
import struct

from ...errors import FirewallError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Chunks that make the picture (PNG specification, third edition, section 11); text, times and profiles are dropped.
_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"pHYs"}
# Start-of-frame markers of JPEG (ITU-T T.81, table B.1).
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def png(data: bytes, most_pixels: int) -> bytes:
    """The PNG, rebuilt from the chunks that make the picture.

    Raises:
        FirewallError: It is not a well-formed PNG, or has too many pixels.
    """
    if not data.startswith(_SIGNATURE):
        raise FirewallError("An image is not the PNG that it claims to be.", "Save the figure as a PNG again.")
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
        if kind in _KEPT:
            parts.append(data[at:end])
        if kind == b"IEND":
            return b"".join(parts)
        at = end
    raise FirewallError("A PNG image is damaged.", "Save the figure again.")


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
    raise FirewallError("An image is not the JPEG that it claims to be.", "Save the figure again.")


def gif(data: bytes, most_pixels: int) -> bytes:
    """The GIF, rebuilt from the blocks that make the pictures (GIF89a, W3C, section 17 and appendix A).

    Raises:
        FirewallError: It is not a well-formed GIF, or has too many pixels.
    """
    damaged = FirewallError("An image is not the GIF that it claims to be.", "Save the figure again.")
    if data[:6] not in {b"GIF87a", b"GIF89a"} or len(data) < 13:
        raise damaged
    width, height = struct.unpack_from("<HH", data, 6)
    _check_pixels(width, height, most_pixels)
    at = 13 + _colours(data[10])
    parts, frames = [data[:at]], 0
    while at < len(data):
        start, kind = at, data[at]
        if kind == 0x3B:  # the trailer: what follows it is none of the picture
            return b"".join([*parts, b"\x3b"])
        if kind == 0x2C and at + 10 < len(data):
            width, height = struct.unpack_from("<HH", data, at + 5)
            frames += 1
            _check_pixels(frames * width, height, 10 * most_pixels)
            at = _blocks_end(data, at + 11 + _colours(data[at + 9]))
            parts.append(data[start:at])
        elif kind == 0x21 and at + 2 < len(data):
            at = _blocks_end(data, at + 2)
            if data[start + 1] == 0xF9 or data[start + 3 : start + 14] == b"NETSCAPE2.0":
                parts.append(data[start:at])
        else:
            raise damaged
    raise damaged


def _colours(flags: int) -> int:
    """The size of a colour table in bytes; 0 where there is none."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1


def _check_pixels(width: int, height: int, most: int) -> None:
    if not width or not height or width * height > most:
        raise FirewallError(
            f"An image of {width:,} by {height:,} pixels is over the limit of {most:,}.", "Make it smaller."
        )
