"""PostgreSQL by ADBC: rows come from the driver as Arrow, on a connection of their own to the same database.

A statement that fails leaves a connection of ADBC in a state that only a rollback of all ends, which would take what
the user has not committed. So each statement has a clone of the user's connection.
Source: https://arrow.apache.org/adbc/current/driver/postgresql.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...language import message
from .arrow import column
from .connection import Caps, QueryFailed, QueryStopped, Rows, Stop, rows_of, why_stopped
from .postgres import PostgresConnection, plain_error

_CANCELLED = "57014"
_TYPE, _MODIFIER = b"POSTGRESQL:type", b"POSTGRESQL:typmod"
_PYTHON = {
    pa.date32(): (-719_162, 2_932_896),
    pa.timestamp("us"): (-62_135_596_800_000_000, 253_402_300_799_999_999),
    pa.timestamp("us", "UTC"): (-62_135_596_800_000_000, 253_402_300_799_999_999),
}
"""The first and the last date and time that Python has, in Arrow's numbers."""


class AdbcPostgresConnection(PostgresConnection):
    """A PostgreSQL database.

    Args:
        value: A connection of ``adbc_driver_postgresql.dbapi``.
    """

    layers = (
        "The transaction is read only and sealed, on a connection of its own.",
        "The server ends a statement at its deadline, and when you stop it.",
        "A statement runs if the server takes it for one SELECT.",
    )

    @contextmanager
    def _session(self, seconds: float) -> Iterator[Any]:
        from adbc_driver_manager import Error

        try:
            with self._value.adbc_clone() as own:
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
                    cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
                    cursor.execute("SELECT 1").fetchall()  # seals it
                yield own
        except Error as error:
            if error.sqlstate == _CANCELLED:
                raise QueryStopped("the server ended it") from error
            raise QueryFailed(_message(error)) from error

    def _explain(self, cursor: Any, text: str) -> Any:
        return cursor.execute(f"EXPLAIN (FORMAT JSON) {text}").fetchone()[0]

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        stopping = stop or Stop()
        try:
            with (
                self._session(caps.seconds) as own,
                own.cursor() as cursor,
                stopping.cancelling(cursor.adbc_cancel, caps.seconds + 1),
            ):
                cursor.execute(f"DECLARE analyst_magic NO SCROLL CURSOR FOR {text}")
                cursor.execute("CLOSE analyst_magic")
                cursor.execute(text)
                reader = cursor.fetch_record_batch()
                schema, found = reader.schema, rows_of(reader, caps)
        except QueryStopped:
            raise QueryStopped(why_stopped(stopping, caps)) from None
        except (pa.ArrowException, OSError) as error:  # in the middle of a result it comes as an error of Arrow's
            if stopping.set_by_user or "cancel" in str(error).lower():
                raise QueryStopped(why_stopped(stopping, caps)) from error
            raise QueryFailed(_without_status(plain_error(error))) from error
        return _plain(found, schema)


def _message(error: Any) -> str:
    """What the server says of an error, with its hint, or what the driver does."""
    details = dict(error.details or ())
    parts = [details.get(f"PG_DIAG_MESSAGE_{part}", "") for part in ("PRIMARY", "HINT")]
    said = ". ".join(_text(part).rstrip(".") for part in parts if part)
    return said or _without_status(plain_error(error))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _without_status(text: str) -> str:
    return re.sub(r"^[A-Z_]+: (?:\[libpq\] )?(?:Failed to \w+: )?", "", text)


def _plain(found: Rows, schema: pa.Schema) -> Rows:
    """Columns in the types of Arrow that every reader knows.

    Raises:
        QueryFailed: One has a type, or a value, that ADBC does not give whole.
    """
    notes = dict.fromkeys(found.notes)
    columns = []
    for name, values, field in zip(found.table.column_names, found.table.columns, schema, strict=True):
        made, note = _column(name, values, field)
        columns.append(made)
        notes |= {note: None} if note else {}
    return Rows(pa.table(columns, names=found.table.column_names), found.cut, tuple(notes))


def _column(name: str, values: pa.ChunkedArray, field: pa.Field) -> tuple[pa.ChunkedArray, str]:
    facts = field.metadata or {}
    kind = facts.get(_TYPE, b"").decode()
    extension = isinstance(field.type, pa.BaseExtensionType)
    stored = (
        pa.chunked_array([chunk.storage for chunk in values.chunks], field.type.storage_type) if extension else values
    )
    if kind == "numeric":
        return _decimals(name, stored, int(facts.get(_MODIFIER, b"-1")))
    if kind == "money" or (extension and pa.types.is_binary(stored.type) and kind != "uuid"):
        raise QueryFailed(f"{name} is {kind or 'of a type'}, which ADBC does not read: cast it to text")
    if kind == "uuid":
        return pa.chunked_array(
            [pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())]
        ), ""
    if bounds := _PYTHON.get(stored.type):
        _check_years(name, stored, bounds)
    if pa.types.is_list(stored.type):
        return stored, message("{name} holds lists; of lists in lists, ADBC gives all values as one.", name=name)
    return stored, ""


def _decimals(name: str, texts: pa.ChunkedArray, modifier: int) -> tuple[pa.ChunkedArray, str]:
    """Decimals, which the driver gives as texts.

    Args:
        name: The column's name.
        texts: The numbers.
        modifier: The server's note of their digits; negative where there is none.
    """
    digits, scale = (modifier - 4) >> 16, (modifier - 4) & 2047
    if modifier > 0 and digits <= 38 and scale <= digits:
        try:
            return texts.cast(pa.decimal128(digits, scale)), ""
        except pa.ArrowException:  # not a number is one of them
            pass
    array, note = column([None if text is None else Decimal(text) for text in texts.to_pylist()], name)
    return pa.chunked_array([array]), note


def _check_years(name: str, values: pa.ChunkedArray, bounds: tuple[int, int]) -> None:
    extremes = pc.min_max(values.cast(pa.int32() if pa.types.is_date32(values.type) else pa.int64()))
    if extremes["min"].is_valid and not bounds[0] <= extremes["min"].as_py() <= extremes["max"].as_py() <= bounds[1]:
        raise QueryFailed(f"{name} holds a date that Python does not have, such as infinity: cast it to text")
