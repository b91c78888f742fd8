"""The help of ``analyst`` in the language of its reader: nothing is translated before it is shown."""

from __future__ import annotations

import argparse
from typing import Any

from ..language import localize, message, tr
from ..wording import wrap

_OF_ARGPARSE = (
    message("usage: "),
    message("options"),
    message("positional arguments"),
    message("show this help message and exit"),
    message("show program's version number and exit"),
)
"""What argparse writes itself; named here so that the catalogues have it."""


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Writes help as argparse does, in the language of now."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(localize(heading) if heading else heading)

    def add_text(self, text: str | None) -> None:
        super().add_text(localize(text) if text else text)

    def _get_help_string(self, action: argparse.Action) -> str:
        return localize(action.help or "")

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(text, width)
