"""Formulas of definitions: parsed, with the fields and metrics that they name put in their places."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from ..errors import InputError
from ..turn.definitions import NOT_SQL, DatasetDefinition, Definitions, MetricDefinition

MAX_DEPTH = 20
"""How deep formulas may name each other."""
MAX_NAMES = 500
"""Names in a formula with all those that they stand for: where each formula names the next one twice, they double."""
MAX_CHARACTERS = 10_000
_TYPED = frozenset(
    TokenType[name]
    for name in "DATE TIME TIMETZ TIMESTAMP TIMESTAMPTZ TIMESTAMPLTZ TIMESTAMPNTZ DATETIME UUID JSON".split()
)
"""Types that may stand before a text in quotes, as in ``DATE '2024-01-31'``."""
Columns = Mapping[str, frozenset[str]]
"""The columns of each dataset whose source is at hand, by its name in small letters; of others nothing is known."""


class FormulaError(InputError):
    """A formula does not parse, or names what is not there."""


class UnknownName(FormulaError):
    """A name in a formula is no field and no column of the datasets whose columns are known."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with all that it names put in its place.

    Attributes:
        tree: Its columns are ``dataset.column`` each, columns of the data themselves.
        columns: Those, as pairs.
    """

    tree: exp.Expression
    columns: frozenset[tuple[str, str]]

    @property
    def datasets(self) -> frozenset[str]:
        """The datasets that it reads."""
        return frozenset(dataset for dataset, _ in self.columns)

    def sql(self, dialect: str = "duckdb", names: Mapping[str, str] | None = None) -> str:
        """The formula as text.

        Args:
            dialect: Of which engine.
            names: What a query calls a dataset; by default its own name. An empty name leaves the column bare.

        Raises:
            FormulaError: It cannot be written in the dialect.
        """
        tree = self.tree.copy()
        for paren in list(tree.find_all(exp.Paren)):
            if isinstance(paren.parent, exp.Func) and not isinstance(paren.parent, exp.Binary | exp.Connector):
                paren.replace(paren.this)
        for column in tree.find_all(exp.Column):
            called = (names or {}).get(column.table, column.table)
            column.set("table", exp.to_identifier(called) if called else None)
        return _written(tree, dialect)

    @property
    def digest(self) -> str:
        """Another one for another formula."""
        return hashlib.sha256(self.sql().encode()).hexdigest()[:8]

    @property
    def aggregates(self) -> bool:
        """Whether it makes one value of many rows."""
        return any(True for _ in self.tree.find_all(exp.AggFunc))


def parse(text: str, dialect: str = "duckdb") -> exp.Expression:
    """A formula as a tree.

    Raises:
        FormulaError: It is none.
    """
    return _parsed(text, dialect).copy()


@lru_cache(maxsize=2048)
def _parsed(text: str, dialect: str) -> exp.Expression:
    if dialect.upper() in NOT_SQL:
        raise FormulaError(
            f"“{text[:200]}” is {dialect.upper()}, which is no SQL.", "Give it a formula in ANSI_SQL too."
        )
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(f"“{text[:60]}…” has over {MAX_CHARACTERS:,} characters.", "Take it apart into fields.")
    try:
        tree = sqlglot.parse_one(f"SELECT {_typed_texts_apart(text, dialect)}", read=dialect)
    except SqlglotError as error:
        raise FormulaError(f"“{text[:200]}” is no formula in SQL.", str(error).splitlines()[0][:200]) from None
    except RecursionError:
        raise FormulaError(f"“{text[:60]}…” is nested too deep.", "Take it apart into fields.") from None
    if not isinstance(tree, exp.Select) or len(tree.expressions) != 1 or set(filled(tree)) - {"expressions"}:
        raise FormulaError(f"“{text[:200]}” is not one formula.", "Write one, such as sum(quantity * unit_price).")
    found: exp.Expression = tree.expressions[0]
    if isinstance(found, exp.Alias) or found.find(exp.Query, exp.Star if not found.find(exp.Count) else exp.Query):
        raise FormulaError(f"“{text[:200]}” is not a formula alone.", "Leave AS, SELECT and * out.")
    if any(isinstance(one.this, exp.Literal) for one in found.find_all(exp.Lambda)):
        raise FormulaError(f"“{text[:200]}” can be read in two ways.", "Put what -> takes apart into parentheses.")
    return found


def _typed_texts_apart(text: str, dialect: str) -> str:
    """A formula with parentheses around ``DATE '2024-01-31'`` before ``::``, which sqlglot would cast before it is a
    date."""
    tokens = sqlglot.tokenize(text, read=dialect)
    for kind, value, cast in reversed(list(zip(tokens, tokens[1:], tokens[2:], strict=False))):
        typed = value.token_type == TokenType.STRING and kind.token_type in _TYPED
        if typed and cast.token_type == TokenType.DCOLON:
            text = f"{text[: kind.start]}({text[kind.start : value.end + 1]}){text[value.end + 1 :]}"
    return text


def _written(tree: exp.Expression, dialect: str) -> str:
    """A formula in a dialect, which is read there with all of its columns."""
    text = str(tree.sql(dialect=dialect))
    try:
        same = dialect == "duckdb" or _columns(sqlglot.parse_one(f"SELECT {text}", read=dialect)) == _columns(tree)
    except SqlglotError:
        same = False
    if not same:
        raise FormulaError(
            f"“{tree.sql('duckdb')[:200]}” has no form in {dialect}.",
            f"Give it an expression of its own for the dialect {dialect.upper()}.",
        )
    return text


def _columns(tree: exp.Expression) -> list[str]:
    return sorted(column.name for column in tree.find_all(exp.Column))


def filled(tree: exp.Expression) -> list[str]:
    """The parts of a tree that are there."""
    return [name for name, value in tree.args.items() if value]


def qualified(text: str, dataset: str, dialect: str = "duckdb") -> str:
    """A formula with the dataset before each column that has none.

    >>> qualified("sum(quantity * unit_price)", "lines")
    'SUM(lines.quantity * lines.unit_price)'
    """
    try:
        tree = parse(text, dialect)
    except FormulaError:
        return text
    for column in tree.find_all(exp.Column):
        if not column.table:
            column.set("table", exp.to_identifier(dataset))
    return str(tree.sql(dialect=dialect))


def count_of_rows(formula: str, table: str, key: str, dialect: str = "duckdb") -> str:
    """A count of rows as that of the table's key, so that it says whose rows it counts; other formulas as they are."""
    try:
        tree = parse(formula, dialect)
    except FormulaError:
        return formula
    rows = isinstance(tree, exp.Count | exp.Sum) and isinstance(tree.this, exp.Star | exp.Literal)
    is_one = isinstance(tree.this, exp.Star) or (isinstance(tree.this, exp.Literal) and tree.this.this == "1")
    return f"COUNT({table}.{key})" if key and rows and is_one else formula


