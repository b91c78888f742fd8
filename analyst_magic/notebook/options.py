"""The options of ``%%analyst``: what there is, how they are read, and how Tab completes them."""

from __future__ import annotations

import argparse
import difflib
import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from ..errors import UnknownOption
from ..language import message
from ..settings import PRIVACY_LEVELS
from ..sources.file_options import is_option, with_options
from ..turn import FORMS, Language, Privacy, Wants
from ..turn.investigation import Budget


@dataclass(frozen=True, slots=True)
class CellOptions:
    """The options of one ``%%analyst`` line; None, False and empty where an option is not given.

    Attributes:
        model: ``offline`` or ``PROVIDER:MODEL``.
        frame: The frames to use, each a name or ``NAME=FILE``.
        output: The variable that the result is bound to.
        wants: The form of the answer.
        template: The document that the answer is to look like, as the user wrote its name.
        language: The language that the answer is written in.
        privacy: How much of the data a model may see.
        history: False where the question is not to be recorded.
        budget: What an investigation may spend.
        fresh, frozen, confirm, background, dry_run, debug, investigate, yes: Whether these are on; ``%analyst help``
            explains them.
    """

    model: str | None = None
    frame: tuple[str, ...] = ()
    output: str | None = None
    wants: Wants | None = None
    template: str | None = None
    language: Language | None = None
    privacy: Privacy | None = None
    history: bool | None = None
    fresh: bool = False
    frozen: bool = False
    confirm: bool = False
    background: bool = False
    dry_run: bool = False
    debug: bool = False
    investigate: bool = False
    yes: bool = False
    budget: Budget | None = None


class _Parser(argparse.ArgumentParser):
    """Raises an error with a next step where argparse would end the process."""

    def error(self, text: str) -> NoReturn:
        raise UnknownOption(
            message("The options of %%analyst cannot be read: {text}.", text=text),
            message("`%analyst help` lists them."),
        )


def parser() -> argparse.ArgumentParser:
    """The options of the cell magic."""
    options = _Parser(prog="%%analyst", add_help=False, allow_abbrev=False)
    options.add_argument("-m", "--model")
    options.add_argument("-f", "--frame", "-c", "--connection", action="append", nargs="+", default=[])
    options.add_argument("-o", "--output")
    options.add_argument("--as", dest="wants", choices=FORMS)
    options.add_argument("--template")
    language = options.add_mutually_exclusive_group()
    language.add_argument("--python", dest="language", action="store_const", const="python")
    language.add_argument("--sql", dest="language", action="store_const", const="sql")
    options.add_argument("--privacy", choices=PRIVACY_LEVELS)
    options.add_argument("--fresh", action="store_true")
    options.add_argument("--frozen", action="store_true")
    options.add_argument("--confirm", action="store_true")
    options.add_argument("--background", action="store_true")
    options.add_argument("--investigate", action="store_true")
    options.add_argument("--yes", action="store_true")
    options.add_argument("--budget", type=read_budget)
    options.add_argument("--no-history", dest="history", action="store_const", const=False)
    options.add_argument("--dry-run", action="store_true")
    options.add_argument("--debug", action="store_true")
    return options


def read_budget(text: str) -> Budget:
    """The budget of an investigation from the words of an option.

    >>> read_budget("steps=4,cost=0.5").steps
    4

    Raises:
        UnknownOption: It cannot be read.
    """
    kinds: dict[str, Callable[[str], int | float]] = {"steps": int, "seconds": float, "tokens": int, "cost": float}
    values: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        try:
            values[name.strip()] = kinds[name.strip()](value)
        except (KeyError, ValueError):
            raise UnknownOption(
                message("--budget does not take {part}.", part=repr(part.strip() or text)),
                message("Write for example --budget steps=6,seconds=300."),
            ) from None
        if values[name.strip()] <= 0:
            raise UnknownOption(
                message("--budget {part} leaves nothing to spend.", part=part.strip()),
                message("Give a number above 0."),
            )
    return Budget(**values)


_OF_ONE_ANSWER = {"wants": "--as", "template": "--template", "output": "-o", "language": "--python or --sql",
                  "confirm": "--confirm", "background": "--background"}  # fmt: skip
"""Options of one answer, which an investigation of several does not take."""


def check_investigation(options: Mapping[str, Any], without: Collection[str] = ()) -> None:
    """Refuse options that an investigation would not follow.

    Args:
        options: All options by name.
        without: Those that mean something else where they come from.

    Raises:
        UnknownOption: There is one.
    """
    given = [option for name, option in _OF_ONE_ANSWER.items() if options.get(name) and name not in without]
    if options.get("investigate") and given:
        raise UnknownOption(
            message("--investigate does not take {given}.", given=given[0]),
            message("Leave it out; each step has its own answer."),
        )


def parse(line: str) -> CellOptions:
    """The options of a ``%%analyst`` line.

    >>> parse("--sql -o totals").output
    'totals'

    Raises:
        UnknownOption: An option does not exist or does not take its value; the nearest one is named.
    """
    known = [option for action in parser()._actions for option in action.option_strings]
    try:
        words = shlex.split(line)
        options, rest = parser().parse_known_args(words)
    except ValueError as error:
        raise UnknownOption(
            message("The options of %%analyst cannot be read: {error}.", error=str(error)), message("Check the quotes.")
        ) from None
    rest += [word for _, *words in options.frame for word in words if not is_option(word)]
    if rest:
        near = difflib.get_close_matches(rest[0], known, 1) if rest[0].startswith("-") else []
        step = (
            message("Did you mean {near}?", near=near[0])
            if near
            else message("Write the question on the lines below; `%analyst help` lists the options.")
        )
        raise UnknownOption(message("%%analyst has no option {rest}.", rest=rest[0]), step)
    if options.output is not None and not options.output.isidentifier():
        raise UnknownOption(
            message("{output} cannot be a variable's name.", output=options.output),
            message("Use letters, digits and underscores."),
        )
    if (options.yes or options.budget) and not options.investigate:
        raise UnknownOption(
            message("--yes and --budget belong to --investigate."), message("Add --investigate, or leave them out.")
        )
    check_investigation(vars(options))
    return CellOptions(**{**vars(options), "frame": tuple(map(with_options, options.frame))})


def option_at(line: str) -> tuple[str, str]:
    """The option whose value is being written at the end of a ``%%analyst`` line, and the letters of it.

    >>> option_at("%%analyst -m off"), option_at("%%analyst --sql ")
    (('-m', 'off'), ('--sql', ''))
    """
    before, _, letters = line.rpartition(" ")
    words = before.split()
    return (words[-1] if words and words[-1].startswith("-") else "", letters)


def option_completions(line: str) -> tuple[str, list[str]]:
    """What may follow on the ``%%analyst`` line.

    Args:
        line: The line up to the cursor.

    Returns:
        The letters that are there already, and the options, or an option's values, that begin with them.
    """
    before, _, letters = line.rpartition(" ")
    if not before.startswith("%%analyst"):
        return "", []
    actions = [action for action in parser()._actions if before.split()[-1] in action.option_strings]
    values = list(map(str, actions[0].choices)) if actions and actions[0].choices else []
    known = [option for action in parser()._actions for option in action.option_strings if option.startswith("--")]
    candidates = values or (known if letters.startswith("-") else [])
    return letters, [word for word in candidates if word.startswith(letters)]
