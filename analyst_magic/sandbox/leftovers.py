"""Containers that have to go and may still be there: removed in the background until the engine confirms it."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..errors import EngineUnavailable
from .docker_sdk import APIError, DockerException, NotFound, docker

State = Literal["removed", "unknown", "removing"]

# Seconds between two tries; the last counts from then on.
PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0)
# Seconds that an engine may take to make a container after its client has given the call up.
LATE_CREATION = 300.0
# Seconds to wait for a removal that the engine is at already.
REMOVAL = 15.0


def remove_container(client: docker.APIClient, name: str) -> State:
    """Kill and remove a container.

    Args:
        client: A client of its engine.
        name: Its name or identity.

    Returns:
        ``removed``, ``unknown`` where the engine has none of that name, ``removing`` where it still is at it.

    Raises:
        APIError: The engine refused.
        EngineUnavailable: It does not answer.
    """
    try:
        client.remove_container(name, force=True)
    except NotFound:
        return "unknown"
    except APIError as error:
        if error.status_code != 409:
            raise
        return _await_removal(client, name)
    return "removed"


def _await_removal(client: docker.APIClient, name: str) -> State:
    try:
        client.wait(name, timeout=min(REMOVAL, client.timeout), condition="removed")
    except NotFound:
        return "unknown"
    except EngineUnavailable:  # also one that has just gone: the next try tells
        return "removing"
    return "removed"


@dataclass(frozen=True, slots=True)
class _Leftover:
    client: docker.APIClient
    name: str
    since: float
    exists: bool


class Leftovers:
    """The containers of one provider whose removal is not confirmed.

    A daemon thread tries again until there are none. What is left when the process ends is an orphan, which the next
    session on this machine removes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[str, _Leftover] = {}
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._left)

    def add(self, client: docker.APIClient, name: str, *, exists: bool) -> None:
        """Take over the removal of a container.

        Args:
            client: A client of its engine.
            name: Its name or identity.
            exists: Whether the engine has made it; else it may still do so, and "no such container" ends nothing yet.
        """
        with self._lock:
            self._left[name] = _Leftover(client, name, time.monotonic(), exists)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="analyst-leftovers", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        for pause in _pauses():
            for leftover in list(self._left.values()):
                if _is_gone(leftover):
                    with self._lock:
                        self._left.pop(leftover.name, None)
            with self._lock:
                if not self._left:
                    self._thread = None
                    return
            time.sleep(pause)


def _pauses() -> Iterator[float]:
    return itertools.chain(PAUSES, itertools.repeat(PAUSES[-1]))


def _is_gone(leftover: _Leftover) -> bool:
    try:
        state = remove_container(leftover.client, leftover.name)
    except (EngineUnavailable, DockerException):
        return False
    late = leftover.exists or time.monotonic() - leftover.since > LATE_CREATION
    return state == "removed" or (state == "unknown" and late)
