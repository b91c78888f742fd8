"""Tasks of the Jupyter Server: what one costs beside the engine, and 100 at once. ``python benchmarks/tasks.py``."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import serving

from analyst_magic.remote import Remote

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


def main() -> None:
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


if __name__ == "__main__":
    main()
