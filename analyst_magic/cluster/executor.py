"""Work on any executor of ``concurrent.futures``: handed out, taken in as it is done, and stopped."""

from __future__ import annotations

import contextlib
import pickle
import threading
from collections import deque
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from pathlib import Path
from typing import Any, Generic, Self, TypeVar

from ..errors import AnalystError, ClusterError

Key = TypeVar("Key")
IsStopped = Callable[[], bool]
"""Whether what a task does is not wanted any more. A task asks it again and again, in the thread that it runs in."""
SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_TO_STOP = 40.0
"""How long the end of what runs is waited for. A task itself gives what it started 30 seconds."""


class Cluster(Generic[Key]):
    """Workers behind an executor. What a task still does when it is stopped, the executor alone knows.

    Args:
        executor: Anything that takes functions as ``concurrent.futures`` does; whoever made it closes it.

    Example:
        >>> with ThreadPoolExecutor(2) as executor, Cluster(executor) as cluster:
        ...     sorted(cluster.run(lambda number, is_stopped: number + 1, {"a": (1,), "b": (2,)}))
        [('a', 2), ('b', 3)]
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def __str__(self) -> str:
        return type(self._executor).__name__

    def check(self, files: Mapping[Path, str]) -> None:
        """Find out whether the workers can do the work, before any is handed out.

        Args:
            files: Files that they must be able to read, each with the SHA-256 of its content.

        Raises:
            ClusterError: They cannot.
        """

    def share(self, value: object) -> Any:
        """What stands for a large value among a task's arguments, so that it travels once and not with each task.

        Raises:
            ClusterError: It cannot be sent.
        """
        return value

    def run(
        self, function: Callable[..., Any], calls: Mapping[Key, tuple[Any, ...]], at_once: int | None = None
    ) -> Generator[tuple[Key, Any]]:
        """Call a function on the workers, once with each tuple of arguments and an ``IsStopped``.

        Where the iteration ends early, what is not begun is cancelled and what runs is ended: close the iterator.

        Args:
            function: A function that a worker can import, unless the executor is of this process.
            calls: The arguments by a name of the call.
            at_once: How many calls are handed out at one time; None for all.

        Yields:
            Each name with what its call returned, or with the ``AnalystError`` that it failed with, as they come.

        Raises:
            ClusterError: No worker is left.
        """
        waiting, running = deque(calls.items()), dict[Future[Any], Key]()
        try:
            while waiting or running:
                while waiting and (at_once is None or len(running) < at_once):
                    name, arguments = waiting.popleft()
                    running[self._submit(function, *arguments)] = name
                for future in self._done(running):
                    yield running.pop(future), self._outcome(future)
        except BaseException:
            self._stop(list(running))
            raise

    def close(self) -> None:
        """Close what was opened for this work, and nothing that was given."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _done(self, running: Mapping[Future[Any], Key]) -> set[Future[Any]]:
        done, _ = wait(running, timeout=SECONDS_BETWEEN_LOOKS, return_when=FIRST_COMPLETED)
        if not done:
            self._look()
        return done

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._executor.submit(function, *arguments, never)
        except (BrokenExecutor, RuntimeError) as error:
            raise ClusterError(f"{self} takes no more work: {error}.", "Make another, and start again.") from error

    def _look(self) -> None:
        """Called while nothing comes; raises a ``ClusterError`` where nothing can."""

    def _outcome(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except CancelledError:
            raise ClusterError(*self._lost()) from None
        except Exception as error:  # noqa: BLE001 - whatever a worker raises is the failure of one task
            return self._explained(error)

    def _lost(self) -> tuple[str, str]:
        """What to say where tasks were cancelled by somebody else."""
        return f"{self} was shut down before all was done.", "Start again: what is done already is not done again."

    def _explained(self, error: Exception) -> AnalystError:
        """What a worker raised, as one of our errors."""
        if isinstance(error, AnalystError):
            return error
        if isinstance(error, BrokenExecutor):
            raise ClusterError(*self._lost()) from error
        if isinstance(error, pickle.PicklingError | TypeError) and "pickle" in str(error):
            return ClusterError(f"Something cannot be sent to a worker: {first_line(error)}.", "Give data as files.")
        if isinstance(error, ImportError | AttributeError):
            return ClusterError(
                f"A worker cannot load Analyst Magic: {first_line(error)}.", "Install this version of it there."
            )
        return ClusterError(f"A worker failed: {type(error).__name__}: {first_line(error)}.", "Its log may say why.")

    def _stop(self, futures: list[Future[Any]]) -> None:
        """Cancel what is not begun, and end what runs as far as it can be ended from here."""
        for future in futures:
            future.cancel()
        wait(futures, timeout=SECONDS_TO_STOP)


class Threads(Cluster[Key]):
    """Threads of this process, which are told when they are not wanted any more.

    Args:
        number: How many there are.
    """

    def __init__(self, number: int) -> None:
        super().__init__(ThreadPoolExecutor(max(1, number)))
        self._stopped = threading.Event()

    def close(self) -> None:
        """End the threads."""
        self._executor.shutdown(cancel_futures=True)

    def _submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._executor.submit(function, *arguments, self._stopped.is_set)

    def _stop(self, futures: list[Future[Any]]) -> None:
        self._stopped.set()
        super()._stop(futures)


def never() -> bool:
    """The ``IsStopped`` of an executor that cannot tell."""
    return False


def first_line(error: BaseException) -> str:
    """The beginning of what an error says, without its full stop."""
    with contextlib.suppress(IndexError):
        return str(error).strip().splitlines()[0][:300].rstrip(".")
    return type(error).__name__
