"""``lock``: show, check, accept and clean the pinned answers of a folder."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Unpinned
from ..history.lock import LockFile
from ..history.pin import Pin, normalized, steps_of
from ..language import message, messages
from ..notebook.cell import questions_in
from ..wording import count
from .listing import Listing
from .table import wrong_arguments


def lock(file: LockFile, action: str) -> str:
    """Do what was asked with a lock file, and return what to show.

    Args:
        file: The lock file.
        action: ``status`` lists the pins. ``verify`` fails where a question of the folder's notebooks has no pin, or a
            pin was edited. ``update`` accepts what was edited by hand. ``prune`` removes pins that no notebook asks.

    Raises:
        Unpinned: ``verify`` found something.
        LockError: The file cannot be read or written.
        UnknownOption: There is no such action.
    """
    match action:
        case "status":
            pins, edited, unpinned = _state(file)
            listed = [
                f"  {normalized(pin.question)[:80]}{_asked_how(pin)}  ({pin.code.language}, by {pin.model})"
                for pin in pins
            ]
            rows = [(pin.question, _asked_how(pin).strip(" ()"), str(pin.code.language), pin.model) for pin in pins]
            rows += [(line, "", "", "") for line in (*unpinned, *edited)]
            text = "\n".join([_head(file, pins), *listed, *unpinned, *edited])
            return Listing.of(rows, ("question", "asked", "language", "by"), title=_head(file, pins), text=text)
        case "verify":
            return _verify(file)
        case "update":
            return _update(file)
        case "prune":
            return _prune(file)
    raise wrong_arguments("lock", action)


def _state(file: LockFile) -> tuple[Sequence[Pin], list[str], list[str]]:
    """The pins, a line for each that was edited, and one for each question without a pin."""
    pins = file.pins()
    unpinned = [question for question in questions_in(file.path.parent) if pins.keys().isdisjoint(question.keys)]
    edited = [f"edited by hand: {pin.question[:100]}" for pin in pins.values() if pin.edited]
    return list(pins.values()), edited, [f"not pinned: {q.notebook}: {q.text[:100]}" for q in unpinned]


def _asked_how(pin: Pin) -> str:
    """What tells pins of one question apart: the form that was asked for, what it follows, and its frames."""
    parts = [f"as {pin.wants}" if pin.wants else "", f"after “{pin.after[:40]}”" if pin.after else ""]
    parts += [f"of {', '.join(sorted(pin.frames))}" if pin.frames else ""]
    said = ", ".join(filter(None, parts))
    return f" ({said})" if said else ""


def _head(file: LockFile, pins: Sequence[Pin]) -> str:
    return f"{count(len(pins), 'pinned answer')} in {file.path.name}."


def _verify(file: LockFile) -> str:
    pins, edited, unpinned = _state(file)
    if unpinned or edited:
        raise Unpinned(
            "\n".join([_head(file, pins), *unpinned, *edited]),
            message("Run the notebooks; after a look at what was edited, accept it with `lock update`."),
        )
    return _head(file, pins)


def _update(file: LockFile) -> str:
    pins = file.pins()
    edited = [pin for pin in pins.values() if pin.edited]
    file.replace_all({name: pin.sealed() for name, pin in pins.items()})
    return (
        messages("{number} edited pin accepted.", "{number} edited pins accepted.", len(edited))
        if edited
        else message("No pin was edited.")
    )


def _prune(file: LockFile) -> str:
    pins, asked = file.pins(), questions_in(file.path.parent)
    wanted = {next((key for key in question.keys if key in pins), "") for question in asked}
    of_steps = {text for pin in pins.values() if pin.key in wanted for text in steps_of(pin)}
    left = {n: pin for n, pin in pins.items() if pin.key in wanted or normalized(pin.question) in of_steps}
    removed = [pin for name, pin in pins.items() if name not in left]
    file.replace_all(left)
    return "\n".join([f"{count(len(removed), 'pin')} removed.", *(f"  {pin.question[:100]}" for pin in removed)])
