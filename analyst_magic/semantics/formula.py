"""Formulas of definitions: parsed, with the fields and metrics that they name put in their places."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType

from ..errors import InputError
from ..turn.definitions import NOT_SQL, DatasetDefinition, Definitions, MetricDefinition

MAX_DEPTH = 20
"""How deep formulas may name each other."""
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
    if dialect.upper() in NOT_SQL:
        raise FormulaError(
            f"“{text[:200]}” is {dialect.upper()}, which is no SQL.", "Give it a formula in ANSI_SQL too."
        )
    try:
        tree = sqlglot.parse_one(f"SELECT {_typed_texts_apart(text, dialect)}", read=dialect)
    except SqlglotError as error:
        raise FormulaError(f"“{text[:200]}” is no formula in SQL.", str(error).splitlines()[0][:200]) from None
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
    tree = _resolved(parse(*metric.expression.chosen(dialect)), definitions, columns, (f"metric {metric.name}",))
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
    tree = _resolved(column, definitions, columns, ())
    return Formula(tree, frozenset((part.table, part.name) for part in tree.find_all(exp.Column)))


def _resolved(
    tree: exp.Expression, definitions: Definitions, columns: Columns, path: tuple[str, ...]
) -> exp.Expression:
    """A tree in which each column is one of the data."""
    if len(path) > MAX_DEPTH:
        raise FormulaError(f"The formulas name each other too deep: {', '.join(path[:4])}, …", "Make them flatter.")

    def replaced(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Column):
            return node
        return _column(node, definitions, columns, path)

    return tree.transform(replaced)


def _column(node: exp.Column, definitions: Definitions, columns: Columns, path: tuple[str, ...]) -> exp.Expression:
    """What stands for a name in a formula: a column of the data, a field's formula, or a metric's."""
    if not node.table and (metric := definitions.metric(node.name)) is not None and f"metric {metric.name}" not in path:
        inner = parse(*metric.expression.chosen())
        return _operand(_resolved(inner, definitions, columns, (*path, f"metric {metric.name}")))
    try:
        dataset = _dataset(node, definitions, columns)
    except UnknownName:
        if f"metric {node.name}" in path:
            raise FormulaError(f"{node.name} names itself, by way of others.", "Write it with fields alone.") from None
        raise
    field = dataset.field(node.name)
    metric = definitions.metric(node.name)
    known = columns.get(dataset.name.casefold())
    is_column = field is not None or (known is not None and _has(known, node.name))
    if metric is not None and not is_column and f"metric {metric.name}" not in path:  # as Snowflake names a table's own
        inner = parse(*metric.expression.chosen())
        return _operand(_resolved(inner, definitions, columns, (*path, f"metric {metric.name}")))
    here = f"field {dataset.name}.{node.name}".casefold()
    if field is not None and here not in path:
        inner = parse(*field.expression.chosen())
        if isinstance(inner, exp.Column) and not inner.table and inner.name.casefold() == node.name.casefold():
            field, node = None, inner  # a field that is the column of its name
        else:
            for column in inner.find_all(exp.Column):
                if not column.table:
                    column.set("table", exp.to_identifier(dataset.name))
            return _operand(_resolved(inner, definitions, columns, (*path, here)))
    if known is not None and not _has(known, node.name):
        raise FormulaError(
            f"{dataset.name} has no column {node.name}.", f"Its columns: {', '.join(sorted(known)[:20])}"
        )
    name = next((name for name in known or () if name.casefold() == node.name.casefold()), node.name)
    quoted = not name.isidentifier() or node.this.quoted
    return exp.Column(this=exp.to_identifier(name, quoted=quoted or None), table=exp.to_identifier(dataset.name))


def _has(names: Collection[str], name: str) -> bool:
    return name.casefold() in {known.casefold() for known in names}


def _operand(tree: exp.Expression) -> exp.Expression:
    return exp.paren(tree) if isinstance(tree, exp.Binary | exp.Unary | exp.Between | exp.In) else tree


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
