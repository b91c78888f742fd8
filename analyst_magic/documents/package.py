"""The package of an Office file: a zip archive whose parts are reached by relationships, whatever they are called.

Sources: Open Packaging Conventions (ISO/IEC 29500-2) and the ZIP file format (APPNOTE 6.3). Readers differ in what they
do with a package that is not quite right (two parts with one name, names that have to be decoded, entries that only the
local headers know), so one that is not quite right is refused.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from . import links

MAX_PARTS = 20_000
MAX_UNPACKED = 1_000_000_000
MAX_RATIO = 200
"""Unpacked against packed bytes. These three hold for a file together with the packages in it."""
RATIO_FROM = 10_000_000  # bytes; a small file may be packed as tightly as it likes
TYPES = "[Content_Types].xml"
_ROOT_RELATIONS = "_rels/.rels"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_NAME = re.compile(r"(?:[\w.+()\- ]+/)*[\w.+()\- ]+", re.ASCII)
_STANDARD = re.compile(
    r"http://(?:schemas\.openxmlformats\.org/officeDocument/2006|purl\.oclc\.org/ooxml/officeDocument)/relationships/",
    re.IGNORECASE,
)
# Extra fields that say nothing about the name or the place of an entry: times, and room to grow.
_HARMLESS_EXTRAS = {0x5455, 0x7875, 0x000A, 0xA220}
BROKEN = (
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
"""What reading an archive raises where it is broken."""


class RefusedPackage(Exception):
    """The package is refused; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship.

    Attributes:
        kind: Its type; of the standard's own ones the last word, such as ``worksheet``.
        target: The part that it leads to, or the address of an external one.
        external: Whether it leads out of the package.
    """

    kind: str
    target: str
    external: bool


@dataclass
class Budget:
    """What a file unpacks to, counted over the file itself and all packages in it.

    Attributes:
        packed: Bytes of the outer file.
        unpacked: Bytes of the parts so far.
        parts: Number of the parts so far.
    """

    packed: int
    unpacked: int = 0
    parts: int = 0

    def take(self, entries: list[zipfile.ZipInfo]) -> None:
        """Count the parts of one package, before any of them is unpacked.

        Raises:
            RefusedPackage: Together with those before, they are more than a file may have.
        """
        self.parts += len(entries)
        self.unpacked += sum(entry.file_size for entry in entries)
        if self.parts > MAX_PARTS or self.unpacked > MAX_UNPACKED:
            raise RefusedPackage(f"it unpacks to {self.unpacked / 1e6:,.0f} MB in {self.parts:,} parts")
        if self.unpacked > RATIO_FROM and self.unpacked > MAX_RATIO * self.packed:
            raise RefusedPackage(f"it unpacks to {self.unpacked // max(self.packed, 1):,} times its size")


class Package:
    """A package whose archive has been checked.

    Args:
        data: The whole file.
        budget: What is left of the outer file's, for a package inside of another; its own where it is the outer one.

    Attributes:
        budget: What this package and those in it share.
        parts: The size of each part.

    Raises:
        RefusedPackage: It is no archive that all readers take alike, or too much of one.
    """

    def __init__(self, data: bytes, budget: Budget | None = None) -> None:
        if not data.startswith(b"PK\x03\x04"):
            raise RefusedPackage("it is not an Office file")
        self.budget = budget or Budget(len(data))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            entries = self._archive.infolist()
            self.budget.take(entries)
            _check_names(entries)
            _check_headers(entries, data)
        except BROKEN:
            raise RefusedPackage("its zip archive is broken") from None
        self.parts = {entry.filename: entry.file_size for entry in entries if not entry.is_dir()}
        if TYPES not in self.parts or _ROOT_RELATIONS not in self.parts:
            raise RefusedPackage("it is not an Office file inside")
        self._defaults: dict[str, str] = {}
        self._overrides: dict[str, str] = {}
        self._read_types()

    def read(self, part: str) -> bytes:
        """The bytes of a part.

        Raises:
            RefusedPackage: The archive is broken there.
        """
        try:
            return self._archive.read(part)
        except BROKEN:
            raise RefusedPackage("its zip archive is broken") from None

    def type_of(self, part: str) -> str:
        """The content type of a part, in lower case; empty where it has none."""
        ending = part.rpartition("/")[2].rpartition(".")
        return self._overrides.get(part.lower(), self._defaults.get(ending[2].lower(), "") if ending[1] else "")

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part; of the package itself where it is empty.

        Raises:
            RefusedPackage: They cannot be read.
        """
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        if place not in self.parts:
            return []
        if self.type_of(place) != _RELATIONS_TYPE:
            raise RefusedPackage("its relationships have another type")
        found: dict[str, Relation] = {}
        for name, attributes in elements(self.read(place)):
            if name.rpartition(" ")[2] == "Relationship":
                identity = attributes.get("Id", "")
                if not identity or identity in found:
                    raise RefusedPackage("two of its relationships have one name")
                found[identity] = self._relation(folder, attributes)
        return list(found.values())

    def _relation(self, folder: str, attributes: Mapping[str, str]) -> Relation:
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        kind = _STANDARD.sub("", kind)
        mode = attributes.get("TargetMode", "Internal")
        if mode == "External":
            return Relation(kind, target, True)
        if mode != "Internal":
            raise RefusedPackage("its relationships cannot be read")
        if kind == "hyperlink" and target.startswith("#") and links.allowed(target):
            return Relation(kind, target, True)  # a place in the document itself
        path = posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))
        return Relation(kind, path, False)

    def _read_types(self) -> None:
        for name, attributes in elements(self.read(TYPES)):
            local = name.rpartition(" ")[2]
            table = {"Default": self._defaults, "Override": self._overrides}.get(local)
            if table is None:
                continue
            key = attributes.get("Extension" if local == "Default" else "PartName", "").lower()
            key = key.removeprefix("/") if local == "Override" else key
            kind = attributes.get("ContentType", "").lower().strip()
            if not key or table.setdefault(key, kind) != kind:
                raise RefusedPackage("its list of types is ambiguous")
            if "macroenabled" in kind or "vbaproject" in kind:
                raise RefusedPackage("it holds macros")


