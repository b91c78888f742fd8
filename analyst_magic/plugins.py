"""Parts that other packages bring, each by an entry point."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

Part = TypeVar("Part")


def load_part(point: EntryPoint, wanted: type[Part]) -> Part:
    """What an entry point names: the part itself, or a class that makes it without arguments.

    Args:
        point: The entry point.
        wanted: What the part has to be.

    Raises:
        TypeError: It is something else.
        Exception: Whatever its package raises while it loads.

    Example:
        >>> load_part(EntryPoint("half", "fractions:Fraction", "example"), int)
        Traceback (most recent call last):
        TypeError: its type is Fraction, not int
    """
    loaded = point.load()
    part = loaded() if isinstance(loaded, type) else loaded
    if not isinstance(part, wanted):
        raise TypeError(f"its type is {type(part).__name__}, not {wanted.__name__}")
    return part


def installed_parts(group: str, wanted: type[Part], what: str) -> Iterator[tuple[EntryPoint, Part]]:
    """The parts of a group of entry points; one that cannot be loaded is left out with a warning.

    Args:
        group: The group's name.
        wanted: What each part has to be.
        what: What the warning calls such a part.
    """
    for point in entry_points(group=group):
        try:
            part = load_part(point, wanted)
        except Exception as error:  # noqa: BLE001 - a package of somebody else fails in any way it likes
            warnings.warn(f"The {what} {point.name} of {point.value} cannot be loaded: {error}", stacklevel=3)
            continue
        yield point, part


def warn_of_taken_name(point: EntryPoint, name: str, what: str) -> None:
    """Warn that a part is left out because another one has its name."""
    warnings.warn(f"The {what} {name} of {point.value} has a name that is taken.", stacklevel=3)
