"""The HTTP client below the SDK's: it finds out that the other end is gone, and hears every byte of a reply."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import openai

QUIET_SECONDS, PROBE_SECONDS, PROBES = 30, 10, 3
"""After how much silence the other end is probed, how often, and how many unanswered probes mean that it is gone."""


def http_client(timeout: openai.Timeout, *, local: bool) -> openai.DefaultAsyncHttpxClient:
    """A client whose connections break when the other end is gone, and last as long as it lives.

    Args:
        timeout: Its timeouts.
        local: Whether the endpoint is on this machine, so that the environment's proxy must not be used.
    """
    return openai.DefaultAsyncHttpxClient(timeout=timeout, trust_env=not local, event_hooks={"request": [_trace]})


def hear(stream: Any, heard: Callable[[], None]) -> None:
    """Call a function whenever something of a streamed reply arrives, also what the SDK does not hand on.

    Some servers send comments (``: keep-alive``) while a model thinks.
    """
    response = stream.response
    chunks = response.aiter_bytes

    async def listening() -> AsyncIterator[bytes]:
        async for chunk in chunks():
            heard()
            yield chunk

    response.aiter_bytes = listening


async def _trace(request: Any) -> None:
    request.extensions["trace"] = _on_event


async def _on_event(name: str, info: dict[str, Any]) -> None:
    """Have the system probe a new connection while it is quiet (RFC 9293, section 3.8.4)."""
    if not name.endswith("connect_tcp.complete"):
        return
    connection = info["return_value"].get_extra_info("socket")
    if connection is None:
        return
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", QUIET_SECONDS), ("TCP_KEEPALIVE", QUIET_SECONDS),
                          ("TCP_KEEPINTVL", PROBE_SECONDS), ("TCP_KEEPCNT", PROBES)):  # fmt: skip
        if hasattr(socket, option):  # macOS calls the first TCP_KEEPALIVE
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
