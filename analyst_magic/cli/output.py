"""What the command line prints: an answer for a person or for a program, and errors."""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..commands.table import commands_of
from ..errors import AnalystError, InputError
from ..language import localize, tr

if TYPE_CHECKING:
    from ..evidence.provenance import AnswerRecord
    from ..turn import Turn

_SHELL_WORDS = {
    "Load one first, or name it with -f.": "Name a file with --data.",
    "Load one first, or name a file with -f.": "Name a file with --data.",
    "it is looked for beside the notebook": "it is looked for in this folder",
    "beside the notebook": "in this folder",
    "below %%analyst": "after `analyst ask`",
    "in the next cell": "in the next question",
    "%%analyst --": "analyst ask --",
    "%%analyst -f": "analyst ask --data",
    "-f NAME=FILE": "--data NAME=FILE",
}
"""What a notebook's words are in a shell."""


def report_turn(turn: Turn, output: Path | None, *, as_json: bool) -> int:
    """Write the file that was asked for, print the answer, and return the exit status.

    A file that cannot be written costs a note and the exit status, not the answer.
    """
    from ..commands.results import write_result

    failure, written = turn.error, list[Path]()
    try:
        written = write_result(turn, output)
    except InputError as error:
        failure, turn = error, replace(turn, notes=(*turn.notes, f"{error.message} {error.next_step}"))
    if as_json:
        from ..serialize import as_json as serialized

        print_json(serialized(turn, written))
    else:
        _print(turn, written)
    return 0 if failure is None else status_of(failure)


def report_error(error: AnalystError, *, as_json: bool, debug: bool) -> int:
    """Print an error with its next step, and return the exit status."""
    if debug:
        traceback.print_exception(error)
    if as_json:  # for programs, in English
        message, next_step = in_shell_words(str(error.message)), in_shell_words(str(error.next_step))
        print_json({"ok": False, "error": {"kind": error.kind, "message": message, "next_step": next_step}})
    else:
        print(tr("error: {text}", text=in_shell_words(localize(error.message))), file=sys.stderr)
        if error.next_step:
            print(tr("next: {text}", text=in_shell_words(localize(error.next_step))), file=sys.stderr)
    return status_of(error)


def in_shell_words(text: str) -> str:
    """A message that was written for a notebook, with the commands and options of the shell, in any language.

    >>> in_shell_words("Load one first, or name it with -f.")
    'Name a file with --data.'
    >>> in_shell_words("`%analyst doctor` says what works; `%analyst reset` begins anew in a notebook.")
    '`analyst doctor` says what works; `%analyst reset` begins anew in a notebook.'
    """
    for words, others in _SHELL_WORDS.items():
        text = text.replace(words, others)
    commands = "|".join(map(re.escape, commands_of("shell")))
    text = re.sub(rf"%analyst (?=(?:{commands})\b)", "analyst ", text)
    return re.sub(r"(?<=with )-f\b|(?<=with `)-f\b|(?<=write )-f\b|(?<=by )-f\b", "--data", text)


def status_of(error: AnalystError) -> int:
    """The exit status of an error: 2 for bad input, 1 for a failure."""
    return 2 if isinstance(error, InputError) else 1


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False), flush=True)


def say(text: object) -> None:
    """Print what a command says, in the language of now."""
    print(localize(text) if isinstance(text, str) else text, flush=True)


def note(sentence: str) -> None:
    """Print a remark that is not part of the answer."""
    print(tr("note: {text}", text=localize(sentence)), file=sys.stderr)


def _print(turn: Turn, written: Sequence[Path]) -> None:
    from ..evidence.provenance import record_of
    from ..results.text import is_warning

    record = record_of(turn)
    _print_words(record)
    for result in turn.results:
        if is_warning(result):
            print(tr("warning: {text}", text=result.to_text()), file=sys.stderr)
        else:
            print(result.to_text())
    if turn.question.code is None:
        _print_code(record)
    if turn.figures and not written:
        print(tr("Write the figure to a file with -o FILE.html."))
    for path in written:
        print(tr("written: {path}", path=path))
    for text in turn.notes:
        print(tr("note: {text}", text=localize(text)))
    if turn.error is not None:
        report_error(turn.error, as_json=False, debug=False)
    seconds = tr("{seconds:.2f} s", seconds=turn.seconds.get("total", 0.0))
    print(f"[{' · '.join(map(localize, filter(None, [record.author, seconds, record.place])))}]", file=sys.stderr)


def _print_words(record: AnswerRecord) -> None:
    """The answer in words, and how the question was understood."""
    from ..cleaning.markdown import plain
    from ..evidence.provenance import OFFER, SUGGEST

    for text in filter(None, [plain(record.answer), plain(localize(record.reading))]):
        print(f"{text}\n")
    if record.offers:
        print("\n".join([localize(OFFER), *(f"  {offer}" for offer in record.offers)]))
    if record.questions:
        print("\n".join([localize(SUGGEST), *(f"  {question}" for question in record.questions)]))


def _print_code(record: AnswerRecord) -> None:
    """What the code does, and the code."""
    from ..cleaning.markdown import plain

    if record.method:
        print(f"\n{plain(record.method)}")
    if record.code:
        print("".join(["\n", *(f"    {row}\n" for row in record.code.splitlines())]))
