"""Which code draws a table of aggregates and nothing else: the table by itself, and the drawing by itself.

Below the privacy level ``rows`` a model may be shown a figure only where its data are aggregates that it may be told.
The model wrote the code, so its figure is not believed. Code of a plain form comes apart here: what computes the table
can be counted (``grouped``), and what draws it names that table and constants alone, so that it can be run again over
the aggregates that may be told.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..turn.syntax import parse_python

_ALIASES = {"px": "plotly.express", "go": "plotly.graph_objects"}
"""The modules that draw, by the names that count."""
_HOISTED = "drawn_table"
"""The name of a table that the call which draws computes itself."""
_CHANGES = frozenset(
    """update_layout update_traces update_xaxes update_yaxes add_trace add_bar add_scatter add_hline add_vline
    update_coloraxes""".split()
)
"""What may be done with a figure: all of it takes constants and columns of the table."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Code that draws a table, in two parts.

    Attributes:
        table: Code whose last expression is the table.
        name: What the second part calls it.
        figure: Code that draws it.
    """

    table: str
    name: str
    figure: str


def drawing_of(text: str) -> Drawing | None:
    """The two parts of code that draws one table; None where it is of no such form.

    Args:
        text: Python that a model wrote.

    Example:
        >>> drawn = drawing_of(
        ...     "import plotly.express as px\\n"
        ...     "t = sales.groupby('region', as_index=False).revenue.sum()\\n"
        ...     "px.bar(t, x='region', y='revenue', title='Revenue')"
        ... )
        >>> drawn.table.splitlines()[-1], drawn.name, drawn.figure.splitlines()[-1]
        ('t', 't', "px.bar(t, x='region', y='revenue', title='Revenue')")
        >>> drawing_of("import plotly.express as px\\npx.bar(t, x='a', y='b', title=f'Best: {t.a[0]}')")
    """
    try:
        statements = [one for one in parse_python(text).body if not _is_answer(one)]
        if not _has_usual_names(statements):
            return None
        modules = set(_ALIASES)
        statements = [one for one in statements if not _imports_drawing(one)]
        first = next((n for n, one in enumerate(statements) if _names(one) & modules), len(statements))
        before, after = statements[:first], statements[first:]
        hoisted = _hoisted(after, modules)
        table = hoisted or _table_named(after, modules)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    name = table.id if isinstance(table, ast.Name) else _HOISTED
    if table is None or not _is_plain(after, name, modules):
        return None
    imports = [f"import {module} as {alias}" for alias, module in _ALIASES.items()]
    figure = "\n".join([*imports, *map(ast.unparse, after)])
    return Drawing("\n".join(map(ast.unparse, [*before, table])), name, figure)


def _imports_drawing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import) and all(alias.name in _ALIASES.values() for alias in statement.names)


def _has_usual_names(statements: Sequence[ast.stmt]) -> bool:
    """Whether the modules that draw have their usual names, which are theirs alone then."""
    imports = [one for one in statements if isinstance(one, ast.Import) and _imports_drawing(one)]
    return all(_ALIASES.get(alias.asname or "") == alias.name for one in imports for alias in one.names)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_answer(statement: ast.stmt) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "answer"


def _calls(statements: Sequence[ast.stmt], modules: set[str]) -> Iterator[ast.Call]:
    """The calls of ``px``, which take a table."""
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id == "px" and "px" in modules:
                    yield node


def _hoisted(after: Sequence[ast.stmt], modules: set[str]) -> ast.expr | None:
    """The table that the one call of ``px`` computes itself, which is replaced by a name; None where it names one."""
    calls = list(_calls(after, modules))
    if len(calls) != 1 or not calls[0].args or isinstance(calls[0].args[0], ast.Name):
        return None
    table = calls[0].args[0]
    calls[0].args[0] = ast.Name(_HOISTED, ast.Load())
    return table


def _table_named(after: Sequence[ast.stmt], modules: set[str]) -> ast.Name | None:
    """The one name of the part that draws which is neither a module, nor ``display``, nor given there."""
    given = {target.id for one in after if isinstance(one, ast.Assign) for target in one.targets
             if isinstance(target, ast.Name)}  # fmt: skip
    used = set[str]().union(*map(_names, after)) - given - modules - {"display"}
    return ast.Name(used.pop(), ast.Load()) if len(used) == 1 else None


def _is_plain(after: Sequence[ast.stmt], table: str, modules: set[str]) -> bool:
    """Whether the part that draws does nothing but draw: calls with constants and with columns of the table."""
    figures = set[str]()
    for statement in after:
        value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
        if value is None or not _is_figure(value, table, modules, figures):
            return False
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            if len(statement.targets) != 1 or not isinstance(target, ast.Name) or target.id in {table, *modules}:
                return False
            figures.add(target.id)
    return bool(after)


def _is_figure(node: ast.expr, table: str, modules: set[str], figures: set[str]) -> bool:
    """Whether an expression is a figure: a name of one, one that is drawn, shown or changed."""
    if isinstance(node, ast.Name):
        return node.id in figures
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        shown = node.func.id == "display" and len(node.args) == 1 and not node.keywords
        return shown and _is_figure(node.args[0], table, modules, figures)
    if not isinstance(node.func, ast.Attribute):
        return False
    owner, arguments = node.func.value, [*node.args, *(keyword.value for keyword in node.keywords)]
    if any(keyword.arg is None for keyword in node.keywords):
        return False
    if not all(_is_argument(one, table, modules) for one in arguments):
        return False
    if isinstance(owner, ast.Name) and owner.id in modules:
        return not node.func.attr.startswith("_")
    return node.func.attr in _CHANGES and _is_figure(owner, table, modules, figures)


def _is_argument(node: ast.expr, table: str, modules: set[str]) -> bool:
    """Whether an argument holds nothing but constants, the table, its columns and traces of those."""
    if isinstance(node, ast.Name):
        return node.id == table
    if isinstance(node, ast.Subscript):
        return _is_table(node.value, table) and isinstance(node.slice, ast.Constant)
    if isinstance(node, ast.Attribute):
        return _is_table(node.value, table)
    if isinstance(node, ast.Call):
        return _is_figure(node, table, modules & {"go"}, set())
    if isinstance(node, ast.Dict):
        parts = [key for key in node.keys if key is not None]
        return len(parts) == len(node.keys) and all(_is_argument(one, table, modules) for one in [*parts, *node.values])
    if isinstance(node, ast.List | ast.Tuple):
        return all(_is_argument(one, table, modules) for one in node.elts)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub | ast.UAdd) and isinstance(node.operand, ast.Constant)
    return isinstance(node, ast.Constant)


def _is_table(node: ast.expr, table: str) -> bool:
    return isinstance(node, ast.Name) and node.id == table
