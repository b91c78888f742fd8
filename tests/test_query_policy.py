"""The policy for SQL on connections: attacks on each engine are refused, harmless statements of each dialect pass."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlglot
from sql_statements import statements
from sqlglot import Dialect, exp, generator

from analyst_magic.query.dialects import dialect_of
from analyst_magic.query.policy import DIALECTS, Scope, check, statement, tables_in_scope
from analyst_magic.query.translate import translated

SCOPES = {
    "postgres": Scope({("public", "orders"), ("public", "customers"), ("public", "products")}, ["public"]),
    "duckdb": Scope({("main", "orders"), ("main", "customers"), ("main", "products")}, ["main"]),
    "sqlite": Scope({("main", "orders"), ("main", "customers"), ("main", "products")}, ["main"]),
    "mysql": Scope({("shop", "orders"), ("shop", "customers"), ("shop", "products")}, ["shop"]),
    "oracle": Scope({("SHOP", "ORDERS"), ("SHOP", "CUSTOMERS"), ("SHOP", "PRODUCTS"), ("SHOP", "DUAL")}, ["SHOP"]),
    "snowflake": Scope({("SHOP", "ORDERS"), ("SHOP", "CUSTOMERS"), ("SHOP", "PRODUCTS")}, ["SHOP"]),
}
ABSENT = {"bigquery": ("''", "orders UNION SELECT"), "clickhouse": ("orders UNION SELECT",)}
"""What a dialect does not have."""
OTHER = Scope({("default", "orders"), ("default", "customers"), ("default", "products")}, ["default"])


def scope(dialect: str) -> Scope:
    return SCOPES.get(dialect, OTHER)


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_attacks_are_refused(dialect: str) -> None:
    attacks = [*statements("attacks_common"), *statements(f"attacks_{dialect}")]
    assert len(attacks) >= 130
    assert [attack for attack in attacks if not check(attack, dialect, scope(dialect))] == []


@pytest.mark.parametrize("word", ["keep", "bucket", "table", "object", "match_condition", "sample", "qualify"])
@pytest.mark.parametrize("dialect", sorted(DIALECTS - {"duckdb"}))
def test_no_word_of_the_syntax_is_a_function(dialect: str, word: str) -> None:
    assert check(f"SELECT {word}(1) AS n FROM orders", dialect, scope(dialect)) != []


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_harmless_statements_pass(dialect: str) -> None:
    harmless = [
        text for text in statements("harmless_common") if not any(word in text for word in ABSENT.get(dialect, ()))
    ]
    harmless += statements(f"harmless_{dialect}")
    if dialect in {"sqlite", "duckdb", "postgres", "mysql"}:  # they run there as well: test_connections.py
        harmless += statements("harmless_engines")
    assert len(harmless) >= 200
    refused = {text: found[0].message for text in harmless if (found := check(text, dialect, scope(dialect)))}
    assert refused == {}


@pytest.fixture
def changed_dialects(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Dialects of sqlglot that something has changed for the whole process, as Ibis does when it is imported."""
    monkeypatch.setattr(generator, "_DISPATCH_CACHE", {})
    dialect_of.cache_clear()
    for name in DIALECTS - {"spark"}:  # Databricks has its parts
        writes = Dialect.get_or_raise(name).generator_class.TRANSFORMS
        monkeypatch.setitem(writes, exp.RegexpLike, lambda self, node: f"({self.binary(node, 'RLIKE')})")
        monkeypatch.setitem(writes, exp.Upper, lambda self, node: f"UCASE({self.sql(node, 'this')})")
        monkeypatch.setitem(Dialect.classes, name, type("Other", (Dialect.classes[name],), {}))
    yield
    monkeypatch.undo()
    dialect_of.cache_clear()


@pytest.mark.usefixtures("changed_dialects")
def test_what_other_packages_make_of_sqlglot_changes_nothing() -> None:
    tree = sqlglot.parse_one("SELECT upper(a) FROM t")
    assert tree.sql(dialect="mysql") == "SELECT UCASE(a) FROM t"
    assert {tree.sql(dialect=dialect_of(name)) for name in DIALECTS} == {"SELECT UPPER(a) FROM t"}
    assert "UCASE" not in translated(tree, "mysql", {})
    assert check("SELECT id FROM orders WHERE status REGEXP '^p'", "mysql", scope("mysql")) == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT email FROM customers",
        'SELECT "EMAIL" FROM customers',
        "SELECT c.email FROM customers c",
        "SELECT * FROM customers",
        "SELECT c.* FROM customers c JOIN orders o ON o.customer_id = c.id",
        "SELECT c FROM customers c",
        "SELECT row_to_json(c) FROM customers c",
        "SELECT customers FROM customers",
        "SELECT x FROM customers AS c (id, x)",
        "SELECT id FROM customers WHERE email LIKE 'a%'",
        "SELECT id FROM customers ORDER BY email",
        "SELECT id FROM customers NATURAL JOIN orders",
        "WITH c AS (SELECT * FROM customers) SELECT id FROM c",
    ],
)
def test_a_hidden_column_is_read_in_no_way(text: str) -> None:
    tables = {("public", "orders"), ("public", "customers")}
    hiding = Scope(tables, ["public"], hidden={("public", "customers"): {"email"}})
    assert [finding.rule for finding in check(text, "postgres", hiding)] == ["hidden"]
    assert check(text, "postgres", Scope(tables, ["public"])) == []


def test_a_hidden_column_hides_no_other() -> None:
    hiding = Scope({("public", "customers")}, ["public"], hidden={("public", "customers"): {"email"}})
    assert check("SELECT region, count(*) FROM customers GROUP BY region", "postgres", hiding) == []


def test_what_runs_is_the_statement_without_what_stands_around_it() -> None:
    assert statement("-- answer: {n}\nSELECT 1 AS n ; -- ; DROP TABLE x", "postgres") == "SELECT 1 AS n"
    assert statement("SELECT 'a;b' /* c */ AS n", "mysql") == "SELECT 'a;b' /* c */ AS n"


def test_the_tables_that_a_statement_reads() -> None:
    text = "WITH t AS (SELECT * FROM Public.orders) SELECT * FROM t JOIN customers c ON true, generate_series(1, 2) g"
    assert tables_in_scope(text, "postgres", scope("postgres")) == {("public", "orders"), ("public", "customers")}
    assert tables_in_scope("SELECT FROM WHERE (", "postgres", scope("postgres")) == set()


def test_findings_name_the_thing_and_the_near_one() -> None:
    (finding,) = check("SELECT * FROM ordres", "postgres", scope("postgres"))
    assert finding.message == "The SQL reads ordres, which is no table in scope. Near: orders."
    (finding,) = check("SELECT frobnicate(1)", "mysql", scope("mysql"))
    assert "frobnicate" in finding.message
