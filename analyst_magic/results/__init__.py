"""What a turn gives: figures, tables, documents, images and text, and how each shows itself.

Another package brings a kind of its own with a ``ResultKind``, a ``Result`` and an entry point of the group
``analyst_magic.results``:

    >>> from analyst_magic.errors import FirewallError
    >>> from analyst_magic.results import Result, ResultKind
    >>> from analyst_magic.turn import Output
    >>> class Gauge(Result):
    ...     kind = "gauge"
    ...     def __init__(self, share):
    ...         self.share = share
    ...     def to_text(self):
    ...         return f"{self.share:.0%}"
    ...     def to_json(self):
    ...         return self.share
    >>> class GaugeKind(ResultKind):
    ...     mime = "application/vnd.acme.gauge+json"
    ...     def admit(self, content):
    ...         if type(content) is not float or not 0 <= content <= 1:
    ...             raise FirewallError("A gauge that is no share was dropped.")
    ...         return content
    ...     def result(self, output):
    ...         return Gauge(output.data)
    >>> kind = GaugeKind()
    >>> kind.result(Output(kind.mime, kind.admit(0.7))).to_text()
    '70%'
"""

from __future__ import annotations

from ..result_kinds import ResultKind
from ..turn import Result
from .build import KINDS, from_output
from .document import Document
from .figure import Figure
from .image import Image
from .table import Table
from .text import Text

__all__ = ["KINDS", "Document", "Figure", "Image", "Result", "ResultKind", "Table", "Text", "from_output"]
