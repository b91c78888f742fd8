"""A plan as code for the sandbox: SQL for a table, Python for a chart or a document.

The same plan always compiles to the same text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import CheckFailed
from ...language import message
from ...theme import DEFAULT, Theme
from ...turn import Code, FrameCard, Language
from .answer import answer_lines
from .cards import RowCard, row_card
from .charts import chart_code
from .documents import document_code
from .schema import QueryPlan, frames_of
from .sql import query, to_sql
from .text import answer_call, answer_comment, flat_copy, needs_flat_copy, query_lines

__all__ = ["to_code", "to_sql"]


def to_code(
    plan: QueryPlan,
    card: FrameCard,
    language: Language | None = None,
    template: bool = False,
    others: Sequence[FrameCard] = (),
    theme: Theme = DEFAULT,
) -> Code:
    """The plan as code; a table is SQL, unless ``language`` asks for Python.

    Args:
        plan: What is asked.
        card: The frame that it is asked of.
        language: What the code is to be written in; None where that does not matter.
        template: Whether a document is to look like the template at ``TEMPLATE_PATH``.
        others: The other frames that the plan may name.
        theme: How documents and charts look.

    Raises:
        CheckFailed: The plan names a frame or column that is not there.
    """
    card = row_card(plan, card, others)
    sql = to_sql(plan, card)  # also checks every name
    if plan.document or plan.chart or language == "python":
        _check_others(plan, card)
    if plan.document:
        return Code(document_code(plan, card, template, theme), "document", plan.document)
    if plan.chart:
        return Code(chart_code(plan, card, theme), "python")
    if language == "python":
        return Code(_table_code(plan, card), "python")
    return Code("\n".join([sql, *answer_comment(answer_lines(plan, card))]), "sql")


def _check_others(plan: QueryPlan, card: RowCard) -> None:
    """Refuse a second frame that Python hands to DuckDB otherwise than SQL sees it: with an index, or odd labels."""
    names = frames_of(plan) - {plan.frame}
    for other in card.others:
        if other.name in names and needs_flat_copy(other):
            raise CheckFailed(
                message(
                    "The frame {other} has an index, or labels that are no text, so that it cannot be joined here.",
                    other=other.name,
                ),
                message("Reset its index first: {other} = {other}.reset_index().", other=other.name),
            )


def _table_code(plan: QueryPlan, card: FrameCard) -> str:
    source, flat = flat_copy(card)
    lines = query_lines(query(plan, card, source).sql("duckdb", pretty=True))
    return "\n".join(["import duckdb", "", *flat, *lines, *answer_call(answer_lines(plan, card)), "data"]) + "\n"
