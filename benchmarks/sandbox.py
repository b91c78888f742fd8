"""How fast the sandbox is, beside what it is compared with, in one run: ratios, not promises.

    python benchmarks/sandbox.py [PART ...]        # all of PARTS, below, where none is named

Each figure is a median, with the best in brackets. The machine should have nothing else to do.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio
from jupyter_client.manager import AsyncKernelManager

from analyst_magic import Analyst
from analyst_magic.sandbox import docker
from analyst_magic.sandbox.firewall.plotly import figure
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local.provider import LocalProvider
from analyst_magic.sandbox.provider import SandboxProvider
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sandbox.transfer import FrameStore
from analyst_magic.sources.frames import fingerprint, to_frame
from analyst_magic.turn import Code


async def timed(work: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Milliseconds of each round."""
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        await work()
        found.append((time.perf_counter() - started) * 1e3)
    return found


def line(name: str, values: list[float], against: list[float] | None = None, unit: str = "ms") -> None:
    ratio = f"   {statistics.median(values) / statistics.median(against):.2f} times" if against else ""
    print(f"{name:64} {statistics.median(values):9.1f} [{min(values):.1f}] {unit}{ratio}", flush=True)


async def cold() -> None:
    """From nothing to the first result: a sandbox on Docker, a local one, and a plain kernel."""

    async def sandboxed(provider: Callable[[Limits], SandboxProvider], code: str) -> None:
        limits = Limits()
        sandbox = Sandbox(provider(limits), limits)
        execution = await sandbox.run(Code(code))
        assert execution.error is None, execution.error
        closing.append(sandbox)

    async def kernel(code: str) -> None:
        manager = AsyncKernelManager()
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready()
        await reply(client, code)
        kernels.append(manager)

    closing: list[Sandbox] = []
    kernels: list[AsyncKernelManager] = []
    for name, code in (("1+1", "1+1"), ("import pandas", "import pandas; 1")):
        plain = await timed(lambda code=code: kernel(code), 5)
        line(f"cold to first result, {name}: ipykernel", plain)
        for where, provider in (
            ("Docker", docker.DockerProvider),
            ("local", LocalProvider),
        ):  # the first local ones load what the others share
            spent = await timed(lambda provider=provider, code=code: sandboxed(provider, code), 7)
            line(f"cold to first result, {name}: {where} sandbox", spent, plain)
    for sandbox in closing:
        await sandbox.close()
    for manager in kernels:
        await manager.shutdown_kernel(now=True)


async def reply(client: object, code: str) -> None:
    """Run code on a local kernel until its reply and its idle status have come."""
    identity = client.execute(code)  # type: ignore[attr-defined]
    while (await client.get_shell_msg())["parent_header"].get("msg_id") != identity:  # type: ignore[attr-defined]
        pass
    while True:
        message = await client.get_iopub_msg()  # type: ignore[attr-defined]
        if message["parent_header"].get("msg_id") == identity and message["content"].get("execution_state") == "idle":
            return


async def round_trip() -> None:
    """A warm ``1+1``: on a local kernel, in the sandbox, and from ``Analyst.run`` to its turn."""
    manager = AsyncKernelManager()
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready()
    limits = Limits()
    sandbox = Sandbox(docker.DockerProvider(limits), limits)
    await sandbox.run(Code("1+1"))
    with Analyst() as analyst:
        await asyncio.to_thread(analyst.run, "1+1")
        plain: list[float] = []
        inside: list[float] = []
        whole: list[float] = []
        for _ in range(10):  # interleaved, so that all meet the same machine
            plain += await timed(lambda: reply(client, "1+1"), 10)
            inside += await timed(lambda: sandbox.run(Code("1+1")), 10)
            for _ in range(10):
                started = time.perf_counter()
                analyst.run("1+1")
                whole.append((time.perf_counter() - started) * 1e3)
    line("1+1: jupyter_client on a local ipykernel", plain)
    line("1+1: Sandbox.run", inside, plain)
    line("1+1: Analyst.run to its Turn", whole, plain)
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    await sandbox.close()


