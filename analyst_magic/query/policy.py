"""The policy for SQL on a connection: one statement that only reads the tables in scope and calls known functions.

It judges the tree of the statement in the engine's own dialect, and the words of its text, each by allow-lists. It is
the first of the layers; the session on the engine is the next. What runs is the very text that was judged: written anew
from a tree, it would mean something else in several dialects.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from ..checks import sql as duckdb_sql
from ..checks.sql_parser import depth
from ..cleaning.text import clean
from ..language import message, sentences
from ..turn import Finding
from .dialects import dialect_of
from .functions import may_call
from .lexing import MAX_TEXT, Pieces, oddities, pieces

DIALECTS = frozenset(
    "duckdb sqlite postgres mysql spark databricks trino snowflake bigquery tsql oracle clickhouse".split()
)
"""The dialects that have a policy; MariaDB's is ``mysql``."""
MAX_NODES = 20_000
MAX_DEPTH = 200
MAX_LISTED = 20
MAX_REPEATED = 10_000
"""Characters, or values, that a function may be told to make of one value."""
MAX_ROWS = 1_000_000
"""Rows that a function may be told to make."""
_MULTIPLIES = frozenset(
    "repeat lpad rpad space replicate array_repeat array_fill sequence generate_series generate_array range numbers "
    "randomblob zeroblob rand_bytes array_generate_range leftpad rightpad leftpadutf8 rightpadutf8".split()
)
_FOLDS = {"postgres": str.lower, "oracle": str.upper, "snowflake": str.upper}
"""How engines that tell names apart by case fold a name without quotes."""

_KINDS = (exp.Binary, exp.Unary, exp.Func, exp.JSONPathPart, exp.SetOperation, exp.Predicate)
_OTHERS = frozenset(
    """Alias Aliases All Any AtTimeZone Between BitString Boolean Bracket ByteString CTE Case Cluster Collate Column
    ColumnDef Comprehension Cube DataType DataTypeParam Distinct Distribute Dot Fetch Filter Final FormatJson
    FormatPhrase From FromTimeZone Group GroupingSets Having HavingMax HexString Identifier IgnoreNulls In
    Interval IntervalSpan JSON JSONColumnDef JSONExtractQuote JSONKeyValue JSONPath JSONSchema JSONValue Join
    Kwarg Lambda Lateral Limit LimitOptions Literal National Nearest Null Offset OnCondition Opclass
    OpenJSONColumnDef Order Ordered OverflowTruncateBehavior Pivot PivotAlias PivotAny PivotFor PositionalColumn
    PreWhere Pseudocolumn Qualify RawString RespectNulls Rollup Select SkipJSONColumn Slice Sort Star Struct
    Subquery Table TableAlias TableFromRows TableSample TranslateCharacters Tuple Unnest UnpivotColumns Values Var
    Variadic Where Window WindowSpec With WithFill WithinGroup XMLKeyValueOption""".split()
)
_NEVER = (exp.Parameter, exp.SessionParameter, exp.Placeholder, exp.Command, exp.NextValueFor, exp.PropertyEQ)
_ROOTS = (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)
_NO_ARGUMENTS = frozenset(
    """changes connect cycle for_ format hint hints indexed into locks match operation_modifiers options partition
    pattern rows_from search settings system_time udfs version when""".split()
)
"""Parts of a query that do more than read, or tell the engine how to."""
_SYNTAX = frozenset(
    """all and anti any apply array as asc asof at between both bucket by case collate columns cross cube
    current desc distinct distribute else end escape except exclude exists fetch filter final following for from
    full global group groups having ilike in inner intersect interval is join keep key lateral leading left like
    limit map match_condition materialized minus natural not nulls object offset on or order outer over partition
    percent pivot preceding prewhere qualify range recursive regexp rename repeatable replace respect right rlike rollup
    row rows sample select semi separator sets similar some sort struct table tablesample then to top trailing
    unbounded union unpivot using value values when where window with within zone""".split()
)
"""Words that stand before a parenthesis and call nothing."""
_SAMPLES = frozenset({"system", "bernoulli", "reservoir"})
_TYPES = frozenset(
    """bigint bignumeric binary bit blob bool boolean bpchar bytea char character clob date datetime datetime2
    datetime64 datetimeoffset dec decimal decimal128 decimal32 decimal64 double fixed fixedstring float float64
    geometry hugeint int int2 int4 int8 integer interval json jsonb long lowcardinality mediumint money nchar
    nullable number numeric nvarchar nvarchar2 precision real signed smallint string text time timestamp
    timestamp_ltz timestamp_ntz timestamp_tz timestamptz timetz tinyint unsigned uuid varbinary varbit varchar
    varchar2 varying year""".split()
)
_IDENTIFIERS = frozenset({TokenType.IDENTIFIER, TokenType.VAR})
_NOT_WORDS = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.NATIONAL_STRING, TokenType.HEX_STRING,
                        TokenType.BIT_STRING, TokenType.BYTE_STRING, TokenType.RAW_STRING})  # fmt: skip
