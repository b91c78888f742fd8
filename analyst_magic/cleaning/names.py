"""File names that are safe on every system, whatever name the sandbox chose."""

from __future__ import annotations

import re
import unicodedata

from ..errors import InputError
from ..filetypes import FILE_TYPES, ending_of, why_it_stays
from ..language import message
from .text import clean

MAX_NAME = 5_000
_STEM_CHARACTERS = 80
_STEM_BYTES = 120  # far below the 255 bytes of common file systems, so that a number can be added
_SPECIAL = re.compile(r'[<>:"|?*=#%$`;{}^~]')
"""Characters that a file system, a shell, an address or a page gives a meaning."""
_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A base name that no system gives another meaning: ``../../.bashrc; rm.XLSX`` becomes ``bashrc_ rm.xlsx``.

    It has one dot, as JupyterLab opens some double extensions (``leak.vl.json``) as charts, which load what they name.

    Raises:
        InputError: The extension is not one of ``FILE_TYPES``.
    """
    base = _SPECIAL.sub("_", base_of(name))
    stem, extension = base.rpartition(".")[0], ending_of(base)
    if extension not in FILE_TYPES:
        reason, _ = why_it_stays(base)
        raise InputError(
            message(
                "A file named {base} cannot be saved: {reason}.",
                base=base[:80] or message("without a name"),
                reason=reason,
            ),
            message("Use one of: {types}.", types=list(FILE_TYPES)),
        )
    return f"{_safe_stem(stem)}.{extension}"


def base_of(name: str) -> str:
    """The last step of a path, without characters that nobody sees."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", clean(name[-MAX_NAME:])))[-1]
    base = re.sub(r"[\t\n\r]", "_", base)
    # Categories C (control, format, surrogate, unassigned) and line separators: invisible, or able to turn
    # "fdp.exe" into "exe.pdf" on the screen.
    return "".join(c for c in base if unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in {"Zl", "Zp"})


def _safe_stem(stem: str) -> str:
    stem = " ".join(stem.split()).lstrip(".-~ ").rstrip(". ")
    stem = stem.replace(".", "_")
    stem = stem[:_STEM_CHARACTERS].encode("utf-8")[:_STEM_BYTES].decode("utf-8", "ignore").rstrip(". ")
    if _DEVICES.fullmatch(stem):  # Windows opens the device, whatever the extension
        stem = f"_{stem}"
    return stem or "document"
