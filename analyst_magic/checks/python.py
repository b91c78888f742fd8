"""Rules for Python code.

Whether code is valid is decided by the sandbox: its Python may be newer than this one, and IPython reads lines such as
``%time`` and ``!ls`` there. Here only such lines are refused as cannot work inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..language import message
from ..turn import Code, Finding
from ..turn.syntax import parse_python, words_of

_NO_NETWORK = message("the sandbox has no network, so nothing can be installed or fetched. Take the line out")
_NOBODY = message("nobody can type in the sandbox. Take the line out")
_OUTSIDE = message("it belongs to the notebook, not into the sandbox. Take the line out")
_IMPOSSIBLE = (
    (re.compile(r"[%!]{1,2}\s*(?:(?:sudo\s+)?(?:pip3?|conda|mamba|micromamba|uv|poetry|apt|apt-get|npm|curl|wget|git)|"
                r"python3? -m pip)\b"), _NO_NETWORK),
    (re.compile(r"%{1,2}(?:debug|pdb|edit|load|recall|rerun|notebook|qtconsole|connect_info|gui)\b"), _NOBODY),
    (re.compile(r"%{1,2}analyst\b"), _OUTSIDE),
)  # fmt: skip
_ASSIGNED = re.compile(r"[\w\s,.\[\]]+=\s*(?=[%!])")


def check(code: Code) -> list[Finding]:
    """What is wrong with Python code before it runs."""
    if not code.text.strip():
        return [Finding("empty", message("There is no code."))]
    try:
        parse_python(code.text)
    except SyntaxError:
        refused = list(_impossible(code.text))
        if refused:
            return refused
    except (ValueError, RecursionError, MemoryError):
        return [Finding("syntax", message("The code is not valid Python: it cannot be parsed."))]
    if code.language == "document" and "OUTPUT_PATH" not in code.text:
        return [Finding("document", message("The code does not write to OUTPUT_PATH, so it makes no document."))]
    return []


def _impossible(text: str) -> Iterator[Finding]:
    """Lines of IPython's own syntax that cannot work in the sandbox."""
    for number, line in enumerate(text.splitlines(), 1):
        command = _ASSIGNED.sub("", line.strip(), count=1)
        for pattern, reason in _IMPOSSIBLE:
            if pattern.match(command):
                shown = line.strip()[:80]
                said = message("Line {number}, {line}: {reason}.", number=str(number), line=shown, reason=reason)
                yield Finding("magic", said, number)
                break


def names(text: str, frames: Iterable[str]) -> set[str]:
    """The frames that Python code names, as variables or inside text (as ``duckdb.sql`` does)."""
    return set(frames) & words_of(text)
