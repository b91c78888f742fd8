"""What figures in pandas and polars are taken of: for totals of rows that a join repeats, or of several units."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..turn.row_steps import RowStep
from ..turn.syntax import all_nodes, parse_python
from .selects import is_converted, is_unit_of

_SPOILT = frozenset({"sum", "mean", "median", "std"})
_ONCE = frozenset({"drop_duplicates", "unique", "nunique", "n_unique"})


def figures(code: str) -> dict[str, str]:
    """The columns that code takes totals and averages of, with the figure.

    >>> figures("joined.groupby('region')['freight'].sum()")
    {'freight': 'sum'}
    >>> figures("orders.group_by('region').agg(pl.col('freight').sum())")
    {'freight': 'sum'}
    """
    tree = _tree(code)
    return dict(_figures(tree)) if tree is not None else {}


def _tree(code: str) -> ast.Module | None:
    try:
        return parse_python(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _figures(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in all_nodes(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        if name in _SPOILT:
            yield from ((column, name) for column in (*_of(node.func.value), *_texts(node.args)))
        elif name in {"agg", "aggregate"}:
            yield from _aggregated(node)
        elif name == "pivot_table":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            how = given.get("aggfunc")
            figure = how.value if isinstance(how, ast.Constant) and isinstance(how.value, str) else "mean"
            yield from ((column, figure) for column in _texts([given["values"]] if "values" in given else []))


def _of(node: ast.expr) -> list[str]:
    """The columns of ``frame["x"]``, ``frame.x`` and ``pl.col("x")``."""
    if isinstance(node, ast.Subscript):
        return _texts([node.slice])
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "col":
        return _texts(node.args)
    return []


def _texts(nodes: Sequence[ast.expr]) -> list[str]:
    parts = [part for node in nodes for part in (node.elts if isinstance(node, ast.List | ast.Tuple) else [node])]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


def _aggregated(node: ast.Call) -> Iterator[tuple[str, str]]:
    """The figures of ``agg({"x": "sum"})``, ``agg(total=("x", "sum"))`` and ``["x"].agg("sum")``."""
    assert isinstance(node.func, ast.Attribute)
    pairs = [pair for keyword in node.keywords if len(pair := _texts([keyword.value])) == 2]
    for argument in node.args:
        if isinstance(argument, ast.Dict):
            pairs += [
                [column, figure]
                for key, value in zip(argument.keys, argument.values, strict=True)
                if key is not None
                for column in _texts([key])
                for figure in _texts([value])
            ]
        else:
            pairs += [[column, figure] for column in _of(node.func.value) for figure in _texts([argument])]
    yield from ((column, figure) for column, figure in pairs if figure in _SPOILT)


def repeated(code: str, steps: Sequence[RowStep], columns: Mapping[str, Sequence[str]]) -> tuple[RowStep, ...]:
    """Figures over rows that a join has multiplied.

    Args:
        code: The code.
        steps: What the sandbox reports of its joins.
        columns: The columns of the frames, by name.
    """
    if any(word in code for word in _ONCE):
        return ()
    known = figures(code)
    return tuple(step for join in steps if join.kind == "join" for step in _repeated(join, known, columns))


def _repeated(
    join: RowStep, known: Mapping[str, str], columns: Mapping[str, Sequence[str]]
) -> Iterator[RowStep]:  # fmt: skip
    mine, theirs = set(columns.get(join.source, ())), set(columns.get(join.other, ()))
    before = join.before - join.unmatched
    for column, figure in known.items():
        if join.right_twice and join.after > before and column in mine - theirs:
            yield RowStep("repeated", join.source, before, join.after, f"The {figure} of {column}", join.other)
        if join.left_twice and column in theirs - mine:
            yield RowStep("repeated", join.other, before, join.after, f"The {figure} of {column}", join.source)


def mixed_units(
    code: str, columns: Mapping[str, Sequence[str]], distinct: Callable[[str, str], int]
) -> tuple[RowStep, ...]:
    """Totals beside a column of units that the code never names.

    Args:
        code: The code.
        columns: The columns of the frames that it names.
        distinct: Counts the different values of a frame's column.
    """
    found = []
    for column, figure in figures(code).items():
        for frame, names in columns.items():
            for unit in names if column in names and not is_converted(column) else ():
                if unit not in code and is_unit_of(unit, {column}) and (number := distinct(frame, unit)) > 1:
                    found.append(RowStep("units", frame, 0, number, f"The {figure} of {column}", unit))
    return tuple(found)
