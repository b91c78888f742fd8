"""The options of the command ``analyst``. Commands, their help and their errors are those of ``commands.table``."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from .. import __version__
from ..commands.table import commands_of, describe_actions, find_command
from ..errors import UnknownOption
from ..report_formats import REPORT_FORMATS

EXAMPLES = """\
examples:
  analyst ask "Total revenue by region, highest first" --data sales.csv
  analyst ask --investigate "Why did revenue fall in March?" --data orders.csv -o march.html
  analyst ask "Average delay by carrier as a bar chart" --data flights=flights.parquet -o delays.html
  analyst run query.sql --data sales.csv --json
  analyst profile sales.csv -o sales.html
  analyst check sales.csv --draft
  analyst history search revenue
  analyst doctor
  analyst image build
  analyst export notebook.ipynb --to pdf
  analyst batch notebook.ipynb --over regions.csv --to docx
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are errors of this package."""

    def error(self, message: str) -> NoReturn:
        raise UnknownOption(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` lists the options.")


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command and options of a command line; ``command`` is the command's name.

    Raises:
        UnknownOption: There is no such command or option, or it does not take its value.
    """
    if words and not words[0].startswith("-"):
        find_command(words[0], "shell")
    return build_parser().parse_args(words)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = _Parser(
        prog="analyst",
        description="Ask data files in plain words; the code runs in a sandbox.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"analyst-magic {__version__}")
    subparsers = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in commands_of("shell").values():
        actions = describe_actions(command, "shell")
        parser = subparsers.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[:1].upper()}{command.help[1:]}.",
            epilog=f"actions:\n{actions}" if actions else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        parser.set_defaults(command=command.name, model=None, privacy=None, set=[], profile="")
        OPTIONS.get(command.name, _add_words)(parser)
    return top


def _add_words(parser: argparse.ArgumentParser) -> None:
    """What a command takes that is the same in a notebook: its action, and what follows."""
    parser.add_argument("words", nargs="*", metavar="ACTION", help="what to do, and what it needs; see below")
    _add_set(parser)


def _add_ask(ask: argparse.ArgumentParser) -> None:
    from ..turn import FORMS

    ask.add_argument("question", help="in plain words, or `SQL: ...` or `PYTHON: ...`")
    _add_model(ask)
    ask.add_argument("--as", dest="wants", choices=FORMS, help="the answer's form")
    ask.add_argument("--template", help="a .xlsx, .docx or .pptx to fill and to look like")
    ask.add_argument("--privacy", help="how much of the data the model sees: schema, stats, masked or rows")
    server = "ask a Jupyter Server with this package there; the token is in ?token= or ANALYST_SERVER_TOKEN"
    ask.add_argument("--server", metavar="URL", help=server)
    ask.add_argument("--investigate", action="store_true", help="plan several steps, take them, and say what was found")
    ask.add_argument("--yes", action="store_true", help="with --investigate: take the plan without asking")
    ask.add_argument("--budget", help="with --investigate: such as steps=6,seconds=300,tokens=100000,cost=0.50")
    ask.add_argument("--dry-run", action="store_true", help="print what a model would be sent; send and run nothing")
    _add_data(ask)
    _add_output(ask)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("script", help="a .py or .sql file, or - for standard input")
    run.add_argument("--language", choices=("python", "sql"), help="by the file's ending where it is left out")
    _add_data(run)
    _add_output(run)


def _add_look(profile: argparse.ArgumentParser) -> None:
    profile.add_argument("data_name", metavar="NAME", help="a file, or the name of one in --data, or of a table")
    profile.add_argument("--compare", default="", metavar="NAME", help="an earlier state, to show what has moved")
    _add_data(profile)
    text = "where to write the page (.html), or all of it (.json)"
    profile.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("data_name", metavar="NAME", help="a file, or the name of one in --data")
    text = "a YAML file as pandera writes it (default: NAME_checks.yaml)"
    check.add_argument("expectations", nargs="?", default="", metavar="FILE", help=text)
    check.add_argument("--draft", action="store_true", help="write that file from what the data meets now")
    _add_data(check)


