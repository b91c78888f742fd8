"""The nbconvert exporter ``analyst_pdf``: our own page, printed by a browser that is on the machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

from pypdf import PdfWriter

from ..drawing.browser import Browser
from ..filetypes import FILE_TYPES
from ..results.html import escape
from .exporter import FileExporter
from .fonts import SCRIPTS_WITHOUT_FONT
from .headings import TAG
from .html import AnalystHTMLExporter
from .options import ReportOptions
from .plain import text_of

_DOCUMENT = re.compile(r'<a [^>]*?href="data:[^";,]*;base64,([A-Za-z0-9+/=]*)" download="([^"]*)"[^>]*>')

_MARGIN = 1.8
"""The margin of a page in centimetres, as the style sheet has it."""
_HEADER = (
    '<div style="width:100%;margin:0 1.8cm;font:8px sans-serif;color:#57606a;white-space:nowrap;overflow:hidden;'
    'text-overflow:ellipsis">{}</div>'
)

_FOOTER = (
    '<div style="width:100%;margin:0 1.8cm;font:8px sans-serif;color:#57606a;display:flex;'
    'justify-content:space-between"><span>{}</span>'
    '<span><span class="pageNumber"></span> / <span class="totalPages"></span></span></div>'
)
_DRAWN = """() => new Promise((done) => {
  const split = (table) => {
    const rows = [...table.rows];
    if (rows.some((row) => [...row.cells].some((cell) => cell.colSpan > 1 || cell.rowSpan > 1))) { return [table]; }
    const last = [...rows[rows.length - 1].cells];
    const labels = Math.min(3, Math.max(0, last.findIndex((cell) => cell.tagName === "TD")));
    const room = document.body.clientWidth / 0.8;
    const wide = last.map((cell) => cell.offsetWidth);
    const first = wide.slice(0, labels).reduce((sum, width) => sum + width, 0);
    const groups = [];
    let used = Infinity;
    for (let column = labels; column < last.length; column++) {
      if (used + wide[column] > room) { groups.push([]); used = first; }
      groups[groups.length - 1].push(column);
      used += wide[column];
    }
    return groups.map((group) => {
      const part = table.cloneNode(true);
      const columns = new Set(group);
      for (const row of part.rows) {
        [...row.cells].forEach((cell, column) => { if (column >= labels && !columns.has(column)) { cell.remove(); } });
      }
      table.before(part);
      return part;
    });
  };
  const fit = (table) => {
    if (table.scrollWidth > document.body.clientWidth / 0.7) {
      const parts = split(table);
      if (parts.length > 1) {
        table.remove();
        const scale = Math.min(1, ...parts.map((part) => document.body.clientWidth / part.scrollWidth));
        parts.forEach((part) => { part.style.zoom = Math.max(0.4, scale); part.style.marginBottom = "1.2em"; });
        return;
      }
    }
    small(table);
  };
  const small = (table) => {
    const scale = document.body.clientWidth / table.scrollWidth;
    if (scale < 1) { table.style.zoom = Math.max(0.4, scale); }
    if (scale < 0.4) { table.classList.add("too-wide"); }
  };
  const look = () => {
    if (document.querySelector("figure.plot:not([data-drawn])")) { setTimeout(look, 20); return; }
    document.querySelectorAll("table").forEach(fit);
    done(true);
  };
  look();
})"""
"""Waits until every figure is drawn, then makes several tables of one that is far wider than the paper, with its labels
in each; others are made smaller, or wrapped."""


class AnalystPDFExporter(FileExporter):
    """A report to print or to file: A4, page numbers, an outline, figures as drawings; no LaTeX, no network."""

    export_from_notebook = "Analyst report (PDF)"
    output_mimetype = FILE_TYPES["pdf"].mime
    extension = ".pdf"

    def from_notebook_node(  # type: ignore[override]  # the bytes of a file, as nbconvert's own PDF exporter gives
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Print the notebook.

        Raises:
            ReportError: There is no browser on the machine, or it fails.
        """
        with Browser() as browser:
            page = PaperExporter(config=self.config, code=self.code)  # type: ignore[no-untyped-call]
            html, resources = page.from_notebook_node(nb, resources, **kw)
            html, attached = detached(html)
            options: ReportOptions = resources["analyst"]["options"]
            shown = browser.open(html, width=page_width(options))
            shown.run(_DRAWN)
            unprintable = tuple(map(str, shown.run(SCRIPTS_WITHOUT_FONT)))
            name = text_of(resources.get("metadata", {}).get("name") or "")
            data = shown.pdf(_FOOTER.format(escape(name)), _HEADER.format(escape(options.header)))
        data = with_files(data, attached)
        resources["counts"] = replace(resources["counts"], unprintable=unprintable)
        resources["output_extension"] = self.file_extension
        return data, resources


def page_width(options: ReportOptions) -> int:
    """The width of the text between our margins, in CSS pixels: figures are drawn for it."""
    return round((options.sheet[0] - 2 * _MARGIN) / 2.54 * 96)


class PaperExporter(AnalystHTMLExporter):
    """The page that is printed."""

    paper = True


def detached(html: str) -> tuple[str, dict[str, bytes]]:
    """The page without the documents in it, and these by name: as a link inside a PDF they could not be opened."""
    found: dict[str, bytes] = {}

    def take(tag: re.Match[str]) -> str:
        document = _DOCUMENT.fullmatch(tag[0])
        if document is None:
            return tag[0]
        found[unescape(document[2])] = base64.b64decode(document[1])
        return '<a class="attached">'

    body, end, scripts = html.rpartition("</footer>")
    return TAG.sub(take, body) + end + scripts, found


def with_files(data: bytes, files: Mapping[str, bytes]) -> bytes:
    """A PDF with files attached to it."""
    if not files:
        return data
    writer = PdfWriter(clone_from=BytesIO(data))
    for name, content in files.items():
        writer.add_attachment(name, content)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
