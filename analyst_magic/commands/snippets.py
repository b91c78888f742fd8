"""``snippets``: saved code, and whether it still gives the result it should."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..analyst import Analyst
from ..engine.job import Event
from ..errors import InputError
from ..history.pin import Pin
from ..history.snippets import Snippets
from ..language import message
from ..results.digest import digest
from ..sources.files import files_named
from ..turn import Question, Turn
from .table import wrong_arguments

EMPTY = message(
    "No code is saved in this folder. A notebook saves the code of its last answer by "
    "%analyst snippets save NAME, and the panel by More, Save as snippet."
)


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

    def __str__(self) -> str:
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name}  {self.message}"


def snippets(saved: Snippets, action: str, words: Sequence[str]) -> str:
    """List, show or delete saved code, and return what to show.

    Args:
        saved: The snippets of a folder.
        action: ``list``, ``show`` or ``delete``.
        words: What follows it.

    Raises:
        InputError: There is no such snippet, or the file cannot be read or written.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", []:
            lines = [f"{name}  {pin.code.language}  {pin.question[:80]}" for name, pin in saved.all().items()]
            return "\n".join(lines) or EMPTY
        case "show", [name]:
            return saved.get(name).code.text
        case "delete", [name]:
            saved.delete(name)
            return f"{name} is deleted."
    raise wrong_arguments("snippets", action)


def save(saved: Snippets, words: Sequence[str], turn: Turn | None) -> str:
    """Save the code of a turn.

    Raises:
        InputError: There is no turn, it has no code that ran, or the name or file cannot be used.
        UnknownOption: The words are not one name.
    """
    name = one_name(words, "save")
    if turn is None:
        raise InputError(message("There is no answer yet."), message("Ask a question, then save its code."))
    saved.save(name, of_turn(turn))
    return message("{name} is saved in {path}.", name=name, path=saved.path.name)


def expect(saved: Snippets, name: str, turn: Turn) -> str:
    """Take the results of a run as those that the snippet should give.

    Raises:
        AnalystError: The run failed.
    """
    if turn.error is not None:
        raise turn.error
    saved.expect(name, of_turn(turn).results)
    return message("{name} is expected to give this result from now on.", name=name)


def one_name(words: Sequence[str], action: str) -> str:
    """The one name that follows an action.

    Raises:
        UnknownOption: There is none, or more.
    """
    if len(words) != 1:
        raise wrong_arguments("snippets", action)
    return words[0]


def of_turn(turn: Turn) -> Pin:
    """The whole program of an answer as a snippet, with the answer's results as what it should give.

    Raises:
        InputError: The question was not answered by code, or the steps of the answer make no single program.
    """
    if not turn.ok or not turn.attempts:
        raise InputError(message("The last turn has no code that ran."), message("Ask a question, then save its code."))
    if turn.program is None:
        raise InputError(
            message(
                "The code of this answer cannot be saved: its steps are in several languages, and make no "
                "single program."
            ),
            message("Ask the question again with --python or --sql, then save its code."),
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
        listen: Called with the progress.
    """
    files = files_named(snippet.question, frames)
    return analyst.ask(Question(snippet.question, code=snippet.code, files=tuple(files.items())), frames, listen=listen)


def try_all(
    analyst: Analyst, saved: Snippets, frames: Mapping[str, object], names: Sequence[str]
) -> Iterator[SnippetCheck]:
    """Run snippets, and compare each with what it should give."""
    for name in names or list(saved.all()):
        snippet = saved.get(name)
        turn = run(analyst, snippet, frames)
        if turn.error is not None:
            yield SnippetCheck(name, False, f"fails: {turn.error}")
        elif not snippet.results:
            yield SnippetCheck(name, True, "runs; no result is expected of it")
        elif tuple(map(digest, turn.results)) == snippet.results:
            yield SnippetCheck(name, True, "gives what it should")
        else:
            yield SnippetCheck(name, False, "runs, and gives something else than it should")
