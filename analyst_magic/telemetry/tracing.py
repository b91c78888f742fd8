"""Turns as OpenTelemetry traces, after the semantic conventions for generative AI. Off unless asked for.

Spans are made when a turn is over, from the stages as they were measured: the turn itself waits for nothing. What was
asked, what was sent and what came back are content, and left out unless asked for too.

Source of the names: https://github.com/open-telemetry/semantic-conventions-genai (agent, inference and tool spans).
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from ..credentials import without_credentials
from ..errors import UnknownOption
from ..extras import require
from ..language import message
from ..models.prompt import messages, text_of
from ..turn import Stage, Turn

OWN = "otel"
"""The setting's value for the tracer provider that this process has configured itself."""


def tracer(where: str, *, content: bool = False) -> Callable[[Turn, Sequence[Stage]], None]:
    """What sends a turn's spans.

    Args:
        where: ``otel``, or the address of an OTLP endpoint over HTTP, such as ``http://localhost:5000/v1/traces``.
            Headers and certificates come from the variables of the OpenTelemetry SDK (``OTEL_EXPORTER_OTLP_HEADERS``).
        content: Whether questions, prompts, answers and code go along.

    Returns:
        To be called with each turn, in any thread; the spans belong to what is current in the calling thread now.

    Raises:
        UnknownOption: It is no address, or OpenTelemetry is not installed.
    """
    try:
        from opentelemetry import context, trace
    except ImportError:
        raise UnknownOption(
            "OpenTelemetry is not installed, and tracing is asked for.", "pip install 'analyst-magic[tracing]'"
        ) from None
    provider = trace.get_tracer_provider() if where == OWN else _provider(where)
    made = provider.get_tracer("analyst_magic", version("analyst-magic"))
    outer = context.get_current()

    def send(turn: Turn, starts: Sequence[Stage]) -> None:
        stages = sorted([*turn.stages, *starts], key=lambda stage: stage.begun)
        begun = turn.stages[0].begun
        stages = [s for s in stages if s.seconds > 0.0005 and s.begun + s.seconds > begun]
        root = made.start_span("invoke_agent analyst", outer, start_time=_nanoseconds(begun), attributes=_whole(turn))
        if turn.error is not None:
            _fail(root, type(turn.error).__name__)
        if content:
            root.set_attribute("gen_ai.input.messages", _said("user", turn.question.text))
            root.set_attribute("gen_ai.output.messages", _said("assistant", turn.text or turn.code))
        inside = trace.set_span_in_context(root)
        for stage in stages:
            name, kind, facts = _named(stage, turn, content=content)
            facts |= _request(turn)
            span = made.start_span(
                name, inside, getattr(trace.SpanKind, kind), facts, start_time=_nanoseconds(stage.begun)
            )
            if stage.error:
                _fail(span, stage.error)
            span.end(_nanoseconds(stage.begun + stage.seconds))
        root.end(_nanoseconds(begun + turn.seconds.get("total", 0.0)))

    return send


@functools.cache
def _provider(where: str) -> Any:
    """A tracer provider for one endpoint. It sends from a thread of its own, and what is left when the process ends."""
    if urlsplit(where).scheme not in {"http", "https"}:
        raise UnknownOption(
            f"The setting tracing does not take {where!r}.",
            "Use otel, or an address such as http://host:4318/v1/traces",
        )
    require("opentelemetry.exporter.otlp.proto.http", "tracing", message("The setting tracing needs"))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "analyst-magic"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=where), schedule_delay_millis=1_000))
    return provider


def _whole(turn: Turn) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "analyst",
        **_model(turn.model),
        "analyst.turn.id": turn.uid,
        "analyst.pinned": turn.pinned,
        "analyst.privacy": turn.privacy,
        "analyst.attempts": len(turn.attempts),
        "analyst.results": len(turn.results),
    }
    attributes |= _request(turn)
    if turn.tokens is not None:
        attributes["gen_ai.usage.input_tokens"] = turn.tokens.prompt
        attributes["gen_ai.usage.output_tokens"] = turn.tokens.completion
    if turn.cost is not None:
        attributes["analyst.cost"] = turn.cost
    return attributes


def _request(turn: Turn) -> dict[str, str]:
    """The id of the request that the turn answers, in every span: what is filtered by it is found whole."""
    return {"analyst.request.id": turn.question.request} if turn.question.request else {}


def _model(name: str) -> dict[str, str]:
    provider, colon, model = name.partition(":")
    return (
        {"gen_ai.provider.name": provider, "gen_ai.request.model": model} if colon else {"gen_ai.request.model": name}
    )


def _named(stage: Stage, turn: Turn, *, content: bool) -> tuple[str, str, dict[str, Any]]:
    """A stage's span: its name, its kind and its attributes."""
    own = {f"analyst.{name}": value for name, value in stage.facts.items()}
    if stage.name == "model":
        name = str(stage.facts.get("model", ""))
        attributes: dict[str, Any] = {"gen_ai.operation.name": "chat", **_model(name)}
        for fact in ("input_tokens", "output_tokens"):
            if fact in stage.facts:
                attributes[f"gen_ai.usage.{fact}"] = stage.facts[fact]
        if "pictures" in stage.facts:
            attributes["analyst.pictures"] = stage.facts["pictures"]
        if content and stage.context is not None:
            sent = messages(stage.context)
            attributes["gen_ai.input.messages"] = json.dumps([_message(m["role"], text_of(m)) for m in sent])
        if content and stage.reply is not None:
            code = stage.reply.code.text if stage.reply.code is not None else ""
            text = "\n\n".join(filter(None, [stage.reply.text, code]))
            attributes["gen_ai.output.messages"] = _said("assistant", text)
        return f"chat {name.partition(':')[2] or name}", "CLIENT" if turn.remote else "INTERNAL", attributes
    if stage.name == "sandbox":
        language = str(stage.facts.get("language", "python"))
        tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": language, "gen_ai.tool.type": "function"}
        if content:
            own["gen_ai.tool.call.arguments"] = json.dumps({"code": without_credentials(_code_at(stage, turn))})
        return f"execute_tool {language}", "INTERNAL", {**tool, **own}
    return f"analyst.{stage.name}", "INTERNAL", own


def _code_at(stage: Stage, turn: Turn) -> str:
    """The code that a stage ran: runs and executed attempts follow each other in the same order."""
    runs = [s for s in turn.stages if s.name == "sandbox"]
    ran = [attempt for attempt in turn.attempts if attempt.execution is not None]
    place = next((i for i, run in enumerate(runs) if run is stage), 0)
    return ran[place].code.text if place < len(ran) else ""


def _said(role: str, text: str) -> str:
    return json.dumps([_message(role, text)])


def _message(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "parts": [{"type": "text", "content": without_credentials(text)}]}


def _fail(span: Any, kind: str) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, kind))


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
