"""The commands ``eval``, ``export``, ``batch`` and ``plan-schema``; each returns the exit status."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import AnalystError, UnknownOption
from .options import load_options
from .output import note, print_json, status_of

if TYPE_CHECKING:
    from ..report.counts import Counts


def evaluate(options: argparse.Namespace) -> int:
    """Ask questions with known answers."""
    from ..analyst import Analyst
    from ..commands import evaluate as questions

    def on_run(run: questions.EvaluationRun) -> None:
        turn = run.turn
        if options.json:
            record: dict[str, Any] = {"question": run.item.question, "outcome": run.outcome, "code": turn.code}
            record |= {"model": turn.model, "seconds": turn.seconds.get("total"), "error": str(turn.error or "")}
            print_json(record)
        else:
            print(f"{run.outcome:10} {' '.join(run.item.question.split())[:100]}", flush=True)

    items = list(islice(questions.read_questions(options.questions), 0, None, options.every))[: options.limit]
    with Analyst(settings=load_options(options)) as analyst:
        runs = questions.evaluate(analyst, items, on_run)
    print(questions.report(runs), file=sys.stderr if options.json else sys.stdout)
    right = 100 * sum(run.outcome == "correct" for run in runs) / max(1, len(runs))
    return 0 if right >= options.at_least else 1


def export(options: argparse.Namespace) -> int:
    """Write notebooks as reports, or as a site."""
    begun = time.monotonic()
    try:
        paths, counts = _export(options)
    except AnalystError as error:
        if not options.json:
            raise
        print_json({"ok": False, "format": options.to, "error": error.message, "next_step": error.next_step})
        return status_of(error)
    if options.json:
        held = Counter[str]()
        lost = Counter[str]()
        for one in counts:
            held.update(one.held)
            lost.update(one.lost)
        said: dict[str, Any] = {"ok": True, "format": options.to, "files": [str(path) for path in paths]}
        said |= {"bytes": sum(path.stat().st_size for path in paths), "seconds": round(time.monotonic() - begun, 2)}
        print_json(said | {"held": dict(held), "left_out": dict(lost)})
        return 0
    for number, path in enumerate(paths):
        print(path)
        if said_of := str(counts[number]) if number < len(counts) else "":
            note(f"{said_of}.")
    return 0


def _export(options: argparse.Namespace) -> tuple[list[Path], list[Counts]]:
    """The files of an export, and what those of them that are reports hold."""
    from ..report.execute import execute
    from ..report.export import export as write
    from ..report.parameters import read_parameters
    from ..report.site import site

    parameters = read_parameters(options.parameter, options.text)
    if parameters and not options.execute:
        raise UnknownOption("Parameters need a run.", "Add --execute.")

    def run(path: Path) -> Callable[[Any], Any]:
        settings: dict[str, Any] = {"frozen": options.frozen, "seconds": options.timeout, "tell": note}
        return lambda notebook: execute(notebook, path.absolute().parent, parameters, **settings)

    written: list[Path] = []
    counts: list[Counts] = []

    def noted(path: Path, held: Counts) -> None:
        written.append(path)
        counts.append(held)

    if options.to == "site":
        folder = options.output or Path("site")
        change = run if options.execute else None
        index = site(options.notebook, folder, code=options.code, change=change, tell=noted)
        return [*written, index], counts
    if len(options.notebook) > 1 and options.output is not None and not options.output.is_dir():
        raise UnknownOption("Several notebooks need a folder for their reports.", "Name one with --output.")
    for notebook in options.notebook:
        run_it = run(notebook) if options.execute else None
        held: list[Counts] = []
        path = write(notebook, options.to, options.output, code=options.code, change=run_it, tell=held.append)
        noted(path, held[0])
    return written, counts


def batch(options: argparse.Namespace) -> int:
    """Write a report of a notebook for each row of a table."""
    from ..report.parameter_runs import Made, read_rows, summary
    from ..report.parameter_runs import batch as write

    begun = time.monotonic()
    flags = {"none": ["--no-code"], "shown": ["--show-code"]}.get(options.code, [])
    flags = [*flags, *([] if options.frozen else ["--no-frozen"])]
    flags += ["--timeout", str(options.timeout)] if options.timeout else []
    show = note if options.json else partial(print, flush=True)
    try:
        rows = read_rows(options.notebook, options.over, options.to, flags)
        numbers = iter(range(1, len(rows) + 1))

        def on_report(made: Made) -> None:
            seconds = f"{made.seconds:.1f} s" if made.outcome == "made" else ""
            show(f"[{next(numbers)}/{len(rows)}] {made.outcome:6} {made.row.file} {made.error or seconds}")

        folder = options.out or options.notebook.absolute().parent / "reports"
        chosen: dict[str, Any] = {"to": options.to, "options": flags, "jobs": options.jobs, "again": options.again}
        reports = write(options.notebook, rows, folder, tell=on_report, **chosen)
    except AnalystError as error:
        if not options.json:
            raise
        print_json({"ok": False, "format": options.to, "error": error.message, "next_step": error.next_step})
        return status_of(error)
    failed = [made for made in reports if made.outcome == "failed"]
    if options.json:
        counts = Counter(made.outcome for made in reports)
        said: dict[str, Any] = {"ok": not failed, "format": options.to, "folder": str(folder), "reports": len(reports)}
        said |= {name: counts.get(name, 0) for name in ("made", "kept", "failed")}
        errors = [{"row": made.row.number, "file": made.row.file, "error": made.error} for made in failed]
        print_json(said | {"seconds": round(time.monotonic() - begun, 2), "errors": errors})
    else:
        print(summary(reports))
    return 1 if failed else 0


def plan_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of query plans."""
    from ..planner.plan.schema import QueryPlan

    print(json.dumps(QueryPlan.model_json_schema(), indent=1))
    return 0
