"""What a user adds to an agent so that it finds the server."""

from __future__ import annotations

import json

from .server import NAME


def how_to_connect(url: str, token: str) -> str:
    """The command for Claude Code and the configuration of Cursor and others.

    >>> print(how_to_connect("http://127.0.0.1:1/mcp", "t").splitlines()[1])
      claude mcp add --transport http analyst-magic http://127.0.0.1:1/mcp --header "Authorization: Bearer t"
    """
    header = f"Bearer {token}"
    entry = {"mcpServers": {NAME: {"url": url, "headers": {"Authorization": header}}}}
    return "\n".join(
        [
            "Claude Code:",
            f'  claude mcp add --transport http {NAME} {url} --header "Authorization: {header}"',
            "Cursor (.cursor/mcp.json) and others:",
            f"  {json.dumps(entry)}",
        ]
    )
