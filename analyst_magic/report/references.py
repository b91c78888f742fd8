"""What a manuscript counts across its cells (figures, tables, equations, listings, theorems), and what refers to it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from .bibliography import full, short
from .directives import THEOREMS
from .headings import TAG
from .tex import Macros

_WORDS = {"fig": "Figure", "tbl": "Table", "eq": "Equation", "lst": "Listing", "sec": ""}
_PREFIX = "n-"


@dataclass(frozen=True, slots=True)
class Target:
    """A place that references lead to: its words, such as ``Figure 2``, and the id of the place."""

    words: str
    anchor: str


@dataclass(slots=True)
class References:
    """The numbers, labels and citations of one report, in the order in which they are met.

    Attributes:
        entries: What can be cited, by its key.
        footnotes: Definitions of footnotes of the whole notebook, by their names.
        noted: How many footnotes there were so far.
        widgets: The saved states of the notebook's widgets.
        macros: The macros of TeX that formulas have defined so far.
    """

    entries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    footnotes: Mapping[str, str] = field(default_factory=dict)
    noted: int = 0
    widgets: Mapping[str, Any] = field(default_factory=dict)
    macros: Macros = field(default_factory=Macros)
    _mark: str = field(default_factory=lambda: f"r{secrets.token_hex(8)}x")
    _asked: list[tuple[str, tuple[str, ...], str, tuple[str, ...]]] = field(default_factory=list)
    _targets: dict[str, Target] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _cited: list[str] = field(default_factory=list)

    def number(self, kind: str, label: str = "", tag: str = "") -> tuple[str, str]:
        """The next number of a kind (``fig``, ``tbl``, ``eq``), and the id of its place.

        Args:
            kind: The kind; that of a theorem is its word: ``theorem``, ``lemma``.
            label: What references call it.
            tag: What stands in place of a number.
        """
        if not tag:
            self._counts[kind] = self._counts.get(kind, 0) + 1
        number = tag or str(self._counts[kind])
        anchor = f"{_PREFIX}{label}" if label else ""
        if label:
            words = f"({number})" if kind == "eq" else f"{_WORDS.get(kind, kind.capitalize())} {number}"
            self._targets.setdefault(label, Target(words, anchor))
        return number, anchor

    def place(self, label: str, words: str, anchor: str) -> None:
        """Note a place that is called by its words, such as a section."""
        self._targets.setdefault(label, Target(words, anchor))

    def settle(self, plain: Callable[[str], str]) -> None:
        """Write the words of places plainly.

        Args:
            plain: Makes words of what stands in a text for formulas.
        """
        self._targets = {label: Target(plain(one.words), one.anchor) for label, one in self._targets.items()}

    def mark(self, how: str, keys: tuple[str, ...], written: str, pages: tuple[str, ...] = ()) -> str:
        """A mark in the text for a reference, which ``resolved`` replaces when all is known.

        Args:
            how: ``ref`` to a place, ``cite`` in brackets, ``text`` for a citation within a sentence.
            keys: What is referred to.
            written: What stands there where nothing is known of it.
            pages: What stands behind each key, such as its pages.
        """
        self._asked.append((how, keys, written, pages))
        return f"{self._mark}{len(self._asked) - 1}z"

    def resolved(self, html: Markup) -> Markup:
        """Sanitised HTML with its references as links; in attributes, as they were written."""
        if self._mark not in html:
            return html
        mark = re.compile(rf"{self._mark}(\d+)z")
        parts: list[str] = []
        at = 0
        for tag in TAG.finditer(html):
            parts.append(mark.sub(lambda match: str(self._shown(int(match[1]))), html[at : tag.start()]))
            parts.append(mark.sub(lambda match: str(escape(self._asked[int(match[1])][2])), tag[0]))
            at = tag.end()
        parts.append(mark.sub(lambda match: str(self._shown(int(match[1]))), html[at:]))
        return Markup("".join(parts))  # noqa: S704 - the sanitiser's, with links of ours

    def plain(self, text: str) -> str:
        """Words of a heading with its references as words."""
        mark = re.compile(rf"{self._mark}(\d+)z")
        return mark.sub(lambda match: str(self._shown(int(match[1])).striptags()), text)

    def cited(self) -> list[Markup]:
        """The list of what was cited, by author, each with the id of its place."""
        keys = sorted(self._cited, key=lambda key: short(self.entries[key], brackets=False).casefold())
        entry = Markup('<li id="n-ref-{}">{}</li>')
        return [entry.format(_word(key), full(self.entries[key])) for key in keys]

    def _shown(self, number: int) -> Markup:
        how, keys, written, pages = self._asked[number]
        if how == "ref":
            target = self._targets.get(keys[0])
            if target is None:
                return escape(written)
            return Markup('<a href="#{}">{}</a>').format(target.anchor, target.words)
        links = []
        for place, key in enumerate(keys):
            if key not in self.entries:
                links.append(escape(f"{key}?"))
                continue
            if key not in self._cited:
                self._cited.append(key)
            words = short(self.entries[key], brackets=how == "text")
            links.append(Markup('<a href="#n-ref-{}">{}</a>').format(_word(key), words))
            links[-1] += pages[place] if place < len(pages) else ""
        joined = Markup("; ").join(links)
        return joined if how == "text" else Markup("({})").format(joined)

    def known(self, key: str) -> bool:
        """Whether a key can be cited."""
        return key in self.entries


def is_label(key: str) -> bool:
    """Whether a key refers to a figure, table, equation, section, listing or theorem, as Quarto names them."""
    return bool(re.match(rf"(?:fig|tbl|eq|sec|lst|{'|'.join(THEOREMS)})-[\w-]+$", key))


def _word(key: str) -> str:
    return re.sub(r"[^\w.-]", "-", key)
