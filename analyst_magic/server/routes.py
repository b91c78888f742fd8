"""The routes. Each is authenticated, authorised and limited; ``ROUTES`` is the one list of them."""

from __future__ import annotations

import asyncio
import json
import math
import os
import re
import uuid
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, AuthenticatedFileHandler
from tornado import web

from .. import __version__
from ..errors import AnalystError, HistoryError
from ..filetypes import OUTPUT_FOLDER
from ..history.store import History, HistoryEntry
from ..language import ENGLISH, catalogue, supported
from ..models.providers import can_be_asked, providers
from ..settings import AnalystSettings
from .catalog import catalog
from .health import HealthCheck
from .keys import keep_key, keys
from .limits import RateLimit

T = TypeVar("T")
RESOURCE = "analyst"
MAX_BODY_BYTES = 10_000
MAX_TURNS = 200
REQUEST_ID = "X-Request-ID"
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Limited:
    """What all routes share, beside the server's own handlers."""

    serves_files: ClassVar[bool] = False
    auth_resource = RESOURCE
    max_body: ClassVar[int] = MAX_BODY_BYTES
    settings: dict[str, Any]
    request: Any
    _wait = 0.0
    _request_id = ""

    def limit(self) -> None:
        """Refuse a body that is too large, and an address that asks too often.

        Raises:
            HTTPError: 413 or 429.
        """
        if len(self.request.body) > self.max_body:
            raise web.HTTPError(413, f"A request may have {self.max_body:,} bytes.")
        limit: RateLimit = self.settings["analyst"]["limit"]
        wait = limit.wait(self._who())
        if wait:
            self._wait = wait
            raise web.HTTPError(429, "Too many requests; wait a moment.")

    def _who(self) -> str:
        """Who asks: the user by name; with the server's own token, whose user has a new name each time, the address."""
        provider = self.identity_provider  # type: ignore[attr-defined]
        if type(provider).__module__.startswith("jupyter_server.") and self.token_authenticated:  # type: ignore[attr-defined]
            return f"address {self.request.remote_ip}"
        return f"user {self.current_user.username}"  # type: ignore[attr-defined]

    @property
    def request_id(self) -> str:
        """The id of this request: the caller's own by ``X-Request-ID`` where it is a plain one, else a new one."""
        if not self._request_id:
            given = self.request.headers.get(REQUEST_ID, "")
            self._request_id = given if _PLAIN_ID.fullmatch(given) else uuid.uuid4().hex
        return self._request_id

    def set_default_headers(self) -> None:
        """The server's own, the request's id, and when to come back; an error begins its headers anew, with these."""
        super().set_default_headers()  # type: ignore[misc]
        self.set_header(REQUEST_ID, self.request_id)  # type: ignore[attr-defined]
        if self.allow_origin or self.allow_origin_pat:  # type: ignore[attr-defined]
            self.set_header("Access-Control-Expose-Headers", f"{REQUEST_ID}, Location, Retry-After")  # type: ignore[attr-defined]
        if self._wait:
            self.set_header("Retry-After", str(math.ceil(self._wait)))  # type: ignore[attr-defined]

    def on_finish(self) -> None:
        """Log the request with its id: what changes something and what fails as a line that is always there."""
        super().on_finish()  # type: ignore[misc]
        status = self.get_status()  # type: ignore[attr-defined]
        log = self.log.info if self.request.method in {"POST", "DELETE"} or status >= 400 else self.log.debug  # type: ignore[attr-defined]
        log("analyst: %s %s %d request=%s", self.request.method, self.request.path, status, self.request_id)


