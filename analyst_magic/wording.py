"""Words of messages that depend on a number or a size."""

from __future__ import annotations

_UNITS = (("TB", 1000**4), ("GB", 1000**3), ("MB", 1000**2), ("kB", 1000))


def count(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun in the right form.

    Args:
        number: How many there are.
        noun: The noun, or a phrase that ends with it, in the singular.
        plural: The plural, where it does not follow the rule.

    Example:
        >>> count(1, "pin"), count(2, "pin"), count(0, "edited pin"), count(1234, "query")
        ('1 pin', '2 pins', '0 edited pins', '1,234 queries')
    """
    return f"{number:,} {noun if number == 1 else plural or pluralize(noun)}"


def pluralize(noun: str) -> str:
    """The regular plural of a noun, or of a phrase that ends with it.

    Example:
        >>> pluralize("sandbox"), pluralize("day"), pluralize("query")
        ('sandboxes', 'days', 'queries')
    """
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def size(number: int) -> str:
    """A number of bytes as people write it, in powers of ten.

    Example:
        >>> size(4_000_000_000), size(512_000_000), size(999), size(2 * 1024**3)
        ('4 GB', '512 MB', '999 bytes', '2.15 GB')
    """
    for unit, factor in _UNITS:
        if number >= factor:
            return f"{number / factor:.3g} {unit}"
    return count(number, "byte")
