"""Text that code printed or returned."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar

from ..turn import Output
from .digest import comparable_text
from .document import Save
from .html import MUTED, escape, one_line, select, visible


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text from the sandbox; it is never read as markup.

    Attributes:
        text: The text.
        stream: ``stdout``, ``stderr``, ``warnings`` or ``result``.
        note: What was cut or changed on the way, in one sentence; empty where nothing was.

    Example:
        >>> text = Text("42 rows")
        >>> text.to_text(), text.stream
        ('42 rows', 'result')
        >>> text.to_json()
        '42 rows'
    """

    kind: ClassVar[str] = "text"
    output: ClassVar[str] = "text"

    text: str
    stream: str = "result"
    note: str = ""

    @classmethod
    def from_output(cls, output: Output, save: Save) -> Text:
        """The text of an output."""
        return cls(output.data, output.stream or "result", output.note)

    def to_text(self) -> str:
        """The text."""
        return self.text

    def to_json(self) -> str:
        """The text."""
        return self.text

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """Nothing: the MIME bundle says all."""
        return {}, []

    def comparable(self) -> str:
        """The text without the addresses of objects."""
        return comparable_text(self.text)

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        text = visible(self.text)
        muted = f";{MUTED}" if self.stream in {"stderr", "warnings"} else ""
        # A newline after <pre> is not part of the text, so that a first empty line survives.
        page = f'<pre style="white-space:pre-wrap;overflow-wrap:break-word{muted}">\n{escape(text)}</pre>'
        if self.stream == "warnings":
            page = f'<details><summary style="font-size:90%;{MUTED}">Warnings</summary>{page}</details>'
        if self.note:
            note = one_line(self.note, 300)
            text, page = f"{text}\n{note}", f'{page}\n<div style="{MUTED}">{escape(note)}</div>'
        return select({"text/html": page, "text/plain": text}, include, exclude)


def is_warning(result: Any) -> bool:
    """Whether a result is what the code's libraries warned of."""
    return isinstance(result, Text) and result.stream == "warnings"
