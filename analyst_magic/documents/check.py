"""A look into a file before a user opens it: is it what its name says, and does nothing in it run or reach out?

Sources of what is refused: Microsoft's list of "Office file content that is blocked or warned about" (external links,
DDE, OLE, ActiveX, attached templates), OWASP's "CSV injection", and PDF 2.0 (ISO 32000-2), 12.6 "Actions".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..cleaning import svg
from ..errors import FirewallError
from ..extras import require
from ..language import message
from ..turn import OFFICE_FORMATS
from .markdown import cleaned as cleaned_markdown
from .page import cleaned as cleaned_page
from .spreadsheet_text import neutralised
from .xml import reason as reason_in_xml

_MODULES = {"xlsx": "openpyxl", "docx": "docx", "pptx": "pptx", "pdf": "pikepdf"}
_NEXT_STEP = message("Write the file without that, or write another format.")


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


def require_packages(format: str) -> None:
    """See to it that documents of a format can be read here.

    Raises:
        MissingExtra: The packages for it are not installed.
    """
    if format in _MODULES:
        require(_MODULES[format], "documents", f"Files of the kind .{format} need")


def check(format: str, data: bytes, name: str = "") -> Checked:
    """Refuse bytes that are not a harmless file of the format.

    Args:
        format: The extension without its dot, one that ``safe_name`` lets through.
        data: The whole file.
        name: The file's name, for the message.

    Raises:
        FirewallError: The reason is named.
        MissingExtra: The packages to look into it are not installed.
    """
    require_packages(format)
    checked = Checked(data)
    if format in OFFICE_FORMATS:
        from . import office  # with openpyxl, for whose loading nobody should wait who asks for no document

        reason, extent = office.look_into(format, data)
        checked = replace(checked, extent=extent)
    elif format == "pdf":
        from . import pdf  # with qpdf

        reason, extent, written = pdf.look_into(data)
        checked = Checked(written, extent=extent)
    else:
        reason = _CHECKS[format](data)
    subject = name or f"The .{format} file"
    if reason:
        raise FirewallError(message("{subject} was refused: {reason}.", subject=subject, reason=reason), _NEXT_STEP)
    clean = _CLEANERS.get(format)
    try:
        return Checked(*clean(data)) if clean is not None else checked
    except FirewallError as refused:
        raise FirewallError(
            message("{subject} was refused: {reason}", subject=subject, reason=refused.message), refused.next_step
        ) from None


def _parquet(data: bytes) -> str:
    complete = len(data) >= 12 and data.startswith(b"PAR1") and data.endswith(b"PAR1")
    return "" if complete and _fits(data, 4) else "it is not a whole Parquet file"


def _arrow(data: bytes) -> str:
    complete = len(data) >= 18 and data.startswith(b"ARROW1\0\0") and data.endswith(b"ARROW1")
    return "" if complete and _fits(data, 6) else "it is not a whole Arrow file"


def _fits(data: bytes, mark: int) -> bool:
    """Whether the length of the footer, which stands before the mark at the end, is that of one within the file."""
    return 0 < int.from_bytes(data[-4 - mark : -mark], "little") <= len(data) - 2 * mark - 4


def _signature(signature: bytes, what: str) -> Callable[[bytes], str]:
    return lambda data: "" if data.startswith(signature) else f"it is not {what}"


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    return "it is not text" if "\0" in text else ""


_CHECKS: dict[str, Callable[[bytes], str]] = {
    "parquet": _parquet,
    "arrow": _arrow,
    "feather": _arrow,
    "png": _signature(b"\x89PNG\r\n\x1a\n", "a PNG"),
    "jpg": _signature(b"\xff\xd8\xff", "a JPEG"),
    "gif": _signature(b"GIF8", "a GIF"),
    "xml": reason_in_xml,
    **dict.fromkeys(
        ("csv", "tsv", "json", "jsonl", "geojson", "yaml", "txt", "log", "sql", "md", "html", "svg"), _text
    ),
}


def _spreadsheet_text(data: bytes) -> tuple[bytes, str]:
    data, cells = neutralised(data)
    note = f"{cells:,} text cell{'s' * (cells > 1)} that a spreadsheet would run got an apostrophe in front."
    return data, note if cells else ""


def _svg(data: bytes) -> tuple[bytes, str]:
    drawing = svg.rebuilt(data)
    named = ", ".join(drawing.left_out)
    return drawing.data, f"Some parts were taken out of the drawing: {named}." if named else ""


_CLEANERS: dict[str, Callable[[bytes], tuple[bytes, str]]] = {
    "csv": _spreadsheet_text,
    "tsv": _spreadsheet_text,
    "md": cleaned_markdown,
    "html": cleaned_page,
    "svg": _svg,
}
