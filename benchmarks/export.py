"""Time and size of reports of a notebook with 50 figures, beside nbconvert's own HTML, and whether all are there.

python benchmarks/export.py [FIGURES]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat
import plotly.graph_objects as go
import plotly.io as pio
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

RUNS = 2


def notebook_of(figures: int, folder: Path) -> Path:
    """A notebook with figures of 200 points each, as JupyterLab saves it: Plotly's JSON, and no picture."""
    cells = [new_markdown_cell("# Fifty figures")]
    for number in range(figures):
        y = [(number * 31 + point * 17) % 101 for point in range(200)]
        figure = go.Figure(go.Scatter(x=list(range(200)), y=y), {"title": {"text": f"Figure number {number}"}})
        data = {"application/vnd.plotly.v1+json": json.loads(pio.to_json(figure)), "text/plain": "Figure"}
        cells.append(new_markdown_cell(f"## Part {number}"))
        cells.append(
            new_code_cell("figure", execution_count=number + 1, outputs=[new_output("display_data", data=data)])
        )
    path = folder / "fifty.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def present(report: Path) -> int:
    """How many figures stand in a report: by their titles in a page or a PDF, by their pictures in an office file."""
    if report.suffix in {".docx", ".pptx"}:
        with zipfile.ZipFile(report) as parts:
            return sum("/media/" in name and parts.getinfo(name).file_size > 10_000 for name in parts.namelist())
    if report.suffix == ".pdf":
        text = subprocess.run(["pdftotext", str(report), "-"], capture_output=True, text=True, check=True).stdout
    else:
        page = report.read_text("utf-8")
        shown = re.findall(r'<figure class="plot".*?</figure>|Plotly\.newPlot\(.*?</script>', page, re.DOTALL)
        text = "\n".join(shown)
    return len(set(re.findall(r"Figure number (\d+)", text)))


def main() -> None:
    figures = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        notebook = notebook_of(figures, folder)
        print(f"{figures} figures of 200 points, a notebook of {notebook.stat().st_size / 1e6:.1f} MB, best of {RUNS}")
        print(f"{'format':34} {'seconds':>8} {'MB':>7} {'figures there':>14}")
        formats = {
            "nbconvert html": ("html", "html"),
            "analyst_html": ("analyst_html", "html"),
            "analyst_pdf": ("analyst_pdf", "pdf"),
            "analyst_docx": ("analyst_docx", "docx"),
            "analyst_pptx": ("analyst_pptx", "pptx"),
        }
        best = dict.fromkeys(formats, 1e9)
        for _ in range(RUNS):  # one after the other, so that a busy machine slows all of them alike
            for label, (to, ending) in formats.items():
                command = [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", to, str(notebook)]
                begun = time.perf_counter()
                subprocess.run([*command, "--output", f"{to}.{ending}"], check=True)
                best[label] = min(best[label], time.perf_counter() - begun)
        for label, (to, ending) in formats.items():
            made = folder / f"{to}.{ending}"
            size = made.stat().st_size / 1e6
            print(f"{label:34} {best[label]:8.1f} {size:7.1f} {present(made):8} of {figures}", flush=True)


if __name__ == "__main__":
    main()
