"""Jupyter messages as the parts of a frame: made by us, or read from a guest that may lie in every field.

Format: https://jupyter-client.readthedocs.io/en/stable/messaging.html#wire-protocol (without signatures: whatever runs
in the sandbox owns its kernel and would own the key).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

DELIMITER = b"<IDS|MSG>"
MAX_HEADER_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the guest: the fields that we read of it, each of the type that it should have.

    Attributes:
        type: The message's type.
        parent: Identity of the request that it claims to belong to.
        content: Its content.
        buffers: Binary parts.
        size: Bytes that it took on the way.
    """

    type: str
    parent: str
    content: Mapping[str, Any] = field(default_factory=dict)
    buffers: tuple[bytes, ...] = ()
    size: int = 0


def request(kind: str, content: Mapping[str, Any], metadata: Mapping[str, Any]) -> tuple[str, list[bytes]]:
    """A request's identity and the parts of its frame."""
    identity = uuid.uuid4().hex
    header = {"msg_id": identity, "msg_type": kind, "session": "host", "username": "", "version": "5.4"}
    header["date"] = "2000-01-01T00:00:00Z"
    return identity, [DELIMITER, b"", *(json.dumps(part).encode() for part in (header, {}, metadata, content))]


def read(parts: Sequence[bytes]) -> Message | None:
    """The message in a frame's parts, or None where it is not one that can be used."""
    if len(parts) < 6 or parts[0] != DELIMITER or len(parts[2]) > MAX_HEADER_BYTES or len(parts[3]) > MAX_HEADER_BYTES:
        return None
    try:
        header, parent, content = (json.loads(parts[i]) for i in (2, 3, 5))
    except (ValueError, RecursionError):
        return None
    if not (isinstance(header, dict) and isinstance(parent, dict) and isinstance(content, dict)):
        return None
    kind, identity = header.get("msg_type"), parent.get("msg_id", "")
    if not isinstance(kind, str) or not isinstance(identity, str):
        return None
    return Message(kind, identity, content, tuple(parts[6:]), sum(len(part) for part in parts))
