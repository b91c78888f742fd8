"""The form of the grammar: a rule says which kinds of tags it consumes, and what part of a plan they are.

A pattern is a regular expression whose letters are the kinds of tags: ``"function (rows|frame)?"``. A rule's docstring
is an example of what it reads. It answers None where the words do not fit after all, and raises Abstained where they
fit and cannot be meant: that reading then loses against any other that can.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..errors import Abstained
from .lexicon import Lexicon
from .linking import Tag

REFUSED = 40.0
"""What a reading with a part that cannot be meant costs."""


@dataclass(frozen=True, slots=True)
class Span:
    """The tags that a rule consumes, and where they stand in the question."""

    tags: tuple[Tag, ...]
    start: int
    end: int
    words: Lexicon

    @property
    def own(self) -> tuple[Tag, ...]:
        """The consumed tags."""
        return self.tags[self.start : self.end]

    @property
    def before(self) -> Tag:
        """The tag before the first one."""
        return self.tags[self.start - 1] if self.start else Tag("start", "")

    @property
    def after(self) -> Tag:
        """The tag behind the last one."""
        return self.tags[self.end] if self.end < len(self.tags) else Tag("end", "")

    def of(self, *kinds: str) -> list[Tag]:
        """The consumed tags of some kinds."""
        return [tag for tag in self.own if tag.kind in kinds]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reading: what some words are, and what it costs to take them so."""

    part: Any
    cost: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Words that a rule knows and that cannot be meant, with the reason."""

    error: Abstained


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the pattern of kinds, what it costs, and what it makes of them."""

    pattern: re.Pattern[str]
    cost: float
    read: Callable[[Span], Any]


@dataclass(slots=True)
class Grammar:
    """A table of rules."""

    rules: list[Rule] = field(default_factory=list)

    def rule(self, pattern: str, cost: float = 1.0) -> Callable[[Callable[[Span], Any]], Callable[[Span], Any]]:
        """Enter a function as a rule."""
        compiled = re.compile(re.sub(r"[a-z]+", r"(?:\g<0>_)", pattern).replace(" ", ""))

        def enter(read: Callable[[Span], Any]) -> Callable[[Span], Any]:
            self.rules.append(Rule(compiled, cost, read))
            return read

        return enter

    def pieces(self, tags: tuple[Tag, ...], words: Lexicon) -> Iterator[Piece]:
        """Every part that some rule makes of some of the tags."""
        starts, text = [], ""
        for tag in tags:
            starts.append(len(text))
            text += tag.kind + "_"
        ends = {place: index for index, place in enumerate([*starts, len(text)])}
        for index, place in enumerate(starts):
            for rule in self.rules:
                found = rule.pattern.match(text, place)
                while found is not None and found.end() > place:
                    end = ends[found.end()]
                    yield from _read(rule, Span(tags, index, end, words))
                    found = rule.pattern.match(text, place, found.end() - 1)


def _read(rule: Rule, span: Span) -> Iterator[Piece]:
    try:
        part = rule.read(span)
    except Abstained as error:
        part = Refused(error)
    if part is not None:
        cost = rule.cost + (REFUSED - 0.1 * (span.end - span.start) if isinstance(part, Refused) else 0)
        yield Piece(part, cost, span.start, span.end)
