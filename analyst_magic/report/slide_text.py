"""Text on slides: what a paragraph or a listing is there, how much room it takes, and how it is written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from ..writers.pptx import fonts
from .elements import Listing, Paragraph, Run
from .mathematics import omml
from .plain import xml_text
from .slide_formulas import add_formula

LEFT, TOP, BODY_WIDTH, BODY_HEIGHT = Inches(0.6), Inches(1.75), Inches(12.13), Inches(5.1)
"""Where the body of a slide stands."""
_MONO = "Consolas"


def colour_of(digits: str) -> RGBColor:
    """A colour by its six hexadecimal digits."""
    return RGBColor.from_string(digits.upper())  # type: ignore[no-untyped-call,no-any-return]


INK, SOFT, _BAD = map(colour_of, ("1F2328", "57606A", "B3261E"))


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph on a slide, and how many lines it takes there."""

    runs: tuple[Run, ...]
    lines: int
    size: float = 16
    bullet: str = ""
    depth: int = 0
    colour: RGBColor = INK


def dress(frame: Any, size: float, colour: RGBColor, *, bold: bool = False) -> None:
    """Give all of a frame's text one look."""
    frame.word_wrap = True
    for line in frame.paragraphs:
        line.alignment = PP_ALIGN.LEFT
        for letters in fonts(line):
            letters.size, letters.bold, letters.color.rgb = Pt(size), bold, colour
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE if bold else MSO_ANCHOR.TOP


def add_words(slide: Any, text: str, top: Any, size: float, colour: RGBColor) -> Any:
    """A line of text over the slide's width; gives its box."""
    box = slide.shapes.add_textbox(LEFT, Emu(int(top)), BODY_WIDTH, Inches(0.35))
    box.text_frame.text = text
    dress(box.text_frame, size, colour)
    return box


def write_runs(paragraph: Any, runs: Iterable[Run], size: float, colour: RGBColor) -> None:
    """Runs into a paragraph, each in its style."""
    for run in runs:
        if run.text == "\n":
            paragraph.add_line_break()
            continue
        made = paragraph.add_run()
        made.font.size, made.font.color.rgb = Pt(size), colour
        made.font.bold, made.font.italic = run.bold or None, run.italic or None
        if run.math and (formula := omml(run.math)) is not None:
            add_formula(paragraph, formula, run.text, made._r.rPr)
            paragraph._p.remove(made._r)
            continue
        made.text = run.text.replace("\n", " ")
        look = made._r.get_or_add_rPr()
        if run.strike:
            look.set("strike", "sngStrike")
        if run.raised:
            look.set("baseline", "30000" if run.raised == "sup" else "-25000")
        if run.code:
            made.font.name = _MONO
        if run.colour:
            made.font.color.rgb = colour_of(run.colour)
        if run.link and not run.link.startswith("#"):
            made.hyperlink.address = run.link


def add_lines(slide: Any, lines: Sequence[Line]) -> None:
    """Paragraphs into the body of a slide."""
    box = slide.shapes.add_textbox(LEFT, TOP, BODY_WIDTH, BODY_HEIGHT)
    frame = box.text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(0 if line.runs and line.runs[0].code and not line.bullet else 6)
        if line.bullet:
            paragraph.add_run().text = f"{' ' * 4 * (line.depth - 1)}{line.bullet} "
            paragraph.runs[0].font.size = Pt(line.size)
        write_runs(paragraph, line.runs, line.size, line.colour)


def line_of(paragraph: Paragraph) -> Line:
    """A paragraph of the report as one of a slide."""
    number = f"{paragraph.number}." if paragraph.number else " "
    bullet = {"bullet": "•", "number": number, "definition": " "}.get(paragraph.style, "")
    colour = {"error": _BAD, "note": SOFT, "caption": SOFT, "quote": SOFT}.get(paragraph.style, INK)
    lines = 2 if paragraph.style == "formula" else _count(paragraph.text, 16)
    quoted = paragraph.style == "quote"
    runs = tuple(replace(run, italic=True) for run in paragraph.runs) if quoted else paragraph.runs
    return Line(runs, lines, 16, bullet, paragraph.depth, colour)


def plain_line(text: str, colour: RGBColor = INK) -> Line:
    """A sentence of ours."""
    return Line((Run(text),), _count(text, 16), 16, colour=colour)


def _count(text: str, size: float) -> int:
    """How many lines a text takes over the slide's width, rather too many than too few."""
    letters = int(BODY_WIDTH.pt / (size * 0.6))
    return sum(max(1, -(-len(line) // letters)) for line in text.split("\n"))


def code_lines(code: Listing) -> list[Line]:
    """Code line by line, in letters that suit the longest; a line that is still too long goes on in the next."""
    longest = max(map(len, code.text.expandtabs(4).split("\n")))
    size = next((size for size in (16.0, 14.0, 12.0) if longest * size * 0.62 <= BODY_WIDTH.pt), 11.0)
    letters = int(BODY_WIDTH.pt / (size * 0.62))
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
    return [Line(tuple(runs) or (Run(" ", code=True),), 1, size) for runs in made]


def _cut_run(run: Run, text: str) -> Run:
    return Run(text, run.bold, run.italic, code=True, colour=run.colour)


def text_pages(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Paragraphs in heaps that fit a slide; a paragraph that is longer than a slide is cut into pieces."""
    page: list[Line] = []
    left = float(BODY_HEIGHT.pt)
    for line in (piece for whole in lines for piece in _pieces(whole)):
        need = line.lines * line.size * 1.25 + 6
        if page and need > left:
            yield page
            page, left = [], float(BODY_HEIGHT.pt)
        page.append(line)
        left -= need
    if page:
        yield page


def height_of(lines: Sequence[Line]) -> float:
    """The height in points that paragraphs take."""
    return sum(line.lines * line.size * 1.25 + 6 for line in lines)


def _pieces(line: Line) -> Iterator[Line]:
    most = int(BODY_HEIGHT.pt / (line.size * 1.25)) - 1
    if line.lines <= most:
        yield line
        return
    letters = int(BODY_WIDTH.pt / (line.size * 0.6))
    rows = textwrap.wrap("".join(run.text for run in line.runs), letters)
    for start in range(0, len(rows), most):
        part = " ".join(rows[start : start + most])
        yield Line((Run(part),), min(most, len(rows) - start), line.size, line.bullet, line.depth, line.colour)


def cut(text: str, most: int) -> str:
    """A text with so many characters at most, as XML may hold it."""
    text = xml_text(text)
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
