"""The workers of a Dask cluster: https://distributed.dask.org/

Dask itself runs a task again, on another worker, where the worker that it ran on is lost. What it does not do is end a
function that runs when its task is cancelled, or its client goes away; so each task looks whether its worker still
wants it. Nor does it say that no worker is left; so the client looks how many there are.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import time
import uuid
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import __version__
from ..errors import AnalystError, ClusterError, UnknownOption
from ..extras import require
from ..language import message
from ..wording import count
from .executor import SECONDS_TO_STOP, Cluster, Key, first_line

if TYPE_CHECKING:
    from distributed import Client

SCHEMES = ("tcp", "tls", "ws", "wss", "ucx")
SECONDS_TO_CONNECT = 10.0
SECONDS_WITHOUT_WORKERS = 60.0
"""How long a cluster may have no worker: one that adapts to its work starts them when it is asked."""
START = "Start workers that have it, as `dask worker ADDRESS`."
_running = Counter[str]()
"""In a worker: how many tasks of each batch run in this process."""


class DaskCluster(Cluster[Key]):
    """Workers behind a Dask scheduler.

    Args:
        client: The client.
        own: Whether to close it in the end.
    """

    def __init__(self, client: Client, *, own: bool) -> None:
        super().__init__(client.get_executor(pure=False))
        self._client, self._own, self._batch = client, own, uuid.uuid4().hex
        self._seen = time.monotonic()

    def __str__(self) -> str:
        return f"The Dask cluster {self._address}"

    @property
    def _address(self) -> str:
        scheduler = self._client.scheduler
        return str(scheduler.address) if scheduler is not None else ""

    def check(self, files: Mapping[Path, str]) -> None:
        """Find out whether there is a worker, whether all have this version, and whether all can read some files.

        Raises:
            ClusterError: Not so; it names the worker.
        """
        self._wait_for_workers()
        versions = self._client.get_versions(packages=["analyst-magic"])["workers"]
        for worker, found in versions.items():
            version = found["packages"].get("analyst-magic")
            if version != __version__:
                has = f"has Analyst Magic {version}" if version else "does not have Analyst Magic"
                raise ClusterError(f"The worker {worker} {has}.", f"Install {__version__} where the workers run.")
        if files:
            wanted = {str(path): digest for path, digest in files.items()}
            for worker, reason in self._client.run(unreadable, wanted).items():
                if reason:
                    raise ClusterError(
                        f"The worker {worker} cannot use {reason}.",
                        "Put the notebook's folder where all workers see it under the same path.",
                    )

    def share(self, value: object) -> Any:
        """The value on all workers that there are, so that it is not lost with one of them.

        Raises:
            ClusterError: It cannot be sent.
        """
        self._wait_for_workers()
        try:
            return self._client.scatter([value], broadcast=True, hash=False)[0]
        except (TypeError, AttributeError) as error:
            raise ClusterError(f"The data cannot be sent: {first_line(error)}.", "Give it as a file.") from error
        except OSError as error:  # time-outs too
            raise ClusterError(f"{self} did not take the data: {first_line(error)}.", START) from error

    def close(self) -> None:
        """Close the client, where it was opened for this work."""
        if self._own:
            with contextlib.suppress(OSError):
                self._client.close()

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._executor.submit(run_task, function, self._batch, *arguments)

    def _look(self) -> None:
        if self._client.status not in {"running", "connecting"}:
            raise ClusterError(*self._lost())
        if self._workers():
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > SECONDS_WITHOUT_WORKERS:
            raise ClusterError(f"{self} has no worker any more.", f"{START} Then start again: what is done stays done.")

    def _wait_for_workers(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=SECONDS_WITHOUT_WORKERS)
        except OSError as error:  # a time-out
            raise ClusterError(f"{self} has no worker.", START) from error
        self._seen = time.monotonic()

    def _workers(self) -> int:
        """How many workers there are, as the scheduler last said."""
        with contextlib.suppress(OSError):
            return len(self._client.scheduler_info()["workers"])
        return 0

    def _lost(self) -> tuple[str, str]:
        return (
            f"{self} has lost what it was asked: its scheduler, or the workers that held the data, are gone.",
            "Start again: what is done already is not done again.",
        )

    def _explained(self, error: Exception) -> AnalystError:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            times = count(int(error.allowed_failures) + 1, "worker")
            return ClusterError(
                f"{times} ended on the way: each died while it worked on this.",
                "They may be short of memory: let each do less at once, as with `--nthreads 1`.",
            )
        return super()._explained(error)

    def _stop(self, futures: list[Future[Any]]) -> None:
        """Cancel all, and wait until no worker has a task of this batch any more."""
        for future in futures:
            future.cancel()
        end = time.monotonic() + SECONDS_TO_STOP
        with contextlib.suppress(OSError, RuntimeError, ValueError):  # where the scheduler is gone, so are its tasks
            while self._client.status == "running" and time.monotonic() < end:
                if not any(self._client.run(running_tasks, self._batch, on_error="ignore").values()):
                    return
                time.sleep(0.1)


def open_dask(given: Any) -> DaskCluster[Any]:
    """The cluster of an address, a client, or an object with a method ``get_client``.

    Raises:
        MissingExtra: Dask is not installed.
        UnknownOption: The address is none, or the client is one for coroutines.
        ClusterError: No scheduler answers.
    """
    require("distributed", "dask", message("A cluster needs"))
    from distributed import Client

    if isinstance(given, str):
        return DaskCluster(_connected(given), own=True)
    client = given if isinstance(given, Client) else given.get_client()
    if not isinstance(client, Client) or client.asynchronous:
        raise UnknownOption("This client of Dask is for coroutines.", "Make it without asynchronous=True.")
    return DaskCluster(client, own=client is not given)


def _connected(address: str) -> Client:
    from distributed import Client

    parts = urlsplit(address)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UnknownOption(f"{address} is no address of a Dask scheduler.", "For example tcp://scheduler:8786.")
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what it has to say is said by our own errors
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other versions of packages, which Dask lists in a table
            return Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address}.", "Check the address, and that `dask scheduler` runs there."
        ) from error


def run_task(function: Callable[..., Any], batch: str, *arguments: Any) -> Any:
    """Run a task in a worker; called there by Dask."""
    _running[batch] += 1
    try:
        return function(*arguments, is_cancelled)
    finally:
        _running[batch] -= 1
        if not _running[batch]:
            del _running[batch]


def running_tasks(batch: str) -> int:
    """How many tasks of a batch run in this worker."""
    return _running[batch]


def is_cancelled() -> bool:
    """Whether the scheduler has taken back the task that runs in this thread of a worker."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"


def unreadable(files: Mapping[str, str]) -> str:
    """Why this worker cannot use files; empty where it can.

    Args:
        files: The SHA-256 of each by its path.

    >>> unreadable({"/no/such/file": ""})
    '/no/such/file: No such file or directory'
    """
    for path, digest in files.items():
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            return f"{path}: {error.strerror}"
        if hashlib.sha256(content).hexdigest() != digest:
            return f"{path}: it has another file of that name"
    return ""
