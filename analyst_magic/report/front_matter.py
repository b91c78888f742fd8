"""What a notebook says of itself at its head: title, authors, date, abstract, and how its report is to look."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ..cleaning.markdown import plain
from .plain import text_of

_HEAD = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_MAX_HEAD = 20_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a notebook.

    Attributes:
        title, subtitle, date, abstract: As they are written there; empty where they are not.
        authors: The names of the authors, with what they belong to.
        other: Everything else, by its name.
    """

    title: str = ""
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    abstract: str = ""
    other: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> bool:
        """Whether there is more than a title to show."""
        return bool(self.subtitle or self.authors or self.date or self.abstract)


def split(source: str) -> tuple[FrontMatter | None, str]:
    """The head of a cell's text, and the text behind it; None where it has none."""
    found = _HEAD.match(source)
    if found is None or len(found[1]) > _MAX_HEAD or ("&" in found[1] and re.search(r"(^|\s)[&*]\w", found[1])):
        return None, source
    try:
        given = yaml.safe_load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return None, source
    if not isinstance(given, Mapping):
        return None, source
    return _read({str(name): value for name, value in given.items()}), source[found.end() :]


def front_matter(notebook: Mapping[str, Any]) -> FrontMatter:
    """The head of a notebook: of its first cell, with what its metadata say; empty where there is none."""
    cells = notebook.get("cells") or []
    found = None
    if cells and cells[0].get("cell_type") in {"raw", "markdown"}:
        found, _ = split(text_of(cells[0].get("source", "")))
    return found or FrontMatter()


def _read(given: Mapping[str, Any]) -> FrontMatter:
    people = given.get("authors", given.get("author"))
    known = {"title", "subtitle", "author", "authors", "date", "abstract"}
    return FrontMatter(
        _text(given.get("title")),
        plain(_text(given.get("subtitle"))),
        tuple(filter(None, map(_person, people if isinstance(people, list) else [people])))[:50],
        _date(given.get("date")),
        plain(_text(given.get("abstract"), 10_000)),
        {name: value for name, value in given.items() if name not in known},
    )


def _person(given: Any) -> str:
    if not isinstance(given, Mapping):
        return _text(given)
    name = given.get("name")
    if isinstance(name, Mapping):
        name = " ".join(_text(name.get(part)) for part in ("given", "family"))
    places = given.get("affiliations", given.get("affiliation"))
    places = places if isinstance(places, list) else [places]
    words = [_text(place.get("name") if isinstance(place, Mapping) else place) for place in places]
    return f"{_text(name)}{''.join(f' ({word})' for word in [', '.join(filter(None, words))] if word)}"


def _date(given: Any) -> str:
    if isinstance(given, datetime.datetime | datetime.date):
        return f"{given.day} {given:%B %Y}"
    return "" if _text(given) in {"today", "now", "last-modified"} else _text(given)


def _text(given: Any, most: int = 500) -> str:
    return "" if given is None or isinstance(given, Mapping | list) else " ".join(text_of(given).split())[:most]
