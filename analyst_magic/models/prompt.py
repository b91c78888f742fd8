"""``Context`` -> the messages that are sent to a model: all that it ever sees."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from ..packages import Packages
from ..planner.phrases import document_named
from ..turn import DOCUMENTS, Code, Context, Exchange, ExternalTool, Privacy, Question
from ..turn.context import Task
from .toolcall import as_call

Message = dict[str, Any]

_FENCES = {"python": "python", "sql": "sql", "document": "python-doc"}
_SHARED_RESULTS: dict[Privacy, str] = {
    "schema": "columns and size; values are withheld",
    "stats": "columns, and figures over five rows or more; others are withheld",
    "masked": "columns, and figures over five rows or more; others are withheld",
    "rows": "all that is not too long",
}
"""What is told of a step's result at each privacy level."""
_CHARTS: dict[str, str] = {"docx": "a picture of a chart (python-docx draws none; matplotlib does)"}
"""The charts of a document, where its format has none of its own."""


def messages(context: Context, nonce: str | None = None, *, calls: bool = True) -> list[Message]:
    """The messages of a request, oldest first.

    What stays the same from one request to the next comes first: the rules, then the data, then the conversation, so
    that a provider has to read only what is new. Users and the model take turns, as some models know no other order.

    >>> from analyst_magic.turn import Context, Question
    >>> [message["role"] for message in messages(Context(Question("How many rows?"), ()))]
    ['system', 'user']

    Args:
        context: The question, the descriptions of the data, and what came before.
        nonce: Marks the envelope around data; that of the context by default, else a random one. No text can close the
            envelope, as the mark is taken out of whatever is put into it.
        calls: Whether a call of a tool is answered by a message of its own, as whoever calls tools expects; else by the
            user, as code that stood in the text is.
    """
    nonce = nonce or context.nonce or secrets.token_hex(8)
    if context.task != "answer":
        return _for_text(context, nonce)
    asked = [f"Question: {exchange.question}" for exchange in context.conversation]
    asked.append("\n\n".join(_question(context)))
    asked[0] = "\n\n".join([*_data(context, nonce), asked[0]])
    parts: list[Message] = [{"role": "system", "content": _system(context)}]
    for number, exchange in enumerate(context.conversation, 1):
        parts += [_user(asked[number - 1]), _earlier(exchange, context.privacy)]
        if exchange.outcome and exchange.within(context.privacy):
            asked[number] = f"It gave:\n\n{_envelope(exchange.outcome, nonce)}\n\n{asked[number]}"
    return [*parts, _user(asked[-1]), *_attempts(context, nonce, calls=calls)]


_PROMPTS: dict[Task, str] = {
    "plan": "investigation_plan",
    "revise": "investigation_revise",
    "conclude": "investigation_findings",
    "explain": "cell_explain",
    "fix": "cell_fix",
    "document": "notebook_document",
    "look": "figure_look",
}
_ABOUT_CELLS = frozenset({"explain", "fix", "document"})


def _for_text(context: Context, nonce: str) -> list[Message]:
    """The messages of an investigation, about the user's own cells and about a figure, whose reply is a text."""
    if context.task == "look":
        return _for_look(context, nonce)
    system = template(_PROMPTS[context.task]).replace("{steps}", str(context.steps_left))
    parts = list(_data(context, nonce))
    parts += [] if context.task in _ABOUT_CELLS else [f"Question to investigate: {context.question.text}"]
    parts += [f"Today is {context.today}."] if context.today else []
    parts += [_envelope(context.progress, nonce)] if context.progress else []
    return [{"role": "system", "content": system}, _user("\n\n".join(parts))]


def _for_look(context: Context, nonce: str) -> list[Message]:
    """The messages with the picture of a figure: the question, the code, and the picture."""
    words = f"Question: {context.question.text}\n\nYour code:\n\n{_envelope(context.progress, nonce)}"
    addresses = [f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}" for png in context.pictures]
    pictures = [{"type": "image_url", "image_url": {"url": address}} for address in addresses]
    said = {"role": "user", "content": [{"type": "text", "text": words}, *pictures]}
    return [{"role": "system", "content": template("figure_look")}, said]


