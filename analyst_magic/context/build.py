"""Question and profiles -> ``Context``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..turn import Context, Exchange, FrameCard, Privacy, Question
from ..turn.tokens import estimate_tokens
from .describe import describe, fit, legend, outlines, spoken_of
from .joins import Join, join_candidates, join_text
from .privacy import restrict


def build(
    question: Question,
    cards: Sequence[FrameCard],
    *,
    others: Sequence[FrameCard] = (),
    privacy: Privacy,
    hidden: frozenset[str] = frozenset(),
    variables: Sequence[str] = (),
    conversation: Sequence[Exchange] = (),
    user_notes: str = "",
    examples: Sequence[Exchange] = (),
    budget: int = 6000,
    chosen: bool = True,
) -> Context:
    """All that a model is told about a question.

    Args:
        question: What the user asks.
        cards: Full profiles of the frames that matter, the most important first.
        others: Outlines of the other frames in scope, which are told in a line each, as far as the budget goes.
        privacy: How much of them the model may see.
        hidden: Columns that it never sees, as ``frame.column``.
        variables: What may be told of the variables that are alive in the sandbox.
        conversation: Earlier questions, oldest first.
        user_notes: The user's notes on the data.
        examples: Earlier answers over the same frames that were right.
        budget: Tokens that the frames' descriptions and the conversation may take together; the conversation at most a
            quarter of them, its latest questions first.
        chosen: Whether the user named the frames. Of frames that are only in scope, those are told by their names and
            columns alone of which neither the question nor an earlier one speaks.
    """
    talk = _recent([_without_hidden(exchange, hidden) for exchange in conversation], budget // 4)
    right_answers = _recent(examples, budget // 8, at_least_one=False)
    user_notes, shortened = _first(user_notes, budget // 4)
    spent = sum(map(_tokens, (*talk, *right_answers))) + estimate_tokens(user_notes)
    seen, candidates = _seen([restrict(card, privacy, hidden) for card in cards], privacy)
    full, brief = (seen, []) if chosen else spoken_of("\n".join([question.text, *(e.question for e in talk)]), seen)
    joins = _joins_of(full, candidates)
    fitted, notes = fit(question.text, full, budget - spent - sum(map(estimate_tokens, joins)))
    parts = [describe(card) for card in fitted]
    left = budget - spent - sum(map(estimate_tokens, (*parts, *joins)))
    further = [restrict(card, "schema", hidden) for card in others]
    lines, unnamed = outlines([*brief, *further], left)
    return Context(
        question=question,
        frames=tuple(restrict(card, "rows", hidden) for card in cards),
        description=_description(parts, joins, lines, privacy),
        cards=tuple(seen),
        privacy=privacy,
        outlined=tuple(card for card in further if card.name not in unnamed),
        others=tuple(unnamed),
        variables=tuple(variables),
        user_notes=user_notes,
        examples=right_answers,
        conversation=talk,
        notes=(*notes, *shortened),
    )


def _seen(cards: list[FrameCard], privacy: Privacy) -> tuple[list[FrameCard], list[Join]]:
    """The cards as a model sees them, and the joins that their values suggest."""
    joins = join_candidates(cards) if privacy != "schema" else []
    return [_without_quantities(card, joins) for card in cards], joins


def _joins_of(cards: Sequence[FrameCard], joins: Sequence[Join]) -> list[str]:
    """What is said of the joins of these frames with each other and with others."""
    names = {card.name for card in cards}
    return [join_text(join) for join in joins if {join.left, join.right} & names]


def _without_quantities(card: FrameCard, joins: Sequence[Join]) -> FrameCard:
    """A card whose whole numbers tell no quantiles and no mean where they are keys: they name things."""
    keys = {name for join in joins if join.left == card.name for name in join.left_columns}
    keys |= {name for join in joins if join.right == card.name for name in join.right_columns}
    return replace(card, columns=tuple(
        replace(column, quantiles=(), mean=None) if column.sql in keys and column.type == "integer" else column
        for column in card.columns
    ))  # fmt: skip


def _description(parts: Sequence[str], joins: Sequence[str], lines: Sequence[FrameCard], privacy: Privacy) -> str:
    """All that is said of the data, with how to read it above the frames."""
    blocks = [legend("\n".join(parts))] if privacy != "schema" and parts else []
    blocks += parts
    blocks += ["Joins that the values suggest:\n" + "\n".join(joins)] if joins else []
    blocks += ["Other frames in scope:\n" + "\n".join(describe(card) for card in lines)] if lines else []
    return "\n\n".join(blocks)


def _without_hidden(exchange: Exchange, hidden: frozenset[str]) -> Exchange:
    """An earlier question without its answer, where that names a column which has been hidden since."""
    names = [entry.partition(".")[2] for entry in hidden]
    answer = "\n".join([exchange.code.text, exchange.words, exchange.outcome])
    if any(name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", answer) for name in names):
        return replace(exchange, code=replace(exchange.code, text=""), words="", outcome="")
    return exchange


def _first(text: str, budget: int) -> tuple[str, tuple[str, ...]]:
    """The lines of the user's notes that fit, and a note where some were left out."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        budget -= estimate_tokens(line) + 1
        if budget < 0:
            return "\n".join(lines), ("The user's notes are longer than what is shown here.",)
        lines.append(line)
    return "\n".join(lines), ()


def _recent(conversation: Sequence[Exchange], budget: int, *, at_least_one: bool = True) -> tuple[Exchange, ...]:
    """The latest questions that fit; the one before this one always does, as "make it monthly" means nothing else."""
    exchanges: list[Exchange] = []
    for exchange in reversed(conversation):
        budget -= _tokens(exchange)
        if budget < 0 and (exchanges or not at_least_one):
            break
        exchanges.insert(0, exchange)
    return tuple(exchanges)


def _tokens(exchange: Exchange) -> int:
    return sum(map(estimate_tokens, (exchange.question, exchange.code.text, exchange.words, exchange.outcome)))
