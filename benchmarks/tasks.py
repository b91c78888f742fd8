"""Tasks of the Jupyter Server: what one costs beside the engine, 100 at once, and 1,000 behind a broker with kills.

``python benchmarks/tasks.py`` runs all; ``python benchmarks/tasks.py kills 1000`` the last alone, with so many tasks.
It needs ``redis-server``.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import redis_server
import serving
from test_broker import Workers, all_ended, server_of

from analyst_magic.remote import Remote
from analyst_magic.server.task_store import TaskStore

ROUNDS, AT_ONCE = 30, 100


def one_by_one(remote: Remote) -> None:
    """Milliseconds from submit to the end of the events, without those of the engine."""
    beyond = []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        task = remote.submit(code=f"{number} + 1")
        for _ in remote.events(task):
            pass
        seconds = time.perf_counter() - begun
        beyond.append(seconds - remote.result(task)["seconds"]["total"])
    print(f"one by one: {1000 * statistics.median(beyond):.0f} ms beyond the engine, the median of {ROUNDS}")


def at_once(remote: Remote) -> None:
    """Whether none of many tasks is lost, and whether they begin in order."""
    begun = time.perf_counter()
    tasks = [remote.submit(code=f"{number} + 1") for number in range(AT_ONCE)]
    results = [remote.result(task)["texts"] for task in tasks]
    seconds = time.perf_counter() - begun
    started = [remote.task(task)["started"] for task in tasks]
    lost = sum(result != [str(number + 1)] for number, result in enumerate(results))
    print(f"{AT_ONCE} at once: {seconds:.1f} s, {lost} lost, in order: {started == sorted(started)}")


def resident(process: int) -> int:
    """Megabytes that a process holds; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmRSS")), 0)


async def with_kills(number: int, folder: Path) -> None:
    """What becomes of many tasks while workers, the broker and the server are killed at random."""
    store, chance, memory = TaskStore(folder / "tasks.sqlite3"), random.Random(25), 0
    kills = {"worker": 0, "broker": 0, "server": 0}
    tasks = [store.add({"code": f"{n} + 1", "language": "python"}) for n in range(number)]
    with redis_server.redis() as broker:
        workers = Workers(folder, broker.url)
        living = [workers.start() for _ in range(2)]
        begun = time.perf_counter()
        try:
            while store.counts().get("pending", 0) + store.counts().get("running", 0):
                async with server_of(store, broker):  # each round is another server over the same file
                    for _ in range(3):
                        await asyncio.sleep(chance.uniform(4, 9))
                        memory = max(memory, resident(living[0].pid))
                        if sum(store.counts().get(state, 0) for state in ("pending", "running")) < number // 20:
                            await asyncio.sleep(30)  # the last ones get the time that a death takes
                        elif chance.random() < 0.25:
                            broker.kill()
                            broker.start()
                            kills["broker"] += 1
                        else:
                            workers.kill(living.pop(0))
                            living.append(workers.start())
                            kills["worker"] += 1
                        if all_ended([store.get(task.id) or task for task in tasks]):
                            break
                kills["server"] += 1
        finally:
            for process in workers.running:
                workers.kill(process)
    seconds = time.perf_counter() - begun
    ends = [sum(kind == "state" and data["state"] in {"done", "failed"} for _, kind, data in store.events(task.id))
            for task in tasks]  # fmt: skip
    found = [store.get(task.id) or task for task in tasks]
    done = [n for n, task in enumerate(found) if task.state == "done"]
    wrong = sum(store.result(found[n].id)["texts"] != [str(n + 1)] for n in done)
    reasons = [task.error.get("kind") for task in found if task.state == "failed"]
    twice = sum(sum(kind == "state" and data["state"] == "running" for _, kind, data in store.events(task.id)) > 1
                for task in tasks)  # fmt: skip
    print(f"{number} tasks, killed {kills}: {seconds:.0f} s, {len(done)} done, {wrong} of them wrong, told as lost "
          f"{ {kind: reasons.count(kind) for kind in set(reasons)} }, ended once {ends.count(1)}, begun again after a "
          f"death {twice}; a worker holds {memory} MB, this server {resident(os.getpid())} MB")  # fmt: skip


def main() -> None:
    if sys.argv[1:2] == ["kills"]:
        with tempfile.TemporaryDirectory() as name:
            asyncio.run(with_kills(int(sys.argv[2]), Path(name)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root, runtime = folder / "root", folder / "runtime"
        root.mkdir()
        runtime.mkdir()
        environment = {"ANALYST_HISTORY_PATH": str(folder / "history.sqlite3"), "ANALYST_MODEL": "offline"}
        extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
        with serving.jupyter("server", root, runtime, folder / "log", extension, **environment) as url:
            remote = Remote(url, serving.TOKEN)
            remote.result(remote.submit(code="0"), timeout=300)  # the kernel and its sandbox start
            one_by_one(remote)
            at_once(remote)
        asyncio.run(with_kills(1_000, folder))


if __name__ == "__main__":
    main()
