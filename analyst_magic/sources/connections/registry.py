"""Connections by name: addresses in a small file of the folder, and never a password in it.

The password comes from the variable ``ANALYST_NAME_PASSWORD``, from the system's keyring, or from what the user types
unseen; then it is held in this process alone.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from ...errors import InputError
from ...extras import require
from ...language import message
from ...storage.files import write_atomic

REGISTRY = "analyst_connections.json"
_SECRET = re.compile(r"pass|pwd|secret|token|key", re.IGNORECASE)
_DRIVERS = {
    "postgresql": ("postgresql+psycopg", "psycopg", "postgres"),
    "postgres": ("postgresql+psycopg", "psycopg", "postgres"),
    "mysql": ("mysql+pymysql", "pymysql", "mysql"),
    "mariadb": ("mysql+pymysql", "pymysql", "mysql"),
}
_FILES = {"sqlite": ".sqlite", "duckdb": ".duckdb"}
_passwords: dict[str, str] = {}
_opened: dict[tuple[str, str], object] = {}

Secret = Callable[[str], str]
"""Gives the password of a connection by its name; empty where it knows none."""


def registered(folder: Path | None = None) -> dict[str, str]:
    """The addresses of the connections of a folder, by name.

    Raises:
        InputError: The registry cannot be read.
    """
    path = (folder or Path.cwd()) / REGISTRY
    if not path.exists():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(address) for name, address in found.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            message("{registry} cannot be read.", registry=REGISTRY), message("Delete it, and connect again.")
        ) from error


def register(name: str, address: str, folder: Path | None = None) -> str:
    """Keep a connection's address without its password, which stays in this process.

    Returns:
        The address as it is kept.

    Raises:
        InputError: The name or the address cannot be used, or its driver is not installed.
    """
    if not name.isidentifier():
        raise InputError(
            message("{name} cannot be a connection's name.", name=name), message("Use letters, digits and underscores.")
        )
    bare, password = without_password(address)
    _check(name, bare)
    if password:
        _passwords[name] = password
    _opened.pop((name, bare), None)
    _write({**registered(folder), name: bare}, folder)
    return bare


def unregister(name: str, folder: Path | None = None) -> None:
    """Forget a connection.

    Raises:
        InputError: There is none of that name.
    """
    entries = registered(folder)
    if name not in entries:
        raise InputError(
            message("There is no connection {name}.", name=name),
            message("Connections: {entries}.", entries=", ".join(entries) or message("none")),
        )
    _passwords.pop(name, None)
    _opened.pop((name, entries.pop(name)), None)
    _write(entries, folder)


def without_password(address: str) -> tuple[str, str]:
    """An address without its password, and the password.

    >>> without_password("postgresql://me:s%40cret@db.example.org/shop?sslmode=require&password=x")
    ('postgresql://me@db.example.org/shop?sslmode=require', 's@cret')
    """
    parts = urlsplit(address)
    login, at, place = parts.netloc.rpartition("@")
    user, _, password = login.partition(":")
    options = [(name, value) for name, value in parse_qsl(parts.query) if not _SECRET.search(name)]
    bare = urlunsplit((parts.scheme, f"{user}{at}{place}", parts.path, urlencode(options), ""))
    if parts.scheme in _FILES and not parts.netloc:  # urlunsplit takes one of the three slashes of an empty host away
        bare = address.partition("?")[0]
    return bare, unquote(password)


def opened(name: str, address: str, secret: Secret = lambda name: "") -> object:
    """What a question can be asked of: a path for a file, an engine of SQLAlchemy for a server.

    Raises:
        InputError: The address cannot be used.
        MissingExtra: Its driver is not installed.
    """
    bare, password = without_password(address)
    _check(name, bare)
    scheme = urlsplit(bare).scheme.partition("+")[0]
    if scheme in _FILES:
        return _path(bare)
    if (name, bare) not in _opened:
        password = password or _passwords.get(name) or os.environ.get(variable(name), "") or secret(name)
        _opened[name, bare] = _engine(bare, password)
    return _opened[name, bare]


def variable(name: str) -> str:
    """The environment variable with the password of a connection."""
    return f"ANALYST_{name.upper()}_PASSWORD"


def open_registered_connections(
    taken: Mapping[str, object], secret: Secret = lambda name: ""
) -> tuple[dict[str, object], list[str]]:
    """The registered connections whose names are not taken, and a sentence for each that cannot be used."""
    found: dict[str, object] = {}
    notes: list[str] = []
    try:
        entries = registered()
    except InputError as error:
        return {}, [f"The registered connections are left out: {error}"]
    for name, address in entries.items():
        if name in taken:
            continue
        try:
            found[name] = opened(name, address, secret)
        except InputError as error:
            notes.append(f"The connection {name} is left out: {error}")
    return found, notes


def _check(name: str, bare: str) -> None:
    scheme = urlsplit(bare).scheme.partition("+")[0]
    try:
        _ = urlsplit(bare).port
    except ValueError:
        raise InputError(
            message("The port in the address of {name} is no number.", name=name), message("Write it as HOST:PORT.")
        ) from None
    if scheme in _FILES:
        if not _path(bare).exists():
            raise InputError(
                message("There is no file {name} for the connection {name_2}.", name=_path(bare).name, name_2=name),
                message("Check its path."),
            )
        return
    if scheme in {"spark", "sc"}:
        require("pyspark", "spark", message("The connection {name} needs", name=name))
        raise InputError(
            message("{name}: a session of Spark is made in the notebook, and found there as a frame is.", name=name),
            message("Make one with SparkSession.builder, and ask it without connect."),
        )
    if scheme not in _DRIVERS:
        known = ", ".join([*_FILES, "postgresql", "mysql", "mariadb"])
        raise InputError(
            message(
                "{name}: there is no kind of database {scheme}.", name=name, scheme=scheme or message("without a name")
            ),
            message("Known: {known}.", known=known),
        )
    _, module, extra = _DRIVERS[scheme]
    require("sqlalchemy", extra, message("The connection {name} needs", name=name))
    require(module, extra, message("The connection {name} needs", name=name))


def _path(bare: str) -> Path:
    return Path(unquote(re.sub(r"^\w+:(?://)?/?", "", bare, count=1)))


def _engine(bare: str, password: str) -> Any:
    import sqlalchemy

    parts = urlsplit(bare)
    scheme = _DRIVERS[parts.scheme.partition("+")[0]][0]
    user, at, place = parts.netloc.rpartition("@")
    login = f"{user}:{quote(password, safe='')}{at}" if password and at else f"{user}{at}"
    return sqlalchemy.create_engine(urlunsplit((scheme, f"{login}{place}", parts.path, parts.query, "")))


def _write(entries: Mapping[str, str], folder: Path | None) -> None:
    path = (folder or Path.cwd()) / REGISTRY
    try:
        write_atomic(path, json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(
            message("{registry} cannot be written: {reason}.", registry=REGISTRY, reason=error.strerror),
            message("Check the folder."),
        ) from error
