"""Question and profiles -> ``Context``."""

from __future__ import annotations

from collections.abc import Sequence

from ..turn import Context, Exchange, FrameCard, Privacy, Question
from .describe import describe, fit
from .privacy import restrict


def build(
    question: Question,
    cards: Sequence[FrameCard],
    *,
    privacy: Privacy,
    hidden: frozenset[str] = frozenset(),
    variables: Sequence[str] = (),
    conversation: Sequence[Exchange] = (),
    budget: int = 6000,
) -> Context:
    """All that a model is told about a question.

    Args:
        question: What the user asks.
        cards: Full profiles of the frames that matter.
        privacy: How much of them the model may see.
        hidden: Columns that it never sees, as ``frame.column``.
        variables: What is alive in the sandbox.
        conversation: Earlier questions, oldest first.
        budget: Tokens that the frames' descriptions may take.
    """
    seen = [restrict(card, privacy, hidden) for card in cards]
    fitted, notes = fit(question.text, seen, budget)
    return Context(
        question=question,
        frames=tuple(restrict(card, "rows", hidden) for card in cards),
        description="\n\n".join(describe(card) for card in fitted),
        privacy=privacy,
        variables=tuple(variables),
        conversation=tuple(conversation),
        notes=notes,
    )
