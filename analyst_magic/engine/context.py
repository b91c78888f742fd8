"""The context stage: what a model is sent about the data, the conversation and earlier right answers."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from ..context.build import build
from ..context.choose import MAX_FRAMES, given, outline, ranked
from ..context.describe import describe
from ..context.privacy import restrict
from ..errors import EmptyQuestion, FrameError, HistoryError
from ..history.store import HistoryEntry
from ..language import message
from ..semantics.scope import describe_definitions
from ..sources.connections.tables import TableSource
from ..sources.files import guessed_frame_names, with_frame_names
from ..sources.kinds import source_of
from ..sources.mentions import with_table_names
from ..turn import Code, Context, Exchange, FrameCard, Language
from .connected import connected
from .defined_metrics import seen_by_model
from .fitting import kinds_of, why_unfit
from .job import Event, Job
from .verified import verified_examples

MAX_SAMPLED = 10
"""Tables of databases of which rows are read for one question: those that the question speaks of most."""
MAX_EXAMPLES = 3
"""Right answers that a model is shown."""
MAX_OUTLINED = 200
"""Further sources whose columns are told; of more the names are."""


async def describe_sources(job: Job) -> Context:
    """Describe the sources that matter, within the privacy level and the token budget. Nothing is sent.

    Raises:
        EmptyQuestion: The question has no words.
        FrameError: A frame cannot be read.
        UnknownFrame: The question mentions a frame that is not in scope.
    """
    job.listen(Event("context"))
    if not job.question.text.strip():
        raise EmptyQuestion(
            message("The question is empty."), message("Write what you want to know below the %%analyst line.")
        )
    text = with_table_names(with_frame_names(job.question.text, dict(job.question.files)), job.sources)
    job = replace(job, question=replace(job.question, text=text))
    with job.clock.stage("context") as stage:
        chosen, cards, others = await asyncio.to_thread(_looked_at, job)
        context = _built(job, cards, others, await asyncio.to_thread(_examples, job, chosen))
        stage.facts["frames"] = len(cards)
    packages = job.session.sandbox.provider.packages.environment
    steps, nonce, today = job.options.max_steps, job.conversation.nonce, dt.date.today().isoformat()
    definitions = seen_by_model(job, cards)
    definitions_text = describe_definitions(
        "\n".join([text, *(e.question for e in context.conversation)]), definitions, [*context.cards, *others]
    )
    places = tuple(f"{name} ({place.connection.engine})" for name, place in connected(job.sources).items())
    described = replace(context, definitions=definitions, definitions_text=definitions_text, connections=places)
    described = replace(described, asks_back=job.options.asks_back, shows_figures=shows_figures(job))
    return replace(described, packages=packages, steps_left=steps, nonce=nonce, today=today)


def shows_figures(job: Job) -> bool:
    """Whether a figure may be shown to the model: the setting is on, and it takes images and can learn from them."""
    model = job.model
    return job.options.look_at_figures and model.images and model.remote and model.repairs


async def describe_frame(job: Job, context: Context, name: str) -> tuple[Context, str]:
    """The whole description of a frame in scope that a model asks for; it may name the frame's columns from then on.

    Returns:
        The context with the frame's card, and the description; it is empty where no frame has that name.
    """
    if name not in job.sources:
        return context, ""
    card = await asyncio.to_thread(_card, job, name)
    seen = restrict(card, job.options.privacy, job.options.hidden)
    if name not in {known.name for known in context.cards}:
        frames = (*context.frames, restrict(card, "rows", job.options.hidden))
        context = replace(context, frames=frames, cards=(*context.cards, seen))
    return context, describe(seen)


def _looked_at(job: Job) -> tuple[list[str], list[FrameCard], list[FrameCard]]:
    """The sources that matter with their cards, and outlines of the others."""
    asked, sources = job.question, job.sources
    by_words = ranked(asked.text, sources)
    chosen = given(asked, sources) or (list(sources) if len(sources) <= MAX_FRAMES else by_words[:MAX_FRAMES])
    best = {*by_words[:MAX_SAMPLED], *given(asked, sources)}
    cards = [_card(job, name, sampled=name in best) for name in chosen]
    others = [name for name in by_words if name not in chosen]
    outlined = [outline(name, sources[name]) for name in others[:MAX_OUTLINED]]
    named = [FrameCard(name, "", 0, ()) for name in others[MAX_OUTLINED:]]
    return chosen, cards, [*outlined, *named]


def _card(job: Job, name: str, *, sampled: bool = True) -> FrameCard:
    """What is known of a source; of a table of a database, at the level ``schema`` no row is read for it.

    Args:
        job: The question.
        name: The source's name.
        sampled: Whether rows of a table of a database may be read.
    """
    source = source_of(name, job.sources[name])
    if isinstance(source, TableSource) and (job.options.privacy == "schema" or not sampled):
        return source.outline()
    return job.session.card(name, job.sources[name])


def _built(
    job: Job, cards: Sequence[FrameCard], others: Sequence[FrameCard], examples: tuple[Exchange, ...]
) -> Context:
    options = job.options
    variables = job.session.variables_at(options.privacy)
    alone = options.fresh and not options.own_thread
    return build(
        job.question,
        cards,
        others=others,
        privacy=options.privacy,
        hidden=options.hidden,
        variables=[entry for entry in variables if entry.partition(":")[0] not in job.sources],
        conversation=() if alone else tuple(map(_naming_frames, job.conversation.recent(options.window))),
        user_notes=options.notes,
        examples=examples,
        budget=options.prompt_tokens,
        chosen=bool(given(job.question, job.sources)),
    )


def _naming_frames(exchange: Exchange) -> Exchange:
    """An earlier question as a model reads it: with the names of frames where the user named data files."""
    text = with_frame_names(exchange.question, guessed_frame_names(exchange.question))
    return replace(exchange, question=text)


def _examples(job: Job, chosen: Sequence[str]) -> tuple[Exchange, ...]:
    """Earlier right answers whose code finds its columns in these frames; a history that cannot be read has none."""
    verified = verified_examples(job, {name: job.sources[name] for name in chosen})
    history, hidden = job.options.history, {entry.partition(".")[2] for entry in job.options.hidden}
    try:
        if history is None or not history.path.exists():
            return verified
        kinds = kinds_of(chosen, job.sources)
        entries = history.examples(job.question.text, lambda entry: not why_unfit(_code_of(entry), entry.frames, kinds))
    except (HistoryError, FrameError, OSError):
        return verified
    visible = [c for c in entries if not any(name and name in f"{c.question} {c.code}" for name in hidden)]
    own = tuple(example for example in map(_example, visible) if example.within(job.options.privacy))
    return (*verified, *own)[:MAX_EXAMPLES]


def _example(entry: HistoryEntry) -> Exchange:
    return Exchange(entry.question, _code_of(entry), "It was right.", privacy=entry.code_privacy)


def _code_of(entry: HistoryEntry) -> Code:
    return Code(entry.code, cast(Language, entry.language))
