"""Which names that come out of a run a model may be told: those that it knows already.

A name is a value too. ``pivot_table`` makes column names of values, and code can name a column, a variable, a type or
an exception after anything it reads. So below the level ``rows`` a name leaves only where the model wrote it itself, in
code that it was sent, or where the cards hold it that it was sent in the same request.
"""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..turn import PRIVACY_LEVELS, Code, FrameCard, Privacy
from ..turn.syntax import parse_python
from .compact import group_text, numbered
from .describe import MAX_VALUES
from .text import json_text

MAX_CODE = 20_000
"""Characters of code whose words count as known. More words would let each one that passes carry more."""
MAX_VARIABLES = 20
"""Variables that a model is told of below the level ``rows``."""
MAX_NAMES = 1_000
"""Names of variables that are kept of earlier code."""
TYPES = frozenset(
    "DataFrame Series LazyFrame Index Figure Table DuckDBPyRelation ndarray int float str bool list dict".split()
)
"""Types of variables that are told: few, as which of them a variable has is up to the code."""
GIVEN = frozenset({"index", "value", "variable", "count", "proportion", "count_star()"})
"""Names that pandas and DuckDB give to columns which have none."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a model has been sent in one request.

    Attributes:
        level: The privacy level of the request; at ``rows`` every name may leave.
        description: The cards as text, as they were sent.
        cards: The same cards, cut down to the level.
        code: The code that ran, and earlier code that the request shows.
    """

    level: Privacy
    description: str = ""
    cards: tuple[FrameCard, ...] = ()
    code: tuple[str, ...] = ()
    _names: frozenset[Any] = field(init=False, repr=False, default=frozenset())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", GIVEN | _in_code("\n".join(self.code)[:MAX_CODE]) | self._in_cards())

    def holds(self, name: object) -> bool:
        """Whether a name of a column, an index level, a variable, a type or an exception may leave.

        Args:
            name: A label of any kind; of a tuple, as a pandas ``MultiIndex`` has them, each part must be known.
        """
        if self.level == "rows" or name is None or name == "":
            return True
        if isinstance(name, tuple):
            return all(self.holds(part) for part in name)
        if _is_number(name):
            return name in self._names or str(name) in self._names
        return isinstance(name, str | dt.date) and str(name) in self._names

    def _in_cards(self) -> frozenset[Any]:
        """Names and values that the cards hold, but for columns which had no room in the description."""
        columns = [column for card in self.cards for column in card.columns]
        names: list[Any] = [card.name for card in self.cards]
        names += [name for c in columns for name in (c.name, c.sql, *(c.label if isinstance(c.label, tuple) else ()))]
        names += [c.label for c in columns] + [value for c in columns for value, _ in c.values[:MAX_VALUES]]
        texts = {name for name in names if isinstance(name, str) and json_text(name) in self.description}
        ranges = [
            group for card in self.cards for group in numbered(card.columns) if group_text(group) in self.description
        ]
        texts |= {name for group in ranges for column in group for name in (column.name, column.sql)}
        return frozenset(texts | {name for name in names if _is_number(name)})


def described_variables(
    alive: Iterable[str], written: Sequence[tuple[str, Privacy]], level: Privacy
) -> tuple[str, ...]:
    """What a model is told of the variables that earlier code left in the sandbox.

    Args:
        alive: What the sandbox says is alive, as ``name: type``.
        written: The names that code which ran gives at its top level, with the privacy level it was written at.
        level: The privacy level of the request. At ``rows`` all leave; below it, names that stand in code which the
            model may see, with their types where those are among ``TYPES``.
    """
    if level == "rows":
        return tuple(alive)
    types = {name: kind.strip() for name, _, kind in (entry.partition(":") for entry in alive)}
    most = PRIVACY_LEVELS.index(level)
    known = dict.fromkeys(n for n, privacy in written if n in types and PRIVACY_LEVELS.index(privacy) <= most)
    return tuple(f"{n}: {types[n]}" if types[n] in TYPES else n for n in list(known)[-MAX_VARIABLES:])


def names_given(code: Code) -> tuple[str, ...]:
    """The variables that code leaves behind, read from its text alone: what it gives a name at its top level."""
    if code.language == "sql":
        return ("result",)
    try:
        tree = parse_python(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    names: list[str] = []
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.append(statement.name)
        else:
            names += [n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return tuple(dict.fromkeys(name for name in names if not name.startswith("_")))


def _in_code(text: str) -> frozenset[str]:
    """Names that stand in code: its words, its texts in quotes, and calls, after which SQL names what they give."""
    quoted = {part for pair in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", text) for part in pair if part}
    calls = re.findall(r"\w+\([^()\n]*\)", text)
    return frozenset({*re.findall(r"[^\W\d]\w*|\d+(?:\.\d+)?", text), *quoted, *calls})


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
