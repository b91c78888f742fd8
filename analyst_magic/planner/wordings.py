"""Everyday wordings in the words that the grammar reads: a table of them, and what their rules ask of a frame.

A wording is a pattern in a question, and what to say instead where the names of the frame leave no doubt. Where they
do not tell, the words stay as they are, and the grammar asks or abstains.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from ..turn import ColumnCard
from .column_choice import PLANNED, is_number, numbers_things
from .lexicon import Lexicon
from .linking import columns_called
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .tokens import canonical, stem

MAX_MATCHED = 500
"""Texts whose patterns a table remembers."""
Reword = Callable[[re.Match[str], Lexicon], str | None]


@dataclass(slots=True)
class Wordings:
    """A table of wordings, tried one after another."""

    table: list[tuple[re.Pattern[str], Reword]] = field(default_factory=list)
    matching: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False)

    def wording(self, pattern: str) -> Callable[[Reword], Reword]:
        """Enter a function as a wording: it answers with the words to use instead, or None."""
        compiled = re.compile(pattern, re.IGNORECASE)

        def enter(reword: Reword) -> Reword:
            self.table.append((compiled, reword))
            return reword

        return enter

    def apply(self, text: str, words: Lexicon) -> str:
        """The text with all wordings of the table in the words that the grammar reads."""
        place = 0
        while (found := next((at for at in self._matching(text) if at >= place), None)) is not None:
            pattern, reword = self.table[found]
            text = pattern.sub(partial(_reworded, reword=reword, words=words), text)
            place = found + 1
        return text

    def _matching(self, text: str) -> tuple[int, ...]:
        """Which patterns a text has; remembered, as one question is read for each frame in scope."""
        if text not in self.matching:
            if len(self.matching) >= MAX_MATCHED:
                self.matching.clear()
            self.matching[text] = tuple(at for at, (pattern, _) in enumerate(self.table) if pattern.search(text))
        return self.matching[text]


def _reworded(found: re.Match[str], *, reword: Reword, words: Lexicon) -> str:
    said = reword(found, words)
    return found[0] if said is None else said


_PERSONS = frozenset(
    "staff employee person people worker colleague member player student pupil patient customer client user "
    "respondent participant applicant passenger teacher nurse doctor driver borrower subscriber voter".split()
)


def rows_are_persons(words: Lexicon) -> bool:
    """Whether each row is a person: the frame, or the column that numbers its rows, is named after one."""
    if words.frame and words.frame[-1] in _PERSONS:
        return True
    keys = [c for c in words.card.columns if is_key(c, words) and not is_time(c)]
    return any({canonical(part) for part in name_parts(c.sql)} & _PERSONS for c in keys)


def is_known(word: str, words: Lexicon) -> bool:
    """Whether a word is a name or a value of the data."""
    return bool(columns_called(word, words)) or any(word.lower() in value for value in words.values)


def is_each_row(noun: str, words: Lexicon) -> bool:
    """Whether a noun names the rows, or a column that is different in each of them."""
    plain = stem(noun.lower())
    named = columns_called(noun, words) or columns_called(plain, words)
    return canonical(plain) in words.frame[-1:] or any(is_key(words.column(name), words) for name in named)


def is_plural_key(noun: str, words: Lexicon) -> bool:
    """Whether a noun in the plural names the one column that is different in each row."""
    plain = stem(noun.lower())
    if plain == noun.lower() or words.called(noun) is not None:
        return False
    named = columns_called(plain, words)
    return len(named) == 1 and is_key(words.column(named[0]), words) and not is_time(words.column(named[0]))


def amounts_called(text: str, words: Lexicon) -> list[str]:
    """The columns of numbers that some words name, none of which numbers things."""
    names = columns_called(text, words) if text else []
    return [name for name in names if is_number(words.column(name)) and not numbers_things(words.column(name))]


def has_both_signs(column: ColumnCard) -> bool:
    """Whether a column has numbers below and above zero."""
    ends = (column.minimum, column.maximum)
    return all(isinstance(end, int | float) for end in ends) and ends[0] < 0 < ends[1]


def date_of_rows(words: Lexicon) -> str | None:
    """The one column of dates or times that each row has, but for what is only planned."""
    times = [c for c in words.card.columns if is_time(c) and not c.nulls and not PLANNED & {*name_parts(c.sql)}]
    return times[0].sql if len(times) == 1 else None


def value_called(text: str, words: Lexicon) -> tuple[str, str] | None:
    """The one value that some words are, with its column."""
    known = words.values.get(tuple(text.lower().split()))
    return (known[0][0], str(known[0][1])) if known is not None and len(known) == 1 else None


def one_value(noun: str, words: Lexicon) -> tuple[str, str] | None:
    """The one value that a noun in the singular or plural is, with its column; None where it names something else."""
    low = noun.lower()
    if columns_called(low, words) or canonical(low) in words.frame[-1:] or low in words.exact:
        return None
    found = words.values.get((low,), ()) or words.values.get((stem(low),), ())
    return (found[0][0], str(found[0][1])) if len(found) == 1 else None
