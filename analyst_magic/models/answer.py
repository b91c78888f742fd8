"""An answer of an endpoint as it arrives, and what it asks for: steps, and the program that answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..language import message, messages
from ..turn import Code, Context, Tokens
from .parse import find_steps, parse, parse_programs
from .several import one_program
from .toolcall import Calls
from .written_calls import with_written_calls


class StreamedAnswer:
    """The answer as far as it has arrived. Reasoning is neither shown nor stored."""

    def __init__(self) -> None:
        self.text = ""
        self.started = False
        self._calls = Calls()
        self.finish: str | None = None
        self.refusal = False
        self.tokens: Tokens | None = None
        self.cost: float | None = None

    def add(self, chunk: Any) -> str:
        """Add a chunk and return its text."""
        piece = ""
        for choice in (chunk.choices or ())[:1]:
            if choice.delta is not None:
                piece = _text_of_delta(choice.delta.content)
                self.text += piece
                piece += self._calls.add(getattr(choice.delta, "tool_calls", None))
                self.refusal = self.refusal or bool(getattr(choice.delta, "refusal", None))
            self.finish = choice.finish_reason or self.finish
        self.started = self.started or bool(piece)
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self.tokens = Tokens(int(usage.prompt_tokens or 0), int(usage.completion_tokens or 0))
            cost = getattr(usage, "cost", None)
            self.cost = float(cost) if isinstance(cost, int | float) else None
        return piece

    @property
    def called(self) -> bool:
        """Whether it calls a tool."""
        return bool(self._calls)

    def full_text(self) -> str:
        """The text, with each tool call as the fenced block that it stands for."""
        return "\n\n".join([self.text, *(call.fence for call in self._calls.read()[0])]).strip()

    def asked_for(self, context: Context) -> RequestedCode:
        """The steps, and the program that answers the question: of blocks in the text, and of tool calls."""
        prose, in_text, rest = find_steps(with_written_calls(self.text))
        around, programs = parse_programs(rest, context.question.wants)
        steps, answering, notes = dict.fromkeys(in_text, ""), "", list[str]()
        calls, unreadable = self._calls.read()
        for call in calls:
            _, of_call, other = find_steps(call.fence)
            code = parse(other, context.question.wants)[1] if not of_call else None
            for step in of_call:
                steps.setdefault(step, call.identity)
            if code is not None:
                programs.append(code)
                answering = answering or call.identity
            unreadable += not of_call and code is None
        if unreadable:
            notes.append(
                message(
                    "{counted} of the model could not be read, and nothing ran for it.",
                    counted=messages("{number} tool call", "{number} tool calls", unreadable),
                )
            )
        if self._calls.dropped:
            notes.append(
                message(
                    "{counted} too many in one reply: not run.",
                    counted=messages("{number} tool call", "{number} tool calls", self._calls.dropped),
                )
            )
        codes = [(step, True, call) for step, call in steps.items()]
        if programs:
            whole, note = one_program(programs, [*context.cards, *context.outlined], context.others)
            codes.append((whole, False, answering))
            notes += [note] if note else []
        return RequestedCode(prose if steps or calls else around, codes, tuple(notes))


@dataclass(frozen=True, slots=True)
class RequestedCode:
    """What an answer asks for: pieces of code, each with whether it is a step and the id of the tool call that asks for
    it, and what was not taken."""

    prose: str
    codes: list[tuple[Code, bool, str]]
    notes: tuple[str, ...]


def _text_of_delta(content: Any) -> str:
    """The text of a delta. Some models send a list of parts; those without text are reasoning."""
    if isinstance(content, list):
        return "".join(_text_of_delta(part.get("text")) for part in content if isinstance(part, Mapping))
    return content if isinstance(content, str) else ""