def _system(context: Context) -> str:
    rules = template("system").replace("{environment}", context.packages or Packages().environment)
    if context.connections:
        rules = f"{rules}\n\n{template('connections').replace('{connections}', ', '.join(context.connections))}"
    if not _steps(context):
        return rules
    rules = f"{rules}\n\n{template('steps').replace('{shared}', _SHARED_RESULTS[context.privacy])}"
    return f"{rules}\n\n{template('tools')}" if context.tools else rules


def _steps(context: Context) -> int:
    """How many steps there may be in all: the same number in all requests of a turn."""
    return context.steps_left + sum(not attempt.failed for attempt in context.failures)


def _attempts(context: Context, nonce: str, *, calls: bool) -> Iterator[Message]:
    """What the model wrote for this question so far, each with what became of it."""
    left = _steps(context)
    by_reply = groupby(context.failures, key=lambda attempt: (attempt.round, calls and bool(attempt.call)))
    for (_, called), group in by_reply:
        attempts, results = list(group), list[str]()
        for attempt in attempts:
            left -= not attempt.failed
            results.append(_step_report(attempt, left, nonce))
        yield from _answered(attempts, results, called=called)


def _step_report(attempt: Exchange, left: int, nonce: str) -> str:
    evidence = _envelope(attempt.outcome, nonce)
    if attempt.failed:
        return template("repair").replace("{evidence}", evidence)
    go_on = f"Go on: another step ({left} left), or the answer" if left else "No step is left: answer now"
    instructions = template("step").replace("{next}", f"{go_on}, by code that computes its numbers.")
    return instructions.replace("{evidence}", evidence)


def _answered(attempts: Sequence[Exchange], results: Sequence[str], *, called: bool) -> Iterator[Message]:
    """What a model asked for in one reply, and the results: by the ids of its calls, or as its user tells them."""
    if called:
        tool_calls = [as_call(attempt.call, _tag(attempt), attempt.code.text) for attempt in attempts]
        yield {"role": "assistant", "content": None, "tool_calls": tool_calls}
        for attempt, result in zip(attempts, results, strict=True):
            yield {"role": "tool", "tool_call_id": attempt.call, "content": result}
        return
    for attempt, result in zip(attempts, results, strict=True):
        yield _assistant(attempt.code, "" if attempt.failed else "-step")
        yield _user(result)


def _tag(attempt: Exchange) -> str:
    """The tag of the block that a call stands for."""
    if attempt.code.is_lookup:
        return f"{attempt.code.format}-step"
    return _FENCES[attempt.code.language] + ("" if attempt.failed else "-step")


def readable(parts: Sequence[Message]) -> str:
    """Messages as readable text."""
    return "\n\n".join(f"[{part['role']}]\n{text_of(part)}" for part in parts)


def text_of(part: Message) -> str:
    """A message as text: what it says, what it calls, and how large its pictures are."""
    if isinstance(part["content"], list):
        return "\n".join(map(_part_text, part["content"]))
    calls = [f"{call['function']['name']}({call['function']['arguments']})" for call in part.get("tool_calls", ())]
    return "\n".join([*([part["content"]] if part["content"] else []), *calls])


def _part_text(part: Mapping[str, Any]) -> str:
    """A part of a message as text; of a picture its size alone."""
    if part["type"] == "text":
        return str(part["text"])
    data = part["image_url"]["url"].partition(",")[2]
    return f"[a picture: PNG, {len(data) * 3 // 4 / 1000:,.0f} kB]"


def preview(context: Context) -> str:
    """What would be sent, as text, and what may follow it.

    Args:
        context: What a model would be asked with.
    """
    text = readable(messages(context))
    return f"{text}\n\n{_FIGURES_FOLLOW[context.privacy]}" if context.shows_figures else text


_OF_AGGREGATES = "a figure of aggregates over five rows or more, its picture and its code follow once"
_FIGURES_FOLLOW: dict[Privacy, str] = {
    "schema": "(No figure is shown to the model at this privacy level.)",
    "stats": f"(If the code draws {_OF_AGGREGATES}.)",
    "masked": f"(If the code draws {_OF_AGGREGATES}.)",
    "rows": "(If the code draws figures, their pictures and the code follow once.)",
}


