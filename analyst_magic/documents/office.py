"""An Office file, part by part from its main one: parts of known kinds, which name nothing outside and do nothing.

What a part is follows from the relationship that leads to it and from its content type, as its readers resolve them,
never from its name. What no known relationship leads to is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..cleaning import svg
from . import links, markup
from .formulas import BUILT, Formulas
from .package import TYPES, Package, RefusedPackage, Relation, elements

MAX_XML = 400_000_000
MAX_PAGES = 5_000
MAX_TYPES = 5_000_000

_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    "xlsx": f"{_OFFICE}spreadsheetml.sheet.main+xml",
    "docx": f"{_OFFICE}wordprocessingml.document.main+xml",
    "pptx": f"{_OFFICE}presentationml.presentation.main+xml",
}
_WORKBOOK = f"{_OFFICE}spreadsheetml.sheet"
_MICROSOFT = "http://schemas.microsoft.com/office/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships/"

# Kinds of relationships, each with what the content types of its parts end in.
_XML: dict[str, tuple[str, ...]] = {
    # all
    "extended-properties": ("extended-properties+xml",),
    "custom-properties": ("custom-properties+xml",),
    "extendedProperties": ("extended-properties+xml",),  # as ISO's strict form names them
    "customProperties": ("custom-properties+xml",),
    f"{_PACKAGE}metadata/core-properties": ("core-properties+xml",),
    "metadata/core-properties": ("core-properties+xml",),
    "theme": (".theme+xml",),
    "themeOverride": (".themeoverride+xml",),
    "chart": (".chart+xml",),
    "chartUserShapes": (".chartshapes+xml",),
    "drawing": (".drawing+xml",),
    "vmlDrawing": (".vmldrawing",),
    "diagramData": (".diagramdata+xml",),
    "diagramLayout": (".diagramlayout+xml",),
    "diagramQuickStyle": (".diagramstyle+xml",),
    "diagramColors": (".diagramcolors+xml",),
    "customXml": ("application/xml", "text/xml", ".inkml+xml"),
    "customXmlProps": (".customxmlproperties+xml",),
    "comments": (".comments+xml", "ms-powerpoint.comments+xml"),
    "styles": (".styles+xml",),
    f"{_MICROSOFT}2007/relationships/diagramDrawing": (".drawingml.diagramdrawing+xml",),
    f"{_MICROSOFT}2011/relationships/chartStyle": (".chartstyle+xml",),
    f"{_MICROSOFT}2011/relationships/chartColorStyle": (".chartcolorstyle+xml",),
    f"{_MICROSOFT}2014/relationships/chartEx": (".chartex+xml",),
    f"{_MICROSOFT}2020/02/relationships/classificationlabels": (".classificationlabels+xml",),
    # workbooks
    "worksheet": (".worksheet+xml",),
    "chartsheet": (".chartsheet+xml",),
    "sharedStrings": (".sharedstrings+xml",),
    "calcChain": (".calcchain+xml",),
    "table": (".table+xml",),
    "pivotTable": (".pivottable+xml",),
    "pivotCacheDefinition": (".pivotcachedefinition+xml",),
    "pivotCacheRecords": (".pivotcacherecords+xml",),
    "sheetMetadata": (".sheetmetadata+xml",),
    "ctrlProp": (".controlproperties+xml",),
    f"{_MICROSOFT}2007/relationships/slicer": (".slicer+xml",),
    f"{_MICROSOFT}2007/relationships/slicerCache": (".slicercache+xml",),
    f"{_MICROSOFT}2011/relationships/timeline": (".timeline+xml",),
    f"{_MICROSOFT}2011/relationships/timelineCache": (".timelinecache+xml",),
    f"{_MICROSOFT}2017/06/relationships/rdRichValue": (".rdrichvalue+xml",),
    f"{_MICROSOFT}2017/06/relationships/rdRichValueStructure": (".rdrichvaluestructure+xml",),
    f"{_MICROSOFT}2017/06/relationships/rdRichValueTypes": (".rdrichvaluetypes+xml",),
    f"{_MICROSOFT}2022/10/relationships/richValueRel": (".richvaluerel+xml",),
    f"{_MICROSOFT}2022/11/relationships/FeaturePropertyBag": (".featurepropertybag+xml",),
    f"{_MICROSOFT}2017/10/relationships/threadedComment": (".threadedcomments+xml",),
    f"{_MICROSOFT}2017/10/relationships/person": (".person+xml",),
    # documents
    "settings": (".settings+xml",),
    "webSettings": (".websettings+xml",),
    "fontTable": (".fonttable+xml",),
    "numbering": (".numbering+xml",),
    "footnotes": (".footnotes+xml",),
    "endnotes": (".endnotes+xml",),
    "header": (".header+xml",),
    "footer": (".footer+xml",),
    "glossaryDocument": (".document.glossary+xml",),
    f"{_MICROSOFT}2007/relationships/stylesWithEffects": (".styleswitheffects+xml",),
    f"{_MICROSOFT}2011/relationships/commentsExtended": (".commentsextended+xml",),
    f"{_MICROSOFT}2011/relationships/people": (".people+xml",),
    f"{_MICROSOFT}2016/09/relationships/commentsIds": (".commentsids+xml",),
    f"{_MICROSOFT}2018/08/relationships/commentsExtensible": (".commentsextensible+xml",),
    # presentations
    "slide": (".slide+xml",),
    "slideMaster": (".slidemaster+xml",),
    "slideLayout": (".slidelayout+xml",),
    "notesMaster": (".notesmaster+xml",),
    "notesSlide": (".notesslide+xml",),
    "handoutMaster": (".handoutmaster+xml",),
    "presProps": (".presprops+xml",),
    "viewProps": (".viewprops+xml",),
    "tableStyles": (".tablestyles+xml",),
    "tags": (".tags+xml",),
    "commentAuthors": (".commentauthors+xml",),
    f"{_MICROSOFT}2015/10/relationships/revisionInfo": (".revisioninfo+xml",),
    f"{_MICROSOFT}2016/11/relationships/changesInfo": (".changesinfo+xml",),
    f"{_MICROSOFT}2018/10/relationships/authors": (".authors+xml",),
    f"{_MICROSOFT}2018/10/relationships/comments": (".comments+xml",),
}
_PICTURES = {"image", "thumbnail", f"{_PACKAGE}metadata/thumbnail", f"{_MICROSOFT}2007/relationships/hdphoto"}
_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\xd7\xcd\xc6\x9a",
               b"\x01\0\x09\0", b"\x01\0\0\0", b"RIFF", b"II\xbc\x01")  # fmt: skip
_EMBEDDED = "it holds an embedded object (OLE)"
_MACROS = "it holds macros"
_OTHER_DOCUMENT = "it takes in another document"
_CONNECTION = "it holds a data connection"
_MEDIA = "it holds a video or a sound"
_REFUSED = {
    "attachedTemplate": "it takes its template from elsewhere", "oleObject": _EMBEDDED,
    "package": "it holds an embedded file", "control": "it holds a control (ActiveX)", "vbaProject": _MACROS,
    "xlMacrosheet": _MACROS, "xlIntlMacrosheet": _MACROS, "dialogsheet": _MACROS,
    "externalLink": "it links to another workbook", "externalLinkPath": "it links to another workbook",
    "connections": _CONNECTION, "queryTable": _CONNECTION, "xmlMaps": _CONNECTION, "volatileDependencies": _CONNECTION,
    "aFChunk": _OTHER_DOCUMENT, "subDocument": _OTHER_DOCUMENT, "frame": _OTHER_DOCUMENT,
    "mailMergeSource": "it takes in a data source", "mailMergeHeaderSource": "it takes in a data source",
    "recipientData": "it takes in a data source", "audio": _MEDIA, "video": _MEDIA,
    f"{_MICROSOFT}2007/relationships/media": _MEDIA, f"{_MICROSOFT}2006/relationships/vbaProject": _MACROS,
    f"{_MICROSOFT}2006/relationships/ui/extensibility": "it changes the ribbon",
    f"{_MICROSOFT}2007/relationships/ui/extensibility": "it changes the ribbon",
    f"{_MICROSOFT}2011/relationships/webextension": "it holds an add-in",
    f"{_MICROSOFT}2011/relationships/webextensiontaskpanes": "it holds an add-in",
}  # fmt: skip
_UNITS = {"xlsx": ("sheet", {"worksheet"}), "pptx": ("slide", {"slide"})}


def look_into(format: str, data: bytes) -> tuple[str, str]:
    """Read a file.

    Args:
        format: ``xlsx``, ``docx`` or ``pptx``.
        data: The whole file.

    Returns:
        Why it is refused (empty where it is not), and how much there is of it.
    """
    try:
        document = _Document(format, Package(data))
        document.read()
    except RefusedPackage as refused:
        return str(refused), ""
    unit, kinds = _UNITS.get(format, ("", set()))
    number = sum(kind in kinds for kind in document.kinds.values())
    if number > MAX_PAGES:
        return f"it has {number:,} {unit}s", ""
    return "", f"{number} {unit}{'s' if number != 1 else ''}" if number else ""


@dataclass
class _Document:
    """A document whose parts are read one after the other.

    Attributes:
        kinds: The parts that were reached, each with the kind of the relationship that led to it.
    """

    format: str
    package: Package
    inner: bool = False
    kinds: dict[str, str] = field(default_factory=dict)
    formulas: Formulas = field(default_factory=Formulas)

    def read(self) -> None:
        """Read all parts.

        Raises:
            RefusedPackage: The document is refused.
        """
        if sum(self.package.parts.values()) > MAX_XML and any(
            size > MAX_XML for part, size in self.package.parts.items() if self._is_xml(part)
        ):
            raise RefusedPackage("it is too large to be checked")
        main = [relation for relation in self.package.relations("") if relation.kind == "officeDocument"]
        if len(main) != 1 or main[0].external or self.package.type_of(main[0].target) != _MAIN[self.format]:
            raise RefusedPackage(f"it is not a .{self.format} file inside")
        if self.format == "xlsx":
            self._learn_names(main[0].target)
        waiting = [("", relation) for relation in self.package.relations("")]
        while waiting:
            source, relation = waiting.pop()
            waiting += self._visit(source, relation)
        self._check_all_reached()
        self._check_cells()

    def _visit(self, source: str, relation: Relation) -> list[tuple[str, Relation]]:
        """Judge a relationship and, at the first time, the part that it leads to; returns what leads on from there."""
        part = relation.target
        if relation.external:
            _check_external(relation)
            return []
        if part not in self.package.parts:
            raise RefusedPackage(_REFUSED.get(relation.kind, f"a part of it is missing ({part[:60]})"))
        if part in self.kinds:
            if self.kinds[part] != relation.kind and {self.kinds[part], relation.kind} - _PICTURES:
                raise RefusedPackage(f"a part of it is two things at once ({part[:60]})")
            return []
        self.kinds[part] = relation.kind
        following = self.package.relations(part)
        if self._read_part(source, part, relation.kind) != "xml" and following:
            raise RefusedPackage("a picture or a font in it has parts of its own")
        return [(part, relation) for relation in following]

    def _read_part(self, source: str, part: str, kind: str) -> str:
        type = self.package.type_of(part)
        if (kind == "officeDocument" and source == "") or (kind in _XML and type.endswith(_XML[kind])):
            self._read_xml(part)
        elif kind in _PICTURES and type.startswith("image/"):
            _check_picture(type, self.package.read(part))
            return "picture"
        elif kind == "font" and type in {
            f"{_OFFICE}obfuscatedfont",
            "application/x-fontdata",
            "application/x-font-ttf",
        }:
            _check_opaque(self.package.read(part))
            return "font"
        elif kind == "printerSettings" and type.endswith(".printersettings"):
            _check_opaque(self.package.read(part))
            return "settings"
        elif kind == "package" and type == _WORKBOOK and self.kinds.get(source) == "chart" and not self.inner:
            _Document("xlsx", Package(self.package.read(part), self.package.budget), inner=True).read()
            return "workbook"
        else:
            raise RefusedPackage(
                _REFUSED.get(kind, f"it holds a part of an unknown kind ({_short(kind)}, {part[:60]})")
            )
        return "xml"

    def _read_xml(self, part: str) -> None:
        reason = markup.reason(self.package.read(part), self.formulas, workbook=self.format == "xlsx")
        if reason:
            raise RefusedPackage(reason)

    def _is_xml(self, part: str) -> bool:
        return not self.package.type_of(part).startswith("image/")

    def _learn_names(self, workbook: str) -> None:
        for name, attributes in elements(self.package.read(workbook)):
            if name.rpartition(" ")[2] == "definedName":
                self.formulas.names.add(attributes.get("name", "").lower())

    def _check_all_reached(self) -> None:
        for part in self.package.parts:
            folder, _, name = part.rpartition("/")
            owner = f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"
            own = name.endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels"))
            if part not in self.kinds and part != TYPES and not (own and (owner in self.kinds or owner == "")):
                raise RefusedPackage(f"nothing in it leads to one of its parts ({part[:60]})")

    def _check_cells(self) -> None:
        """Texts of cells, where a formula takes them for addresses or for references."""
        if not (self.formulas.follows or self.formulas.indirect):
            return
        if self.formulas.builds_links:
            raise RefusedPackage(BUILT)
        for part in self._parts_of({"worksheet", "sharedStrings"}):
            for text in markup.texts(self.package.read(part)):
                reason = self.formulas.link_from_cells(text) if self.formulas.follows else ""
                if not reason and self.formulas.indirect:
                    reason = self.formulas.reference_from_cells(text)
                if reason:
                    raise RefusedPackage(reason)

    def _parts_of(self, kinds: Iterable[str]) -> list[str]:
        return [part for part, kind in self.kinds.items() if kind in kinds]


def _check_external(relation: Relation) -> None:
    if relation.kind in _REFUSED:
        raise RefusedPackage(_REFUSED[relation.kind])
    if relation.kind != "hyperlink":
        raise RefusedPackage("it loads something from elsewhere")
    if not links.allowed(relation.target):
        raise RefusedPackage(links.REASON)


def _check_picture(type: str, data: bytes) -> None:
    if type == "image/svg+xml":
        if not svg.is_harmless(data):
            raise RefusedPackage("a drawing in it (SVG) runs or loads something")
    elif not data.startswith(_SIGNATURES):
        raise RefusedPackage("a picture in it is none")


def _check_opaque(data: bytes) -> None:
    """Fonts and a printer's settings cannot be read: they may be no other kind of part, and name no share."""
    head = data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0")
    share = "\\\\".encode("utf-16-le")
    if head.startswith((b"<", b"PK", b"MZ", b"\xd0\xcf\x11\xe0", b"%PDF")) or share in data or b"\\\\" in data:
        raise RefusedPackage("a part of it is not what it says")


def _short(kind: str) -> str:
    return re.sub(r"[^\w\-]", "", kind.rpartition("/")[2])[:40]
