"""Spark, classic and Connect: the user's own session, or data frames of it, asked on the cluster.

Spark has no session that only reads, so the policy that judges a statement's tree is the one layer that keeps it from
more. A statement's jobs carry a tag, by which they are cancelled; its rows come as Arrow, a batch at a time.
Source: https://spark.apache.org/docs/latest/sql-ref.html
"""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from .arrow import unique_names
from .catalogue import Catalogue, Column, Table
from .connection import Caps, Connection, QueryFailed, QueryStopped, Rows, Stop, in_time
from .postgres import plain_error

GRACE = 5.0
"""Seconds that Spark has to end a statement that was cancelled."""
PLAN_SECONDS = 20.0
CATALOGUE_SECONDS = 60.0
DESCRIBED = 200
"""Tables up to which each is asked for its columns, which also tells their comments."""
AGAIN = 0.2
"""Seconds between two orders to cancel: the first may come before there is a job."""
ROW_BYTES = 16
"""Bytes of a row, where the planner knows the size of a table and not its rows."""
MAX_LIMIT = 2**31 - 2
"""The most rows that Spark's limit can be."""
SAMPLE_ROWS = 1_000
"""Rows that tell how large one is."""
_NOT_IN_ARROW = frozenset({"YearMonthInterval", "CalendarInterval", "Variant", "Geometry", "Geography"})
_LOGGER = "SQLQueryContextLogger"
_PLACES = re.compile(
    r"\b(?:[\w.-]+/)?\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|\b(?:file|hdfs|s3a?|gs|abfss?|spark|sc):/+[^\s'\"]+"
)
_NODE = re.compile(r"^(?P<tree>[ :|+-]*)(?P<line>(?P<what>[^\s,(]+).*)Statistics\((?P<facts>[^)]*)\)")
_BY_KEYS = re.compile(r"(?<![<>!])(?:<=>|=) (?:cast\()?[\w.`]+#\d")
"""In the condition of a join: two columns that are equal."""
_SIZES = {"B": 1.0, "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40, "PiB": 2.0**50}
_registered: dict[tuple[int, str], int] = {}
"""How many statements use a view that stands for a frame, by the session and its name."""
_registering = threading.Lock()


class SparkConnection(Connection):
    """A session of Spark.

    Args:
        session: The session, classic or of Spark Connect.
        frames: Data frames of it that a statement can read, by what the user calls them.
        catalogued: Whether the tables of the session's catalogue can be read too.
    """

    engine, dialect = "Spark", "spark"
    layers = (
        "Spark has no read-only session: the policy alone keeps a statement from more than reading.",
        "Its jobs are cancelled on the cluster at its deadline, and when you stop it.",
    )

    def __init__(self, session: Any, frames: Mapping[str, Any] | None = None, *, catalogued: bool = True) -> None:
        super().__init__()
        self._session, self._given, self._catalogued = session, dict(frames or {}), catalogued
        self._names: dict[str, str] = {}
        self._last: SparkConnection | None = None

    def with_frames(self, frames: Mapping[str, Any], *, alone: bool) -> Connection:
        if self._last is None or self._last._catalogued == alone or not _same(self._last._given, frames):
            self._last = SparkConnection(self._session, frames, catalogued=not alone)
        return self._last

    def frame_tables(self) -> dict[str, Table]:
        found = self.catalogue()
        return {given: found.tables[found.schemas[0], name] for given, name in self._view_names().items()}

    def _view_names(self) -> dict[str, str]:
        """What each frame is called in statements: its name, or one that no view or table of the session has."""
        if len(self._names) < len(self._given):
            with self._failures():
                for given in self._given:
                    names = (given, *(f"{given}_frame{number}" for number in ("", *range(2, 100))))
                    self._names[given] = next(name for name in names if self._is_free(name))
        return self._names

    def _is_free(self, name: str) -> bool:
        return (id(self._session), name) in _registered or not self._session.catalog.tableExists(name)

    @property
    def _frames(self) -> dict[str, Any]:
        """The frames by what they are called in statements."""
        return {name: self._given[given] for given, name in self._view_names().items()}

    def quoted(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    # -- what it holds -------------------------------------------------------------------------------------------------

    def _read_catalogue(self) -> Catalogue:
        try:
            return in_time(self._looked_up, CATALOGUE_SECONDS, self.engine)
        except QueryStopped as error:
            raise QueryFailed(str(error)) from error

    def _looked_up(self) -> Catalogue:
        with self._failures():
            here = str(self._session.catalog.currentDatabase())
            catalog = str(self._session.catalog.currentCatalog())
            tables = dict[tuple[str, str], Table]()
            for database in self._databases(here) if self._catalogued else []:
                tables |= {(table.schema, table.name): table for table in self._tables(database, here)}
            for name, frame in self._frames.items():
                tables[here, name] = Table(here, name, _columns(frame.schema), "data frame")
        return Catalogue(tables, (here,), catalog)

    def _databases(self, here: str) -> list[str]:
        listed = [str(entry.name) for entry in self._session.catalog.listDatabases()]
        return [here, *(name for name in listed if name != here)]

    def _tables(self, database: str, here: str) -> Iterator[Table]:
        """The tables and views of a database; a temporary view counts to the current one, and hides its table."""
        quoted = self.quoted(database)
        try:
            rows = self._session.sql(f"SHOW TABLE EXTENDED IN {quoted} LIKE '*'").collect()
            texts = {(str(row["tableName"]), bool(row["isTemporary"])): str(row["information"]) for row in rows}
        except Exception as error:
            if not _is_spark(error):
                raise
            listed = self._session.catalog.listTables(database)  # a catalogue of another maker
            texts = {(str(entry.name), bool(entry.isTemporary)): "" for entry in listed}
        for (name, temporary), text in texts.items():
            if temporary and (database != here or (id(self._session), name) in _registered):
                continue
            if not temporary and database == here and (name, True) in texts:
                continue
            yield self._table(database, name, text, temporary=temporary, described=len(texts) <= DESCRIBED)

    def _table(self, database: str, name: str, text: str, *, temporary: bool, described: bool) -> Table:
        columns = _described_columns(text)
        if described or not columns:
            reference = self.quoted(name) if temporary else f"{self.quoted(database)}.{self.quoted(name)}"
            try:
                columns = _columns(self._session.table(reference).schema)
            except Exception as error:  # its files are gone, or the account may not look
                if not _is_spark(error):
                    raise
        facts = dict(re.findall(r"^(Comment|Statistics|Type): (.*)$", text, re.MULTILINE))
        rows = re.search(r"(\d+) rows", facts.get("Statistics", ""))
        kind = "view" if temporary or facts.get("Type") == "VIEW" else "table"
        return Table(database, name, columns, kind, facts.get("Comment", ""), int(rows[1]) if rows else None)

    # -- a statement ---------------------------------------------------------------------------------------------------

    def run(self, text: str, caps: Caps, stop: Stop | None = None) -> Rows:
        stopping = stop or Stop()

        def work() -> Rows:
            with self._failures(), self._views(), self._tagged() as cancel:
                try:
                    with stopping.cancelling(cancel, caps.seconds):
                        return _read(self._session.sql(text), caps, cancel)
                except Exception as error:
                    if not cancel.ordered:
                        raise
                    raise QueryStopped(self._why(stopping, caps)) from error
                finally:
                    cancel.done.set()

        return in_time(work, caps.seconds + GRACE if caps.seconds else None, self.engine)

    def estimate(self, text: str) -> float | None:
        def work() -> str:
            with self._failures(), self._views():
                (row,) = self._session.sql(f"EXPLAIN COST {text}").collect()
                return str(row[0])

        return planned_rows(in_time(work, PLAN_SECONDS, self.engine))

    def _why(self, stop: Stop, caps: Caps) -> str:
        if stop.set_by_user:
            return "it was stopped"
        late = f"it took more than {caps.seconds:g} seconds"
        context = getattr(self._session, "_sc", None)
        with suppress(Exception):
            executors = list(context._jsc.sc().statusTracker().getExecutorInfos())  # type: ignore[union-attr]
            if len(executors) <= 1 and not str(context.master).startswith("local"):  # type: ignore[union-attr]
                return f"{late}, and the cluster has no worker for it"
        return late

    @contextmanager
    def _tagged(self) -> Iterator[_Cancel]:
        """What cancels the jobs that the block starts, which this thread's tag tells apart from others."""
        tag, context = f"analyst_magic_{uuid.uuid4().hex}", getattr(self._session, "_sc", None)
        if context is None:
            self._session.addTag(tag)
            cancel = _Cancel(lambda: self._session.interruptTag(tag))
        else:
            context.addJobTag(tag)
            cancel = _Cancel(lambda: context.cancelJobsWithTag(tag))
        try:
            yield cancel
        finally:
            with suppress(Exception):  # the session may be gone by now
                self._session.removeTag(tag) if context is None else context.removeJobTag(tag)

    @contextmanager
    def _views(self) -> Iterator[None]:
        """While the block runs, the frames can be read by their names; other statements may need them as well."""
        keys = {(id(self._session), name): frame for name, frame in self._frames.items()}
        with _registering:
            for (owner, name), frame in keys.items():
                if not _registered.get((owner, name)):
                    frame.createOrReplaceTempView(name)
                _registered[owner, name] = _registered.get((owner, name), 0) + 1
        try:
            yield
        finally:
            with _registering:
                for key in keys:
                    _registered[key] -= 1
                    if not _registered[key]:
                        del _registered[key]
                        with suppress(Exception):  # the session may be gone by now
                            self._session.catalog.dropTempView(key[1])

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Errors of Spark as this package's own, without what its logger would print of each.

        Raises:
            QueryFailed: Spark refuses, fails, or cannot be reached.
        """
        logger = logging.getLogger(_LOGGER)
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        try:
            if _is_stopped(self._session):
                raise QueryFailed("the Spark session is stopped")
            yield
        except (QueryFailed, QueryStopped):
            raise
        except Exception as error:
            if not _is_spark(error):
                raise
            raise QueryFailed(
                "the Spark session is stopped" if _is_stopped(self._session) else message(error)
            ) from error
        finally:
            logger.setLevel(level)


def _same(some: Mapping[str, Any], others: Mapping[str, Any]) -> bool:
    return some.keys() == others.keys() and all(some[name] is others[name] for name in some)


class _Cancel:
    """Cancels a statement's jobs, again and again until it has ended: a job may begin after the first order.

    Attributes:
        ordered: Whether it has been told to.
        done: Set when the statement has ended.
    """

    def __init__(self, cancel: Callable[[], object]) -> None:
        self._cancel, self.ordered, self.done = cancel, False, threading.Event()

    def __call__(self) -> None:
        self.ordered = True
        threading.Thread(target=self._repeat, daemon=True).start()

    def _repeat(self) -> None:
        while not self.done.is_set():
            with suppress(Exception):  # an engine that does not answer ends the statement in its own way
                self._cancel()
            self.done.wait(AGAIN)


def _is_stopped(session: Any) -> bool:
    context = getattr(session, "_sc", None)
    return context._jsc is None if context is not None else bool(getattr(session, "is_stopped", False))


def _is_spark(error: Exception) -> bool:
    """Whether an error is one of Spark, or of a driver that cannot be reached."""
    module = type(error).__module__.partition(".")[0]
    return module in {"pyspark", "py4j", "grpc", "pyarrow"} or isinstance(error, OSError | EOFError)


def message(error: Exception) -> str:
    """What Spark says of an error: its first sentence, without the trace of Java and without addresses.

    >>> message(ValueError("[TABLE_OR_VIEW_NOT_FOUND] No table x. SQLSTATE: 42P01; line 1 pos 14;\\n'Project [*]"))
    'No table x'
    """
    text = str(error)
    if "java.net.ConnectException" in text or "StatusCode.UNAVAILABLE" in text or isinstance(error, ConnectionError):
        return "the cluster cannot be reached"
    if _driver_takes(text):
        return "the result is larger than Spark's driver takes at once (spark.driver.maxResultSize): ask for less"
    lines = text.strip().splitlines() or [""]
    causes = re.findall(r"(?:Caused by|^): ([\w.$]+(?:Exception|Error|Error\$\w+)(?:: [^\n]+)?)", text, re.MULTILINE)
    deep = lines[0].startswith("An error occurred while calling") or "Job aborted" in lines[0]
    line = _without_prefix(causes[-1] if causes and deep else lines[0])
    line = re.sub(r"\s*SQLSTATE: \w+.*", "", line)
    return plain_error(ValueError(_PLACES.sub("an address", line) or type(error).__name__))


def _without_prefix(line: str) -> str:
    """A line without the class of an error and the name of its condition before it."""
    return re.sub(r"^(?:[\w.$]+(?:Exception|Error): |\([\w.$]+\) )?(?:\[[\w.]+\] )?", "", line).strip()


def _columns(schema: Any) -> tuple[Column, ...]:
    """The columns of a schema of Spark."""
    return tuple(
        Column(str(f.name), str(f.dataType.simpleString()), str((f.metadata or {}).get("comment", ""))) for f in schema
    )


def _described_columns(text: str) -> tuple[Column, ...]:
    """The columns in what ``SHOW TABLE EXTENDED`` says of a table."""
    found = re.findall(r"^ \|-- (.*): ([\w()., ]+?) \(nullable = (?:true|false)\)", text, re.MULTILINE)
    return tuple(Column(name, kind) for name, kind in found)


# -- rows as Arrow -----------------------------------------------------------------------------------------------------


def _read(frame: Any, caps: Caps, cancel: Callable[[], object]) -> Rows:
    """The rows of a frame until a cap is reached; the jobs for the rest are cancelled then."""
    fields, names = list(frame.schema), unique_names(frame.columns)
    renamed = frame.toDF(*[f"c{place}" for place in range(len(names))])
    plain = renamed.selectExpr(*[_expression(f"c{place}", field.dataType) for place, field in enumerate(fields)])
    rows = min(caps.rows + 1, MAX_LIMIT)
    try:
        table, cut = _fetch(plain.limit(rows), caps.bytes, cancel)
    except Exception as error:
        most = _driver_takes(str(error))
        if not most:
            raise
        some, _ = _fetch(plain.limit(SAMPLE_ROWS), caps.bytes, cancel)  # how many of its rows the driver takes
        table, _ = _fetch(plain.limit(min(rows, int(most * SAMPLE_ROWS / max(1, some.nbytes)) + 1)), caps.bytes, cancel)
        cut = True
    zone = str(frame.sparkSession.conf.get("spark.sql.session.timeZone"))
    columns = [_typed(column, field.dataType, zone) for column, field in zip(table.columns, fields, strict=True)]
    found = pa.table(columns, names=names) if names else table
    texts = tuple(
        f"{name} is {field.dataType.simpleString()} on Spark, and is text here."
        for name, field in zip(names, fields, strict=True)
        if _class(field.dataType) != "YearMonthInterval" and _lacks(field.dataType)
    )
    return Rows(found.slice(0, caps.rows), cut or table.num_rows > caps.rows, texts)


def _driver_takes(text: str) -> float:
    """The bytes of a result that Spark's driver surely takes, where all of it was too much; 0 for other errors.

    >>> _driver_takes("results of 1 tasks (2.5 GiB) is bigger than spark.driver.maxResultSize (1024.0 MiB)") / 2**20
    512.0
    """
    found = re.search(r"is bigger than spark.driver.maxResultSize \(([\d.]+) (\w+)\)", text)
    return float(found[1]) * _SIZES.get(found[2], 0.0) / 2 if found else 0.0


def _class(kind: Any) -> str:
    return type(kind).__name__.removesuffix("Type")


def _lacks(kind: Any) -> bool:
    """Whether Arrow has no type for one of Spark, or for a part of it."""
    parts = [getattr(kind, name) for name in ("elementType", "keyType", "valueType") if hasattr(kind, name)]
    parts += [field.dataType for field in getattr(kind, "fields", ())]
    return _class(kind) in _NOT_IN_ARROW or any(map(_lacks, parts))


def _expression(name: str, kind: Any) -> str:
    """A column with a type that Arrow has: months are counted, and of what it lacks there is the text."""
    if _class(kind) == "YearMonthInterval":
        return f"CAST(CAST({name} AS INTERVAL MONTH) AS BIGINT) AS {name}"
    if not _lacks(kind):
        return name
    return (
        f"to_json({name}) AS {name}" if _class(kind) in {"Variant", "Struct"} else f"CAST({name} AS STRING) AS {name}"
    )


def _typed(column: pa.ChunkedArray, kind: Any, zone: str) -> pa.ChunkedArray:
    """A column as the session has it: times in the session's zone, months as intervals."""
    if _class(kind) == "YearMonthInterval":
        months = [None if value is None else pa.MonthDayNano([value, 0, 0]) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(months, pa.month_day_nano_interval())])
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        with suppress(pa.ArrowException, ZoneInfoNotFoundError, ValueError):  # a zone that only Java knows stays UTC
            ZoneInfo(zone)
            return column.cast(pa.timestamp("us", zone))
    return column


def _fetch(frame: Any, most: int, cancel: Callable[[], object]) -> tuple[pa.Table, bool]:
    """The rows of a frame, and whether there are more than so many bytes of them."""
    context = getattr(frame.sparkSession, "_sc", None)
    try:
        return _fetch_by_connect(frame, most, cancel) if context is None else _fetch_by_classic(frame, most, cancel)
    except (ImportError, AttributeError):  # another version of Spark: all rows at once
        return frame.toArrow(), False


def _fetch_by_connect(frame: Any, most: int, cancel: Callable[[], object]) -> tuple[pa.Table, bool]:
    client, batches, size = frame.sparkSession.client, list[pa.RecordBatch](), 0
    schema: pa.Schema | None = None
    for part in client.to_table_as_iterator(frame._plan.to_proto(client), frame._plan.observations):
        if isinstance(part, pa.Table):
            schema = part.schema
            batches += part.to_batches()
            size += part.nbytes
            if size > most:
                cancel()
                break
    table = pa.Table.from_batches(batches, schema) if schema is not None else frame.limit(0).toArrow()
    return table, size > most


def _fetch_by_classic(frame: Any, most: int, cancel: Callable[[], object]) -> tuple[pa.Table, bool]:
    """Rows by the socket on which Spark's driver writes them as partitions end; their order comes after the last."""
    from pyspark.serializers import read_int
    from pyspark.util import local_connect_and_auth

    port, secret, server = frame._jdf.collectAsArrowToPython()
    file, socket = local_connect_and_auth(port, secret)
    batches, size = list[pa.RecordBatch](), 0
    try:
        socket.settimeout(None)
        reader = pa.ipc.open_stream(file)
        for batch in reader:
            batches.append(batch)
            size += batch.nbytes
            if size > most:
                cancel()
                return pa.Table.from_batches(batches, reader.schema), True
        order = [read_int(file) for _ in range(_count(read_int(file), file))]
        server.getResult()
        return pa.Table.from_batches([batches[place] for place in order], reader.schema), False
    except (pa.ArrowException, EOFError):
        server.getResult()  # says what happened in Spark
        raise
    finally:
        with suppress(OSError):
            file.close()
            socket.close()


def _count(number: int, file: Any) -> int:
    """The number of batches.

    Raises:
        PySparkRuntimeError: It is negative, which stands before the text of a failure.
    """
    if number < 0:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.serializers import UTF8Deserializer

        raise PySparkRuntimeError(UTF8Deserializer().loads(file))
    return number


# -- what the planner of Spark says ------------------------------------------------------------------------------------


def planned_rows(text: str) -> float | None:
    """The most rows that a step of a plan takes, as ``EXPLAIN COST`` writes it; None where it does not say.

    Spark takes an inner join to have as many bytes as one side times the other. So a join by keys counts as its larger
    side, and only one without them as a product.

    >>> leaf = "Range (0, 1000, step=1), Statistics(sizeInBytes=7.8 KiB, rowCount=1.00E+3)"
    >>> join = "Join Inner, Statistics(sizeInBytes=15.3 MiB)"
    >>> planned_rows(f"== Optimized Logical Plan ==\\n{join}\\n:- {leaf}\\n+- {leaf}")
    1000000.0
    """
    plan = text.partition("== Optimized Logical Plan ==")[2].partition("== Physical Plan ==")[0]
    nodes = [match for line in plan.splitlines() if (match := _NODE.match(line))]
    most, below = 0.0, list[tuple[int, float]]()  # the nodes behind, the deeper first, each with its rows
    for node in reversed(nodes):
        depth = len(node["tree"])
        inputs = [rows for level, rows in below if level > depth]
        below = [(level, rows) for level, rows in below if level <= depth]
        rows = _rows_of(node, inputs)
        below.append((depth, rows))
        most = max(most, rows)
    return most or None


def _rows_of(node: re.Match[str], inputs: list[float]) -> float:
    counted = re.search(r"rowCount=([\d.E+]+)", node["facts"])
    if counted:
        return max([float(counted[1]), *inputs])
    if not inputs:
        size = re.search(r"sizeInBytes=([\d.E+]+) (\w+)", node["facts"])
        return float(size[1]) * _SIZES[size[2]] / ROW_BYTES if size and size[2] in _SIZES else 0.0
    if node["what"] == "Join" and len(inputs) == 2 and not _BY_KEYS.search(node["line"]):
        return inputs[0] * inputs[1]
    return max(inputs)
