"""Tools of MCP servers in a turn: which ones the model is offered, and a call of one as a step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..credentials import without_credentials
from ..errors import NoCode, ToolFailed
from ..language import message
from ..tool_servers.server import ToolAnswer
from ..turn import Attempt, Code, Context, Execution, ExternalTool, Output
from ..wording import count
from .attempt import approved
from .job import Event, Job

MAX_ARGUMENTS = 10_000
"""Characters of the arguments of one call."""
MAX_NOTE = 200


async def with_tools(job: Job, context: Context) -> tuple[Context, tuple[str, ...]]:
    """The context with the tools that its model may ask for, and remarks on servers whose tools are not there.

    The planner and other models in this process are offered none: they read the data in full, so that what they would
    send could hold any of it.

    Args:
        job: The question.
        context: What its model is told so far.
    """
    servers = job.options.tool_servers
    if servers is None or not job.model.remote or context.task != "answer":
        return context, ()
    if not context.steps_left:
        return context, ("The model was offered no tools: a call is a step, and the setting max_steps is 0.",)
    with job.clock.stage("tools") as stage:
        tools, problems = await servers.tools()
        stage.facts["tools"] = len(tools)
    return replace(context, tools=tools), problems


async def call_tool(job: Job, code: Code, context: Context) -> Attempt:
    """Call the tool that a step asks for. A tool that fails is an outcome that the model is told, and no failure.

    Args:
        job: The question.
        code: The step: a JSON object with ``tool`` and ``arguments``.
        context: What the model was told; its arguments hold nothing else of the data.

    Raises:
        Stopped: The user does not approve the call.
    """
    if not context.steps_left:
        return Attempt(
            code, error=NoCode(message("A tool was to be called, and no step was left."), message("Raise max_steps."))
        )
    try:
        tool, arguments = _read(code.text, context)
        if job.options.confirm:
            code = replace(code, text=await approved(job, code.text, ()))
            tool, arguments = _read(code.text, context)
    except NoCode as error:
        return Attempt(code, error=error)
    shown = f"{tool.full_name}({_short(arguments)})"
    job.listen(Event("tool", shown))
    with job.clock.stage("tool") as stage:
        stage.facts["tool"] = tool.full_name
        answer = await _answer(job, tool, arguments)
        stage.facts["characters"] = answer.length
        stage.error = ToolFailed.__name__ if answer.failed else ""
    how = "failed" if answer.failed else f"answered {count(answer.length, 'character')} of unchecked text"
    text = f"{tool.full_name} {'failed' if answer.failed else 'answered'} (untrusted text):\n{answer.text}"
    output = Output("text", text, stream="described")
    return Attempt(code, execution=Execution((output,), notes=(f"The model called {shown}, which {how}.",)))


async def _answer(job: Job, tool: ExternalTool, arguments: dict[str, Any]) -> ToolAnswer:
    assert job.options.tool_servers is not None
    try:
        return await job.options.tool_servers.call(tool, arguments)
    except ToolFailed as error:
        return ToolAnswer(error.message, failed=True)


def _read(text: str, context: Context) -> tuple[ExternalTool, dict[str, Any]]:
    """The tool and the arguments of a step.

    Raises:
        NoCode: It is no call of a tool that was offered.
    """
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        asked = None
    arguments = asked.get("arguments", {}) if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not isinstance(arguments, dict) or len(text) > MAX_ARGUMENTS:
        raise NoCode(
            message(
                'A tool-step is one JSON object of up to {max_arguments:,} characters: {{"tool": …, "arguments": …}}.',
                max_arguments=MAX_ARGUMENTS,
            ),
            message("Ask again."),
        )
    offered = {tool.full_name: tool for tool in context.tools}
    if asked.get("tool") not in offered:
        raise NoCode(
            message("There is no tool {get}.", get=str(asked.get("tool"))[:80]),
            message("Tools: {offered}.", offered=", ".join(offered) or message("none")),
        )
    return offered[asked["tool"]], arguments


def _short(arguments: dict[str, Any]) -> str:
    text = without_credentials(json.dumps(arguments, ensure_ascii=False))
    return text if len(text) <= MAX_NOTE else f"{text[:MAX_NOTE]} …"


def calls_of(attempts: Sequence[Attempt]) -> tuple[str, ...]:
    """The calls of tools among attempts, as remarks for the user."""
    executions = [attempt.execution for attempt in attempts if attempt.code.format == "tool"]
    return tuple(note for execution in executions if execution is not None for note in execution.notes)
