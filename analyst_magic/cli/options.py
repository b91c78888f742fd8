"""Settings that are named on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import UnknownOption


def read_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The settings of ``--set``, ``--model`` and ``--privacy``.

    Raises:
        UnknownOption: A ``--set`` has no value.
    """
    found: dict[str, Any] = {}
    for text in options.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise UnknownOption(f"--set {text} has no value.", "Write --set SETTING=VALUE.")
        found[name.strip()] = value.strip()
    return found | {name: value for name in ("model", "privacy") if (value := getattr(options, name))}
