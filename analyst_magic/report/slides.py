"""The nbconvert exporter ``analyst_pptx``: a slide for each question, with native tables, figures and notes."""

from __future__ import annotations

import struct
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from PIL import UnidentifiedImageError
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt
from traitlets import Integer

from ..filetypes import FILE_TYPES
from ..wording import count
from .elements import Element, Grid, Heading, Listing, Paragraph, Picture, Plot, Run
from .exporter import FileExporter
from .look import dress_deck
from .mathematics import omml
from .pictures import Pictures
from .plain import xml_text
from .reading import Report
from .slide_formulas import add_formula, with_plain_formulas
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

_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_LEFT, _TOP, _BODY_WIDTH, _BODY_HEIGHT = Inches(0.6), Inches(1.75), Inches(12.13), Inches(5.1)
_MONO = "Consolas"
_INK, _SOFT, _ACCENT, _BAD, _RAISED, _WHITE = (
    RGBColor.from_string(colour)  # type: ignore[no-untyped-call]
    for colour in ("1F2328", "57606A", "4C6EF5", "B3261E", "F6F8FA", "FFFFFF")
)
_TABLE_ROWS = 60
_PAGES = 6
_MAX_NOTES = 20_000
_MAX_LINES = 36
_MAX_ABOVE = 150.0
"""Points of text that share a slide with a figure or a table."""

MAX_SLIDES = 80
"""Slides that a notebook becomes unless more are asked for."""


class AnalystPptxExporter(FileExporter):
    """A presentation: a slide for what was asked and for each thing that came of it; code is in the notes."""

    export_from_notebook = "Analyst report (PowerPoint)"
    output_mimetype = FILE_TYPES["pptx"].mime
    extension = ".pptx"

    max_slides = Integer(
        None,
        allow_none=True,
        min=1,
        help=f"How many slides the notebook may have before its appendix; {MAX_SLIDES} where nothing is said.",
    ).tag(config=True)

    def write(self, report: Report) -> tuple[bytes, Mapping[str, int]]:
        """The report as the bytes of a ``.pptx`` file, and how many slides and rows of tables were left out."""
        return presentation(report, self.max_slides or report.options.max_slides or MAX_SLIDES)


def presentation(report: Report, most: int = MAX_SLIDES) -> tuple[bytes, Mapping[str, int]]:
    """A report as the bytes of a ``.pptx`` file, and how many slides and rows of tables were left out.

    Args:
        report: The report.
        most: How many slides it may have before its appendix.
    """
    story = passages(report)
    deck = _Deck(report, Pictures([element for passage in story for element in passage.body]), most)
    taken = deck.title_slide(report, story)
    deck.abstract(abstract(report))
    for passage in story[taken:]:
        deck.passage(passage)
    deck.flush()
    for element in cited(report):
        deck.add(element)
    deck.flush()
    deck.appendix()
    for source in sources(report) if report.options.appendix else ():
        deck.source(source)
    if report.provenance and report.options.appendix:
        deck.grid("How this was made", versions(report), _Said())
    with_plain_formulas(deck.deck)
    dress_deck(deck.deck, report)
    made = BytesIO()
    deck.deck.save(made)
    return made.getvalue(), deck.lost


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph on a slide, and how many lines it takes there."""

    runs: tuple[Run, ...]
    lines: int
    size: float = 16
    bullet: str = ""
    depth: int = 0
    colour: RGBColor = _INK


@dataclass(frozen=True, slots=True)
class _Said:
    """What stands between a slide's title and its content: the answer in words, and how the question was read."""

    answer: tuple[Run, ...] = ()
    reading: str = ""

    def __bool__(self) -> bool:
        return bool(self.answer or self.reading)


