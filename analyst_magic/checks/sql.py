"""The policy for SQL: one statement that only reads the frames, by allow-lists over the tree of DuckDB's own parser.

The first of two layers; the second is the locked DuckDB inside the sandbox, which would stop the same statements by
itself. What runs is the very text that was checked: written anew by another parser it could mean something else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from ..language import message, sentences
from ..turn import Code, Finding
from . import sql_parser
from .sql_functions import CALLS_TABLES, bombs, functions_called, functions_known, literal_of, name_called
from .sql_parser import Node, SqlError, Statement, arguments, nodes

MAX_NODES = 20_000

# What a tree may hold, by the names that DuckDB's parser has for it.
_EXPRESSIONS = frozenset(
    """BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION LAMBDA LAMBDA_REF OPERATOR
    POSITIONAL_REFERENCE STAR SUBQUERY TYPE WINDOW""".split()
)
_QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
_TABLES = frozenset(
    "BASE_TABLE SUBQUERY JOIN TABLE_FUNCTION EXPRESSION_LIST EMPTY PIVOT SHOW_REF EMPTY_FROM COLUMN_DATA".split()
)
_REST = frozenset(
    """ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER DISTINCT_MODIFIER ASCENDING DESCENDING ORDER_DEFAULT
    ASC DESC""".split()
)
_READS_FRAME = frozenset({"histogram", "histogram_values"})
"""Functions that read the table whose name is their first argument."""
_SHOWN = frozenset({"DESCRIBE", "SUMMARY", "SHOW", "SHOW_UNQUALIFIED"})
_CATALOG = frozenset({"tables", "columns", "schemata"})
_WORD = re.compile(r"[\w ]+")
_MACRO = re.compile(
    r"""\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:TEMP\s+|TEMPORARY\s+)?(?:MACRO|FUNCTION)\s+(?P<name>\w+)\s*
    \((?P<parameters>[^()'"]*)\)\s*AS\s+(?P<table>TABLE\s+)?(?P<body>.*?)\s*;?\s*""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(?:ANALYZE\s+)?", re.IGNORECASE)
_ABOUT = re.compile(
    r"""\s*PRAGMA\s+(?:show_tables|table_info\s*\(\s*(?:'(\w[\w ]*)'|"(\w[\w ]*)"|(\w+))\s*\))\s*;?\s*""", re.IGNORECASE
)
_LISTS_FRAMES = re.compile(r"\b(?:information_schema|show_tables|show\s+(?:all\s+)?tables)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What a statement may name.

    Attributes:
        frames: The frames in scope, by their names in lower case; None where any may be named.
        own: Whether the user wrote the statement.
        macros: Names of the macros that the text itself makes.
    """

    frames: dict[str, str] | None
    own: bool = False
    macros: frozenset[str] = field(default=frozenset())


def check(code: Code, frames: Iterable[str] | None = None, *, own: bool = False) -> list[Finding]:
    """What is wrong with SQL before it runs.

    Args:
        code: The SQL.
        frames: The tables that it may name; of any name where None.
        own: Whether the user wrote it; then it may make macros for itself, explain, and ask which tables there are.
    """
    text = code.text
    if not text.strip():
        return [Finding("empty", message("There is no SQL."))]
    if len(text) > sql_parser.MAX_TEXT:
        return [
            Finding(
                "size",
                message("The SQL has more than {most} characters; ask for less at once.", most=sql_parser.MAX_TEXT),
            )
        ]
    if sql_parser.depth(text) > sql_parser.MAX_DEPTH:
        return [
            Finding("size", message("The SQL has more than {most} brackets in each other.", most=sql_parser.MAX_DEPTH))
        ]
    if "\0" in text or not _is_unicode(text):
        return [Finding("text", message("The SQL holds a character that is no text."))]
    scope = _Scope(None if frames is None else {frame.lower(): frame for frame in frames}, own)
    try:
        statements = sql_parser.statements(_readable(text, scope.frames or ()))
    except SqlError as error:
        return [Finding("syntax", message("The SQL cannot be read: {error}", error=str(error)))]
    try:
        return list(islice(_text(statements, scope), 1))  # the first says enough
    except SqlError as error:
        return [
            Finding("unchecked", message("The SQL cannot be checked, so it does not run: {error}", error=str(error)))
        ]


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def names(text: str, frames: Iterable[str]) -> set[str]:
    """The frames that SQL names; too many rather than too few, as a frame too many costs little."""
    if _LISTS_FRAMES.search(text):
        return set(frames)
    pieces = {frame: re.escape(frame.replace('"', '""')) for frame in frames}
    return {frame for frame, piece in pieces.items() if re.search(rf"(?<!\w){piece}(?!\w)", text, re.IGNORECASE)}


def rewritten(code: Code, frames: Iterable[str] = ()) -> Code:
    """SQL as it is checked and run: its own text, with quotes around names that are words of SQL where need be."""
    return Code(_readable(code.text, frames), "sql") if code.language == "sql" else code


def _readable(text: str, frames: Iterable[str]) -> str:
    """The text; where DuckDB cannot read it, with quotes around what must be the name of a frame or a column."""
    return _first_readable(text, frozenset(frame.lower() for frame in frames))


@lru_cache(maxsize=64)
def _first_readable(text: str, frames: frozenset[str]) -> str:
    """The first version of the text that DuckDB can read; asked for several times in a turn."""
    for version in _versions(text, frames):
        try:
            sql_parser.statements(version)
        except SqlError:
            continue
        return version
    return text


def _versions(text: str, frames: frozenset[str]) -> Iterator[str]:
    """The text as it is, then with quotes around names of frames, of columns, of both."""
    yield text
    framed = sql_parser.with_quotes(text, frames)
    yield framed
    yield sql_parser.with_quoted_columns(text)
    yield sql_parser.with_quoted_columns(framed)


def _text(statements: list[Statement], scope: _Scope) -> Iterator[Finding]:
    """Findings on a text: one statement, after macros for it where the text is the user's own."""
    macros, last = statements[:-1], statements[-1:]
    if not last:
        yield Finding("empty", message("There is no SQL."))
    elif macros and not (scope.own and all(macro.kind == "CREATE" for macro in macros)):
        yield Finding(
            "one statement", message("There are {number} SQL statements; one can run.", number=len(statements))
        )
    else:
        for macro in macros:
            yield from _macro(macro, scope)
            made = _MACRO.fullmatch(macro.text)
            scope = _Scope(scope.frames, scope.own, scope.macros | ({made["name"].lower()} if made else set()))
        yield from _statement(last[0], scope)


def _macro(statement: Statement, scope: _Scope) -> Iterator[Finding]:
    """Findings on a macro of the user's own, whose body is checked as a query is."""
    made = _MACRO.fullmatch(statement.text)
    if made is None:
        yield _read_only(statement)
        return
    if made["name"].lower() in functions_known():
        yield Finding(
            "function",
            message("The SQL gives {name} another meaning; choose another name for the macro.", name=made["name"]),
        )
    body = made["body"] if made["table"] else f"SELECT {made['body']}"
    (inner,) = sql_parser.statements(body) or [statement]
    yield from _statement(inner, scope)


def _statement(statement: Statement, scope: _Scope) -> Iterator[Finding]:
    text = statement.text
    if statement.kind == "EXPLAIN" and scope.own:
        inner = sql_parser.statements(_EXPLAIN.sub("", text, count=1))
        reads = len(inner) == 1 and inner[0].kind in {"SELECT", "MULTI"}
        yield from _statement(inner[0], scope) if reads else [_read_only(statement)]
    elif statement.kind == "PRAGMA" and scope.own and (about := _ABOUT.fullmatch(text)):
        if name := next(filter(None, about.groups()), ""):
            yield from _named(name, scope)
    elif statement.kind == "MULTI":
        try:
            yield from _select(sql_parser.with_values(text), scope)
        except SqlError:
            yield Finding(
                "unchecked",
                message("The SQL has a PIVOT that cannot be checked. Name its values, as in ON year IN (2023, 2024)."),
            )
    elif statement.kind == "SELECT":
        yield from _select(text, scope)
    else:
        yield _read_only(statement)


def _read_only(statement: Statement) -> Finding:
    word = re.search(r"[A-Za-z]+", re.sub(r"--.*|/\*.*?\*/", "", statement.text))
    what = word[0].upper() if word else statement.kind
    return Finding("read only", message("The SQL holds {what}; only queries that read the frames can run.", what=what))


def check_parts(text: str) -> Iterator[Finding]:
    """Findings on a query as DuckDB itself reads it, whatever its tables: its parts, functions and repetitions."""
    try:
        statements = sql_parser.statements(text)
        if len(statements) != 1 or statements[0].kind not in {"SELECT", "MULTI"}:
            yield _read_only(statements[0]) if statements else Finding("empty", message("There is no SQL."))
            return
        text = sql_parser.with_values(text) if statements[0].kind == "MULTI" else text
        tree_nodes = [node for tree in sql_parser.trees(text) for node in nodes(tree)]
        yield from (*_kinds(tree_nodes), *functions_called(tree_nodes, ()), *bombs(tree_nodes))
    except SqlError as error:
        yield Finding("syntax", message("The SQL cannot be read: {error}", error=str(error)))


def _select(text: str, scope: _Scope) -> Iterator[Finding]:
    """Findings on the tree of a statement that selects."""
    trees = sql_parser.trees(text)
    if len(trees) != 1:
        yield Finding("one statement", message("There are {number} SQL statements; one can run.", number=len(trees)))
        return
    tree_nodes = list(islice(nodes(trees[0]), MAX_NODES + 1))
    if len(tree_nodes) > MAX_NODES:
        yield Finding("size", message("The SQL has more than {most} parts; ask for less at once.", most=MAX_NODES))
        return
    yield from _kinds(tree_nodes)
    yield from _tables(tree_nodes, scope)
    yield from functions_called(tree_nodes, scope.macros)
    yield from bombs(tree_nodes)


def _kinds(tree_nodes: list[Node]) -> Iterator[Finding]:
    """Every part is of a kind that only reads."""
    for node in tree_nodes:
        if "class" in node:
            allowed, what = node["class"] in _EXPRESSIONS, node["class"]
        elif isinstance(node.get("type"), str):
            what = node["type"]
            allowed = what in _QUERIES | _TABLES | _REST or what.endswith("_TYPE_INFO")  # of DuckDB 1, for constants
        else:
            continue
        if not allowed or node.get("at_clause"):
            what = {"PARAMETER": "PLACEHOLDER"}.get(what, str(what).partition("_")[0])
            yield Finding(
                "read only", message("The SQL holds {what}; only queries that read the frames can run.", what=what)
            )


def _tables(tree_nodes: list[Node], scope: _Scope) -> Iterator[Finding]:
    """Every table is a frame, or a name that the query itself gives to a part of it."""
    own = {str(entry["key"]) for node in tree_nodes for entry in (node.get("cte_map") or {}).get("map") or ()}
    unsafe = next((name for name in own if not _WORD.fullmatch(name)), None)
    if unsafe:
        yield Finding(
            "table", message("The SQL calls a part of itself {name}; use letters, digits and underscores.", name=unsafe)
        )
    parts = {name.lower() for name in own}
    aliases = {str(node["alias"]).lower() for node in tree_nodes if node.get("alias") and node.get("type") in _TABLES}
    for node in tree_nodes:
        if "class" in node:
            continue
        if node.get("type") == "BASE_TABLE":
            yield from _table(node, scope, parts, aliases)
        elif node.get("type") == "SHOW_REF":
            yield from _shown(node, scope, parts)
        elif node.get("type") == "TABLE_FUNCTION":
            yield from _table_function(node["function"], scope, parts)


def _table(node: Node, scope: _Scope, parts: Collection[str], aliases: Collection[str]) -> Iterator[Finding]:
    catalog, schema = (str(node.get(f"{key}_name") or "") for key in ("catalog", "schema"))
    name = str(node.get("table_name") or "")
    whole = ".".join(part for part in (catalog, schema, name) if part)
    if schema.lower() == "information_schema" and not catalog and scope.own and name.lower() in _CATALOG:
        return
    if schema:
        # A list of the table before it, as in FROM t, t.items, is a table too.
        before = schema.lower() in {*aliases, *parts, *(scope.frames or ())}
        if catalog or not before or not _WORD.fullmatch(name):
            yield Finding("table", message("The SQL reads {name}; only the frames in scope can be read.", name=whole))
    else:
        yield from _named(name, scope, parts)


def _named(name: str, scope: _Scope, parts: Collection[str] = ()) -> Iterator[Finding]:
    """A table by its name alone."""
    if name.lower() in parts or (scope.frames is not None and name.lower() in scope.frames):
        return
    if not _WORD.fullmatch(name):
        yield Finding("table", message("The SQL reads {name}; only the frames in scope can be read.", name=name))
    elif scope.frames is not None:
        near = difflib.get_close_matches(name.lower(), scope.frames, 1)
        known = list(map(quoted, scope.frames.values())) or message("none")
        hint = message("In scope: {names}.", names=known)
        hint = message("Near: {name}.", name=quoted(scope.frames[near[0]])) if near else hint
        yield Finding("table", sentences([message("There is no table {name}.", name=name), hint]))


def quoted(name: str) -> str:
    """A frame's name as SQL has to write it."""
    return name if re.fullmatch(r"[^\W\d]\w*", name) else '"' + name.replace('"', '""') + '"'


def _shown(node: Node, scope: _Scope, parts: Collection[str]) -> Iterator[Finding]:
    """DESCRIBE, SUMMARIZE and SHOW: of a query, which is looked at as any, of a frame, or of all."""
    name = str(node.get("table_name") or "")
    if scope.own and name in {'"tables"', "__show_tables_expanded"}:
        return
    if node.get("schema_name") or name.startswith(('"', "__")) or node.get("show_type") not in _SHOWN:
        yield Finding("read only", message("The SQL holds SHOW; only queries that read the frames can run."))
    elif not node.get("query"):
        yield from _named(name, scope, parts)


def _table_function(function: Node, scope: _Scope, parts: Collection[str]) -> Iterator[Finding]:
    name, given = name_called(function), arguments(function)
    qualified = function.get("schema") or function.get("catalog")
    if name in CALLS_TABLES | scope.macros and not qualified:
        return
    about = name in _READS_FRAME or (scope.own and name == "pragma_table_info")
    frame = _text_of(given[0]) if given else ""
    if about and not qualified and frame:
        yield from _named(frame, scope, parts)
    else:
        yield Finding(
            "no files", message("The SQL reads {name}(...); only the frames in scope can be read.", name=name)
        )


def _text_of(node: Node) -> str:
    """The name or text that an expression is, if it is nothing else."""
    if node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1:
        return str(node["column_names"][0])
    return literal_of(node) if node.get("class") == "CONSTANT" else ""
