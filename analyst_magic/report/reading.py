"""A notebook -> everything that a report shows, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from markupsafe import Markup
from packaging.utils import canonicalize_name

from .. import __version__
from ..language import ENGLISH, language
from ..packages import offered, pins
from ..results.html import one_line
from ..sandbox.image import IMAGE
from ..theme import DEFAULT, MAX_LOGO_IN_FILES, Theme, load_theme, logo_data
from .bibliography import read_bibliography
from .cells import EMPTY, Block, CodeMode, blocks, has_top_heading, stale, title, was_run, without_title
from .front_matter import FrontMatter, front_matter
from .headings import Heading, Outline, accessible
from .markdown import markdown_html
from .options import ReportOptions, read_options
from .plain import text_of
from .provenance import Provenance, read_lock, run_date, with_pin
from .references import References
from .widgets import states_of


@dataclass(frozen=True, slots=True)
class Report:
    """A notebook as a report, all of it already harmless.

    Attributes:
        title: Its title.
        own_title: Whether the title has to be shown, because the notebook does not begin with it.
        blocks: What stands in it.
        contents: Its headings below the title, for the table of contents.
        notices: What a reader must know before anything else, in sentences.
        provenance: How each question was answered.
        versions: The programs that took part.
        source: The notebook's file name and date.
        head: What the notebook says of itself at its head.
        abstract: Its abstract; empty where it has none.
        cited: The list of what it cites.
        options: How it is to look.
        theme: The user's own colours and fonts; None where there are none.
        failed: The numbers of the cells that failed.
        changed: The questions whose results are no longer those that ``analyst.lock`` holds.
        logo: The picture of the theme, a PNG or JPEG; empty where there is none.
        language: The language that its text is written in.
    """

    title: str
    own_title: bool
    blocks: tuple[Block, ...]
    contents: tuple[Heading, ...]
    notices: tuple[str, ...]
    provenance: tuple[Provenance, ...]
    versions: tuple[tuple[str, str], ...]
    source: str
    language: str
    head: FrontMatter = FrontMatter()  # noqa: RUF009 - frozen
    abstract: Markup = EMPTY
    cited: tuple[Markup, ...] = ()
    options: ReportOptions = ReportOptions()  # noqa: RUF009 - frozen
    theme: Theme | None = None
    failed: tuple[int, ...] = ()
    changed: tuple[str, ...] = ()
    logo: bytes = b""


def read_report(notebook: Mapping[str, Any], resources: Mapping[str, Any], code: CodeMode = "folded") -> Report:
    """Read a notebook of the format 4.

    Args:
        notebook: The notebook, of any origin.
        resources: What nbconvert says of it: its name, date and directory.
        code: What becomes of code.
    """
    metadata = resources.get("metadata", {})
    name = str(metadata.get("name") or "Notebook")
    folder = None if metadata.get("path") is None else Path(metadata["path"] or ".")
    outline = Outline()
    head = front_matter(notebook)
    heading, own_title = title(notebook, name), bool(head.title) or head.shown or not has_top_heading(notebook)
    if head.title:
        notebook = without_title(notebook, heading)
    if own_title:
        outline.title(heading)
    options = read_options(folder, chosen if isinstance(chosen := head.other.get("report"), Mapping) else {})
    theme = _own_theme(folder)
    logo, no_logo = logo_data(theme, MAX_LOGO_IN_FILES) if theme is not None else (b"", "")
    references = References(read_bibliography(folder, head.other.get("bibliography")))
    references.widgets = states_of(notebook)
    abstract = accessible(markdown_html(head.abstract, folder, None, references)) if head.abstract else EMPTY
    shown = blocks(notebook, folder, outline, code, references)
    found, trouble = _provenance(notebook, folder, shown, with_code=code != "none")
    failed = _failed(notebook)
    changed = tuple(one_line(block.question, 200) for block in shown if block.changed)
    return Report(
        title=heading,
        own_title=own_title,
        blocks=tuple(shown),
        contents=tuple(entry for entry in outline.headings if entry.level > 1) if options.contents else (),
        notices=tuple(sentence for sentence in (*_notices(notebook, failed, changed), trouble, no_logo) if sentence),
        provenance=tuple(found),
        versions=tuple(_versions(notebook, found)),
        source=_source(name, metadata),
        language=_language(notebook) or _shown_language(resources),
        head=head,
        abstract=references.resolved(abstract),
        cited=tuple(references.cited()),
        options=options,
        theme=theme,
        logo=logo,
        failed=failed,
        changed=changed,
    )


def _own_theme(folder: Path | None) -> Theme | None:
    """The user's own colours and fonts; None where there are none."""
    theme = load_theme(folder) if folder is not None else None
    return theme if theme != DEFAULT else None


