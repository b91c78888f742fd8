"""What the panel gets of an investigation: its plan with how far it is, and its findings."""

from __future__ import annotations

from collections.abc import Sequence

from ..cleaning.markdown import markdown
from ..turn.investigation import Budget, Claim, Investigation, Step
from .channel import Message


def plan_message(
    investigation: Investigation,
    turns: Sequence[tuple[str, bool]],
    *,
    waiting: bool = False,
    over: bool = False,
    error: Message | None = None,
) -> Message:
    """The plan, and how far it is.

    Args:
        investigation: How far it is.
        turns: The panel's names of the steps that were begun, and whether each is over.
        waiting: Whether the plan waits for the user's word.
        over: Whether nothing more comes.
        error: Why it ended before its end.
    """
    steps = investigation.plan.steps
    failed = [bool(result.failure) for result in investigation.results]
    listed = []
    for place, step in enumerate(steps):
        turn, _ = turns[place] if place < len(turns) else ("", False)
        running = turn and place >= len(failed) and not over
        state = ("failed" if failed[place] else "done") if place < len(failed) else "running" if running else "planned"
        listed.append({"question": step.question, "about": _about(step), "state": state, "turn": turn})
    return {
        "type": "plan",
        "question": investigation.question,
        "waiting": waiting,
        "over": over,
        "steps": listed,
        "spent": f"{investigation.spent} of {_budget(investigation.budget)}",
        "notes": list(investigation.notes),
        "error": error,
    }


def findings_message(investigation: Investigation, turns: Sequence[str]) -> Message:
    """The findings, each with the turns that it rests on.

    Args:
        investigation: One that is finished.
        turns: The panel's names of its steps.
    """
    found = investigation.findings
    assert found is not None
    return {
        "type": "findings",
        "question": "Findings",
        "summary_html": markdown(found.summary),
        "claims": [_claim(claim, turns) for claim in found.claims],
        "not_examined": list(found.not_examined),
    }


def _claim(claim: Claim, turns: Sequence[str]) -> Message:
    steps = [{"number": number, "turn": turns[number - 1]} for number in claim.steps if 0 < number <= len(turns)]
    return {"html": markdown(claim.text), "steps": steps, "confidence": claim.confidence, "support": claim.support,
            "remark": claim.remark}  # fmt: skip


def _about(step: Step) -> str:
    parts = [("method", step.method), ("confirms", step.confirms), ("refutes", step.refutes)]
    return " · ".join(f"{name}: {text}" for name, text in parts if text)


def _budget(budget: Budget) -> str:
    """What may be spent.

    >>> _budget(Budget(cost=0.5))
    'at most 8 steps, 900 s, 200,000 tokens, $0.50'
    """
    parts = [f"at most {budget.steps} steps", f"{budget.seconds:g} s", f"{budget.tokens:,} tokens"]
    return ", ".join([*parts, *([f"${budget.cost:.2f}"] if budget.cost is not None else [])])
