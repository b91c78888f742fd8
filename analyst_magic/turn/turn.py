"""A question and all that became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .attempt import Attempt, Stage
from .evidence import evidence_of
from .formats import AnswerKind, Language, Privacy
from .program import join_steps
from .question import Code, Question
from .reply import Tokens
from .row_steps import RowStep

if TYPE_CHECKING:
    from ..errors import AnalystError


@runtime_checkable
class Result(Protocol):
    """What a turn shows. A result knows how to show itself; nobody else asks of which kind it is.

    A class that derives from it needs ``kind``, ``to_text`` and ``to_json`` alone.

    Example:
        >>> class Gauge(Result):
        ...     kind = "gauge"
        ...     def to_text(self):
        ...         return "7 of 10"
        ...     def to_json(self):
        ...         return {"value": 7, "most": 10}
        >>> Gauge()._repr_mimebundle_()
        {'text/plain': '7 of 10'}
    """

    @property
    def kind(self) -> str:
        """``figure``, ``table``, ``document``, ``image``, ``text``, or a name that another package gives its own."""
        ...

    def to_text(self) -> str:
        """The result in a terminal."""
        ...

    def to_json(self) -> Any:
        """The result for a program, as values that JSON has."""
        ...

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """What the panel gets beside the MIME bundle: fields of its message, and the buffers that go with it."""
        return {}, []

    def comparable(self) -> Any:
        """What two results must have in common to be the same answer; empty where only their kind is compared."""
        return self.to_json()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": self.to_text()}


@dataclass(frozen=True, slots=True)
class UsedFrame:
    """A frame that an answer was computed from.

    Attributes:
        name: Its name.
        rows: How many rows it had; None where that was not counted, as of a file.
        columns: The columns that the code names, in the frame's order.
    """

    name: str
    rows: int | None = None
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and all that became of it.

    Attributes:
        question: What was asked.
        code: The source of the last attempt; empty where there was none.
        language: Its language.
        text: What the model wrote beside its code. Of the offline planner: how it understood the question.
        answer: The answer in words, as Markdown: the line that the code filled in with its numbers, or the prose of a
            reply that needs no code. Empty where the results stand alone.
        kind: What the answer is: a ``result`` that code computed; or, in prose alone, a ``refusal``, a ``question``
            back to the user, or an ``explanation``.
        model: Who wrote the code: ``PROVIDER:MODEL``, ``offline``, or ``you`` for the user's own code.
        results: What the code gave, in order of appearance.
        error: Why the turn failed, or None.
        attempts: Every try, oldest first.
        tokens, cost: Sums over the model's replies; None where not reported.
        seconds: Time by stage: ``queue``, ``context``, ``model``, ``checks``, ``sandbox``, ``firewall``, ``total``.
        stages: The stages one by one, as they followed each other.
        uid: Names the turn in traces, logs, the history and the metadata of the cell's output.
        sandbox: Where the code ran.
        privacy: How much of the data the model could see.
        notes: Remarks for the user, one sentence each.
        remote: Whether a model outside this process was asked, and was sent what ``privacy`` allows.
        pinned: Whether the code came from the lock file, and no model was asked.
        context: A digest of the description of the frames that the model was sent; empty where none was.
        id: Its number in the history; 0 where it is not kept.
        code_privacy: The privacy level at which the code was written: ``rows`` where the offline planner wrote it,
            which reads all, or where that is not known.
        used: The frames that the code names, with the columns of theirs.
        verified: Who has checked the answer of this question, and when; empty where nobody has.
        row_steps: What became of the rows of the data on their way to the answer.

    Example:
        >>> from analyst_magic.errors import AnalystError
        >>> turn = Turn(Question("how many?"), error=AnalystError("The code failed.", "Ask again."))
        >>> turn.ok, turn.results, str(turn.error)
        (False, (), 'The code failed. Ask again.')
        >>> turn.figures, turn.tables, turn.documents  # those of the results
        ((), (), ())
    """

    question: Question
    code: str = ""
    language: Language = "python"
    text: str = ""
    model: str = ""
    results: tuple[Any, ...] = ()
    error: AnalystError | None = None
    attempts: tuple[Attempt, ...] = ()
    tokens: Tokens | None = None
    cost: float | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    sandbox: str = ""
    privacy: Privacy = "stats"
    notes: tuple[str, ...] = ()
    remote: bool = False
    pinned: bool = False
    context: str = ""
    id: int = 0
    code_privacy: Privacy = "rows"
    stages: tuple[Stage, ...] = field(default=(), repr=False, compare=False)
    uid: str = ""
    answer: str = ""
    kind: AnswerKind = "result"
    used: tuple[UsedFrame, ...] = field(default=(), repr=False, compare=False)
    verified: str = ""
    row_steps: tuple[RowStep, ...] = field(default=(), repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether the question was answered."""
        return self.error is None

    @property
    def program(self) -> Code | None:
        """All steps of the answer as one program that runs by itself.

        SQL among steps in Python becomes Python that runs it. None where there is no answer, and where Python cannot
        have SQL's tables as SQL saw them.

        >>> steps = (Attempt(Code("top = sales.revenue.max()")), Attempt(Code("top * 2")))
        >>> print(Turn(Question("twice the best"), attempts=steps).program.text)
        top = sales.revenue.max()
        <BLANKLINE>
        top * 2
        """
        ran = [attempt for attempt in self.attempts if attempt.error is None]
        in_python = {attempt.code: attempt.in_python for attempt in ran if attempt.in_python is not None}
        return join_steps([attempt.code for attempt in ran], in_python) if self.ok else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """What was read, used, left out and multiplied, in the words that stand under the answer.

        It begins with who has verified the answer, where somebody has, and is empty where no code ran.

        >>> frames = (UsedFrame("flights", 336776, ("carrier", "dep_delay")),)
        >>> Turn(Question(""), code="1", used=frames, seconds={"total": 0.534}, pinned=True).evidence
        ('336,776 rows of flights', 'used carrier and dep_delay', '0.5 s', 'from the lock')
        """
        return evidence_of(self)

    @property
    def figures(self) -> tuple[Any, ...]:
        """The results that are Plotly figures."""
        return tuple(r for r in self.results if r.kind == "figure")

    @property
    def tables(self) -> tuple[Any, ...]:
        """The results that are tables."""
        return tuple(r for r in self.results if r.kind == "table")

    @property
    def documents(self) -> tuple[Any, ...]:
        """The results that are files."""
        return tuple(r for r in self.results if r.kind == "document")