def elements(data: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small XML file with their attributes.

    Raises:
        RefusedPackage: It is not XML, declares entities, or has a processing instruction.
    """
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = _declared
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise RefusedPackage("one of its parts is broken XML") from None
    return found


def _declared(*_what: object) -> None:
    raise RefusedPackage("one of its parts defines its own entities")


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) < len(names):
        raise RefusedPackage("two of its parts have one name")
    for name in names:
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise RefusedPackage("a part's name leads out of it")
        plain = name == TYPES or _NAME.fullmatch(name.removesuffix("/"))
        if not plain or any(step in {".", ""} for step in name.removesuffix("/").split("/")):
            raise RefusedPackage(f"a part of it has a name that readers take differently ({name[:60]!r})")
        if "vbaproject" in name.lower():
            raise RefusedPackage("it holds macros")


def _check_headers(entries: list[zipfile.ZipInfo], data: bytes) -> None:
    """Every byte belongs to an entry that the directory names, and both headers of an entry say the same."""
    end = data.rfind(b"PK\x05\x06")
    start, size = struct.unpack_from("<12xLL", data, end)[::-1] if end >= 0 else (0, 0)
    if end < 0 or end + 22 != len(data) or struct.unpack_from("<H", data, end + 20)[0] or start + size != end:
        raise RefusedPackage("its zip archive holds more than its parts")
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        place = _entry_end(entry, data, place)
    if place != start:
        raise RefusedPackage("its zip archive holds more than its parts")


def _entry_end(entry: zipfile.ZipInfo, data: bytes, place: int) -> int:
    """Where an entry ends that has to begin at ``place``."""
    if entry.flag_bits & 0x1:
        raise RefusedPackage("it is encrypted")
    signature, *numbers = struct.unpack_from("<4s2xHH4xLLLHH", data, place)
    flags, method, crc, packed, size, name, extra = map(int, numbers)
    content: int = place + 30 + name + extra
    later = flags & 0x8  # the sizes stand behind the content
    same = (crc, packed, size) == ((0, 0, 0) if later else (entry.CRC, entry.compress_size, entry.file_size))
    named = data[place + 30 : place + 30 + name] == entry.filename.encode("ascii")
    if (
        entry.header_offset != place or signature != b"PK\x03\x04" or flags != entry.flag_bits or not named
        or method != entry.compress_type or method not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        or not (same or later) or not _plain_extras(entry.extra + data[content - extra : content])
    ):  # fmt: skip
        raise RefusedPackage("its zip archive says two things about a part")
    end = content + entry.compress_size
    if not later:
        return end
    described = data[end : end + 16]
    sizes = struct.pack("<LLL", entry.CRC, entry.compress_size, entry.file_size)
    if described == b"PK\x07\x08" + sizes:
        return end + 16
    if described[:12] == sizes:
        return end + 12
    raise RefusedPackage("its zip archive says two things about a part")


def _plain_extras(extra: bytes) -> bool:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind not in _HARMLESS_EXTRAS or len(extra) < 4 + size:
            return False
        extra = extra[4 + size :]
    return not any(extra)
