"""The resources: descriptions of sources, answers, documents and the lock, within the privacy level."""

from __future__ import annotations

import json
from pathlib import Path

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from ..engine.agents import is_within
from ..errors import AnalystError, InputError
from .views import answer_view
from .workspace import Workspace

MAX_BYTES = 20_000_000


def add_resources(server: MCPServer, workspace: Workspace) -> None:
    """Add the resources to a server."""

    @server.resource("analyst://sources/{name}", title="Description of a source", mime_type="text/plain")
    async def source(name: str) -> str:
        """What a model is told of a source at the privacy level."""
        try:
            return await workspace.describe(name)
        except AnalystError as error:
            raise _error(error) from None

    @server.resource("analyst://answers/{name}", title="An answer", mime_type="application/json")
    async def answer(name: str, ctx: Context) -> str:
        """An answer of this session, as the call gave it."""
        try:
            done = workspace.answer(name, workspace.clients.name_of(ctx))
            if not is_within(done.turn.privacy, workspace.privacy):
                raise InputError(f"{name} was made at another privacy level.", "Run it again.")
            return answer_view(name, done).model_dump_json()
        except AnalystError as error:
            raise _error(error) from None

    @server.resource("analyst://documents/{answer}/{number}", title="A document", mime_type="application/octet-stream")
    async def document(answer: str, number: str, ctx: Context) -> bytes:
        """A file that an answer made, where the privacy level tells rows."""
        try:
            return _document(workspace, workspace.clients.name_of(ctx), answer, number).read_bytes()
        except AnalystError as error:
            raise _error(error) from None
        except OSError:
            raise ResourceNotFoundError("The document is not there any more. Make it again.") from None

    @server.resource("analyst://lock", title="Pinned answers", mime_type="application/json")
    def lock() -> str:
        """The questions of this folder that have a pinned answer, with the code that the privacy level lets you see."""
        try:
            return json.dumps(workspace.pins(), ensure_ascii=False)
        except AnalystError as error:
            raise _error(error) from None


def _document(workspace: Workspace, agent: str, answer: str, number: str) -> Path:
    turn = workspace.answer(answer, agent).turn
    if turn.privacy != "rows" or workspace.privacy != "rows":
        raise InputError("The document holds data, and the privacy level tells no rows.", "It is in the user's folder.")
    if not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(turn.documents):
        raise InputError(f"{answer} has {len(turn.documents)} documents.", "Count from 1.")
    document = turn.documents[int(number) - 1]
    if document.size > MAX_BYTES:
        raise InputError(f"The document is larger than {MAX_BYTES // 1_000_000} MB.", "It is in the user's folder.")
    return Path(document.path)


def _error(error: AnalystError) -> ResourceError:
    return ResourceNotFoundError(str(error)) if isinstance(error, InputError) else ResourceError(str(error))
