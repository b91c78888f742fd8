"""``Connection``: a database that questions can be asked of, and how a statement runs on it.

What runs here was checked by the policy. The session that it runs in lets it read and nothing else, as far as the
engine can tell the two apart, ends it at a deadline, and stops reading at caps on rows and bytes.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

import pyarrow as pa

from .arrow import column, guessed, unique_names, whole
from .catalogue import Catalogue, Table

Result = TypeVar("Result")
CATALOGUE_SECONDS = 60.0
"""How long a catalogue is good where the engine does not tell whether it has changed."""
MAX_CATALOGUE_SECONDS = 600.0
"""How long it is good at most: its estimates of rows grow old."""
CHUNK = 10_000
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What one statement may take.

    Attributes:
        rows, bytes: Of its result; the rest of it is not read.
        seconds: From its start to its last row; 0 for no limit.
    """

    rows: int = 1_000_000
    bytes: int = 2_000_000_000
    seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Rows:
    """What a statement gave.

    Attributes:
        table: Its rows, with unique names of columns.
        cut: Whether there are more than the caps let through.
        notes: What could not keep its type, one sentence each.
    """

    table: pa.Table
    cut: bool = False
    notes: tuple[str, ...] = ()


class QueryFailed(Exception):
    """A statement that the engine refused or could not finish; the message is the engine's own, without an address."""


class QueryStopped(Exception):
    """A statement that was stopped: at its deadline, or because the user stopped the question."""


class Stop:
    """Stops a statement that another thread runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancel: Callable[[], object] | None = None
        self.set_by_user = False

    def set(self) -> None:
        """Stop the statement under way, and any later one."""
        with self._lock:
            self.set_by_user = True
            cancel = self._cancel
        if cancel is not None:
            cancel()

    @contextmanager
    def cancelling(self, cancel: Callable[[], object], seconds: float = 0.0) -> Iterator[None]:
        """While the block runs, ``cancel`` ends the statement: when ``set`` is called, or after some seconds."""
        timer = threading.Timer(seconds, cancel) if seconds else None
        with self._lock:
            if self.set_by_user:
                raise QueryStopped("it was stopped")
            self._cancel = cancel
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            with self._lock:
                self._cancel = None


class Connection(ABC):
    """A database in scope.

    Attributes:
        engine: What the engine is called, as ``PostgreSQL``.
        dialect: sqlglot's name for its dialect.
        layers: What its sessions keep from happening, one sentence each.
        looked_at: When its catalogue was read, by the monotonic clock.
    """

    engine = ""
    dialect = ""
    layers: tuple[str, ...] = ()

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None
        self._failure: QueryFailed | None = None
        self._version: str | None = None
        self.looked_at = 0.0
        self._one_at_a_time = threading.Lock()
        """Held while a statement uses a connection that others could use too."""

    def catalogue(self, *, refresh: bool = False) -> Catalogue:
        """What it holds, as it was at the last look; looked up anew when told to.

        Raises:
            QueryFailed: It cannot be reached, or its account may not look.
        """
        if self._catalogue is None or refresh:
            return self._look(None if refresh else self._failure)
        return self._catalogue

    def current_catalogue(self) -> Catalogue:
        """What it holds now: looked up anew if the schema has changed since. Called once for each question.

        Where the engine does not tell whether it has changed, it is looked up once a minute.

        Raises:
            QueryFailed: It cannot be reached, or its account may not look.
        """
        if self._catalogue is None:
            return self.catalogue()
        try:
            version = self.schema_version()
        except QueryFailed:
            return self._look(self._failure)
        longest = CATALOGUE_SECONDS if version is None else MAX_CATALOGUE_SECONDS
        if version not in {None, self._version} or time.monotonic() - self.looked_at > longest:
            return self._look(None)
        return self._catalogue

    def _look(self, failure: QueryFailed | None) -> Catalogue:
        """Read the catalogue; an engine that failed to answer a moment ago is not waited for at each question."""
        if failure is not None and time.monotonic() - self.looked_at < CATALOGUE_SECONDS:
            raise failure
        self.looked_at = time.monotonic()
        try:
            self._version = self.schema_version()
            self._catalogue, self._failure = self._read_catalogue(), None
        except QueryFailed as error:
            self._failure = error
            raise
        return self._catalogue

    @abstractmethod
    def _read_catalogue(self) -> Catalogue: ...

    def schema_version(self) -> str | None:
        """What differs when tables, columns, keys or comments have changed; None where the engine does not tell.

        Raises:
            QueryFailed: It cannot be reached.
        """
        return None

    def data_version(self, table: Table) -> str | None:
        """What differs when rows of a table may have changed; None where the engine does not tell.

        Raises:
            QueryFailed: It cannot be reached.
            QueryStopped: It does not answer in time.
        """
        return None

    @abstractmethod
    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        """Run one statement in a session that only reads.

        Args:
            text: The statement, which the policy has let through.
            caps: What it may take.
            stop: Stops it from another thread.

        Raises:
            QueryFailed: The engine refuses it, or cannot finish it.
            QueryStopped: It took too long, or was stopped.
        """

    def estimate(self, text: str) -> float | None:
        """How many rows the engine's planner takes a statement to work through at most; None where it does not say."""
        return None

    def sample(self, reference: str, rows: int, caps: Caps) -> Rows:
        """Some rows of a table, for its description.

        Args:
            reference: The table, as a statement names it.
            rows: How many.
            caps: What it may take.
        """
        return self.run(f"SELECT * FROM {reference} LIMIT {rows}", caps)  # noqa: S608 - quoted by its caller

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        """The same engine with frames that lie on it and have not been read; they are tables of it.

        Args:
            frames: The frames, by what the user calls them.
            alone: Whether they are its only tables.
        """
        raise TypeError(f"{self.engine} has no frames that can be asked")

    def frame_tables(self) -> dict[str, Table]:
        """The tables of the catalogue that stand for frames, by what the user calls those."""
        return {}

    def quoted(self, name: str) -> str:
        """A name as a statement writes it, in quotes."""
        return '"' + name.replace('"', '""') + '"'


