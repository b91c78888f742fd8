"""The user's word on the plan of an investigation: fields and buttons where a front end has them, else a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from IPython.display import display

from ..errors import InputError
from ..language import tr
from ..turn.investigation import Investigation, Plan, Step
from .card import line, words
from .confirm import answered, button, typed


def approve_plan(investigation: Investigation) -> Plan | None:
    """Show the plan to be edited, reordered, cut and approved; the cell waits.

    Where nobody can be asked, as when a program runs the notebook, the plan is taken as it is, and that is said.
    """
    answer: Future[Plan | None] = Future()
    try:
        return answered(answer, lambda: plan_box(investigation.steps, answer), lambda: prompted(investigation))
    except InputError:
        display(words(tr("Nobody can be asked here, so the plan is taken as it is.")), raw=True)
        return Plan(investigation.steps)


def plan_box(steps: Sequence[Step], answer: Future[Plan | None]) -> Any:
    """The plan with a field for each question, buttons to move it up and to leave it out, and Approve and Cancel."""
    import ipywidgets  # type: ignore[import-untyped]

    rows: list[tuple[Any, Step]] = [
        (ipywidgets.Text(step.question, layout=ipywidgets.Layout(flex="1 1 auto", width="auto")), step)
        for step in steps
    ]
    listed = ipywidgets.VBox([])

    def draw() -> None:
        listed.children = tuple(_row(place) for place in range(len(rows)))

    def _row(place: int) -> Any:
        def up() -> None:
            if place:
                rows[place - 1], rows[place] = rows[place], rows[place - 1]
                draw()

        def remove() -> None:
            del rows[place]
            draw()

        parts = [rows[place][0], button("↑", up), button(tr("Leave out"), remove)]
        for part, width in zip(parts[1:], ("40px", "90px"), strict=True):
            part.layout.width = width
        return ipywidgets.HBox(parts)

    def say(plan: Callable[[], Plan | None]) -> Callable[[], None]:
        return lambda: None if answer.done() else answer.set_result(plan())

    def plan() -> Plan | None:
        return Plan(tuple(edited(step, str(field.value)) for field, step in rows if str(field.value).strip()))

    draw()
    buttons = [button(tr("Approve"), say(plan)), button(tr("Cancel"), say(lambda: None))]
    buttons[0].button_style = "primary"
    notice = ipywidgets.HTML(line(tr("Change the steps as you like; they run one by one once you approve them.")))
    return ipywidgets.VBox([notice, listed, ipywidgets.HBox(buttons)])


def edited(step: Step, question: str) -> Step:
    """A step with the question as the user wrote it; what the plan knew of another question goes."""
    return step if question.strip() == step.question else Step(question.strip(), step.data)


def prompted(investigation: Investigation) -> Plan | None:
    """Ask by a plain prompt.

    Raises:
        InputError: Nobody can be asked.
    """
    said = typed(tr("Take this plan? [y]es, [n]o, or the numbers of the steps to take, in order (such as 2 1): "))
    numbers = [int(word) for word in said.replace(",", " ").split() if word.isdecimal()]
    plan, first = Plan(investigation.steps), len(investigation.results)
    if numbers:
        return plan.keep([n - first for n in numbers if 0 < n - first <= len(plan.steps)])
    return plan if said.strip().lower().startswith("y") else None
