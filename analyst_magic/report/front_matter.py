"""What a notebook says of itself at its head: title, authors, date, abstract, and how its report is to look."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ..cleaning.markdown import plain
from .plain import text_of

_HEAD = re.compile(r"\A\s*---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_UNQUOTED = re.compile(r"^((?:title|subtitle|author|date|abstract):\s+)([^\s\"'|>\[{][^\n]*?)[ \t]*$", re.MULTILINE)
"""A line of text as many write it, without the quotes that YAML wants around a colon."""
_MAX_HEAD = 20_000


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The head of a notebook.

    Attributes:
        title, subtitle, date: As they are written there; empty where they are not.
        abstract: The same, in Markdown.
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
    given = _loaded(found[1]) if found and len(found[1]) <= _MAX_HEAD else None
    if found is None or not isinstance(given, Mapping):
        return None, source
    return _read({str(name): value for name, value in given.items()}), source[found.end() :]


def _loaded(text: str) -> Any:
    """What a head holds; None where it cannot be read, or refers to itself and might grow without end."""
    for written in (text, _UNQUOTED.sub(lambda line: f"{line[1]}{json.dumps(line[2])}", text)):
        try:
            if any(isinstance(token, yaml.AliasToken | yaml.AnchorToken) for token in yaml.scan(written)):
                return None
            return yaml.safe_load(written)
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
    return None


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
        text_of(given.get("abstract") or "").strip()[:10_000],
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
