"""One entry of the setting ``mcp_servers``: which server, and which of its tools."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..errors import UnknownOption

DEFAULT_SECONDS = 60.0
MAX_SECONDS = 3600.0
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_KEYS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("command", "cwd", "url", "type"), str),
    **dict.fromkeys(("args", "tools"), list),
    **dict.fromkeys(("env", "headers"), dict),
    "timeout": (int, float),
}
EXAMPLE = '{"weather": {"url": "https://example.org/mcp", "tools": ["forecast"]}}'


@dataclass(frozen=True, slots=True)
class ToolServerEntry:
    """A server as the user names it.

    Attributes:
        name: The user's name for it.
        command, args, env, cwd: For a server over standard input and output: the program, its arguments, what is added
            to the few variables of the environment that it gets, and its folder.
        url, headers: For a server over HTTP: its address, and headers such as one with a token.
        tools: Names of the tools that are offered; empty for those that say that they only read.
        seconds: Time for one call.
    """

    name: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    tools: tuple[str, ...] = ()
    seconds: float = DEFAULT_SECONDS


def read_entry(name: str, given: object, environ: Mapping[str, str] = os.environ) -> ToolServerEntry:
    """An entry as the configurations of other programs have it, with ``tools`` and ``timeout`` besides.

    >>> read_entry("weather", {"url": "http://127.0.0.1:9/mcp", "headers": {"X-Key": "${KEY}"}}, {"KEY": "k"}).headers
    {'X-Key': 'k'}

    Args:
        name: The user's name for the server.
        given: The entry; ``${NAME}`` in it stands for a variable of the environment.
        environ: The environment.

    Raises:
        UnknownOption: It is no such entry, or a variable is not set.
    """
    if not _NAME.fullmatch(name):
        raise _wrong(f"{name[:40]!r} cannot be the name of a server: use letters, digits, _ and -")
    if not isinstance(given, Mapping):
        raise _wrong(f"{name} is not a table")
    for key, value in given.items():
        if key not in _KEYS:
            raise _wrong(f"{name} has {str(key)[:40]!r}, which is none of {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]) or isinstance(value, bool):
            raise _wrong(f"{key} of {name} is of another type")
    if bool(given.get("command")) == bool(given.get("url")):
        raise _wrong(f"{name} needs either a command or a url")
    url = _filled(name, given.get("url", ""), environ)
    if url and not url.startswith(("http://", "https://")):
        raise _wrong(f"the url of {name} does not begin with http:// or https://")
    seconds = float(given.get("timeout", DEFAULT_SECONDS))
    if not 0 < seconds <= MAX_SECONDS:
        raise _wrong(f"the timeout of {name} is not between 0 and {MAX_SECONDS:g} seconds")
    return ToolServerEntry(
        name,
        given.get("command", ""),
        tuple(_filled(name, arg, environ) for arg in given.get("args", ())),
        {key: _filled(name, value, environ) for key, value in given.get("env", {}).items()},
        given.get("cwd", ""),
        url,
        {key: _filled(name, value, environ) for key, value in given.get("headers", {}).items()},
        tuple(map(str, given.get("tools", ()))),
        seconds,
    )


def _filled(name: str, text: object, environ: Mapping[str, str]) -> str:
    """A text with the values of the variables that it names."""
    if not isinstance(text, str):
        raise _wrong(f"{name} has {type(text).__name__} where a text belongs")
    for variable in _VARIABLE.findall(text):
        if variable not in environ:
            raise _wrong(f"the variable {variable}, which {name} names, is not set")
    return _VARIABLE.sub(lambda found: environ[found[1]], text)


def _wrong(why: str) -> UnknownOption:
    return UnknownOption(f"The setting mcp_servers cannot be used: {why}.", f"For example {EXAMPLE}.")
