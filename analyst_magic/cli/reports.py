"""The commands ``eval``, ``export``, ``batch`` and ``plan-schema``; each returns the exit status."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import AnalystError, UnknownOption
from ..language import message
from .options import load_options
from .output import note, print_json, status_of

if TYPE_CHECKING:
    from ..report.counts import Counts

NOT_WHOLE = 3
"""The exit status of ``--strict`` where a report was written and is not whole."""


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
    whole = all(one.whole for one in counts)
    if options.json:
        said: dict[str, Any] = {"ok": whole or not options.strict, "format": options.to}
        said |= {"files": [str(path) for path in paths], "bytes": sum(path.stat().st_size for path in paths)}
        said |= {"seconds": round(time.monotonic() - begun, 2), **_summed(counts)}
        print_json(said)
        return NOT_WHOLE if options.strict and not whole else 0
    for number, path in enumerate(paths):
        print(path)
        if said_of := str(counts[number]) if number < len(counts) else "":
            note(f"{said_of}.")
        for question in counts[number].changed if number < len(counts) else ():
            note(f"the answer to “{question}” is no longer what was pinned in analyst.lock.")
    return NOT_WHOLE if options.strict and not whole else 0


def _summed(counts: Sequence[Counts]) -> dict[str, Any]:
    """What reports hold and what not, as it stands in a line of JSON."""
    held, lost = Counter[str](), Counter[str]()
    for one in counts:
        held.update(one.held)
        lost.update(one.lost)
    changed = [question for one in counts for question in one.changed]
    failed = [number for one in counts for number in one.failed]
    scripts = list(dict.fromkeys(script for one in counts for script in one.unprintable))
    return {"held": dict(held), "left_out": dict(lost), "failed_cells": failed, "changed_answers": changed,
            "scripts_without_font": scripts}  # fmt: skip


def _export(options: argparse.Namespace) -> tuple[list[Path], list[Counts]]:
    """The files of an export, and what those of them that are reports hold."""
    from ..report.execute import execute
    from ..report.export import export as write
    from ..report.parameters import read_parameters
    from ..report.site import site
    from ..settings import load_settings, take_look

    take_look(load_settings())
    slides = {"max_slides": options.max_slides}
    parameters = read_parameters(options.parameter, options.text)
    if parameters and not options.execute:
        raise UnknownOption(message("Parameters need a run."), message("Add --execute."))

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
        raise UnknownOption(
            message("Several notebooks need a folder for their reports."), message("Name one with --output.")
        )
    for notebook in options.notebook:
        run_it = run(notebook) if options.execute else None
        held: list[Counts] = []
        path = write(notebook, options.to, options.output, code=options.code, change=run_it, tell=held.append, **slides)
        noted(path, held[0])
    return written, counts


def batch(options: argparse.Namespace) -> int:
    """Write a report of a notebook for each row of a table."""
    from ..report.parameter_runs import Made, read_rows, summary
    from ..report.parameter_runs import batch as write

    begun = time.monotonic()
    flags, show = _export_flags(options), note if options.json else partial(print, flush=True)
    try:
        rows = read_rows(options.notebook, options.over, options.to, flags)
        numbers = iter(range(1, len(rows) + 1))

        def on_report(made: Made) -> None:
            seconds = f"{made.seconds:.1f} s" if made.outcome == "made" else ""
            show(f"[{next(numbers)}/{len(rows)}] {made.outcome:6} {made.row.file} {made.error or seconds}")
            for question in made.counts.changed:
                show(f"  the answer to “{question}” is no longer what was pinned in analyst.lock.")

        folder = options.out or options.notebook.absolute().parent / "reports"
        chosen: dict[str, Any] = {"to": options.to, "options": flags, "jobs": options.jobs}
        chosen |= {"again": options.again, "cluster": options.cluster}
        reports = write(options.notebook, rows, folder, tell=on_report, **chosen)
    except AnalystError as error:
        if not options.json:
            raise
        print_json({"ok": False, "format": options.to, "error": error.message, "next_step": error.next_step})
        return status_of(error)
    failed = [made for made in reports if made.outcome == "failed"]
    loose = options.strict and not all(made.counts.whole for made in reports)
    if options.json:
        counts = Counter(made.outcome for made in reports)
        said: dict[str, Any] = {"ok": not failed and not loose, "format": options.to, "folder": str(folder)}
        said["reports"] = len(reports)
        said |= {name: counts.get(name, 0) for name in ("made", "kept", "failed")}
        errors = [{"row": made.row.number, "file": made.row.file, "error": made.error} for made in failed]
        said |= {"seconds": round(time.monotonic() - begun, 2), "errors": errors}
        changed = [{"row": made.row.number, "question": q} for made in reports for q in made.counts.changed]
        print_json(said | _summed([made.counts for made in reports]) | {"changed_answers": changed})
    else:
        print(summary(reports))
    return 1 if failed else NOT_WHOLE if loose else 0


def _export_flags(options: argparse.Namespace) -> list[str]:
    """The options of ``batch`` that each of its exports gets."""
    flags = {"none": ["--no-code"], "shown": ["--show-code"]}.get(options.code, [])
    flags = [*flags, *([] if options.frozen else ["--no-frozen"])]
    flags += ["--timeout", str(options.timeout)] if options.timeout else []
    return flags + (["--max-slides", str(options.max_slides)] if options.max_slides else [])


def plan_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of query plans."""
    from ..planner.plan.schema import QueryPlan

    print(json.dumps(QueryPlan.model_json_schema(), indent=1))
    return 0