@cache
def template(name: str) -> str:
    """A text from ``prompts/``."""
    return (files(__package__) / "prompts" / f"{name}.md").read_text(encoding="utf-8").strip()


def _data(context: Context, nonce: str) -> Iterator[str]:
    """What is told of the data, whatever the question."""
    yield _envelope(context.description or "There is no frame in scope.", nonce)
    yield from context.notes
    if context.others:
        yield f"Other frames in scope, not described here: {', '.join(context.others[:50])}."
    if context.tools:
        yield f"Tools of other programs, in their own words:\n{_envelope(_tools(context.tools), nonce)}"
    if context.definitions_text:
        how = (
            'In SQL, MEASURE(NAME) stands for a metric\'s formula; in Python, measure("NAME", frame) is its value over '
            'a frame that has the columns, and measure("NAME", frame, by=["column"]) a frame with a row for each group.'
        )
        yield f"Definitions that the user has agreed on. Use them where they fit. {how}\n{context.definitions_text}"
    if context.user_notes:
        yield f"Notes of the user on the data and how answers should be:\n{context.user_notes}"


def _tools(tools: Sequence[ExternalTool]) -> str:
    return "\n".join(f"- {tool.full_name}: {tool.description}\n  arguments: {tool.parameters}" for tool in tools)


def _question(context: Context) -> Iterator[str]:
    """The question, with what is told for its sake."""
    question = context.question
    yield f"Question: {question.text}"
    if context.today:
        yield f"Today is {context.today}."
    if context.examples:
        examples = [f"{e.question}\n{_earlier(e, context.privacy)['content']}" for e in context.examples]
        yield "Earlier answers that the user found right:\n\n" + "\n\n".join(examples)
    frames = {card.name for card in context.cards}
    alive = [variable for variable in context.variables if variable.partition(":")[0] not in frames]
    if alive:
        yield f"Variables alive from earlier code: {', '.join(alive)}."
    yield from _form(question)
    if question.language is not None:
        yield f"Answer in a ```{_FENCES[question.language]} block."


def _form(question: Question) -> Iterator[str]:
    """The form of the answer, where the question has one."""
    kind = question.wants or document_named(question.text)
    if kind in DOCUMENTS:
        instructions = (
            template("document").replace("{format}", f".{kind}").replace("{library}", DOCUMENTS[kind].libraries)
        )
        instructions = instructions.replace("{chart}", _CHARTS.get(kind, "a native chart"))
        sure = "" if question.wants else "If a file is what the question asks for: "
        yield f"{sure}{instructions}\n\n{template(f'document_{kind}')}"
        if question.template is not None:
            like = question.template
            yield template("template").replace("{name}", like.name).replace("{about}", like.about[:2_000])
    elif question.dashboard:
        yield "The answer is a dashboard: display(fig) each of two to six plotly figures, which become one grid."
    elif question.wants is not None:
        yield f"The answer is a {question.wants}."


def _envelope(text: str, nonce: str) -> str:
    """Text from the data, between two lines that the data cannot forge, even if it knows the mark."""
    return f"DATA {nonce}\n{re.sub(re.escape(nonce), '…', text, flags=re.IGNORECASE)}\nEND DATA {nonce}"


def _user(text: str) -> Message:
    return {"role": "user", "content": text}


def _earlier(exchange: Exchange, level: Privacy) -> Message:
    """What was answered before, unless its author was shown more than this model may see."""
    if not exchange.within(level):
        return {"role": "assistant", "content": f"(code that is not shown at the privacy level {level})"}
    code = _assistant(exchange.code) if exchange.code.text.strip() or not exchange.words else None
    parts = [exchange.words, *([code["content"]] if code is not None else [])]
    return {"role": "assistant", "content": "\n\n".join(part for part in parts if part)}


def _assistant(code: Code, mark: str = "") -> Message:
    tag = code.format if code.is_lookup else _FENCES[code.language]
    text = f"```{tag}{mark}\n{code.text}\n```" if code.text.strip() else "(no code)"
    return {"role": "assistant", "content": text}
