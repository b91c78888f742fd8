"""The client of a Docker engine: each call has one limit on the wall clock."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, TypeVar

from ..errors import EngineUnavailable
from ..language import message
from .docker_sdk import docker, requests

NO_ENGINE = message("Start Docker (or another engine with its interface) and try again; `docker info` must answer.")
HANGING = message("See whether `docker info` answers; if it does not, restart the engine. Then ask again.")

# Seconds for what takes its time: to pull an image, and between two messages of a build.
LONG = 1800.0

T = TypeVar("T")


class Engine(docker.APIClient):
    """A client whose calls end in time, and that trusts the engine's own authority whatever the environment names.

    Docker's client sets no limit at all when it attaches to a container, and where it sets one, it is one of each
    read of a socket: an engine that sends a byte now and then would hold its caller for ever. So a call that takes
    longer than its limit as a whole is given up.
    """

    def request(self, method: str, url: str, **options: Any) -> Any:
        """Send one request; all calls of the client come by here.

        Args:
            method: Its method.
            url: Its address.
            options: As ``requests`` takes them; ``timeout`` is the limit of the whole call in seconds, the client's
                own where it is missing, ``LONG`` where it is None, as for pulling and building an image.

        Raises:
            EngineUnavailable: The engine did not answer, or not in time. Whether it did what was asked is not known.
        """
        seconds = options["timeout"] = options.get("timeout", self.timeout) or LONG
        send = functools.partial(super().request, method, url, **options)
        try:
            return within(seconds, lambda: _with_its_error(send()), lambda late: late.close())
        except (FutureTimeout, requests.Timeout) as error:
            raise EngineUnavailable(
                message("The Docker engine did not answer within {seconds:g} s.", seconds=seconds), HANGING
            ) from error
        except requests.RequestException as error:
            raise EngineUnavailable(message("The Docker engine does not answer."), NO_ENGINE) from error

    def merge_environment_settings(self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any) -> Any:
        """What requests asks before each request (``REQUESTS_CA_BUNDLE`` would win over ``DOCKER_CERT_PATH``)."""
        return super().merge_environment_settings(url, proxies, stream, verify or self.verify, cert)

    def version(self, api_version: bool = True) -> dict[str, Any]:
        """What the engine says of itself; it is asked once, as it takes 15 ms to answer."""
        if self._said is None:
            self._said = super().version(api_version)
        return self._said

    _said: dict[str, Any] | None = None


def _with_its_error(response: Any) -> Any:
    """A response whose body, where it tells of an error, has been read: that of a stream would be read later, by a
    caller without a limit."""
    if not response.ok:
        response.content  # noqa: B018 - reads it
    return response


def within(seconds: float, call: Callable[[], T], discard: Callable[[T], None]) -> T:
    """Wait for a call, but no longer than its limit.

    The call runs in a thread that does not keep the process alive. One that is given up goes on until its own waits
    end.

    Args:
        seconds: The limit.
        call: What to do.
        discard: Takes the result of a call that was given up, should there still be one.

    Raises:
        TimeoutError: The limit has passed.
    """
    future: Future[T] = Future()
    thread = threading.Thread(target=_settle, args=(future, call), name="analyst-engine-call", daemon=True)
    try:
        thread.start()
    except RuntimeError:  # the process is ending and starts no more threads
        return call()
    try:
        return future.result(seconds)
    except FutureTimeout:
        if not future.done():
            future.add_done_callback(lambda late: None if late.exception() else discard(late.result()))
        raise


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - raised again where the call is waited for
        future.set_exception(error)
    else:
        future.set_result(result)
