"""What a model answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .formats import AnswerKind
from .question import Code

if TYPE_CHECKING:
    from ..errors import AnalystError


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens that a provider reports for a request."""

    prompt: int = 0
    completion: int = 0

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(self.prompt + other.prompt, self.completion + other.completion)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer.

    >>> from analyst_magic.turn import Code
    >>> Reply("Counts the rows.", Code("SELECT count(*) FROM sales", "sql"), "acme:small").code.language
    'sql'
    >>> Reply("I cannot answer that from these frames.", None, "acme:small").code is None
    True

    Attributes:
        text: The prose around the code. For the offline planner: how it understood the question.
        code: The code to run, or None where the answer is prose alone.
        model: The model's full name, ``PROVIDER:MODEL`` or ``offline``.
        tokens: What the provider reports, or None.
        cost: In US dollars where the provider reports it, or None.
        problem: Why there is no code, where that is known.
        step: Whether the code is a step, whose result the model wants to know before it answers.
        kind: What the answer is: ``result`` for code; for prose alone a ``refusal``, a ``question`` back to the user,
            or an ``explanation`` (which prose is also taken for where its model does not say).
        further: What else the same reply asks for, in order: steps, and at the end perhaps the code of the answer.
        notes: Remarks for the user on what could not be taken of it, one sentence each.
        call: The id of the tool call that asks for its code; empty where the code stood in the text.
    """

    text: str
    code: Code | None
    model: str
    tokens: Tokens | None = None
    cost: float | None = None
    problem: AnalystError | None = None
    step: bool = False
    kind: AnswerKind = "result"
    further: tuple[Reply, ...] = ()
    notes: tuple[str, ...] = ()
    call: str = ""

    @property
    def parts(self) -> tuple[Reply, ...]:
        """All that it asks for, each by itself, in order.

        Example:
            >>> second = Reply("", Code("sales.tail()"), "acme:small")
            >>> first = Reply("", Code("sales.head()"), "acme:small", further=(second,))
            >>> [part.code.text for part in first.parts]
            ['sales.head()', 'sales.tail()']
        """
        return (replace(self, further=()), *self.further)
