"""The commands ``explain``, ``fix`` and ``document``; each returns the exit status."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ..errors import InputError, UnknownOption
from ..language import message
from .options import load_options, sources_of
from .output import print_json

if TYPE_CHECKING:
    from ..display.own_cells import Accept, OwnCell


def explain(options: argparse.Namespace) -> int:
    """Explain a cell of a notebook file."""
    from ..analyst import Analyst
    from ..display.own_cells import dry_run, find_cell

    words = [options.notebook, options.number]
    with Analyst(settings=load_options(options)) as analyst:
        if options.dry_run:
            print(dry_run(analyst, "explain", words, sources_of(options), _none_ran))
            return 0
        cell = find_cell(words, _none_ran)
        text = analyst.explain(cell.code, sources_of(options))
    print_json({"ok": True, "text": text}) if options.json else print(text)
    return 0


def fix(options: argparse.Namespace) -> int:
    """Propose a corrected cell of a notebook file, and write it where it is accepted."""
    from ..analyst import Analyst
    from ..display.own_cells import dry_run, find_cell
    from ..display.own_cells import fix as fix_cell

    words = [options.notebook, options.number]
    with Analyst(settings=load_options(options)) as analyst:
        if options.dry_run:
            print(dry_run(analyst, "fix", words, sources_of(options), _none_ran))
            return 0
        cell = find_cell(words, _none_ran)
        print(fix_cell(analyst, cell, sources_of(options), _accept(options), print))
    return 0


def document(options: argparse.Namespace) -> int:
    """Propose notes above the cells of a notebook file, and write those that are accepted."""
    from ..analyst import Analyst
    from ..display.own_cells import document as note
    from ..display.own_cells import dry_run

    with Analyst(settings=load_options(options)) as analyst:
        if options.dry_run:
            print(dry_run(analyst, "document", [options.notebook], sources_of(options), _none_ran))
            return 0
        print(note(analyst, [options.notebook], sources_of(options), _accept(options)))
    return 0


def _none_ran(number: int | None) -> OwnCell:
    from ..display.own_cells import NAME_A_CELL

    raise UnknownOption(message("That names no cell."), NAME_A_CELL)


def _accept(options: argparse.Namespace) -> Accept:
    """Asks in a terminal; ``--yes`` takes all."""
    from ..display.own_cells import prompted

    if options.yes:
        return lambda edit: True
    if not sys.stdin.isatty():
        raise InputError(message("Nobody can be asked here."), message("Add --yes to accept what is proposed."))
    return prompted
