"""``documents``: the documents made beside a notebook, and their versions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..documents.store import DocumentVersion, Store
from ..documents.templates import FOLDER, available, find
from ..documents.templates.look_into import look_into
from ..language import message
from ..settings import to_bytes
from ..wording import count
from .table import wrong_arguments


def documents(store: Store, action: str, words: Sequence[str]) -> str:
    """Do what was asked with the documents, and return what to show.

    Args:
        store: The documents beside the notebook.
        action: ``list``, ``versions``, ``restore``, ``diff``, ``prune``, ``templates`` or ``template``.
        words: What follows it.

    Raises:
        InputError: There is no such document or version.
        UnknownOption: The action needs something else after it.
    """
    match action, list(words):
        case "list", []:
            listed = store.documents()
            return "\n".join(map(_line, listed)) or message(
                "No document has been made in {folder} yet.", folder=store.folder.name
            )
        case "versions", [name]:
            return "\n".join(map(_line, store.versions(name)))
        case "restore", [name, number] if number.isdigit():
            path = store.restore(name, int(number))
            return message(
                "{path} is version {number} again; the version before is kept too.", path=path.name, number=str(number)
            )
        case "diff", [name]:
            last = store.versions(name)[-1].version
            return store.difference(name, last - 1, last) or message("Their texts are the same.")
        case "diff", [name, first, second] if first.isdigit() and second.isdigit():
            return store.difference(name, int(first), int(second)) or message("Their texts are the same.")
        case "prune", [limit]:
            return f"{count(_prune(store, limit), 'earlier version')} deleted."
        case "templates", []:
            own = [f"{path.stem:12} {path.name}" for path in available(Path.cwd())]
            return "\n".join(
                [*own, "", message("Put your own into {folder}/, and name one with --template.", folder=FOLDER)]
            )
        case "template", ["check", name]:
            return "\n".join(look_into(find(name).path))
    raise wrong_arguments("documents", action)


def _prune(store: Store, limit: str) -> int:
    """Delete earlier versions by age in days, where ``limit`` is a plain number, or by size."""
    try:
        if limit.replace(".", "", 1).isdigit():
            return store.prune(days=float(limit))
        return store.prune(size=to_bytes(limit))
    except ValueError:
        raise wrong_arguments("documents", "prune") from None


def _line(version: DocumentVersion) -> str:
    size = f"{version.size / 1000:,.0f} kB"
    at = version.at[:16].replace("T", " ")
    return f"{version.path.name}  version {version.version}  {at}  {size}  {version.extent}".rstrip()
