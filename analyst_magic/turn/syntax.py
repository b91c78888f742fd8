"""Python code as a tree, parsed once for all the parts of a turn that read it.

A turn's code is looked at by some twenty rules, by the lock and by the evidence. The trees are shared: whoever wants to
change one parses the text anew.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any

MAX_TREES = 32


@lru_cache(maxsize=MAX_TREES)
def parse_python(text: str) -> ast.Module:
    """The tree of Python code, which nobody may change.

    >>> [type(node).__name__ for node in all_nodes(parse_python("x = 1"))]
    ['Module', 'Assign', 'Name', 'Constant', 'Store']

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: As ``ast.parse``.
    """
    return ast.parse(text)


@lru_cache(maxsize=MAX_TREES)
def all_nodes(tree: ast.AST) -> tuple[Any, ...]:
    """All nodes of a tree, itself first, in the order of ``ast.walk``."""
    nodes: list[ast.AST] = [tree]
    for node in nodes:  # grows while it is read
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                nodes += [item for item in value if isinstance(item, ast.AST)]
            elif isinstance(value, ast.AST):
                nodes.append(value)
    return tuple(nodes)


@lru_cache(maxsize=MAX_TREES)
def words_of(text: str) -> frozenset[str]:
    """The variables that Python code names, and the words of its texts, such as the tables of ``duckdb.sql("...")``.

    Of code that only the sandbox can read (newer syntax, lines of IPython) every word counts.

    >>> sorted(words_of("duckdb.sql('FROM sales')"))
    ['FROM', 'duckdb', 'sales']
    """
    try:
        nodes = all_nodes(parse_python(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(re.findall(r"\w+", text))
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(named.union(*(re.findall(r"\w+", value) for value in texts)))
