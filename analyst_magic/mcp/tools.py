"""The tools. Each is short: who calls is looked up, the workspace does the work, and what leaves is a typed view."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp_types import CallToolResult, ContentBlock, ImageContent, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from ..errors import AnalystError
from ..report_formats import REPORT_FORMATS
from ..turn import Code, DocumentFormat, Wants
from .progress import Progress
from .schemas import Answer, EarlierTurns, Problem, Report, Sources, Text
from .views import answer_view, pictures_of
from .workspace import Workspace, sql_for

READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
COMPUTES = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
"""Code changes variables of the sandbox, and nothing of the user's."""
ASKS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=False, open_world_hint=True)
"""The question goes to the user's model, which may be on another machine."""
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)

SANDBOX_ENDED = (
    "Your sandbox had been ended for other agents: variables of earlier calls are gone, answers are still there."
)

Purpose = Annotated[str, Field(description="Why, in a few words: the user reads it in the history", max_length=300)]
Limit = Annotated[int, Field(ge=1, le=200, description="How many at the most")]
ReportFormat = Annotated[str, Field(json_schema_extra={"enum": list(REPORT_FORMATS)})]
View = TypeVar("View", bound=BaseModel)


def add_tools(server: MCPServer, workspace: Workspace) -> None:
    """Add the tools to a server."""
    _add_sources(server, workspace)
    _add_knowledge(server, workspace)
    _add_working(server, workspace)
    _add_files(server, workspace)


def _add_sources(server: MCPServer, workspace: Workspace) -> None:
    @server.tool(title="List the data", annotations=READS)
    async def list_sources(ctx: Context, words: str = "", limit: Limit = 50) -> Annotated[CallToolResult, Sources]:
        """Frames, files and tables of databases in scope, with their columns; words narrow them by name or column."""

        async def work() -> Sources:
            await workspace.note(workspace.clients.name_of(ctx), "list_sources")
            return await workspace.sources(words, limit)

        return await _call(workspace, Sources, work)

    @server.tool(title="Describe a source", annotations=READS)
    async def describe(ctx: Context, source: str) -> Annotated[CallToolResult, Text]:
        """One source in full, within the privacy level: types, gaps, ranges, frequent values, keys."""

        async def work() -> Text:
            text = await workspace.describe(source)
            await workspace.note(workspace.clients.name_of(ctx), f"describe {source}")
            return Text(text=text, privacy=workspace.privacy)

        return await _call(workspace, Text, work)


def _add_knowledge(server: MCPServer, workspace: Workspace) -> None:
    @server.tool(title="Look up definitions", annotations=READS)
    async def definitions(ctx: Context, words: str = "") -> Annotated[CallToolResult, Text]:
        """The metrics, fields and relationships that the user has defined. Where one is defined, use it."""

        async def work() -> Text:
            await workspace.note(workspace.clients.name_of(ctx), "definitions")
            return Text(text=await workspace.definitions(words), privacy=workspace.privacy)

        return await _call(workspace, Text, work)

    @server.tool(title="Search earlier questions", annotations=READS)
    async def history_search(
        ctx: Context, words: str = "", limit: Limit = 10
    ) -> Annotated[CallToolResult, EarlierTurns]:
        """Earlier questions of this folder with the code that answered them, the latest first."""

        async def work() -> EarlierTurns:
            found = await workspace.earlier(words, limit)
            await workspace.note(workspace.clients.name_of(ctx), "history_search")
            return found

        return await _call(workspace, EarlierTurns, work)


def _add_working(server: MCPServer, workspace: Workspace) -> None:
    @server.tool(title="Run Python", annotations=COMPUTES)
    async def run_python(ctx: Context, code: str, purpose: Purpose = "") -> Annotated[CallToolResult, Answer]:
        """Run Python in the sandbox. Sources are variables under their names (pandas, polars or Arrow, as the user has
        them; files are DuckDB relations). The value of the last line is the result; Plotly figures are shown. Variables
        stay for later calls. There is no network."""
        return await _run(ctx, workspace, lambda: Code(code), purpose)

    @server.tool(title="Run SQL", annotations=COMPUTES)
    async def run_sql(
        ctx: Context, sql: str, connection: str = "", result: str = "", purpose: Purpose = ""
    ) -> Annotated[CallToolResult, Answer]:
        """Run one SELECT. Without a connection: DuckDB over frames and files; later code finds the rows as `result`.
        With one: in its engine's dialect, read-only; name a result to use its rows in later code."""
        return await _run(ctx, workspace, lambda: sql_for(sql, connection, result), purpose)

    @server.tool(title="Ask in plain words", annotations=ASKS)
    async def ask(
        ctx: Context, question: str, form: Wants | None = None, model: str = ""
    ) -> Annotated[CallToolResult, Answer]:
        """Put a question in plain words to the user's model, which writes and runs the code. `model` names another one
        that the user has configured, as PROVIDER:MODEL, or `offline` for the rule-based planner."""
        return await _ask(ctx, workspace, question, form, model)


