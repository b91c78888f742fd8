"""The tree of SQL, parsed once however many checks look at it.

``syntax`` does the same for Python; this is a module of its own because sqlglot takes a while to load.
"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

MAX_TREES = 32


@lru_cache(maxsize=MAX_TREES)
def parse_sql(text: str, dialect: str = "duckdb") -> exp.Expression:
    """The tree of a statement, which nobody may change; ``sqlglot.parse_one`` gives one that may be changed.

    >>> parse_sql("SELECT a FROM t").named_selects
    ['a']

    Args:
        text: The statement.
        dialect: Of the statement, as sqlglot names it.

    Raises:
        SqlglotError, ValueError, RecursionError: As ``sqlglot.parse_one``.
    """
    return sqlglot.parse_one(text, read=dialect)