def collect(
    names: Sequence[str], types: Sequence[pa.DataType | None], chunks: Iterator[Sequence[Any]], caps: Caps
) -> Rows:
    """Rows of a driver as an Arrow table, read until a cap is reached.

    Args:
        names: The names of the columns.
        types: The types that the driver gives; None where it gives none: then that of the first values, while it holds
            the next.
        chunks: The rows, some at a time, which are read as they are needed.
        caps: Where to stop, and when.
    """
    begun, count, size, cut = time.monotonic(), 0, 0, False
    unique, kinds = unique_names(names), list(types)
    parts: list[list[pa.Array]] = [[] for _ in names]
    notes: dict[str, None] = {}
    for chunk in chunks:
        room = caps.rows - count
        count += len(chunk)
        size += _size(chunk)
        some = chunk if len(chunk) <= room else chunk[:room]
        for place, name in enumerate(unique):
            values = list(map(itemgetter(place), some))
            array, note = column(values, name, kinds[place])
            kinds[place] = kinds[place] or guessed(array)
            parts[place].append(array)
            notes |= {note: None} if note else {}
        cut = count > caps.rows or size > caps.bytes
        if cut:
            break
        if caps.seconds and time.monotonic() - begun > caps.seconds:
            raise QueryStopped(f"it took more than {caps.seconds:g} seconds")
    made = [
        whole(part or [column((), name, kind)[0]], name) for part, name, kind in zip(parts, unique, types, strict=True)
    ]
    notes |= {note: None for _, note in made if note}
    return Rows(pa.table([array for array, _ in made], names=unique), cut, tuple(notes))


def why_stopped(stop: Stop, caps: Caps) -> str:
    """Why a statement did not come to its end."""
    return "it was stopped" if stop.set_by_user else f"it took more than {caps.seconds:g} seconds"


def in_time(work: Callable[[], Result], seconds: float | None, engine: str) -> Result:
    """What some work gives; it is done in a thread, which is left to itself where an engine does not answer in time.

    Raises:
        QueryStopped: It does not.
    """
    found: Future[Result] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    if not wait([found], seconds).done:
        raise QueryStopped(f"{engine} does not answer")
    return found.result()


def rows_of(reader: Any, caps: Caps) -> Rows:
    """Batches of Arrow until a cap is reached."""
    batches, count, size = list[pa.RecordBatch](), 0, 0
    for batch in reader:
        batches.append(batch)
        count, size = count + batch.num_rows, size + batch.nbytes
        if count > caps.rows or size > caps.bytes:
            break
    table = pa.Table.from_batches(batches, reader.schema).rename_columns(unique_names(reader.schema.names))
    return Rows(table.slice(0, caps.rows), count > caps.rows or size > caps.bytes)


def _size(chunk: Sequence[Sequence[Any]]) -> int:
    """About how many bytes some rows take: from the first, the last and one between."""
    if not chunk:
        return 0
    some = [chunk[0], chunk[len(chunk) // 2], chunk[-1]]
    widths = [sum(len(v) if isinstance(v, str | bytes) else 16 for v in row) for row in some]
    return sum(widths) * len(chunk) // len(some)
