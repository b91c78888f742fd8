"""A column as code names it, and where the name stands, so that it can be replaced."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

_ESCAPED = frozenset("\\'\"\n{}`")


@dataclass(frozen=True, slots=True)
class Use:
    """A column that code names and that is not there.

    Attributes:
        name: The name.
        line: Its line, counted from 1.
        start, end: Its place in that line, in bytes of UTF-8; both 0 where it cannot be replaced.
        where: The frames in which it was looked for, as a message says it.
        columns: The names that those frames have.
        attribute: Whether it stands as an attribute, ``frame.name``, ``start`` being the place of the dot.
        word: Whether it stands without quotes.
        quote: What another name is put into that is no plain word, where it stands without quotes; empty where that
            cannot be.
        index: Whether it is the index of the frame, and so no column.
    """

    name: str
    line: int
    start: int
    end: int
    where: str
    columns: tuple[str, ...]
    attribute: bool = False
    word: bool = False
    quote: str = ""
    index: bool = False

    def replacement(self, right: str) -> str:
        """What has to stand in its place to name another column; empty where that cannot be written there."""
        if not self.end or _ESCAPED & set(right):
            return ""
        if self.attribute:
            return f".{right}" if right.isidentifier() else f'["{right}"]'
        if not self.word or right.isidentifier():
            return right
        return f"{self.quote}{right}{self.quote}" if self.quote else ""


class Places:
    """Places inside the texts of a piece of Python."""

    def __init__(self, text: str) -> None:
        self._lines = [line.encode() for line in text.split("\n")]

    def inside(self, constant: ast.Constant, start: int, length: int) -> tuple[int, int, int]:
        """Line, start and end in bytes of a part of a text; zeros behind the line where it is not written plainly.

        Args:
            constant: The text.
            start: Where the part begins, in characters.
            length: How many characters it has.
        """
        value = str(constant.value)
        source = self._source(constant)
        at = source.find(value)
        opening = source[:at] if at >= 0 else ""
        if at < 0 or opening.lstrip("rRuU") not in {"'", '"', "'''", '"""'} or "\\" in value:
            return constant.lineno, 0, 0
        before = source[: at + start]
        line = constant.lineno + before.count("\n")
        line_start = before.rfind("\n") + 1
        first = len(before[line_start:].encode()) + (constant.col_offset if line == constant.lineno else 0)
        return line, first, first + len(value[start : start + length].encode())

    def _source(self, node: ast.Constant) -> str:
        end_line, end = node.end_lineno or node.lineno, node.end_col_offset or 0
        lines = self._lines[node.lineno - 1 : end_line]
        lines[-1] = lines[-1][:end]
        lines[0] = lines[0][node.col_offset :]
        return b"\n".join(lines).decode(errors="replace")


def replaced(text: str, changes: Iterable[tuple[Use, str]]) -> str:
    """The text with names replaced, from its end on so that places stay true."""
    lines = text.split("\n")
    for use, right in sorted(changes, key=lambda change: (-change[0].line, -change[0].start)):
        line = lines[use.line - 1].encode()
        lines[use.line - 1] = (line[: use.start] + use.replacement(right).encode() + line[use.end :]).decode()
    return "\n".join(lines)