def formula_of(metric: MetricDefinition, definitions: Definitions, columns: Columns, dialect: str = "") -> Formula:
    """What a metric computes, from the columns of the data.

    Args:
        metric: The metric.
        definitions: All that is defined: its fields, and metrics that it names.
        columns: The columns of the datasets at hand.
        dialect: The engine's dialect, as sqlglot names it; the metric may have a formula of its own for it.

    Raises:
        FormulaError: It does not parse, or names what is not there, or names itself.
    """
    tree = _resolved(
        parse(*metric.expression.chosen(dialect)), _Known(definitions, columns), (f"metric {metric.name}",)
    )
    if not any(True for _ in tree.find_all(exp.AggFunc)):
        raise FormulaError(
            f"{metric.name} has no figure over rows, such as SUM: it is a field.", "Define it as a field of a dataset."
        )
    return Formula(tree, frozenset((column.table, column.name) for column in tree.find_all(exp.Column)))


def field_formula(dataset: DatasetDefinition, name: str, definitions: Definitions, columns: Columns) -> Formula:
    """What a field of a dataset computes for each row.

    Raises:
        FormulaError: It does not parse, or names what is not there, or names itself.
    """
    column = exp.column(name, table=dataset.name)
    tree = _resolved(column, _Known(definitions, columns), ())
    return Formula(tree, frozenset((part.table, part.name) for part in tree.find_all(exp.Column)))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the names of a formula may stand for, and how many more of them may be replaced."""

    definitions: Definitions
    columns: Columns
    left: Iterator[int] = field(default_factory=lambda: iter(range(MAX_NAMES)))


def _resolved(tree: exp.Expression, known: _Known, path: tuple[str, ...]) -> exp.Expression:
    """A tree in which each column is one of the data."""
    if len(path) > MAX_DEPTH:
        raise FormulaError(f"The formulas name each other too deep: {', '.join(path[:4])}, …", "Make them flatter.")
    return tree.transform(lambda node: _column(node, known, path) if isinstance(node, exp.Column) else node)


def _column(node: exp.Column, known: _Known, path: tuple[str, ...]) -> exp.Expression:
    """What stands for a name in a formula: a column of the data, a field's formula, or a metric's."""
    if next(known.left, None) is None:
        raise FormulaError(f"With all that it names, the formula has over {MAX_NAMES:,} names.", "Make it shorter.")
    metric = known.definitions.metric(node.name)
    metric = None if metric is None or f"metric {metric.name}" in path else metric
    in_figure = node.find_ancestor(exp.AggFunc, exp.Filter) is not None
    if metric is not None and not node.table and not in_figure:
        return _of_metric(metric, known, path)
    try:
        dataset = _dataset(node, known.definitions, known.columns)
    except UnknownName:
        if metric is not None:
            raise FormulaError(f"{node.name} is a figure over rows already, which no figure can be taken of.",
                               "Take the columns or the fields that it is made of.") from None  # fmt: skip
        if f"metric {node.name}" in path:
            raise FormulaError(f"{node.name} names itself, by way of others.", "Write it with fields alone.") from None
        raise
    return _of_dataset(node, dataset, metric, known, path)


def _of_metric(metric: MetricDefinition, known: _Known, path: tuple[str, ...]) -> exp.Expression:
    inner = parse(*metric.expression.chosen())
    return _operand(_resolved(inner, known, (*path, f"metric {metric.name}")))


def _of_dataset(
    node: exp.Column, dataset: DatasetDefinition, metric: MetricDefinition | None, known: _Known, path: tuple[str, ...]
) -> exp.Expression:
    """What stands for a name of a dataset: one of its columns, or a field's formula."""
    given = dataset.field(node.name)
    columns = known.columns.get(dataset.name.casefold())
    is_column = given is not None or (columns is not None and _has(columns, node.name))
    if metric is not None and node.table and not is_column:  # as Snowflake names a table's own
        return _of_metric(metric, known, path)
    here = f"field {dataset.name}.{node.name}".casefold()
    if given is not None and here not in path:
        inner = parse(*given.expression.chosen())
        if isinstance(inner, exp.Column) and not inner.table and inner.name.casefold() == node.name.casefold():
            node = inner  # a field that is the column of its name
        else:
            for column in inner.find_all(exp.Column):
                if not column.table:
                    column.set("table", exp.to_identifier(dataset.name))
            return _operand(_resolved(inner, known, (*path, here)))
    if columns is not None and not _has(columns, node.name):
        raise FormulaError(
            f"{dataset.name} has no column {node.name}.", f"Its columns: {', '.join(sorted(columns)[:20])}"
        )
    name = next((name for name in columns or () if name.casefold() == node.name.casefold()), node.name)
    quoted = not name.isidentifier() or node.this.quoted
    return exp.Column(this=exp.to_identifier(name, quoted=quoted or None), table=exp.to_identifier(dataset.name))


