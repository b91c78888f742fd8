"""Code saved under a name, in ``analyst_snippets.toml`` beside the notebook, with the results that it should give."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..credentials import has_credentials
from ..errors import InputError
from ..language import message
from ..storage.files import write_atomic
from .pin import Pin, read_pin, written

NAME = "analyst_snippets.toml"
_HEAD = "# Code kept by `%analyst snippets save`; `analyst snippets test` runs each and compares its result.\n"


class Snippets:
    """The snippets of one folder.

    Args:
        folder: Where the file lies, or will.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def all(self) -> dict[str, Pin]:
        """Every snippet by its name.

        Raises:
            InputError: The file is not one of snippets.
        """
        try:
            content = tomllib.loads(self.path.read_text(encoding="utf-8"))
            return {str(name): read_pin(entry) for name, entry in content.get("snippet", {}).items()}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            reason = str(error).splitlines()[0][:150] if str(error) else type(error).__name__
            raise InputError(
                message("{name} is not a file of snippets: {reason}.", name=NAME, reason=reason),
                message("Fix or remove the file."),
            ) from error

    def get(self, name: str) -> Pin:
        """One snippet.

        Raises:
            InputError: There is none of that name.
        """
        snippets = self.all()
        if name not in snippets:
            raise InputError(
                message("There is no snippet {name}.", name=name),
                message("There are: {snippets}.", snippets=", ".join(snippets) or message("none")),
            )
        return snippets[name]

    def save(self, name: str, snippet: Pin) -> None:
        """Save a snippet, in place of one of the same name.

        Raises:
            InputError: The name cannot be one, or the file cannot be written.
        """
        if not name.isidentifier() or not name.isascii():
            raise InputError(
                message("{name} cannot be a snippet's name.", name=name or "Nothing"),
                message("Use letters, digits and underscores."),
            )
        if has_credentials(snippet.code.text):
            raise InputError(
                message(
                    "The snippet {name} is not saved: its code holds what looks like a key or a password.", name=name
                ),
                message("Take it out of the code, and ask again."),
            )
        self._write({**self.all(), name: snippet.redacted().sealed()})

    def delete(self, name: str) -> None:
        """Remove a snippet.

        Raises:
            InputError: There is none of that name.
        """
        self.get(name)
        self._write({other: snippet for other, snippet in self.all().items() if other != name})

    def expect(self, name: str, results: tuple[str, ...]) -> None:
        """Take the digests of a run as what the snippet should give."""
        self.save(name, replace(self.get(name), results=results))

    def _write(self, snippets: Mapping[str, Pin]) -> None:
        text = "\n".join([_HEAD, *(written(name, snippets[name], "snippet") for name in sorted(snippets))])
        try:
            write_atomic(self.path, text)
        except OSError as error:
            raise InputError(
                message("{name} cannot be written: {reason}.", name=NAME, reason=error.strerror),
                message("Check the folder."),
            ) from error
