"""THE table of the formats of reports, by name alone, so that reading it loads none of what writes them."""

from __future__ import annotations

from typing import NamedTuple

PREFIX = "analyst_"
"""What nbconvert and jupyter-scheduler know our formats by, before the format's name."""


class ReportFormat(NamedTuple):
    """A format of reports.

    Attributes:
        title: What a job's form calls it.
        module, exporter: The nbconvert exporter that writes it, in a module of ``analyst_magic.report``.
    """

    title: str
    module: str
    exporter: str


REPORT_FORMATS = {
    "html": ReportFormat("HTML", ".html", "AnalystHTMLExporter"),
    "pdf": ReportFormat("PDF", ".pdf", "AnalystPDFExporter"),
    "docx": ReportFormat("Word", ".word", "AnalystDocxExporter"),
    "pptx": ReportFormat("PowerPoint", ".slides", "AnalystPptxExporter"),
}
"""The formats by the ending of their files. Each has its entry point ``analyst_NAME`` in ``pyproject.toml`` too."""
