"""The data that a question in a notebook can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..commands.connections import password_of
from ..context.choose import pick
from ..errors import UnknownOption
from ..language import message
from ..sources.connections.registry import open_registered_connections
from ..sources.files import named_file, open_data, open_registered
from ..sources.kinds import sources_in


@dataclass(frozen=True, slots=True)
class Scope:
    """Frames and data files by name.

    Attributes:
        frames: What a question can use.
        notes: A sentence for each registered file that cannot be read.
    """

    frames: Mapping[str, object]
    notes: tuple[str, ...] = ()


def find_scope(namespace: Mapping[str, object], names: Sequence[str] = ()) -> Scope:
    """The frames and files that ``-f`` names; without names, all of the notebook and its registered files.

    Args:
        namespace: The notebook's variables.
        names: Names of frames, and ``NAME=FILE`` or ``FILE`` for data files, with options behind it.

    Raises:
        InputError: A name is not that of a frame, or a file cannot be read.
    """
    files = {name: open_data(path) for name, path in filter(None, map(named_file, names))}
    for name in files:
        if not name.isidentifier():
            raise UnknownOption(
                message("{name} cannot be a frame's name.", name=name), message("Use letters, digits and underscores.")
            )
    wanted = [name for name in names if named_file(name) is None]
    if names and all(name in namespace for name in wanted):
        return Scope({**pick(namespace, wanted), **files})
    sources = sources_in(namespace)
    more, notes = open_registered(sources)
    databases, remarks = open_registered_connections({**sources, **more}, password_of)
    frames = {**sources, **more, **databases}
    return Scope({**pick(frames, wanted), **files} if names else frames, (*notes, *remarks))
