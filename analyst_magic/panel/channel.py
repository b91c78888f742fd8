"""One open comm, and how to send on it from any thread."""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]


class Channel:
    """A comm whose messages always carry the request that opened it as their parent.

    ipykernel sends the panel's next message to the subshell of the parent of the *last* message that was sent. Sent
    from a cell, or from a thread that knows no request, it would move the panel to the main shell, where it waits for
    whatever runs there. So all is sent in the context in which the comm was opened.

    Args:
        comm: The comm; this is made while its ``comm_open`` is handled.
    """

    def __init__(self, comm: Any) -> None:
        self._comm = comm
        self._context = contextvars.copy_context()

    def send(self, message: Message, buffers: Sequence[bytes] = ()) -> None:
        """Send a message; a copy of the context, as one context cannot be entered by two threads at once."""
        self._context.copy().run(self._comm.send, message, buffers=list(buffers))
