"""The one grammar: all its rules, and the readings of a question by them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..errors import Abstained
from . import dates, figures, flags, groups, looks, ranks, sets, verbs
from .conditions import conditions_at
from .everyday import with_amounts_of_verbs, with_compared_columns, with_counted_keys
from .flags import with_negated_flags
from .lexicon import Lexicon
from .linking import Tag, tags, with_quoted_names, without_fillers
from .parser import Reading, readings
from .parts import OtherFunction, Where
from .plan.sql import is_time
from .rewording import with_plain_wordings
from .rules import REFUSED, Grammar, Piece, Refused, Span
from .tokens import tokens

_MODULES = (figures, groups, ranks, looks, dates, flags, sets, verbs)
GRAMMAR = Grammar([rule for module in _MODULES for rule in module.RULES.rules])


FOLLOW_UPS = Grammar([*GRAMMAR.rules])


@FOLLOW_UPS.rule("function", cost=1.4)
def other_function(span: Span) -> OtherFunction | None:
    """``the median instead``."""
    plain = span.own[0].meaning in {"mean", "median", "sum", "min", "max", "std"}
    return OtherFunction(span.own[0].meaning) if plain else None


def read(text: str, words: Lexicon, follow_up: bool = False) -> list[Reading]:
    """The readings of a question, the cheapest first."""
    for reword in (
        with_plain_wordings,
        with_negated_flags,
        with_amounts_of_verbs,
        with_compared_columns,
        with_counted_keys,
    ):
        text = reword(text, words)
    found = without_fillers(tags(tokens(with_quoted_names(text, words)), words))
    words = _with_default_time(found, words)
    rules = FOLLOW_UPS if follow_up else GRAMMAR
    return readings(found, [*rules.pieces(found, words), *_conditions(found, words)])


def _with_default_time(found: tuple[Tag, ...], words: Lexicon) -> Lexicon:
    """The names with the one column of dates that the question names, where the frame has several."""
    named = {n for t in found if t.kind == "column" for n in t.meaning if is_time(words.column(n))}
    several = sum(is_time(column) for column in words.card.columns) > 1
    return replace(words, default_time=named.pop()) if several and len(named) == 1 else words


def _side_by_side(own: tuple[Tag, ...]) -> bool:
    """Whether values stand side by side, as in ``for Desk and Chair``."""
    kinds = {tag.kind for tag in own}
    return "and" in kinds and not kinds & {"or", "not", "between", "number", "operator"}


def _conditions(found: tuple[Tag, ...], words: Lexicon) -> Iterator[Piece]:
    for place in range(len(found)):
        for length, filters in conditions_at(found, place, words):
            if isinstance(filters, Abstained):
                for end in range(place + 1, min(place + 6, len(found) + 1)):
                    yield Piece(Refused(filters), REFUSED - 0.1 * (end - place), place, end)
            else:
                yield Piece(
                    Where(tuple(filters), each=_side_by_side(found[place : place + length])), 0.8, place, place + length
                )
