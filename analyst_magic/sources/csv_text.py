"""The text of a CSV file: its encoding, and a copy in UTF-8 where it has another; DuckDB reads nothing else exactly."""

from __future__ import annotations

import atexit
import codecs
import gzip
import io
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError
from ..language import message
from .aligned_text import as_csv, column_starts

SAMPLE_BYTES = 1 << 18
_CHUNK = 1 << 20
MAX_ALIGNED = 32_000_000
"""Size up to which aligned text is read."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_UNUSED = b"\x81\x8d\x8f\x90\x9d"
"""Bytes that no text in cp1252 has."""


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by its mark, its zeros, or whether its bytes are those of UTF-8."""
    with opened(path) as file:
        start = file.read(_CHUNK)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd > len(start) // 8:
        return "utf-16-le" if odd > even else "utf-16-be"
    return "utf-8" if _is_utf8(path) else ("latin-1" if any(byte in start for byte in _UNUSED) else "cp1252")


def utf8_text(path: Path, encoding: str, state: str) -> Path:
    """The file itself where it is in UTF-8, else a copy that is.

    Raises:
        InputError: It is not in that encoding.
    """
    if encoding in {"utf-8", "utf-8-sig"} and _is_utf8(path):
        return path
    copy = _folder() / f"{abs(hash((state, encoding)))}.csv"
    if copy.exists():
        return copy
    part = copy.with_suffix(".part")
    try:
        with opened(path) as source, part.open("w", encoding="utf-8", newline="") as target:
            reader = codecs.getreader(encoding)(source)
            while text := reader.read(_CHUNK):
                target.write(text)
    except UnicodeError as error:
        part.unlink(missing_ok=True)
        raise InputError(
            message("{file} is not in the encoding {encoding}.", file=path.name, encoding=encoding),
            message("Name another: encoding=cp1252."),
        ) from error
    part.replace(copy)
    return copy


def with_one_line_end(text: Path, state: str) -> Path:
    """A copy of a text in UTF-8 whose lines all end in one way, where some end as on Windows and values have lines of
    their own; the file itself where all end alike."""
    sample = sample_text(text)
    ends = sample.count("\r\n")
    if not ends or (ends == sample.count("\n") and ends == sample.count("\r")):
        return text
    copy = _folder() / f"{abs(hash((state, 'lines')))}.csv"
    if not copy.exists():
        part = copy.with_suffix(".part")
        with opened(text) as file, part.open("w", encoding="utf-8", newline="") as target:
            for line in codecs.getreader("utf-8-sig")(file):
                target.write(f"{line[:-2]}\n" if line.endswith("\r\n") else line)
        part.replace(copy)
    return copy


def without_line(text: Path, number: int, state: str) -> Path | None:
    """A copy of a text in UTF-8 without one of its lines, counted from 1; None where it is too large for one."""
    if text.stat().st_size > MAX_ALIGNED:
        return None
    with opened(text) as file:
        lines = list(io.StringIO(file.read().decode("utf-8-sig", "replace"), newline=""))
    return copy_of("".join([*lines[: number - 1], *lines[number:]]), f"{state} without {number}", ".csv")


def aligned_copy(text: Path, state: str) -> Path | None:
    """A copy as CSV of a text in UTF-8 whose columns are aligned by blanks; None where they are not."""
    if text.stat().st_size > MAX_ALIGNED or not column_starts(sample_text(text).splitlines()):
        return None
    with opened(text) as file:
        content = as_csv(file.read().decode("utf-8-sig", "replace"))
    if content is None:
        return None
    return copy_of(content, f"{state} aligned", ".csv")


def copy_of(content: str, state: str, ending: str) -> Path:
    """A file in UTF-8 that holds a text, made once for a state; it is gone when Python ends."""
    copy = _folder() / f"{abs(hash(state))}{ending}"
    if not copy.exists():
        part = copy.with_suffix(".part")
        part.write_text(content, encoding="utf-8", newline="")
        part.replace(copy)
    return copy


def opened(path: Path) -> BinaryIO:
    """The bytes of a file, unpacked where it is packed."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def sample_text(path: Path, lines: int = 2_000) -> str:
    """The beginning of a file in UTF-8: whole lines, where it has any end of one."""
    with opened(path) as file:
        data = file.read(SAMPLE_BYTES)
        rest = file.read(1)
    if rest and b"\n" in data:
        data = data[: data.rindex(b"\n") + 1]
    text = data.decode("utf-8-sig", "replace")
    return "".join(text.splitlines(keepends=True)[:lines])


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with opened(path) as file:
            while data := file.read(_CHUNK):
                decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="analyst-text-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
