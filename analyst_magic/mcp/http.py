"""The server over streamable HTTP, in a thread of this process: on loopback, with a token, for several clients."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
import socket
import threading
import time

import uvicorn
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER
from mcp.server.transport_security import TransportSecuritySettings
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import AnalystError
from .server import build_server
from .workspace import Workspace

HOST = "127.0.0.1"
PATH = "/mcp"
MAX_BODY_BYTES = 1_000_000
MAX_CONNECTIONS = 64
MAX_SESSIONS = 32
SECONDS_TO_START = 15.0
SECONDS_TO_END = 10.0


class OneToken:
    """Accepts one token and no other.

    Args:
        token: The token.

    Example:
        >>> import asyncio
        >>> asyncio.run(OneToken("right").verify_token("wrong")) is None
        True
    """

    def __init__(self, token: str) -> None:
        self._token = token

    async def verify_token(self, token: str) -> AccessToken | None:
        """Who the token is for; None where it is another."""
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return None
        return AccessToken(token=token, client_id="agent", scopes=[])


class HttpServer:
    """A running server. It ends with ``stop``, or with the process.

    Args:
        workspace: Where its clients work; ``stop`` closes it.
        port: The port; 0 for a free one.

    Attributes:
        url: Where it is reached.
        token: What a client has to send as a bearer token.

    Raises:
        AnalystError: The port is taken, or the server does not start.
    """

    def __init__(self, workspace: Workspace, port: int = 0) -> None:
        self.workspace, self.token = workspace, secrets.token_urlsafe(32)
        self._socket = _listening(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}{PATH}"
        server = build_server(workspace, verifier=OneToken(self.token))
        security = TransportSecuritySettings(
            allowed_hosts=[f"{HOST}:{self.port}", f"localhost:{self.port}"], allowed_origins=[]
        )
        app = server.streamable_http_app(
            streamable_http_path=PATH,
            host=HOST,
            max_request_body_size=MAX_BODY_BYTES,
            max_sessions=MAX_SESSIONS,
            transport_security=security,
        )
        config = uvicorn.Config(
            _noticing_ends(app, workspace),
            log_config=None,
            access_log=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        for name in ("mcp", "uvicorn"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # its lines would stand in the user's cells
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="analyst-mcp", daemon=True)
        self._thread.start()
        self._wait()

    @property
    def running(self) -> bool:
        """Whether it answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the server, what runs for its clients, and their sandbox."""
        self._server.should_exit = True
        self._thread.join(SECONDS_TO_END)
        self._socket.close()
        self.workspace.close()

    def _serve(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def _wait(self) -> None:
        until = time.monotonic() + SECONDS_TO_START
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise AnalystError("The MCP server does not start.", "Try again, or name another port.")
            time.sleep(0.01)  # nothing tells when it listens


def _noticing_ends(app: ASGIApp, workspace: Workspace) -> ASGIApp:
    """The application, which tells the workspace when a client ends its session."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        sent: list[int] = []

        async def noticing(message: Message) -> None:
            sent.append(int(message.get("status", 0)))
            await send(message)

        await app(scope, receive, noticing)
        if scope["type"] == "http" and scope["method"] == "DELETE" and sent[:1] == [200]:
            await workspace.leave(Headers(scope=scope).get(MCP_SESSION_ID_HEADER, ""))

    return serve


def _listening(port: int) -> socket.socket:
    # With the protocol named: else asyncio does not switch Nagle's algorithm off, which costs 40 ms an answer.
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
    except (OSError, OverflowError) as error:
        found.close()
        raise AnalystError(f"Port {port} cannot be used: {error}.", "Name another port, or none.") from None
    return found
