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
from collections import Counter
from pathlib import Path

import nbformat
import pikepdf
import plotly.graph_objects as go
import plotly.io as pio
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

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
    "fonnesbeck/Bios8366": [
        "notebooks/Section2_1-Introduction-to-Pandas.ipynb", "notebooks/Section3_1-Expectation-Maximization.ipynb",
        "notebooks/Section4_1-Bayesian-Computation.ipynb", "notebooks/Section4_4-Hamiltonian-Monte-Carlo.ipynb",
    ],
}  # fmt: skip
"""Public notebooks, by repository and path. They are fetched by whoever measures, and never committed."""
NBCONVERT = """
from nbconvert.nbconvertapp import NbConvertApp
from playwright.async_api import BrowserType
from analyst_magic.drawing.browser import find_browser
launch = BrowserType.launch
async def with_the_browser_of_this_machine(self, **options):
    return await launch(self, executable_path=find_browser(), **options)
BrowserType.launch = with_the_browser_of_this_machine
NbConvertApp.launch_instance()
"""
"""nbconvert's command, whose webpdf prints with the Chromium of this machine, as our own PDF does."""
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


class CountedFormulas(IPythonRenderer):
    """nbconvert's renderer of Markdown, which counts the formulas that its parser finds: a second opinion on ours."""

    number = 0

    def _counted(self, *parts: str, **named: str) -> str:
        self.number += 1
        return ""

    block_math = inline_math = latex_environment = _counted

    def image(self, *parts: str, **named: str) -> str:
        """Nothing: a picture that is not there is none of its business."""
        return ""


def formulas_of(markdown: str) -> int:
    """How many formulas nbconvert finds in a text."""
    renderer = CountedFormulas(escape=False)
    MarkdownWithMath(renderer=renderer).render(markdown)  # type: ignore[no-untyped-call]
    return renderer.number


def held(notebook: Path) -> Counter[str]:
    """What a notebook holds: pictures and figures, tables, formulas, widgets."""
    cells = nbformat.read(notebook, as_version=4).cells
    bundles = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    drawn = ("image/png", "image/svg+xml", "image/jpeg", "application/vnd.plotly.v1+json")
    widget = "application/vnd.jupyter.widget-view+json"
    return Counter(
        figures=sum(any(mime in bundle for mime in drawn) for bundle in bundles),
        tables=sum("".join(bundle.get("text/html", "")).count("<table") for bundle in bundles),
        formulas=sum(formulas_of(cell.source) for cell in cells if cell.cell_type == "markdown")
        + sum("text/latex" in bundle and not any(mime in bundle for mime in drawn) for bundle in bundles),
        widgets=sum(widget in bundle for bundle in bundles),
    )


def shown(report: Path) -> Counter[str]:
    """What a report holds, counted in its file. Raw TeX is no formula, and a script for a widget no widget."""
    if report.suffix == ".html":
        page = report.read_text("utf-8")
        page = page.rpartition("</footer>")[0] or re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
        return Counter(
            figures=page.count('src="data:image')
            + page.count('<figure class="plot"')
            + page.count("<svg")
            - len(re.findall(r'<div class="canvas"[^>]*><img ', page)),
            tables=page.count("<table"),
            formulas=page.count("<math"),
            widgets=page.count(" data-widget="),
        )
    if report.suffix == ".pdf":
        return of_pdf(report)
    with zipfile.ZipFile(report) as parts:
        text = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
    return Counter(
        figures=text.count(b"<pic:pic") + text.count(b"<p:pic>"),
        tables=text.count(b"<w:tbl>") + text.count(b"<a:tbl>"),
        formulas=len(re.findall(rb"<m:oMath[ >]", text)),
        widgets=text.count(b"Widget:"),
    )


