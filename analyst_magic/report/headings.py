"""Headings of a report: levels that skip none, an anchor for each, and the table of contents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup, escape

ON_THE_WEB = "#on-the-web"
"""The source of a picture on the network, as the sanitiser leaves it."""

LOST_PARTS = {
    ON_THE_WEB: ("picture", "it is on the network"),
    "": ("picture", "it is not beside the notebook"),
    "#lost-page": ("page", "a report loads nothing from elsewhere"),
    "#lost-video": ("video", "it is not in the notebook"),
    "#lost-audio": ("sound", "it is not in the notebook"),
    "#lost-file": ("file", "a report takes in no other text"),
}
"""What a page leaves out, by the source of the picture that the sanitiser leaves in its place: its kind, and why."""

TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:[^>\"]|\"[^\"]*\")*)>")
"""A tag as the sanitiser writes it: a ``<`` outside of tags is escaped there, and every attribute is in quotes."""

_OPENING = re.compile(r"<h([1-6])((?:[^>\"]|\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r'\s+([^\s="]+)="([^"]*)"')
_FORMULA = re.compile(r'<math[^>]*? alttext="([^"]*)">.*?</math>', re.DOTALL)
_ANCHOR_LINK = re.compile(r'<a[^>]*class="anchor-link"[^>]*>.*?</a>')


@dataclass(frozen=True, slots=True)
class Heading:
    """An entry of the table of contents.

    Attributes:
        level: 1 for the title, 2 for a section, and so on.
        text: Its words, without markup.
        anchor: The id of the place in the page.
    """

    level: int
    text: str
    anchor: str


class Outline:
    """The headings of one report, in the order in which they are met."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self._level = 0
        self._section = 0
        self._anchors: set[str] = set()

    def title(self, text: str) -> Heading:
        """The report's own title, above all else."""
        return self._add(1, text, "title", section=True)

    def question(self, text: str) -> Heading:
        """A question, which stands one level below the section that it is asked in."""
        return self._add(max(2, self._section + 1), " ".join(text.split()), "question", section=False)

    def prose(self, html: Markup) -> Markup:
        """Sanitised HTML with its headings brought into order and noted."""
        return self._placed(html, self._noted)

    def output(self, html: Markup) -> Markup:
        """The HTML of an output: its headings are brought into order, but belong to no table of contents."""
        last = [self._level]

        def place(level: int, attributes: str, _: str) -> tuple[int, str]:
            last[0] = max(1, min(level, last[0] + 1))
            return last[0], attributes

        made = self._placed(html, place)
        self._level = last[0]
        return made

    def _placed(self, html: Markup, place: Callable[[int, str, str], tuple[int, str]]) -> Markup:
        parts: list[str] = []
        at = 0
        stack: list[int] = []
        for tag in TAG.finditer(html):
            name = tag[2]
            if len(name) != 2 or name[0] != "h" or name[1] not in "123456":
                continue
            parts.append(html[at : tag.start()])
            at = tag.end()
            if tag[1]:
                parts.append(f"</h{stack.pop() if stack else name[1]}>")
            else:
                end = html.find(f"</{name}>", tag.end())
                level, attributes = place(int(name[1]), tag[3], words_of(html[tag.end() : end if end >= 0 else None]))
                stack.append(level)
                parts.append(f"<h{level}{attributes}>")
        return Markup("".join([*parts, html[at:]]))  # noqa: S704 - the sanitiser's, with other digits and our ids

    def _noted(self, level: int, attributes: str, words: str) -> tuple[int, str]:
        found = _attributes(attributes)
        heading = self._add(level, words, found.get("id") or "section", section=True)
        return heading.level, _written({**found, "id": heading.anchor})

    def _add(self, level: int, text: str, name: str, *, section: bool) -> Heading:
        """Note a heading; one that is empty takes part in the order alone."""
        level = max(1, min(level, self._level + 1, 6))
        anchor, number = name, 1
        while anchor in self._anchors:
            number += 1
            anchor = f"{name}-{number}"
        self._anchors.add(anchor)
        self._level = level
        self._section = level if section else self._section
        heading = Heading(level, text, anchor)
        if text:
            self.headings.append(heading)
        return heading


def accessible(html: Markup) -> Markup:
    """Sanitised HTML whose header cells say what they head, and whose pictures all have a word."""
    inside: list[str] = []

    def say(tag: re.Match[str]) -> str:
        closing, name, found = tag[1], tag[2], _attributes(tag[3])
        if name in {"thead", "tbody", "tfoot"}:
            inside[:] = [] if closing else [name]
        elif name == "th" and not closing and "scope" not in found:
            return f"<th{_written({**found, 'scope': 'col' if inside in (['thead'], []) else 'row'})}>"
        elif name == "img" and (lost := LOST_PARTS.get(found.get("src", ""))):
            said = unescape(found.get("alt", ""))  # signs that need no escape in an attribute do here
            shown = f"{escape(said)} " if said else ""
            kind, why = lost
            counted = "audio" if kind == "sound" else kind
            return f'<em class="left-out" data-lost="{counted}">{shown}({kind} left out: {why})</em>'
        elif name == "img" and "alt" not in found:
            return f"<img{_written({**found, 'alt': 'Picture without a description'})}>"
        return tag[0]

    return Markup(TAG.sub(say, html))  # noqa: S704 - the sanitiser's, with attributes of ours


def _attributes(text: str) -> dict[str, str]:
    """The attributes of a tag of the sanitiser's, with their values as they are written there."""
    return dict(_ATTRIBUTE.findall(text))


def _written(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def first_level(html: str) -> int:
    """The level of the heading that a piece of HTML begins with; 0 where it begins with something else."""
    opening = _OPENING.match(html.lstrip())
    return int(opening[1]) if opening else 0


def levels(html: str) -> list[int]:
    """The levels of all headings in a piece of sanitised HTML."""
    return [int(tag[2][1]) for tag in TAG.finditer(html) if not tag[1] and re.fullmatch("h[1-6]", tag[2])]


def words_of(html: str) -> str:
    """The words of a heading, with its formulas in plain signs."""
    text = _FORMULA.sub(r" \1 ", _ANCHOR_LINK.sub("", html))
    return " ".join(Markup(text).striptags().split())[:200]  # noqa: S704 - read, not shown
