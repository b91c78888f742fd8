"""The routes of tasks: put a question or code into the queue, follow it, and fetch what it gave."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.iostream import StreamClosedError

from ..errors import AnalystError, InputError
from .openapi import openapi
from .routes import Limited, Route
from .task_request import (
    MAX_LISTED,
    MAX_TABLE,
    RESULT_FORMATS,
    THREAD,
    checked_request,
    checked_sources,
    data_ending,
    file_below,
)
from .task_runner import TaskRunner
from .task_store import ENDED, STATES, Task, TasksRefused

MAX_BODY = 12_000_000
SECONDS_BETWEEN_PINGS = 15.0
TASK = r"([^/]+)"


class TaskRoute(Route):
    """A route about tasks."""

    max_body: ClassVar[int] = MAX_BODY

    @property
    def runner(self) -> TaskRunner:
        """Who runs the tasks of this server."""
        found: TaskRunner = self.settings["analyst"]["tasks"]
        return found

    @property
    def root(self) -> Path:
        """The folder that the server serves."""
        return Path(self.settings["contents_manager"].root_dir)

    def task(self, name: str) -> Task:
        """A task by its id.

        Raises:
            HTTPError: 404.
        """
        found = self.runner.store.get(name)
        if found is None:
            raise web.HTTPError(404, "There is no such task; ended ones are forgotten after some days.")
        return found

    def body(self) -> object:
        """The body as JSON.

        Raises:
            HTTPError: 400 or 413.
        """
        self.limit()
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise web.HTTPError(400, "The body is JSON.") from None

    def reply(self, value: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(value))

    def refuse(self, error: AnalystError, status: int = 400) -> None:
        """Answer with an error and its next step."""
        self.reply({"message": error.message, "next_step": error.next_step}, status)

    def take(self, form: str = "", thread: str = "") -> None:
        """Check what was posted, and put it into the queue.

        A task of a conversation that names no sources has those of the task before it.

        Args:
            form: The form of a question's answer, where the route decides it.
            thread: The conversation, where the address names it.
        """
        try:
            body = self.body()
            given = body if isinstance(body, dict) else {}
            if thread and "thread" in given:
                raise InputError("The address names the conversation.", "Leave out thread.")
            request = checked_request({**given, "thread": thread} if thread and given else body, self.root)
            if "sources" not in given and "thread" in request:
                request["sources"] = self.runner.store.sources(request["thread"])
        except InputError as error:
            self.refuse(error)
            return
        self.submit({**request, "form": form} if form and "question" in request else request)

    def submit(self, request: Mapping[str, Any], retry_of: str = "") -> None:
        """Put a task into the queue, and answer where it is found."""
        try:
            task = self.runner.store.add({**request, "request_id": self.request_id}, retry_of)
        except TasksRefused as error:
            self.set_header("Retry-After", "10")
            self.refuse(error, 503)
            return
        self.runner.wake()
        self.set_header("Location", f"{self.base_url}analyst/tasks/{task.id}")
        self.reply(task.as_json(), 202)


class Tasks(TaskRoute):
    """All tasks; with POST a new one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.limit()
        state, limit = self.choice("state", STATES), self.number("limit", 100, MAX_LISTED)
        thread = self.get_query_argument("thread", None, strip=False)
        if thread is not None:
            _check_thread(thread)
        self.reply({"tasks": [task.as_json() for task in self.runner.store.latest(state, thread or "", limit)]})

    @web.authenticated
    @authorized
    async def post(self) -> None:
        self.take()


class Figures(TaskRoute):
    """Several files and a question in, one page with a dashboard out: a task whose result is asked for as HTML."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        self.take(form="dashboard")


class OneTask(TaskRoute):
    """One task; with DELETE it is cancelled."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        self.limit()
        self.reply(self.task(name).as_json())

    @web.authenticated
    @authorized
    async def delete(self, name: str) -> None:
        self.limit()
        await self.runner.cancel(self.task(name))
        self.reply(self.task(name).as_json())


class Retry(TaskRoute):
    """Run a task again that failed or was cancelled, as a new one."""

    @web.authenticated
    @authorized
    async def post(self, name: str) -> None:
        self.limit()
        task = self.task(name)
        if task.state not in {"failed", "cancelled"}:
            raise web.HTTPError(409, f"The task is {task.state}; only one that failed or was cancelled runs again.")
        request = {key: value for key, value in task.request.items() if key not in {"thread", "alone"}}
        if not task.request.get("alone"):
            request["thread"] = task.thread
        self.submit(request, task.id)


