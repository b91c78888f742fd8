"""One XML part of an Office file, read element by element: fields, formulas, links and what loads, runs or embeds."""

from __future__ import annotations

import base64
import binascii
import io
import re
import zipfile
from xml.parsers import expat
from xml.sax.saxutils import unescape

from . import links
from .fields import Story
from .fields import reason as field_reason
from .formulas import Formulas, reads_elsewhere
from .package import BROKEN

MAX_DEPTH = 500
MAX_SHAPE = 1_000_000
_WORD = ("http://schemas.openxmlformats.org/wordprocessingml/2006/main",
         "http://purl.oclc.org/ooxml/wordprocessingml/main")  # fmt: skip
_STORIES = {"body", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent", "docPartBody"}
_RUN_TEXT = {"t", "delText", "instrText", "delInstrText"}
_REVISIONS = {"ins", "del", "moveFrom", "moveTo"}
_FORMULAS = {
    "f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula", "fmla",
    "FmlaGroup", "FmlaLink", "FmlaMacro", "FmlaPict", "FmlaRange", "FmlaTxbx", "sqref", "oldFormula",
}  # fmt: skip
_CAPTURED = _FORMULAS | {"HyperlinkBase"}
_FORMULA_ATTRIBUTES = {"formula", "fmlaGroup", "fmlaLink", "fmlaRange", "fmlaTxbx", "textlink", "linkedCell",
                       "listFillRange"}  # fmt: skip
_EMBEDDED = "it holds an embedded object (OLE)"
_CONNECTION = "it holds a data connection"
_OTHER_DOCUMENT = "it takes in another document"
_MEDIA = "it holds a video or a sound"
_REFUSED = {
    "ddeLink": "it holds a DDE link", "oleLink": _EMBEDDED, "oleObj": _EMBEDDED, "OLEObject": _EMBEDDED,
    "oleObject": _EMBEDDED, "objectEmbed": _EMBEDDED, "objectLink": _EMBEDDED, "altChunk": _OTHER_DOCUMENT,
    "subDoc": _OTHER_DOCUMENT, "sourceFileName": _OTHER_DOCUMENT, "mailMerge": "it takes in a data source (mail merge)",
    "attachedTemplate": "it takes its template from elsewhere", "saveThroughXslt": "it runs a style sheet",
    "externalReference": "it links to another workbook", "webPublishItem": "it publishes itself when it is saved",
    "connection": _CONNECTION, "queryTable": _CONNECTION, "dataModel": _CONNECTION, "DataMashup": _CONNECTION,
    "dataRef": _CONNECTION, "volType": "a formula in it reaches out (RTD)", "webVideoPr": _MEDIA, "audioFile": _MEDIA,
    "videoFile": _MEDIA, "quickTimeFile": _MEDIA, "wavAudioFile": _MEDIA, "audioCd": _MEDIA, "media": _MEDIA,
    "cmd": "it sends a command to an embedded object", "htmlPubPr": "it publishes itself when it is saved",
    "webextension": "it holds an add-in",
    "webExtension": "it holds an add-in", "snd": _MEDIA, "entryMacro": "it starts a macro",
    "exitMacro": "it starts a macro", "fldData": "it holds a field with data of its own",
}  # fmt: skip
_DIAGRAMS = (  # whose data model is that of SmartArt, and no data connection
    "http://schemas.openxmlformats.org/drawingml/2006/diagram", "http://purl.oclc.org/ooxml/drawingml/diagram"
)  # fmt: skip
_CONTROLS = {"control", "ocx"}  # of workbooks, a control of the old kind is only markup
_SLIDE_SHOW = re.compile(r"ppaction://(?:hlinksldjump|hlinkshowjump\?jump=\w+|noaction|customshow\?[\w=&]*)?", re.I)
_ON_EVENT = re.compile(r"on(?:click|dblclick|load|error|focus|blur|change|begin|end|mouse\w+|key\w+)", re.IGNORECASE)
_BEGINS_FORMULA = ("=", "+", "-", "@")
_FILLS = {"imagedata", "fill", "stroke"}  # of older drawings; an address in them is that of a picture
_ADDRESSES = {"href", "src", "althref"}
_LOADED = {("schema", "manifestLocation"), ("Schema", "SchemaRef"), ("smartTagType", "url")}
_HOVER = {"hlinkHover", "hlinkMouseOver"}
_PLACES = {"location", "docLocation"}
_STYLE_LOADS = re.compile(r"url\s*\(|expression\s*\(|\\", re.IGNORECASE)
_ALTERNATIVES = {"Choice", "Fallback"}
_INSIDE = re.compile(r"rId\d+|R[0-9a-f]{8,}", re.IGNORECASE)  # of a relationship, which is judged where it stands


class _Refused(Exception):
    """Ends the parsing of a part."""


def reason(data: bytes, formulas: Formulas, *, workbook: bool) -> str:
    """Why a part is refused; empty where it is not.

    Args:
        data: Its bytes.
        formulas: What judges the formulas of the document.
        workbook: Whether it is a part of a workbook.
    """
    part = _Part(formulas, workbook)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = part.begin, part.end
    parser.CharacterDataHandler, parser.buffer_text = part.text, True
    parser.StartDoctypeDeclHandler, parser.ProcessingInstructionHandler = part.doctype, part.instruction
    try:
        parser.Parse(_without_plain_cells(data, formulas), True)
        part.finish()
    except _Refused as refused:
        return str(refused)
    except expat.ExpatError:
        return "one of its parts is broken XML"
    return ""


# Cells of plain numbers and texts are most of a large sheet, and nothing can be hidden in them: none of the characters
# that begin or end anything in XML is in them. What stands in for them is not empty, so that nothing is joined.
_NUMBER = rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?(?: t="[nsb]")?>\s*<v>[0-9.eE+\-]*</v>\s*</c>\s*'
_INLINE = (
    rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")? t="inlineStr"><is><t(?: xml:space="preserve")?>[^<>&]*</t></is></c>\s*'
)
_FORMULA = re.compile(
    rb'<c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,6}")?(?: t="(?:str|n|b|e)")?>'
    rb"<f>((?:[^<>&]|&(?:amp|lt|gt|quot|apos);)*)</f>(?:<v>[^<>&]*</v>|<v ?/>)?</c>"
)
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_PLAIN = b'<c r="A1"><v>0</v></c>'
_PLAIN_CELLS = re.compile(rb"(?:" + _NUMBER + rb"|" + _INLINE + rb")+")
_PLAIN_TEXTS = re.compile(rb'(?:<si><t(?: xml:space="preserve")?>[^<>&]*</t></si>\s*)+')
_PLAIN_ROWS = re.compile(rb'(?:<row r="\d{1,7}"(?: spans="[\d:]*")?>\s*<c/>\s*</row>\s*)+')


def _without_plain_cells(data: bytes, formulas: Formulas) -> bytes:
    """The part without plain cells, and without those whose formula passes; what does not pass stays to be refused."""
    if len(data) < 100_000:
        return data

    def judged(match: re.Match[bytes]) -> bytes:
        passes = not formulas.reason(unescape(match[1].decode("utf-8", "replace"), _QUOTES))
        return _PLAIN if passes else match[0]

    data = _PLAIN_CELLS.sub(b"<c/>", _FORMULA.sub(judged, data))
    return _PLAIN_ROWS.sub(b"<row/>", _PLAIN_TEXTS.sub(b"<si/>", data))


def texts(data: bytes) -> list[str]:
    """The texts and values of a part's cells, for those that are taken for addresses or references."""
    cells = _Cells()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = cells.begin, cells.end
    parser.CharacterDataHandler = cells.text
    parser.Parse(data, True)
    return cells.texts


class _Cells:
    """Collects the texts of cells; one that is written in several fonts is one text."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._open: list[str] = []
        self._pieces: list[str] = []

    def begin(self, name: str, _attributes: dict[str, str]) -> None:
        self._open.append(name.rpartition(" ")[2])

    def text(self, text: str) -> None:
        if self._open[-1] in {"t", "v"} and "rPh" not in self._open:  # how to read it aloud is none of it
            self._pieces.append(text)

    def end(self, _name: str) -> None:
        if self._open.pop() in {"v", "si", "is"}:
            self.texts.append("".join(self._pieces))
            self._pieces = []


class _Part:
    """Watches one part go by."""

    def __init__(self, formulas: Formulas, workbook: bool) -> None:
        self._formulas, self._workbook = formulas, workbook
        self._open: list[str] = []
        self._captured: list[str] | None = None
        self._stories = [Story()]
        self._depths: list[int] = []
        self._revisions = 0

    def doctype(self, *declared: object) -> None:
        raise _Refused("one of its parts defines its own entities")

    def instruction(self, target: str, _data: str) -> None:
        if target != "mso-contentType":
            raise _Refused("one of its parts is to be opened by another program")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        self._open.append(local)
        if len(self._open) > MAX_DEPTH:
            raise _Refused("one of its parts is nested too deeply")
        if local in _REFUSED and not (local == "dataModel" and space in _DIAGRAMS):
            raise _Refused(_REFUSED[local])
        if local in _CONTROLS and not self._workbook:
            raise _Refused("it holds a control (ActiveX)")
        for key, value in attributes.items():
            self._attribute(local, key.rpartition(" ")[2], value)
        if self._captured is not None and (local not in _CAPTURED or "".join(self._captured).strip()):
            raise _Refused("a formula in it has parts of its own")
        if local in _CAPTURED:
            self._captured = []
        if local == "definedName":
            _defined_name(attributes)
        if space in _WORD:
            self._begin_word(local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        elif local in _ALTERNATIVES:
            self._begin_alternative()

    def text(self, text: str) -> None:
        if self._captured is not None:
            self._captured.append(text)
        elif (local := self._open[-1]) in _RUN_TEXT:
            self._stories[-1].text(
                text, instruction=local in {"instrText", "delInstrText"}, revised=self._revisions > 0
            )
            self._refuse(self._stories[-1].reason)

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        self._open.pop()
        if self._captured is not None and local in _CAPTURED:
            text, self._captured = "".join(self._captured), None
            self._end_captured(local, text)
        if space in _WORD:
            self._revisions -= local in _REVISIONS
            if local in _STORIES:
                self._end_story()
        elif local in _ALTERNATIVES and self._depths.pop() != self._stories[-1].depth:
            raise _Refused("it holds a field that is not complete")

    def finish(self) -> None:
        """The part ends."""
        self._end_story()

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name in _FORMULA_ATTRIBUTES or (element == "cfvo" and name == "val"):
            self._refuse(self._formulas.reason(value))
        elif element == "inputCells" and name == "val" and value.startswith(_BEGINS_FORMULA):
            self._refuse(self._formulas.reason(value))  # what a scenario puts into a cell
        elif name in _ADDRESSES and not _INSIDE.fullmatch(value):
            loads = name == "src" or element in _FILLS
            if not links.allowed(value) or (loads and value):
                raise _Refused("it loads something from elsewhere" if loads else links.REASON)
        elif name == "action" and element.startswith("hlink") and not _SLIDE_SHOW.fullmatch(value or "ppaction://"):
            raise _Refused("a click in it starts a program, or opens another file")
        elif (name == "macro" and value) or _ON_EVENT.fullmatch(name):
            raise _Refused("a click in it starts a macro")
        elif element == "hyperlink" and name in _PLACES and (links.dangerous(value) or reads_elsewhere(value)):
            raise _Refused(links.REASON)
        elif name == "style" and _STYLE_LOADS.search(value):
            raise _Refused("it loads something from elsewhere")
        elif element in _HOVER and name == "id" and value:
            raise _Refused("a link in it is followed without a click")
        elif name in {"invalidUrl", "sigprovurl"} and not links.allowed(value):
            raise _Refused(links.REASON)
        elif element == "cacheSource" and name == "type" and value == "external":
            raise _Refused(_CONNECTION)
        elif value and ((element, name) in _LOADED or (name == "gfxdata" and _leads_out(value))):
            raise _Refused("it loads something from elsewhere")

    def _begin_word(self, local: str, attributes: dict[str, str]) -> None:
        story = self._stories[-1]
        if local in _STORIES:
            self._stories.append(Story())
        elif local == "fldChar":
            story.mark(attributes.get("fldCharType", ""), revised=self._revisions > 0)
        elif local == "fldSimple":
            if story.in_code:
                raise _Refused("it holds a field whose code is put together by another field")
            self._refuse(field_reason(attributes.get("instr", "")))
        self._revisions += local in _REVISIONS
        self._refuse(story.reason)

    def _begin_alternative(self) -> None:
        """A reader takes one of the alternatives: each has to leave the fields as they were."""
        if self._stories[-1].in_code:
            raise _Refused("it holds a field whose code has alternatives")
        self._depths.append(self._stories[-1].depth)

    def _end_story(self) -> None:
        story = self._stories.pop()
        story.finish()
        self._refuse(story.reason)

    def _end_captured(self, local: str, text: str) -> None:
        if local == "FmlaMacro" and text.strip():
            raise _Refused("a click in it starts a macro")
        if local == "HyperlinkBase":
            self._refuse("" if links.allowed(text) else links.REASON)
        else:
            self._refuse(self._formulas.reason(text))

    @staticmethod
    def _refuse(reason: str) -> None:
        if reason:
            raise _Refused(reason)


def _defined_name(attributes: dict[str, str]) -> None:
    runs = any(attributes.get(key, "0") not in {"0", "false"} for key in ("function", "vbProcedure", "xlm"))
    if runs or "auto_" in attributes.get("name", "").lower():
        raise _Refused("it holds macros")


def _leads_out(value: str) -> bool:
    """Whether the package inside an attribute, which Word reads for older shapes, names anything outside itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(base64.b64decode(value))) as archive:
            parts = [part for part in archive.infolist() if part.filename.lower().endswith(".rels")]
            return any(part.file_size > MAX_SHAPE or b"External" in archive.read(part) for part in parts)
    except (*BROKEN, binascii.Error):
        return True
