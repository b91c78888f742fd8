"""Tasks through Celery and a real Redis: two workers, one of which is killed; a broker that forgets; cancelling."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import redis_server
from test_watching import OTLPCollector, attributes

from analyst_magic.errors import UnknownOption
from analyst_magic.server.task_store import Task, TaskStore
from analyst_magic.task_broker import celery_app

pytest.importorskip("celery")
pytestmark = pytest.mark.skipif(
    bool(redis_server.WHY_MISSING) and not os.environ.get("CI"), reason=redis_server.WHY_MISSING
)
WORKER = """
from analyst_magic import task_broker
task_broker.SECONDS_ALIVE, task_broker.SECONDS_VISIBLE, task_broker.SECONDS_TO_RETRY = 4, 5, 2
task_broker.SECONDS_BETWEEN_BEATS = 0.5
from analyst_magic.settings import load_settings
from analyst_magic.task_worker import serve
serve(load_settings(), 1)
"""
ENDED = {"done", "failed", "cancelled"}


class Workers:
    """Processes of ``analyst worker`` that are quick to see a death."""

    def __init__(self, folder: Path, broker: str, sandbox: str = "local", **environment: str) -> None:
        self._folder = folder
        self._environment = {**os.environ, "ANALYST_BROKER": broker, "ANALYST_MODEL": "offline",
                             "ANALYST_SANDBOX": sandbox, "ANALYST_SPARES": "0",
                             "ANALYST_HISTORY_PATH": str(folder / "history.sqlite3"), **environment}  # fmt: skip
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """Start one more."""
        with (self._folder / f"worker{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", WORKER], env=self._environment, cwd=self._folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        """End one with its children, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def broker() -> Iterator[redis_server.Redis]:
    with redis_server.redis() as server:
        yield server


@pytest.fixture(scope="module")
def workers(broker: redis_server.Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    started = Workers(tmp_path_factory.mktemp("workers"), broker.url)
    for _ in range(2):
        started.start()
    yield started
    for process in started.running:
        started.kill(process)


@contextlib.asynccontextmanager
async def server_of(store: TaskStore, broker: redis_server.Redis) -> AsyncIterator[object]:
    """What a Jupyter Server does with tasks, without one around it."""
    from analyst_magic.server.broker_runner import BrokerRunner

    runner = BrokerRunner(store, {}, broker.url)
    runner.start()
    try:
        yield runner
    finally:
        await runner.close()
    left = [task for task in asyncio.all_tasks() if "BrokerRunner" in repr(task)]
    assert left == []  # a server that is gone takes in nothing any more


async def until(store: TaskStore, tasks: list[Task], fits: Callable[[list[Task]], bool]) -> list[Task]:
    """The tasks once they are as wanted."""
    end = time.monotonic() + 100
    while time.monotonic() < end:
        found = [store.get(task.id) or task for task in tasks]
        if fits(found):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError([(task.state, task.error) for task in found])


def all_ended(tasks: list[Task]) -> bool:
    return all(task.state in ENDED for task in tasks)


async def test_workers_do_tasks_and_one_that_is_killed_gives_its_task_to_the_other(
    workers: Workers, broker: redis_server.Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker):
        short = [store.add({"code": f"{number} + 1", "language": "python"}) for number in range(10)]
        first = await until(store, short, all_ended)
        assert [task.state for task in first] == ["done"] * 10
        assert [store.result(task.id)["texts"] for task in first] == [[str(number + 1)] for number in range(10)]
        slow = [store.add({"code": "import time\ntime.sleep(6)\n'slept'"}) for _ in range(2)]
        begun = await until(store, slow, lambda found: all(task.progress == "sandbox" for task in found))
        assert [task.state for task in begun] == ["running"] * 2
        workers.kill(workers.running[0])
        ended = await until(store, slow, all_ended)
        workers.start()
    assert [task.state for task in ended] == ["done"] * 2
    assert "does not answer" not in caplog.text  # silence of some seconds is no fault
    starts = [sum(kind == "state" and data["state"] == "running" for _, kind, data in store.events(task.id))
              for task in slow]  # fmt: skip
    assert sorted(starts) == [1, 2]  # the one whose worker lived ran once, though it took longer than Celery waits
    assert all(sum(kind == "state" and data["state"] == "done" for _, kind, data in store.events(task.id)) == 1
               for task in [*short, *slow])  # fmt: skip


async def test_a_cancelled_task_stops_at_its_worker_and_one_that_waits_never_runs(
    workers: Workers, broker: redis_server.Redis, tmp_path: Path
) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker) as runner:
        slow = [store.add({"code": "import time\ntime.sleep(100)"}) for _ in range(2)]
        await until(store, slow, lambda found: all(task.state == "running" for task in found))
        waiting = store.add({"code": "1 + 1"})
        for task in [waiting, *slow]:
            assert await runner.cancel(task)  # type: ignore[attr-defined]
        after = store.add({"code": "2 + 2"})
        await until(store, [after], all_ended)
    found = store.get(after.id)
    assert found is not None
    assert found.state == "done"
    assert [store.get(task.id).state for task in [waiting, *slow]] == ["cancelled"] * 3  # type: ignore[union-attr]
    assert [kind for _, kind, _ in store.events(waiting.id)] == ["state", "state"]


async def test_what_ends_while_the_server_is_away_is_there_when_it_comes_back(
    workers: Workers, broker: redis_server.Redis, tmp_path: Path
) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker):
        task = store.add({"code": "import time\ntime.sleep(2)\n6 * 7"})
        more = [store.add({"code": f"{number}"}) for number in range(8)]
        await until(store, [task, *more], lambda found: found[0].state == "running" and bool(store.sent("pending")))
    away = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(away, broker):
        found = await until(away, [task, *more], all_ended)
    assert {task.state for task in found} == {"done"}
    assert away.result(task.id)["texts"] == ["42"]
    for ended in found:
        states = [data["state"] for _, kind, data in away.events(ended.id) if kind == "state"]
        assert states == ["pending", "running", "done"]


