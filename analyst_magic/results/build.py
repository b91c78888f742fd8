"""What the firewall let through -> results."""

from __future__ import annotations

from collections.abc import Callable

from ..turn import Output, Result
from .document import Document, Saved
from .figure import Figure
from .image import Image, image_mime
from .table import Table
from .text import Text


def from_output(output: Output, keep: Callable[[Output], Saved]) -> Result:
    """Make the result that shows an output.

    Args:
        output: One output of the firewall.
        keep: Stores a file and says where it lies; only called for files.
    """
    match output.kind:
        case "figure":
            return Figure(output.data, output.note)
        case "table":
            return Table(output.data, output.labels, output.note, output.rows, output.origin, output.style)
        case "image":
            return Image(output.data, image_mime(output.data), output.note)
        case "text":
            return Text(output.data, output.stream or "result", output.note)
        case "file":
            kept = keep(output)
            note = " ".join(part for part in (output.note, kept.note) if part)
            return Document(kept.path, kept.size, note, kept.version, kept.extent, output.preview)
