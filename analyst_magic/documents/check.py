"""A look into a file before a user opens it: is it what its name says, and does nothing in it run or reach out?

Sources of what is refused: Microsoft's list of "Office file content that is blocked or warned about" (external links,
DDE, OLE, ActiveX, attached templates), OWASP's "CSV injection", and PDF 2.0 (ISO 32000-2), 12.6 "Actions".
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from analyst_magic.errors import FirewallError

from . import office, pdf
from .spreadsheet_text import neutralised

_PARTS_CAP = 20_000
_UNPACKED_CAP = 1_000_000_000
_TYPES_CAP = 5_000_000
_RATIO_CAP = 200
_RATIO_FROM = 10_000_000  # a small file may be packed as tightly as it likes

_MAIN_PART = {"xlsx": "xl/workbook.xml", "docx": "word/document.xml", "pptx": "ppt/presentation.xml"}
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,  # an encrypted part
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be shown.

    Attributes:
        data: Its bytes, with what would run made text.
        note: What was changed, in one sentence; empty where nothing was.
        extent: How much there is of it, such as ``3 slides``; empty where that is not known.
    """

    data: bytes
    note: str = ""
    extent: str = ""


def check(format: str, data: bytes) -> Checked:
    """Refuse bytes that are not a harmless file of the format.

    Args:
        format: The extension without its dot, one that ``safe_name`` lets through.
        data: The whole file.

    Raises:
        FirewallError: The reason is named.
    """
    if format in _MAIN_PART:
        reason, extent = _office(format, data)
    elif format == "pdf":
        reason, extent = pdf.look_into(data)
    else:
        reason, extent = _CHECKS[format](data), ""
    if reason:
        raise FirewallError(
            f"The .{format} file from the sandbox was refused: {reason}.", "Ask again, or ask for another format."
        )
    if format == "csv":
        data, cells = neutralised(data)
        if cells:
            note = f"{cells:,} text cells that a spreadsheet would have run as formulas got an apostrophe in front."
            return Checked(data, note)
    return Checked(data, extent=extent)


def _office(format: str, data: bytes) -> tuple[str, str]:
    """Why the bytes are no harmless Word, Excel or PowerPoint file, or how much there is in it."""
    if not data.startswith(b"PK\x03\x04"):
        return "it is not an Office file", ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            reason = _parts(format, archive.infolist(), len(data)) or _content_types(archive)
            return (
                (reason, "")
                if reason
                else office.look_into(format, archive, inner=lambda part: _office("xlsx", part)[0])
            )
    except _BROKEN_ZIP:
        return "its zip archive is broken", ""


def _parts(format: str, parts: list[zipfile.ZipInfo], packed: int) -> str:
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > _PARTS_CAP or unpacked > _UNPACKED_CAP:
        return f"it unpacks to {unpacked / 1e6:,.0f} MB in {len(parts):,} parts"
    if unpacked > _RATIO_FROM and unpacked > _RATIO_CAP * packed:
        return f"it unpacks to {unpacked // max(packed, 1):,} times its size"
    if len({name.lower() for name in names}) < len(names):
        return "two of its parts have one name"
    if any(name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") for name in names):
        return "a part's name leads out of it"
    if any(part.flag_bits & 0x1 for part in parts):
        return "it is encrypted"
    if any("vbaproject" in name.lower() for name in names):
        return "it holds macros"
    if "[Content_Types].xml" not in names or _MAIN_PART[format] not in names:
        return f"it is not a .{format} file inside"
    return ""


def _content_types(archive: zipfile.ZipFile) -> str:
    """Macros may have any file name; the list of types has to name them for Office to load them."""
    part = archive.getinfo("[Content_Types].xml")
    if part.file_size > _TYPES_CAP:
        return "its list of parts is too long"
    types = archive.read(part).lower()
    return "it holds macros" if b"macroenabled" in types or b"vbaproject" in types else ""


def _parquet(data: bytes) -> str:
    complete = len(data) >= 12 and data.startswith(b"PAR1") and data.endswith(b"PAR1")
    return "" if complete else "it is not a whole Parquet file"


def _png(data: bytes) -> str:
    return "" if data.startswith(b"\x89PNG\r\n\x1a\n") else "it is not a PNG"


def _jpg(data: bytes) -> str:
    return "" if data.startswith(b"\xff\xd8\xff") else "it is not a JPEG"


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    return "it is not text" if "\0" in text else ""


_CHECKS: dict[str, Callable[[bytes], str]] = {
    "parquet": _parquet,
    "png": _png,
    "jpg": _jpg,
    "csv": _text,
    "json": _text,
    "txt": _text,
    "md": _text,
}
