"""A look at a figure: its picture goes once to the model that drew it, and the model may draw it in another way.

At the privacy level ``rows`` the figure is shown as it is. At ``stats`` and ``masked`` it is drawn anew, in a fresh
sandbox, from the aggregates that the model may get (``context.aggregates``): no code of the model that ran earlier,
and no text that code filled in, has a part in that picture. Where that cannot be done no picture is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..checks.drawn_aggregates import Drawing, drawing_of
from ..context.aggregates import COUNTED_LEVELS, MAX_COLUMNS, rounded_table
from ..context.privacy import SHARED_BY
from ..errors import AnalystError, FigureCriticised, ModelError
from ..language import message
from ..models.figure_look import FigureLook, read_look
from ..results.figure import MIME, Figure
from ..sources.frames import to_frame
from ..turn import Attempt, Code, Context, Execution, Output
from ..wording import count
from .attempt import inputs_of, scope_of
from .context import shows_figures
from .counting import counted_table
from .inspected import inspected
from .job import Job
from .program import run_program
from .repair import Draft, ask_model

MAX_PICTURES = 4
MAX_ROWS = 60
"""Rows of aggregates in a figure that is shown below ``rows``: five years by month."""
MAX_SECONDS = 20.0
"""Seconds that counting the rows behind a figure, and drawing it anew, may take each."""
NO_LOOK = "The figure was not shown to the model: "


async def looked_at(job: Job, draft: Draft) -> Draft:
    """The draft after the model has looked at its figure, where the settings want that and the privacy level allows it.

    Args:
        job: The question.
        draft: What was tried for it.

    Returns:
        The draft, in whose notes stands what was sent. Where the mended code is an answer it is the last attempt, and
        the one before has what was said of its figure as its error; else the answer stays as it was.
    """
    context = next((stage.context for stage in reversed(job.clock.stages) if stage.context is not None), None)
    over = draft.is_over(job.options, job.clock.total)
    if context is None or over or not (shows_figures(job) and _has_figure(draft)):
        return draft
    last = draft.attempts[-1]
    try:
        pictures, why = await _pictures(job, last)
    except AnalystError as error:
        pictures, why = (), str(error)
    if not pictures:
        return _noted(draft, message("{no_look}{why}", no_look=NO_LOOK, why=why))
    asked = replace(context, task="look", progress=last.code.text, pictures=pictures, conversation=(), tools=())
    sent = _sent(job, len(pictures))
    try:
        reply = await ask_model(job, asked)
    except ModelError as error:
        return _noted(
            draft,
            message(
                "{sent} It gave no usable reply, so the figure stays as it is. {error}", sent=sent, error=str(error)
            ),
        )
    draft = replace(draft, look=reply)
    return await _with_look(job, context, draft, read_look(reply.text, last.code), sent)


def _has_figure(draft: Draft) -> bool:
    """Whether the draft is an answer by Python whose last attempt drew a figure."""
    last = draft.attempts[-1] if draft.attempts else Attempt(Code(""))
    drew = last.code.language == "python" and "figure" in _kinds(last)
    return draft.error is None and draft.prose is None and drew


def _kinds(tried: Attempt) -> set[str]:
    """The kinds of what an attempt showed."""
    return {output.kind for output in (tried.execution or Execution()).outputs}


def _noted(draft: Draft, note: str) -> Draft:
    return replace(draft, notes=(*draft.notes, note))


def _sent(job: Job, number: int) -> str:
    """What was sent, in a sentence."""
    which = "" if job.options.privacy == "rows" else ", drawn from aggregates over five rows or more,"
    what = f"A picture of the figure{which} was" if number == 1 else f"Pictures of {count(number, 'figure')} were"
    return f"{what} sent to {job.model.name}."


# -- the pictures ------------------------------------------------------------------------------------------------------


async def _pictures(job: Job, tried: Attempt) -> tuple[tuple[bytes, ...], str]:
    """The pictures that the model may see, as PNG, or why there are none."""
    level = job.options.privacy
    figures = [output.data for output in (tried.execution or Execution()).outputs if output.kind == "figure"]
    if level in COUNTED_LEVELS:
        figures, why = await _of_aggregates(job, tried.code)
        if not figures:
            return (), why
    elif level != "rows":
        return (), f"the privacy level {level} tells no figures."
    with job.clock.stage("picture"):
        return await asyncio.to_thread(_drawn, figures[:MAX_PICTURES])


def _drawn(figures: Sequence[Mapping[str, Any]]) -> tuple[tuple[bytes, ...], str]:
    """Figures as they are shown, drawn by a browser."""
    from ..drawing.figures import plot_of  # its packages are those of reports, which few turns need
    from ..drawing.pictures import Pictures

    plots = [plot for figure in figures if (plot := plot_of(Figure(dict(figure)).to_bundle()[MIME])) is not None]
    pictures = Pictures(plots)
    drawn = [picture for plot in plots if (picture := pictures.of(plot)) is not None]
    return tuple(picture.data for picture in drawn), f"{pictures.missing or 'it cannot be drawn'}."


async def _of_aggregates(job: Job, code: Code) -> tuple[list[Mapping[str, Any]], str]:
    """The figure drawn anew from aggregates, each over at least five rows of the data; or why that cannot be."""
    drawing = drawing_of(code.text)
    table = await _counted(job, drawing) if drawing is not None else None
    if drawing is None or table is None:
        return [], "the rows of the data behind it cannot be counted."
    if table.data.num_rows > MAX_ROWS or table.data.num_columns > MAX_COLUMNS:
        return [], f"it has more than {MAX_ROWS} groups, or more than {MAX_COLUMNS} columns."
    if any(behind < SHARED_BY for behind in table.behind):
        return [], f"a part of it stands for fewer than {SHARED_BY} rows of the data."
    frame = await asyncio.to_thread(to_frame, drawing.name, rounded_table(table).to_pandas())
    ran = await job.session.sandbox.run_apart(Code(drawing.figure), [frame], timeout=MAX_SECONDS)
    figures = [output.data for output in ran.outputs if output.kind == "figure"]
    return figures, "it cannot be drawn from the aggregates alone."


async def _counted(job: Job, drawing: Drawing) -> Output | None:
    """The table that is drawn, with the rows behind it; None where they cannot be counted."""
    code = Code(drawing.table)
    scope = scope_of(job, code)
    inputs = await inputs_of(job, code, scope, scope.needed(code))
    return await counted_table(job, code, inputs.frames, inputs.data, MAX_SECONDS)


# -- the mended code ---------------------------------------------------------------------------------------------------


async def _with_look(job: Job, context: Context, draft: Draft, look: FigureLook, sent: str) -> Draft:
    """The draft with the code as the model mended it, where that is checked, runs and draws a figure."""
    if look.code is None:
        said = f"It said: {look.words}" if look.words else "It found nothing to mend."
        return _noted(draft, message("{sent} {said}", sent=sent, said=said))
    *before, last = draft.attempts
    try:
        tried = await run_program(job, look.code, context.frames)
        tried = inspected(tried, context, draft.attempts, last=True)
    except AnalystError as error:
        tried = Attempt(look.code, error=error)
    lost = _kinds(last) - _kinds(tried)
    if tried.error is not None or tried.doubt or lost:
        why = str(tried.error or tried.doubt or f"Its code shows no {sorted(lost)[0]} any more.")
        return _noted(
            draft,
            message(
                "{sent} It said: {words} What it changed is not an answer, and left out: {why}",
                sent=sent,
                words=look.words,
                why=why,
            ),
        )
    criticised = replace(last, error=FigureCriticised(look.words))
    draft = replace(draft, attempts=(*before, criticised, tried))
    return _noted(
        draft, message("{sent} It said: {words} The figure is drawn as it changed it.", sent=sent, words=look.words)
    )