class Route(Limited, APIHandler):
    """A route that answers JSON."""

    @property
    def history(self) -> History:
        """The history of this user."""
        found: History = self.settings["analyst"]["history"]
        return found

    async def answer(self, work: Callable[[], T], shown: Callable[[T], Any] = lambda value: value) -> None:
        """Do work that waits for a disk or a keyring in a thread, and answer with what it gives."""
        self.limit()
        try:
            value = shown(await asyncio.to_thread(work))
        except AnalystError as error:
            self.set_status(404 if isinstance(error, HistoryError) and "no turn" in error.message else 503)
            value = {"message": error.message, "next_step": error.next_step}
        self.finish(json.dumps(value))

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the query.

        Raises:
            HTTPError: 400, where it is none or out of its bounds.
        """
        text = self.get_query_argument(name, str(default), strip=False)
        if not text.isascii() or not text.isdigit() or not 0 < int(text) <= most:
            raise web.HTTPError(400, f"{name} is a number from 1 to {most}.")
        return int(text)

    def choice(self, name: str, allowed: Collection[str], default: str = "") -> str:
        """One of the values that the query may name; the default where it names none.

        Raises:
            HTTPError: 400, where it is another value.
        """
        text = self.get_query_argument(name, None, strip=False)
        if text is not None and text not in allowed:
            raise web.HTTPError(400, f"{name} is one of: {', '.join(allowed)}.")
        return default if text is None else text


class Health(Route):
    """Whether tasks can be done: 200 where the engine, the queue and the disk are there, else 503 with what is not."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.limit()
        check: HealthCheck = self.settings["analyst"]["health"]
        runner = self.settings["analyst"]["tasks"]
        problems = await check.problems()
        bad = {problem["part"] for problem in problems}
        parts = {part: "unreachable" if part in bad else "ok" for part in ("engine", "queue")}
        if bad == {"queue"}:
            parts["engine"] = "unknown"  # it is the workers', which cannot be heard
        parts["disk"] = "full" if "disk" in bad else "ok"
        self.set_status(503 if problems else 200)
        self.finish(json.dumps({"status": "degraded" if problems else "ok", "version": __version__, **parts,
                                "problems": problems, "tasks": runner.store.counts(),
                                "free_bytes": check.free_bytes()}))  # fmt: skip


class Providers(Route):
    """The table of providers: which can be asked, never by which key; and the models that were used last."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self.answer(self._table)

    def _table(self) -> dict[str, Any]:
        rows = [
            {"name": p.name, "ready": p.has_key(os.environ), "default_model": p.default_model, "keys": list(p.keys),
             "start": p.start, "model": p.suggestion, "remote": p.remote}
            for p in providers()
        ]  # fmt: skip
        models = dict.fromkeys(entry.model for entry in self.history.latest(MAX_TURNS))
        return {"providers": rows, "models": [name for name in models if can_be_asked(name)]}


class Catalog(Route):
    """What the panel offers to choose from, with words for people."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self.answer(catalog)


class Messages(Route):
    """The texts of the panel in one language, in the form that JupyterLab's own translations have; 404 for another."""

    @web.authenticated
    @authorized
    async def get(self, code: str) -> None:
        if code == ENGLISH or not (found := supported(code)):
            raise web.HTTPError(404, f"There is no catalogue of {code}.")
        self.set_header("Cache-Control", "max-age=3600")
        await self.answer(lambda: self._catalogue(found))

    @staticmethod
    def _catalogue(code: str) -> dict[str, Any]:
        words = catalogue(code)
        # JupyterLab takes a text with one form for none that depends on a number, as all have it in Chinese.
        once = words.counted if words.forms == 1 else set()
        translated = {text: forms * 2 if text in once else forms for text, forms in words.entries.items() if all(forms)}
        return {
            "language": code,
            "pluralForms": f"nplurals={words.forms}; plural={words.rule};",
            "messages": translated,
        }


class Settings(Route):
    """Every setting with its value, its meaning and what it takes, as the server is configured."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self.answer(self._listed)

    def _listed(self) -> dict[str, Any]:
        settings: AnalystSettings = self.settings["analyst"]["settings"]
        found = []
        for name, trait in sorted(settings.traits(config=True).items()):
            value = getattr(settings, name)
            if name == "mcp_servers":
                value = sorted(value)  # their headers and variables may hold keys
            if name in {"base_url", "broker"} and (urlsplit(value).username or urlsplit(value).password):
                value = "…"  # an address may hold a password
            choices = list(getattr(trait, "values", None) or [])
            found.append({"name": name, "value": value, "help": trait.help, "choices": choices})
        return {"settings": found}


class Keys(Route):
    """Whether each provider has a key, and where; no route ever tells one."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        await self.answer(keys)


