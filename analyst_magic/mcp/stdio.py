"""The server over standard input and output, for an agent that starts it as a program of its own."""

from __future__ import annotations

import anyio

from .server import build_server
from .workspace import Workspace


def serve_stdio(workspace: Workspace) -> None:
    """Serve until the agent closes its end."""
    try:
        anyio.run(build_server(workspace).run_stdio_async)
    finally:
        workspace.close()
