"""The policy for SQL: one statement that only reads the frames, by allow-lists over sqlglot's tree.

The first of two layers; the second is the locked DuckDB inside the sandbox, which would stop the same statements by
itself. A model's SQL runs as it is written anew from the checked tree, so that no comment, and nothing that the parser
skipped, is ever executed.
"""

from __future__ import annotations

import difflib
import logging
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, pairwise

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.tokens import Token, TokenType

from ..turn import Code, Finding

# It warns of statements that it does not parse; those are refused below, in words of ours.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MOST_NODES = 5_000
MOST_REPEATED = 10_000
"""Characters or elements that a function may be told to make of one value."""

_ROOTS = (exp.Query, exp.Pivot, exp.Summarize, exp.Describe, exp.Values)
# Statements and clauses that change, configure or leave the engine, wherever in the tree they stand.
_REFUSED_NAMES = """
Alter Analyze Attach Cache Command Comment Commit Copy Create Declare Delete Detach Directory Drop Execute Export Grant
Insert Install Into Kill LoadData Lock Merge Parameter Placeholder Pragma Refresh Revoke Rollback SessionParameter Set
Show Transaction TruncateTable Uncache Update Use UserDefinedFunction
"""
_REFUSED: tuple[type[exp.Expression], ...] = tuple(
    getattr(exp, name) for name in _REFUSED_NAMES.split() if hasattr(exp, name)
)
# Statements that sqlglot reads as something else, or not at all.
_FIRST_WORDS = frozenset({"checkpoint", "export", "import", "force", "vacuum", "begin", "abort", "call", "explain"})
_ALLOWED_TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree"})
# Functions of the engine that tell of it, wait, keep state, run text as SQL, or read what is no frame.
_NEVER = re.compile(
    r"read_|.*_scan$|.*scan_dumb$|glob$|sniff_|parquet_|getenv|getvariable|duckdb_|pragma_|query|current_setting"
    r"|.*sleep|nextval|setval|currval|json_(?:de)?serialize|json_execute|write_log|which_secret|parse_duckdb|in_search"
    r"|pg_|inet_|has_.*_privilege|txid_|current_(?:query|connection|transaction)|stats$|vector_type|cast_to_type"
    r"|get_block_size|__|.*_external_|st_geomfrom|create_sort_key|finalize|combine|aggregate$|invoke$"
)
_WINDOWS = frozenset(
    "row_number rank dense_rank rank_dense lag lead ntile first_value last_value nth_value percent_rank cume_dist fill"
    "".split()
)
# Words that a parenthesis may follow without being functions: operators, clauses and types that sqlglot writes.
_WORDS = frozenset(
    """in not and or exists any all some values over filter from select where having group by on using as when then else
    case between like ilike is distinct union intersect except limit offset order partition row rows columns exclude
    replace rename cast try_cast extract interval within join qualify set recursive materialized lambda array struct map
    list decimal numeric varchar char text bit time timestamp unpivot pivot cube rollup grouping sets sample system
    reservoir bernoulli tablesample with for position substring trim overlay escape if coalesce nullif grouping_id
    percent float union_value include nulls end desc asc first last use index name value""".split()
)


def check(code: Code, frames: Iterable[str] | None = None) -> list[Finding]:
    """What is wrong with SQL before it runs.

    Args:
        code: The SQL.
        frames: The tables that it may name; of any name where None.
    """
    if not code.text.strip():
        return [Finding("empty", "There is no SQL.")]
    tree = _parse(code.text)
    if isinstance(tree, Finding):
        return [tree]
    return list(islice(_findings(tree, frames), 1))  # the first says enough


def rewritten(code: Code) -> Code:
    """Checked SQL as it is to run: written anew from its tree, without comments."""
    tree = _parse(code.text)
    return code if isinstance(tree, Finding) else Code(tree.sql("duckdb", comments=False), "sql")


def names(text: str, frames: Iterable[str]) -> set[str]:
    """The frames that SQL names; too many rather than too few, as a frame too many costs little."""
    words = {word.lower() for word in re.findall(r"\w+", text)}
    return {frame for frame in frames if frame.lower() in words}


def _parse(text: str) -> exp.Expression | Finding:
    first = re.match(r"\s*(\w+)", text)
    if first and first[1].lower() in _FIRST_WORDS:
        return Finding("read only", f"The SQL holds {first[1].upper()}; only queries that read the frames can run.")
    try:
        trees = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
        said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).splitlines()[0][:200] if str(error) else "it is too deep"
        return Finding("syntax", f"The SQL cannot be read: {said}")
    if len(trees) != 1:
        return Finding("one statement", f"There are {len(trees)} SQL statements; one can run.")
    return trees[0]


def _findings(tree: exp.Expression, frames: Iterable[str] | None) -> Iterator[Finding]:
    nodes = []
    for node in tree.walk():
        nodes.append(node)
        if len(nodes) > MOST_NODES:
            yield Finding("size", f"The SQL has more than {MOST_NODES:,} parts; ask for less at once.")
            return
    yield from _statement(tree, nodes)
    yield from _tables(tree, nodes, frames)
    yield from _functions(tree)
    yield from _bombs(nodes)


