"""What the setting ``sandbox`` can name: the table of sandboxes, by name alone, so that reading it loads none of them.

Each row says where a ``SandboxKind`` is. Other packages add rows by an entry point of the group
``analyst_magic.sandboxes``; its name is the one that the setting takes. ``auto`` tries the built-in rows in their
order and no others: a package that somebody installs does not change where code runs until it is named.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from .plugins import warn_of_taken_name

GROUP = "analyst_magic.sandboxes"
AUTO = "auto"

BUILT_IN = {
    "kubernetes": "analyst_magic.sandbox.kubernetes.kind:KubernetesKind",
    "docker": "analyst_magic.sandbox.docker_kind:DockerKind",
    "local": "analyst_magic.sandbox.local.kind:LocalKind",
}


@cache
def sandbox_table() -> dict[str, EntryPoint]:
    """All rows by name, the built-in ones first. A row of another package whose name is taken is left out, with a
    warning."""
    table = {name: EntryPoint(name, value, GROUP) for name, value in BUILT_IN.items()}
    for point in entry_points(group=GROUP):
        if point.name.lower() in {AUTO, *table}:
            warn_of_taken_name(point, point.name, "sandbox")
        else:
            table[point.name.lower()] = point
    return table


def sandbox_names() -> tuple[str, ...]:
    """Every value of the setting ``sandbox``.

    >>> sandbox_names()[:3]
    ('auto', 'kubernetes', 'docker')
    """
    return (AUTO, *sandbox_table())
