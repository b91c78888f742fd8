"""How fast the sandbox is, beside what it is compared with, in one run: ratios, not promises.

    python benchmarks/sandbox.py

Each figure is a median, with the best in brackets. The machine should have nothing else to do.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import pandas as pd
from jupyter_client.manager import AsyncKernelManager

from analyst_magic import Analyst
from analyst_magic.frames import fingerprint, to_frame
from analyst_magic.sandbox import docker
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sandbox.transfer import FrameStore
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
    """From nothing to the first result: a sandbox, and a plain local kernel."""

    async def sandboxed(code: str) -> None:
        limits = Limits()
        sandbox = Sandbox(docker.DockerProvider(limits), limits)
        execution = await sandbox.run(Code(code))
        assert execution.error is None, execution.error
        closing.append(sandbox)

    async def local(code: str) -> None:
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
        plain = await timed(lambda code=code: local(code), 5)
        line(f"cold to first result, {name}: local ipykernel", plain)
        line(f"cold to first result, {name}: sandbox", await timed(lambda code=code: sandboxed(code), 5), plain)
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
    await sandbox.run(Code("import pandas, duckdb"))

    async def seen() -> None:
        execution = await sandbox.run(Code("float(frame.x0[0])"), [made])
        assert execution.error is None, execution.error

    line("visible in the sandbox, first time", await timed(seen, 1), copies)
    line("visible in the sandbox, unchanged", await timed(seen, 5), copies)
    await sandbox.close()


async def memory() -> None:
    """Memory of an idle sandbox: the proportional share of its processes."""
    limits = Limits()
    sandbox = Sandbox(docker.DockerProvider(limits), limits)
    for name, code in (("bare", "1"), ("pandas, plotly, duckdb imported", "import pandas, plotly.express, duckdb")):
        await sandbox.run(Code(code))
        client = docker.connect()
        container = next(
            c["Id"]
            for c in docker.containers(client)
            if c["Labels"].get(f"{docker.LABEL}.owner") == docker.owner.mark()
        )
        pids = [int(row[1]) for row in client.top(container)["Processes"]]
        line(f"memory of an idle sandbox, {name}", [sum(map(share, pids)) / 1e6], unit="MB")
    await sandbox.close()


def share(pid: int) -> int:
    """Bytes of a process's memory, shared pages divided among their users."""
    for text in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if text.startswith("Pss:"):
            return int(text.split()[1]) * 1024
    return 0


async def main() -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    await cold()
    await round_trip()
    await frames()
    await memory()


if __name__ == "__main__":
    asyncio.run(main())
