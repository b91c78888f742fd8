"""The nbconvert exporter ``analyst_docx``: a Word file with real headings, native tables and pictures."""

from __future__ import annotations

import copy
import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from ..filetypes import FILE_TYPES
from ..wording import count
from .elements import Element, Grid, Heading, Listing, Paragraph, Picture, Plot, Run
from .exporter import FileExporter
from .look import dress_document
from .mathematics import omml
from .pictures import Pictures
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

_MARGIN = Cm(2)
_UNDER_FIGURE = Cm(3.7)
"""What a figure leaves of a page: its caption, or the heading over it."""
_ROWS = 200
_COLUMNS = 60
_MONO = "Consolas"
_INK, _SOFT, _LINK, _BAD = (RGBColor.from_string(c) for c in ("1F2328", "57606A", "0969DA", "B3261E"))
_MAX_CODE = 60_000
_MAX_LINES = 100
_MAX_CELL = 2000


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
        self._width, self._height = Cm(width) - 2 * _MARGIN, Cm(height) - 2 * _MARGIN - _UNDER_FIGURE
        _set_up(self.document, report)
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
            entries.append((2, "How this was made", "how-this-was-made"))
        self._text("Contents", "TOC Heading")
        for place, (level, text, anchor) in enumerate(entries):
            line = self._text("", f"TOC {min(3, max(1, level - 1))}")
            if place == 0:
                _field(line, r'TOC \o "1-3" \h \z \u', ("begin", "separate"))
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), self._mark(anchor))
            run = line.add_run(text)
            link.append(run._r)
            line._p.append(link)
            if place == len(entries) - 1:
                _field(line, "", ("end",))

    def appendix(self, entries: Sequence[Source], programs: Grid) -> None:
        """How the answers were made."""
        if not entries:
            return
        self.document.add_page_break()  # type: ignore[no-untyped-call]
        self._heading(Heading(2, "How this was made", "how-this-was-made"))
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
        if paragraph.style in {"bullet", "number"}:
            depth = min(3, paragraph.depth)
            kind = "List Bullet" if paragraph.style == "bullet" else "List Number"
            style = kind if depth == 1 else f"{kind} {depth}"
        line = self.document.add_paragraph(style=style)
        if paragraph.style == "number":
            self._numbered(line, style, paragraph.number)
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
                made.font.name = _MONO
                made.font.size = Pt(9)
            if run.colour:
                made.font.color.rgb = RGBColor.from_string(run.colour.upper())
            if run.link.startswith("#"):
                self._jump(line, made, run.link[1:])
            elif run.link:
                self._link(line, made, run.link)

    def _link(self, line: Any, run: Any, target: str) -> None:
        run.font.color.rgb = _LINK
        run.font.underline = True
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), line.part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        line._p.append(link)
        link.append(run._r)

    def _jump(self, line: Any, run: Any, anchor: str) -> None:
        """A link to a place of the report; where it has no such place, the words alone."""
        if anchor not in self._anchors:
            return
        run.font.color.rgb = _LINK
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
                self._text("The rest was left out here.", "Facts")
                return

    def _grid(self, grid: Grid, *, facts: bool = False) -> None:
        shortened_grid, said = (grid, "") if facts else shortened(grid, _ROWS, _COLUMNS)
        self.lost += rows_left_out(grid, shortened_grid)
        wide = Emu(self._width).pt
        parts = [shortened_grid] if facts else _parts(shortened_grid, wide)
        words = [text for text in (shortened_grid.caption, said) if text]
        for number, part in enumerate(parts, 1):
            widths, size = ([Cm(3.6).pt, wide - Cm(3.6).pt], 8.0) if facts else _columns(part, wide)
            table = _native_table(self.document, part, widths, size, facts=facts)
            table._tbl.tblPr.append(_described(part))
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
        _fit(shape, self._width, self._height, natural=not isinstance(element, Plot), data=picture.data)
        described = shape._inline.docPr
        described.set("descr", xml_text(element.alt)[:2000] or "Picture")
        described.set("name", f"Figure {described.get('id')}")
        if isinstance(element, Plot) and element.note:
            self._text(element.note, "Facts")


_BROKEN = (ValueError, KeyError, ZeroDivisionError, OverflowError, struct.error)
"""What the reader of pictures raises besides its own errors when one is cut or forged."""


def _fit(shape: Any, most: int, high: int, *, natural: bool, data: bytes) -> None:
    """At most as wide and as high as the text; a picture of the notebook no larger than it is on a screen."""
    ratio = shape.height / max(1, shape.width)
    width = int(most)
    if natural:
        image = Image.from_blob(data)
        width = min(width, int(image.px_width * Emu(9525)))
    width = max(1, min(width, int(high / ratio) if ratio else width))
    shape.width, shape.height = Emu(width), Emu(max(1, int(width * ratio)))


def _letters(grid: Grid) -> list[int]:
    """How many letters each column is wide."""
    rows = [*grid.head, *grid.rows[:60]]
    return [min(40, max(3, *(len(row[column]) for row in rows))) for column in range(grid.width)]


