"""Any other engine of SQLAlchemy: Trino, Snowflake, BigQuery, Databricks, SQL Server, Oracle, ClickHouse, or a driver.

A statement has a connection of its own, and what it did is rolled back. Few of these engines have a session that only
reads, so the policy that judges a statement's tree is what keeps it from more, beside an account that may only read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from .catalogue import Catalogue, Column, Table
from .connection import CHUNK, Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, collect, in_time, why_stopped
from .postgres import plain_error

DIALECTS = {
    "trino": "trino", "snowflake": "snowflake", "bigquery": "bigquery", "databricks": "databricks", "mssql": "tsql",
    "oracle": "oracle", "clickhouse": "clickhouse", "clickhousedb": "clickhouse", "postgresql": "postgres",
    "mysql": "mysql", "mariadb": "mysql",
}  # fmt: skip
"""sqlglot's dialects by SQLAlchemy's names."""
NAMES = {
    "trino": "Trino", "snowflake": "Snowflake", "bigquery": "BigQuery", "databricks": "Databricks",
    "tsql": "SQL Server", "oracle": "Oracle", "clickhouse": "ClickHouse", "postgres": "PostgreSQL", "mysql": "MariaDB",
}  # fmt: skip
"""What the engines are called, by dialect."""
GRACE = 5.0
"""Seconds that a driver has to end a statement that was cancelled."""
_READ_ONLY = {
    "postgres": ("SET TRANSACTION READ ONLY", "SELECT 1"),
    "mysql": ("START TRANSACTION READ ONLY",),
    "oracle": ("SET TRANSACTION READ ONLY",),
}
"""What makes a transaction read only, where an engine has that."""


class SqlAlchemyConnection(Connection):
    """A database by an engine of SQLAlchemy.

    Args:
        engine: The engine, which gives each statement a connection of its own.
    """

    def __init__(self, engine: Any) -> None:
        super().__init__()
        self._engine = engine
        self.dialect = DIALECTS[str(engine.dialect.name)]
        self.engine = NAMES[self.dialect]
        session = "The transaction is read only" if self.dialect in _READ_ONLY else "There is no read-only session"
        self.layers = (
            f"{session}, and what a statement did is rolled back.",
            "A statement is cancelled at its deadline, and when you stop it, if the driver can; else it is left alone.",
        )

    def quoted(self, name: str) -> str:
        return str(self._engine.dialect.identifier_preparer.quote_identifier(name))

    @contextmanager
    def _session(self) -> Iterator[Any]:
        """A connection of SQLAlchemy in a transaction that is rolled back.

        Raises:
            QueryFailed: The engine refuses, or cannot be reached.
        """
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect() as opened:
                for text in _READ_ONLY.get(self.dialect, ()):
                    opened.exec_driver_sql(text)
                try:
                    yield opened
                finally:
                    with suppress(Exception):  # a lost connection cannot be given back in order
                        opened.rollback()
        except SQLAlchemyError as error:
            raise QueryFailed(plain_error(getattr(error, "orig", None) or error)) from error

    def _read_catalogue(self) -> Catalogue:
        import sqlalchemy
        from sqlalchemy.engine.reflection import ObjectKind

        with self._session() as opened:
            seen = sqlalchemy.inspect(opened)
            schema = self._as_stored(seen.default_schema_name or "")
            kinds = {"kind": ObjectKind.ANY}
            columns = seen.get_multi_columns(**kinds)
            keys = _known(lambda: seen.get_multi_pk_constraint(**kinds))
            references = _known(lambda: seen.get_multi_foreign_keys(**kinds))
            comments = _known(lambda: seen.get_multi_table_comment(**kinds))
            views = {*_known(seen.get_view_names)}
        tables = [
            Table(
                schema, self._as_stored(name), tuple(self._column(entry) for entry in entries),
                "view" if name in views else "table", (comments.get(place) or {}).get("text") or "", None,
                tuple(map(self._as_stored, (keys.get(place) or {}).get("constrained_columns") or ())),
                tuple(self._reference(entry, schema) for entry in references.get(place) or ()),
            )
            for place, entries in columns.items() for name in [place[1]]
        ]  # fmt: skip
        return Catalogue.of(tables, [schema])

    def _column(self, entry: Any) -> Column:
        return Column(self._as_stored(entry["name"]), str(entry["type"]).lower(), entry.get("comment") or "")

    def _reference(self, entry: Any, schema: str) -> tuple[tuple[str, ...], tuple[str, str], tuple[str, ...]]:
        other = self._as_stored(entry["referred_schema"] or "") or schema
        mine, theirs = (tuple(map(self._as_stored, entry[f"{side}_columns"])) for side in ("constrained", "referred"))
        return mine, (other, self._as_stored(entry["referred_table"])), theirs

    def _as_stored(self, name: str) -> str:
        """A name as the engine has it: SQLAlchemy gives those of Oracle and Snowflake in small letters."""
        dialect = self._engine.dialect
        return str(dialect.denormalize_name(name)) if dialect.requires_name_normalize else str(name)

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        stopping, begun = stop or Stop(), time.monotonic()

        def work() -> Rows:
            with self._session() as opened, stopping.cancelling(_cancel(opened), caps.seconds):
                options = {"no_parameters": True, "stream_results": True}
                result = opened.exec_driver_sql(text, execution_options=options)
                names = list(result.keys())
                return collect(names, [None] * len(names), _chunks(result), caps)

        try:
            return in_time(work, caps.seconds + GRACE if caps.seconds else None, self.engine)
        except (QueryFailed, QueryStopped) as error:
            if stopping.set_by_user or (caps.seconds and time.monotonic() - begun >= caps.seconds):
                raise QueryStopped(why_stopped(stopping, caps)) from error
            raise

    def sample(self, reference: str, rows: int, caps: Caps) -> Rows:
        import sqlalchemy

        some = sqlalchemy.select(sqlalchemy.text("*")).select_from(sqlalchemy.text(reference)).limit(rows)
        text = str(some.compile(dialect=self._engine.dialect, compile_kwargs={"literal_binds": True}))
        return self.run(text, caps)


def _cancel(opened: Any) -> Callable[[], object]:
    """What ends the statement of a connection from another thread; nothing where its driver has no such call."""
    driver = opened.connection.driver_connection
    return next((getattr(driver, name) for name in ("cancel", "interrupt") if hasattr(driver, name)), lambda: None)


def _chunks(result: Any) -> Iterator[list[Any]]:
    while chunk := result.fetchmany(CHUNK):
        yield [tuple(row) for row in chunk]


def _known(look: Callable[[], Any]) -> Any:
    """What a dialect tells; nothing where it does not."""
    try:
        return look()
    except NotImplementedError:
        return {}
