"""The options of the commands ``eval``, ``export`` and ``batch``."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..language import message
from ..report_formats import REPORT_FORMATS
from .arguments import add_model, add_set, positive


def add_eval(evaluation: argparse.ArgumentParser) -> None:
    """The options of ``eval``."""
    evaluation.description = message(
        "Asks a model questions with known answers. They are a file of JSON lines (question, data, expect), a folder "
        "of InfiAgent-DABench, or a folder of text-to-SQL questions (dev.json beside the SQLite files)."
    )
    evaluation.add_argument("questions", type=Path, help=message("the file or folder"))
    add_model(evaluation)
    add_set(evaluation)
    evaluation.add_argument("--limit", type=int, help=message("ask only the first so many"))
    evaluation.add_argument("--every", type=int, default=1, help=message("ask only every so many"))
    evaluation.add_argument(
        "--at-least", type=float, default=0.0, help=message("fail if fewer per cent than this are correct")
    )
    evaluation.add_argument("--json", action="store_true", help=message("print a line of JSON for each question"))


def add_export(export: argparse.ArgumentParser) -> None:
    """The options of ``export``."""
    export.add_argument(
        "notebook", type=Path, nargs="+", help=message("notebooks; with --to site also folders of them")
    )
    _add_report(export)
    export.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help=message("a file or folder (default: beside it)")
    )
    export.add_argument("--execute", action="store_true", help=message("run it first; the file itself stays as it is"))
    given = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    export.add_argument("-p", "--parameter", **given, help=message("run it with this value"))  # type: ignore[arg-type]
    export.add_argument("-r", "--text", **given, help=message("the same, always as text"))  # type: ignore[arg-type]


def add_batch(batch: argparse.ArgumentParser) -> None:
    """The options of ``batch``."""
    batch.add_argument("notebook", type=Path)
    _add_report(batch)
    table = message("a CSV file; its columns are parameters")
    batch.add_argument("--over", type=Path, required=True, metavar="TABLE", help=table)
    batch.add_argument(
        "--out", type=Path, metavar="FOLDER", help=message("where the reports go (default: reports, beside it)")
    )
    jobs = message("how many at a time (default: 2, on a cluster as many as it takes)")
    batch.add_argument("--jobs", type=positive, metavar="N", help=jobs)
    cluster = message("make them on the workers of this Dask scheduler, as tcp://scheduler:8786")
    batch.add_argument("--cluster", metavar="ADDRESS", help=cluster)
    batch.add_argument("--again", action="store_true", help=message("write the reports again that are there already"))


def _add_report(command: argparse.ArgumentParser) -> None:
    forms = ", ".join(REPORT_FORMATS)
    command.add_argument(
        "--to", default="html", metavar="FORM", help=message("{forms}, or site (export alone)", forms=forms)
    )
    command.add_argument(
        "--json", action="store_true", help=message("print one line of JSON that says what became of it")
    )
    strict = message(
        "end with status 3 where a report was written and a cell failed, an answer changed or something was left out"
    )
    command.add_argument("--strict", action="store_true", help=strict)
    slides = message("how many slides a presentation may have before its appendix (default: 80)")
    command.add_argument("--max-slides", type=positive, metavar="N", help=slides)
    command.add_argument(
        "--no-code", dest="code", action="store_const", const="none", help=message("leave all code out")
    )
    command.add_argument(
        "--show-code", dest="code", action="store_const", const="shown", help=message("do not fold code away")
    )
    frozen = message(
        "when it runs: answer from analyst.lock alone, without a model (default); or let questions be asked"
    )
    command.add_argument("--frozen", action=argparse.BooleanOptionalAction, default=True, help=frozen)
    command.add_argument("--timeout", type=int, metavar="SECONDS", help=message("how long a cell may take"))
    command.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))
