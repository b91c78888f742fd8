"""How far an investigation is, in the history: written after each change, read where one is resumed.

The state is the plan, what a model was told of each step, and what was spent. Results of the steps are kept beside it
only until the investigation is over, so that a restart of the kernel neither runs a step again nor loses its numbers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import pyarrow as pa

from ..errors import AnalystError, HistoryError
from ..history.store import History, StoredInvestigation
from ..results.build import from_output
from ..turn import Attempt, Code, Execution, Output, Question, Tokens, Turn
from ..turn.investigation import Budget, Claim, Findings, Investigation, Spent, Step, StepResult
from .written import WRITTEN, read_output, write_output

MAX_STORED_CELLS = 200_000
"""Cells of a step's table that are kept for a restart."""
OVER = ("finished", "cancelled")


def write_state(history: History | None, investigation: Investigation) -> str:
    """Write how far an investigation is; returns a remark where that cannot be."""
    if history is None:
        return ""
    outputs = {}
    if investigation.status not in OVER:
        outputs = {str(n): list(map(write_output, _outputs_of(r.turn))) for n, r in enumerate(investigation.results, 1)}
    stored = StoredInvestigation(
        investigation.uid, os.getcwd(), investigation.question, investigation.status, _state(investigation),
        json.dumps(outputs),
    )  # fmt: skip
    try:
        history.put_investigation(stored)
    except (HistoryError, OSError) as error:
        return f"The investigation is not in the history, so that it cannot be resumed. {error}"
    return ""


def unfinished(history: History | None, question: str) -> Investigation | None:
    """The last investigation of a question in this folder, where it did not come to its end."""
    if history is None:
        return None
    try:
        stored = [entry for entry in history.investigations(os.getcwd()) if entry.state.get("asked") == question]
        return _read(stored[0]) if stored and stored[0].status not in OVER else None
    except (HistoryError, OSError, KeyError, TypeError, ValueError, pa.ArrowException):
        return None


def _state(investigation: Investigation) -> dict[str, Any]:
    found = investigation.findings
    return {
        "asked": investigation.question,
        "model": investigation.model,
        "privacy": investigation.privacy,
        "steps": [asdict(step) for step in investigation.steps],
        "results": [_result(result) for result in investigation.results],
        "findings": asdict(found) if found is not None else None,
        "budget": asdict(investigation.budget),
        "spent": asdict(investigation.spent),
        "notes": list(investigation.notes),
        "schemas": dict(investigation.schemas),
    }


def _result(result: StepResult) -> dict[str, Any]:
    turn = result.turn
    return {
        "step": asdict(result.step),
        "outcome": result.outcome,
        "withheld": result.withheld,
        "turn": turn.uid,
        "id": turn.id,
        "code": turn.code,
        "language": turn.language,
        "kind": turn.kind,
        "answer": turn.answer if turn.kind != "result" else "",
        "text": turn.text,
        "model": turn.model,
        "privacy": turn.privacy,
        "code_privacy": turn.code_privacy,
        "error": [turn.error.message, turn.error.next_step] if turn.error is not None else None,
        "notes": list(turn.notes),
    }


def _outputs_of(turn: Turn) -> list[Output]:
    execution = turn.attempts[-1].execution if turn.attempts else None
    outputs = execution.outputs if execution is not None and turn.ok else ()
    return [output for output in outputs if output.kind in WRITTEN and _cells(output) <= MAX_STORED_CELLS]


def _cells(output: Output) -> int:
    return int(output.data.num_rows * output.data.num_columns) if output.kind == "table" else 0


def _read(stored: StoredInvestigation) -> Investigation:
    state, outputs = stored.state, json.loads(stored.outputs)
    results = [_step_result(entry, outputs.get(str(n), ())) for n, entry in enumerate(state["results"], 1)]
    found = state["findings"]
    return Investigation(
        state["asked"],
        stored.uid,
        state["model"],
        state["privacy"],
        tuple(map(step_of, state["steps"])),
        tuple(results),
        findings_of(found) if found else None,
        Budget(**state["budget"]),
        Spent(**state["spent"]),
        "approved" if stored.status == "interrupted" else stored.status,  # type: ignore[arg-type]
        notes=tuple(state["notes"]),
        schemas=state["schemas"],
    )


def _step_result(entry: Mapping[str, Any], stored: Sequence[Mapping[str, Any]]) -> StepResult:
    step, outputs = step_of(entry["step"]), tuple(map(read_output, stored))
    code = Code(entry["code"], entry["language"])
    error = AnalystError(*entry["error"]) if entry["error"] else None
    ran = Attempt(code, execution=Execution(outputs)) if outputs else Attempt(code)
    answers = "\n\n".join(str(output.data) for output in outputs if output.kind == "answer")
    turn = Turn(
        Question(step.text),
        entry["code"],
        entry["language"],
        entry["text"],
        entry["model"],
        tuple(from_output(output, _no_file) for output in outputs if output.kind != "answer"),
        error,
        (ran,),
        Tokens(),
        privacy=entry["privacy"],
        notes=tuple(entry["notes"]),
        id=entry["id"],
        code_privacy=entry["code_privacy"],
        uid=entry["turn"],
        answer=answers or entry["answer"],
        kind=entry["kind"],
    )
    return StepResult(step, turn, entry["outcome"], entry["withheld"], resumed=True)


def step_of(entry: Mapping[str, Any]) -> Step:
    """A step from its plain values.

    Raises:
        TypeError, KeyError: They are not those of a step.
    """
    code = Code(**entry["code"]) if entry.get("code") else None
    return replace(Step(**{**entry, "data": tuple(entry.get("data", ()))}), code=code)


def findings_of(entry: Mapping[str, Any]) -> Findings:
    """Findings from their plain values.

    Raises:
        TypeError, KeyError: They are not those of findings.
    """
    claims = tuple(Claim(**{**claim, "steps": tuple(claim["steps"])}) for claim in entry["claims"])
    return Findings(str(entry["summary"]), claims, tuple(map(str, entry["not_examined"])))


def _no_file(output: Output) -> Any:
    raise AssertionError(output.name)  # files are not kept here
