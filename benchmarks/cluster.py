"""Reports of one notebook on 1 and 2 workers of a Dask cluster, beside local processes and papermill in a loop.

    python benchmarks/cluster.py [REPORTS [FOLDER]]

``FOLDER`` is the ``bin`` of an environment with papermill and nbconvert; without one they are left out. papermill runs
a notebook, and nbconvert makes the page of it: both together do what a report takes. Scheduler and workers run on this
machine, one report at a time in each worker, so that more workers than cores would measure nothing.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import nbformat
from distributed import LocalCluster
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from analyst_magic.report.parameter_runs import Row, batch, read_rows

SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
CODE = """\
squares = [number * number for number in range(1000 * factor)]
print(region, len(squares), sum(squares))"""


def inputs(folder: Path, reports: int) -> tuple[Path, list[Row]]:
    """A notebook with parameters that needs no package, and the rows that are wanted of it."""
    cells = [
        new_markdown_cell("# Sales of a region"),
        new_code_cell("region = 'nowhere'\nfactor = 1", metadata={"tags": ["parameters"]}),
        new_code_cell(CODE),
    ]
    path, table = folder / "sales.ipynb", folder / "rows.csv"
    nbformat.write(new_notebook(cells=cells, metadata=SPEC), path)
    table.write_text("\n".join(["region,factor", *(f"r{number},{number + 1}" for number in range(reports)), ""]))
    return path, read_rows(path, table, "html")


def measured(name: str, reports: int, what: Callable[[], float]) -> None:
    """Print what the reports took: seconds of the clock, and of the processors, which a busy machine changes less."""
    load, before = os.getloadavg()[0], processor_seconds()
    seconds = what()
    used = processor_seconds() - before
    print(f"{name:28}{seconds:8.1f} s {seconds / reports:8.2f} s a report{used / reports:8.2f} s of a processor"
          f"   (load before: {load:.1f})", flush=True)  # fmt: skip


def processor_seconds() -> float:
    """What this process has used, and all that it has started and that has ended."""
    kinds = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(kind.ru_utime + kind.ru_stime for kind in kinds)


def of_papermill(programs: Path, path: Path, rows: list[Row], out: Path, pages: bool) -> float:
    """Seconds for the same with papermill in a loop."""
    out.mkdir(parents=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PATH"] = os.pathsep.join([str(programs), environment["PATH"]])
    run = partial(subprocess.run, check=True, capture_output=True, env=environment)
    begun = time.perf_counter()
    for row in rows:
        made = out / f"{row.number}.ipynb"
        values = [word for name, value in row.values.items() for word in ("-p", name, value)]
        run([programs / "papermill", path, made, *values, "--no-progress-bar"])
        if pages:
            run([programs / "jupyter-nbconvert", "--to", "html", made])
    return time.perf_counter() - begun


def of_ours(path: Path, rows: list[Row], out: Path, **where: object) -> float:
    """Seconds for our reports; every one has to be there once."""
    begun = time.perf_counter()
    made = batch(path, rows, out, to="html", **where)
    assert [one.outcome for one in made] == ["made"] * len(rows), made
    return time.perf_counter() - begun


def on_cluster(path: Path, rows: list[Row], out: Path, workers: int) -> float:
    """The same on workers that are up before the clock starts."""
    with LocalCluster(workers, threads_per_worker=1, dashboard_address=":0") as cluster:
        return of_ours(path, rows, out, cluster=cluster)


def main(reports: int, programs: Path | None) -> None:
    """Measure, and print a line for each way."""
    print(f"{reports} reports on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, rows = inputs(folder, reports)
        if programs is None:
            print("papermill was not named, and is left out")
        for pages, words in ((False, "papermill, no pages"), (True, "papermill and nbconvert")) if programs else ():
            measured(words, reports, partial(of_papermill, programs, path, rows, folder / words, pages))
        measured("local, 2 at a time", reports, partial(of_ours, path, rows, folder / "local"))
        for workers in (1, 2):
            words = f"Dask, {workers} at a time"
            measured(words, reports, partial(on_cluster, path, rows, folder / words, workers))


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["40"])[0]), Path(sys.argv[2]).absolute() if sys.argv[2:] else None)
