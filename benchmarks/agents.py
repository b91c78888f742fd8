"""What a call of an agent over MCP costs beside the run itself. Run with ``python benchmarks/agents.py``.

The run is a sandbox that gives its result at once: what is left is the protocol, the privacy cut and the history.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx2
import pandas as pd
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from analyst_magic import Analyst, Question
from analyst_magic.history.store import History
from analyst_magic.mcp.http import HttpServer
from analyst_magic.mcp.workspace import Workspace
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Code

ROUNDS = 200
SALES = pd.DataFrame({"region": ["north", "south"] * 500, "revenue": range(1000)})


async def over_mcp(server: HttpServer, mode: str) -> list[float]:
    """Seconds of each call."""
    headers = {"Authorization": f"Bearer {server.token}"}
    seconds = []
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(server.url, http_client=http), mode=mode) as client,  # type: ignore[arg-type]
    ):
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            result = await client.call_tool("run_python", {"code": "1 + 1"})
            seconds.append(time.perf_counter() - begun)
            assert not result.is_error
    return seconds


async def directly(analyst: Analyst) -> list[float]:
    """Seconds of the same runs without a protocol."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await analyst.aanswer_agent(Question("python: 1 + 1"), {"sales": SALES}, agent="agent:x", code=Code("1 + 1"))
        seconds.append(time.perf_counter() - begun)
    return seconds


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.sqlite3")
        with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline", history=history) as analyst:
            direct = statistics.median(asyncio.run(directly(analyst)))
            server = HttpServer(Workspace(analyst, lambda: {"sales": SALES}))
            for mode in ("auto", "legacy"):
                median = statistics.median(asyncio.run(over_mcp(server, mode)))
                print(f"{mode}: {1000 * median:.1f} ms a call, {1000 * (median - direct):.1f} ms beyond the run")
            server.stop()


if __name__ == "__main__":
    main()
