"""Questions that are made of others: a comparison of two figures, a running total of a figure by month.

A form is a sentence with gaps. What stands in a gap is put into a plain question, which the one grammar reads whole or
not at all; the form makes one plan of the plans of its plain questions. So no word of a gap is lost either.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import Abstained
from ..language import message
from .lexicon import Lexicon
from .plan.schema import QueryPlan

Ask = Callable[[str], QueryPlan]
"""Reads a plain question; raises ``Abstained`` where it cannot."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What a form reads its gaps with.

    Attributes:
        gaps: The words in each gap, by its name.
        ask: Reads a plain question.
        words: The frame's names.
    """

    gaps: dict[str, str]
    ask: Ask
    words: Lexicon


Make = Callable[[Asking], QueryPlan]


@dataclass(slots=True)
class Forms:
    """A table of forms; ``found`` makes the plan of the first one that a question has."""

    table: list[tuple[re.Pattern[str], Make]] = field(default_factory=list)

    def form(self, pattern: str) -> Callable[[Make], Make]:
        """Enter a function as a form: of the whole question, without its question mark."""
        compiled = re.compile(rf"\s*{_LEAD}(?:{pattern})\s*[?.!]*\s*", re.IGNORECASE)

        def enter(make: Make) -> Make:
            self.table.append((compiled, make))
            return make

        return enter

    def has(self, text: str) -> bool:
        """Whether a question has one of the forms."""
        return any(pattern.fullmatch(text) for pattern, _ in self.table)

    def plan(self, text: str, ask: Ask, words: Lexicon) -> QueryPlan | None:
        """The plan of a question that has one of the forms; None where it has none.

        Raises:
            Abstained: It has one, and what stands in a gap is not understood.
        """
        failure: Abstained | None = None
        for pattern, make in self.table:
            found = pattern.fullmatch(text)
            if found is None:
                continue
            gaps = {name: " ".join((gap or "").split()) for name, gap in found.groupdict().items()}
            try:
                return make(Asking(gaps, ask, words))
            except Abstained as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return None


_LEAD = (
    r"(?:please\s+)?(?:(?:show|give|list|display|compute|calculate|tell)(?:\s+me)?\s+|what(?:'s|\s+is|\s+was)\s+)?"
    r"(?:(?:the|a)\s+)?"
)


def unclear() -> Abstained:
    """The reason where a form's parts do not make a whole."""
    return Abstained(
        message("It is not clear what is to be compared or computed here."),
        message("Ask for the figures one at a time."),
    )