async def test_a_broker_that_forgets_loses_nothing_that_waits_and_what_is_higher_goes_first(
    broker: redis_server.Redis, tmp_path: Path, workers: Workers
) -> None:
    for process in workers.running:
        workers.kill(process)
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker):
        low = [store.add({"code": f"{number}", "priority": "low"}) for number in range(3)]
        high = [store.add({"code": f"{number}", "priority": "high"}) for number in range(3)]
        await until(store, [*low, *high], lambda found: len(store.sent("pending")) == 6)
        broker.kill()
        broker.start()
        workers.start()
        found = await until(store, [*low, *high], all_ended)
    assert [task.state for task in found] == ["done"] * 6
    begun = sorted(found, key=lambda task: task.started or 0)
    assert {task.id for task in begun[:3]} == {task.id for task in high}


FIRST = """
import math
def twice(value):
    return math.floor(2 * value)
wide = sales.assign(double=sales.revenue * 2).set_index("region")
best = wide.revenue.max()
wide.double.sum()
"""
SALES = {"name": "sales", "file": "sales.csv", "content": "region,revenue\nnorth,10\nsouth,30\nnorth,5\n"}


async def test_a_conversation_goes_on_at_another_worker_and_in_order(
    broker: redis_server.Redis, tmp_path: Path, workers: Workers
) -> None:
    for process in workers.running:
        workers.kill(process)
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker):
        first = workers.start()
        asked = {"sources": [SALES], "thread": "t"}
        begun = [store.add({"code": FIRST.replace("sales.", "sales.df()."), **asked}),
                 store.add({"question": "Total revenue by region", **asked})]  # fmt: skip
        await until(store, begun, all_ended)
        workers.kill(first)
        workers.start()
        later = [store.add({"question": "Only north", **asked}),
                 store.add({"code": "[wide.loc['south', 'double'], twice(best + 0.5)]", "thread": "t"}),
                 store.add({"code": "wide", "thread": "other"})]  # fmt: skip
        await until(store, later, all_ended)
        workers.start()
        many = [store.add({"code": f"number = {n} if {n} == 0 else number + 1\nnumber", "thread": "count"})
                for n in range(6)]  # fmt: skip
        await until(store, many, all_ended)
    assert [store.get(task.id).error for task in [*begun, *later[:2]]] == [{}] * 4  # type: ignore[union-attr]
    assert "15" in store.result(later[0].id)["answer"]
    assert "south" not in store.result(later[0].id)["answer"]
    assert store.result(later[1].id)["texts"] == ["[60, 61]"]
    assert "'wide' is not defined" in store.get(later[2].id).error["message"]  # type: ignore[union-attr]
    assert [store.result(task.id)["texts"] for task in many] == [[str(number)] for number in range(6)]


async def test_a_task_that_fails_leaves_nothing_in_its_conversation_and_what_cannot_travel_is_named(
    broker: redis_server.Redis, tmp_path: Path, workers: Workers
) -> None:
    for process in workers.running:
        workers.kill(process)
    store = TaskStore(tmp_path / "tasks.sqlite3")
    async with server_of(store, broker):
        first = workers.start()
        codes = ("x = 1\nlock = __import__('threading').Lock()\nx", "x = 2\nraise ValueError", "x")
        tasks = [store.add({"code": code, "thread": "t"}) for code in codes]
        await until(store, tasks, all_ended)
        workers.kill(first)
        workers.start()
        gone = store.add({"code": "lock.acquire()", "thread": "t"})
        await until(store, [gone], all_ended)
    assert [store.get(task.id).state for task in tasks] == ["done", "failed", "done"]  # type: ignore[union-attr]
    assert store.result(tasks[2].id)["texts"] == ["1"]
    assert any("lock" in note for note in store.result(gone.id)["notes"])


async def test_the_id_of_a_request_is_in_the_log_and_in_every_span_of_a_worker(
    broker: redis_server.Redis, tmp_path: Path, workers: Workers
) -> None:
    for process in workers.running:
        workers.kill(process)
    collector, log = OTLPCollector(), tmp_path / "turns.log"
    traced = Workers(tmp_path, broker.url, ANALYST_TRACING=collector.url, ANALYST_LOG_PATH=str(log))
    traced.start()
    store = TaskStore(tmp_path / "tasks.sqlite3")
    try:
        async with server_of(store, broker):
            task = store.add({"code": "1 + 1", "request_id": "order-8"})
            await until(store, [task], all_ended)
        spans = await asyncio.to_thread(collector.spans, 1)
    finally:
        traced.kill(traced.running[0])
        collector.close()
    assert "execute_tool python" in {span.name for span in spans}
    assert {attributes(span).get("analyst.request.id") for span in spans} == {"order-8"}
    assert {json.loads(line)["request"] for line in log.read_text().splitlines()} == {"order-8"}


def test_a_broker_is_a_redis() -> None:
    with pytest.raises(UnknownOption, match="address of a Redis"):
        celery_app("amqp://localhost")


async def test_a_server_that_ends_in_the_middle_of_its_work_leaves_nothing_behind(
    broker: redis_server.Redis, tmp_path: Path
) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    for pause in range(12):
        for _ in range(20):
            store.set_sent(store.add({"code": "1"}).id, pause % 2 == 0)
        async with server_of(store, broker):  # which looks at its end whether anything is left
            await asyncio.sleep(pause * 0.004)