class OneKey(Route):
    """One provider's; with PUT, its key goes into the keyring, and an empty one removes it."""

    @web.authenticated
    @authorized
    async def get(self, name: str) -> None:
        await self.answer(keys, lambda found: {"keys": [key for key in found["keys"] if key["name"] == name]})

    @web.authenticated
    @authorized
    async def put(self, name: str) -> None:
        body = self.get_json_body() if len(self.request.body) <= MAX_BODY_BYTES else {"key": ""}
        if not isinstance(body, dict) or not isinstance(body.get("key"), str):
            raise web.HTTPError(400, 'The body is {"key": "..."}.')
        if name not in {provider.name for provider in providers() if provider.keys}:
            raise web.HTTPError(404, f"There is no provider {name} that takes a key.")
        await self.answer(lambda: keep_key(name, body["key"].strip()))


class Turns(Route):
    """The latest turns, or those with some words."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        words, number = self.get_query_argument("q", "")[:1000], self.number("limit", 20, MAX_TURNS)
        read = (lambda: self.history.search(words, number)) if words else (lambda: self.history.latest(number))
        await self.answer(read, lambda found: {"turns": [_brief(entry) for entry in found]})


class OneTurn(Route):
    """One turn in full; with PUT, whether it was right."""

    @web.authenticated
    @authorized
    async def get(self, number: str) -> None:
        await self.answer(lambda: self.history.get(int(number)), _whole)

    @web.authenticated
    @authorized
    async def put(self, number: str) -> None:
        body = self.get_json_body() if len(self.request.body) <= MAX_BODY_BYTES else None
        known = isinstance(body, dict) and "good" in body and isinstance(body["good"], bool | None)
        if body is not None and not known:
            raise web.HTTPError(400, 'The body is {"good": true}, {"good": false} or {"good": null}.')
        good = body["good"] if body is not None else None
        await self.answer(lambda: self.history.mark(int(number), good), lambda _: {"good": good})


class Artifacts(Limited, AuthenticatedFileHandler):
    """A file of an output folder below the server's root, in whole or in part; always as a download."""

    serves_files = True

    @web.authenticated
    @authorized
    def head(self, path: str) -> Any:  # type: ignore[override]
        self.check_xsrf_cookie()
        self.limit()
        return web.StaticFileHandler.head(self, path)

    @web.authenticated
    @authorized
    async def get(self, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        self.check_xsrf_cookie()  # another site may not have it fetched
        self.limit()
        await web.StaticFileHandler.get(self, path, include_body)

    def get_login_url(self) -> str:
        """Refuse who is not logged in; a program is not sent to a page.

        Raises:
            HTTPError: 403.
        """
        raise web.HTTPError(403)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:
        """The file's path, where it is a plain file of an output folder below the root and no link leads out.

        Raises:
            HTTPError: 404 for everything else.
        """
        top, wanted = Path(root).resolve(), Path(absolute_path)
        inside = wanted.relative_to(root) if wanted.is_relative_to(root) else None
        folder = Path(self.settings["analyst"]["settings"].output_directory).name or OUTPUT_FOLDER
        if inside is None or folder not in inside.parts[:-1] or any(part.startswith(".") for part in inside.parts):
            raise web.HTTPError(404)
        try:
            plain = wanted.resolve() == top / inside and wanted.is_file()
        except (OSError, ValueError):
            plain = False
        if not plain:
            raise web.HTTPError(404)
        return str(wanted)

    def set_extra_headers(self, path: str) -> None:
        """A page never reads the file as one of this server's own."""
        name = Path(path).name
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(name)}")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        self.set_header("Cache-Control", "no-cache")


def _brief(entry: HistoryEntry) -> dict[str, Any]:
    names = ("id", "at", "folder", "thread", "question", "model", "ok", "language", "pinned", "good")
    return {name: getattr(entry, name) for name in names}


def _whole(entry: HistoryEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in HistoryEntry.__slots__}


ROUTES: tuple[tuple[str, Any, str], ...] = (
    ("health", Health, "health"),
    ("providers", Providers, "providers"),
    ("settings", Settings, "settings"),
    ("catalog", Catalog, "catalog"),
    (r"messages/([\w-]{2,20})", Messages, "messages/de"),
    ("keys", Keys, "keys"),
    (r"keys/([\w-]{1,40})", OneKey, "keys/openai"),
    ("history", Turns, "history"),
    (r"history/(\d{1,12})", OneTurn, "history/1"),
    (r"artifacts/(.*)", Artifacts, f"artifacts/{OUTPUT_FOLDER}/report.csv"),
)
"""Pattern, handler, and a path that the pattern takes."""
