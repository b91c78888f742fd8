"""``context`` and ``--dry-run``: exactly what a model would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..analyst import Analyst
from ..models.prompt import preview
from ..models.providers import parse_model
from ..turn import Question
from ..turn.context import Context
from ..turn.tokens import describe_tokens


def show_prompt(analyst: Analyst, question: Question, frames: Mapping[str, object], options: Mapping[str, Any]) -> str:
    """The text that a model would be sent, its size, and where it would go. Nothing is sent.

    Raises:
        InputError: The question, a frame or an option cannot be used.
    """
    return prompt_text(analyst, analyst.context(question, frames, **options), options)


def prompt_text(analyst: Analyst, context: Context, options: Mapping[str, Any] | None = None) -> str:
    """The text of what a model would be sent, its size, and where it would go."""
    options = options or {}
    text = preview(context)
    model = analyst.model_name(**{name: value for name, value in options.items() if name == "model"})
    where = f"would go to {model}" if parse_model(model)[0].remote else f"stays here: {model} sends nothing"
    return f"{text}\n\n[{describe_tokens(text)}, privacy {context.privacy}; this {where}; nothing was sent]"
