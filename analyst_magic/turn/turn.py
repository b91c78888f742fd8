"""A question and all that became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from .attempt import Attempt, Stage
from .formats import Language, Privacy
from .question import Question
from .reply import Tokens

if TYPE_CHECKING:
    from ..errors import AnalystError


@runtime_checkable
class Result(Protocol):
    """What a turn shows: knows its kind and how to show itself."""

    @property
    def kind(self) -> str:
        """``figure``, ``table``, ``document``, ``image`` or ``text``."""
        ...

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and all that became of it.

    Attributes:
        question: What was asked.
        code: The source of the last attempt; empty where there was none.
        language: Its language.
        text: The model's prose.
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

    @property
    def ok(self) -> bool:
        """Whether the question was answered."""
        return self.error is None

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
