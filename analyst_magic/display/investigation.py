"""How an investigation looks in a notebook: the plan, a heading above each step, the findings with what they rest on.

All HTML is static and escaped. A claim links to the heading of its step; in a terminal the number of the step stands
beside it.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

from IPython.display import display

from ..cleaning.markdown import plain
from ..engine.investigation import InvestigationEvent
from ..errors import AnalystError
from ..language import localize, message, tr
from ..turn import Turn
from ..turn.investigation import Claim, Investigation, Step
from .asks import with_asks
from .card import line, prose, shown, words
from .progress import Progress

PLAN = message("Plan:")
_ITEM = "margin:6px 0;line-height:1.5;max-width:50em"
_SMALL = "font-size:90%;opacity:.85"


class InvestigationDisplay:
    """Shows an investigation as it goes on. Call it with each event.

    Args:
        on_turn: Given the turn of each step, once it is shown.
    """

    def __init__(self, on_turn: Callable[[Turn], None]) -> None:
        self._on_turn = on_turn
        self._progress: Progress | None = Progress()
        self.latest: Investigation | None = None

    def __call__(self, event: InvestigationEvent) -> None:
        """Show an event."""
        self.latest = event.investigation
        if event.stage == "progress" and event.event is not None and self._progress is not None:
            self._progress(event.event)
        elif event.stage == "plan":
            self._replace(plan_bundle(event.investigation))
            for number, result in enumerate(event.investigation.results, 1):
                _show(heading(event.investigation, number, result.step, resumed=True))
                _show_turn(result.turn)
        elif event.stage == "step":
            self._end()
            number = len(event.investigation.results) + 1
            _show(heading(event.investigation, number, event.investigation.steps[0]))
            self._progress = Progress()
        elif event.stage == "turn" and event.turn is not None:
            self._shown_turn(event.turn)
        elif event.stage == "revised":
            self._replace(plan_bundle(event.investigation, message("The plan was revised. Still to be done:")))
        elif event.stage == "findings":
            self._end()

    def finish(self, investigation: Investigation) -> None:
        """Show the end."""
        self._end()
        if investigation.findings is not None:
            _show(findings_bundle(investigation))
        elif investigation.notes:
            _show(words("\n".join(investigation.notes)))

    def stop(self, error: AnalystError) -> None:
        """Show that it was stopped, and how it goes on."""
        if self._progress is not None:
            self._progress.stop(error)
            self._progress = None
        done = len(self.latest.results) if self.latest is not None else 0
        if done:
            _show(
                words(tr("{done} of its steps are done and kept. Run the cell again to go on from there.", done=done))
            )

    def _shown_turn(self, turn: Turn) -> None:
        if self._progress is not None:
            self._progress.finish(turn)
        for output in shown(turn)[1:]:
            display(output.data, **output.display_arguments)
        if turn.error is not None:
            _show(words(str(turn.error)))
        self._progress = Progress()
        self._on_turn(turn)

    def _replace(self, bundle: dict[str, Any]) -> None:
        """Show a bundle in the place of the line of progress, which goes on below it."""
        self._end()
        _show(bundle)
        self._progress = Progress()

    def _end(self) -> None:
        if self._progress is not None:
            self._progress.clear()
            self._progress = None


def _show(bundle: dict[str, Any]) -> None:
    display(bundle, raw=True)


def _show_turn(turn: Turn) -> None:
    for output in shown(turn):
        display(output.data, **output.display_arguments)


def plan_bundle(investigation: Investigation, title: str = PLAN) -> dict[str, Any]:
    """The steps that are to follow, as a list."""
    first = len(investigation.results) + 1
    title, steps = localize(title), list(enumerate(investigation.steps, first))
    items = "".join(f'<li value="{number}" style="{_ITEM}">{_step_html(step)}</li>' for number, step in steps)
    notes = "".join(line(note) for note in investigation.notes)
    page = (
        f'<div class="analyst-plan"><div>{html.escape(title)}</div><ol style="margin:2px 0">{items}</ol>{notes}</div>'
    )
    text = "\n".join([title, *(f"  {number}. {step.question}" for number, step in steps), *investigation.notes])
    return {"text/html": page, "text/plain": text}


def _step_html(step: Step) -> str:
    parts = [(tr("method"), step.method), (tr("confirms"), step.confirms), (tr("refutes"), step.refutes)]
    more = " · ".join(f"{name}: {html.escape(text)}" for name, text in parts if text)
    return html.escape(step.question) + (f'<div style="{_SMALL}">{more}</div>' if more else "")


def anchor(investigation: Investigation, number: int) -> str:
    """The name that a claim links to."""
    return f"investigation-{investigation.uid[:12]}-{number}"


def heading(investigation: Investigation, number: int, step: Step, *, resumed: bool = False) -> dict[str, Any]:
    """What stands above a step: its number and question, and what has been spent before it."""
    of = len(investigation.results) + len(investigation.steps)
    spent = tr("done before, shown again") if resumed else tr("spent so far: {spent}", spent=investigation.spent)
    title = tr("Step {number} of {all}: {question}", number=number, all=of, question=step.question)
    page = (
        f'<div id="{anchor(investigation, number)}" style="margin-top:10px;font-weight:600">{html.escape(title)}</div>'
        f"{line(spent)}"
    )
    return {"text/html": page, "text/plain": f"{title}  ({spent})"}


def findings_bundle(investigation: Investigation) -> dict[str, Any]:
    """The findings: each claim with its support, its confidence and the answers that it rests on."""
    found = investigation.findings
    assert found is not None
    items = "".join(f'<li style="{_ITEM}">{_claim_html(investigation, claim)}</li>' for claim in found.claims)
    missing = "".join(f"<li>{html.escape(text)}</li>" for text in found.not_examined)
    page = [
        f'<div style="margin-top:12px;font-weight:600">{tr("Findings")}</div>',
        f'<div style="{_ITEM}">{prose(found.summary)}</div>' if found.summary else "",
        f'<ol style="margin:2px 0">{items}</ol>' if items else line(tr("No step gave a result to conclude from.")),
        f'<div style="{_SMALL}">{tr("Not looked at:")}<ul style="margin:2px 0">{missing}</ul></div>' if missing else "",
        line(f"{investigation.model} · {investigation.spent}"),
        *(line(note) for note in investigation.notes),
    ]
    bundle = {
        "text/html": f'<div class="analyst-turn">{"".join(page)}</div>',
        "text/plain": findings_text(investigation),
    }
    questions = [result.step.text for result in investigation.results if not result.failure and not result.step.code]
    return with_asks(bundle, questions, tr("As a cell below:"))


def _claim_html(investigation: Investigation, claim: Claim) -> str:
    links = [f'<a href="#{anchor(investigation, n)}">{tr("step {number}", number=n)}</a>' for n in claim.steps]
    rests = f"{tr('rests on {steps}', steps=links)} · " if links else ""
    remark = f' <mark style="background:rgba(255,200,0,.3);color:inherit">{html.escape(claim.remark)}</mark>'
    answers = "".join(
        f'<div style="{_SMALL}">{prose(investigation.results[n - 1].turn.answer)}</div>'
        for n in claim.steps
        if investigation.results[n - 1].turn.answer not in {"", claim.text}
    )
    return (
        f"{prose(claim.text)}{answers}"
        f'<div style="font-size:90%">{_support(claim)} · {rests}{_confidence(claim)}'
        f"{remark if claim.remark else ''}</div>"
    )


def _support(claim: Claim) -> str:
    words = {"supported": tr("✓ supported"), "unsupported": tr("? not supported"), "contradicted": tr("✗ contradicted")}
    return words[claim.support]


def _confidence(claim: Claim) -> str:
    words = {"high": tr("confidence high"), "medium": tr("confidence medium"), "low": tr("confidence low")}
    return words.get(claim.confidence, "")


def findings_text(investigation: Investigation) -> str:
    """The findings as plain text."""
    found = investigation.findings
    if found is None:
        return "\n".join(investigation.notes)
    lines = ["Findings", *([found.summary] if found.summary else [])]
    for number, claim in enumerate(found.claims, 1):
        steps = f"step {', '.join(map(str, claim.steps))}; " if claim.steps else ""
        remark = f" {claim.remark}" if claim.remark else ""
        lines.append(f"{number}. {plain(claim.text)} ({steps}{claim.support}, confidence {claim.confidence}.{remark})")
    lines += ["Not looked at:", *(f"- {text}" for text in found.not_examined)] if found.not_examined else []
    return "\n".join([*lines, f"{investigation.model} · {investigation.spent}", *investigation.notes])
