"""Tasks of the Jupyter Server: what one costs beside the engine, 100 at once, and 1,000 while parts of it are killed.

``python benchmarks/tasks.py`` runs all, ``python benchmarks/tasks.py quick`` the first two, and
``python benchmarks/tasks.py kills 1000`` the last alone, with so many tasks: half behind a broker, half in kernels.
It needs ``redis-server``.
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import redis_server
import serving
from test_broker import Workers

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


def at_once(remote: Remote, server: int) -> None:
    """Whether none of many tasks is lost, whether they begin in order, and what the processes hold then."""
    begun = time.perf_counter()
    tasks = [remote.submit(code=f"{number} + 1") for number in range(AT_ONCE)]
    results = [remote.result(task)["texts"] for task in tasks]
    seconds = time.perf_counter() - begun
    started = [remote.task(task)["started"] for task in tasks]
    lost = sum(result != [str(number + 1)] for number, result in enumerate(results))
    held = [resident(process) for process in (server, *children(server))]
    in_order = started == sorted(started)
    print(f"{AT_ONCE} at once: {seconds:.1f} s, {lost} lost, in order: {in_order}; server and kernels hold {held} MB")


def resident(process: int) -> int:
    """Megabytes that a process holds; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmRSS")), 0)


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    try:
        return list(map(int, Path(f"/proc/{process}/task/{process}/children").read_text().split()))
    except OSError:
        return []


class Killed:
    """A real server whose parts are killed at random while tasks run; what is left of them is started again.

    Args:
        folder: Where everything lies.
        broker: The queue between the server and two workers; None where the server's own kernels do the tasks.
    """

    def __init__(self, folder: Path, broker: redis_server.Redis | None) -> None:
        root, runtime = folder / "root", folder / "runtime"
        root.mkdir(parents=True)
        runtime.mkdir()
        self._chance, self._broker, self.memory = random.Random(25), broker, dict[str, int]()
        self._workers = Workers(folder, broker.url) if broker is not None else None
        self._living = [self._workers.start() for _ in range(2)] if self._workers is not None else []
        environment = {
            "ANALYST_HISTORY_PATH": str(folder / "history.sqlite3"),
            "ANALYST_MODEL": "offline",
            "ANALYST_SANDBOX": "local",
            "ANALYST_BROKER": broker.url if broker is not None else "",
        }
        extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
        self.server = serving.Server("server", root, runtime, folder / "server.log", extension, **environment)
        self.kills: dict[str, int] = {}

    @property
    def remote(self) -> Remote:
        """The client of the server as it runs now."""
        return Remote(self.server.url, serving.TOKEN)

    def measure(self) -> None:
        """Note the most that a process of each kind has held."""
        server, workers = self.server.process.pid, [worker.pid for worker in self._living]
        held = {"server": [server], "kernel": children(server)}
        held["worker"] = [process for worker in workers for process in (worker, *children(worker))]
        for kind, processes in held.items():
            self.memory[kind] = max([self.memory.get(kind, 0), *map(resident, processes)])

    def kill(self) -> None:
        """End a part without a word, and start another one."""
        kinds = ["server", "worker", "worker", "worker", "redis"] if self._broker else ["server", "kernel", "kernel"]
        kind = self._chance.choice(kinds)
        if kind == "server":
            self.server.kill()
            self.server.start()
        elif kind == "kernel":
            for kernel in children(self.server.process.pid)[:1]:
                os.kill(kernel, signal.SIGKILL)
        elif kind == "redis" and self._broker is not None:
            self._broker.kill()
            self._broker.start()
        elif self._workers is not None:
            self._workers.kill(self._living.pop(0))
            self._living.append(self._workers.start())
        self.kills[kind] = self.kills.get(kind, 0) + 1

    def pause(self) -> None:
        """Wait until the next death."""
        time.sleep(self._chance.uniform(4, 9))

    def close(self) -> None:
        """End all that runs."""
        self.server.end()
        for process in self._workers.running if self._workers is not None else []:
            self._workers.kill(process)


def with_kills(number: int, folder: Path, broker: redis_server.Redis | None) -> None:
    """What becomes of many tasks while workers, kernels, the broker and the server itself are killed at random."""
    parts, begun = Killed(folder, broker), time.perf_counter()
    try:
        tasks = {parts.remote.submit(code=f"{n} + 1"): n for n in range(number)}
        store = TaskStore(folder / "tasks.sqlite3")
        while waiting := sum(store.counts().get(state, 0) for state in ("pending", "running")):
            parts.measure()
            parts.pause()
            if waiting > number // 20:  # the last ones get the time that a death takes
                parts.kill()
        states = {task: [data["state"] for _, kind, data in store.events(task) if kind == "state"] for task in tasks}
        found = {task: store.get(task) for task in tasks}
        results = {task: store.result(task) for task in tasks}
    finally:
        parts.close()
    done = [task for task in tasks if found[task] is not None and found[task].state == "done"]  # type: ignore[union-attr]
    wrong = sum(results[task]["texts"] != [str(tasks[task] + 1)] for task in done)
    reasons = Counter(str(task.error.get("kind")) for task in found.values() if task is not None and task.error)
    once = sum(sum(state in {"done", "failed"} for state in seen) == 1 for seen in states.values())
    again = sum(seen.count("running") > 1 for seen in states.values())
    where, seconds = "behind a broker" if broker else "in kernels", time.perf_counter() - begun
    print(f"{number} tasks {where}, killed {parts.kills}: {seconds:.0f} s, {len(done)} done, {wrong} of them wrong")
    print(f"  told as lost {dict(reasons)}, ended once {once}, begun again {again}, at most {parts.memory} MB")


def all_kills(number: int, folder: Path) -> None:
    """Half of the tasks behind a broker, half in kernels of the server."""
    with redis_server.redis() as broker:
        with_kills(number // 2, folder / "broker", broker)
    with_kills(number - number // 2, folder / "kernels", None)


def main() -> None:
    print(f"load of {os.cpu_count()} cores before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if sys.argv[1:2] == ["kills"]:
            all_kills(int(sys.argv[2]), folder)
            return
        root, runtime = folder / "root", folder / "runtime"
        root.mkdir()
        runtime.mkdir()
        environment = {"ANALYST_HISTORY_PATH": str(folder / "history.sqlite3"), "ANALYST_MODEL": "offline"}
        extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
        server = serving.Server("server", root, runtime, folder / "log", extension, **environment)
        try:
            remote = Remote(server.url, serving.TOKEN)
            remote.result(remote.submit(code="0"), timeout=300)  # the kernel and its sandbox start
            one_by_one(remote)
            at_once(remote, server.process.pid)
        finally:
            server.end()
        if sys.argv[1:2] != ["quick"]:
            all_kills(1_000, folder)


if __name__ == "__main__":
    main()
