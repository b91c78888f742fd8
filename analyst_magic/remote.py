"""A client of a Jupyter Server's tasks: ask its data, or data of your own, from any Python.

Example::

    from analyst_magic.remote import Remote

    remote = Remote("http://localhost:8888/", token="…")
    task = remote.submit(question="Total revenue by region", sources=[{"name": "sales", "path": "sales.csv"}])
    result = remote.result(task, timeout=60)
    print(result["answer"], result["tables"][0]["rows"])
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from .errors import AnalystError, InputError

ENDED = frozenset({"done", "failed", "cancelled"})
SECONDS_A_REQUEST = 60.0


class RemoteError(AnalystError):
    """The server cannot be reached, or refuses."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A server's tasks.

    Attributes:
        url: The server's address; a ``?token=`` in it is taken as the token.
        token: What the server knows the caller by.

    Example:
        >>> Remote("http://localhost:8888/lab?token=t").address("tasks")
        'http://localhost:8888/analyst/tasks'
    """

    url: str
    token: str = ""

    def address(self, path: str) -> str:
        """The address of a route.

        Raises:
            InputError: The server's address is none.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise InputError(f"{self.url} is no address of a server.", "For example http://localhost:8888/")
        base = parts.path.removesuffix("lab").rstrip("/")
        return urlunsplit((parts.scheme, parts.netloc, f"{base}/analyst/{path}", "", ""))

    def submit(
        self,
        *,
        question: str = "",
        code: str = "",
        language: str = "",
        form: str | None = None,
        thread: str = "",
        priority: str = "",
        sources: Sequence[Mapping[str, str]] = (),
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Put a task into the server's queue, and return its id.

        Args:
            question, code, language: What is asked, or code in ``python`` or ``sql``.
            form: The form of the answer.
            thread: The conversation; each task has its own where none is named.
            priority: ``low``, ``normal`` or ``high``: what is higher begins first.
            sources: Each with a ``name``, and with a ``path`` on the server, a ``file`` with its ``content`` or its
                ``base64``, or a ``connection``.
            options: ``model``, ``privacy`` and ``timeout``.

        Raises:
            RemoteError: The server refuses.
        """
        given = {"question": question, "code": code, "language": language, "form": form, "thread": thread,
                 "priority": priority, "sources": list(sources), "options": dict(options or {})}  # fmt: skip
        task = self._ask("tasks", "POST", {name: value for name, value in given.items() if value})
        return str(task["id"])

    def task(self, task: str) -> dict[str, Any]:
        """The state of a task, with its times, its progress and its error."""
        return dict(self._ask(f"tasks/{task}"))

    def cancel(self, task: str) -> dict[str, Any]:
        """Cancel a task that has not ended."""
        return dict(self._ask(f"tasks/{task}", "DELETE"))

    def events(self, task: str) -> Iterator[tuple[str, Any]]:
        """The events of a task as they come, each with its kind and data, until it has ended."""
        with self._open(f"tasks/{task}/events", "GET", None, None) as answer:
            kind = ""
            for line in answer:
                name, _, value = line.decode("utf-8").rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    yield kind, json.loads(value)

    def result(self, task: str, timeout: float | None = None) -> dict[str, Any]:
        """What a task gave, once it has ended.

        Args:
            task: Its id.
            timeout: Seconds to wait; None for as long as it takes.

        Raises:
            RemoteError: It failed, was cancelled, or has not ended in time.
        """
        until = time.monotonic() + timeout if timeout is not None else None
        pause = 0.05
        while (state := self.task(task))["state"] not in ENDED:
            if until is not None and time.monotonic() > until:
                raise RemoteError(f"The task {task} is {state['state']} after {timeout} s.", "Wait longer.")
            time.sleep(pause)
            pause = min(1.0, pause * 1.5)
        if state["state"] != "done":
            error = state.get("error") or {"message": f"The task was {state['state']}.", "next_step": ""}
            raise RemoteError(str(error["message"]), str(error["next_step"]))
        return dict(self._ask(f"tasks/{task}/result"))

    def _ask(self, path: str, method: str = "GET", body: object = None) -> Any:
        with self._open(path, method, body, SECONDS_A_REQUEST) as answer:
            return json.load(answer)

    def _open(self, path: str, method: str, body: object, timeout: float | None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        token = self.token or parse_qs(urlsplit(self.url).query).get("token", [""])[0]
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"token {token}"} if token else {})
        request = urllib.request.Request(self.address(path), data, headers, method=method)  # noqa: S310 (checked)
        until = time.monotonic() + SECONDS_A_REQUEST
        try:
            while True:
                try:
                    return urllib.request.urlopen(request, timeout=timeout)  # noqa: S310 (checked)
                except urllib.error.HTTPError as error:
                    pause = float(error.headers.get("Retry-After") or 0)
                    if error.code != 429 or not pause or time.monotonic() + pause > until:
                        raise _refused(error) from None
                    time.sleep(pause)  # too many requests: the server has done nothing, and says when to come back
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise RemoteError(f"The server does not answer: {reason}.", "Check its address.") from None


def _refused(error: urllib.error.HTTPError) -> RemoteError:
    if error.code == 403:
        return RemoteError(
            "The server does not know the token.", "Set ANALYST_SERVER_TOKEN, or add ?token= to --server."
        )
    try:
        body = json.load(error)
    except ValueError:
        body = {}
    return RemoteError(
        str(body.get("message") or f"The server answers {error.code}."), str(body.get("next_step") or "")
    )
