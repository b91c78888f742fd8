"""What the user asks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from .formats import Language, Wants

MAIN_THREAD = "main"
"""The thread that a notebook begins with."""


LOOKUPS = frozenset({"describe", "tool"})
"""Formats of code that runs nothing: it asks for the description of a frame, or for a call of a tool of a server."""


@dataclass(frozen=True, slots=True)
class Code:
    """Code to run in the sandbox.

    Attributes:
        text: The source.
        language: What it is written in.
        format: For a document, the file's extension without the dot; ``describe`` or ``tool`` for a step that asks for
            the description of a frame, or for a call of a tool; else empty.
    """

    text: str
    language: Language = "python"
    format: str = ""

    @property
    def is_lookup(self) -> bool:
        """Whether it runs nothing, and only asks for something.

        Example:
            >>> Code("sales", format="describe").is_lookup, Code("1 + 1").is_lookup
            (True, False)
        """
        return self.format in LOOKUPS


@dataclass(frozen=True, slots=True)
class Template:
    """A document that an answer is to look like.

    Attributes:
        name: Its file name.
        path: Where it lies.
        about: What is in it, for whoever fills it: its layouts, sheets and placeholders.
    """

    name: str
    path: Path
    about: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the user asks.

    Attributes:
        text: The question in plain words, as the user wrote it, or the code to run as it stands.
        wants: The form of the answer, where the user fixed one.
        language: The language of the answer's code, where the user fixed one.
        code: The user's own code; then no model is asked.
        template: The document that the answer is to look like.
        files: The data files that the text names: the name of each one's frame, and its path as the text has it.
        frames: Names of the frames that the user chose for it, as ``-f`` does; empty where all in scope may matter.
        request: The id of the request that asked it, to be found in logs and traces; empty where there is none.

    Example:
        >>> question = Question("revenue by region", wants="table", language="sql")
        >>> question.format_key, question.dashboard
        ('table', False)
    """

    text: str
    wants: Wants | None = None
    language: Language | None = None
    code: Code | None = None
    template: Template | None = None
    files: tuple[tuple[str, str], ...] = ()
    frames: tuple[str, ...] = ()
    request: str = ""

    @property
    def format_key(self) -> str:
        """The form that was asked for, with the name of its template; empty where none was."""
        like = f" like {self.template.name}" if self.template is not None else ""
        return f"{self.wants or ''}{like}"

    @property
    def dashboard(self) -> bool:
        """Whether several figures are to be shown as one grid."""
        return self.wants == "dashboard" or (self.wants is None and bool(re.search(r"\bdashboard\b", self.text, re.I)))
