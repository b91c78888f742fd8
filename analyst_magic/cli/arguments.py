"""Options that several commands of ``analyst`` share."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..language import message


def add_words(parser: argparse.ArgumentParser) -> None:
    """What a command takes that is the same in a notebook: its action, and what follows."""
    parser.add_argument("words", nargs="*", metavar="ACTION", help=message("what to do, and what it needs; see below"))
    add_set(parser)


def add_data(command: argparse.ArgumentParser) -> None:
    """The data, the settings, and in which form the outcome is printed."""
    add_files(command)
    add_set(command)
    command.add_argument("--json", action="store_true", help=message("print one JSON object"))
    command.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))


def add_files(command: argparse.ArgumentParser) -> None:
    """Data files and databases."""
    text = message(
        "csv, tsv, parquet, json, jsonl, ndjson or xlsx, text also as .gz; may be repeated; how it is read stands "
        "behind it in the same quotes: 'sales.csv dates=mdy decimal=,'"
    )
    command.add_argument("--data", action="append", default=[], metavar="[NAME=]FILE", help=text)
    about = message(
        "a database: postgresql://, mysql://, sqlite:/// or duckdb:///; its password comes from ANALYST_NAME_PASSWORD"
    )
    command.add_argument("--connect", action="append", default=[], metavar="NAME[=ADDRESS]", help=about)


def add_output(command: argparse.ArgumentParser) -> None:
    """The file that the outcome goes to."""
    text = message("where to write the last table (.csv .parquet .xlsx) or figure (.html)")
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)


def add_set(command: argparse.ArgumentParser) -> None:
    """Any setting."""
    text = message("any setting, as timeout=30; may be repeated")
    command.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help=text)
    add_profile(command)


def add_profile(command: argparse.ArgumentParser) -> None:
    """The profile of IPython."""
    text = message("the profile of IPython whose configuration is read (default: default)")
    command.add_argument("--profile", default="", metavar="NAME", help=text)


def add_model(command: argparse.ArgumentParser) -> None:
    """The model."""
    command.add_argument("-m", "--model", help=message("offline, or PROVIDER:MODEL"))


def positive(text: str) -> int:
    """A whole number from 1 up."""
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 up")
    return int(text)
