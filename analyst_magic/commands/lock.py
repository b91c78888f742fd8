"""What ``%analyst lock`` and ``analyst lock`` do: show, check, accept and clean the pins of a folder."""

from __future__ import annotations

from ..errors import UnknownOption, Unpinned
from ..history.lock import Lock
from ..notebook.cell import questions_in

ACTIONS = ("status", "verify", "update", "prune")


def manage(lock: Lock, action: str) -> str:
    """Do one of ``ACTIONS``, and say what came of it.

    Args:
        lock: The lock file.
        action: ``status`` lists the pins. ``verify`` fails where a question of the folder's notebooks has no pin, or a
            pin was edited. ``update`` accepts what was edited by hand. ``prune`` removes pins that no notebook asks.

    Raises:
        Unpinned: ``verify`` found something.
        LockError: The file cannot be read or written.
        UnknownOption: There is no such action.
    """
    if action not in ACTIONS:
        raise UnknownOption(f"%analyst lock cannot {action}.", f"Use one of: {', '.join(ACTIONS)}.")
    pins = lock.pins()
    asked = questions_in(lock.path.parent)
    if action == "update":
        edited = [pin for pin in pins.values() if pin.edited]
        lock.keep({name: pin.sealed() for name, pin in pins.items()})
        return f"{len(edited)} edited pins are accepted as they stand." if edited else "No pin was edited."
    if action == "prune":
        wanted = {next((name for name in question.keys if name in pins), "") for question in asked}
        gone = [pin for pin in pins.values() if pin.key not in wanted]
        lock.keep({name: pin for name, pin in pins.items() if pin.key in wanted})
        return "\n".join([f"{len(gone)} pins removed.", *(f"  {pin.question[:100]}" for pin in gone)])
    unpinned = [question for question in asked if pins.keys().isdisjoint(question.keys)]
    edited = [pin for pin in pins.values() if pin.edited]
    lines = [f"{len(pins)} questions are pinned in {lock.path.name}."]
    if action == "status":
        lines += [f"  {pin.question[:80]}  ({pin.code.language}, by {pin.model})" for pin in pins.values()]
    lines += [f"not pinned: {question.notebook}: {question.text[:100]}" for question in unpinned]
    lines += [f"edited by hand: {pin.question[:100]}" for pin in edited]
    if action == "verify" and (unpinned or edited):
        raise Unpinned(
            "\n".join(lines), "Run the notebooks, or `%analyst lock update` after a look at what was edited."
        )
    return "\n".join(lines)
