"""Time and size of reports, and whether all that the notebooks hold is there, beside nbconvert's own HTML and webpdf.

python benchmarks/export.py [FIGURES]          a notebook with 50 figures
python benchmarks/export.py --fetch FOLDER     public notebooks by name, fetched from GitHub into a folder
python benchmarks/export.py --public FOLDER    those of them that lie there, and any others
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import nbformat
import plotly.graph_objects as go
import plotly.io as pio
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analyst_magic.report.mathematics import Formulas

RUNS = 2
PUBLIC = {
    "ageron/handson-ml3": [
        "02_end_to_end_machine_learning_project.ipynb", "04_training_linear_models.ipynb",
        "05_support_vector_machines.ipynb", "08_dimensionality_reduction.ipynb", "math_differential_calculus.ipynb",
        "math_linear_algebra.ipynb", "tools_matplotlib.ipynb", "tools_pandas.ipynb",
    ],
    "jakevdp/PythonDataScienceHandbook": [
        "notebooks/03.08-Aggregation-and-Grouping.ipynb", "notebooks/03.09-Pivot-Tables.ipynb",
        "notebooks/03.11-Working-with-Time-Series.ipynb", "notebooks/04.02-Simple-Scatter-Plots.ipynb",
    ],
    "jupyter/notebook": [
        "docs/source/examples/Notebook/Typesetting Equations.ipynb",
        "docs/source/examples/Notebook/Working With Markdown Cells.ipynb",
    ],
    "jupyter-widgets/ipywidgets": [
        "docs/source/examples/Widget Events.ipynb", "docs/source/examples/Widget List.ipynb",
    ],
}  # fmt: skip
"""Public notebooks, by repository and path. They are fetched by whoever measures, and never committed."""
FORMATS = {
    "nbconvert html": ("html", "html"),
    "nbconvert webpdf": ("webpdf", "pdf"),
    "analyst_html": ("analyst_html", "html"),
    "analyst_pdf": ("analyst_pdf", "pdf"),
    "analyst_docx": ("analyst_docx", "docx"),
    "analyst_pptx": ("analyst_pptx", "pptx"),
}


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


def fetch(folder: Path) -> None:
    """Fetch the public notebooks that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for repository, paths in PUBLIC.items():
        for path in paths:
            target = folder / f"{repository.partition('/')[2]} {Path(path).name}"
            if not target.exists():
                address = f"https://raw.githubusercontent.com/{repository}/HEAD/{urllib.parse.quote(path)}"
                with urllib.request.urlopen(address, timeout=60) as answer:
                    target.write_bytes(answer.read())


def held(notebook: Path) -> dict[str, int]:
    """What a notebook holds: pictures and figures, tables, formulas, widgets."""
    cells = nbformat.read(notebook, as_version=4).cells
    bundles = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = Formulas()
    found.taken_out(prose, str)
    drawn = ("image/png", "image/svg+xml", "image/jpeg", "application/vnd.plotly.v1+json")
    return {
        "figures": sum(any(mime in bundle for mime in drawn) for bundle in bundles),
        "tables": sum("<table" in "".join(bundle.get("text/html", "")) for bundle in bundles),
        "formulas": len(found.found) + sum("text/latex" in bundle for bundle in bundles),
        "widgets": sum("application/vnd.jupyter.widget-view+json" in bundle for bundle in bundles),
    }


def shown(report: Path) -> str:
    """What a report holds that can be counted in its file."""
    if report.suffix == ".html":
        page = report.read_text("utf-8").rpartition("</footer>")[0] or report.read_text("utf-8")
        pictures = page.count('src="data:image') + page.count('<figure class="plot"')
        return f"{pictures} pictures, {page.count('<table')} tables, {page.count('<math')} formulas"
    if report.suffix in {".docx", ".pptx"}:
        with zipfile.ZipFile(report) as parts:
            text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
        pictures = text.count(b"<pic:pic") + text.count(b"<p:pic>")
        tables = text.count(b"<w:tbl>") + text.count(b"<a:tbl>")
        return f"{pictures} pictures, {tables} tables, {text.count(b'<m:oMath')} formulas"
    return ""


def public(folder: Path) -> None:
    """Measure every notebook of a folder in every format, once."""
    for notebook in sorted(folder.glob("*.ipynb")):
        print(f"{notebook.name}: {', '.join(f'{number} {kind}' for kind, number in held(notebook).items())}")
        with tempfile.TemporaryDirectory() as name:
            for label, (to, ending) in FORMATS.items():
                seconds, made = converted(notebook, to, Path(name) / f"{to}.{ending}")
                size = f"{made.stat().st_size / 1e6:7.1f}" if made.exists() else "      -"
                said = shown(made) if made.exists() else "failed"
                print(f"  {label:18} {seconds:7.1f} s {size} MB  {said}", flush=True)


def converted(notebook: Path, to: str, target: Path) -> tuple[float, Path]:
    """Convert a notebook by nbconvert's command, and say how long it took."""
    command = [sys.executable, "-m", "nbconvert", "--log-level=CRITICAL", "--to", to, str(notebook)]
    if to == "webpdf":
        command.append("--WebPDFExporter.disable_sandbox=True")
    begun = time.perf_counter()
    where = ["--output-dir", str(target.parent), "--output", target.name]
    subprocess.run([*command, *where], check=False, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun, target


def main() -> None:
    if sys.argv[1:2] == ["--fetch"]:
        fetch(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["--public"]:
        public(Path(sys.argv[2]))
    else:
        fifty(int(sys.argv[1]) if len(sys.argv) > 1 else 50)


def fifty(figures: int) -> None:
    """Measure a notebook with that many figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        notebook = notebook_of(figures, folder)
        print(f"{figures} figures of 200 points, a notebook of {notebook.stat().st_size / 1e6:.1f} MB, best of {RUNS}")
        print(f"{'format':34} {'seconds':>8} {'MB':>7} {'figures there':>14}")
        best = dict.fromkeys(FORMATS, 1e9)
        for _ in range(RUNS):  # one after the other, so that a busy machine slows all of them alike
            for label, (to, ending) in FORMATS.items():
                best[label] = min(best[label], converted(notebook, to, folder / f"{to}.{ending}")[0])
        for label, (to, ending) in FORMATS.items():
            made = folder / f"{to}.{ending}"
            if not made.exists():
                print(f"{label:34} {'failed':>8}")
                continue
            size = made.stat().st_size / 1e6
            print(f"{label:34} {best[label]:8.1f} {size:7.1f} {present(made):8} of {figures}", flush=True)


if __name__ == "__main__":
    main()
