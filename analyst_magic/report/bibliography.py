"""Sources in a ``.bib`` file -> citations by author and year, and the list of what was cited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from .sanitise import beside

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s{}]+)\s*,", re.IGNORECASE)
_FIELD = re.compile(r"(\w+)\s*=\s*")
_ACCENTS = {"'": "\u0301", "`": "\u0300", '"': "\u0308", "^": "\u0302", "~": "\u0303", "c": "\u0327", "v": "\u030c"}
_PLACES = ("journal", "journaltitle", "booktitle", "publisher", "howpublished", "school")
_NOT_ENTRIES = {"comment", "string", "preamble"}


def read_bibliography(folder: Path | None, names: Any) -> dict[str, dict[str, str]]:
    """The entries of ``.bib`` files beside a notebook, by their keys.

    Args:
        folder: The notebook's directory; without one there is none.
        names: What the front matter names: a file, or several. Where it names none, the only one in the folder counts.
    """
    wanted = [names] if isinstance(names, str) else [str(name) for name in names or []]
    if not wanted and folder is not None:
        found = sorted(path.name for path in folder.glob("*.bib"))
        wanted = found if len(found) == 1 else []
    entries: dict[str, dict[str, str]] = {}
    for name in wanted[:20]:
        path = beside(folder, name)
        if path is not None:
            entries |= parse(path.read_text("utf-8", "replace"))
    return entries


def parse(text: str) -> dict[str, dict[str, str]]:
    """The entries of a BibTeX file: their fields by name, with their kind as ``entry``."""
    entries: dict[str, dict[str, str]] = {}
    starts = [match for match in _ENTRY.finditer(text) if match[1].lower() not in _NOT_ENTRIES]
    for start, following in zip(starts, [*(match.start() for match in starts[1:]), len(text)], strict=True):
        body = text[start.end() : following]
        fields = {"entry": start[1].lower()}
        at = 0
        while match := _FIELD.search(body, at):
            value, at = _value(body, match.end())
            fields.setdefault(match[1].lower(), _plain(value))
        entries[start[2]] = fields
    return entries


def _value(text: str, at: int) -> tuple[str, int]:
    """A value of a field, and where it ends."""
    if at >= len(text) or text[at] not in '{"':
        end = re.compile(r"[,}\n]").search(text, at)
        return text[at : end.start() if end else len(text)].strip(), end.end() if end else len(text)
    quoted = text[at] == '"'
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if (quoted and place > at and text[place] == '"' and depth == 0) or (not quoted and depth == 0):
            return text[at + 1 : place], place + 1
    return text[at + 1 :], len(text)


def _plain(value: str) -> str:
    """A value without TeX: accents as letters, no braces."""

    def letter(match: re.Match[str]) -> str:
        return unicodedata.normalize("NFC", match[2] + _ACCENTS[match[1]])

    value = re.sub(r"\{?\\([\'`\"^~cv])\s*\{?([A-Za-z])\}?\}?", letter, value)
    value = re.sub(r"\\&", "&", value).replace("--", "–").replace("~", " ")
    value = re.sub(r"\\((?:La|Bib)?TeX)\b", r"\1", value)
    return " ".join(re.sub(r"[{}]|\\[a-zA-Z]+\s?", "", value).split())


def short(entry: Mapping[str, str], *, brackets: bool) -> str:
    """An entry as a citation: ``Knuth 1984``, or ``Knuth (1984)`` within a sentence."""
    names = [_family(name) for name in _people(entry)]
    who = names[0] if len(names) == 1 else " and ".join(names) if len(names) == 2 else f"{names[0]} et al."
    year = entry.get("year") or entry.get("date", "")[:4] or "n.d."
    return f"{who} ({year})" if brackets else f"{who} {year}"


def full(entry: Mapping[str, str]) -> Markup:
    """An entry of the list of what was cited."""
    people = _people(entry)
    who = ", ".join(people[:-1]) + (" and " if len(people) > 1 else "") + people[-1]
    year = entry.get("year") or entry.get("date", "")[:4] or "n.d."
    place = next((entry[name] for name in _PLACES if entry.get(name)), "")
    parts = [f"{who.rstrip('.')} ({year}).", f"{entry.get('title', '').rstrip('.')}."]
    html = Markup(" ").join(escape(part) for part in parts if part != ".")
    if place:
        more = "".join(f", {entry[name]}" for name in ("volume", "pages") if entry.get(name))
        html += Markup(" <em>{}</em>{}.").format(place, more)
    address = f"https://doi.org/{entry['doi']}" if entry.get("doi") else entry.get("url", "")
    if re.match(r"https?://\S+$", address):
        html += Markup(' <a href="{0}" rel="noopener noreferrer">{0}</a>').format(address)
    return html


def _people(entry: Mapping[str, str]) -> list[str]:
    names = entry.get("author") or entry.get("editor") or entry.get("organization") or entry.get("title") or "Anonymous"
    return [name.strip() for name in re.split(r"\s+and\s+", names) if name.strip()] or ["Anonymous"]


def _family(name: str) -> str:
    return name.partition(",")[0].strip() if "," in name else name.split()[-1]
