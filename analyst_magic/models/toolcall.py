"""Code that arrives as a tool call instead of a fenced block.

Each call is turned into the fenced block that it stands for, so that parsing, repair and display treat both alike.
"""

from __future__ import annotations

import json
import re
from typing import Any

NAME, STEP, DESCRIBE = "run_code", "run_step", "describe_frame"


def _tool(name: str, about: str, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": about, "parameters": parameters}}


def _one_of(*names: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


_CODE = {"type": "string"}
TOOL = _tool(NAME, "The block with the answer", language=_one_of("python", "sql", "python-doc"), code=_CODE)
STEPS = [
    _tool(STEP, "A step", language=_one_of("python", "sql"), code=_CODE),
    _tool(DESCRIBE, "All columns of a frame; code: its name", code=_CODE),
]
"""Tools in place of blocks: what each is for, the rules say. Descriptions are short, as each request carries them."""
MAX_CALLS = 8
_WRITTEN = re.compile(r'"code"\s*:\s*"((?:[^"\\]|\\.)*)', re.S)


class Calls:
    """Collects the tool calls of one answer as their pieces arrive."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._arguments: dict[int, str] = {}
        self._shown = 0

    def __bool__(self) -> bool:
        return bool(self._arguments)

    def add(self, pieces: Any) -> str:
        """Add the pieces of a chunk; returns the new part of the first call's code, to be shown as it arrives."""
        for piece in pieces or ():
            index, function = int(getattr(piece, "index", 0) or 0), getattr(piece, "function", None)
            if function is None or (index not in self._arguments and len(self._arguments) >= MAX_CALLS):
                continue
            self._names[index] = self._names.get(index, "") + (function.name or "")
            self._arguments[index] = self._arguments.get(index, "") + (function.arguments or "")
        return self._new_code()

    def _new_code(self) -> str:
        code = _partial_code(next(iter(self._arguments.values()), ""))
        piece, self._shown = code[self._shown :], max(self._shown, len(code))
        return piece

    def as_fences(self) -> str:
        """The calls as fenced blocks; calls that cannot be read are left out."""
        fences = []
        for index, text in self._arguments.items():
            name = self._names.get(index)
            if name not in {NAME, STEP, DESCRIBE, ""}:
                continue  # a tool that was not offered
            try:
                given = json.loads(text)
            except (ValueError, RecursionError):
                continue
            fence = as_fence(name or "", given)
            fences += [fence] if fence else []
        return "\n\n".join(fences)


def as_fence(name: str, given: Any) -> str:
    """The fenced block that a call stands for; empty where it gives no code.

    Args:
        name: The tool.
        given: Its arguments.
    """
    code = given.get("code") if isinstance(given, dict) else None
    if not isinstance(code, str) or not code.strip():
        return ""
    language = "describe" if name == DESCRIBE else str(given.get("language") or "python")
    language += "-step" if name in {STEP, DESCRIBE} else ""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
    return f"{ticks}{language}\n{code}\n{ticks}"


def _partial_code(arguments: str) -> str:
    """The code in arguments that are not complete yet."""
    match = _WRITTEN.search(arguments)
    if match is None:
        return ""
    text = re.sub(r"\\(?:u[0-9a-fA-F]{0,3})?$", "", match[1])
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return ""
