"""The nbconvert exporter ``analyst_pptx``: a slide for each question, with native tables, figures and notes."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from PIL import UnidentifiedImageError
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import PP_ALIGN
from pptx.util import Emu, Inches, Pt
from traitlets import Integer

from ..drawing.pictures import Pictures
from ..filetypes import FILE_TYPES
from ..language import tr
from ..wording import count
from .elements import Element, Grid, Heading, Listing, Paragraph, Picture, Plot, Run
from .exporter import FileExporter
from .look import dress_deck
from .plain import xml_text
from .reading import Report
from .slide_formulas import with_plain_formulas
from .slide_tables import MAX_ROWS, column_widths, native_table, table_pages
from .slide_text import (
    BODY_HEIGHT,
    BODY_WIDTH,
    INK,
    LEFT,
    SOFT,
    TOP,
    Line,
    add_lines,
    add_words,
    code_lines,
    colour_of,
    cut,
    dress,
    height_of,
    line_of,
    plain_line,
    text_pages,
    write_runs,
)
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
_ACCENT = colour_of("4C6EF5")
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
        deck.grid(tr("How this was made"), versions(report), _Said())
    with_plain_formulas(deck.deck)
    dress_deck(deck.deck, report)
    made = BytesIO()
    deck.deck.save(made)
    return made.getvalue(), deck.lost


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
        self._waiting: list[Line] = []
        self._notes: list[str] = []
        self._said = _Said()
        self._captioned: Element | None = None
        self._heads = dict[str, tuple[Run, ...]]()
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
            self._heads[passage.heading.text] = passage.heading.runs
        self._next_notes = _notes(passage)
        self._prose = passage.kind == "prose"
        line = _line_above(passage)
        self._said = _Said(line, passage.reading) if line or passage.reading else self._said
        body = passage.body if line else (*passage.answer, *passage.body)
        for place, element in enumerate(body):
            self._element(element, body[place + 1 : place + 2])
        if passage.heading and not passage.body and not passage.answer:
            self._waiting.append(plain_line(tr("This question has no results."), colour=SOFT))
        self._begin_notes()
        if passage.heading or (not self._prose and any(isinstance(element, Heading) for element in body)):
            self.flush()
        if passage.code and passage.open:
            self.flush()
            self._waiting = code_lines(cut_lines(passage.code, _MAX_LINES))
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
            self._heads[element.text] = element.runs
            if self._prose:  # a heading in an output is about that output alone
                self._subject = element.text
                self._section = element.text if element.level <= 2 else self._section
        elif isinstance(element, Paragraph):
            self._waiting.append(line_of(element))
        elif isinstance(element, Listing):
            self._waiting += code_lines(cut_lines(element, _MAX_LINES))
        else:
            under = following[0] if following else None
            caption = under if isinstance(under, Paragraph) and under.style in {"caption", "note"} else None
            self._captioned = caption
            if height_of(self._waiting) > _MAX_ABOVE:
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
        self._heading_of_slide = tr("Abstract") if elements else ""
        for element in elements:
            self._element(element, ())
        self.flush()

    def appendix(self) -> None:
        """From here on the slides belong to no section of the notebook, and are not counted."""
        self._section = self._subject = ""
        if self.lost["slide"]:
            said = f"{count(self.lost['slide'], 'more slide')} left out: a presentation has at most {self._most}."
            self._most = 0
            slide = self._slide(tr("What was left out"), _Said(), "")
            add_lines(
                slide,
                [plain_line(said), plain_line("More: analyst export --max-slides, or Word or HTML.", colour=SOFT)],
            )
        self._most = 0

    def source(self, source: Source) -> None:
        """A slide of the appendix; the code is in its notes."""
        code = source.code.text if source.code else ""
        if source.facts:
            self.grid(
                tr("How this was made"),
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
        above: Sequence[Line] = (),
    ) -> None:
        """A table, over as many slides as its rows need, the first of them with the text above it."""
        widths, size = column_widths(grid)
        shortened_grid, cut_rows = shortened(grid, MAX_ROWS, len(widths))
        self.lost += rows_left_out(grid, shortened_grid)
        down = Pt(int(height_of(above)))
        pages = list(table_pages(shortened_grid, widths, size, height_of(above)))
        words = [text for text in (grid.caption, cut_rows, *remarks) if text]
        for number, rows in enumerate(pages, 1):
            of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
            slide = self._slide(f"{title}{of}", said, notes if number == 1 else "")
            if slide is None:
                continue
            top = TOP + (down if number == 1 else 0)
            if number == 1 and above:
                add_lines(slide, above)
            height = native_table(slide, shortened_grid, rows, widths, size, top)
            if number == len(pages) and words:
                add_words(slide, " ".join(words), top + height + Inches(0.08), 11, SOFT)

    def _shown(
        self,
        title: str,
        element: Grid | Picture | Plot,
        said: _Said,
        notes: str,
        above: Sequence[Line] = (),
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
            add_lines(slide, above)
        if picture is not None:
            try:
                shape = slide.shapes.add_picture(BytesIO(picture.data), LEFT, TOP)
            except (UnidentifiedImageError, OSError, *_BROKEN):
                picture = None
        if picture is None:
            why = self._pictures.missing if isinstance(element, Plot) else "it cannot be read"
            alt = xml_text(element.alt)
            sentence = f"A figure was left out, as {why or 'it cannot be read'}. {alt}"
            add_lines(slide, [*above, plain_line(sentence, colour=SOFT)])
            return
        note = " ".join(filter(None, [caption, element.note if isinstance(element, Plot) else ""]))
        _fit(shape, height_of(above), note=bool(note), natural=isinstance(element, Picture))
        shape._element.nvPicPr.cNvPr.set("descr", xml_text(element.alt)[:2000] or "Picture")
        shape.name = "Figure"
        if note:
            add_words(slide, cut(note, 200), shape.top + shape.height + Inches(0.05), 12, SOFT)

    def _text(self, title: str, lines: Sequence[Line], said: _Said, notes: str) -> None:
        """Slides of text; none where there is nothing to say but a heading."""
        if not lines and not said:
            return
        pages = list(text_pages(lines)) or [[]]
        for number, page in enumerate(pages[:_PAGES], 1):
            of = f" ({number} of {min(len(pages), _PAGES)})" if len(pages) > 1 else ""
            slide = self._slide(f"{title}{of}", said, notes if number == 1 else "")
            if slide is not None:
                add_lines(slide, page)
        if len(pages) > _PAGES and slide is not None:
            add_words(slide, tr("The rest was left out here."), TOP + BODY_HEIGHT, 11, SOFT)
            self.lost["text slide"] += len(pages) - _PAGES

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
        title.text = cut(self._title, 160)
        _accent(slide, Inches(2.3), Inches(1.4))
        dress(title.text_frame, 40 if len(self._title) <= 60 else 28, INK, bold=True)
        said = [paragraph.text for paragraph in head(report) if paragraph.style != "callout"]
        self._running_head(slide)
        under.text = "\n".join([*words, *said, self._source, *(xml_text(notice) for notice in report.notices)])[:600]
        dress(under.text_frame, 16, SOFT)

    def _slide(self, title: str, said: _Said, notes: str) -> Any:
        """A slide with its title, what is said under it, the section at its foot, and notes; None beyond the most."""
        if self._most and len(self.deck.slides) > self._most:
            self.lost["slide"] += 1
            return None
        slide = self.deck.slides.add_slide(self.deck.slide_layouts[5])
        self._write_title(slide.shapes.title.text_frame, title)
        letters = sum(len(run.text) for run in said.answer)
        if letters:
            box = add_words(slide, "", Inches(1.1), 18 if letters <= 90 else 14, INK)
            write_runs(box.text_frame.paragraphs[0], said.answer, 18 if letters <= 90 else 14, INK)
        if said.reading and letters <= 90:
            place, size = (Inches(1.45), 11) if letters else (Inches(1.2), 13)
            add_words(slide, cut(said.reading, 210), place, size, SOFT)
        foot = self._section if self._section and self._section not in title else self._title
        number = len(self.deck.slides)
        add_words(slide, f"{cut(foot, 100)} · {number}", Inches(7.02), 10, SOFT)
        self._running_head(slide)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes[:_MAX_NOTES]
        return slide

    def _write_title(self, frame: Any, title: str) -> None:
        """The title of a slide, with the formulas of its heading where it is one, however many slides it has."""
        head = cut(title, 170)
        size = 26 if len(head) <= 55 else 22 if len(head) <= 110 else 18
        text = next((known for known in (title, title.rpartition(" (")[0]) if known in self._heads), "")
        runs = self._heads.get(text, ())
        if head != title or not any(run.math for run in runs):
            frame.text = head
            dress(frame, size, INK, bold=True)
            return
        bold = [replace(run, bold=True) for run in (*runs, Run(title[len(text) :])) if run.text]
        write_runs(frame.paragraphs[0], bold, size, INK)
        dress(frame, size, INK, bold=True)

    def _running_head(self, slide: Any) -> None:
        """What the reader wants at the head of every slide."""
        if self._header:
            add_words(slide, cut(self._header, 150), Inches(0.05), 10, SOFT).name = "Header"


_BROKEN = (ValueError, KeyError, ZeroDivisionError, OverflowError, struct.error, SyntaxError)
"""What the reader of pictures raises besides its own errors when one is cut or forged."""


def _arrange(deck: Any) -> None:
    """Put the places of the built-in layouts where they belong on a wide slide."""
    title_layout, layout = deck.slide_layouts[0], deck.slide_layouts[5]
    places = {0: (Inches(2.2), Inches(1.6)), 1: (Inches(4.0), Inches(2.2))}
    for place in title_layout.placeholders:
        if (found := places.get(place.placeholder_format.idx)) is not None:
            place.left, place.width, (place.top, place.height) = LEFT, BODY_WIDTH, found
            place.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    for place in layout.placeholders:
        if place.placeholder_format.idx == 0:
            place.left, place.width, place.top, place.height = LEFT, BODY_WIDTH, Inches(0.3), Inches(0.9)


def _accent(slide: Any, top: Any, height: Any) -> None:
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(0.45), top, Inches(0.06), height)
    bar.fill.solid()
    bar.fill.fore_color.rgb = _ACCENT
    bar.line.fill.background()
    bar.shadow.inherit = False
    bar.name = "Accent"


def _fit(shape: Any, above: float, *, note: bool, natural: bool) -> None:
    """As large as the slide allows, in the middle; a picture of the notebook no more than twice as large as it is."""
    top = TOP + Pt(int(above))
    room = BODY_HEIGHT - Pt(int(above)) - (Inches(0.4) if note else 0)
    scale = min(BODY_WIDTH / max(1, shape.width), room / max(1, shape.height))
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