class _Deck:
    """Writes a report into a presentation, slide by slide."""

    def __init__(self, report: Report, pictures: Pictures, most: int) -> None:
        self.deck = Presentation()
        self._pictures = pictures
        self._section = self._subject = self._heading_of_slide = self._next_notes = ""
        self._prose = True
        self._waiting: list[_Line] = []
        self._notes: list[str] = []
        self._said = _Said()
        self._captioned: Element | None = None
        self._noted = any(block.slide in {"slide", "subslide"} for block in report.blocks)
        self._most = most
        self.lost = Counter[str]()
        self._header = xml_text(report.options.header)
        self._source = xml_text(report.source)
        self._title = xml_text(report.title)
        self.deck.slide_width, self.deck.slide_height = _WIDE, _HIGH
        _arrange(self.deck)
        properties = self.deck.core_properties
        properties.title, properties.author = self._title[:255], "Analyst Magic"
        properties.language = report.language

    def passage(self, passage: Passage) -> None:
        """Put a passage on slides: what is short shares a slide, and each question and heading begins one."""
        if self._noted and passage.slide in {"skip", "notes"}:
            if passage.slide == "notes":
                self._notes.append("\n".join(_spoken(passage.body).split("\n")))
            return
        if passage.heading or (self._noted and passage.slide in {"slide", "subslide"}):
            self.flush()
        if passage.heading:
            self._heading_of_slide = passage.heading.text
        self._next_notes = _notes(passage)
        self._prose = passage.kind == "prose"
        line = _line_above(passage)
        self._said = _Said(line, passage.reading) if line or passage.reading else self._said
        body = passage.body if line else (*passage.answer, *passage.body)
        for place, element in enumerate(body):
            self._element(element, body[place + 1 : place + 2])
        if passage.heading and not passage.body and not passage.answer:
            self._waiting.append(_plain("This question has no results.", colour=_SOFT))
        self._begin_notes()
        if passage.heading or (not self._prose and any(isinstance(element, Heading) for element in body)):
            self.flush()
        if passage.code and passage.open:
            self.flush()
            self._waiting = _code_lines(cut_lines(passage.code, _MAX_LINES))
            self._heading_of_slide = f"Code: {self._head()}"
            self.flush()

    def _begin_notes(self) -> None:
        """From here on slides show the passage that is being written."""
        self._notes, self._next_notes = [*self._notes, self._next_notes], ""

    def _element(self, element: Element, following: Sequence[Element]) -> None:
        if isinstance(element, Paragraph | Listing):
            self._begin_notes()
        if self._captioned is element:
            self._captioned = None
        elif isinstance(element, Heading):
            self.flush()
            self._heading_of_slide = element.text
            if self._prose:  # a heading in an output is about that output alone
                self._subject = element.text
                self._section = element.text if element.level <= 2 else self._section
        elif isinstance(element, Paragraph):
            self._waiting.append(_line(element))
        elif isinstance(element, Listing):
            self._waiting += _code_lines(cut_lines(element, _MAX_LINES))
        else:
            under = following[0] if following else None
            caption = under if isinstance(under, Paragraph) and under.style in {"caption", "note"} else None
            self._captioned = caption
            if _lines_height(self._waiting) > _MAX_ABOVE:
                self.flush()
            self._begin_notes()
            above, self._waiting = self._waiting, []
            self._shown(self._head(), element, self._said, self._spoken_notes(), above, caption.text if caption else "")
            self._said = _Said()

    def _head(self) -> str:
        return self._heading_of_slide or self._subject or self._title

    def _spoken_notes(self) -> str:
        notes, self._notes = "\n\n".join(note for note in self._notes if note), []
        return notes

    def flush(self) -> None:
        """Slides of the text that waits; none where there is nothing to say but a heading."""
        waiting, said = self._waiting, self._said
        self._waiting, self._said = [], _Said()
        if waiting or said:
            self._text(self._head(), waiting, said, self._spoken_notes())
        self._notes = []
        self._heading_of_slide = ""

    def add(self, element: Element) -> None:
        """Put an element that belongs to no cell on the slides."""
        self._prose = True
        self._element(element, ())

    def abstract(self, elements: Sequence[Element]) -> None:
        """A slide of what the notebook says it is about."""
        self._heading_of_slide = "Abstract" if elements else ""
        for element in elements:
            self._element(element, ())
        self.flush()

    def appendix(self) -> None:
        """From here on the slides belong to no section of the notebook, and are not counted."""
        self._section = self._subject = ""
        if self.lost["slide"]:
            said = f"{count(self.lost['slide'], 'more slide')} left out: a presentation has at most {self._most}."
            self._most = 0
            slide = self._slide("What was left out", _Said(), "")
            _lines(slide, [_plain(said), _plain("More: analyst export --max-slides, or Word or HTML.", colour=_SOFT)])
        self._most = 0

    def source(self, source: Source) -> None:
        """A slide of the appendix; the code is in its notes."""
        code = source.code.text if source.code else ""
        if source.facts:
            self.grid(
                "How this was made",
                source.facts,
                _Said(reading=source.title),
                f"{source.method}\n\n{code}".strip(),
                source.notes,
            )

    def grid(
        self,
        title: str,
        grid: Grid,
        said: _Said,
        notes: str = "",
        remarks: Sequence[str] = (),
        above: Sequence[_Line] = (),
    ) -> None:
        """A table, over as many slides as its rows need, the first of them with the text above it."""
        widths, size = _columns(grid)
        shortened_grid, cut = shortened(grid, _TABLE_ROWS, len(widths))
        self.lost += rows_left_out(grid, shortened_grid)
        down = Pt(int(_lines_height(above)))
        pages = list(_pages(shortened_grid, widths, size, _lines_height(above)))
        words = [text for text in (grid.caption, cut, *remarks) if text]
        for number, rows in enumerate(pages, 1):
            of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
            slide = self._slide(f"{title}{of}", said, notes if number == 1 else "")
            if slide is None:
                continue
            top = _TOP + (down if number == 1 else 0)
            if number == 1 and above:
                _lines(slide, above)
            height = _native_table(slide, shortened_grid, rows, widths, size, top)
            if number == len(pages) and words:
                _words(slide, " ".join(words), top + height + Inches(0.08), 11, _SOFT)

    def _shown(
        self,
        title: str,
        element: Grid | Picture | Plot,
        said: _Said,
        notes: str,
        above: Sequence[_Line] = (),
        caption: str = "",
    ) -> None:
        if isinstance(element, Grid):
            self.grid(title, element, said, notes, [caption] if caption else [], above)
            return
        picture = self._pictures.of(element)
        slide = self._slide(title, said, notes)
        if slide is None:
            return
        if above:
            _lines(slide, above)
        if picture is not None:
            try:
                shape = slide.shapes.add_picture(BytesIO(picture.data), _LEFT, _TOP)
            except (UnidentifiedImageError, OSError, *_BROKEN):
                picture = None
        if picture is None:
            why = self._pictures.missing if isinstance(element, Plot) else "it cannot be read"
            alt = xml_text(element.alt)
            sentence = f"A figure was left out, as {why or 'it cannot be read'}. {alt}"
            _lines(slide, [*above, _plain(sentence, colour=_SOFT)])
            return
        note = " ".join(filter(None, [caption, element.note if isinstance(element, Plot) else ""]))
        _fit(shape, _lines_height(above), note=bool(note), natural=isinstance(element, Picture))
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(element.alt)[:2000] or "Picture")
        shape.name = "Figure"
        if note:
            _words(slide, _cut(note, 200), shape.top + shape.height + Inches(0.05), 12, _SOFT)

    def _text(self, title: str, lines: Sequence[_Line], said: _Said, notes: str) -> None:
        """Slides of text; none where there is nothing to say but a heading."""
        if not lines and not said:
            return
        pages = list(_pages_of_text(lines)) or [[]]
        for number, page in enumerate(pages[:_PAGES], 1):
            of = f" ({number} of {min(len(pages), _PAGES)})" if len(pages) > 1 else ""
            slide = self._slide(f"{title}{of}", said, notes if number == 1 else "")
            if slide is not None:
                _lines(slide, page)
        if len(pages) > _PAGES and slide is not None:
            _words(slide, "The rest was left out here.", _TOP + _BODY_HEIGHT, 11, _SOFT)

    def title_slide(self, report: Report, story: Sequence[Passage]) -> int:
        """The first slide; how many of the passages it has taken in: one that is the title and a few words."""
        first = story[0].body if story and story[0].kind == "prose" else ()
        words = [part for part in first[1:] if isinstance(part, Paragraph) and part.style == "text"]
        titled = bool(first) and isinstance(first[0], Heading) and first[0].text == self._title
        short = len(words) == len(first) - 1 <= 3 and sum(len(part.text) for part in words) <= 240
        links = any(run.link or run.math for part in words for run in part.runs)
        taken = titled and short and not links and not report.own_title
        self._title_slide(report, [part.text for part in words] if taken else [])
        return int(taken)

    def _title_slide(self, report: Report, words: Sequence[str]) -> None:
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        title, under = slide.shapes.title, slide.placeholders[1]
        title.text = _cut(self._title, 160)
        _accent(slide, Inches(2.3), Inches(1.4))
        _letters(title.text_frame, 40 if len(self._title) <= 60 else 28, _INK, bold=True)
        said = [paragraph.text for paragraph in head(report) if paragraph.style != "callout"]
        self._running_head(slide)
        under.text = "\n".join([*words, *said, self._source, *(xml_text(notice) for notice in report.notices)])[:600]
        _letters(under.text_frame, 16, _SOFT)

    def _slide(self, title: str, said: _Said, notes: str) -> Any:
        """A slide with its title, what is said under it, the section at its foot, and notes; None beyond the most."""
        if self._most and len(self.deck.slides) > self._most:
            self.lost["slide"] += 1
            return None
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        head = _cut(title, 170)
        slide.shapes.title.text = head
        _letters(
            slide.shapes.title.text_frame, 26 if len(head) <= 55 else 22 if len(head) <= 110 else 18, _INK, bold=True
        )
        letters = sum(len(run.text) for run in said.answer)
        if letters:
            box = _words(slide, "", Inches(1.1), 18 if letters <= 90 else 14, _INK)
            _write(box.text_frame.paragraphs[0], said.answer, 18 if letters <= 90 else 14, _INK)
        if said.reading and letters <= 90:
            place, size = (Inches(1.45), 11) if letters else (Inches(1.2), 13)
            _words(slide, _cut(said.reading, 210), place, size, _SOFT)
        foot = self._section if self._section and self._section not in title else self._title
        number = len(self.deck.slides)
        _words(slide, f"{_cut(foot, 100)} · {number}", Inches(7.02), 10, _SOFT)
        self._running_head(slide)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes[:_MAX_NOTES]
        return slide

    def _running_head(self, slide: Any) -> None:
        """What the reader wants at the head of every slide."""
        if self._header:
            _words(slide, _cut(self._header, 150), Inches(0.05), 10, _SOFT).name = "Header"


