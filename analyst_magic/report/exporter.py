"""What the nbconvert exporters of files have in common: a notebook goes in, the bytes of a file come out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from nbconvert.exporters.exporter import Exporter
from traitlets import default

from .cells import code_trait
from .counts import counts_of
from .reading import Report, read_report


class FileExporter(Exporter):
    """An exporter whose output is a file, not text.

    Attributes:
        extension: The extension of its files, with the dot.
        code: What becomes of code, as ``CodeMode`` has it.
    """

    extension: ClassVar[str]
    code = code_trait()

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return self.extension

    def from_notebook_node(  # type: ignore[override]  # the bytes of a file, as nbconvert's own PDF exporter gives
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Write the notebook as a file."""
        notebook, resources = super().from_notebook_node(copy.deepcopy(nb), resources, **kw)
        resources["output_extension"] = self.file_extension
        report = read_report(notebook, resources, self.code)
        body, lost = self.write(report)
        resources["counts"] = counts_of(report, plays=False).without(lost)
        return body, resources

    def write(self, report: Report) -> tuple[bytes, Mapping[str, int]]:
        """The file of a report, and how many of each kind of thing were left out for their number."""
        raise NotImplementedError
