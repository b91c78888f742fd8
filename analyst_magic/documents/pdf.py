"""A PDF, read with pypdf: whole, not encrypted, and without anything that acts by itself."""

from __future__ import annotations

import io
import logging
import warnings
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

_PAGES_CAP = 5_000
_OBJECTS_CAP = 300_000
_REFUSED = {
    "/JavaScript": "a script",
    "/JS": "a script",
    "/Launch": "an action that starts a program",
    "/SubmitForm": "an action that sends data",
    "/ImportData": "an action that loads data",
    "/GoToR": "an action that opens another file",
    "/GoToE": "an action that opens an embedded file",
    "/EmbeddedFiles": "embedded files",
    "/EmbeddedFile": "embedded files",
    "/RichMedia": "rich media",
    "/Movie": "rich media",
    "/Sound": "rich media",
    "/Rendition": "rich media",
    "/XFA": "a form with a program of its own",
}
_BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError,
           AssertionError, NotImplementedError, MemoryError)  # fmt: skip
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong with a file is said by us


def look_into(data: bytes) -> tuple[str, str]:
    """Why a PDF is refused (empty where it is not), and its number of pages."""
    if not data.startswith(b"%PDF-"):
        return "it is not a PDF", ""
    if b"%%EOF" not in data[-2048:]:
        return "it breaks off before its end", ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(PdfReader(io.BytesIO(data)))
    except _BROKEN:
        return "it cannot be read as a PDF", ""


def _read(reader: PdfReader) -> tuple[str, str]:
    if reader.is_encrypted:
        return "it is encrypted", ""
    pages = len(reader.pages)
    if pages > _PAGES_CAP:
        return f"it has {pages:,} pages", ""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > _OBJECTS_CAP:
        return "it has too many objects to be checked", ""
    for number in sorted(numbers):
        found = reader.get_object(number) if number else None
        if reason := _acts(found, 0):
            return f"it holds {reason}", ""
    if reason := _acts(reader.trailer, 0):
        return f"it holds {reason}", ""
    return "", f"{pages} page{'s' if pages != 1 else ''}"


def _acts(value: Any, depth: int) -> str:
    """What in an object acts by itself. Indirect objects are seen when it is their turn."""
    if depth > 50:
        return "objects that are nested too deeply"
    if isinstance(value, DictionaryObject):
        for key, part in value.raw_items() if hasattr(value, "raw_items") else value.items():
            if key in _REFUSED:
                return _REFUSED[key]
            if key in {"/S", "/Type", "/Subtype"} and isinstance(part, NameObject) and part in _REFUSED:
                return _REFUSED[part]
            if (
                key == "/URI"
                and isinstance(part, str)
                and not part.lower().startswith(("http:", "https:", "mailto:", "#"))
            ):
                return "a link that leads neither to the web nor to a mail address"
            if reason := _acts(part, depth + 1) if isinstance(part, DictionaryObject | ArrayObject) else "":
                return reason
    elif isinstance(value, ArrayObject):
        for part in value:
            if reason := _acts(part, depth + 1) if isinstance(part, DictionaryObject | ArrayObject) else "":
                return reason
    return ""
