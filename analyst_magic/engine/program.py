"""A program: its queries run on the connections that hold the data, its code in the sandbox with their results."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import CheckFailed, CodeFailed, RunTimeout
from ..sources.connections.connection import Rows
from ..sources.frames import to_frame
from ..turn import Attempt, Code, Execution, Finding, FrameCard, Output, RowStep
from ..turn.answer import answer_template
from ..turn.queries import Query, joined, split
from .attempt import approved, attempt, check_failed, checked, executed, scope_of
from .connected import (
    Connected,
    as_frame,
    connected,
    findings,
    program_of,
    remarks,
    run_query,
    tables_named,
)
from .connected_counts import rows_behind
from .defined_metrics import with_formulas
from .job import Event, Job
from .planned import as_planned


async def run_program(job: Job, code: Code, cards: Sequence[FrameCard] = (), *, step: bool = False) -> Attempt:
    """Check and run a program. What is wrong with it is in the attempt's ``error``.

    Args:
        job, code, cards, step: As for ``attempt``, which also says what is raised.
    """
    if job.question.code is None and not job.model.remote:
        try:
            code = as_planned(code, job.sources)
        except CheckFailed as error:
            return Attempt(code, error=error)
    code = program_of(code, job.sources)
    code, metric_findings = with_formulas(job, code, by_model=bool(cards))
    if any(finding.stops for finding in metric_findings):
        return Attempt(code, metric_findings, error=check_failed(metric_findings))
    queries, body = split(code)
    if not queries:
        return _with_findings(await attempt(job, code, cards, step=step), metric_findings)
    connections = connected(job.sources)
    code, body, found = _checked(job, code, queries, body, connections, cards)
    if any(finding.stops for finding in found):
        return Attempt(code, found, error=check_failed(found))
    if (edited := await _edited(job, code)) is not None:
        approved_job = replace(job, options=replace(job.options, confirm=False))
        return await run_program(approved_job, edited, cards, step=step)
    try:
        rows, seconds = await _queried(job, queries, connections)
    except (CodeFailed, RunTimeout) as error:
        return Attempt(code, found, Execution(sandbox=queries[0].connection), error)
    row_steps, uncounted = (
        ((), ()) if step else await rows_behind(job, tuple(zip(queries, seconds, strict=True)), connections)
    )
    notes = [
        *(finding.message for finding in metric_findings),
        *(note for query, result in zip(queries, rows, strict=True) for note in remarks(query, result)),
        _where(job, code, queries, connections),
        *uncounted,
    ]
    if body is None:
        shown = await _shown(job, queries[-1], rows[-1], notes)
        return Attempt(code, found, replace(shown, row_steps=row_steps))
    results = {query.result: as_frame(query.result, result.table) for query, result in zip(queries, rows, strict=True)}
    job.session.results = {**job.session.results, **results}
    ran = await executed(job, body, scope_of(job, body), found, step=step)
    return _after_queries(replace(ran, code=code), notes, row_steps)


async def _edited(job: Job, code: Code) -> Code | None:
    """The program as the user changed it when asked whether it may run; None where it runs as it stands."""
    if not job.options.confirm:
        return None
    text = await approved(job, code.text, sorted(tables_named(code, job.sources)))
    return replace(code, text=text) if text != code.text else None


def _after_queries(ran: Attempt, notes: Sequence[str], row_steps: Sequence[RowStep]) -> Attempt:
    """An attempt whose code ran, with what is said of the queries that ran before it."""
    if ran.execution is None:
        return ran
    row_steps = (*row_steps, *ran.execution.row_steps)
    return replace(ran, execution=replace(ran.execution, notes=(*notes, *ran.execution.notes), row_steps=row_steps))


def _with_findings(tried: Attempt, findings: tuple[Finding, ...]) -> Attempt:
    """An attempt with remarks that were made before it."""
    if not findings or tried.execution is None:
        return tried
    notes = (*(finding.message for finding in findings), *tried.execution.notes)
    return replace(tried, findings=(*findings, *tried.findings), execution=replace(tried.execution, notes=notes))


def _checked(
    job: Job,
    code: Code,
    queries: Sequence[Query],
    body: Code | None,
    connections: Mapping[str, Connected],
    cards: Sequence[FrameCard],
) -> tuple[Code, Code | None, tuple[Finding, ...]]:
    """The program with all corrected that is certain, its code by itself, and every finding."""
    job.listen(Event("checks"))
    found = tuple(findings(queries, connections, job.hidden))
    if body is None or found:
        return code, body, found
    scope = scope_of(job, body, [query.result for query in queries])
    body, more = checked(job, body, scope, [card for card in cards if card.name in scope.sources])
    return joined(queries, body), body, more


async def _queried(
    job: Job, queries: Sequence[Query], connections: Mapping[str, Connected]
) -> tuple[list[Rows], list[float]]:
    """The results of the queries, which run one after the other, and how many seconds each took."""
    rows, seconds = list[Rows](), list[float]()
    with job.clock.stage("query") as stage:
        for query in queries:
            job.listen(Event("sandbox", query.text))
            since = time.monotonic()
            rows.append(await run_query(job, query, connections[query.connection]))
            seconds.append(time.monotonic() - since)
        stage.facts |= {"queries": len(queries), "rows": sum(result.table.num_rows for result in rows)}
    return rows, seconds


def _where(job: Job, code: Code, queries: Sequence[Query], connections: Mapping[str, Connected]) -> str:
    """Where the answer comes from, and when."""
    names = dict.fromkeys(query.connection for query in queries)
    places = " and ".join(f"{name} ({connections[name].connection.engine})" for name in names)
    tables = ", ".join(sorted(tables_named(code, job.sources))) or "no table"
    return f"Asked of {places}: {tables}, on {dt.datetime.now().astimezone():%Y-%m-%d at %H:%M}."


async def _shown(job: Job, query: Query, found: Rows, notes: Sequence[str]) -> Execution:
    """The result of SQL on a connection as an answer: its table, and its answer line, which the sandbox fills in."""
    outputs = [Output("table", found.table, labels=tuple(found.table.column_names))]
    if template := answer_template(query.text):
        frame, code = to_frame("result", found.table), Code("SELECT * FROM result", "sql")
        said = await job.session.run(code, [frame], {}, answer=template, timeout=job.options.timeout)
        outputs += [output for output in said.outputs if output.kind == "answer"]
    return Execution(tuple(outputs), notes=tuple(notes), sandbox=query.connection)