async def frames() -> None:
    """A frame of 1 GB: on its way in, and in the sandbox."""
    rows = 10_500_000
    random = np.random.default_rng(0)
    frame = pd.DataFrame({f"x{i}": random.random(rows) for i in range(10)})
    frame["id"] = np.arange(rows)
    frame["key"] = random.integers(0, 1000, rows)
    size = frame.memory_usage(index=False).sum()
    source = frame["x0"].to_numpy().tobytes() * (size // (rows * 8))
    print(f"\na frame of {size / 1e9:.2f} GB, {rows:,} rows, {frame.shape[1]} columns")
    target = Path("/dev/shm/analyst-benchmark")

    async def copy() -> None:
        target.unlink(missing_ok=True)
        target.write_bytes(source)

    copies = await timed(copy, 5)
    target.unlink()
    made = to_frame("frame", frame)

    async def put() -> None:
        store = FrameStore(4_000_000_000)
        store.put(made)
        store.close()

    async def convert() -> None:
        to_frame("frame", frame)

    async def digest() -> None:
        fingerprint(made)

    line("one copy into fresh pages of shared memory", copies)
    line("pandas to Arrow", await timed(convert, 5), copies)
    line("fingerprint", await timed(digest, 5), copies)
    line("fingerprint and write", await timed(put, 5), copies)
    limits = Limits()
    sandbox = Sandbox(docker.DockerProvider(limits), limits)
    await sandbox.start()

    async def seen() -> None:
        execution = await sandbox.run(Code("float(frame.x0[0])"), [made])
        assert execution.error is None, execution.error

    line("visible in the sandbox, first time", await timed(seen, 1), copies)
    line("visible in the sandbox, unchanged", await timed(seen, 5), copies)
    digests = await timed(digest, 5)
    print(f"{'fingerprint, contiguous columns':64} {size / statistics.median(digests) / 1e6:9.1f} GB/s")
    await _inside(sandbox, made, frame)
    await sandbox.close()


async def _inside(sandbox: Sandbox, made: object, frame: pd.DataFrame) -> None:
    """What the guest does with the frame: as a frame of pandas, and in an aggregate by DuckDB."""
    probe = """
import time
from analyst_guest import frames as of_guest
def used():
    row = next(row for row in open("/proc/self/status") if row.startswith("RssAnon"))
    return int(row.split()[1]) / 1000
from pathlib import Path
spec = {"file": max(Path("/in").iterdir(), key=lambda path: path.stat().st_size).name, "kind": "pandas",
        "labels": list(frame.columns),
        "description": {"kind": "pandas", "rows": len(frame), "index": None, "header": None, "attrs": "",
                        "series": None, "forms": [None] * frame.shape[1]}}
before, times = used(), []
for _ in range(5):
    started = time.perf_counter()
    made = of_guest.load(spec)
    made.iloc[0, 0] = 1.0
    times.append((time.perf_counter() - started) * 1e3)
sorted(times)[2], used() - before
"""
    milliseconds, memory = eval((await sandbox.run(Code(probe), [made])).outputs[0].data)  # type: ignore[list-item]
    line("a writable frame in the guest", [milliseconds])
    line("memory that it adds in the guest", [memory], unit="MB")
    query = "select key, sum(x0), avg(x1), count(*) from frame group by key order by key"
    timing = f"""
import duckdb, time
times = []
for _ in range(5):
    started = time.perf_counter()
    duckdb.sql({query!r}).fetchall()
    times.append((time.perf_counter() - started) * 1e3)
times
"""
    outside: dict[str, object] = {"frame": frame}
    exec(timing.rsplit("\n", 2)[0], outside)
    plain: list[float] = outside["times"]  # type: ignore[assignment]
    inner = eval((await sandbox.run(Code(timing), [made])).outputs[0].data)  # type: ignore[list-item]
    line("a DuckDB aggregate outside", plain)
    line("the same in the sandbox", inner, plain)


async def replacement() -> None:
    """A spare takes over: after a reset, and after code that would not stop."""
    limits = Limits(interrupt_timeout=0.0)
    sandbox = Sandbox(docker.DockerProvider(limits), limits, spares=1)
    code = Code("import pandas as pd\nfloat(pd.DataFrame({'x': [1.0, 2.0]}).x.sum())")
    claimed: list[float] = []
    killed: list[float] = []
    await sandbox.run(code)

    async def answer() -> None:
        execution = await sandbox.run(code)
        assert execution.outputs[0].data == "3.0", execution

    for _ in range(8):
        await _settled(sandbox)
        await sandbox.reset()
        claimed += await timed(answer, 1)
        await _settled(sandbox)
        await sandbox.run(Code("sum(range(10**11))"), timeout=0.5)  # returns when it is killed
        killed += await timed(answer, 1)
    line("reset, spare ready: claim to the first result that uses pandas", claimed)
    line("killed after a time-out, spare ready: to the next answer", killed)
    await sandbox.close()


async def _settled(sandbox: Sandbox) -> None:
    while not sandbox.spares or sandbox._pool._ending:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)  # the engine is still tidying up


async def interrupts() -> None:
    """From a time-out to the end of ``while True: pass``, with the variables kept."""
    first: list[float] = []
    later: list[float] = []
    limits = Limits()
    for _ in range(3):
        sandbox = Sandbox(docker.DockerProvider(limits), limits)
        await sandbox.start()
        for number in range(4):
            started = time.perf_counter()
            execution = await sandbox.run(Code("while True: pass"), timeout=0.5)
            assert "still there" in str(execution.error), execution.error
            (later if number else first).append((time.perf_counter() - started - 0.5) * 1e3)
        await sandbox.close()
    line("interrupt of an endless loop, first in a sandbox", first)
    line("interrupt of an endless loop, later ones", later)


