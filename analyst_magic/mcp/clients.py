"""The clients of a server: each has a name and a sandbox of its own, of which a bounded number is open."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER

from ..errors import AnalystError
from ..wording import count

MAX_CLIENTS = 8
"""Clients with a sandbox at one time."""
MAX_KNOWN = 1_000


@dataclass(slots=True)
class _Client:
    """A client with an open sandbox, or one that was ended for others."""

    calls: int = 0
    open: bool = False
    ended: bool = False


class Clients:
    """Who works on a server. Used on one event loop.

    Args:
        most: How many may have a sandbox at one time.

    Example:
        >>> clients = Clients(most=1)
        >>> first, second = clients.name("s1", "cursor"), clients.name("s2", "cursor")
        >>> first, second, clients.name("s1", "cursor")
        ('agent:cursor', 'agent:cursor-2', 'agent:cursor')
        >>> clients.begin(first), clients.end(first)
        ([], None)
        >>> clients.begin(second)  # whose sandboxes have to end for it
        ['agent:cursor']
    """

    def __init__(self, most: int = MAX_CLIENTS) -> None:
        self._most = most
        self._names: OrderedDict[str, str] = OrderedDict()
        self._clients: OrderedDict[str, _Client] = OrderedDict()

    def name(self, session: str, says: str) -> str:
        """A client's name in the history, which no other session has.

        Args:
            session: The id of its session; empty where its protocol has none: then its own name tells it from others.
            says: The name that it gives itself.
        """
        wanted = agent_name(says)
        key = f"session {session}" if session else f"name {wanted}"
        if key not in self._names:
            taken = {*self._names.values(), *self._clients}
            numbered = (f"{wanted}-{number}" for number in range(2, MAX_KNOWN + 2))
            self._names[key] = wanted if wanted not in taken else next(n for n in numbered if n not in taken)
            if len(self._names) > MAX_KNOWN:
                self._names.popitem(last=False)
        self._names.move_to_end(key)
        return self._names[key]

    def name_of(self, ctx: Context[Any, Any]) -> str:
        """The name of the client that sent a request."""
        params = ctx.session.client_params
        says = params.client_info.name if params is not None and params.client_info is not None else ""
        return self.name((ctx.headers or {}).get(MCP_SESSION_ID_HEADER, ""), says)

    def begin(self, name: str) -> list[str]:
        """Note that a call of a client runs code, and return the clients whose sandboxes have to end for it.

        Raises:
            AnalystError: All sandboxes are at work for others.
        """
        client = self._clients.setdefault(name, _Client())
        others = [n for n, other in self._clients.items() if other.open and n != name]
        idle = [n for n in others if not self._clients[n].calls]
        surplus = 0 if client.open else max(0, len(others) + 1 - self._most)
        if surplus > len(idle):
            raise AnalystError(f"{count(self._most, 'agent')} at work already.", "Wait until one of them is done.")
        for other in idle[:surplus]:
            self._clients[other].open, self._clients[other].ended = False, True
        client.open, client.calls = True, client.calls + 1
        self._clients.move_to_end(name)
        for other in [n for n, known in self._clients.items() if not known.open][:-MAX_KNOWN]:
            del self._clients[other]
        return idle[:surplus]

    def end(self, name: str) -> None:
        """Note that a call has ended; its client may have left meanwhile."""
        if name in self._clients:
            self._clients[name].calls -= 1

    def lost_sandbox(self, name: str) -> bool:
        """Whether a client's sandbox was ended for others since its last call; told once."""
        client = self._clients.get(name, _Client())
        lost, client.ended = client.ended, False
        return lost

    @property
    def at_work(self) -> int:
        """Number of clients whose code runs."""
        return sum(client.calls > 0 for client in self._clients.values())

    def leave(self, session: str) -> str:
        """Forget a session that its client has ended; its name, or nothing where none is known."""
        name = self._names.pop(f"session {session}", "")
        self._clients.pop(name, None)
        return name


def agent_name(client: str) -> str:
    """An agent's name as the history has it.

    >>> agent_name("claude-code"), agent_name("\\x1b[31mx" * 30), agent_name("")
    ('agent:claude-code', 'agent:31mx-31mx-31mx-31mx-31mx-31mx-31mx-31mx-', 'agent:unnamed')
    """
    name = re.sub(r"[^\w.]+", "-", client, flags=re.ASCII).strip("-")[:40]
    return f"agent:{name or 'unnamed'}"