def _add_snippets(snippets: argparse.ArgumentParser) -> None:
    _add_words(snippets)
    snippets.add_argument("--debug", action="store_true", help="show our own traceback when something fails")
    _add_files(snippets)


def _add_definitions(command: argparse.ArgumentParser) -> None:
    _add_words(command)
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")
    _add_files(command)


def _add_data(command: argparse.ArgumentParser) -> None:
    _add_files(command)
    _add_set(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _add_files(command: argparse.ArgumentParser) -> None:
    text = (
        "csv, tsv, parquet, json, jsonl, ndjson or xlsx, text also as .gz; may be repeated; how it is read stands "
        "behind it in the same quotes: 'sales.csv dates=mdy decimal=,'"
    )
    command.add_argument("--data", action="append", default=[], metavar="[NAME=]FILE", help=text)
    about = (
        "a database: postgresql://, mysql://, sqlite:/// or duckdb:///; its password comes from ANALYST_NAME_PASSWORD"
    )
    command.add_argument("--connect", action="append", default=[], metavar="NAME[=ADDRESS]", help=about)


def _add_output(command: argparse.ArgumentParser) -> None:
    text = "where to write the last table (.csv .parquet .xlsx) or figure (.html)"
    command.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)


def _add_set(command: argparse.ArgumentParser) -> None:
    text = "any setting, as timeout=30; may be repeated"
    command.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help=text)
    _add_profile(command)


def _add_profile(command: argparse.ArgumentParser) -> None:
    text = "the profile of IPython whose configuration is read (default: default)"
    command.add_argument("--profile", default="", metavar="NAME", help=text)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument("-m", "--model", help="offline, or PROVIDER:MODEL")


def _add_mcp(mcp: argparse.ArgumentParser) -> None:
    mcp.description = textwrap.fill(
        "An MCP server on standard input and output. An agent starts it itself; give it this command with its options."
    )
    _add_model(mcp)
    mcp.add_argument("--privacy", help="how much of the data the agent sees: schema, stats, masked or rows")
    _add_files(mcp)
    _add_set(mcp)
    mcp.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _add_worker(worker: argparse.ArgumentParser) -> None:
    text = "how many tasks run at once, each in a process (default: 2)"
    worker.add_argument("--concurrency", type=_positive, default=2, metavar="N", help=text)
    _add_set(worker)
    worker.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _add_models(models: argparse.ArgumentParser) -> None:
    _add_model(models)
    _add_set(models)


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    _add_models(doctor)
    doctor.add_argument("--json", action="store_true", help="print one JSON object")


def _add_image(image: argparse.ArgumentParser) -> None:
    image.add_argument("words", nargs="+", metavar="ACTION", help="build or status")
    packages = "further packages, as prophet,nltk (default: the setting packages)"
    image.add_argument("--with", dest="packages", action="append", metavar="PACKAGES", help=packages)
    lock = "versions and hashes of what --with adds: followed where the file is there, written where not"
    image.add_argument("--lock", type=Path, metavar="FILE", help=lock)
    base = "the image to start from (Debian with Python 3.12); NAME@sha256:DIGEST pins it"
    image.add_argument("--base-image", default="", help=base)
    wheels = "install from these wheels (and .deb of fonts), without a network"
    image.add_argument("--wheels", type=Path, metavar="FOLDER", help=wheels)
    image.add_argument("--no-fonts", dest="fonts", action="store_false", help="leave out fonts for other scripts")
    image.add_argument("--ca", type=Path, metavar="FILE", help="a certificate to trust for the package index")
    image.add_argument("--tag", default="", help="the image's name")
    _add_profile(image)
    image.add_argument("--quiet", action="store_true", help="print the outcome alone")
    image.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


def _add_sandbox(sandbox: argparse.ArgumentParser) -> None:
    sandbox.add_argument("words", nargs="+", metavar="ACTION", help="list or prune")
    sandbox.add_argument("--all", action="store_true", help="prune: remove all sandboxes, in use or not")