async def results() -> None:
    """A table of 100 MB on its way out."""
    source = np.random.default_rng(0).random(12_500_000).tobytes()
    target = Path("/dev/shm/analyst-benchmark")

    async def copy() -> None:
        target.unlink(missing_ok=True)
        target.write_bytes(source)

    limits = Limits(max_rows=20_000_000)
    sandbox = Sandbox(docker.DockerProvider(limits), limits)
    await sandbox.run(Code("import numpy as np, pandas as pd\nbig = pd.DataFrame({'x': np.random.rand(12_500_000)})"))

    async def fetch() -> None:
        execution = await sandbox.run(Code("big"))
        assert execution.outputs[0].data.nbytes >= 100_000_000

    await fetch()
    plain: list[float] = []
    fetched: list[float] = []
    for _ in range(5):
        plain += await timed(copy, 1)
        fetched += await timed(fetch, 1)
    target.unlink()
    line("\none copy of 100 MB into fresh pages of shared memory", plain)
    line("a table of 100 MB from the guest, checked", fetched, plain)
    await sandbox.close()


async def printed() -> None:
    """What a gigabyte that the code prints costs the host."""
    limits = Limits()
    sandbox = Sandbox(docker.DockerProvider(limits), limits)
    await sandbox.run(Code("1"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    execution = await sandbox.run(Code("for _ in range(1000): print('x' * 10**6)"))
    seconds = time.perf_counter() - started
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    print(
        f"1 GB printed: {execution.error and execution.error.kind} after {seconds:.2f} s; host memory +{grown:.0f} MB"
    )
    await sandbox.close()


async def memory() -> None:
    """Memory of idle spares: the proportional share of their processes, and what each adds when there are many."""
    limits = Limits()
    for spares in (1, 20):
        sandbox = Sandbox(docker.DockerProvider(limits), limits, spares=spares)
        await sandbox.start()
        while sandbox.spares < spares:
            await asyncio.sleep(0.1)
        client = docker.connect()
        mine = [
            c["Id"]
            for c in docker.containers(client)
            if c["Labels"][f"{docker.LABEL}.owner"] == docker.owner.process_token()
        ]
        pids = [[int(row[1]) for row in client.top(container)["Processes"]] for container in mine]
        line(f"memory of an idle spare, {len(mine)} of them", [sum(map(share, p)) / 1e6 for p in pids], unit="MB")
        shims = [p for p in map(int, filter(str.isdigit, os.listdir("/proc"))) if _shim(p, mine)]
        if shims:
            line("  and of the engine's process for each", [share(p) / 1e6 for p in shims], unit="MB")
        await sandbox.close()


async def figures() -> None:
    """The check of a figure of 100,000 points, as it comes in both forms of plotly's, and of text and outlines."""
    x, y = np.arange(100_000), np.random.default_rng(1).random(100_000)
    squares = [[[i, 0], [i + 1, 0], [i + 1, 1], [i, 0]] for i in range(25_000)]
    outlines = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": [squares]}}
    cases = {
        "encoded": {"x": x, "y": y},
        "in lists": {"x": x.tolist(), "y": y.tolist()},
        "with text": {"x": x.tolist(), "y": y.tolist(), "text": [f"<b>no {i}</b>" if i % 100 == 0 else "x" for i in x]},
        "with a text of its own for each": {"x": x.tolist(), "y": y.tolist(), "text": [f"customer {i}" for i in x]},
        "with lines in each text": {"x": x.tolist(), "y": y.tolist(), "text": [f"no {i}<br>{i} euros" for i in x]},
        "with rows of what is shown": {"x": x.tolist(), "y": y.tolist(), "customdata": [[i, f"no {i}"] for i in x]},
        "of an outline": {"type": "choropleth", "geojson": outlines},
    }

    for name, trace in cases.items():
        content = json.loads(pio.to_json(go.Figure(trace), validate=False))

        async def checked(content: dict[str, object] = content) -> None:
            figure(content)

        line(f"a figure of 100,000 points {name}: its check", await timed(checked, 20))


def _shim(pid: int, containers: list[str]) -> bool:
    """Whether a process is the engine's own for one of the containers."""
    try:
        text = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False
    return "containerd-shim" in text and any(container in text for container in containers)


def share(pid: int) -> int:
    """Bytes of a process's memory, shared pages divided among their users."""
    for text in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if text.startswith("Pss:"):
            return int(text.split()[1]) * 1024
    return 0


PARTS = (cold, round_trip, replacement, interrupts, frames, results, figures, memory, printed)


async def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    wanted = sys.argv[1:]
    for part in PARTS:
        if not wanted or part.__name__ in wanted:
            await part()


if __name__ == "__main__":
    asyncio.run(main())