def _statement(tree: exp.Expression, nodes: list[exp.Expression]) -> Iterator[Finding]:
    refused = next((node for node in nodes if isinstance(node, _REFUSED)), None)
    if refused is None and not isinstance(tree, _ROOTS):
        refused = tree
    if refused is not None:
        what = str(refused.this if isinstance(refused, exp.Command) else refused.key).upper()
        yield Finding("read only", f"The SQL holds {what}; only queries that read the frames can run.")


def _tables(tree: exp.Expression, nodes: list[exp.Expression], frames: Iterable[str] | None) -> Iterator[Finding]:
    """Every table is a frame, or a name that the query itself gives to a part of it."""
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    unsafe = next((name for name in own if not re.fullmatch(r"[\w ]+", name)), None)
    if unsafe:
        yield Finding("table", f"The SQL calls a part of itself {unsafe}; use letters, digits and underscores.")
    known = None if frames is None else {frame.lower(): frame for frame in frames}
    aliases = {table.alias.lower() for table in nodes if isinstance(table, exp.Table) and table.alias}
    for table in nodes:
        if not isinstance(table, exp.Table):
            continue
        if isinstance(table.this, exp.Func):
            name = _called(table.this)
            if name not in _ALLOWED_TABLE_FUNCTIONS:
                yield Finding("no files", f"The SQL reads {name}(...); only the frames in scope can be read.")
            continue
        name = ".".join(part.name for part in table.parts)
        if not isinstance(table.this, exp.Identifier) or table.args.get("db"):
            # A list of the table before it, as in FROM t, t.items, is a table too.
            if not (table.args.get("db") and table.parts[0].name.lower() in aliases | set(known or ())):
                yield Finding("table", f"The SQL reads {name or table.sql()}; only the frames in scope can be read.")
        elif known is not None and name.lower() not in own and name.lower() not in known:
            near = difflib.get_close_matches(name.lower(), known, 1)
            hint = f"Near: {known[near[0]]}." if near else f"In scope: {', '.join(known.values()) or 'none'}."
            yield Finding("table", f"There is no table {name}. {hint}")


def _called(function: exp.Func) -> str:
    """A function's name as DuckDB will see it."""
    if isinstance(function, exp.Anonymous | exp.AnonymousAggFunc):
        return str(function.name).lower()
    return str(function.sql("duckdb")).partition("(")[0].strip().lower()


def _functions(tree: exp.Expression) -> Iterator[Finding]:
    """Every name before a parenthesis, in the text that will run, is a function that only computes."""
    text = tree.sql("duckdb", comments=False)
    tokens = sqlglot.tokenize(text, read="duckdb")
    given = {alias.name.lower() for alias in tree.find_all(exp.TableAlias) if alias.columns}
    given |= {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for token, after in pairwise(tokens):
        if after.token_type != TokenType.L_PAREN or not _is_name(token):
            continue
        name = token.text.lower()
        if name in _functions_allowed() or (name in _WORDS and token.token_type != TokenType.IDENTIFIER):
            continue
        if name in given and name not in _functions_known():
            continue
        if name in _ALLOWED_TABLE_FUNCTIONS:
            continue
        yield Finding("function", f"The SQL calls {name}, which is not among the functions that only compute.")


def _is_name(token: Token) -> bool:
    """Whether a token is a word or a quoted name."""
    if token.token_type in {TokenType.NUMBER, TokenType.STRING}:
        return False
    return token.token_type == TokenType.IDENTIFIER or str(token.text).replace("_", "a").isalnum()


def _bombs(nodes: list[exp.Expression]) -> Iterator[Finding]:
    """Functions that make much of little take a small number, written out, and are not nested in each other."""
    for node in nodes:
        if not _multiplies(node):
            continue
        count = _count(node)
        small = isinstance(count, exp.Literal) and count.is_int and int(count.name) <= MOST_REPEATED
        inner = any(_multiplies(other) for other in node.walk() if other is not node)
        if not small or (inner and not isinstance(node, exp.Pad)):
            yield Finding(
                "size",
                f"The SQL calls {node.sql('duckdb')[:60]}; its length must be a number up to {MOST_REPEATED:,}, and it "
                "may not be repeated again.",
            )


def _multiplies(node: exp.Expression) -> bool:
    resizes = isinstance(node, exp.Anonymous) and node.name.lower() in {"list_resize", "array_resize", "bar"}
    return isinstance(node, exp.Pad | exp.Repeat) or resizes


def _count(node: exp.Expression) -> object:
    """What says how long the result of such a function gets."""
    if isinstance(node, exp.Pad):
        return node.expression
    if isinstance(node, exp.Repeat):
        return node.args.get("times")
    arguments = node.expressions
    if node.name.lower() == "bar":  # its width, 80 unless given
        return arguments[3] if len(arguments) > 3 else exp.Literal.number(80)
    return arguments[1] if len(arguments) > 1 else None


@cache
def _functions_known() -> frozenset[str]:
    """Every function of DuckDB."""
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT DISTINCT lower(function_name) FROM duckdb_functions()").fetchall()
    return frozenset(name for (name,) in rows)


@cache
def _functions_allowed() -> frozenset[str]:
    """Those that only compute: scalars, aggregates and macros without the ones that must never run, and windows."""
    with duckdb.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT lower(function_name) FROM duckdb_functions() "
            "WHERE function_type IN ('scalar', 'aggregate', 'macro')"
        ).fetchall()
    return frozenset(name for (name,) in rows if not _NEVER.match(name)) | _WINDOWS
