"""Tasks with their events and results, in one SQLite file that survives a restart of the server."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
import time
import uuid
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import AnalystError
from ..storage.sqlite import Schema, open_database, transaction

NAME = "tasks.sqlite3"
State = Literal["pending", "running", "done", "failed", "cancelled"]
STATES: tuple[State, ...] = get_args(State)
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
MAX_PENDING = 1_000
"""Tasks that wait; further ones are refused."""
SCHEMA = Schema(
    (
        (
            """CREATE TABLE task (
                number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL,
                thread TEXT NOT NULL, request TEXT NOT NULL, created REAL NOT NULL, started REAL, ended REAL,
                progress TEXT NOT NULL DEFAULT '', error TEXT NOT NULL DEFAULT '', owner TEXT NOT NULL DEFAULT '',
                retry_of TEXT NOT NULL DEFAULT '', result BLOB, page BLOB)""",
            "CREATE INDEX task_state ON task (state, number)",
            "CREATE INDEX task_thread ON task (thread, number)",
            """CREATE TABLE event (
                task TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
                PRIMARY KEY (task, number))""",
        ),
        (
            "ALTER TABLE task ADD COLUMN priority INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE task ADD COLUMN sent REAL",
            "CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
        ),
        ("CREATE TABLE conversation (thread TEXT PRIMARY KEY, task TEXT NOT NULL, state BLOB NOT NULL)",),
    )
)
PRIORITIES: Mapping[str, int] = {"low": -1, "normal": 0, "high": 1}
HOW_TO_RETRY = "POST to its address with /retry to run it again."
_NEXT = (
    "state = 'pending' AND sent IS NULL AND NOT EXISTS (SELECT 1 FROM task AS earlier WHERE earlier.thread = "
    "task.thread AND earlier.state IN ('pending', 'running') AND earlier.number < task.number)"
)
"""Tasks that may begin: those of one conversation follow each other, as they came."""
_COLUMNS = "id, state, thread, request, created, started, ended, progress, error, retry_of"


class TasksRefused(AnalystError):
    """A task cannot be taken or changed as it stands."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Attributes:
        id: Its name in addresses.
        state: ``pending``, ``running``, ``done``, ``failed`` or ``cancelled``.
        thread: The conversation that it belongs to.
        request: What was asked, checked.
        created, started, ended: Seconds since 1970; None where that has not happened.
        progress: The stage that it is in.
        error: Why it failed: ``kind``, ``message`` and ``next_step``.
        retry_of: The task that it does again; empty where it does none.
    """

    id: str
    state: State
    thread: str
    request: Mapping[str, Any]
    created: float
    started: float | None = None
    ended: float | None = None
    progress: str = ""
    error: Mapping[str, str] = field(default_factory=dict)
    retry_of: str = ""

    def as_json(self) -> dict[str, Any]:
        """The task for a program; of an upload its name alone."""
        sources = [
            {k: v for k, v in source.items() if k not in {"content", "base64"}}
            for source in self.request.get("sources", [])
        ]
        shown = {name: getattr(self, name) for name in ("id", "state", "thread", "created", "started", "ended",
                                                         "progress", "retry_of")}  # fmt: skip
        return {**shown, "request": {**self.request, "sources": sources}, "error": dict(self.error) or None}


class TaskStore:
    """The tasks of one server. Any thread may use it.

    Args:
        path: The file.
        days: After how many days an ended task is forgotten.
    """

    def __init__(self, path: Path, days: float = 7.0) -> None:
        self._days = days
        self._connection = open_database(path, SCHEMA).connection
        self._lock = threading.Lock()
        self.owner = f"{socket.gethostname()}:{os.getpid()}"

    def add(self, request: Mapping[str, Any], retry_of: str = "") -> Task:
        """Put a task into the queue.

        Raises:
            TasksRefused: Too many wait, or it cannot be written.
        """
        try:
            return self._add(request, retry_of)
        except sqlite3.Error as error:
            raise TasksRefused(
                f"The task cannot be written: {error}.", "Free some space on the server's disk."
            ) from error

    def _add(self, request: Mapping[str, Any], retry_of: str) -> Task:
        identity = uuid.uuid4().hex
        thread = str(request.get("thread") or f"task {identity}")
        request = {**request, "thread": thread, "alone": not request.get("thread")}
        task = Task(identity, "pending", thread, request, time.time(), retry_of=retry_of)
        with self._transaction() as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM task WHERE state = 'pending'").fetchone()
            if waiting >= MAX_PENDING:
                raise TasksRefused(f"{MAX_PENDING:,} tasks wait already.", "Wait until some are done.")
            connection.execute(
                "INSERT INTO task (id, state, thread, request, created, retry_of, priority) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    task.id,
                    task.state,
                    task.thread,
                    json.dumps(request),
                    task.created,
                    retry_of,
                    PRIORITIES[request.get("priority") or "normal"],
                ],
            )
            self._note(connection, task.id, "state", {"state": "pending"})
            connection.execute(
                f"DELETE FROM task WHERE state IN {ENDED} AND ended < ?",  # noqa: S608 (states of ours)
                [time.time() - self._days * 86_400],
            )
            connection.execute("DELETE FROM event WHERE task NOT IN (SELECT id FROM task)")
            connection.execute("DELETE FROM conversation WHERE thread NOT IN (SELECT thread FROM task)")
        return task

    def claim(self, others: Collection[str] = ()) -> Task | None:
        """The oldest pending task of the highest priority, which is running from now on; None where none waits.

        Args:
            others: Conversations that another worker, which is free, has at hand.
        """
        with self._transaction() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM task WHERE {_NEXT} AND thread NOT IN (SELECT value FROM json_each(?)) "  # noqa: S608
                "ORDER BY priority DESC, number LIMIT 1",
                [json.dumps(list(others))],
            ).fetchone()
            if row is None:
                return None
            task = replace(_task(row), state="running", started=time.time())
            connection.execute(
                "UPDATE task SET state = 'running', started = ?, owner = ? WHERE id = ?",
                [task.started, self.owner, task.id],
            )
            self._note(connection, task.id, "state", {"state": "running"})
        return task

    def unsent(self, limit: int = 100) -> list[Task]:
        """Pending tasks that may begin and have not gone to the broker yet, the first to run first."""
        query = f"SELECT {_COLUMNS} FROM task WHERE {_NEXT} ORDER BY priority DESC, number LIMIT ?"  # noqa: S608
        return [_task(row) for row in self._read(query, [limit])]

    def sent(self, state: State) -> list[str]:
        """Ids of tasks in a state that have gone to the broker."""
        return [i for (i,) in self._read("SELECT id FROM task WHERE state = ? AND sent IS NOT NULL", [state])]

    def set_sent(self, task: str, sent: bool = True) -> None:
        """Note that a task has gone to the broker, or that the broker has lost it."""
        with self._transaction() as connection:
            connection.execute("UPDATE task SET sent = ? WHERE id = ?", [time.time() if sent else None, task])

    def begin(self, task: str, owner: str) -> None:
        """Note that a worker elsewhere has begun a task; one that was begun before goes on."""
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE task SET state = 'running', started = coalesce(started, ?), owner = ? "
                "WHERE id = ? AND state IN ('pending', 'running') AND NOT (state = 'running' AND owner = ?)",
                [time.time(), owner, task, owner],
            ).rowcount
            if changed:
                self._note(connection, task, "state", {"state": "running", "worker": owner})

    def note(self, name: str, default: str) -> str:
        """A fact that outlives the server; the default, from then on, where none is known."""
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO note VALUES (?, ?)", [name, default])
            ((value,),) = connection.execute("SELECT value FROM note WHERE name = ?", [name]).fetchall()
        return str(value)

    def set_note(self, name: str, value: str) -> None:
        """Change a fact that outlives the server."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", [name, value])

    def progress(self, task: str, kind: str, data: Any) -> None:
        """Add an event to a running task; an event of the kind ``stage`` is also its progress.

        What comes after its end is too late, and left out.
        """
        with self._transaction() as connection:
            running = "SELECT 1 FROM task WHERE id = ? AND state = 'running'"
            if connection.execute(running, [task]).fetchone() is None:
                return
            self._note(connection, task, kind, data)
            if kind == "stage":
                connection.execute("UPDATE task SET progress = ? WHERE id = ?", [str(data.get("stage")), task])

    def end(
        self,
        task: str,
        state: State,
        *,
        result: Any = None,
        error: Mapping[str, str] | None = None,
        left: str | None = None,
    ) -> bool:
        """End a task that has not ended; whether it had not.

        Args:
            task: Its id.
            state: ``done``, ``failed`` or ``cancelled``.
            result: What it gave, as JSON has it.
            error: Why it failed.
            left: What its conversation has left, for the next task of it.
        """
        packed = zlib.compress(json.dumps(result).encode(), 3) if result is not None else None
        with self._transaction() as connection:
            changed = connection.execute(
                "UPDATE task SET state = ?, ended = ?, error = ?, result = ? "
                "WHERE id = ? AND state IN ('pending', 'running')",
                [state, time.time(), json.dumps(dict(error)) if error else "", packed, task],
            ).rowcount
            if changed:
                self._note(connection, task, "state", {"state": state, "error": dict(error) if error else None})
            if changed and left is not None:
                connection.execute(
                    "INSERT OR REPLACE INTO conversation SELECT thread, id, ? FROM task WHERE id = ?",
                    [zlib.compress(left.encode(), 3), task],
                )
        return bool(changed)

    def sources(self, thread: str) -> list[Any]:
        """The sources of the last task of a conversation."""
        found = self.latest(thread=thread, limit=1)
        return list(found[0].request.get("sources", [])) if found else []

    def earlier(self, thread: str) -> dict[str, str] | None:
        """The last task of a conversation that was done, and what the conversation had left then; None before that."""
        found = self._read("SELECT task, state FROM conversation WHERE thread = ?", [thread])
        return {"task": found[0][0], "state": zlib.decompress(found[0][1]).decode()} if found else None

    def get(self, task: str) -> Task | None:
        """A task by its id; None where there is none."""
        found = self._read(f"SELECT {_COLUMNS} FROM task WHERE id = ?", [task])  # noqa: S608 (names of ours)
        return _task(found[0]) if found else None

    def latest(self, state: str = "", thread: str = "", limit: int = 100) -> list[Task]:
        """The latest tasks, the last one first; those of one state or conversation where it is named."""
        wheres = [(f"{name} = ?", value) for name, value in (("state", state), ("thread", thread)) if value]
        where = f"WHERE {' AND '.join(text for text, _ in wheres)}" if wheres else ""
        query = f"SELECT {_COLUMNS} FROM task {where} ORDER BY number DESC LIMIT ?"  # noqa: S608 (names of ours)
        return [_task(row) for row in self._read(query, [*(value for _, value in wheres), limit])]

    def result(self, task: str) -> Any:
        """What a task gave; None where it has no result."""
        found = self._read("SELECT result FROM task WHERE id = ?", [task])
        return json.loads(zlib.decompress(found[0][0])) if found and found[0][0] is not None else None

    def page(self, task: str) -> str:
        """The page of a task's result; empty where it was not made yet."""
        found = self._read("SELECT page FROM task WHERE id = ?", [task])
        return zlib.decompress(found[0][0]).decode() if found and found[0][0] is not None else ""

    def set_page(self, task: str, page: str) -> None:
        """Keep the page of a task's result."""
        with self._transaction() as connection:
            connection.execute("UPDATE task SET page = ? WHERE id = ?", [zlib.compress(page.encode(), 3), task])

    def events(self, task: str, after: int = 0) -> list[tuple[int, str, Any]]:
        """The events of a task after a number: number, kind and data of each."""
        query = "SELECT number, kind, data FROM event WHERE task = ? AND number > ? ORDER BY number LIMIT 1000"
        return [(number, kind, json.loads(data)) for number, kind, data in self._read(query, [task, after])]

    def interrupt_orphans(self) -> int:
        """Tell tasks as interrupted that a server was running which is gone; how many. Pending ones run on.

        Those of workers behind a broker are left to them.
        """
        owners = {str(owner) for (owner,) in self._read("SELECT DISTINCT owner FROM task WHERE state = 'running'", [])}
        gone = [owner for owner in owners if owner == self.owner or not _alive(owner)]
        query = "SELECT id FROM task WHERE state = 'running' AND sent IS NULL AND owner = ?"
        orphans = [task for owner in gone for (task,) in self._read(query, [owner])]
        self.interrupt(orphans, "The server ended while the task ran.")
        return len(orphans)

    def interrupt(self, tasks: Collection[str], message: str) -> None:
        """End tasks as interrupted, which are not run again unasked."""
        for task in tasks:
            self.end(task, "failed", error={"kind": "Interrupted", "message": message, "next_step": HOW_TO_RETRY})

    def counts(self) -> dict[str, int]:
        """Number of tasks by state."""
        return dict(self._read("SELECT state, count(*) FROM task GROUP BY state", []))

    def oldest_pending(self) -> float:
        """Seconds that the oldest pending task has waited; 0 where none waits."""
        ((created,),) = self._read("SELECT min(created) FROM task WHERE state = 'pending'", [])
        return max(0.0, time.time() - created) if created is not None else 0.0

    def mean_seconds(self) -> float:
        """Mean seconds from start to end of the tasks that are done; 0 where none is."""
        ((seconds,),) = self._read("SELECT avg(ended - started) FROM task WHERE state = 'done'", [])
        return float(seconds or 0.0)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @staticmethod
    def _note(connection: sqlite3.Connection, task: str, kind: str, data: Any) -> None:
        connection.execute(
            "INSERT INTO event SELECT ?, coalesce(max(number), 0) + 1, ?, ? FROM event WHERE task = ?",
            [task, kind, json.dumps(data), task],
        )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, transaction(self._connection):
            yield self._connection

    def _read(self, query: str, values: list[Any]) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def _task(row: tuple[Any, ...]) -> Task:
    number, state, thread, request, created, started, ended, progress, error, retry_of = row
    return Task(number, state, thread, json.loads(request), created, started, ended, progress,
                json.loads(error) if error else {}, retry_of)  # fmt: skip


def _alive(owner: str) -> bool:
    """Whether the process of an owner lives; one of another machine is taken to."""
    host, _, pid = owner.rpartition(":")
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except (OSError, ValueError):
        return False
    return True
