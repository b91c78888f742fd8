"""``analyst ask --investigate``: the plan, each step and the findings, as text or as one line of JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .output import note, print_json, report_error, report_turn, status_of

if TYPE_CHECKING:
    from ..analyst import Analyst
    from ..engine.investigation import InvestigationEvent
    from ..turn import Question
    from ..turn.investigation import Investigation, Plan


def investigate(analyst: Analyst, question: Question, frames: Mapping[str, object], options: argparse.Namespace) -> int:
    """Investigate a question, print what becomes of it, and return the exit status.

    Raises:
        AnalystError: No plan came, or the budget cannot be read.
    """
    from ..display.investigation_notebook import save
    from ..notebook.options import read_budget

    budget = read_budget(options.budget) if options.budget else None
    asks = not options.yes and not options.json and sys.stdin.isatty()
    done = analyst.investigate(
        question,
        frames,
        budget=budget,
        approve=_approve if asks else None,
        listen=(lambda event: None) if options.json else _print,
    )
    written = [save(done, options.output)] if options.output and done.findings is not None else []
    if options.json:
        print_json(as_json(done) | {"written": list(map(str, written))})
    else:
        _print_end(done)
        for path in written:
            print(f"written: {path}")
    if done.error is not None:
        return status_of(done.error)
    return 0 if done.ok else 1


def as_json(investigation: Investigation) -> dict[str, Any]:
    """An investigation as values that JSON has: ``ok``, ``status``, ``question``, ``model``, ``steps`` (each with its
    ``question`` and ``turn``), ``findings``, ``spent``, ``notes``."""
    from ..serialize import as_json as of_turn

    found, error = investigation.findings, investigation.error
    return {
        "ok": investigation.ok,
        "status": investigation.status,
        "question": investigation.question,
        "model": investigation.model,
        "error": error and {"kind": error.kind, "message": error.message, "next_step": error.next_step},
        "steps": [{"question": r.step.text, "turn": of_turn(r.turn)} for r in investigation.results],
        "findings": asdict(found) if found is not None else None,
        "spent": asdict(investigation.spent),
        "notes": list(investigation.notes),
    }


def _print(event: InvestigationEvent) -> None:
    """Print the plan, and each step as it is over."""
    from ..display.investigation import plan_bundle

    made = event.investigation
    if event.stage in {"plan", "revised"}:
        print(f"{plan_bundle(made)['text/plain']}\n", flush=True)
    elif event.stage == "turn" and event.turn is not None:
        print(f"Step {len(made.results)}: {made.results[-1].step.question}", flush=True)
        report_turn(event.turn, None, as_json=False)
        print()


def _approve(investigation: Investigation) -> Plan | None:
    from ..display.plan_approval import prompted

    return prompted(investigation)


def _print_end(investigation: Investigation) -> None:
    from ..display.investigation import findings_text

    if investigation.findings is not None:
        print(findings_text(investigation))
        return
    for text in investigation.notes:
        note(text)
    if investigation.error is not None:
        report_error(investigation.error, as_json=False, debug=False)
