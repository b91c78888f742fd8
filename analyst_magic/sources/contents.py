"""What a data file is by its first bytes, where its name says something else."""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from pathlib import Path

from ..errors import InputError
from ..language import message

_STARTS: dict[bytes, tuple[str, str]] = {
    b"PAR1": ("Parquet", ".parquet"),
    b"\x1f\x8b": ("gzip", ".gz"),
    b"BZh": ("bzip2", ""),
    b"\x28\xb5\x2f\xfd": ("zstd", ""),
    b"\xfd7zXZ\x00": ("xz", ""),
    b"PK\x03\x04": ("zip", ""),
    b"\xd0\xcf\x11\xe0": ("xls", ""),
    b"SQLite format 3\x00": ("SQLite", ""),
    b"%PDF-": ("PDF", ""),
    b"ARROW1": ("Arrow", ""),
    b"<!doctype html": ("HTML", ""),
    b"<html": ("HTML", ""),
    b"<table": ("HTML", ""),
    b"<?xml": ("XML", ""),
}
"""How files of other kinds begin, in small letters where they are text; what they are called, and their ending."""
_PACKED = frozenset({"bzip2", "zstd", "xz", "zip"})
_OWN = {"parquet": "Parquet", "excel": "xlsx"}
"""What a file of each format has to be; the others are text."""
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)
"""What Python raises over a packed file that is damaged or cut off."""


def check_contents(path: Path, kind: str) -> None:
    """See that a file is what its name says.

    Args:
        path: The file.
        kind: How its name says that it is read, a value of ``DATA_FORMATS``.

    Raises:
        InputError: It is something else, or a packed file is cut off; with the next step.
    """
    with path.open("rb") as file:
        start = file.read(64)
        file.seek(-min(4, path.stat().st_size), os.SEEK_END)
        end = file.read()
    found, ending = _kind_of(path, start)
    if path.suffix.lower() == ".gz":
        if found != "gzip":
            raise _other(path, found or "text", path.name[: -len(".gz")])
        try:
            with gzip.open(path) as packed:
                found, ending = _kind_of(path, packed.read(64))
        except DAMAGED as error:
            raise damaged(path) from error
    if found == "Parquet" and end not in {b"PAR1", b"PARE"}:  # encrypted files end in the second
        raise damaged(path)
    wanted = _OWN.get(kind, "")
    if start and found != wanted and (found or wanted):
        name = f"{path.name}.gz" if ending == ".gz" else f"{path.stem}{ending}" if ending else ""
        raise _other(path, found or "text", name or ("" if found else f"{path.stem}.csv"))


def damaged(path: Path) -> InputError:
    """The error over a file of which a part is missing."""
    return InputError(message("{file} is damaged or cut off.", file=path.name), message("Get the file again."))


def _kind_of(path: Path, start: bytes) -> tuple[str, str]:
    """What a file is by its first bytes, and the ending that such files have; empty for text."""
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:32]
    for mark, found in _STARTS.items():
        if start.startswith(mark) or plain.lower().startswith(mark):
            return ("xlsx", ".xlsx") if found[0] == "zip" and _is_workbook(path) else found
    return "", ""


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise damaged(path) from error


def _other(path: Path, found: str, name: str) -> InputError:
    if found == "xls":
        step = message("Save it as .xlsx without a password.")
    elif found in _PACKED:
        step = message("Unpack it first.")
    elif name and name != path.name:
        step = message("Rename it: {name}.", name=name)
    else:
        step = message("Save the table as .csv or .xlsx.")
    return InputError(message("{file} is not what its name says: it holds {kind}.", file=path.name, kind=found), step)