def of_pdf(report: Path) -> Counter[str]:
    """What a PDF holds: by its tags; one without tags by its pictures and by the raw TeX that is not there."""
    with pikepdf.open(report) as pdf:
        kinds = Counter(
            str(one["/S"])
            for one in pdf.objects
            if isinstance(one, pikepdf.Dictionary) and isinstance(one.get("/S"), pikepdf.Name) and "/P" in one
        )
        pictures = sum(
            isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" and "/SMask" not in one
            for one in pdf.objects
        )
    return Counter(figures=kinds["/Figure"] or pictures, tables=kinds["/Table"], formulas=kinds["/Formula"], widgets=0)


KINDS = ("figures", "tables", "formulas", "widgets")
PRINTED = ("formula", "widget")


def public(folder: Path) -> None:
    """Measure every notebook of a folder in every format, once."""
    totals: dict[str, Counter[str]] = {label: Counter() for label in FORMATS}
    every: Counter[str] = Counter()
    seconds_of = dict.fromkeys(FORMATS, 0.0)
    size_of = dict.fromkeys(FORMATS, 0.0)
    losses: Counter[str] = Counter()
    notebooks = sorted(folder.glob("*.ipynb"))
    for notebook in notebooks:
        there = held(notebook)
        every += there
        print(f"{notebook.name}: {', '.join(f'{there[kind]} {kind}' for kind in KINDS)}")
        with tempfile.TemporaryDirectory() as name:
            for label, (to, ending) in FORMATS.items():
                seconds, made = converted(notebook, to, Path(name) / f"{to}.{ending}")
                seconds_of[label] += seconds
                found = shown(made) if made.exists() else Counter[str]()
                size = made.stat().st_size / 1e6 if made.exists() else 0.0
                size_of[label] += size
                counts = made.with_suffix(".json")
                summary = json.loads(counts.read_text() or "{}") if counts.exists() else {}
                lost = summary.get("left_out", {})
                if ending == "pdf":  # Chromium marks neither: they are counted on the page that it prints
                    found |= Counter({f"{kind}s": summary.get("held", {}).get(kind, 0) for kind in PRINTED})
                totals[label] += Counter({kind: min(found[kind], there[kind]) for kind in KINDS})
                said = ", ".join(f"{found[kind]} {kind}" for kind in KINDS) if made.exists() else "failed"
                losses += Counter({f"{label}: {kind}": number for kind, number in lost.items()})
                said += "".join(f"; {number} {kind} left out" for kind, number in lost.items())
                print(f"  {label:18} {seconds:7.1f} s {size:7.1f} MB  {said}", flush=True)
    print(f"\n{len(notebooks)} notebooks: {', '.join(f'{every[kind]} {kind}' for kind in KINDS)}; kept:")
    print(f"{'format':18} {'seconds':>8} {'MB':>7}" + "".join(f" {kind:>10}" for kind in KINDS))
    for label in FORMATS:
        totals_text = "".join(f" {totals[label][kind]:>10}" for kind in KINDS)
        print(f"{label:18} {seconds_of[label]:8.1f} {size_of[label]:7.1f}{totals_text}")
    print(
        "Said to be left out:", ", ".join(f"{number} × {kind}" for kind, number in sorted(losses.items())) or "nothing"
    )


def converted(notebook: Path, to: str, target: Path) -> tuple[float, Path]:
    """Convert a notebook by nbconvert's command, and say how long it took."""
    if to.startswith("analyst_"):
        command = [sys.executable, "-m", "analyst_magic.cli", "export", str(notebook), "--json", "-o", str(target)]
        command += ["--to", to.removeprefix("analyst_"), "--max-slides", "1000"]
    else:
        command = [sys.executable, "-c", NBCONVERT, "--log-level=CRITICAL", "--to", to, str(notebook)]
        command += ["--output-dir", str(target.parent), "--output", target.name]
        command += ["--WebPDFExporter.disable_sandbox=True"] if to == "webpdf" else []
    begun = time.perf_counter()
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    seconds = time.perf_counter() - begun
    if to.startswith("analyst_"):
        target.with_suffix(".json").write_text(done.stdout)
    return seconds, target


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
