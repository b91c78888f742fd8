"""Code that arrives as a tool call instead of a fenced block.

Each call is turned into the fenced block that it stands for, so that parsing, repair and display treat both alike.
"""

from __future__ import annotations

import json
import re
from typing import Any

NAME = "run_code"
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": NAME,
        "description": "Runs code on the data frames, in place of a fenced block. Call it once, with the whole code.",
        "parameters": {
            "type": "object",
            "properties": {
                "language": {"type": "string", "enum": ["python", "sql", "python-doc"]},
                "code": {"type": "string"},
            },
            "required": ["language", "code"],
            "additionalProperties": False,
        },
    },
}
STEP, DESCRIBE = "run_step", "describe_frame"
STEPS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": STEP,
            "description": "Runs a step whose result you must see before you can answer, in place of a -step block.",
            "parameters": {
                "type": "object",
                "properties": {
                    "language": {"type": "string", "enum": ["python", "sql"]},
                    "code": {"type": "string"},
                },
                "required": ["language", "code"],
                "additionalProperties": False,
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": DESCRIBE,
            "description": "Tells all columns of a frame, where the list above was cut.",
            "parameters": {
                "type": "object",
                "properties": {"code": {"type": "string", "description": "The frame's name."}},
                "required": ["code"],
                "additionalProperties": False,
            },
        },
    },
]
MAX_CALLS = 8
_CODE = re.compile(r'"code"\s*:\s*"((?:[^"\\]|\\.)*)', re.S)


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
            code = given.get("code") if isinstance(given, dict) else None
            if isinstance(code, str) and code.strip():
                language = "describe" if name == DESCRIBE else str(given.get("language") or "python")
                language += "-step" if name in {STEP, DESCRIBE} else ""
                ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
                fences.append(f"{ticks}{language}\n{code}\n{ticks}")
        return "\n\n".join(fences)


def _partial_code(arguments: str) -> str:
    """The code in arguments that are not complete yet."""
    match = _CODE.search(arguments)
    if match is None:
        return ""
    text = re.sub(r"\\(?:u[0-9a-fA-F]{0,3})?$", "", match[1])
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return ""
