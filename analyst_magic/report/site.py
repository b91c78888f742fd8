"""Several notebooks as a linked site: a page each, an index, and links between notebooks that lead to their pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..errors import ReportError
from ..language import message
from ..storage.files import SHARED, write_atomic
from .cells import CodeMode, title
from .counts import Counts
from .export import export, read_notebook

_LINK = re.compile(r'href="([^"#?:]+)\.ipynb((?:#[^"]*)?)"')


def site(
    notebooks: Sequence[Path],
    folder: Path,
    *,
    code: CodeMode | None = None,
    change: Callable[[Path], Callable[[Any], Any]] | None = None,
    tell: Callable[[Path, Counts], None] = lambda path, counts: None,
) -> Path:
    """Write a site and return its index.

    Args:
        notebooks: The notebooks, in the order of the index; a folder stands for those in it.
        folder: Where the pages go; it is made.
        code: What becomes of code.
        change: Makes another notebook of each that was read, such as by running it.
        tell: Takes each page as it is written, and what it holds.

    Raises:
        ReportError: There is no notebook, two have one name, or a page cannot be written.
    """
    found = _pages(notebooks)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            message("{folder} cannot be made: {reason}.", folder=folder, reason=error.strerror),
            message("Choose another with --output."),
        ) from error
    titles = {path: title(read_notebook(path), path.stem) for path in found}
    for path in found:
        page = folder / f"{path.stem}.html"

        def noted(counts: Counts, page: Path = page) -> None:
            tell(page, counts)

        export(path, "html", page, code=code, change=change(path) if change else None, tell=noted)
        text = _linked(page.read_text("utf-8"), {one.stem for one in found})
        write_atomic(
            page, text.replace("<main ", f"{_around(found, titles, path)}<main ", 1).encode("utf-8"), mode=SHARED
        )
    return _index(folder, found, titles)


def _pages(notebooks: Sequence[Path]) -> list[Path]:
    """The notebooks that become a page each."""
    found = [path for given in notebooks for path in (sorted(given.glob("*.ipynb")) if given.is_dir() else [given])]
    if not found:
        raise ReportError(
            message("There is no notebook to make a site of."), message("Name notebooks, or a folder that holds some.")
        )
    names = [path.stem.casefold() for path in found]
    double = next(
        (path for path, name in zip(found, names, strict=True) if names.count(name) > 1 or name == "index"), None
    )
    if double is not None:
        raise ReportError(
            message("Two pages of the site would be called {stem}.", stem=double.stem),
            message("Rename one of the notebooks."),
        )
    return found


def _linked(page: str, names: set[str]) -> str:
    """A page whose links to notebooks of the site lead to their pages."""

    def link(match: re.Match[str]) -> str:
        name = html.unescape(match[1]).removeprefix("./").replace("%20", " ")
        place = f"#n-{match[2][1:]}" if match[2] else ""  # as the sanitiser calls the places of a page
        return f'href="{match[1]}.html{place}"' if name in names else match[0]

    body, end, scripts = page.rpartition("</footer>")
    return _LINK.sub(link, body) + end + scripts


def _around(found: Sequence[Path], titles: dict[Path, str], path: Path) -> str:
    """The links to the index and to the pages before and after one."""
    at = found.index(path)
    parts = ['<a href="index.html">All notebooks</a>']
    if at:
        parts.append(_anchor(found[at - 1], f"← {titles[found[at - 1]]}"))
    if at + 1 < len(found):
        parts.append(_anchor(found[at + 1], f"{titles[found[at + 1]]} →"))
    return f'<nav class="site" aria-label="Site">{" · ".join(parts)}</nav>'


def _anchor(path: Path, words: str) -> str:
    return f'<a href="{html.escape(path.stem)}.html">{html.escape(words)}</a>'


def _index(folder: Path, found: Sequence[Path], titles: dict[Path, str]) -> Path:
    from .html import index_page  # the page of a report

    path = folder / "index.html"
    entries = "".join(f"<li>{_anchor(one, titles[one])}</li>" for one in found)
    write_atomic(path, index_page(entries).encode("utf-8"), mode=SHARED)
    return path
