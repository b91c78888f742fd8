"""A report as the elements of an office file: one list of passages for Word and for PowerPoint."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..language import tr
from ..wording import count
from .cells import EMPTY, Block
from .elements import Element, Grid, Heading, Listing, Paragraph, Run, elements, listing
from .plain import xml_text
from .provenance import Provenance
from .reading import Report


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands together in a report: prose, or a question or code with what it gave.

    Attributes:
        kind: ``prose``, ``question`` or ``code``.
        heading: The question, as a heading; None for others.
        answer: The answer in words; empty where the results stand alone.
        brief: Whether it is one line, to be shown large.
        reading: How the question was understood.
        method: The model's words on what its code does.
        facts: The line with language, model and time.
        body: Everything else, in order.
        code: The code that answered, or the cell's own; None where code is left out.
        open: Whether the code is to be shown in the text, and not in the appendix alone.
        slide: What it is in a presentation, as ``Block`` has it.
    """

    kind: str
    heading: Heading | None
    answer: tuple[Element, ...]
    brief: bool
    reading: str
    method: str
    facts: str
    body: tuple[Element, ...]
    code: Listing | None
    open: bool
    slide: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of the appendix: a question or a piece of code, what is known of it, the code and what it does."""

    title: str
    facts: Grid | None
    notes: tuple[str, ...]
    method: str
    code: Listing | None


def passages(report: Report) -> list[Passage]:
    """The passages of a report, in its order."""
    return [replace(_passage(block), slide=block.slide) for block in report.blocks]


def head(report: Report) -> list[Paragraph]:
    """What the notebook says of itself under its title."""
    given = report.head
    line = " · ".join(xml_text(part) for part in (*given.authors, given.date) if part)
    texts = [(xml_text(given.subtitle), "text"), (line, "note")]
    return [Paragraph((Run(text),), style) for text, style in texts if text]  # type: ignore[arg-type]


def abstract(report: Report) -> list[Element]:
    """What the notebook says it is about."""
    return elements(Markup('<div class="callout">{}</div>').format(report.abstract)) if report.abstract else []


def cited(report: Report) -> list[Element]:
    """The list of what the notebook cites, under its heading."""
    if not report.cited:
        return []
    return [Heading(2, tr("References"), "references"), *(part for entry in report.cited for part in elements(entry))]


LEFT_OUT = re.compile(r"… ([\d,]+) lines? left out …")


def cut_lines(listing: Listing, most: int) -> Listing:
    """The first and the last lines of a long print, with how many were left out between."""
    lines: list[list[Run]] = [[]]
    for run in listing.runs:
        for place, part in enumerate(run.text.split("\n")):
            if place:
                lines.append([])
            if part:
                lines[-1].append(replace(run, text=part))
    if len(lines) <= most:
        return listing
    first, last = lines[: most * 2 // 3], lines[-(most // 3) :]
    dropped = ["".join(run.text for run in line) for line in lines[len(first) : len(lines) - len(last)]]
    more = sum(int(found[1].replace(",", "")) - 1 for line in dropped if (found := LEFT_OUT.match(line)))
    said = [Run(f"… {count(len(dropped) + more, 'line')} left out …", italic=True, code=True)]
    short = [*first, said, *last]
    return replace(listing, runs=tuple(run for line in short for run in (*line, Run("\n", code=True)))[:-1])


def sources(report: Report) -> list[Source]:
    """The appendix: every question, and the code of the cells whose code is not shown in the text."""
    by_anchor = {one.anchor: one for one in report.provenance}
    found: list[Source] = []
    for block in report.blocks:
        one = by_anchor.get(block.heading.anchor) if block.heading else None
        if one is not None:
            found.append(_question(one, block))
        elif block.kind != "prose" and block.code and not block.open:
            title = (
                " ".join(block.question.split())[:200]
                if block.question
                else tr("Code of cell {number}", number=block.number)
            )
            found.append(Source(xml_text(title), None, (), "", listing(block.code)))
    return found


def versions(report: Report) -> Grid:
    """The programs that took part."""
    return _facts(list(report.versions))


def _passage(block: Block) -> Passage:
    if block.kind == "prose":
        return Passage("prose", None, (), False, "", "", "", tuple(elements(block.content)), None, False)
    heading = None
    if block.heading is not None:
        heading = Heading(block.heading.level, xml_text(" ".join(block.question.split())), block.heading.anchor)
    code = block.answer_code or (block.code if block.kind == "code" else EMPTY)
    answer = block.answer
    return Passage(
        block.kind,
        heading,
        tuple(elements(answer.words)) if answer else (),
        answer is not None and answer.brief,
        xml_text(answer.reading) if answer else "",
        xml_text(answer.method) if answer else "",
        xml_text(answer.facts) if answer else "",
        tuple(_outputs(block)),
        listing(code) if code else None,
        block.open,
    )


def _outputs(block: Block) -> Iterator[Element]:
    if block.folded and block.outputs:
        yield Paragraph((Run(tr("The notebook hides what this gave, and it was left out here.")),), "note")
        return
    for output in block.outputs:
        yield from elements(output)


def _question(one: Provenance, block: Block) -> Source:
    code = block.answer_code if block.answer_code and not block.open else None
    title = xml_text(f"{one.number}. {' '.join(one.question.split())}")
    return Source(
        title,
        _facts(one.facts),
        one.notes,
        xml_text(one.answer.method) if code else "",
        listing(code) if code else None,
    )


def _facts(rows: list[tuple[str, str]]) -> Grid:
    return Grid((), tuple((xml_text(label), xml_text(value)) for label, value in rows), labels=1)


def rows_left_out(grid: Grid, shortened_grid: Grid) -> Counter[str]:
    """How many rows and columns of a table are not among those that were kept, by kind."""
    found = {"table row": len(grid.rows) - len(shortened_grid.rows), "table column": grid.width - shortened_grid.width}
    return Counter({kind: number for kind, number in found.items() if number > 0})


def shortened(grid: Grid, rows: int, columns: int) -> tuple[Grid, str]:
    """The first rows and columns of a table, and a sentence where something was left out."""
    width, length = grid.width, len(grid.rows)
    if width <= columns and length <= rows:
        return grid, ""
    part = replace(
        grid,
        head=tuple(row[:columns] for row in grid.head),
        rows=tuple(row[:columns] for row in grid.rows[:rows]),
    )
    said = []
    if length > rows:
        said.append(count(length - rows, "more row"))
    if width > columns:
        said.append(count(width - columns, "more column"))
    return part, f"{' and '.join(said)} of this table were left out here."
