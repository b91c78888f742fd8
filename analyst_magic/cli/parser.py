"""The options of the command ``analyst``. Commands, their help and their errors are those of ``commands.table``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from .. import __version__
from ..commands.table import Command, commands_of, describe_actions, find_command
from ..errors import UnknownOption
from ..language import localize, message, tr
from ..wording import fill
from .arguments import add_data, add_files, add_model, add_output, add_profile, add_set, add_words, positive
from .help import HelpFormatter
from .report_arguments import add_batch, add_eval, add_export

EXAMPLES = """\
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
    """A parser whose errors are errors of this package, and whose help is in the language of its reader.

    Args:
        command: The command whose options it has; None for the program itself.
        options: As argparse takes them.
    """

    def __init__(self, command: Command | None = None, **options: Any) -> None:
        super().__init__(formatter_class=HelpFormatter, **options)
        self._command = command

    def error(self, text: str) -> NoReturn:
        raise UnknownOption(
            f"{text[:1].upper()}{text[1:]}.", message("`{program} --help` lists the options.", program=self.prog)
        )

    def format_help(self) -> str:
        """The help, with what the command's table says of it."""
        if self._command is None:
            self.epilog = f"{tr('examples:')}\n{EXAMPLES}"
            return super().format_help()
        what = localize(self._command.help)
        self.description = fill(localize(self.description or "")) or tr("{help}.", help=f"{what[:1].upper()}{what[1:]}")
        actions = describe_actions(self._command, "shell")
        self.epilog = f"{tr('actions:')}\n{actions}" if actions else None
        return super().format_help()


DRY_RUN = message("print what a model would be sent; send and run nothing")


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
    top = _Parser(prog="analyst", description=message("Ask data files in plain words; the code runs in a sandbox."))
    top.add_argument("--version", action="version", version=f"analyst-magic {__version__}")
    subparsers = top.add_subparsers(title=message("commands"), required=True, metavar="COMMAND")
    for command in commands_of("shell").values():
        parser = subparsers.add_parser(command.name, help=command.help, command=command)
        parser.set_defaults(command=command.name, model=None, privacy=None, set=[], profile="")
        OPTIONS.get(command.name, add_words)(parser)
    return top


def _add_ask(ask: argparse.ArgumentParser) -> None:
    from ..turn import FORMS

    ask.add_argument("question", help=message("in plain words, or `SQL: ...` or `PYTHON: ...`"))
    add_model(ask)
    ask.add_argument("--as", dest="wants", choices=FORMS, help=message("the answer's form"))
    ask.add_argument("--template", help=message("a .xlsx, .docx or .pptx to fill and to look like"))
    ask.add_argument("--privacy", help=message("how much of the data the model sees: schema, stats, masked or rows"))
    server = message("ask a Jupyter Server with this package there; the token is in ?token= or ANALYST_SERVER_TOKEN")
    ask.add_argument("--server", metavar="URL", help=server)
    ask.add_argument(
        "--investigate", action="store_true", help=message("plan several steps, take them, and say what was found")
    )
    ask.add_argument("--yes", action="store_true", help=message("with --investigate: take the plan without asking"))
    ask.add_argument(
        "--budget", help=message("with --investigate: such as steps=6,seconds=300,tokens=100000,cost=0.50")
    )
    ask.add_argument("--dry-run", action="store_true", help=DRY_RUN)
    add_data(ask)
    add_output(ask)


def _add_run(run: argparse.ArgumentParser) -> None:
    run.add_argument("script", help=message("a .py or .sql file, or - for standard input"))
    run.add_argument("--language", choices=("python", "sql"), help=message("by the file's ending where it is left out"))
    add_data(run)
    add_output(run)


def _add_look(profile: argparse.ArgumentParser) -> None:
    profile.add_argument(
        "data_name", metavar="NAME", help=message("a file, or the name of one in --data, or of a table")
    )
    profile.add_argument(
        "--compare", default="", metavar="NAME", help=message("an earlier state, to show what has moved")
    )
    add_data(profile)
    text = message("where to write the page (.html), or all of it (.json)")
    profile.add_argument("-o", "--output", type=Path, metavar="FILE", help=text)


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("data_name", metavar="NAME", help=message("a file, or the name of one in --data"))
    text = message("a YAML file as pandera writes it (default: NAME_checks.yaml)")
    check.add_argument("expectations", nargs="?", default="", metavar="FILE", help=text)
    check.add_argument("--draft", action="store_true", help=message("write that file from what the data meets now"))
    add_data(check)


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("notebook", metavar="NOTEBOOK", help=message("a .ipynb file"))
    explain.add_argument("number", metavar="N", help=message("the number of the code cell, counted from 1"))
    add_model(explain)
    explain.add_argument(
        "--privacy", help=message("how much of the data the model sees: schema, stats, masked or rows")
    )
    explain.add_argument("--dry-run", action="store_true", help=DRY_RUN)
    add_data(explain)


