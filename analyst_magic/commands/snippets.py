"""Snippets at work: take one from an answer, run one, or check all of them against their expected results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ..analyst import Analyst
from ..engine.job import Event
from ..errors import InputError
from ..history.lock import Pin
from ..history.snippets import Snippets
from ..results.digest import digest
from ..sources.files import files_named
from ..turn import Question, Turn


@dataclass(frozen=True, slots=True)
class SnippetCheck:
    """Whether one snippet still works.

    Attributes:
        name: The snippet's name.
        ok: Whether it ran and gave the expected results, where some are known.
        message: One sentence on it.
    """

    name: str
    ok: bool
    message: str


def of_turn(turn: Turn) -> Pin:
    """The whole program of an answer as a snippet, with the answer's results as what it should give.

    Raises:
        InputError: The question was not answered by code, or the steps of the answer make no single program.
    """
    if not turn.ok or not turn.attempts:
        raise InputError("The last turn has no code that ran.", "Ask a question, then save its code.")
    if turn.program is None:
        raise InputError(
            "The code of this answer cannot be saved: its steps are in several languages, and make no single program.",
            "Ask the question again with --python or --sql, then save its code.",
        )
    results = tuple(map(digest, turn.results))
    return Pin(turn.question.text, "", "", "", turn.program, turn.model, turn.text, {}, results)


def run(
    analyst: Analyst, snippet: Pin, frames: Mapping[str, object], listen: Callable[[Event], None] = lambda event: None
) -> Turn:
    """Run a snippet over the frames whose names its code uses; no model is asked.

    Args:
        analyst: Runs it.
        snippet: What to run.
        frames: The frames in scope. A data file that the snippet's question names is in scope as well.
        listen: Told about the progress.
    """
    files = files_named(snippet.question, frames)
    question = Question(snippet.question, code=snippet.code, files=tuple(files.items()))
    return analyst.ask(question, frames, listen=listen)


def try_all(
    analyst: Analyst, snippets: Snippets, frames: Mapping[str, object], names: list[str]
) -> Iterator[SnippetCheck]:
    """Run snippets, and compare each with its expected results.

    Args:
        analyst: Runs them.
        snippets: The snippets of a folder.
        frames: The frames in scope.
        names: Which ones; all where there are none.
    """
    for name in names or list(snippets.all()):
        snippet = snippets.get(name)
        turn = run(analyst, snippet, frames)
        if turn.error is not None:
            yield SnippetCheck(name, False, f"fails: {turn.error}")
        elif not snippet.results:
            yield SnippetCheck(name, True, "runs; no result is expected of it")
        elif tuple(map(digest, turn.results)) == snippet.results:
            yield SnippetCheck(name, True, "gives what it should")
        else:
            yield SnippetCheck(name, False, "runs, and gives something else than it should")
