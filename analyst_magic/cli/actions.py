"""What each command of ``analyst`` does with its options; each returns the exit status."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ..commands.table import find_command, split_action
from . import asking, own_cells, reports
from .options import load_options, sources_of
from .output import note, print_json, say


def _action(options: argparse.Namespace) -> tuple[str, list[str]]:
    """The action that a command's words call, and what follows it."""
    return split_action(find_command(options.command, "shell"), options.words, "shell")


def _data(options: argparse.Namespace) -> int:
    from ..commands.data import data

    say(data(*_action(options)))
    return 0


def _define(options: argparse.Namespace) -> int:
    from ..commands.definitions import define

    scope = sources_of(options)
    say(define(" ".join(options.words), Path.cwd(), load_options(options).definitions, scope))
    return 0


def _definitions(options: argparse.Namespace) -> int:
    from ..commands.definitions import definitions, problems
    from ..semantics.files import read_definitions

    (action, words), folder = _action(options), Path.cwd()
    setting, scope = load_options(options).definitions, sources_of(options)
    say(definitions(action, words, folder, setting, scope))
    return 1 if action == "check" and problems(read_definitions(folder, setting), scope) else 0


def _history(options: argparse.Namespace) -> int:
    from ..commands.history import history
    from ..history.store import History, history_path

    settings = load_options(options)
    store = History(history_path(settings.history_path), settings.history_days)
    try:
        say(history(store, *_action(options), settings.history_days))
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
        say(list_investigations(store))
    finally:
        store.close()
    return 0


def _documents(options: argparse.Namespace) -> int:
    from ..commands.documents import documents
    from ..documents import Store

    settings = load_options(options)
    say(documents(Store(options.folder or Path(settings.output_directory)), *_action(options)))
    return 0


def _snippets(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.data import read_data
    from ..commands.snippets import snippets, try_all
    from ..history.snippets import Snippets
    from ..sources.files import open_registered

    saved, (action, words) = Snippets(Path.cwd()), _action(options)
    if action != "test":
        say(snippets(saved, action, words))
        return 0
    frames = read_data(options.data, loaded=True)
    more, missing = open_registered(frames)
    for sentence in missing:
        note(sentence)
    failed = 0
    with Analyst(settings=load_options(options)) as analyst:
        for test in try_all(analyst, saved, {**frames, **more}, words):
            say(test)
            failed += not test.ok
    return 1 if failed else 0


def _lock(options: argparse.Namespace) -> int:
    from ..commands.lock import lock
    from ..history.lock import NAME, LockFile

    action, folders = _action(options)
    folder = Path(folders[0] if folders else ".").absolute()
    say(lock(LockFile(folder / NAME), action))
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from ..commands.mcp import serve

    serve(load_options(options), sources_of(options))
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
            say(line)
    return 0


def _key(options: argparse.Namespace) -> int:
    from ..commands.models import key

    say(key(options.words, getpass.getpass))
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from ..analyst import Analyst
    from ..commands.doctor import examine, failed, line

    checks = []
    with Analyst(settings=load_options(options, spares=0)) as analyst:
        for check in examine(analyst):
            checks.append(check)
            if not options.json:
                say(line(check))
    if options.json:
        print_json({"ok": not failed(checks), "checks": [asdict(check) for check in checks]})
    return 1 if failed(checks) else 0


def _image(options: argparse.Namespace) -> int:
    from ..commands import image

    action, _ = _action(options)
    packages = load_options(options).packages if options.packages is None else options.packages
    if action == "status":
        say(image.status(packages))
        return 0
    names = ("lock", "base_image", "wheels", "fonts", "ca", "tag")
    chosen = {name: getattr(options, name) for name in names}
    line = ""
    for line in image.build(packages=packages, named=options.packages is not None, **chosen):
        if not options.quiet:
            say(line)
    if options.quiet:
        say(line)
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from ..commands import sandbox

    action, _ = _action(options)
    say(sandbox.list_sandboxes() if action == "list" else sandbox.prune(options.all))
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "ask": asking.ask,
    "run": asking.run,
    "profile": asking.profile,
    "check": asking.check,
    "explain": own_cells.explain,
    "fix": own_cells.fix,
    "document": own_cells.document,
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
