"""The options of the commands ``eval``, ``export`` and ``batch``."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from ..report_formats import REPORT_FORMATS
from .arguments import add_model, add_set, positive


def add_eval(evaluation: argparse.ArgumentParser) -> None:
    """The options of ``eval``."""
    evaluation.description = textwrap.fill(
        "Asks a model questions with known answers. They are a file of JSON lines (question, data, expect), a folder "
        "of InfiAgent-DABench, or a folder of text-to-SQL questions (dev.json beside the SQLite files)."
    )
    evaluation.add_argument("questions", type=Path, help="the file or folder")
    add_model(evaluation)
    add_set(evaluation)
    evaluation.add_argument("--limit", type=int, help="ask only the first so many")
    evaluation.add_argument("--every", type=int, default=1, help="ask only every so many")
    evaluation.add_argument("--at-least", type=float, default=0.0, help="fail if fewer per cent than this are correct")
    evaluation.add_argument("--json", action="store_true", help="print a line of JSON for each question")


def add_export(export: argparse.ArgumentParser) -> None:
    """The options of ``export``."""
    export.add_argument("notebook", type=Path, nargs="+", help="notebooks; with --to site also folders of them")
    _add_report(export)
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="a file or folder (default: beside it)")
    export.add_argument("--execute", action="store_true", help="run it first; the file itself stays as it is")
    given = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    export.add_argument("-p", "--parameter", **given, help="run it with this value")  # type: ignore[arg-type]
    export.add_argument("-r", "--text", **given, help="the same, always as text")  # type: ignore[arg-type]


def add_batch(batch: argparse.ArgumentParser) -> None:
    """The options of ``batch``."""
    batch.add_argument("notebook", type=Path)
    _add_report(batch)
    table = "a CSV file; its columns are parameters"
    batch.add_argument("--over", type=Path, required=True, metavar="TABLE", help=table)
    batch.add_argument("--out", type=Path, metavar="FOLDER", help="where the reports go (default: reports, beside it)")
    jobs = "how many at a time (default: 2, on a cluster as many as it takes)"
    batch.add_argument("--jobs", type=positive, metavar="N", help=jobs)
    cluster = "make them on the workers of this Dask scheduler, as tcp://scheduler:8786"
    batch.add_argument("--cluster", metavar="ADDRESS", help=cluster)
    batch.add_argument("--again", action="store_true", help="write the reports again that are there already")


def _add_report(command: argparse.ArgumentParser) -> None:
    forms = ", ".join(REPORT_FORMATS)
    command.add_argument("--to", default="html", metavar="FORM", help=f"{forms}, or site (export alone)")
    command.add_argument("--json", action="store_true", help="print one line of JSON that says what became of it")
    strict = (
        "end with status 3 where a report was written and a cell failed, an answer changed or something was left out"
    )
    command.add_argument("--strict", action="store_true", help=strict)
    slides = "how many slides a presentation may have before its appendix (default: 80)"
    command.add_argument("--max-slides", type=positive, metavar="N", help=slides)
    command.add_argument("--no-code", dest="code", action="store_const", const="none", help="leave all code out")
    command.add_argument("--show-code", dest="code", action="store_const", const="shown", help="do not fold code away")
    frozen = "when it runs: answer from analyst.lock alone, without a model (default); or let questions be asked"
    command.add_argument("--frozen", action=argparse.BooleanOptionalAction, default=True, help=frozen)
    command.add_argument("--timeout", type=int, metavar="SECONDS", help="how long a cell may take")
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")
