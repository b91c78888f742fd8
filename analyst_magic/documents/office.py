"""The parts of an Office file, read as XML that may name nothing outside itself and do nothing when it is opened."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

_XML_CAP = 400_000_000
_DEPTH_CAP = 500
_PAGES_CAP = 5_000

# Relations that lead to something that runs, loads or asks when the file is opened.
_REFUSED_RELATIONS = {
    "attachedTemplate": "it takes its template from elsewhere",
    "oleObject": "it holds an embedded object (OLE)",
    "control": "it holds a control (ActiveX)",
    "activeXControlBinary": "it holds a control (ActiveX)",
    "vbaProject": "it holds macros",
    "xlMacrosheet": "it holds macros",
    "xlIntlMacrosheet": "it holds macros",
    "externalLink": "it links to another workbook",
    "externalLinkPath": "it links to another workbook",
    "connections": "it holds a data connection",
    "queryTable": "it holds a data connection",
    "aFChunk": "it takes in another document",
    "subDocument": "it takes in another document",
    "frame": "it takes in another document",
    "mailMergeSource": "it takes in a data source",
    "extensibility": "it changes the ribbon",
}
_ALLOWED_LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)
_FIELD = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|RD|MACROBUTTON)\b", re.IGNORECASE)
_FUNCTION = re.compile(
    r"\b(?:(WEBSERVICE|FILTERXML|RTD|CALL|REGISTER|EXEC|DDE|DDEINIT|SQL\.REQUEST|IMAGE|STOCKHISTORY|RUN|FOPEN|"
    r"IMPORT(?:DATA|XML|HTML|FEED|RANGE))|(CUBE|GET|REGISTER|FWRITE|URLDOWNLOADTOFILE)[\w.]+)\s*\(",
    re.IGNORECASE,
)
_DDE = re.compile(r"[\w.']+\s*\|\s*[^|!]+!")
_ELSEWHERE = re.compile(r"\[[^\]\[]*\.(?:xl\w*|csv|ods)\]|\\\\\\\\|file:", re.IGNORECASE)
_BUILT_LINK = re.compile(r"\bHYPERLINK\s*\((?!\s*\"[^\"]*\"\s*[,)])", re.IGNORECASE)
_ACTION = re.compile(r"ppaction://(?:program|macro|ole)", re.IGNORECASE)
_FORMULAS = {
    "f",
    "formula",
    "formula1",
    "formula2",
    "definedName",
    "calculatedColumnFormula",
    "totalsRowFormula",
    "fmla",
}
_REFUSED_ELEMENTS = {
    "ddeLink": "it holds a DDE link",
    "oleLink": "it holds an OLE link",
    "oleObj": "it holds an embedded object (OLE)",
    "OLEObject": "it holds an embedded object (OLE)",
    "altChunk": "it takes in another document",
}
_UNITS = {"xlsx": ("sheet", r"xl/worksheets/sheet\d+\.xml"), "pptx": ("slide", r"ppt/slides/slide\d+\.xml")}


class _Refused(Exception):
    """Ends the parsing of a part."""


def look_into(format: str, archive: zipfile.ZipFile, inner: Callable[[bytes], str]) -> tuple[str, str]:
    """Read every part.

    Args:
        format: ``xlsx``, ``docx`` or ``pptx``.
        archive: The file, whose sizes and names have been checked.
        inner: Says why a workbook inside (the data of a chart) is refused; empty where it is not.

    Returns:
        Why the file is refused (empty where it is not), and how much there is of it.
    """
    parts = [part for part in archive.infolist() if not part.is_dir()]
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
    if sum(part.file_size for part in xml) > _XML_CAP:
        return "it is too large to be checked", ""
    for part in parts:
        name = part.filename.lower()
        if name.endswith((".xml", ".rels", ".vml")):
            reason = _read(archive.read(part), rels=name.endswith(".rels"))
        elif name.endswith(".xlsx"):
            reason = inner(archive.read(part))
        else:
            reason = "it holds an embedded object" if name.endswith((".bin", ".exe", ".dll", ".js", ".vbs")) and (
                "printersettings" not in name) else ""  # fmt: skip
        if reason:
            return reason, ""
    unit, pattern = _UNITS.get(format, ("", ""))
    number = sum(bool(re.fullmatch(pattern, part.filename)) for part in parts) if unit else 0
    if number > _PAGES_CAP:
        return f"it has {number:,} {unit}s", ""
    return "", f"{number} {unit}{'s' if number != 1 else ''}" if number else ""


def _read(data: bytes, *, rels: bool) -> str:
    """Why one part is refused."""
    seen = _Part(rels)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = seen.begin, seen.end
    parser.CharacterDataHandler, parser.buffer_text = seen.text, True
    parser.StartDoctypeDeclHandler = seen.doctype
    try:
        parser.Parse(data, True)
        seen.finish()
    except _Refused as refused:
        return str(refused)
    except expat.ExpatError:
        return "one of its parts is broken XML"
    return ""


class _Part:
    """Watches one part go by."""

    def __init__(self, rels: bool) -> None:
        self._rels = rels
        self._depth = 0
        self._formula = False
        self._words: list[str] = []
        self._fields: list[str] = []

    def doctype(self, *declared: object) -> None:
        raise _Refused("one of its parts defines its own entities")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH_CAP:
            raise _Refused("one of its parts is nested too deeply")
        local = name.rpartition(" ")[2]
        if local in _REFUSED_ELEMENTS:
            raise _Refused(_REFUSED_ELEMENTS[local])
        if self._rels and local == "Relationship":
            _relation(attributes)
        for key, value in attributes.items():
            if key.endswith("instr"):
                self._fields.append(f" {value} ")
            elif key == "action" and _ACTION.search(value):
                raise _Refused("a click in it starts a program")
            elif key == "macro" and value:
                raise _Refused("a click in it starts a macro")
        self._formula = local in _FORMULAS
        self._words = []
        if local == "instrText":
            self._formula = False
            self._fields.append("")

    def text(self, text: str) -> None:
        if self._formula:
            self._words.append(text)
        elif self._fields:
            self._fields.append(text)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._formula:
            _formula("".join(self._words))
        self._formula = False

    def finish(self) -> None:
        if found := _FIELD.search("".join(self._fields)):
            raise _Refused(f"it holds a field that reaches out ({found[1].upper()})")


def _relation(attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").rpartition("/")[2]
    if kind in _REFUSED_RELATIONS:
        raise _Refused(_REFUSED_RELATIONS[kind])
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if kind != "hyperlink":
        raise _Refused("it loads something from elsewhere")
    if not _ALLOWED_LINK.match(attributes.get("Target", "").strip()):
        raise _Refused("a link in it leads neither to the web nor to a mail address")


def _formula(text: str) -> None:
    """A formula that calls, loads or sends is refused; what stands in quotes is text."""
    if _BUILT_LINK.search(text):
        raise _Refused("a link in it is put together by a formula (HYPERLINK)")
    bare = re.sub(r'"[^"]*"', '""', text)
    if found := _FUNCTION.search(bare):
        raise _Refused(f"a formula in it reaches out ({(found[1] or found[2]).upper()})")
    if _DDE.search(bare) or _ELSEWHERE.search(bare):
        raise _Refused("a formula in it reaches out of the workbook")
