"""Snippets at work: run one, or try all of them against what they should give."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..analyst import Analyst
from ..engine.job import Event
from ..errors import InputError
from ..history.lock import Pin
from ..history.snippets import Snippets
from ..results.digest import digest
from ..turn import Question, Turn


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one snippet.

    Attributes:
        name: Its name.
        ok: Whether it ran, and gave what it should, where that is known.
        said: One sentence.
    """

    name: str
    ok: bool
    said: str


def of_turn(turn: Turn) -> Pin:
    """A turn's code as a snippet.

    Raises:
        InputError: The turn has none, or failed.
    """
    if not turn.ok or not turn.attempts:
        raise InputError("The last turn has no code that ran.", "Ask a question, then save its code.")
    code = turn.attempts[-1].code
    results = tuple(map(digest, turn.results))
    return Pin(turn.question.text, "", "", "", code, turn.model, turn.text, {}, results)


def run(
    analyst: Analyst, snippet: Pin, frames: Mapping[str, object], listen: Callable[[Event], None] = lambda event: None
) -> Turn:
    """Run a snippet's code over frames of the names that it uses; no model is asked."""
    return analyst.ask(Question(snippet.question, code=snippet.code), frames, listen=listen)


def try_all(analyst: Analyst, snippets: Snippets, frames: Mapping[str, object], names: list[str]) -> Iterator[Tried]:
    """Run snippets, and compare each with what it should give."""
    for name in names or list(snippets.all()):
        snippet = snippets.get(name)
        turn = run(analyst, snippet, frames)
        if turn.error is not None:
            yield Tried(name, False, f"fails: {turn.error}")
        elif not snippet.results:
            yield Tried(name, True, "runs; no result is expected of it")
        elif tuple(map(digest, turn.results)) == snippet.results:
            yield Tried(name, True, "gives what it should")
        else:
            yield Tried(name, False, "runs, and gives something else than it should")
