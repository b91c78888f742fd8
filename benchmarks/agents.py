"""What a call of an agent over MCP costs beside the run itself. Run with ``python benchmarks/agents.py``.

The run is a sandbox that gives its result at once: what is left is the protocol, the privacy cut and the history.
"""

from __future__ import annotations

import asyncio
import os
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

ROUNDS, WARM_UP = 200, 20
SALES = pd.DataFrame({"region": ["north", "south"] * 500, "revenue": range(1000)})


async def measured(server: HttpServer, analyst: Analyst, mode: str) -> tuple[list[float], list[float]]:
    """Seconds of calls over MCP, and of the same runs without a protocol, in turn: other load hits both alike."""
    headers = {"Authorization": f"Bearer {server.token}"}
    over, direct = list[float](), list[float]()
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60) as http,
        Client(streamable_http_client(server.url, http_client=http), mode=mode) as client,  # type: ignore[arg-type]
    ):
        for number in range(-WARM_UP, ROUNDS):
            begun = time.perf_counter()
            result = await client.call_tool("run_python", {"code": "1 + 1"})
            called = time.perf_counter()
            asked = Question("python: 1 + 1"), {"sales": SALES}
            await analyst.aanswer_agent(*asked, agent="agent:x", code=Code("1 + 1"))
            ended = time.perf_counter()
            assert not result.is_error
            if number >= 0:
                over.append(called - begun)
                direct.append(ended - called)
    return over, direct


def main() -> None:
    print(f"load of {os.cpu_count()} cores before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder) / "history.sqlite3")
        with Analyst(sandbox=FakeSandbox({"1 + 1": "2"}), model="offline", history=history) as analyst:
            server = HttpServer(Workspace(analyst, lambda: {"sales": SALES}))
            for mode in ("auto", "legacy"):
                over, direct = map(statistics.median, asyncio.run(measured(server, analyst, mode)))
                print(f"{mode}: {1000 * over:.1f} ms a call, {1000 * (over - direct):.1f} ms beyond the run")
            server.stop()


if __name__ == "__main__":
    main()
