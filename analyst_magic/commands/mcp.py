"""``mcp``: the MCP server of a notebook or of a shell, by which agents work with the data in scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, UnknownOption
from ..extras import require
from ..language import message
from ..wording import count
from .listing import Listing
from .table import wrong_arguments

if TYPE_CHECKING:
    from ..analyst import Analyst
    from ..engine.job import Event
    from ..mcp.http import HttpServer
    from ..settings import AnalystSettings
    from ..turn import Turn

APPROVE = "approve"
"""The word that asks the user before an agent's code runs."""


class NotebookServer:
    """The MCP server of one notebook. At most one runs; it ends with the kernel.

    Args:
        make: Makes the ``Analyst`` of the agents, whose sandbox is their own.
        scope: Gives the sources in scope, as they are now.
        approval: Makes what asks the user before code runs; called in the cell that starts the server.
    """

    def __init__(
        self,
        make: Callable[[], Analyst],
        scope: Callable[[], Mapping[str, object]],
        approval: Callable[[], Callable[[Event], None]],
    ) -> None:
        self._make, self._scope, self._approval = make, scope, approval
        self._running: HttpServer | None = None

    def command(self, action: str, words: Sequence[str]) -> str:
        """Start or stop the server, or list the answers of agents.

        Args:
            action: ``start``, ``stop`` or ``list``.
            words: What follows it: for ``start`` a port, and ``approve``.

        Raises:
            UnknownOption: The action needs something else after it.
            MissingExtra: The packages of the extra ``mcp`` are not installed.
            AnalystError: The server does not start.
        """
        match action, list(words):
            case "start", options:
                return self._start(options)
            case "stop", []:
                return self._stop()
            case "list", []:
                return self._list()
        raise wrong_arguments("mcp", action)

    def turn(self, words: Sequence[str]) -> Turn:
        """An agent's answer by its name.

        Raises:
            UnknownOption: The name is missing.
            InputError: There is no such answer, or no server runs.
        """
        if len(words) != 1:
            raise wrong_arguments("mcp", "show")
        return self._server().workspace.answer(words[0]).turn

    def _start(self, words: list[str]) -> str:
        require("mcp", "mcp", message("An MCP server needs"))
        from ..mcp.connect import how_to_connect
        from ..mcp.http import HttpServer
        from ..mcp.workspace import Workspace

        approve = APPROVE in words
        port = _port([word for word in words if word != APPROVE])
        if self._running is not None and self._running.running:
            known = self._running
            return f"It runs already.\n{how_to_connect(known.url, known.token)}"
        asks = self._approval() if approve else None
        analyst = self._make()
        try:
            self._running = HttpServer(Workspace(analyst, self._scope, asks), port)
        except BaseException:
            analyst.close()
            raise
        lines = [
            message(
                "Agents can work with the data of this notebook at the privacy level {privacy}. Add the "
                "server to yours:",
                privacy=analyst.settings.privacy,
            ),
            how_to_connect(self._running.url, self._running.token),
            message(
                "The token opens the data of this notebook: keep it to yourself. Clear this output "
                "before you share the notebook; %analyst mcp stop ends the server, and a new one has a "
                "new token."
            ),
        ]
        return "\n".join(lines)

    def _stop(self) -> str:
        server, self._running = self._server(), None
        server.stop()
        return message("The MCP server is stopped.")

    def _list(self) -> str:
        answers = self._server().workspace.answers
        rows = [
            (name, done.agent, "ok" if done.turn.ok else "failed", done.turn.question.text[:80])
            for name, done in answers.items()
        ]
        title = f"{count(len(rows), 'answer')} of agents. See one with: %analyst mcp show NAME"
        return (
            Listing.of(rows, ("name", "by", "", "asked"), title=title)
            if rows
            else message("No agent has asked anything yet.")
        )

    def _server(self) -> HttpServer:
        if self._running is None or not self._running.running:
            raise InputError(message("No MCP server runs here."), message("Start one with: %analyst mcp"))
        return self._running


def serve(settings: AnalystSettings, frames: Mapping[str, object]) -> None:
    """Serve data files and connections over standard input and output until the agent closes its end.

    Args:
        settings: The settings.
        frames: The sources in scope.

    Raises:
        MissingExtra: The packages of the extra ``mcp`` are not installed.
    """
    require("mcp", "mcp", message("An MCP server needs"))
    from ..analyst import Analyst
    from ..mcp.stdio import serve_stdio
    from ..mcp.workspace import Workspace

    analyst = Analyst(settings=settings, folder=Path.cwd(), history=True, lock=True)
    serve_stdio(Workspace(analyst, lambda: frames))


def _port(words: Sequence[str]) -> int:
    if not words:
        return 0
    if len(words) > 1 or not words[0].isascii() or not words[0].isdigit() or not 0 < int(words[0]) < 65536:
        raise UnknownOption(
            message("mcp start takes a port and the word approve."), message("For example: mcp start 8765 approve")
        )
    return int(words[0])