_BROKEN = (ValueError, KeyError, ZeroDivisionError, OverflowError, struct.error, SyntaxError)
"""What the reader of pictures raises besides its own errors when one is cut or forged."""


def _arrange(deck: Any) -> None:
    """Put the places of the built-in layouts where they belong on a wide slide."""
    title_layout, layout = deck.slide_layouts[0], deck.slide_layouts[5]
    places = {0: (Inches(2.2), Inches(1.6)), 1: (Inches(4.0), Inches(2.2))}
    for place in title_layout.placeholders:
        if (found := places.get(place.placeholder_format.idx)) is not None:
            place.left, place.width, (place.top, place.height) = _LEFT, _BODY_WIDTH, found
            place.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    for place in layout.placeholders:
        if place.placeholder_format.idx == 0:
            place.left, place.width, place.top, place.height = _LEFT, _BODY_WIDTH, Inches(0.3), Inches(0.9)


def _letters(frame: Any, size: float, colour: RGBColor, *, bold: bool = False) -> None:
    frame.word_wrap = True
    for line in frame.paragraphs:
        line.alignment = PP_ALIGN.LEFT
        line.font.size, line.font.bold, line.font.color.rgb = Pt(size), bold, colour
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if bold else MSO_ANCHOR.TOP


def _words(slide: Any, text: str, top: Any, size: float, colour: RGBColor) -> Any:
    box = slide.shapes.add_textbox(_LEFT, Emu(int(top)), _BODY_WIDTH, Inches(0.35))
    box.text_frame.text = text
    _letters(box.text_frame, size, colour)
    return box


