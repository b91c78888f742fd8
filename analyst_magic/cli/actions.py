"""What each command of ``analyst`` does with its options; each returns the exit status."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from ..commands.table import find_command, split_action
from ..errors import InputError
from . import reports
from .options import load_options
from .output import note, print_json, report_turn


def _ask(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.connections import read_connections
    from ..commands.data import read_data
    from ..commands.prompt import show_prompt
    from ..notebook.cell import read_question, with_template
    from .investigation import investigate

    if options.server:
        return _ask_server(options)
    frames = {**read_data(options.data), **read_connections(options.connect)}
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


def _ask_server(options: argparse.Namespace) -> int:
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


def _run(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.connections import read_connections
    from ..commands.data import read_data

    source, is_sql = _script(options.script), options.script.lower().endswith(".sql")
    language: Literal["python", "sql"] = options.language or ("sql" if is_sql else "python")
    frames = {**read_data(options.data, loaded=language == "python"), **read_connections(options.connect)}
    with Analyst(settings=load_options(options), folder=Path.cwd()) as analyst:
        return report_turn(analyst.run(source, language, frames), options.output, as_json=options.json)


def _profile(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.profile import ProfileRequest, profile, saved

    request = ProfileRequest(options.data_name, options.compare, str(options.output or ""))
    with Analyst(settings=load_options(options)) as analyst:
        found = profile(analyst, request, _scope(options))
    if options.json:
        print_json(found.to_json())
    else:
        print(saved(found, request.output) if request.output else found.to_text())
    return 0


def _check(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.check import CheckRequest, check

    request = CheckRequest(options.data_name, options.expectations, options.draft)
    with Analyst(settings=load_options(options)) as analyst:
        found = check(analyst, request, _scope(options))
    print(found)
    return 0 if isinstance(found, str) or found.ok else 1


def _scope(options: argparse.Namespace) -> dict[str, object]:
    """What a command line names: its files and connections, and the registered files of the folder."""
    from ..commands.connections import read_connections
    from ..commands.data import read_data
    from ..sources.files import open_registered

    given = {**read_data(options.data), **read_connections(options.connect)}
    return {**open_registered(given)[0], **given}


def _script(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The script {name} cannot be read: {error}.", "Name a .py or .sql file, or -.") from error


def _action(options: argparse.Namespace) -> tuple[str, list[str]]:
    """The action that a command's words call, and what follows it."""
    return split_action(find_command(options.command, "shell"), options.words, "shell")


def _data(options: argparse.Namespace) -> int:
    from ..commands.data import data

    print(data(*_action(options)))
    return 0


def _define(options: argparse.Namespace) -> int:
    from ..commands.connections import read_connections
    from ..commands.data import read_data
    from ..commands.definitions import define

    scope = {**read_data(options.data), **read_connections(options.connect)}
    print(define(" ".join(options.words), Path.cwd(), load_options(options).definitions, scope))
    return 0


def _definitions(options: argparse.Namespace) -> int:
    from ..commands.connections import read_connections
    from ..commands.data import read_data
    from ..commands.definitions import definitions, problems
    from ..semantics.files import read_definitions

    (action, words), folder = _action(options), Path.cwd()
    setting, scope = load_options(options).definitions, {**read_data(options.data), **read_connections(options.connect)}
    print(definitions(action, words, folder, setting, scope))
    return 1 if action == "check" and problems(read_definitions(folder, setting), scope) else 0


def _history(options: argparse.Namespace) -> int:
    from ..commands.history import history
    from ..history.store import History, history_path

    settings = load_options(options)
    store = History(history_path(settings.history_path), settings.history_days)
    try:
        print(history(store, *_action(options), settings.history_days))
    finally:
        store.close()
    return 0


def _investigation(options: argparse.Namespace) -> int:
    from ..commands.investigation import list_investigations
    from ..history.store import History, history_path

    settings = load_options(options)
    _action(options)
    store = History(history_path(settings.history_path), settings.history_days)
    try:
        print(list_investigations(store))
    finally:
        store.close()
    return 0


def _documents(options: argparse.Namespace) -> int:
    from ..commands.documents import documents
    from ..documents import Store

    settings = load_options(options)
    print(documents(Store(options.folder or Path(settings.output_directory)), *_action(options)))
    return 0


def _snippets(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.data import read_data
    from ..commands.snippets import snippets, try_all
    from ..history.snippets import Snippets
    from ..sources.files import open_registered

    saved, (action, words) = Snippets(Path.cwd()), _action(options)
    if action != "test":
        print(snippets(saved, action, words))
        return 0
    frames = read_data(options.data, loaded=True)
    more, missing = open_registered(frames)
    for sentence in missing:
        note(sentence)
    failed = 0
    with Analyst(settings=load_options(options)) as analyst:
        for test in try_all(analyst, saved, {**frames, **more}, words):
            print(test, flush=True)
            failed += not test.ok
    return 1 if failed else 0


def _lock(options: argparse.Namespace) -> int:
    from ..commands.lock import lock
    from ..history.lock import NAME, LockFile

    action, folders = _action(options)
    folder = Path(folders[0] if folders else ".").absolute()
    print(lock(LockFile(folder / NAME), action))
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from ..commands.connections import read_connections
    from ..commands.data import read_data
    from ..commands.mcp import serve

    serve(load_options(options), {**read_data(options.data), **read_connections(options.connect)})
    return 0


def _worker(options: argparse.Namespace) -> int:
    from ..task_worker import serve

    serve(load_options(options), options.concurrency)
    return 0


def _models(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.models import list_models

    with Analyst(settings=load_options(options)) as analyst:
        for line in list_models(analyst):
            print(line, flush=True)
    return 0


def _key(options: argparse.Namespace) -> int:
    from ..commands.models import key

    print(key(options.words, getpass.getpass))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.doctor import examine, failed, line

    checks = []
    with Analyst(settings=load_options(options, spares=0)) as analyst:
        for check in examine(analyst):
            checks.append(check)
            if not options.json:
                print(line(check), flush=True)
    if options.json:
        print_json({"ok": not failed(checks), "checks": [asdict(check) for check in checks]})
    return 1 if failed(checks) else 0


def _image(options: argparse.Namespace) -> int:
    from ..commands import image

    action, _ = _action(options)
    packages = load_options(options).packages if options.packages is None else options.packages
    if action == "status":
        print(image.status(packages))
        return 0
    names = ("lock", "base_image", "wheels", "fonts", "ca", "tag")
    chosen = {name: getattr(options, name) for name in names}
    line = ""
    for line in image.build(packages=packages, named=options.packages is not None, **chosen):
        if not options.quiet:
            print(line, flush=True)
    if options.quiet:
        print(line)
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from ..commands import sandbox

    action, _ = _action(options)
    print(sandbox.list_sandboxes() if action == "list" else sandbox.prune(options.all))
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "ask": _ask,
    "run": _run,
    "profile": _profile,
    "check": _check,
    "doctor": _doctor,
    "data": _data,
    "define": _define,
    "definitions": _definitions,
    "history": _history,
    "investigation": _investigation,
    "documents": _documents,
    "snippets": _snippets,
    "lock": _lock,
    "mcp": _mcp,
    "worker": _worker,
    "models": _models,
    "key": _key,
    "image": _image,
    "sandbox": _sandbox,
    "eval": reports.evaluate,
    "export": reports.export,
    "batch": reports.batch,
    "plan-schema": reports.plan_schema,
}
"""The commands of ``commands.table`` that can be used in a shell."""
