"""A plain socket in front of one that the event loop cannot use: TLS to a remote engine, a pipe, an SSH command."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from typing import Any

CHUNK_BYTES = 1 << 18
STALL = 60.0  # seconds that the other side may take nothing of what is sent to it


def as_socket(raw: Any) -> socket.socket:
    """A connected socket that carries what ``raw`` carries; ``raw`` itself where it is one already.

    Args:
        raw: A socket, a TLS socket, or an object with ``recv`` and ``sendall`` of its own.
    """
    if hasattr(raw, "settimeout"):  # the limit of the call that made it
        raw.settimeout(None)
    if type(raw) is socket.socket:
        return raw
    near, far = socket.socketpair()
    pump = _tls if isinstance(raw, ssl.SSLSocket) else _blocking
    threading.Thread(target=pump, args=(raw, far), name="analyst-bridge", daemon=True).start()
    return near


def _tls(raw: ssl.SSLSocket, far: socket.socket) -> None:
    """Carry both ways in one thread: a TLS connection must not be read and written by two at once."""
    raw.setblocking(False)
    far.setblocking(False)
    inward, outward = b"", b""
    with contextlib.suppress(OSError), far, raw:
        while True:
            readers = ([raw] if not inward else []) + ([far] if not outward else [])
            writers = ([far] if inward else []) + ([raw] if outward else [])
            wait = inward or not raw.pending()
            if wait and not any(select.select(readers, writers, [], STALL if outward else None)):
                return
            if not inward:
                with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                    inward = raw.recv(CHUNK_BYTES)
                    if not inward:
                        return
            if inward:
                with contextlib.suppress(BlockingIOError):
                    inward = inward[far.send(inward) :]
            if not outward:
                with contextlib.suppress(BlockingIOError):
                    outward = far.recv(CHUNK_BYTES)
                    if not outward:
                        return
            if outward:
                with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
                    outward = outward[raw.send(outward) :]


def _blocking(raw: Any, far: socket.socket) -> None:
    """Carry each way in a thread of its own, for objects that know no selecting."""

    def outward() -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(CHUNK_BYTES):
                raw.sendall(data)
        with contextlib.suppress(OSError):
            raw.close()

    threading.Thread(target=outward, name="analyst-bridge", daemon=True).start()
    with contextlib.suppress(OSError):
        while data := raw.recv(CHUNK_BYTES):
            far.sendall(data)
    # Closing alone is not seen at the near end as long as the other thread waits for what comes from there.
    with contextlib.suppress(OSError):
        far.shutdown(socket.SHUT_RDWR)
    far.close()