def _add_files(server: MCPServer, workspace: Workspace) -> None:
    @server.tool(title="Make a document", annotations=WRITES)
    async def make_document(
        ctx: Context, request: str, format: DocumentFormat, code: str = ""
    ) -> Annotated[CallToolResult, Answer]:
        """Make an Excel, Word, PDF or PowerPoint file for the user. The user's model writes it, or bring Python of your
        own that writes one file to OUTPUT_PATH. The file lies in the user's folder."""
        if code:
            return await _run(ctx, workspace, lambda: Code(code, "document", format), request)
        return await _ask(ctx, workspace, request, format, "")

    @server.tool(title="Write a report", annotations=WRITES)
    async def export_report(
        ctx: Context,
        title: str,
        answers: list[str] | None = None,
        format: ReportFormat = "html",
    ) -> Annotated[CallToolResult, Report]:
        """Write answers of this session, by their names, as a report with their figures and tables; all where none is
        named. The file lies in the user's folder."""

        async def work() -> Report:
            agent = workspace.clients.name_of(ctx)
            path = await workspace.report(agent, title, answers or [], format)
            await workspace.note(agent, "export_report")
            return Report(name=path.name)

        return await _call(workspace, Report, work)


async def _run(ctx: Context, workspace: Workspace, code: Callable[[], Code], purpose: str) -> CallToolResult:
    async def work(listen: Progress) -> str:
        return await workspace.run(workspace.clients.name_of(ctx), code(), purpose, listen)

    return await _answered(ctx, workspace, work)


async def _ask(ctx: Context, workspace: Workspace, question: str, form: Wants | None, model: str) -> CallToolResult:
    async def work(listen: Progress) -> str:
        return await workspace.ask(workspace.clients.name_of(ctx), question, form, model, listen)

    return await _answered(ctx, workspace, work)


async def _answered(ctx: Context, workspace: Workspace, work: Callable[[Progress], Awaitable[str]]) -> CallToolResult:
    """Do work that gives an answer, with its progress, and show the answer."""
    try:
        async with workspace.place(), Progress(ctx) as listen:
            name = await work(listen)
    except AnalystError as error:
        return _failed(Answer, workspace.problem(error))
    done = workspace.answer(name)
    view, pictures = answer_view(name, done), list[ContentBlock]()
    view.note = SANDBOX_ENDED if workspace.clients.lost_sandbox(done.agent) else ""
    if view.privacy == "rows" and view.figures:
        drawn, missing = await asyncio.to_thread(pictures_of, done.turn.figures)
        for figure, data in zip(view.figures, drawn, strict=True):
            figure.picture, figure.note = data is not None, "" if data is not None else f"No picture: {missing}."
            if data is not None:
                pictures.append(
                    ImageContent(type="image", data=base64.b64encode(data).decode("ascii"), mime_type="image/png")
                )
    return _result(view, ok=view.ok, more=pictures)


async def _call(workspace: Workspace, kind: type[View], work: Callable[[], Awaitable[View]]) -> CallToolResult:
    """Do work that only reads."""
    try:
        async with workspace.place():
            return _result(await work())
    except AnalystError as error:
        return _failed(kind, workspace.problem(error))


def _failed(kind: type[BaseModel], problem: Problem) -> CallToolResult:
    return _result(kind.model_validate({"ok": False, "error": problem}), ok=False)


def _result(view: BaseModel, *, ok: bool = True, more: list[ContentBlock] | None = None) -> CallToolResult:
    content: list[ContentBlock] = [TextContent(type="text", text=view.model_dump_json(exclude_defaults=True))]
    return CallToolResult(
        content=[*content, *(more or [])], structured_content=view.model_dump(mode="json"), is_error=not ok
    )