def _columns(grid: Grid, wide: float) -> tuple[list[float], float]:
    """The widths of the columns in points, and the size of type in which they fit the paper."""
    letters = _letters(grid)
    for size in (9.0, 8.0, 7.0):
        widths = [count * size * 0.68 + 13 for count in letters]
        if sum(widths) <= wide:
            return widths, size
    scale = wide / sum(widths)  # long texts, which wrap
    return [width * scale for width in widths], 8.0


def _parts(grid: Grid, wide: float) -> list[Grid]:
    """A table that is too wide for the paper as several under each other, with the labels of its rows in each."""
    letters = _letters(grid)
    widths = [min(count, 24) * 8.0 * 0.68 + 13 for count in letters]
    if sum(count * 7.0 * 0.68 + 13 for count in letters) <= wide or grid.width < 6:
        return [grid]
    labels = list(range(grid.labels if grid.labels < 4 else 0))
    groups: list[list[int]] = [list(labels)]
    for column in range(len(labels), grid.width):
        if len(groups[-1]) > len(labels) and sum(widths[one] for one in groups[-1]) + widths[column] > wide:
            groups.append(list(labels))
        groups[-1].append(column)
    return [
        replace(
            grid,
            head=tuple(tuple(row[one] for one in group) for row in grid.head),
            rows=tuple(tuple(row[one] for one in group) for row in grid.rows),
        )
        for group in groups
    ]


def _native_table(document: Any, grid: Grid, widths: Sequence[float], size: float, *, facts: bool) -> Any:
    """A table of Word. Its rows are made as XML: python-docx looks through the whole table for each cell."""
    table = document.add_table(rows=0, cols=grid.width, style="Report Table")
    table.autofit = False
    twips = [int(width * 20) for width in widths]
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), twips, strict=True):
        column.set(qn("w:w"), str(width))
    measure = table._tbl.tblPr.find(qn("w:tblW"))
    measure.set(qn("w:type"), "dxa")
    measure.set(qn("w:w"), str(sum(twips)))
    right = [not facts and grid.numeric(column) for column in range(grid.width)]
    for number, cells in enumerate((*grid.head, *grid.rows)):
        head = number < len(grid.head)
        row = OxmlElement("w:tr")
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:cantSplit"))
        if head:
            properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
        for column, text in enumerate(cells):
            bold = head or (column < grid.labels and not facts)
            row.append(_cell(text, size, document.part, bold=bold, right=right[column], width=twips[column]))
        table._tbl.append(row)
    return table


def _cell(text: str, size: float, part: Any, *, bold: bool, right: bool, width: int) -> Any:
    cell, line = OxmlElement("w:tc"), OxmlElement("w:p")
    properties = OxmlElement("w:tcPr")
    measure = OxmlElement("w:tcW")
    measure.set(qn("w:w"), str(width))
    measure.set(qn("w:type"), "dxa")
    properties.append(measure)
    fill, colour = getattr(text, "fill", ""), getattr(text, "colour", "")
    if fill:
        properties.append(_shade(fill))
    cell.append(properties)
    style = OxmlElement("w:pPr")
    name = OxmlElement("w:pStyle")
    name.set(qn("w:val"), "TableText")
    style.append(name)
    if right:
        align = OxmlElement("w:jc")
        align.set(qn("w:val"), "right")
        style.append(align)
    line.append(style)
    look = OxmlElement("w:rPr")
    if bold or getattr(text, "bold", False):
        look.append(OxmlElement("w:b"))
    if colour:
        ink = OxmlElement("w:color")
        ink.set(qn("w:val"), colour)
        look.append(ink)
    points = OxmlElement("w:sz")
    points.set(qn("w:val"), str(int(size * 2)))
    look.append(points)
    pieces = list(getattr(text, "runs", ())) or [Run(text)]
    for piece in pieces:
        if piece.math and (formula := omml(piece.math)) is not None:
            line.append(formula)
        else:
            line.append(_linked(_cell_run(piece, look), piece.link, part))
    cell.append(line)
    return cell


def _cell_run(piece: Run, look: Any) -> Any:
    """A piece of a cell's text; one that is too long for a cell ends with an ellipsis."""
    run, words = OxmlElement("w:r"), OxmlElement("w:t")
    look = copy.deepcopy(look)
    for place, name in enumerate(name for name, is_so in (("b", piece.bold), ("i", piece.italic)) if is_so):
        if look.find(qn(f"w:{name}")) is None:
            look.insert(place, OxmlElement(f"w:{name}"))
    if piece.strike:
        look.insert(len(look.findall(qn("w:b"))) + len(look.findall(qn("w:i"))), OxmlElement("w:strike"))
    if piece.code:
        fonts = OxmlElement("w:rFonts")
        fonts.set(qn("w:ascii"), _MONO)
        fonts.set(qn("w:hAnsi"), _MONO)
        look.insert(0, fonts)
    if piece.raised:
        raised = OxmlElement("w:vertAlign")
        raised.set(qn("w:val"), "superscript" if piece.raised == "sup" else "subscript")
        look.append(raised)
    run.append(look)
    words.text = piece.text if len(piece.text) <= _MAX_CELL else f"{piece.text[:_MAX_CELL].rstrip()} …"
    words.set(qn("xml:space"), "preserve")
    run.append(words)
    return run