_QUOTES_MAY_NAME = frozenset({"spark", "databricks", "mysql", "bigquery"})
"""Dialects in which double quotes hold a text, or a name where a setting says so."""
_SEQUENCES = frozenset({"nextval", "currval", "prevval"})

TableName = tuple[str, str]
"""A schema and a table, as the engine's catalogue writes them; the schema is empty where the engine has none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement may read.

    Attributes:
        tables: The tables in scope; None where any may be named.
        schemas: The schemas in which a table without one is looked for, in order.
        database: What a name of three parts may begin with; empty where it may not have three.
        hidden: Columns that must not be read, by table.
    """

    tables: Collection[TableName] | None = None
    schemas: Sequence[str] = ("",)
    database: str = ""
    hidden: Mapping[TableName, Collection[str]] = field(default_factory=dict)

    def find(self, schema: str, name: str) -> TableName | None:
        """The table that a name means; None where it is not in scope."""
        places = [schema] if schema else list(self.schemas)
        return next(((place, name) for place in places if self.tables is None or (place, name) in self.tables), None)


def check(text: str, dialect: str, scope: Scope) -> list[Finding]:
    """What is wrong with a statement before it runs; empty where it may.

    >>> check("SELECT sum(amount) FROM orders", "postgres", Scope({("public", "orders")}, ["public"]))
    []
    >>> check("SELECT pg_read_file('/etc/passwd')", "postgres", Scope({}))[0].message
    'The SQL calls pg_read_file, which is not among the functions of postgres that only compute.'

    Args:
        text: The statement.
        dialect: sqlglot's name for the engine's dialect, one of ``DIALECTS``.
        scope: What it may read.
    """
    try:
        return list(islice(_findings(text, dialect, scope), 1))  # the first says enough
    except (SqlglotError, RecursionError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        reason = str(error).strip().splitlines()[0][:200].rstrip(".") if str(error).strip() else "it is too deep"
        return [
            Finding(
                "syntax",
                message(
                    "The SQL cannot be read as {dialect}, so it does not run: {reason}.",
                    dialect=dialect,
                    reason=clean(reason),
                ),
            )
        ]


def statement(text: str, dialect: str) -> str:
    """The text of a checked statement as it runs: without what stands before, and comments and semicolons behind it.

    >>> statement("-- answer: {n}\\nSELECT count(*) AS n FROM orders; -- all", "sqlite")
    'SELECT count(*) AS n FROM orders'
    """
    return pieces(text, dialect).statement


def tables_in_scope(text: str, dialect: str, scope: Scope) -> set[TableName]:
    """The tables in scope that a statement reads; none where it cannot be read.

    >>> text = "WITH t AS (SELECT * FROM orders) SELECT * FROM t"
    >>> tables_in_scope(text, "sqlite", Scope({("main", "orders")}, ["main"]))
    {('main', 'orders')}
    """
    try:
        trees = _parse(text, dialect)
    except (SqlglotError, RecursionError, ValueError):
        return set()
    named = [node for tree in trees for node in tree.find_all(exp.Table) if isinstance(node.this, exp.Identifier)]
    read = (table_of(node, dialect, scope) for node in named if not _own_part(node, dialect))
    return {table for table in read if table is not None}


def _findings(text: str, dialect: str, scope: Scope) -> Iterator[Finding]:
    if not text.strip():
        yield Finding("empty", message("There is no SQL."))
    elif len(text) > MAX_TEXT:
        yield Finding("size", message("The SQL has more than {most} characters; ask for less at once.", most=MAX_TEXT))
    elif any(ord(character) < 32 and character not in "\t\n\r" for character in text) or not _is_unicode(text):
        yield Finding("text", message("The SQL holds a character that is no text."))
    elif depth(text) > MAX_DEPTH:
        yield Finding("size", message("The SQL has more than {most} brackets in each other.", most=MAX_DEPTH))
    else:
        found = pieces(text, dialect)
        yield from oddities(found, dialect)
        yield from _statement(found, dialect, scope)


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _statement(found: Pieces, dialect: str, scope: Scope) -> Iterator[Finding]:
    """Findings on the one statement of a text."""
    if not found.tokens:
        yield Finding("empty", message("There is no SQL."))
        return
    if any(token.token_type == TokenType.SEMICOLON for token in found.tokens):
        yield Finding("one statement", message("There are several SQL statements; one can run."))
        return
    first = found.raw(found.tokens[0]).upper()
    trees = _parse(found.statement, dialect)
    if len(trees) != 1 or not isinstance(trees[0], _ROOTS):
        yield _read_only(first)
        return
    nodes = list(islice(trees[0].walk(), MAX_NODES + 1))
    if len(nodes) > MAX_NODES:
        yield Finding("size", message("The SQL has more than {most} parts; ask for less at once.", most=MAX_NODES))
        return
    yield from _parts(nodes)
    yield from _calls(found, nodes, dialect)
    yield from _tables(nodes, dialect, scope)
    yield from _hidden(found, nodes, dialect, scope)
    yield from _bombs(nodes)
    yield from _written_anew(trees[0], dialect)
    if dialect == "duckdb":
        yield from duckdb_sql.check_parts(found.statement)


def _parse(text: str, dialect: str) -> list[exp.Expression]:
    logger = logging.getLogger("sqlglot")
    level = logger.level
    logger.setLevel(logging.ERROR)  # it warns of statements that it keeps as text, which are refused here
    try:
        return [tree for tree in sqlglot.parse(text, read=dialect_of(dialect)) if tree is not None]
    finally:
        logger.setLevel(level)


def _read_only(what: str) -> Finding:
    return Finding("read only", message("The SQL holds {what}; only queries that read can run.", what=what))


def _parts(nodes: Iterable[exp.Expression]) -> Iterator[Finding]:
    """Every part is of a kind that only reads."""
    for node in nodes:
        kind = type(node).__name__
        struct = isinstance(node, exp.PropertyEQ) and isinstance(node.parent, exp.Struct)
        known = isinstance(node, _KINDS) or kind in _OTHERS
        if not known or (isinstance(node, _NEVER) and not struct):
            yield _read_only(_PART_NAMES.get(kind, kind.upper()))
        for name in _NO_ARGUMENTS & {name for name, value in node.args.items() if value}:
            if isinstance(node, exp.Query | exp.Table | exp.Join | exp.With):
                yield _read_only(name.strip("_").upper())
        if (
            isinstance(node, exp.In)
            and node.args.get("field") is not None
            and not isinstance(node.args["field"], exp.Func)
        ):
            yield Finding("table", message("The SQL looks for a value IN a table; write IN (SELECT ...)."))
        if isinstance(node, exp.TableFromRows) and not isinstance(node.this, exp.Func):
            yield Finding("table", message("The SQL reads a table by a name that is computed; write the table's name."))
        if isinstance(node, exp.Generator) and node.args.get("timelimit") is not None:
            yield Finding("size", message("The SQL generates rows for a time; write how many with ROWCOUNT."))


_PART_NAMES = {"Placeholder": "a PLACEHOLDER", "Parameter": "a VARIABLE", "SessionParameter": "a VARIABLE"}


def _calls(found: Pieces, nodes: Iterable[exp.Expression], dialect: str) -> Iterator[Finding]:
    """Every word before a parenthesis is a function that only computes, or calls nothing."""
    aliases = _alias_places(nodes)
    tokens = found.tokens
    for i, (token, after) in enumerate(pairwise(tokens)):
        if after.token_type != TokenType.L_PAREN or token.token_type in _NOT_WORDS:
            continue
        word = found.raw(token)
        name = _unquoted(word).lower()
        quoted = word[:1] in '"`['
        if not re.match(r"[^\W\d]", name) or token.start in aliases:
            continue
        if name in _SAMPLES and i and tokens[i - 1].token_type == TokenType.TABLE_SAMPLE:
            continue
        if not quoted and set(name.split()[-1:]) & (_SYNTAX | _TYPES) and not _is_name(tokens, i):
            continue
        if not may_call(name, dialect):
            yield _unknown(name, dialect)
        elif _is_name(tokens, i) and not _may_be_qualified(found, tokens, i, dialect):
            yield Finding(
                "function", message("The SQL calls {name} of a schema; call it by its name alone.", name=name)
            )
    for node in nodes:  # a word of the syntax may be the name of a function of the user's
        if isinstance(node, exp.Anonymous) and not may_call(node.name, dialect) and not _is_table(node):
            yield _unknown(node.name.lower(), dialect)


def _is_table(node: exp.Anonymous) -> bool:
    """Whether it is what some engines write around a function that gives rows."""
    return isinstance(node.parent, exp.Table) and node.name.upper() == "TABLE"


def _is_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a word is the last part of a name with dots."""
    return i > 0 and tokens[i - 1].token_type == TokenType.DOT


def _may_be_qualified(found: Pieces, tokens: Sequence[Token], i: int, dialect: str) -> bool:
    before = found.raw(tokens[i - 2]).lower() if i > 1 else ""
    allowed = {"postgres": {"pg_catalog"}, "bigquery": {"safe"}}.get(dialect, set())
    return dialect == "duckdb" or before in allowed


def _unknown(name: str, dialect: str) -> Finding:
    engine = "duckdb" if dialect == "duckdb" else dialect
    return Finding(
        "function",
        message(
            "The SQL calls {name}, which is not among the functions of {engine} that only compute.",
            name=name,
            engine=engine,
        ),
    )


def _alias_places(nodes: Iterable[exp.Expression]) -> set[int]:
    """Where names stand that a query gives to a part of itself together with names for its columns."""
    named = (node for node in nodes if isinstance(node, exp.TableAlias) and node.columns)
    return {node.this.meta.get("start", -1) for node in named if isinstance(node.this, exp.Identifier)}


def _unquoted(word: str) -> str:
    return word[1:-1] if word[:1] in '"`[' and len(word) > 1 else word


def _tables(nodes: Iterable[exp.Expression], dialect: str, scope: Scope) -> Iterator[Finding]:
    """Every table is in scope, or a name that the query itself gives to a part of it."""
    for node in nodes:
        if isinstance(node, exp.Column) and node.name.lower() in _SEQUENCES and dialect in {"oracle", "snowflake"}:
            yield _read_only(node.name.upper())
        if not isinstance(node, exp.Table) or isinstance(node.this, exp.Func):
            continue
        if not isinstance(node.this, exp.Identifier):
            yield Finding(
                "table",
                message(
                    "The SQL reads {name}; only tables in scope can be read.",
                    name=node.name or message("what is no table"),
                ),
            )
        elif not _own_part(node, dialect) and table_of(node, dialect, scope) is None:
            yield _not_in_scope(node, scope)


def table_of(node: exp.Table, dialect: str, scope: Scope) -> TableName | None:
    """The table in scope that a node names."""
    catalog, schema = node.args.get("catalog"), node.args.get("db")
    if catalog is not None and _folded(catalog, dialect).lower() != scope.database.lower():
        return None
    if dialect in _FOLDS:
        return scope.find(_folded(schema, dialect), _folded(node.this, dialect))
    known = {(s.lower(), n.lower()): (s, n) for s, n in scope.tables or ()}
    lowered = Scope(None if scope.tables is None else known, [place.lower() for place in scope.schemas])
    found = lowered.find(_folded(schema, dialect).lower(), node.this.name.lower())
    return known.get(found, found) if found is not None else None


def _folded(identifier: exp.Expression | None, dialect: str) -> str:
    """A name as the engine reads it."""
    if identifier is None:
        return ""
    quoted = isinstance(identifier, exp.Identifier) and identifier.args.get("quoted")
    return identifier.name if quoted else _FOLDS.get(dialect, str)(identifier.name)


def _not_in_scope(node: exp.Table, scope: Scope) -> Finding:
    whole = ".".join(part for part in (node.catalog, node.db, node.name) if part)
    known = {name.lower(): name for _, name in sorted(scope.tables or ())}
    near = difflib.get_close_matches(node.name.lower(), known, 1)
    listed = ", ".join(list(known.values())[:MAX_LISTED]) or "none"
    hint = message("Near: {name}.", name=known[near[0]]) if near else message("In scope: {names}.", names=listed)
    return Finding(
        "table", sentences([message("The SQL reads {name}, which is no table in scope.", name=whole[:100]), hint])
    )


def _own_part(table: exp.Table, dialect: str) -> bool:
    """Whether a name means a part of the query itself: a WITH that is visible where the name stands."""
    if table.args.get("db") is not None or not isinstance(table.this, exp.Identifier):
        return False
    name, inner = _folded(table.this, dialect), table
    if dialect not in _FOLDS:
        name = name.lower()
    node: exp.Expression | None = table.parent
    inside: exp.Expression = inner
    while node is not None:
        clause = node.args.get("with_")
        if isinstance(clause, exp.With) and clause is not inside:
            if name in _names(clause.expressions, dialect):
                return True
        elif isinstance(node, exp.With):
            earlier = node.expressions if node.args.get("recursive") else node.expressions[: _place(node, inside)]
            if name in _names([*earlier, *_recursive(inside, dialect)], dialect):
                return True
        inside, node = node, node.parent
    return False


def _recursive(entry: exp.Expression, dialect: str) -> list[exp.Expression]:
    """A part that may name itself, where the engine has no word RECURSIVE: a union in T-SQL, with columns in Oracle.

    Elsewhere, the name would be that of a table.
    """
    is_union = isinstance(entry.this, exp.Union)
    names = entry.args["alias"].columns if entry.args.get("alias") is not None else ()
    return [entry] if is_union and (dialect == "tsql" or (dialect == "oracle" and names)) else []


def _place(clause: exp.With, inside: exp.Expression) -> int:
    return next((i for i, entry in enumerate(clause.expressions) if entry is inside), 0)


def _names(entries: Iterable[exp.Expression], dialect: str) -> set[str]:
    found = {_folded(entry.args["alias"].this, dialect) for entry in entries if entry.args.get("alias") is not None}
    return found if dialect in _FOLDS else {name.lower() for name in found}


def _hidden(found: Pieces, nodes: Sequence[exp.Expression], dialect: str, scope: Scope) -> Iterator[Finding]:
    """No hidden column is read: by its name, by a star, or by the row as a whole."""
    tables = [node for node in nodes if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier)]
    read = {id(node): table for node in tables if (table := table_of(node, dialect, scope)) is not None}
    hiding = [node for node in tables if id(node) in read and scope.hidden.get(read[id(node)])]
    if not hiding:
        return
    columns = {column.lower() for node in hiding for column in scope.hidden[read[id(node)]]}
    rows = {word for node in hiding for word in (node.alias_or_name.lower(), node.name.lower())}
    texts = _NOT_WORDS if dialect not in _QUOTES_MAY_NAME else _NOT_WORDS - {TokenType.STRING}
    words = {_unquoted(found.raw(token)).lower() for token in found.tokens if token.token_type not in texts}
    named = next(iter(sorted(columns & words)), "")
    stars = [node for node in nodes if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)]
    whole = [n for n in nodes if isinstance(n, exp.Column) and not n.table and n.name.lower() in rows]
    renamed = [node for node in hiding if node.args.get("alias") is not None and node.args["alias"].columns]
    natural = [n for n in nodes if isinstance(n, exp.Join) and "NATURAL" in (n.method or "").upper()]
    if named:
        yield Finding("hidden", message("The SQL reads {named}, which is hidden.", named=named))
    elif stars or whole or renamed or natural or any(type(node).__name__ == "Columns" for node in nodes):
        names = ", ".join(sorted({node.name for node in hiding}))
        yield Finding(
            "hidden",
            message("{names} has hidden columns: name the columns that are to be read, without a star.", names=names),
        )


def _bombs(nodes: Iterable[exp.Expression]) -> Iterator[Finding]:
    """No number that is written as an argument of a function that makes much of little is a large one."""
    for node in nodes:
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
        rows = isinstance(node, exp.GenerateSeries | exp.Generator)
        if str(name).lower() not in _MULTIPLIES and not rows and not isinstance(node, exp.Repeat | exp.Pad):
            continue
        most = MAX_ROWS if rows else MAX_REPEATED
        numbers = [n for n in node.find_all(exp.Literal) if not n.is_string]
        product = 1.0
        for number in numbers:
            product *= max(1.0, abs(float(number.this)))
        if product > most:
            yield Finding(
                "size",
                message(
                    "The SQL calls {name}; its numbers may be up to {most} together.", name=str(name).lower(), most=most
                ),
            )


def _written_anew(tree: exp.Expression, dialect: str) -> Iterator[Finding]:
    """A tree that, written and read again, is another one was not understood."""
    once = tree.sql(dialect=dialect_of(dialect), comments=False)
    again = _parse(once, dialect)
    if len(again) != 1 or again[0].sql(dialect=dialect_of(dialect), comments=False) != once:
        yield Finding(
            "unchecked",
            message("The SQL cannot be checked, as it could be read in two ways; write it in a simpler way."),
        )
