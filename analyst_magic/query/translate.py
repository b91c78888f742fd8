"""The offline planner's SQL, which is DuckDB's, in the dialect of another engine, so that the answer is the same.

Engines differ in more than words: where nulls are sorted, whether texts are told apart by case, how many digits a mean
has, what a week begins with. Each engine's own rules are in a file of their own; what several share is here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlglot import exp

from . import translate_mysql, translate_postgres, translate_spark, translate_sqlite
from .dialects import dialect_of
from .translate_parts import changed, collate, double


def translated(tree: exp.Expression, dialect: str, collations: Mapping[str, str]) -> str:
    """A tree of DuckDB's SQL as text of another dialect.

    >>> import sqlglot
    >>> translated(sqlglot.parse_one("SELECT avg(a) AS m FROM t", read="duckdb"), "mysql", {})
    'SELECT\\n  AVG(CAST(a AS DOUBLE)) AS m\\nFROM t'

    Args:
        tree: The statement.
        dialect: sqlglot's name for the engine's dialect.
        collations: By the name of a column of text, in lower case, the collation that tells its texts apart letter by
            letter, for those whose own collation does not.

    Raises:
        SqlglotError: There is no such form.
    """
    rules = {
        "sqlite": translate_sqlite, "mysql": translate_mysql, "postgres": translate_postgres, "spark": translate_spark,
    }.get(dialect)  # fmt: skip
    if dialect == "duckdb":
        tree = changed(tree, _quantile_of_floats)
    elif rules is not None:
        collate(tree, collations, everywhere=dialect != "postgres")
        rules.prepare(tree)
        tree = changed(tree, rules.change)
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)  # of the order of nulls in windows, which is settled here
    try:
        return str(tree.sql(dialect=dialect_of(dialect), pretty=True))
    finally:
        logger.setLevel(level)


def _quantile_of_floats(node: exp.Expression) -> exp.Expression:
    """A quantile that may fall between two values, which a decimal of the same digits would cut."""
    if isinstance(node, exp.Median | exp.PercentileCont):
        node.set("this", double(node.this))
    return node
