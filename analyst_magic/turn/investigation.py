"""An investigation: a plan of steps, each a turn of its own, and claims that rest on what the steps computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from .question import Code
from .reply import Tokens
from .turn import Turn

if TYPE_CHECKING:
    from ..errors import AnalystError

Status = Literal["planned", "approved", "interrupted", "finished", "cancelled"]
"""How far an investigation is: its plan waits for approval, its steps run, it can be resumed, or it is over."""
Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
Support = Literal["supported", "unsupported", "contradicted"]
"""What the results say to a claim: they hold its numbers, they do not, or they say something else."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan.

    Attributes:
        question: What the step asks, in words that can be understood without the other steps.
        data: The frames that it needs.
        method: How it is to be computed; empty where that is left open.
        confirms: What result would confirm what is suspected.
        refutes: What result would refute it.
        code: The code that computes it, where the plan brings it; else a model or the planner writes it.

    Example:
        >>> print(Step("Revenue by region in February and March", method="the change of each region").text)
        Revenue by region in February and March
        Method: the change of each region
    """

    question: str
    data: tuple[str, ...] = ()
    method: str = ""
    confirms: str = ""
    refutes: str = ""
    code: Code | None = None

    @property
    def text(self) -> str:
        """The question as it is asked, which is also the text of the step's cell."""
        return f"{self.question}\nMethod: {self.method}" if self.method and self.code is None else self.question


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of an investigation, in their order.

    Example:
        >>> plan = Plan((Step("Revenue by month"), Step("Revenue by region")))
        >>> [step.question for step in plan.keep([2]).steps]
        ['Revenue by region']
    """

    steps: tuple[Step, ...] = ()

    def keep(self, numbers: list[int]) -> Plan:
        """The plan with these steps alone, in this order; the first step is 1."""
        return Plan(tuple(self.steps[number - 1] for number in numbers))


@dataclass(frozen=True, slots=True)
class Budget:
    """How much an investigation may spend. It is checked before each step and each request to the model.

    Attributes:
        steps: How many steps may be taken.
        seconds: Time for all, without what the user takes to read the plan.
        tokens: Tokens of all requests, where the provider reports them.
        cost: US dollars, where the provider reports them; None for no limit. What it does not price is not held by it,
            and a remark says so.

    Example:
        >>> Budget(steps=4, cost=0.5)
        Budget(steps=4, seconds=900.0, tokens=200000, cost=0.5)
    """

    steps: int = 8
    seconds: float = 900.0
    tokens: int = 200_000
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What an investigation has spent so far.

    Example:
        >>> spent = Spent(steps=2, seconds=31.0, tokens=5_000)
        >>> spent.over(Budget(steps=2)), spent.over(Budget())
        ('steps', '')
        >>> str(spent)
        '2 steps · 31 s · 5,000 tokens'
        >>> str(spent.plus(tokens=Tokens(90, 10), cost=0.002))
        '2 steps · 31 s · 5,100 tokens · $0.0020'

    Attributes:
        steps, seconds, tokens: As in ``Budget``.
        cost: US dollars, as far as the provider reported them.
        unpriced: Tokens whose price it did not report.
    """

    steps: int = 0
    seconds: float = 0.0
    tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0

    def over(self, budget: Budget) -> str:
        """The part of the budget that is used up: ``steps``, ``time``, ``tokens`` or ``cost``; empty where none is."""
        if self.steps >= budget.steps:
            return "steps"
        return self.without_model(budget)

    def without_model(self, budget: Budget) -> str:
        """The part of the budget that lets no model be asked any more; empty where one may be."""
        if self.seconds >= budget.seconds:
            return "time"
        if self.tokens >= budget.tokens:
            return "tokens"
        return "cost" if budget.cost is not None and self.cost >= budget.cost else ""

    def plus(self, *, steps: int = 0, seconds: float = 0.0, tokens: Tokens | None, cost: float | None) -> Spent:
        """With what a step or a request has spent."""
        number = tokens.prompt + tokens.completion if tokens is not None else 0
        unpriced = self.unpriced + (number if cost is None else 0)
        spent = self.steps + steps, self.seconds + seconds, self.tokens + number
        return Spent(*spent, self.cost + (cost or 0.0), unpriced)

    def __str__(self) -> str:
        parts = [f"{self.steps} {'step' if self.steps == 1 else 'steps'}", f"{self.seconds:.0f} s"]
        parts += [f"{self.tokens:,} tokens"] if self.tokens else []
        return " · ".join([*parts, *([f"${self.cost:.4f}"] if self.cost else [])])