def _write(paragraph: Any, runs: Iterable[Run], size: float, colour: RGBColor) -> None:
    """Runs into a paragraph, each in its style."""
    for run in runs:
        if run.text == "\n":
            paragraph.add_line_break()
            continue
        if run.math and (formula := omml(run.math)) is not None:
            add_formula(paragraph, formula, run.text)
            continue
        made = paragraph.add_run()
        made.text = run.text.replace("\n", " ")
        made.font.size, made.font.color.rgb = Pt(size), colour
        made.font.bold, made.font.italic = run.bold or None, run.italic or None
        look = made._r.get_or_add_rPr()
        if run.strike:
            look.set("strike", "sngStrike")
        if run.raised:
            look.set("baseline", "30000" if run.raised == "sup" else "-25000")
        if run.code:
            made.font.name = _MONO
        if run.colour:
            made.font.color.rgb = _colour(run.colour)
        if run.link and not run.link.startswith("#"):
            made.hyperlink.address = run.link


def _accent(slide: Any, top: Any, height: Any) -> None:
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0.45), top, Inches(0.06), height)
    bar.fill.solid()
    bar.fill.fore_color.rgb = _ACCENT
    bar.line.fill.background()
    bar.shadow.inherit = False
    bar.name = "Accent"


def _lines(slide: Any, lines: Sequence[_Line]) -> None:
    box = slide.shapes.add_textbox(_LEFT, _TOP, _BODY_WIDTH, _BODY_HEIGHT)
    frame = box.text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(0 if line.runs and line.runs[0].code and not line.bullet else 6)
        if line.bullet:
            paragraph.add_run().text = f"{' ' * 4 * (line.depth - 1)}{line.bullet} "
            paragraph.runs[0].font.size = Pt(line.size)
        _write(paragraph, line.runs, line.size, line.colour)


