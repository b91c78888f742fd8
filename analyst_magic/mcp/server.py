"""The MCP server: tools, resources and prompts over a ``Workspace``. How it is reached is another module's matter."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from .. import __version__
from .prompts import add_prompts
from .resources import add_resources
from .tools import add_tools
from .workspace import Workspace

NAME = "analyst-magic"
INSTRUCTIONS = """\
Analyse the user's data without seeing more of it than the user allows. list_sources and describe say what there is.
run_sql and run_python run code in a sandbox that has the sources under their names; variables stay from call to call.
ask puts a question in plain words to the user's model. What you are told of results depends on the privacy level:
`schema` and `stats` tell no rows, and of aggregates those that at least five rows of the data stand behind. The user
has every answer in full, with its figures, by its name: say the name, and do not repeat a call to see more.
"""


class _Server(MCPServer):
    async def get_prompt(self, name: str, arguments: dict[str, Any] | None = None, context: Any = None) -> Any:
        """A prompt; one that is not there, or lacks an argument, is the client's error and not one of this server."""
        try:
            return await super().get_prompt(name, arguments, context)
        except ValueError as error:
            raise MCPError(INVALID_PARAMS, f"{error}. prompts/list names the prompts with their arguments.") from None


def build_server(workspace: Workspace, *, verifier: TokenVerifier | None = None) -> MCPServer:
    """The server over a workspace.

    Args:
        workspace: Where the clients work.
        verifier: Checks the token of each request; None for a transport that needs none.
    """
    auth: Mapping[str, Any] = {}
    if verifier is not None:
        # The addresses are of OAuth, which is not used: a client brings the one token that the user gave it.
        settings = AuthSettings.model_validate({"issuer_url": "http://127.0.0.1", "resource_server_url": None})
        auth = {"token_verifier": verifier, "auth": settings}
    before = list(logging.getLogger().handlers)
    server = _Server(NAME, instructions=INSTRUCTIONS, version=__version__, log_level="ERROR", **auth)
    _keep_root_logger(before)
    add_tools(server, workspace)
    add_resources(server, workspace)
    add_prompts(server)
    return server


def _keep_root_logger(before: list[logging.Handler]) -> None:
    """Take away the handlers that the SDK gives to the root logger: their lines would stand in the user's cells."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