def _source(name: str, metadata: Mapping[str, Any]) -> str:
    """The notebook's file name and date."""
    date = one_line(str(metadata.get("modified_date") or ""), 80)
    return " · ".join(filter(None, (f"{name}.ipynb", date)))


def _notices(notebook: Mapping[str, Any], failed: Sequence[int], changed: Sequence[str]) -> list[str]:
    if not was_run(notebook):
        return ["This notebook was not executed: it holds code and no results."]
    said = f"{'One cell' if len(failed) == 1 else f'{len(failed)} cells'} of this notebook failed." if failed else ""
    named = ", ".join(f"“{question}”" for question in changed[:5]) + (", …" if len(changed) > 5 else "")
    answers = "One answer is" if len(changed) == 1 else f"{len(changed)} answers are"
    differs = f"{answers} no longer what was pinned in analyst.lock: {named}." if changed else ""
    return [said, differs, stale(notebook)]


def _failed(notebook: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(
        number
        for number, cell in enumerate(notebook.get("cells", []), 1)
        if any(
            isinstance(output, Mapping) and output.get("output_type") == "error" for output in cell.get("outputs") or []
        )
    )


def _provenance(
    notebook: Mapping[str, Any], folder: Path | None, shown: list[Block], *, with_code: bool
) -> tuple[list[Provenance], str]:
    """How the questions among the blocks were answered, and a sentence where the lock file cannot be read."""
    pins, trouble = read_lock(folder)
    cells = notebook.get("cells", [])
    found: list[Provenance] = []
    for block in shown:
        if block.asked is None or block.answer is None or block.heading is None:
            continue
        date = run_date(cells[block.number - 1])
        one = Provenance(len(found) + 1, block.question, block.heading.anchor, block.answer, date)
        one = with_pin(one, block.asked.keys(folder), pins)
        found.append(one if with_code else replace(one, answer=replace(one.answer, code="")))
    return found, trouble if found else ""


def _versions(notebook: Mapping[str, Any], found: list[Provenance]) -> list[tuple[str, str]]:
    """The kernel's language, what made the report, and what is in the sandbox where it is the one of this version."""
    info = notebook.get("metadata", {}).get("language_info", {})
    info = info if isinstance(info, Mapping) else {}
    kernel = " ".join(one_line(text_of(info[part]), 40) for part in ("name", "version") if info.get(part))
    made = ", ".join(f"{name} {_version(name)}" for name in ("nbconvert", "plotly"))
    rows = [("Notebook's language", kernel), ("Report", f"analyst-magic {__version__}, {made}")]
    if any(one.image.startswith(IMAGE) for one in found):
        rows.append(("Packages in the sandbox", _sandbox_packages()))
    return [(label, value) for label, value in rows if value]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # pragma: no cover - both are dependencies
        return ""


def _sandbox_packages() -> str:
    versions = pins()
    return ", ".join(f"{name} {versions[canonicalize_name(name)]}" for name in offered())


def _shown_language(resources: Mapping[str, Any]) -> str:
    """The language that nbconvert was told, else that of the report's own words."""
    given = str(resources.get("language_code") or ENGLISH)
    return given if given != ENGLISH else language()


def _language(notebook: Mapping[str, Any]) -> str:
    """The language of the text, where the notebook names one as ``lang``."""
    given = notebook.get("metadata", {}).get("lang")
    fits = isinstance(given, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", given)
    return str(given) if fits else ""