class Result(TaskRoute):
    """What a task gave: JSON, a table as Arrow, or a page that needs nothing else."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        self.limit()
        # Checked whatever the task's state and result are.
        number, form = self.number("table", 1, MAX_TABLE), self.choice("format", RESULT_FORMATS, "json")
        task = self.task(name)
        if task.state not in ENDED:
            raise web.HTTPError(409, f"The task is {task.state}; its result comes later.")
        result = await asyncio.to_thread(self.runner.store.result, name)
        if result is None:
            self.reply({**task.as_json(), "ok": False})
            return
        if form == "arrow":
            self._arrow(result, number)
        elif "text/html" in self.request.headers.get("Accept", "").split(",")[0]:
            await self._page(name, result)
        else:
            links = [f"{self.base_url}analyst/artifacts/{quote(path)}" for path in result["documents"]]
            shown = {key: value for key, value in result.items() if key not in {"arrow", "notebook"}}
            self.reply({**shown, "documents": links, "task": task.as_json()})

    def _arrow(self, result: Mapping[str, Any], number: int) -> None:
        tables = result["arrow"]
        if number > len(tables):
            raise web.HTTPError(404, f"The result has {len(tables)} tables.")
        self.finish(base64.b64decode(tables[number - 1]), set_content_type="application/vnd.apache.arrow.stream")

    async def _page(self, name: str, result: Mapping[str, Any]) -> None:
        page = await asyncio.to_thread(self.runner.store.page, name)
        if not page:
            kind, made = await self.runner.call("render", result["notebook"])
            if kind != "result":
                raise web.HTTPError(503, str(made.get("message") or "The page could not be made."))
            page = made
            await asyncio.to_thread(self.runner.store.set_page, name, page)
        # The page stands by itself: it may run its own charts, and nothing of this server.
        self.set_header("Content-Security-Policy", "sandbox allow-scripts allow-downloads; frame-ancestors 'self'")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.finish(page, set_content_type="text/html; charset=utf-8")


class Events(TaskRoute):
    """The events of a task as they come, as server-sent events; ``Last-Event-ID`` goes on after one."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        self.limit()
        self.task(name)
        text = self.request.headers.get("Last-Event-ID", "0")
        last = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Accel-Buffering", "no")
        try:
            while True:
                change, found = self.runner.next_change, self.runner.store.get(name)
                events = self.runner.store.events(name, last)
                for last, kind, data in events:
                    self.write(f"id: {last}\nevent: {kind}\ndata: {json.dumps(data)}\n\n")
                await self.flush()
                if not events and (found is None or found.state in ENDED):
                    break
                if not events:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(change.wait(), SECONDS_BETWEEN_PINGS)
                    self.write(": still here\n\n")
        except StreamClosedError:
            return
        self.finish(set_content_type="text/event-stream")


class Messages(TaskRoute):
    """A conversation: its tasks' questions and answers, oldest first; with POST a further task of it."""

    @web.authenticated
    @authorized
    async def get(self, thread: str) -> None:
        self.limit()
        _check_thread(thread)
        tasks = self.runner.store.latest(thread=thread, limit=self.number("limit", 100, MAX_LISTED))
        messages = []
        for task in reversed(tasks):
            messages.append(
                {"role": "user", "task": task.id, "text": task.request.get("question") or task.request.get("code")}
            )
            if task.state in ENDED:
                result = await asyncio.to_thread(self.runner.store.result, task.id) or {}
                text = result.get("answer") or result.get("text") or task.error.get("message", "")
                messages.append({"role": "analyst", "task": task.id, "text": text, "state": task.state})
        self.reply({"thread": thread, "messages": messages})

    @web.authenticated
    @authorized
    async def post(self, thread: str) -> None:
        _check_thread(thread)
        self.take(thread=thread)


class Datasets(TaskRoute):
    """The data files below the server's root."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.limit()
        limit = self.number("limit", 200, MAX_LISTED)
        found = await asyncio.to_thread(_data_files, self.root, limit)
        self.reply({"datasets": [{"id": path, "path": path, "bytes": size} for path, size in found]})


class DatasetSchema(TaskRoute):
    """The columns of a data file with their types; no row of it."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        self.limit()
        try:
            file_below(self.root, path)
            sources = checked_sources([{"name": "data", "path": path}], self.root)
        except InputError as error:
            self.refuse(error, 404)
            return
        kind, found = await self.runner.call("run", json.dumps({"kind": "schema", "sources": sources}))
        if kind == "error":
            self.reply({"message": found.get("message", ""), "next_step": found.get("next_step", "")}, 503)
            return
        self.reply({"id": path, "columns": found["tables"].get("data", [])})


class Page(Limited, JupyterHandler):
    """A plain page that asks a question of a file and shows the answer as it comes."""

    @web.authenticated
    @authorized
    def get(self) -> None:
        self.limit()
        _ = self.xsrf_token  # sets the cookie that the page sends back with its question
        self.set_header("Content-Type", "text/html; charset=utf-8")
        page = files("analyst_magic.server").joinpath("page.html").read_text("utf-8")
        # The server leads /analyst/ to /analyst, from where the page's relative addresses would miss.
        self.finish(page.replace("{base}", escape(f"{self.base_url}analyst/")))


class OpenApi(TaskRoute):
    """This service's description."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.limit()
        self.reply(openapi(self.base_url))


class NoRoute(Route):
    """Any other address below ``/analyst``: a program gets JSON, not the server's page."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        self.limit()
        raise web.HTTPError(404, f"There is no /analyst/{path[:200]}; /analyst/openapi.json lists what there is.")

    head = post = put = patch = delete = get


def _check_thread(name: str) -> None:
    if not THREAD.fullmatch(name):
        raise web.HTTPError(400, "A conversation's name has letters, digits, dots, dashes and underscores.")


def _data_files(root: Path, limit: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(".") or not data_ending(name) or path.is_symlink():
                continue
            if path.is_file():
                found.append((path.relative_to(root).as_posix(), path.stat().st_size))
            if len(found) == limit:
                return found
    return found


ANY = "0" * 32
TASK_ROUTES: tuple[tuple[str, Any, str], ...] = (
    ("tasks", Tasks, "tasks"),
    (f"tasks/{TASK}", OneTask, f"tasks/{ANY}"),
    (f"tasks/{TASK}/retry", Retry, f"tasks/{ANY}/retry"),
    (f"tasks/{TASK}/result", Result, f"tasks/{ANY}/result"),
    (f"tasks/{TASK}/events", Events, f"tasks/{ANY}/events"),
    (r"threads/([^/]+)/messages", Messages, "threads/main/messages"),
    ("datasets", Datasets, "datasets"),
    (r"datasets/(.+)/schema", DatasetSchema, "datasets/sales.csv/schema"),
    ("figures", Figures, "figures"),
    ("openapi.json", OpenApi, "openapi.json"),
    ("", Page, ""),
)
"""Pattern, handler, and a path that the pattern takes."""
