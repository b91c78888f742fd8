"""A connection to one MCP server: opened when it is first needed, and again after it broke."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from ..cleaning.text import clean
from ..errors import ToolFailed
from ..extras import require
from ..language import message
from ..turn import ExternalTool
from .entry import ToolServerEntry

if TYPE_CHECKING:
    from mcp import Client

SECONDS_TO_CONNECT = 20.0
SECONDS_TO_END = 5.0
MAX_TOOLS = 40
"""Tools of one server that are offered."""
MAX_PAGES = 10
"""Pages of its list of tools that are read."""
MAX_DESCRIPTION, MAX_PARAMETERS = 400, 2_000
MAX_ANSWER = 8_000
"""Characters of an answer that a model is told."""


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a tool answered, as clean text.

    Attributes:
        text: The text, cut to its first 8,000 characters.
        failed: Whether the tool says that it failed.
        length: How long the text was.
    """

    text: str
    failed: bool = False
    length: int = 0


class ToolServer:
    """One server of the setting ``mcp_servers``. All methods are used on one event loop.

    Args:
        entry: Which server, and which of its tools.
    """

    def __init__(self, entry: ToolServerEntry) -> None:
        self.entry = entry
        self._tools: tuple[ExternalTool, ...] | None = None
        self._opening = asyncio.Lock()
        self._client: Client | None = None
        self._holder: asyncio.Task[None] | None = None
        self._end = asyncio.Event()

    async def tools(self) -> tuple[ExternalTool, ...]:
        """The tools that a model may be offered, as the server described them when it was connected.

        Raises:
            ToolFailed: The server cannot be reached, or does not list its tools.
        """
        client = await self._connected()
        if self._tools is None:
            self._tools = await self._asked(self._listed(client), SECONDS_TO_CONNECT, "does not list its tools")
        return self._tools

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> ToolAnswer:
        """Call a tool once. It is not called again by itself, whatever happens: it may have done something.

        Args:
            tool: Its name at the server.
            arguments: What it is given.

        Raises:
            ToolFailed: The server is away, or does not answer in time.
        """
        client = await self._connected()
        result = await self._asked(
            client.call_tool(tool, dict(arguments)), self.entry.seconds, f"did not answer the call of {tool}"
        )
        text = _text_of(result)
        return ToolAnswer(_cut(text, MAX_ANSWER), bool(result.is_error), len(text))

    async def close(self) -> None:
        """End the connection, and with it a server that was started for it."""
        holder, self._holder, self._client, self._tools = self._holder, None, None, None
        if holder is None:
            return
        self._end.set()
        _, late = await asyncio.wait([holder], timeout=SECONDS_TO_END)
        if late:
            holder.cancel()
            await asyncio.wait([holder], timeout=SECONDS_TO_END)

    async def _connected(self) -> Client:
        async with self._opening:
            if self._client is not None and self._holder is not None and not self._holder.done():
                return self._client
            require("mcp", "mcp", message("Tools of MCP servers need"))
            await self.close()
            self._end = asyncio.Event()
            ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
            self._holder = asyncio.create_task(self._hold(ready, self._end))
            self._holder.add_done_callback(_retrieved)
            either: set[asyncio.Future[Any]] = {ready, self._holder}
            waiting = asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            await self._asked(waiting, SECONDS_TO_CONNECT, "did not answer")
            if not ready.done():
                await self._lost("cannot be reached", self._holder.exception())
            self._client = ready.result()
            return self._client

    async def _hold(self, ready: asyncio.Future[Client], end: asyncio.Event) -> None:
        """Keep the connection open, in the one task that may close it."""
        async with AsyncExitStack() as stack:
            ready.set_result(await stack.enter_async_context(await _client(self.entry, stack)))
            await end.wait()

    async def _listed(self, client: Client) -> tuple[ExternalTool, ...]:
        found, cursor = list[Any](), None
        for _ in range(MAX_PAGES):
            page = await client.list_tools(cursor=cursor)
            found += page.tools
            cursor = page.next_cursor
            if not cursor:
                break
        tools = [tool for tool in found if self._is_offered(tool)][:MAX_TOOLS]
        return tuple(_described(self.entry.name, tool) for tool in tools)

    def _is_offered(self, tool: Any) -> bool:
        """Whether a tool is one that the user names; where none is named, whether it says that it only reads."""
        if not (isinstance(tool.name, str) and tool.name.isascii() and tool.name.replace("-", "_").isidentifier()):
            return False
        if self.entry.tools:
            return tool.name in self.entry.tools
        return tool.annotations is not None and tool.annotations.read_only_hint is True

    async def _asked(self, work: Any, seconds: float, what: str) -> Any:
        """What the server gives within a time; a connection that failed is given up, for the next call to open anew."""
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError:
            await self._lost(f"{what} within {seconds:g} s")
        except Exception as error:  # noqa: BLE001 - the SDK raises groups of its own and of three libraries below it
            await self._lost(what, error)

    async def _lost(self, what: str, error: BaseException | None = None) -> NoReturn:
        await self.close()
        why = f": {clean(str(_first(error)), 200)}" if error is not None and str(_first(error)) else ""
        raise ToolFailed(f"The MCP server {self.entry.name} {what}{why}.", "Check its entry in mcp_servers.") from None


async def _client(entry: ToolServerEntry, stack: AsyncExitStack) -> Client:
    """The SDK's client for an entry; what it needs is closed with the stack."""
    import httpx2
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client
    from mcp.client.streamable_http import streamable_http_client

    if entry.url:
        http = await stack.enter_async_context(httpx2.AsyncClient(headers=dict(entry.headers), timeout=entry.seconds))
        return Client(streamable_http_client(entry.url, http_client=http))
    silent = stack.enter_context(_null_device())  # what the program logs is no part of a cell
    started = StdioServerParameters(
        command=entry.command, args=list(entry.args), env=dict(entry.env), cwd=entry.cwd or None
    )
    return Client(stdio_client(started, errlog=silent))


def _null_device() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _described(server: str, tool: Any) -> ExternalTool:
    with contextlib.suppress(TypeError, ValueError):
        parameters = json.dumps(tool.input_schema, ensure_ascii=False)
        return ExternalTool(
            server, tool.name, _line(tool.description or "", MAX_DESCRIPTION), _line(parameters, MAX_PARAMETERS)
        )
    return ExternalTool(server, tool.name)


def _line(text: str, most: int) -> str:
    return _cut(" ".join(clean(text).split()), most)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} … (cut; it had {len(text):,} characters)"


def _text_of(result: Any) -> str:
    """An answer as clean text. What is no text is named and not taken."""
    parts = [
        block.text if getattr(block, "type", "") == "text" else f"(a part of the kind {block.type}, which is not taken)"
        for block in result.content
    ]
    if not parts and result.structured_content is not None:
        parts = [json.dumps(result.structured_content, ensure_ascii=False)]
    return clean("\n".join(parts)) or "(nothing)"


def _retrieved(holder: asyncio.Task[None]) -> None:
    """Take a connection's error, which the next call meets anyway: asyncio would print one that nobody takes."""
    if not holder.cancelled():
        holder.exception()


def _first(error: BaseException | None) -> BaseException | None:
    """The first of what a group of errors holds, which says why."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
