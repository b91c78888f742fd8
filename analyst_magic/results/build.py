"""What the firewall let through -> results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analyst_magic.turn import Output, Result

from .document import Document
from .figure import Figure
from .image import Image, image_mime
from .table import Table
from .text import Text


def from_output(output: Output, save: Callable[[str, bytes], Path]) -> Result:
    """Make the result that shows an output.

    Args:
        output: One output of the firewall.
        save: Stores a file's bytes under a name and returns where it lies; only called for files.
    """
    match output.kind:
        case "figure":
            return Figure(output.data, output.note)
        case "table":
            return Table(output.data, output.labels, output.note)
        case "image":
            return Image(output.data, image_mime(output.data), output.note)
        case "text":
            return Text(output.data, output.stream or "result", output.note)
        case "file":
            return Document(save(output.name, output.data), len(output.data), output.note)
