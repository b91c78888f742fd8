"""``Context`` -> the messages that are sent to a model: all that it ever sees."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ..packages import Packages
from ..planner.phrases import document_named
from ..turn import DOCUMENTS, Code, Context, Exchange, Privacy

Message = dict[str, str]

_FENCES = {"python": "python", "sql": "sql", "document": "python-doc"}


def messages(context: Context, nonce: str | None = None) -> list[Message]:
    """The messages of a request, oldest first.

    >>> from analyst_magic.turn import Context, Question
    >>> [message["role"] for message in messages(Context(Question("How many rows?"), ()))]
    ['system', 'user']

    Args:
        context: The question, the descriptions of the data, and what came before.
        nonce: Marks the envelope around it; random by default, so that no value can close the envelope.
    """
    found: list[Message] = [{"role": "system", "content": _system(context)}]
    for exchange in context.conversation:
        found += [_user(exchange.question), _earlier(exchange, context.privacy)]
    nonce = nonce or context.nonce or secrets.token_hex(8)
    found.append(_user("\n\n".join(_request(context, nonce))))
    steps = sum(not attempt.failed for attempt in context.failures)
    for attempt in context.failures:
        evidence = _envelope(attempt.outcome, nonce)
        if attempt.failed:
            found += [_assistant(attempt.code), _user(template("repair").replace("{evidence}", evidence))]
        else:
            steps -= 1
            told = template("step").replace("{left}", str(max(0, context.steps_left + steps)))
            found += [_assistant(attempt.code, "-step"), _user(told.replace("{evidence}", evidence))]
    return found


def _system(context: Context) -> str:
    return template("system").replace("{packages}", context.packages or Packages().listing)


def readable(parts: Sequence[Message]) -> str:
    """Messages as readable text."""
    return "\n\n".join(f"[{part['role']}]\n{part['content']}" for part in parts)


@cache
def template(name: str) -> str:
    """A text from ``prompts/``."""
    return (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8").strip()


def _request(context: Context, nonce: str) -> list[str]:
    question = context.question
    parts = [_envelope(context.description or "There is no frame in scope.", nonce)]
    parts += context.notes
    if context.user_notes:
        parts.append(f"Notes of the user on the data and how answers should be:\n{context.user_notes}")
    if context.examples:
        shown = [f"{e.question}\n{_earlier(e, context.privacy)['content']}" for e in context.examples]
        parts.append("Earlier answers that the user found right:\n\n" + "\n\n".join(shown))
    if context.others:
        parts.append(f"Other frames in scope, not described here: {', '.join(context.others[:50])}.")
    if context.variables:
        parts.append(f"Variables alive from earlier code: {', '.join(context.variables)}.")
    parts.append(f"Question: {question.text}")
    kind = question.wants or document_named(question.text)
    if kind in DOCUMENTS:
        told = template("document").replace("{format}", f".{kind}").replace("{library}", DOCUMENTS[kind].libraries)
        sure = "" if question.wants else "If a file is what the question asks for: "
        parts.append(f"{sure}{told}\n\n{template(f'document_{kind}')}")
        if question.template is not None:
            like = question.template
            parts.append(template("template").replace("{name}", like.name).replace("{about}", like.about[:2_000]))
    elif question.dashboard:
        parts.append(
            "The answer is a dashboard: display(fig) each of two to six plotly figures, which become one grid."
        )
    elif question.wants is not None:
        parts.append(f"The answer is a {question.wants}.")
    if question.language is not None:
        parts.append(f"Answer in a ```{_FENCES[question.language]} block.")
    return parts


def _envelope(text: str, nonce: str) -> str:
    """Text from the data, between two lines that the data cannot forge."""
    return f"DATA {nonce}\n{text.replace(nonce, '…')}\nEND DATA {nonce}"


def _user(text: str) -> Message:
    return {"role": "user", "content": text}


def _earlier(exchange: Exchange, level: Privacy) -> Message:
    """The code of an earlier answer, unless its author was shown more than this model may see."""
    if exchange.within(level):
        said = exchange.outcome if not exchange.code.text.strip() else ""
        return {"role": "assistant", "content": said} if said else _assistant(exchange.code)
    return {"role": "assistant", "content": f"(code that is not shown at the privacy level {level})"}


def _assistant(code: Code, mark: str = "") -> Message:
    tag = code.format if code.format == "describe" else _FENCES[code.language]
    text = f"```{tag}{mark}\n{code.text}\n```" if code.text.strip() else "(no code)"
    return {"role": "assistant", "content": text}