def _linked(run: Any, target: str, part: Any) -> Any:
    """A piece of a cell that leads to the web; any other as it is."""
    if not target or target.startswith("#"):
        return run
    look = run.find(qn("w:rPr"))
    ink = look.find(qn("w:color"))
    if ink is None:
        ink = OxmlElement("w:color")
        look.insert(list(look).index(look.find(qn("w:sz"))), ink)
    ink.set(qn("w:val"), str(_LINK))
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(target, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run)
    return link


def _described(grid: Grid) -> Any:
    """The table's alternative text."""
    described = OxmlElement("w:tblDescription")
    head = ", ".join(grid.head[-1]) if grid.head else ""
    described.set(qn("w:val"), f"Table of {count(len(grid.rows), 'row')}{': ' if head else ''}{head}"[:500])
    return described


def _field(line: Any, code: str, parts: Iterable[str]) -> None:
    """The marks of a field; between ``separate`` and ``end`` stands what it last gave."""
    for part in parts:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), part)
        line.add_run()._r.append(mark)
        if part == "begin":
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = f" {code} "
            line.add_run()._r.append(instruction)


def _set_up(document: Any, report: Report) -> None:
    """Paper, styles, properties and the line at the foot of each page."""
    section = document.sections[0]
    width, height = report.options.sheet
    section.page_width, section.page_height = Cm(width), Cm(height)
    if width > height:
        section.orientation = WD_ORIENT.LANDSCAPE
    if report.options.header:
        section.header.paragraphs[0].text = xml_text(report.options.header)
        section.header.paragraphs[0].style = document.styles["Header"]
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    properties = document.core_properties
    properties.title, properties.author = xml_text(report.title)[:255], "Analyst Magic"
    properties.comments, properties.language = "", report.language
    _styles(document, report.language)
    foot = section.footer.paragraphs[0]
    foot.style = document.styles["Facts"]
    foot.alignment = WD_ALIGN_PARAGRAPH.LEFT
    foot.add_run(f"{xml_text(report.source)} · page ")
    _field(foot, "PAGE", ("begin", "separate"))
    foot.add_run("1")
    _field(foot, "", ("end",))


def _styles(document: Any, language: str) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(10.5), _INK
    normal.paragraph_format.space_after = Pt(6)
    defaults = styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}/{qn('w:lang')}")
    if defaults is not None:
        defaults.set(qn("w:val"), language)
    for name in ("Title", *(f"Heading {level}" for level in range(1, 7))):
        style = styles[name]
        style.font.color.rgb, style.font.italic = _INK, None
        for fonts in style.element.findall(f".//{qn('w:rFonts')}"):
            for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{kind}"), None)
        style.font.name = "Calibri"
    styles["Title"].font.size = Pt(24)
    for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)
    for level, size in enumerate((16, 13, 11.5, 11, 10.5, 10.5), 1):
        styles[f"Heading {level}"].font.size = Pt(size)
    _add(styles, "Facts", 8.5, _SOFT)
    styles["Facts"].paragraph_format.space_before = Pt(2)
    answer = _add(styles, "Answer", 14, _INK)
    answer.paragraph_format.space_before = answer.paragraph_format.space_after = Pt(4)
    _add(styles, "Error", 10.5, _BAD)
    _add(styles, "Notice", 10.5, RGBColor.from_string("7A4D00"))
    callout = _add(styles, "Callout", 10.5, _INK)
    callout.paragraph_format.left_indent = Cm(0.4)
    callout.element.get_or_add_pPr().append(_shade("EEF3FB"))
    _add(styles, "Figure", 10.5, _INK)
    table_text = _add(styles, "Table Text", 9, _INK)
    table_text.element.set(qn("w:styleId"), "TableText")
    table_text.paragraph_format.space_after = table_text.paragraph_format.space_before = Pt(1)
    code = _add(styles, "Code", 8, _INK)
    code.font.name = _MONO
    code.paragraph_format.line_spacing = 1.0
    code.element.get_or_add_pPr().append(_shade("F6F8FA"))
    for level in range(1, 4):
        entry = _add(styles, f"TOC {level}", 10, _INK)
        entry.paragraph_format.left_indent = Cm(0.6 * (level - 1))
        entry.paragraph_format.space_after = Pt(2)
    _add(styles, "TOC Heading", 12, _SOFT)
    _table_style(styles)


def _shade(fill: str) -> Any:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shade.set(qn(f"w:{name}"), value)
    return shade


def _add(styles: Any, name: str, size: float, colour: RGBColor) -> Any:
    found = [style for style in styles if style.name == name]
    style = found[0] if found else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = styles["Normal"]
    style.font.size, style.font.color.rgb = Pt(size), colour
    return style


def _table_style(styles: Any) -> None:
    """Lines under rows and nothing else, as on the page."""
    style = styles.add_style("Report Table", WD_STYLE_TYPE.TABLE)
    style.base_style = styles["Normal Table"]
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "D0D7DE")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties.append(borders)
    style.element.append(properties)
