"""Code that arrives as a tool call instead of a fenced block.

Each call is turned into the fenced block that it stands for, so that parsing, repair and display treat both alike.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from ..turn import Context

NAME, STEP, DESCRIBE = "run_code", "run_step", "describe_frame"


def _tool(name: str, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def _one_of(*names: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(names)}


TAGS = ("python", "sql", "python-doc", "python-step", "sql-step", "describe-step")
TOOL = _tool(NAME, language=_one_of(*TAGS), code={"type": "string"})
"""The one tool, in place of blocks: what each is for, the rules say. It is short, as each request carries it. A call of
a tool of its own for steps, or for the description of a frame, is understood as well."""
TOOL_STEP = "tool-step"
"""The tag of a call of a tool of another program, where there are such tools."""
MAX_CALLS = 16
_APART = 1_000_000
"""Added to the index of a call whose index another call has."""
_WRITTEN = re.compile(r'"code"\s*:\s*"((?:[^"\\]|\\.)*)("?)', re.S)


def offered(context: Context) -> list[dict[str, Any]]:
    """The tools that a request offers: the one that runs code, for an answer; none else."""
    if context.task != "answer":
        return []
    return [_tool(NAME, language=_one_of(*TAGS, TOOL_STEP), code={"type": "string"})] if context.tools else [TOOL]


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the fenced block that it stands for.

    Attributes:
        tag: The block's tag, as ``python`` or ``sql-step``.
        text: What is in it.
        identity: The call's id, by which its result is told.
    """

    tag: str
    text: str
    identity: str = ""

    @property
    def fence(self) -> str:
        """The block."""
        ticks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", self.text)), default=0))
        return f"{ticks}{self.tag}\n{self.text}\n{ticks}"


class Calls:
    """Collects the tool calls of one answer as their pieces arrive, in any order.

    Attributes:
        dropped: Number of calls that were too many to be taken.
    """

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._arguments: dict[int, str] = {}
        self._too_many: set[int] = set()
        self._ids: dict[int, str] = {}
        self._shown = 0

    def __bool__(self) -> bool:
        return bool(self._arguments)

    @property
    def dropped(self) -> int:
        """Number of calls that were too many to be taken."""
        return len(self._too_many)

    def add(self, pieces: Any) -> str:
        """Add the pieces of a chunk; returns the new part of the calls' code, to be shown as it arrives."""
        for piece in pieces or ():
            function = getattr(piece, "function", None)
            if function is None:
                continue
            index = self._index(piece)
            if index not in self._arguments and len(self._arguments) >= MAX_CALLS:
                self._too_many.add(index)
                continue
            self._names[index] = self._names.get(index, "") + (function.name or "")
            self._arguments[index] = self._arguments.get(index, "") + (function.arguments or "")
        return self._new_code()

    def _index(self, piece: Any) -> int:
        """Which call a piece belongs to. Some servers give all calls the same index, and each an id of its own."""
        index, identity = int(getattr(piece, "index", 0) or 0), str(getattr(piece, "id", None) or "")
        if not identity:
            return next((key for key in reversed(self._ids) if key % _APART == index), index)
        while self._ids.setdefault(index, identity) != identity:
            index += _APART
        return index

    def _new_code(self) -> str:
        code = ""
        for text in self._arguments.values():
            written, complete = _partial_code(text)
            code += f"\n\n{written}" if code and written else written
            if not complete:
                break
        piece, self._shown = code[self._shown :], max(self._shown, len(code))
        return piece

    def read(self) -> tuple[list[Call], int]:
        """The calls in order, and how many cannot be read or call what was not offered."""
        order = sorted(self._arguments, key=lambda i: i % _APART)
        calls = [_read(self._names[i], self._arguments[i]) for i in order]
        known = [(call, self._ids.get(i) or f"call{i:05d}") for call, i in zip(calls, order, strict=True) if call]
        return [replace(call, identity=identity) for call, identity in known], calls.count(None)


def _read(name: str, arguments: str) -> Call | None:
    try:
        return call_of(name, json.loads(arguments))
    except (ValueError, RecursionError):
        return None


def call_of(name: str, given: Any) -> Call | None:
    """The call of a tool; none where the tool was not offered, or no code was given.

    Args:
        name: The tool; empty for the one that answers.
        given: Its arguments.
    """
    if name not in {NAME, STEP, DESCRIBE, ""}:
        return None
    code = given.get("code") if isinstance(given, dict) else None
    code = json.dumps(code) if isinstance(code, dict) and given.get("language") == TOOL_STEP else code
    if not isinstance(code, str) or not code.strip():
        return None
    language = "describe" if name == DESCRIBE else str(given.get("language") or "python").removesuffix("-step")
    step = name in {STEP, DESCRIBE} or str(given.get("language")).endswith("-step")
    return Call(language + ("-step" if step else ""), code)


def as_call(identity: str, tag: str, text: str) -> dict[str, Any]:
    """A call as it stands in a message of the model.

    >>> as_call("a1", "sql-step", "SELECT 1")["function"]["arguments"]
    '{"language": "sql-step", "code": "SELECT 1"}'

    Args:
        identity: Its id.
        tag, text: As in ``Call``.
    """
    arguments = json.dumps({"language": tag, "code": text}, ensure_ascii=False)
    return {"id": identity, "type": "function", "function": {"name": NAME, "arguments": arguments}}


def _partial_code(arguments: str) -> tuple[str, bool]:
    """The code in arguments that need not be complete yet, and whether it is."""
    match = _WRITTEN.search(arguments)
    if match is None:
        return "", False
    text = re.sub(r"\\(?:u[0-9a-fA-F]{0,3})?$", "", match[1])
    try:
        return str(json.loads(f'"{text}"', strict=False)), bool(match[2])
    except ValueError:
        return "", False