def _line(paragraph: Paragraph) -> _Line:
    number = f"{paragraph.number}." if paragraph.number else " "
    bullet = {"bullet": "•", "number": number, "definition": " "}.get(paragraph.style, "")
    colour = {"error": _BAD, "note": _SOFT, "caption": _SOFT, "quote": _SOFT}.get(paragraph.style, _INK)
    lines = 2 if paragraph.style == "formula" else _count(paragraph.text, 16)
    quoted = paragraph.style == "quote"
    runs = tuple(replace(run, italic=True) for run in paragraph.runs) if quoted else paragraph.runs
    return _Line(runs, lines, 16, bullet, paragraph.depth, colour)


def _plain(text: str, colour: RGBColor = _INK) -> _Line:
    return _Line((Run(text),), _count(text, 16), 16, colour=colour)


def _count(text: str, size: float) -> int:
    """How many lines a text takes over the slide's width, rather too many than too few."""
    letters = int(_BODY_WIDTH.pt / (size * 0.6))
    return sum(max(1, -(-len(line) // letters)) for line in text.split("\n"))


def _code_lines(code: Listing) -> list[_Line]:
    """Code line by line, in letters that suit the longest; a line that is still too long goes on in the next."""
    longest = max(map(len, code.text.expandtabs(4).split("\n")))
    size = next((size for size in (16.0, 14.0, 12.0) if longest * size * 0.62 <= _BODY_WIDTH.pt), 11.0)
    letters = int(_BODY_WIDTH.pt / (size * 0.62))
    made: list[list[Run]] = [[]]
    used = 0
    for run in code.runs:
        for place, part in enumerate(run.text.expandtabs(4).split("\n")):
            if place:
                made.append([])
                used = 0
            while used + len(part) > letters:
                made[-1].append(_cut_run(run, part[: letters - used]))
                part = part[letters - used :]
                made.append([])
                used = 0
            if part:
                made[-1].append(_cut_run(run, part))
                used += len(part)
        if len(made) > 400:
            break
    return [_Line(tuple(runs) or (Run(" ", code=True),), 1, size) for runs in made]


def _cut_run(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, code=True, colour=run.colour)


def _pages_of_text(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """Paragraphs in heaps that fit a slide; a paragraph that is longer than a slide is cut into pieces."""
    page: list[_Line] = []
    left = float(_BODY_HEIGHT.pt)
    for line in (piece for whole in lines for piece in _pieces(whole)):
        need = line.lines * line.size * 1.25 + 6
        if page and need > left:
            yield page
            page, left = [], float(_BODY_HEIGHT.pt)
        page.append(line)
        left -= need
    if page:
        yield page


def _lines_height(lines: Sequence[_Line]) -> float:
    """The height in points that paragraphs take."""
    return sum(line.lines * line.size * 1.25 + 6 for line in lines)


def _pieces(line: _Line) -> Iterator[_Line]:
    most = int(_BODY_HEIGHT.pt / (line.size * 1.25)) - 1
    if line.lines <= most:
        yield line
        return
    letters = int(_BODY_WIDTH.pt / (line.size * 0.6))
    rows = textwrap.wrap("".join(run.text for run in line.runs), letters)
    for start in range(0, len(rows), most):
        part = " ".join(rows[start : start + most])
        yield _Line((Run(part),), min(most, len(rows) - start), line.size, line.bullet, line.depth, line.colour)


def _columns(grid: Grid) -> tuple[list[float], float]:
    """The widths in points of the columns that fit a slide, and in which size of type they do."""
    rows = [*grid.head, *grid.rows[:_TABLE_ROWS]]
    longest = 60 if grid.width <= 3 else 30
    letters = [min(longest, max(3, *(len(row[column]) for row in rows))) for column in range(grid.width)]
    wide = float(_BODY_WIDTH.pt)
    if not grid.head and grid.labels == 1 and grid.width == 2:
        return [150.0, wide - 150.0], 11
    for size in (16.0, 14.0, 12.0, 10.0, 9.0):
        widths = [count * size * 0.66 + 20 for count in letters]
        if sum(widths) <= wide:
            return widths, size
    fitting: list[float] = []
    for width in widths:
        if fitting and sum(fitting) + width > wide:
            break
        fitting.append(min(width, wide))
    return fitting, 9.0


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    """The height in points that a row of a table takes."""
    lines = max(_wrapped(text, width, size) for text, width in zip(row, widths, strict=False))
    return lines * size * 1.25 + 8


def _wrapped(text: str, width: float, size: float) -> int:
    return max(1, -(-len(text) // max(1, int((width - 14) / (size * 0.6)))))


def _pages(grid: Grid, widths: Sequence[float], size: float, above: float = 0.0) -> Iterator[list[tuple[str, ...]]]:
    """The rows of a table in heaps that fit a slide under its head, the first under what stands above it."""
    head = sum(_height(row, widths, size) for row in grid.head)
    room = float(_BODY_HEIGHT.pt) - head - 20
    page: list[tuple[str, ...]] = []
    left = room - above
    for row in grid.rows:
        short = tuple(cell if len(cell) <= 1200 else _cut(cell, 1200) for cell in row)
        need = _height(short, widths, size)
        if page and need > left:
            yield page
            page, left = [], room
        page.append(short)
        left -= need
    if page or grid.head:
        yield page


def _native_table(
    slide: Any, grid: Grid, rows: Sequence[tuple[str, ...]], widths: Sequence[float], size: float, top: Any
) -> Any:
    """Put a table on a slide and return its height."""
    every = [*grid.head, *rows]
    heights = [int(Pt(_height(row, widths, size))) for row in every]
    total = Pt(int(sum(widths)))
    frame = slide.shapes.add_table(len(every), len(widths), _LEFT, Emu(int(top)), total, Emu(sum(heights)))
    head = ", ".join(grid.head[-1]) if grid.head else ""
    said = f"Table of {count(len(grid.rows), 'row')}{': ' if head else ''}{head}"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", said[:500])
    table = frame.table
    table.first_row, table.horz_banding = bool(grid.head), False
    table.first_col = bool(grid.labels)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Pt(int(width))
    right = [grid.numeric(column) and bool(grid.head) for column in range(len(widths))]
    for number, (row, texts, height) in enumerate(zip(table.rows, every, heights, strict=True)):
        row.height = Emu(height)
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=False)):
            _fill(cell, text, size, head=number < len(grid.head), right=right[column])
    return Emu(sum(heights))


def _fill(cell: Any, text: str, size: float, *, head: bool, right: bool) -> None:
    cell.margin_top = cell.margin_bottom = Pt(3)
    cell.margin_left = cell.margin_right = Pt(6)
    cell.fill.solid()
    fill, colour = getattr(text, "fill", ""), getattr(text, "colour", "")
    cell.fill.fore_color.rgb = _colour(fill) if fill else _RAISED if head else _WHITE
    line = cell.text_frame.paragraphs[0]
    line.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    bold = head or getattr(text, "bold", False)
    pieces = getattr(text, "runs", ()) or [Run(text)]
    _write(
        line, (replace(piece, bold=piece.bold or bold) for piece in pieces), size, _colour(colour) if colour else _INK
    )


def _fit(shape: Any, above: float, *, note: bool, natural: bool) -> None:
    """As large as the slide allows, in the middle; a picture of the notebook no more than twice as large as it is."""
    top = _TOP + Pt(int(above))
    room = _BODY_HEIGHT - Pt(int(above)) - (Inches(0.4) if note else 0)
    scale = min(_BODY_WIDTH / max(1, shape.width), room / max(1, shape.height))
    scale = min(scale, 2.0) if natural else scale
    shape.width, shape.height = Emu(max(1, int(shape.width * scale))), Emu(max(1, int(shape.height * scale)))
    shape.left, shape.top = Emu(int((_WIDE - shape.width) / 2)), Emu(int(top + (room - shape.height) / 2))


def _notes(passage: Passage) -> str:
    parts = [passage.heading.text if passage.heading else "", _spoken(passage.answer), passage.reading]
    parts += [passage.facts, passage.method]
    parts.append(passage.code.text if passage.code else "")
    return "\n\n".join(part for part in parts if part) if passage.kind != "prose" else ""


def _line_above(passage: Passage) -> tuple[Run, ...]:
    """The answer, where it is one line that can stand above what it says."""
    only = passage.answer[0] if passage.brief and passage.body and len(passage.answer) == 1 else None
    return only.runs if isinstance(only, Paragraph) and only.style == "text" else ()


def _spoken(answer: Iterable[Element]) -> str:
    return "\n".join(part.text for part in answer if isinstance(part, Paragraph | Listing | Heading))


def _colour(digits: str) -> RGBColor:
    return RGBColor.from_string(digits.upper())  # type: ignore[no-untyped-call,no-any-return]


def _cut(text: str, most: int) -> str:
    text = xml_text(text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