@dataclass(frozen=True, slots=True)
class StepResult:
    """A step that was taken.

    Attributes:
        step: What was asked.
        turn: What became of it. After a restart it is made again from what the history holds, without a second run.
        outcome: What a model may know of the result at the privacy level.
        withheld: Whether a model may not know the figures of the result.
        resumed: Whether it was taken before the investigation was resumed.
    """

    step: Step
    turn: Turn
    outcome: str = ""
    withheld: bool = False
    resumed: bool = False

    @property
    def failure(self) -> str:
        """Why the step gave no result, in one sentence; empty where it gave one."""
        if self.turn.error is not None:
            return str(self.turn.error)
        return self.turn.answer or "It was not answered." if self.turn.kind in {"refusal", "question"} else ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding: a sentence, and the steps whose results it rests on.

    Attributes:
        text: The sentence; a number that no result of its steps holds is marked.
        steps: The numbers of the steps; the first step is 1.
        confidence: How sure its author is.
        support: What the results say to it.
        remark: Why it is unsupported or contradicted; empty where it is supported.
    """

    text: str
    steps: tuple[int, ...] = ()
    confidence: Confidence = "medium"
    support: Support = "supported"
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """The end of an investigation.

    Attributes:
        summary: The answer to the question in a sentence or two.
        claims: What was found, the most important first.
        not_examined: What was not looked at, one sentence each.
    """

    summary: str = ""
    claims: tuple[Claim, ...] = ()
    not_examined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Investigation:
    """A question, the plan for it, what its steps gave, and the findings.

    Attributes:
        question: What is investigated.
        uid: Its name in the history.
        model: Who plans: ``PROVIDER:MODEL`` or ``offline``.
        privacy: How much of the data the model may see.
        steps: The steps that are still to be taken.
        results: The steps that were taken, in their order.
        findings: The claims; None before the end.
        budget, spent: What may be spent, and what has been.
        status: How far it is.
        pinned: Whether the plan and the findings came from ``analyst.lock``, and no model was asked for them.
        notes: Remarks for the user, one sentence each, such as how the plan was revised.
        error: Why it ended before its end; None where it did not.
        schemas: The columns of the frames when it began.

    Example:
        >>> made = Investigation("Why did revenue fall?", steps=(Step("Revenue by month"),))
        >>> made.ok, made.plan.steps[0].question, made.turns, made.findings, made.claims
        (False, 'Revenue by month', (), None, ())
        >>> made.noted("Begun today.").notes
        ('Begun today.',)
    """

    question: str
    uid: str = ""
    model: str = ""
    privacy: str = "stats"
    steps: tuple[Step, ...] = ()
    results: tuple[StepResult, ...] = ()
    findings: Findings | None = None
    budget: Budget = Budget()
    spent: Spent = Spent()
    status: Status = "planned"
    pinned: bool = False
    notes: tuple[str, ...] = ()
    error: AnalystError | None = None
    schemas: Mapping[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it came to its end."""
        return self.status == "finished"

    @property
    def plan(self) -> Plan:
        """All steps: those that were taken, and those that are left."""
        return Plan((*(result.step for result in self.results), *self.steps))

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns of the steps that were taken."""
        return tuple(result.turn for result in self.results)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of the findings."""
        return self.findings.claims if self.findings is not None else ()

    def noted(self, *notes: str) -> Investigation:
        """With remarks, each once."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))
