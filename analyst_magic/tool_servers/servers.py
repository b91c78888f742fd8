"""The servers of an ``Analyst``: those that its questions have named so far."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ToolFailed
from ..turn import ExternalTool
from .entry import ToolServerEntry, read_entry
from .server import ToolAnswer, ToolServer


class ToolServers:
    """Connections to the servers that questions name, each opened once."""

    def __init__(self) -> None:
        self._open: dict[str, ToolServer] = {}

    @property
    def open_number(self) -> int:
        """Number of servers that were asked for something."""
        return len(self._open)

    def named(self, setting: Mapping[str, Any]) -> OfferedServers | None:
        """The servers of a setting; None where it names none.

        Raises:
            UnknownOption: An entry cannot be used.
        """
        entries = [read_entry(name, given) for name, given in setting.items()]
        return OfferedServers(self, entries) if entries else None

    def server(self, entry: ToolServerEntry) -> ToolServer:
        """The connection for an entry; one that is the same has the same. Called on the event loop."""
        key = json.dumps([entry.name, entry.command, entry.args, dict(entry.env), entry.cwd, entry.url,
                          dict(entry.headers), entry.tools, entry.seconds])  # fmt: skip
        if key not in self._open:
            self._open[key] = ToolServer(entry)
        return self._open[key]

    async def close(self) -> None:
        """End all connections."""
        servers = list(self._open.values())
        self._open.clear()
        await asyncio.gather(*(server.close() for server in servers), return_exceptions=True)


class OfferedServers:
    """The servers whose tools the model of one question may ask for.

    Args:
        servers: The connections.
        entries: Which of them.
    """

    def __init__(self, servers: ToolServers, entries: Sequence[ToolServerEntry]) -> None:
        self._servers, self._entries = servers, {entry.name: entry for entry in entries}

    async def tools(self) -> tuple[tuple[ExternalTool, ...], tuple[str, ...]]:
        """All their tools, and what is wrong with those servers whose tools are not there."""
        asked = [self._servers.server(entry).tools() for entry in self._entries.values()]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        found, problems = list[ExternalTool](), list[str]()
        for name, answer in zip(self._entries, answers, strict=True):
            if isinstance(answer, ToolFailed):
                problems.append(f"The model was offered no tools of {name}. {answer.message}")
            elif isinstance(answer, BaseException):
                raise answer
            elif not answer:
                named = self._entries[name].tools
                why = f"it has no tool {', '.join(named)}" if named else "none of its tools says that it only reads"
                problems.append(f"The model was offered no tools of {name}: {why}.")
            else:
                found += answer
        return tuple(found), tuple(problems)

    async def call(self, tool: ExternalTool, arguments: Mapping[str, Any]) -> ToolAnswer:
        """Call a tool once.

        Raises:
            ToolFailed: Its server is away, or does not answer in time.
        """
        return await self._servers.server(self._entries[tool.server]).call(tool.name, arguments)