def _has(names: Collection[str], name: str) -> bool:
    return name.casefold() in {known.casefold() for known in names}


def _operand(tree: exp.Expression) -> exp.Expression:
    return exp.paren(tree, copy=False) if isinstance(tree, exp.Binary | exp.Unary | exp.Between | exp.In) else tree


def _dataset(node: exp.Column, definitions: Definitions, columns: Columns) -> DatasetDefinition:
    """The dataset of a column: the one named, else the only one that has it.

    Raises:
        FormulaError: There is none, or more than one.
    """
    if node.table:
        named = definitions.dataset(node.table)
        if named is None:
            raise FormulaError(
                f"There is no dataset {node.table}.",
                f"Datasets: {', '.join(d.name for d in definitions.datasets[:20]) or 'none'}",
            )
        return named
    wanted = node.name.casefold()
    having = [
        dataset
        for dataset in definitions.datasets
        if dataset.field(node.name) is not None
        or wanted in {name.casefold() for name in columns.get(dataset.name.casefold(), ())}
    ]
    if len(having) == 1:
        return having[0]
    if having:
        names = ", ".join(dataset.name for dataset in having)
        raise FormulaError(f"{node.name} is in {names}.", f"Write {having[0].name}.{node.name}")
    raise UnknownName(
        f"There is no field or column {node.name}.",
        f"Datasets: {', '.join(dataset.name for dataset in definitions.datasets[:20]) or 'none'}",
    )
