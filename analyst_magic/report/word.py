"""The nbconvert exporter ``analyst_docx``: a Word file with real headings, native tables and pictures."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from ..drawing.pictures import Pictures
from ..filetypes import FILE_TYPES
from ..language import tr
from .elements import Element, Grid, Heading, Listing, Paragraph, Picture, Plot, Run
from .exporter import FileExporter
from .look import dress_document
from .mathematics import omml
from .plain import xml_text
from .reading import Report
from .story import (
    Passage,
    Source,
    abstract,
    cited,
    cut_lines,
    head,
    passages,
    rows_left_out,
    shortened,
    sources,
    versions,
)
from .word_styles import CALLOUT_FILL, LINK, MARGIN, MONO, add_field, set_up, shade
from .word_tables import column_widths, description_of, native_table, parts_of

_UNDER_FIGURE = Cm(3.7)
"""What a figure leaves of a page: its caption, or the heading over it."""
_ROWS = 200
_COLUMNS = 60
_MAX_CODE = 60_000
_MAX_LINES = 100


class AnalystDocxExporter(FileExporter):
    """A report to go on working with in Word: what is a heading, a table or a list is one there too."""

    export_from_notebook = "Analyst report (Word)"
    output_mimetype = FILE_TYPES["docx"].mime
    extension = ".docx"

    def write(self, report: Report) -> tuple[bytes, Mapping[str, int]]:
        """The report as the bytes of a ``.docx`` file, and how many rows of tables were left out."""
        return word_file(report)


def word_file(report: Report) -> tuple[bytes, Mapping[str, int]]:
    """A report as the bytes of a ``.docx`` file, and how many rows of tables were left out."""
    story = passages(report)
    drawn = [element for passage in story for element in passage.body]
    writer = _Writer(report, Pictures(drawn), anchors([*drawn, *cited(report)]))
    for place, passage in enumerate(story):
        writer.passage(passage)
        if place == 0 and not report.own_title:
            writer.contents()
    for element in cited(report):
        writer.element(element)
    if report.options.appendix:
        writer.appendix(sources(report), versions(report))
    made = BytesIO()
    writer.document.save(made)
    return made.getvalue(), writer.lost


def anchors(story: Iterable[Element]) -> set[str]:
    """The places of a report that links may lead to."""
    return {element.anchor for element in story if isinstance(element, Heading | Paragraph) and element.anchor}


class _Writer:
    """Writes a report into a document, from its top."""

    def __init__(self, report: Report, pictures: Pictures, anchors: set[str]) -> None:
        self.document = docx.Document()
        self._report = report
        self._pictures = pictures
        self._titled = False
        self._marks: dict[str, int] = {}
        self._anchors = anchors
        self.lost = Counter[str]()
        self._placed: set[str] = set()
        self._lists: dict[str, int] = {}
        self._last_number: dict[str, int] = {}
        width, height = report.options.sheet
        self._width, self._height = Cm(width) - 2 * MARGIN, Cm(height) - 2 * MARGIN - _UNDER_FIGURE
        set_up(self.document, report)
        dress_document(self.document, report)
        if report.own_title:
            self._heading(Heading(1, xml_text(report.title), "title"))
            for paragraph in head(report):
                self._paragraph(paragraph)
            for element in abstract(report):
                self.element(element)
            self.contents()
        for notice in report.notices:
            self._text(notice, "Notice")

    def passage(self, passage: Passage) -> None:
        """A passage: its question, how it was read, what came of it, and its code where that is to be shown."""
        if passage.heading:
            self._heading(passage.heading)
        for element in passage.answer:
            self._answer(element, "Answer" if passage.brief else "Normal")
        if passage.reading:
            self._text(passage.reading, "Facts").paragraph_format.keep_with_next = bool(passage.body)
        for element in passage.body:
            self.element(element)
        if passage.facts:
            self._text(passage.facts, "Facts")
        if passage.code and passage.open:
            self._method(passage.method)
            self._listing(passage.code)

    def _answer(self, element: Element, style: str) -> None:
        """A part of the answer in words, which stays with what follows it."""
        if isinstance(element, Paragraph) and element.style == "text":
            line = self.document.add_paragraph(style=style)
            self._runs(line, element.runs)
            line.paragraph_format.keep_with_next = style == "Answer"
        else:
            self.element(element)

    def _method(self, method: str) -> None:
        if method:
            self._text(method, "Facts").paragraph_format.keep_with_next = True

    def element(self, element: Element) -> None:
        """An element in its native form."""
        if isinstance(element, Heading):
            self._heading(element)
        elif isinstance(element, Paragraph):
            self._paragraph(element)
        elif isinstance(element, Listing):
            self._listing(cut_lines(element, _MAX_LINES))
        elif isinstance(element, Grid):
            self._grid(element)
        else:
            self._picture(element)

    def contents(self) -> None:
        """A table of contents: a field that Word fills in, and until then the entries as links."""
        entries = [(entry.level, xml_text(entry.text), entry.anchor) for entry in self._report.contents]
        if len(entries) < 2:
            return
        if self._report.provenance:
            entries.append((2, tr("How this was made"), "how-this-was-made"))
        self._text(tr("Contents"), "TOC Heading")
        for place, (level, text, anchor) in enumerate(entries):
            line = self._text("", f"TOC {min(3, max(1, level - 1))}")
            if place == 0:
                add_field(line, r'TOC \o "1-3" \h \z \u', ("begin", "separate"))
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), self._mark(anchor))
            run = line.add_run(text)
            link.append(run._r)
            line._p.append(link)
            if place == len(entries) - 1:
                add_field(line, "", ("end",))

    def appendix(self, entries: Sequence[Source], programs: Grid) -> None:
        """How the answers were made."""
        if not entries:
            return
        self.document.add_page_break()  # type: ignore[no-untyped-call]
        self._heading(Heading(2, tr("How this was made"), "how-this-was-made"))
        for entry in entries:
            self._heading(Heading(3, entry.title))
            for note in entry.notes:
                self._text(xml_text(note), "Notice")
            if entry.facts:
                self._grid(entry.facts, facts=True)
            self._method(entry.method)
            if entry.code:
                self._listing(entry.code)
        self._heading(Heading(3, "Programs"))
        self._grid(programs, facts=True)

    def _heading(self, heading: Heading) -> None:
        """The first heading of level 1 is the title; all others move up by one, so that no level is skipped."""
        if heading.level == 1 and not self._titled:
            self._titled = True
            line = self.document.add_paragraph(style="Title")
        else:
            line = self.document.add_heading(level=max(1, heading.level - 1))
        self._runs(line, heading.runs or [Run(heading.text)])
        self._bookmark(line, heading.anchor)

    def _bookmark(self, line: Any, anchor: str) -> None:
        """Make a paragraph a place that links lead to; each has one, where it stands first."""
        if not anchor or anchor in self._placed:
            return
        self._placed.add(anchor)
        number = str(len(self._placed))
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        start.set(qn("w:id"), number)
        start.set(qn("w:name"), self._mark(anchor))
        end.set(qn("w:id"), number)
        line._p.insert(1 if line._p.pPr is not None else 0, start)
        line._p.append(end)

    def _mark(self, anchor: str) -> str:
        """The name of a bookmark: Word allows 40 characters, and no signs."""
        return f"part_{self._marks.setdefault(anchor, len(self._marks) + 1)}"

    def _text(self, text: str, style: str = "Normal") -> Any:
        return self.document.add_paragraph(text, style=style)

    def _paragraph(self, paragraph: Paragraph) -> None:
        styles = {
            "quote": "Quote", "note": "Facts", "error": "Error", "caption": "Facts", "callout": "Callout",
            "definition": "List Continue",
        }  # fmt: skip
        style = styles.get(paragraph.style, "Normal")
        if paragraph.style == "definition" and paragraph.depth > 1:
            style = f"List Continue {min(3, paragraph.depth)}"
        if paragraph.style in {"bullet", "number"}:
            depth = min(3, paragraph.depth)
            kind = "List Bullet" if paragraph.style == "bullet" else "List Number"
            style = kind if depth == 1 else f"{kind} {depth}"
        line = self.document.add_paragraph(style=style)
        if paragraph.style == "number":
            self._numbered(line, style, paragraph.number)
        if paragraph.boxed and paragraph.style != "callout":
            line._p.get_or_add_pPr().append(shade(CALLOUT_FILL))
        if paragraph.style == "formula":
            self._formula(line, paragraph.runs)
        else:
            self._runs(line, paragraph.runs)
        self._bookmark(line, paragraph.anchor)

    def _numbered(self, line: Any, style: str, number: int) -> None:
        """Count each list from its own first number: Word goes on where the last one of the style ended."""
        if not number:  # a further paragraph of an entry
            line.style = "List Continue"
            return
        if number == self._last_number.get(style, 0) + 1 and number > 1:
            counted = self._lists[style]
        else:
            numbering = self.document.part.numbering_part.element
            used = self.document.styles[style].element.pPr.numPr.numId.val
            abstract = next(one.abstractNumId.val for one in numbering.num_lst if one.numId == used)
            made = numbering.add_num(abstract)
            made.add_lvlOverride(ilvl=0).add_startOverride(number)
            counted = self._lists[style] = made.numId
        self._last_number[style] = number
        properties = line._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = counted

    def _formula(self, line: Any, runs: Sequence[Run]) -> None:
        """A formula in the middle of its line, its number at the end."""
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(int(self._width / 2), WD_TAB_ALIGNMENT.CENTER)
        stops.add_tab_stop(self._width, WD_TAB_ALIGNMENT.RIGHT)
        line.add_run("\t")
        for run in runs:
            if not run.math and run.text.strip():
                line.add_run("\t")
            self._runs(line, [run])

    def _runs(self, line: Any, runs: Iterable[Run]) -> None:
        for run in runs:
            if run.math and (formula := omml(run.math)) is not None:
                line._p.append(formula)
                continue
            made = line.add_run(run.text)
            made.bold, made.italic, made.font.strike = run.bold or None, run.italic or None, run.strike or None
            made.font.superscript, made.font.subscript = run.raised == "sup" or None, run.raised == "sub" or None
            if run.code:
                made.font.name = MONO
                made.font.size = Pt(9)
            if run.colour:
                made.font.color.rgb = RGBColor.from_string(run.colour.upper())
            if run.link.startswith("#"):
                self._jump(line, made, run.link[1:])
            elif run.link:
                self._link(line, made, run.link)

    def _link(self, line: Any, run: Any, target: str) -> None:
        run.font.color.rgb = LINK
        run.font.underline = True
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), line.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        line._p.append(link)
        link.append(run._r)

    def _jump(self, line: Any, run: Any, anchor: str) -> None:
        """A link to a place of the report; where it has no such place, the words alone."""
        if anchor not in self._anchors:
            return
        run.font.color.rgb = LINK
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), self._mark(anchor))
        line._p.append(link)
        link.append(run._r)

    def _listing(self, code: Listing) -> None:
        line = self.document.add_paragraph(style="Code")
        left = _MAX_CODE
        for run in code.runs:
            made = line.add_run(run.text[:left])
            made.bold = run.bold or None
            if run.colour:
                made.font.color.rgb = RGBColor.from_string(run.colour.upper())
            left -= len(run.text)
            if left <= 0:
                self._text(tr("The rest was left out here."), "Facts")
                return

    def _grid(self, grid: Grid, *, facts: bool = False) -> None:
        shortened_grid, said = (grid, "") if facts else shortened(grid, _ROWS, _COLUMNS)
        self.lost += rows_left_out(grid, shortened_grid)
        wide = Emu(self._width).pt
        parts = [shortened_grid] if facts else parts_of(shortened_grid, wide)
        words = [text for text in (shortened_grid.caption, said) if text]
        for number, part in enumerate(parts, 1):
            widths, size = ([Cm(3.6).pt, wide - Cm(3.6).pt], 8.0) if facts else column_widths(part, wide)
            table = native_table(self.document, part, widths, size, facts=facts)
            table._tbl.tblPr.append(description_of(part))
            if number < len(parts) or not words:  # else Word would make one table of two
                self._text("", "Facts").paragraph_format.space_after = Pt(0)
        for text in words:
            self._text(text, "Facts")

    def _picture(self, element: Picture | Plot) -> None:
        picture = self._pictures.of(element)
        if picture is None:
            why = self._pictures.missing or "it cannot be read"
            self._text(f"A figure was left out, as {why}. {xml_text(element.alt)}", "Facts")
            return
        line = self.document.add_paragraph(style="Figure")
        try:
            shape = line.add_run().add_picture(BytesIO(picture.data), width=self._width)
        except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, *_BROKEN):
            line.style = "Facts"
            line.add_run(f"A picture was left out, as it cannot be read. {xml_text(element.alt)}")
            return
        wanted = element.width if isinstance(element, Picture) else ""
        _fit(shape, self._width, self._height, wanted, natural=not isinstance(element, Plot), data=picture.data)
        described = shape._inline.docPr
        described.set("descr", xml_text(element.alt)[:2000] or "Picture")
        described.set("name", f"Figure {described.get('id')}")
        if isinstance(element, Plot) and element.note:
            self._text(element.note, "Facts")


_BROKEN = (ValueError, KeyError, ZeroDivisionError, OverflowError, struct.error)
"""What the reader of pictures raises besides its own errors when one is cut or forged."""


def _fit(shape: Any, most: int, high: int, wanted: str, *, natural: bool, data: bytes) -> None:
    """At most as wide and as high as the text; a picture of the notebook no larger than it is on a screen."""
    ratio = shape.height / max(1, shape.width)
    width = int(most)
    if natural:
        image = Image.from_blob(data)
        width = min(width, _wanted(wanted, int(most)) or int(image.px_width * Emu(9525)))
    width = max(1, min(width, int(high / ratio) if ratio else width))
    shape.width, shape.height = Emu(width), Emu(max(1, int(width * ratio)))


def _wanted(width: str, most: int) -> int:
    """The width that an author asks for; 0 where none is asked for."""
    found = re.fullmatch(r"(\d{1,5})(?:\.\d+)?(px|%)?", width.strip())
    if found is None:
        return 0
    return most * min(100, int(found[1])) // 100 if found[2] == "%" else int(found[1]) * 9525
