"""The commands ``ask``, ``run``, ``profile`` and ``check``; each returns the exit status."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Literal

from ..errors import InputError
from ..language import message
from .options import load_options, sources_of
from .output import print_json, report_turn


def ask(options: argparse.Namespace) -> int:
    """Answer a question, or investigate it."""
    from ..analyst import Analyst
    from ..commands.prompt import show_prompt
    from ..notebook.cell import read_question, with_template
    from .investigation import investigate

    if options.server:
        return _ask_remote(options)
    frames = sources_of(options)
    question = read_question(options.question, options.wants)
    question = with_template(question, options.template) if options.template else question
    folder = Path.cwd()
    with Analyst(settings=load_options(options), folder=folder, history=options.investigate or None) as analyst:
        if options.dry_run:
            print(show_prompt(analyst, question, frames, {}))
            return 0
        if options.investigate:
            return investigate(analyst, question, frames, options)
        return report_turn(analyst.ask(question, frames), options.output, as_json=options.json)


def _ask_remote(options: argparse.Namespace) -> int:
    from ..remote import Remote
    from ..sources.files import frame_name, named_file

    sources: list[dict[str, str]] = [{"name": name, "connection": name} for name in options.connect]
    for text in options.data:
        name, path = named_file(text) or (frame_name(text), text)
        sources.append({"name": name, "file": Path(path).name, "content": _script(path)})
    chosen = {name: value for name in ("model", "privacy") if (value := getattr(options, name))}
    remote = Remote(options.server, os.environ.get("ANALYST_SERVER_TOKEN", ""))
    task = remote.submit(question=options.question, form=options.wants, sources=sources, options=chosen)
    result = remote.result(task)
    if options.json:
        print_json(result)
        return 0
    for text in filter(None, [result["answer"], *result["texts"]]):
        print(text)
    for table in result["tables"]:
        print("\t".join(map(str, table["columns"])))
        for row in table["rows"]:
            print("\t".join("" if value is None else str(value) for value in row))
    return 0


def run(options: argparse.Namespace) -> int:
    """Run a script of one's own."""
    from ..analyst import Analyst

    source, is_sql = _script(options.script), options.script.lower().endswith(".sql")
    language: Literal["python", "sql"] = options.language or ("sql" if is_sql else "python")
    frames = sources_of(options, loaded=language == "python")
    with Analyst(settings=load_options(options), folder=Path.cwd()) as analyst:
        return report_turn(analyst.run(source, language, frames), options.output, as_json=options.json)


def profile(options: argparse.Namespace) -> int:
    """Show what the data is like."""
    from ..analyst import Analyst
    from ..commands.profile import ProfileRequest, saved
    from ..commands.profile import profile as take

    request = ProfileRequest(options.data_name, options.compare, str(options.output or ""))
    with Analyst(settings=load_options(options)) as analyst:
        found = take(analyst, request, _scope(options))
    if options.json:
        print_json(found.to_json())
    else:
        print(saved(found, request.output) if request.output else found.to_text())
    return 0


def check(options: argparse.Namespace) -> int:
    """Compare data with what is expected of it."""
    from ..analyst import Analyst
    from ..commands.check import CheckRequest
    from ..commands.check import check as compare

    request = CheckRequest(options.data_name, options.expectations, options.draft)
    with Analyst(settings=load_options(options)) as analyst:
        found = compare(analyst, request, _scope(options))
    print(found)
    return 0 if isinstance(found, str) or found.ok else 1


def _scope(options: argparse.Namespace) -> dict[str, object]:
    """What a command line names: its files and connections, and the registered files of the folder."""
    from ..sources.files import open_registered

    given = sources_of(options)
    return {**open_registered(given)[0], **given}


def _script(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            message("The script {name} cannot be read: {error}.", name=name, error=str(error)),
            message("Name a .py or .sql file, or -."),
        ) from error
