"""Metrics in Python: ``measure("revenue", sales, by="region")`` is computed by the metric's own formula.

The formula runs as SQL over the frame, so that it means in Python exactly what it means in SQL.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ..language import message, sentences
from ..turn import Code, Finding
from ..turn.definitions import Definitions
from ..turn.syntax import all_nodes, parse_python
from .expand import expanded, named_metrics, without_marks
from .formula import Columns, Formula, FormulaError, formula_of

WORD = "measure"
_ASKS_SQL = frozenset({"sql", "query", "execute"})
_PRELUDE = '''\
import duckdb


def measure(name, rows, by=()):
    """A metric as it is defined: its value over the rows, or a frame with a row for each group."""
    formula = {formulas}[name]
    keys = ", ".join('"' + key.replace('"', '""') + '"' for key in ([by] if isinstance(by, str) else by))
    if not keys:
        return duckdb.sql(f"SELECT {{formula}} FROM rows").fetchall()[0][0]
    found = duckdb.sql(f'SELECT {{keys}}, {{formula}} AS "{{name}}" FROM rows GROUP BY ALL ORDER BY ALL')
    return found.pl() if type(rows).__module__.startswith("polars") else found.df()


'''


def expanded_python(
    code: Code, definitions: Definitions, columns: Columns, sources: Mapping[str, str] | None = None
) -> tuple[Code, tuple[Finding, ...]]:
    """Python with the formulas of the metrics that it names: in ``measure("revenue", sales)``, and in its SQL.

    Args:
        code, definitions, columns, sources: As for ``expanded``; SQL stays as it is.

    Returns:
        The code, and what stands against running it: a metric that is not defined or whose formula does not fit.
    """
    if code.language == "sql" or not definitions or WORD not in code.text.casefold():
        return code, ()
    try:
        tree = parse_python(code.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code, ()
    edits, findings, used = list[tuple[ast.Constant, str]](), list[Finding](), dict[str, str]()
    for text in _sql_texts(tree):
        sql, wrong = expanded(Code(str(text.value), "sql"), definitions, columns, sources=sources)
        changed, digests = without_marks(sql.text)
        findings += wrong
        used |= digests
        edits += [(text, changed)] if changed != text.value else []
    formulas, wrong = _formulas(tree, definitions, columns, sources or {})
    findings += wrong
    used |= {_own_name(name, definitions): formula.digest for name, formula in formulas.items()}
    written = {name: formula.sql(names=dict.fromkeys(formula.datasets, "")) for name, formula in formulas.items()}
    prelude = _PRELUDE.format(formulas=repr(written)) if written else ""
    marks = "".join(f"# definition {name} {digest}\n" for name, digest in sorted(used.items()))
    return replace(code, text=f"{marks}{prelude}{_edited(code.text, edits)}"), tuple(dict.fromkeys(findings))


def _formulas(
    tree: ast.AST, definitions: Definitions, columns: Columns, sources: Mapping[str, str]
) -> tuple[dict[str, Formula], tuple[Finding, ...]]:
    """The formulas of the metrics that Python asks for, by their names there, and what is wrong with others."""
    named = [node.id for node in all_nodes(tree) if isinstance(node, ast.Name)]
    found, findings = dict[str, Formula](), list[Finding]()
    for name in dict.fromkeys(_measured(tree)):
        try:
            formula = _formula(name, definitions, columns)
            _require_own_columns(name, formula, columns, named, sources)
        except FormulaError as error:
            findings.append(Finding("metric", sentences([error.message, error.next_step])))
            continue
        found[name] = formula
    return found, tuple(findings)


def _own_name(name: str, definitions: Definitions) -> str:
    metric = definitions.metric(name)
    return metric.name if metric is not None else name


def _sql_texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The texts of SQL that Python hands to an engine and that name metrics."""
    for node in all_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS_SQL:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and named_metrics(first.value):
                yield first


def _measured(tree: ast.AST) -> Iterator[str]:
    """The metrics of which Python asks for the value; none where it has a ``measure`` of its own."""
    nodes = all_nodes(tree)
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.alias)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if WORD in own:
        return
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == WORD:
            first = node.args[0] if node.args else None
            yield first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _formula(name: str, definitions: Definitions, columns: Columns) -> Formula:
    """The formula of a metric over the columns of one frame.

    Raises:
        FormulaError: There is none.
    """
    metric = definitions.metric(name)
    if metric is None:
        defined = [known.name for known in definitions.metrics[:20]] or message("none")
        if not name:
            raise FormulaError(
                message("measure needs the name of a metric as a text; defined are: {names}.", names=defined)
            )
        raise FormulaError(message("No metric {name} is defined; defined are: {names}.", name=name, names=defined))
    return formula_of(metric, definitions, columns, "duckdb")


def _require_own_columns(
    name: str, formula: Formula, columns: Columns, named: Collection[str], sources: Mapping[str, str]
) -> None:
    """Refuse a formula whose columns another dataset has too, unless the code reads their own and no other is needed.

    Raises:
        FormulaError: A frame could have the column of another dataset in their place.
    """
    for dataset, column in sorted(formula.columns):
        others = [other for other, names in columns.items() if other != dataset.casefold() and _is_in(column, names)]
        own = sources.get(dataset.casefold(), dataset).strip('"')
        if others and (len(formula.datasets) > 1 or own not in named):
            raise FormulaError(
                message(
                    "The metric {name} takes {column} of {dataset}, and {other} has such a column too.",
                    name=name,
                    column=column,
                    dataset=dataset,
                    other=others[0],
                ),
                message("Compute it in SQL, with MEASURE({name}).", name=name),
            )


def _is_in(column: str, names: Collection[str]) -> bool:
    return column.casefold() in {name.casefold() for name in names}


def _edited(text: str, edits: list[tuple[ast.Constant, str]]) -> str:
    """Python with texts in it replaced."""
    lines = text.encode().splitlines(keepends=True)
    for node, new in sorted(edits, key=lambda edit: (-edit[0].lineno, -edit[0].col_offset)):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
        lines[first : last + 1] = [before + _written(new).encode() + after]
    return b"".join(lines).decode()


def _written(text: str) -> str:
    """A text as Python writes it, over several lines where it has some."""
    plain = "\n" in text and '"""' not in text and "\\" not in text and not text.endswith('"')
    return f'"""{text}"""' if plain else repr(text)