def _add_documents(documents: argparse.ArgumentParser) -> None:
    _add_words(documents)
    text = "the folder of documents (default: the setting output_directory)"
    documents.add_argument("--folder", type=Path, help=text)


def _add_eval(evaluation: argparse.ArgumentParser) -> None:
    evaluation.description = textwrap.fill(
        "Asks a model questions with known answers. They are a file of JSON lines (question, data, expect), a folder "
        "of InfiAgent-DABench, or a folder of text-to-SQL questions (dev.json beside the SQLite files)."
    )
    evaluation.add_argument("questions", type=Path, help="the file or folder")
    _add_models(evaluation)
    evaluation.add_argument("--limit", type=int, help="ask only the first so many")
    evaluation.add_argument("--every", type=int, default=1, help="ask only every so many")
    evaluation.add_argument("--at-least", type=float, default=0.0, help="fail if fewer per cent than this are correct")
    evaluation.add_argument("--json", action="store_true", help="print a line of JSON for each question")


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("notebook", type=Path, nargs="+", help="notebooks; with --to site also folders of them")
    _add_report(export)
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="a file or folder (default: beside it)")
    export.add_argument("--execute", action="store_true", help="run it first; the file itself stays as it is")
    given = {"action": "append", "default": [], "metavar": "NAME=VALUE"}
    export.add_argument("-p", "--parameter", **given, help="run it with this value")  # type: ignore[arg-type]
    export.add_argument("-r", "--text", **given, help="the same, always as text")  # type: ignore[arg-type]


def _add_batch(batch: argparse.ArgumentParser) -> None:
    batch.add_argument("notebook", type=Path)
    _add_report(batch)
    table = "a CSV file; its columns are parameters"
    batch.add_argument("--over", type=Path, required=True, metavar="TABLE", help=table)
    batch.add_argument("--out", type=Path, metavar="FOLDER", help="where the reports go (default: reports, beside it)")
    batch.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    batch.add_argument("--again", action="store_true", help="write the reports again that are there already")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 up")
    return int(text)


def _add_report(command: argparse.ArgumentParser) -> None:
    forms = ", ".join(REPORT_FORMATS)
    command.add_argument("--to", default="html", metavar="FORM", help=f"{forms}, or site (export alone)")
    command.add_argument("--json", action="store_true", help="print one line of JSON that says what became of it")
    strict = (
        "end with status 3 where a report was written and a cell failed, an answer changed or something was left out"
    )
    command.add_argument("--strict", action="store_true", help=strict)
    slides = "how many slides a presentation may have before its appendix (default: 80)"
    command.add_argument("--max-slides", type=_positive, metavar="N", help=slides)
    command.add_argument("--no-code", dest="code", action="store_const", const="none", help="leave all code out")
    command.add_argument("--show-code", dest="code", action="store_const", const="shown", help="do not fold code away")
    frozen = "when it runs: answer from analyst.lock alone, without a model (default); or let questions be asked"
    command.add_argument("--frozen", action=argparse.BooleanOptionalAction, default=True, help=frozen)
    command.add_argument("--timeout", type=int, metavar="SECONDS", help="how long a cell may take")
    command.add_argument("--debug", action="store_true", help="show our own traceback when something fails")


OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "ask": _add_ask,
    "run": _add_run,
    "profile": _add_look,
    "check": _add_check,
    "define": _add_definitions,
    "definitions": _add_definitions,
    "doctor": _add_doctor,
    "documents": _add_documents,
    "snippets": _add_snippets,
    "mcp": _add_mcp,
    "worker": _add_worker,
    "models": _add_models,
    "image": _add_image,
    "sandbox": _add_sandbox,
    "eval": _add_eval,
    "export": _add_export,
    "batch": _add_batch,
    "plan-schema": lambda parser: None,
}
"""The options of commands that take more than an action and what follows it."""
