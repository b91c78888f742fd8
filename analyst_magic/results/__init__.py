"""What a turn gives: figures, tables, documents, images and text, and how each shows itself."""

from __future__ import annotations

from .build import KINDS, from_output
from .document import Document
from .figure import Figure
from .image import Image
from .table import Table
from .text import Text

__all__ = ["KINDS", "Document", "Figure", "Image", "Table", "Text", "from_output"]