def _add_fix(fix: argparse.ArgumentParser) -> None:
    _add_explain(fix)
    fix.add_argument("--yes", action="store_true", help=message("accept the change without asking"))


def _add_document(document: argparse.ArgumentParser) -> None:
    document.add_argument("notebook", metavar="NOTEBOOK", help=message("a .ipynb file"))
    document.add_argument("--yes", action="store_true", help=message("accept all notes without asking"))
    add_model(document)
    document.add_argument(
        "--privacy", help=message("how much of the data the model sees: schema, stats, masked or rows")
    )
    document.add_argument("--dry-run", action="store_true", help=DRY_RUN)
    add_data(document)


def _add_snippets(snippets: argparse.ArgumentParser) -> None:
    add_words(snippets)
    snippets.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))
    add_files(snippets)


def _add_definitions(command: argparse.ArgumentParser) -> None:
    add_words(command)
    command.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))
    add_files(command)


def _add_mcp(mcp: argparse.ArgumentParser) -> None:
    mcp.description = message(
        "An MCP server on standard input and output. An agent starts it itself; give it this command with its options."
    )
    add_model(mcp)
    mcp.add_argument("--privacy", help=message("how much of the data the agent sees: schema, stats, masked or rows"))
    add_files(mcp)
    add_set(mcp)
    mcp.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))


def _add_worker(worker: argparse.ArgumentParser) -> None:
    text = message("how many tasks run at once, each in a process (default: 2)")
    worker.add_argument("--concurrency", type=positive, default=2, metavar="N", help=text)
    add_set(worker)
    worker.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))


def _add_models(models: argparse.ArgumentParser) -> None:
    add_model(models)
    add_set(models)


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    _add_models(doctor)
    doctor.add_argument("--json", action="store_true", help=message("print one JSON object"))


def _add_image(image: argparse.ArgumentParser) -> None:
    image.add_argument("words", nargs="+", metavar="ACTION", help=message("build or status"))
    packages = message("further packages, as prophet,nltk (default: the setting packages)")
    image.add_argument("--with", dest="packages", action="append", metavar="PACKAGES", help=packages)
    lock = message("versions and hashes of what --with adds: followed where the file is there, written where not")
    image.add_argument("--lock", type=Path, metavar="FILE", help=lock)
    base = message("the image to start from (Debian with Python 3.12); NAME@sha256:DIGEST pins it")
    image.add_argument("--base-image", default="", help=base)
    wheels = message("install from these wheels (and .deb of fonts), without a network")
    image.add_argument("--wheels", type=Path, metavar="FOLDER", help=wheels)
    image.add_argument(
        "--no-fonts", dest="fonts", action="store_false", help=message("leave out fonts for other scripts")
    )
    image.add_argument("--ca", type=Path, metavar="FILE", help=message("a certificate to trust for the package index"))
    image.add_argument("--tag", default="", help=message("the image's name"))
    add_profile(image)
    image.add_argument("--quiet", action="store_true", help=message("print the outcome alone"))
    image.add_argument("--debug", action="store_true", help=message("show our own traceback when something fails"))


def _add_sandbox(sandbox: argparse.ArgumentParser) -> None:
    sandbox.add_argument("words", nargs="+", metavar="ACTION", help=message("list or prune"))
    sandbox.add_argument("--all", action="store_true", help=message("prune: remove all sandboxes, in use or not"))


def _add_documents(documents: argparse.ArgumentParser) -> None:
    add_words(documents)
    text = message("the folder of documents (default: the setting output_directory)")
    documents.add_argument("--folder", type=Path, help=text)


OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "ask": _add_ask,
    "run": _add_run,
    "profile": _add_look,
    "check": _add_check,
    "explain": _add_explain,
    "fix": _add_fix,
    "document": _add_document,
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
    "eval": add_eval,
    "export": add_export,
    "batch": add_batch,
    "plan-schema": lambda parser: None,
}
"""The options of commands that take more than an action and what follows it."""
