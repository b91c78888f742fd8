"""Kinds of results that other packages bring: the firewall asks them what to let through, ``results`` what to show.

The built-in kinds are in ``KINDS`` of ``results/build.py``. Another package adds one by an entry point of the group
``analyst_magic.results`` that names a ``ResultKind``; ``help(analyst_magic.results)`` has an example.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from typing import Any

from .plugins import installed_parts, warn_of_taken_name
from .turn import Output, Result

GROUP = "analyst_magic.results"


class ResultKind(ABC):
    """A kind of result that is not built in: what it takes from the sandbox, and the result that it makes of that.

    Code shows such a result as it shows anything: ``display({mime: content}, raw=True)``, or by an object whose
    ``_repr_mimebundle_`` gives that. Until a kind takes its MIME type, the firewall drops it.

    Attributes:
        mime: The MIME type of the displays that it takes, as ``application/vnd.acme.gauge+json``. Tables, files,
            answer lines and Plotly's figures are never asked about.

    Example:
        >>> class NoteKind(ResultKind):
        ...     mime = "application/vnd.acme.note+json"
        ...     def admit(self, content):
        ...         return str(content)[:200]
        ...     def result(self, output):
        ...         return Note(output.data)  # a Result
        >>> NoteKind().admit("Prices are net.")
        'Prices are net.'
    """

    mime = ""

    @abstractmethod
    def admit(self, content: Any) -> Any:
        """What may leave the sandbox, rebuilt from checked parts.

        Args:
            content: What stands under ``mime``, as JSON has it. It is hostile: code in the sandbox can send anything.

        Raises:
            FirewallError: It is not what it claims to be, or too large. Any other error drops it as well.
        """

    @abstractmethod
    def result(self, output: Output) -> Result:
        """The result that shows what was admitted.

        Args:
            output: An output whose ``data`` is what ``admit`` gave.
        """


@cache
def installed_kinds() -> dict[str, ResultKind]:
    """The kinds of other packages, by their MIME type. One that does not load is left out with a warning."""
    kinds: dict[str, ResultKind] = {}
    for point, kind in installed_parts(GROUP, ResultKind, "result kind"):  # type: ignore[type-abstract]
        if kind.mime in kinds:
            warn_of_taken_name(point, kind.mime, "result kind")
        else:
            kinds[kind.mime] = kind
    return kinds
