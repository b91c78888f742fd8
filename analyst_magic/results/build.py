"""What the firewall let through -> results. ``KINDS`` is the table of the built-in kinds of results."""

from __future__ import annotations

from ..result_kinds import installed_kinds
from ..turn import Output, Result
from .document import Document, Save
from .figure import Figure
from .image import Image
from .table import Table
from .text import Text

KINDS: dict[str, type[Figure] | type[Table] | type[Image] | type[Text] | type[Document]] = {
    kind.kind: kind for kind in (Figure, Table, Image, Text, Document)
}
"""Each built-in kind of result, by its name. A kind says what it is made from and how it shows itself."""
_BY_OUTPUT = {kind.output: kind for kind in KINDS.values()}


def from_output(output: Output, save: Save) -> Result:
    """Make the result that shows an output.

    Args:
        output: One output of the firewall.
        save: Stores a file and says where it lies; only called for files.

    Example:
        >>> from analyst_magic.turn import Output
        >>> from_output(Output("text", "42 rows"), save=lambda output: None)
        Text(text='42 rows', stream='result', note='')
    """
    built_in = _BY_OUTPUT.get(output.kind)
    return built_in.from_output(output, save) if built_in else installed_kinds()[output.kind].result(output)
