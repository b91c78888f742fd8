"""The commands ``eval``, ``export``, ``batch`` and ``plan-schema``; each returns the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import islice
from typing import Any, Literal

from ..errors import UnknownOption
from .options import load_options
from .output import note, print_json


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
    """Write a notebook as a report."""
    from ..report.execute import execute
    from ..report.export import export as write
    from ..report.parameters import read_parameters

    parameters = read_parameters(options.parameter, options.text)
    if parameters and not options.execute:
        raise UnknownOption("Parameters need a run.", "Add --execute.")

    def run(notebook: Any) -> Any:
        folder = options.notebook.absolute().parent
        return execute(notebook, folder, parameters, frozen=options.frozen, seconds=options.timeout, tell=note)

    code: Literal["folded", "shown", "none"] = options.code or "folded"
    print(write(options.notebook, options.to, options.output, code=code, change=run if options.execute else None))
    return 0


def batch(options: argparse.Namespace) -> int:
    """Write a report of a notebook for each row of a table."""
    from ..report.parameter_runs import Made, read_rows, summary
    from ..report.parameter_runs import batch as write

    flags = {"none": ["--no-code"], "shown": ["--show-code"]}.get(options.code, [])
    flags = [*flags, *([] if options.frozen else ["--no-frozen"])]
    flags += ["--timeout", str(options.timeout)] if options.timeout else []
    rows = read_rows(options.notebook, options.over, options.to, flags)
    numbers = iter(range(1, len(rows) + 1))

    def on_report(made: Made) -> None:
        time = f"{made.seconds:.1f} s" if made.outcome == "made" else ""
        print(f"[{next(numbers)}/{len(rows)}] {made.outcome:6} {made.row.file} {made.error or time}", flush=True)

    folder = options.out or options.notebook.absolute().parent / "reports"
    chosen: dict[str, Any] = {"to": options.to, "options": flags, "jobs": options.jobs, "again": options.again}
    reports = write(options.notebook, rows, folder, tell=on_report, **chosen)
    print(summary(reports))
    return 1 if any(made.outcome == "failed" for made in reports) else 0


def plan_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of query plans."""
    from ..planner.plan.schema import QueryPlan

    print(json.dumps(QueryPlan.model_json_schema(), indent=1))
    return 0
