"""Calls of our tools that a model writes into its text, as JSON: some servers do not take them out of it.

``<tool_call>{"name": "run_code", "arguments": {...}}</tool_call>`` is how Qwen and Hermes write them, ``[TOOL_CALLS]``
begins Mistral's, ``<|python_tag|>`` and ``<function=run_code>{...}</function>`` Llama's.
"""

from __future__ import annotations

import json
import re
from typing import Any

from .toolcall import DESCRIBE, NAME, STEP, call_of

MAX_OBJECTS = 200
"""JSON objects of a text that are looked at."""
_TOOLS = (NAME, STEP, DESCRIBE)
_MARKS = r"</?tool_calls?>|\[/?TOOL_CALLS\]|<\|[\w▁ ]{1,40}\|>|</function>|<function=[\w.]{1,40}>"
_BEFORE = re.compile(rf"(?:(?:{_MARKS}|^[ \t]*```\w*[ \t]*$|[\[,])\s*)+\Z", re.M)
_AFTER = re.compile(rf"\s*(?:(?:{_MARKS}|^[ \t]*```[ \t]*$|[\],](?=\s*(?:$|[{{<\[`])))\s*)*", re.M)
_FUNCTION = re.compile(r"<function=([\w.]{1,40})>\s*\Z")


def with_written_calls(text: str) -> str:
    """A text with each call of a tool that is written in it as the fenced block that it stands for.

    >>> print(with_written_calls('<tool_call>{"name": "run_code", "arguments": {"code": "1 + 1"}}</tool_call>'))
    ```python
    1 + 1
    ```
    """
    if not any(tool in text for tool in _TOOLS):
        return text
    parts, done, decoder = list[str](), 0, json.JSONDecoder()
    start = text.find("{")
    for _ in range(MAX_OBJECTS):
        if start < 0:
            break
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
            continue
        before = text[done:start]
        fence = _fence(value, before)
        if fence:
            parts += [_BEFORE.sub("", before).rstrip(), fence]
            after = _AFTER.match(text, end)
            done = end = after.end() if after is not None else end
        start = text.find("{", end)
    return "\n\n".join(part for part in (*parts, text[done:].strip()) if part) if done else text


def _fence(value: Any, before: str) -> str:
    """The block that an object stands for, where it is a call of a tool; else empty."""
    if not isinstance(value, dict):
        return ""
    if tagged := _FUNCTION.search(before):
        return _as_block(tagged[1], value)
    call = value["function"] if isinstance(value.get("function"), dict) else value
    name = next((call[key] for key in ("name", "tool", "function") if isinstance(call.get(key), str)), "")
    given = next((call[key] for key in ("arguments", "parameters", "args", "input") if key in call), None)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return ""
    return _as_block(name, given)


def _as_block(name: str, given: Any) -> str:
    call = call_of(name, given) if name in _TOOLS else None
    return call.fence if call is not None else ""
