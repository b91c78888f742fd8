"""One attempt: code is checked, certain slips in it are fixed, the user approves it, and it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from ..checks.run import as_run, check, examine, frames_named
from ..context.aggregates import COUNTED_LEVELS
from ..documents.check import require_packages
from ..errors import CheckFailed, Stopped
from ..language import message, sentences
from ..sandbox.request import CountRequest
from ..sources.connections.tables import ConnectedTable
from ..sources.files import DataFile
from ..sources.frames import Frame, variables
from ..sources.kinds import source_of
from ..turn import Attempt, Code, Execution, Finding, FrameCard, Question
from ..turn.answer import answer_template
from ..turn.program import QueriedTable, sql_as_python
from .artifacts import document_error, document_fingerprint, file_name, stored_execution
from .connected import misplaced
from .counting import with_counts
from .job import Event, Job
from .row_counts import counted_with, planned_counts, with_row_steps


@dataclass(frozen=True, slots=True)
class Scope:
    """The sources under the names that code of one language calls them by.

    Attributes:
        called: The name in code of each source.
        sources: The sources by their names in code.
    """

    called: Mapping[str, str]
    sources: Mapping[str, object]

    @property
    def names(self) -> dict[str, str]:
        """The source's own name, by its name in code."""
        return {code_name: name for name, code_name in self.called.items()}

    def needed(self, code: Code) -> list[str]:
        """The names in code of the sources that code uses: only these are sent to the sandbox."""
        used = frames_named(code, self.sources)
        return [name for name in self.sources if name in used]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What code gets: frames, data files and, for a document, its file name and fingerprint."""

    frames: tuple[Frame, ...]
    data: Mapping[str, DataFile]
    file: str = ""
    fingerprint: str = ""


async def attempt(job: Job, code: Code, cards: Sequence[FrameCard] = (), *, step: bool = False) -> Attempt:
    """Check and run code. What is wrong with the code is in the attempt's ``error``.

    Args:
        job: The question and what answers it.
        code: The code, from a model, the lock file or the user.
        cards: What is known of the frames, to check columns against.
        step: Whether the code is a step towards the answer, whose result a model will read.

    Raises:
        Stopped: The user does not approve the code.
        MissingExtra: A document of this format needs packages that are not installed.
        FrameError: A frame cannot be read, or does not fit into the sandbox.
    """
    require_packages(code.format if code.language == "document" else "")
    scope = scope_of(job, code)
    code, findings = checked(job, code, scope, cards)
    if any(finding.stops for finding in findings):
        return Attempt(code, findings, error=check_failed(findings))
    findings = (*findings, *_renamed(scope, scope.needed(code)))
    if job.options.confirm:
        code, edits = await _confirmed(job, code, scope)
        findings = (*findings, *edits)
    return await executed(job, code, scope, findings, step=step)


def scope_of(job: Job, code: Code, results: Iterable[str] = ()) -> Scope:
    """The sources of a job under the names that code of a language calls them by; no tables of connections.

    Args:
        job: The question and what answers it.
        code: The code.
        results: Names that results of queries will have, beside those that there are.
    """
    frames = {name: value for name, value in job.sources.items() if not isinstance(value, ConnectedTable)}
    called = {name: name for name in frames} if code.language == "sql" else variables(frames)
    queried = {**dict.fromkeys(results), **job.session.results}
    return Scope(
        {**called, **{name: name for name in queried}},
        {**{called[name]: value for name, value in frames.items()}, **queried},
    )


def checked(job: Job, code: Code, scope: Scope, cards: Sequence[FrameCard]) -> tuple[Code, tuple[Finding, ...]]:
    job.listen(Event("checks"))
    with job.clock.stage("checks") as stage:
        if job.question.code is not None:
            found = check(code, scope.sources, own=True)
        else:
            packages = job.session.sandbox.provider.packages
            code, found = examine(code, scope.sources.keys(), cards, job.session.variables, packages)
        found = (*misplaced(code, job.sources), *found)
        stage.facts["findings"] = len(found)
    return code, found


async def approved(job: Job, text: str, frames: Sequence[str]) -> str:
    """Code, or the call of a tool, as the user approves it.

    Args:
        job: The question.
        text: The code.
        frames: The frames that it would get.

    Raises:
        Stopped: It is not to run.
    """
    answer: Future[str | None] = Future()
    with job.clock.waiting():
        job.listen(Event("confirm", text, tuple(frames), answer))
        approved = await asyncio.wrap_future(answer)
    if approved is None:
        raise Stopped(message("The code was not run, as you cancelled it."), message("Ask again in other words."))
    return approved


async def _confirmed(job: Job, code: Code, scope: Scope) -> tuple[Code, tuple[Finding, ...]]:
    """The code as the user approves it, with a remark where the user edited it.

    Raises:
        Stopped: It is not to run.
        CheckFailed: It was edited, and cannot run as it is now.
    """
    text = await approved(job, code.text, scope.needed(code))
    if text == code.text:
        return code, ()
    edited = replace(code, text=text)
    findings = check(edited, scope.sources, own=True)
    if any(finding.stops for finding in findings):
        raise check_failed(findings)
    return edited, (Finding("edited", message("The code ran as you edited it."), stops=False),)


async def executed(job: Job, code: Code, scope: Scope, findings: tuple[Finding, ...], *, step: bool) -> Attempt:
    """Run checked code, or take its document from the store where the same code made it from the same data before."""
    job.listen(Event("sandbox", code.text))
    needed = scope.needed(code)
    with job.clock.stage("sandbox") as stage:
        inputs = await inputs_of(job, code, scope, needed)
        stored = None
        if inputs.fingerprint and not job.options.fresh:
            stored = await asyncio.to_thread(stored_execution, job.options.documents, inputs.fingerprint, inputs.file)
        answer = answer_template(code.text) if code.language == "sql" else ""
        asked = () if step or stored else counted_with(code, inputs.frames, _files(scope, inputs))
        plan = planned_counts(asked, inputs.frames)
        ran, here = as_run(code, scope.sources), asyncio.ensure_future(asyncio.to_thread(plan.counted_here))
        execution = stored or await _run(job, ran, inputs, step=step, answer=answer, counts=plan.requests)
        execution = with_row_steps(execution, plan, await here)
        stage.error = type(execution.error).__name__ if execution.error is not None else ""
        stage.facts |= {"sandbox": execution.sandbox, "language": code.language, "frames": len(needed)}
    job.clock.split("firewall", execution.firewall_seconds, dropped=execution.dropped)
    notes = (*(finding.message for finding in findings), *_notes(inputs, code), *execution.notes)
    error = execution.error or await asyncio.to_thread(document_error, code, execution.outputs)
    # What draws random numbers is another document each time, and is never taken from the store.
    fingerprint = inputs.fingerprint if not execution.random else ""
    return Attempt(
        code, findings, replace(execution, notes=notes), error, fingerprint, in_python=_in_python(code, scope, inputs)
    )


def _in_python(code: Code, scope: Scope, inputs: Inputs) -> str | None:
    """SQL as Python, over the frames that it reads; None for other code."""
    if code.language != "sql":
        return None
    called = variables(scope.sources)
    tables = [
        QueriedTable(
            frame.name,
            called[frame.name],
            "series" if frame.is_series else frame.kind,
            tuple(zip(frame.labels, frame.table.column_names, strict=True)),
            frame.index,
        )
        for frame in inputs.frames
    ]
    tables += [QueriedTable(name, called[name], "file") for name in inputs.data]
    return sql_as_python(as_run(code, scope.sources).text, tables)


async def inputs_of(job: Job, code: Code, scope: Scope, needed: Sequence[str]) -> Inputs:
    """What code gets of the sources that it needs, as they are now."""
    names = scope.names
    results = [frame for name in needed if isinstance(frame := scope.sources[name], Frame)]
    needed = [name for name in needed if not isinstance(scope.sources[name], Frame)]
    sources = {name: source_of(names[name], scope.sources[name]).hiding(job.hidden) for name in needed}
    data = {name: source.file for name, source in sources.items() if source.file is not None}
    frames = [
        *results,
        *[
            replace(await asyncio.to_thread(source.frame), name=name)
            for name, source in sources.items()
            if name not in data
        ],
    ]
    if code.language != "document":
        return Inputs(tuple(frames), data)
    file, template = file_name(job.question, code), job.question.template
    fingerprint = await asyncio.to_thread(document_fingerprint, code, file, frames, data, template)
    return Inputs(tuple(frames), data, file, fingerprint)


def _files(scope: Scope, inputs: Inputs) -> dict[str, object]:
    """The data files that code gets, by their names in code."""
    return {name: scope.sources[name] for name in inputs.data}


async def _run(
    job: Job, code: Code, inputs: Inputs, *, step: bool, answer: str, counts: Sequence[CountRequest] = ()
) -> Execution:
    template = job.question.template if inputs.file else None
    execution = await job.session.run(
        code,
        inputs.frames,
        inputs.data,
        file=inputs.file,
        template=await asyncio.to_thread(template.path.read_bytes) if template is not None else b"",
        answer=answer,
        show_last=code.language == "python" and _is_written_by_model(job.question),
        counts=counts,
        timeout=job.options.timeout,
        on_progress=lambda text: job.listen(Event("transfer", text)),
        on_print=lambda text: job.listen(Event("print", text)),
    )
    if step and execution.error is None and job.options.privacy in COUNTED_LEVELS:
        return await with_counts(job, code, execution, inputs.frames, inputs.data)
    return execution


def _is_written_by_model(question: Question) -> bool:
    """Whether code is a model's, were it kept since: the user's own is asked by its own text."""
    # By words: what keeps a question may have changed the blanks of lines that hold nothing else.
    return question.code is None or question.code.text.split() != question.text.split()


def _renamed(scope: Scope, needed: Sequence[str]) -> list[Finding]:
    """Remarks on frames whose names cannot be the names of variables."""
    return [
        Finding(
            "frame",
            message('The frame "{name}" is {code_name} in Python.', name=name, code_name=code_name),
            stops=False,
        )
        for name, code_name in scope.called.items()
        if name != code_name and code_name in needed
    ]


def check_failed(findings: Sequence[Finding]) -> CheckFailed:
    reasons = sentences(finding.message for finding in findings if finding.stops)
    return CheckFailed(
        message("The code was not run. {reasons}", reasons=reasons), message("Correct it, or ask again in other words.")
    )


def _notes(inputs: Inputs, code: Code) -> tuple[str, ...]:
    """What was changed or guessed when frames and files were read."""
    of_frames = [
        message("{name}: {note}", name=frame.name, note=note) for frame in inputs.frames for note in frame.notes
    ]
    of_files = [
        message("{name}: {note}", name=name, note=note)
        for name, file in inputs.data.items()
        for note in file.remarks(code.text)
    ]
    return (*of_frames, *of_files)
