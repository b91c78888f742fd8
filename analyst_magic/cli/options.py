"""Settings and data that are named on the command line."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ..errors import UnknownOption
from ..language import message

if TYPE_CHECKING:
    from ..settings import AnalystSettings


def load_options(options: argparse.Namespace, **defaults: Any) -> AnalystSettings:
    """The settings of a command: its own options, the environment, and the configuration files of its profile.

    Args:
        options: The command's options.
        defaults: Settings that the command has in place of the files', unless its options name them.

    Raises:
        UnknownOption: An option or a file cannot be used.
    """
    from ..settings import load_settings, take_look

    settings = load_settings(profile=options.profile).with_options({**defaults, **read_settings(options)})
    take_look(settings)
    return settings


def read_settings(options: argparse.Namespace) -> dict[str, Any]:
    """The settings of ``--set``, ``--model`` and ``--privacy``.

    Raises:
        UnknownOption: A ``--set`` has no value.
    """
    settings: dict[str, Any] = {}
    for text in options.set:
        name, equals, value = text.partition("=")
        if not equals:
            raise UnknownOption(message("--set {text} has no value.", text=text), message("Write --set SETTING=VALUE."))
        settings[name.strip()] = value.strip()
    return settings | {name: value for name in ("model", "privacy") if (value := getattr(options, name))}


def sources_of(options: argparse.Namespace, loaded: bool = False) -> dict[str, object]:
    """The files of ``--data`` and the connections of ``--connect``, by their names.

    Args:
        options: The command's options.
        loaded: Whether files are read as frames at once.

    Raises:
        AnalystError: One cannot be used.
    """
    from ..commands.connections import read_connections
    from ..commands.data import read_data

    return {**read_data(options.data, loaded=loaded), **read_connections(options.connect)}
