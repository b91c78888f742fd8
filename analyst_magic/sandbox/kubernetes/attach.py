"""The attached stream of a pod as bytes: standard input and output over one WebSocket.

Source: https://github.com/kubernetes/kubernetes/tree/master/staging/src/k8s.io/apimachinery/pkg/util/remotecommand
(``v5.channel.k8s.io``: the first byte of a message names its channel; 255 closes the channel that follows).
"""

from __future__ import annotations

import contextlib
import json
import socket
from typing import Any, cast

from ..bridge import as_socket
from ..docker_stream import MAX_STDERR
from .sdk import websocket

STDIN, STDOUT, STDERR, STATUS, CLOSE = 0, 1, 2, 3, 255
CHUNK_BYTES = 32_000
"""An API server takes no larger messages."""
MAX_LINE = 100_000


class AttachedStream:
    """Bytes to and from the relay of a pod; as a socket, but for what only ``as_socket`` needs.

    Args:
        connection: A WebSocket that has spoken its greeting.
    """

    def __init__(self, connection: Any) -> None:
        # Read and written by a thread each, which a TLS connection does not bear.
        connection.sock = as_socket(connection.sock)
        self._connection = connection
        self._early = b""
        self.stderr = b""
        self.status: dict[str, Any] = {}

    def recv(self, size: int) -> bytes:
        """The next bytes of standard output; empty at the end.

        Args:
            size: Ignored: a message is given whole.
        """
        early, self._early = self._early, b""
        while not early:
            message = self._message()
            if not message:
                return b""
            channel, data = message[0], message[1:]
            if channel == STDOUT:
                early = data
            elif channel == STDERR:
                self.stderr = (self.stderr + data)[-MAX_STDERR:]
            elif channel == STATUS:
                self._end(data)
                return b""
        return early

    def line(self) -> bytes:
        """The first line of standard output; what follows it is left for ``recv``. Empty where none comes."""
        found = b""
        while b"\n" not in found and len(found) < MAX_LINE:
            data = self.recv(0)
            if not data:
                return b""
            found += data
        line, _, self._early = found.partition(b"\n")
        return line

    def sendall(self, data: bytes) -> None:
        """Write to standard input.

        Raises:
            OSError: The stream has ended.
        """
        for start in range(0, len(data), CHUNK_BYTES):
            try:
                self._connection.send_binary(bytes([STDIN]) + data[start : start + CHUNK_BYTES])
            except websocket.WebSocketException as error:
                raise OSError(str(error)) from error

    def settimeout(self, seconds: float | None) -> None:
        """Limit of each wait of the socket below."""
        self._connection.sock.settimeout(seconds)

    def close(self) -> None:
        """Close standard input, which ends the relay, and then the connection."""
        with contextlib.suppress(OSError, websocket.WebSocketException):  # it is closed already
            if self._connection.getsubprotocol() == "v5.channel.k8s.io":
                self._connection.send_binary(bytes([CLOSE, STDIN]))
        if self._connection.sock is not None:  # the other side ended it
            with contextlib.suppress(OSError):  # a thread that waits for bytes is not woken by closing alone
                self._connection.sock.shutdown(socket.SHUT_RDWR)
            self._connection.shutdown()

    def _message(self) -> bytes:
        try:
            kind, data = self._connection.recv_data()
        except (OSError, websocket.WebSocketException):
            return b""
        return b"" if kind == websocket.ABNF.OPCODE_CLOSE else cast(bytes, data)

    def _end(self, data: bytes) -> None:
        try:
            status = json.loads(data)
        except ValueError:
            return
        self.status = status if isinstance(status, dict) else {}
