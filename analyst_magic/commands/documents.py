"""What ``%analyst documents`` and ``analyst documents`` say and do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..documents.store import Kept, Store
from ..documents.templates import FOLDER, available
from ..errors import UnknownOption

USAGE = "Use list, versions NAME, restore NAME N, diff NAME [N M], prune DAYS, prune 500MB, or templates."


def told(store: Store, words: Sequence[str]) -> str:
    """Do what was asked for, and say what is.

    Args:
        store: The documents beside the notebook.
        words: The command and what it is about; none for a list.

    Raises:
        InputError: There is no such document or version.
        UnknownOption: There is no such command.
    """
    match words:
        case [] | ["list"]:
            found = store.documents()
            return "\n".join(map(_line, found)) or f"No document has been made in {store.folder.name} yet."
        case ["versions", name]:
            return "\n".join(map(_line, store.versions(name)))
        case ["restore", name, number] if number.isdigit():
            path = store.restore(name, int(number))
            return f"{path.name} is version {number} again; the one before is kept as well."
        case ["diff", name, *numbers] if len(numbers) in {0, 2} and all(number.isdigit() for number in numbers):
            last = store.versions(name)[-1].version
            first, second = map(int, numbers) if numbers else (last - 1, last)
            return store.difference(name, first, second) or "Their texts are the same."
        case ["prune", days] if days.replace(".", "", 1).isdigit():
            return f"{store.prune(days=float(days))} earlier versions are deleted."
        case ["prune", size] if size.upper().endswith("MB") and size[:-2].isdigit():
            return f"{store.prune(size=int(size[:-2]) * 1_000_000)} earlier versions are deleted."
        case ["templates"]:
            own = [f"{path.stem:12} {path.name}" for path in available(Path.cwd())]
            return "\n".join([*own, "", f"Your own go into {FOLDER}/; --template NAME uses one."])
    raise UnknownOption(f"`documents` cannot {' '.join(words)}.", USAGE)


def _line(kept: Kept) -> str:
    size = f"{kept.size / 1000:,.0f} kB"
    return f"{kept.path.name}  version {kept.version}  {kept.at[:16].replace('T', ' ')}  {size}  {kept.extent}".rstrip()
