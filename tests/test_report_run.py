"""Reports of notebooks that are run first: parameters, frozen answers, what fails, and one report for each row."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output
from sample_notebooks import code, markdown, write

from analyst_magic.cli import main
from analyst_magic.errors import InputError, ReportError
from analyst_magic.report.execute import execute
from analyst_magic.report.export import read_notebook
from analyst_magic.report.parameter_runs import JOURNAL, Made, batch, read_rows, summary
from analyst_magic.report.parameters import read_parameters, read_value, unknown, with_parameters

pytestmark = pytest.mark.usefixtures("quick_kernels")
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}


def sales(folder: Path, *more: Any) -> Path:
    """A notebook with a cell of parameters that prints what it got."""
    defaults = new_code_cell("region = 'nowhere'\nfactor = 1", metadata={"tags": ["parameters"]})
    cells = [markdown("# Sales"), defaults, new_code_cell("print('report of', repr(region), repr(factor * 2))"), *more]
    return write(folder / "sales.ipynb", *cells, **SPEC)


def printed(notebook: Any) -> str:
    return "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", []))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3), ("-3", -3), ("0", 0), ("3.5", 3.5), ("-.5", -0.5), ("1e3", 1000.0), ("2.", 2.0),
        ("True", True), ("false", False), ("None", None), ("null", None),
        ("007", "007"), ("1_000", "1_000"), ("+1", "+1"), ("nan", "nan"), ("inf", "inf"), ("1e999", "1e999"), ("", ""),
        ("north", "north"), ("__import__('os').system('x')", "__import__('os').system('x')"), ("[1]", "[1]"),
        ("'quoted'", "'quoted'"), ("٣", "٣"), ("9" * 30, "9" * 30),
    ],
)  # fmt: skip
def test_values_are_what_they_plainly_are_and_never_code(text: str, value: Any) -> None:
    assert read_value(text) == value
    assert type(read_value(text)) is type(value)


def test_parameters_need_a_name_and_a_value_and_stand_once() -> None:
    assert read_parameters(["a=1", "b=x=y"], ["c=2"]) == {"a": 1, "b": "x=y", "c": "2"}
    for wrong, said in ((["a"], "no value"), (["1a=1"], "name"), (["for=1"], "name"), (["a=1", "a=2"], "twice")):
        with pytest.raises(InputError, match=said):
            read_parameters(wrong)


def test_parameters_stand_after_their_defaults_or_at_the_top_and_replace_those_of_an_earlier_run(
    tmp_path: Path,
) -> None:
    notebook = read_notebook(sales(tmp_path))
    made = with_parameters(notebook, {"region": 'o\'north\n"x"', "factor": 2.5})
    assert [cell.metadata.get("tags") for cell in made.cells[:3]] == [None, ["parameters"], ["injected-parameters"]]
    assert made.cells[2].source == "# Parameters\nregion = 'o\\'north\\n\"x\"'\nfactor = 2.5"
    assert len(with_parameters(made, {"factor": 3}).cells) == len(made.cells)
    assert len(notebook.cells) == 3
    bare = with_parameters(read_notebook(write(tmp_path / "nb.ipynb", code("1"))), {"a": None})
    assert bare.cells[0].source == "# Parameters\na = None"
    nbformat.validate(bare)
    assert unknown(notebook, ["region", "regoin"]) == ["regoin"]


def test_a_run_gives_its_results_and_leaves_the_notebook_alone(tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("from the data")
    old = code("print(open('data.txt').read())", new_output("stream", name="stdout", text="an old result"))
    path = sales(tmp_path, old)
    before = path.read_bytes()
    said: list[str] = []
    values = {"region": "north", "regoin": 1}
    made = execute(read_notebook(path), tmp_path, values, tell=said.append)
    assert printed(made) == "report of 'north' 2\nfrom the data\n"
    assert path.read_bytes() == before
    assert len(said) == 1
    assert "regoin" in said[0]


def test_questions_are_frozen_unless_they_are_let_free(tmp_path: Path) -> None:
    path = write(tmp_path / "nb.ipynb", new_code_cell("import os; print(os.environ.get('ANALYST_FROZEN'))"), **SPEC)
    assert printed(execute(read_notebook(path), tmp_path)) == "1\n"
    assert printed(execute(read_notebook(path), tmp_path, frozen=False)) == "None\n"


def test_an_answer_that_is_not_pinned_is_named_with_the_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [new_code_cell("%load_ext analyst_magic"), new_code_cell("%%analyst\nHow many rows?")]
    path = write(tmp_path / "nb.ipynb", *cells, **SPEC)
    assert main(["export", str(path), "--execute"]) == 1
    said = capsys.readouterr().err
    assert "Cell 2 (“How many rows?”) failed: Unpinned" in said
    assert "--no-frozen" in said
    assert not (tmp_path / "nb.html").exists()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\nraise ValueError('it \\x1b[31mbroke')", r"Cell 4 \(“x = 1”\) failed: ValueError: it .*broke"),
        ("import os\nos._exit(3)", r"Cell 4 \(“import os”\) ended its kernel"),
        ("import time\ntime.sleep(60)", r"Cell 4 \(“import time”\) took more than 3 seconds"),
    ],
)
def test_the_cell_that_failed_is_named(source: str, said: str, tmp_path: Path) -> None:
    notebook = read_notebook(sales(tmp_path, new_code_cell(source)))
    with pytest.raises(ReportError, match=said) as caught:
        execute(notebook, tmp_path, {"region": "x"}, seconds=3)
    assert caught.value.next_step
    assert "\x1b" not in str(caught.value)


def test_cells_that_may_fail_and_kernels_that_are_missing(tmp_path: Path) -> None:
    failing = new_code_cell("1/0", metadata={"tags": ["raises-exception"]})
    made = execute(read_notebook(sales(tmp_path, failing)), tmp_path)
    assert made.cells[-1].outputs[0].ename == "ZeroDivisionError"
    elsewhere = write(
        tmp_path / "py.ipynb", new_code_cell("print(1)"), kernelspec={"name": "conda-x", "display_name": "x"}
    )
    assert printed(execute(read_notebook(elsewhere), tmp_path)) == "1\n"
    other = {"kernelspec": {"name": "no_such", "display_name": "R"}, "language_info": {"name": "R"}}
    with pytest.raises(ReportError, match="kernel no_such is not installed"):
        execute(read_notebook(write(tmp_path / "r.ipynb", code("1"), **other)), tmp_path)


def test_export_runs_with_parameters_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sales(tmp_path)
    out = tmp_path / "out.html"
    words = ["export", str(path), "--execute", "-p", "region=a b", "-r", "factor=01", "--no-code", "-o", str(out)]
    assert main(words) == 0
    assert capsys.readouterr().out.strip() == str(out)
    text = out.read_text("utf-8")
    assert "report of &#x27;a b&#x27; &#x27;0101&#x27;" in text or "report of 'a b' '0101'" in text.replace(
        "&#39;", "'"
    )
    assert "# Parameters" not in text
    assert main(["export", str(path), "-p", "a=1"]) == 2
    assert "--execute" in capsys.readouterr().err


def table(folder: Path, text: str) -> Path:
    path = folder / "regions.csv"
    path.write_text(text, "utf-8")
    return path


def test_one_report_for_each_row_and_only_what_is_missing_is_made_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sales(tmp_path, new_code_cell("assert region != 'south', 'nothing sold'"))
    rows = table(tmp_path, "\ufeffregion,factor\nnorth,2\nsouth,3\n../../etc,4\n")
    words = ["batch", str(path), "--over", str(rows), "--out", str(tmp_path / "out"), "--jobs", "2"]
    assert main(words) == 1
    said = capsys.readouterr().out
    assert "3 reports: 2 made, 1 failed." in said
    assert "row 2 (sales-south-3.html): Cell 4 (“assert region != 'south', 'nothing sold'”) failed" in said
    assert "[3/3]" in said
    names = sorted(file.name for file in (tmp_path / "out").iterdir())
    assert names == [JOURNAL, "sales-etc-4.html", "sales-north-2.html"]
    north = tmp_path / "out" / "sales-north-2.html"
    assert "report of" in north.read_text("utf-8")
    before = {name: (tmp_path / "out" / name).stat().st_mtime_ns for name in names[1:]}
    (tmp_path / "out" / "sales-etc-4.html").unlink()
    table(tmp_path, "region,factor\nnorth,2\n../../etc,4\nwest,5\n")
    assert main(words) == 0
    assert "3 reports: 2 made, 1 was there already." in capsys.readouterr().out
    assert north.stat().st_mtime_ns == before["sales-north-2.html"]
    assert (tmp_path / "out" / "sales-etc-4.html").exists()


def test_a_changed_notebook_makes_its_reports_again(tmp_path: Path) -> None:
    rows = table(tmp_path, "region\nnorth\n")
    first = read_rows(sales(tmp_path), rows, "html")
    assert read_rows(sales(tmp_path), rows, "html")[0].file == first[0].file
    path = sales(tmp_path, new_code_cell("1"))
    assert read_rows(path, rows, "html")[0].mark != first[0].mark
    assert read_rows(path, rows, "html", ["--no-code"])[0].mark != read_rows(path, rows, "html")[0].mark
    (tmp_path / "analyst.lock").write_text("version = 1\n")
    assert read_rows(path, rows, "html")[0].mark != first[0].mark


def test_names_of_reports_say_which_row_they_are_and_stay_in_their_folder(tmp_path: Path) -> None:
    path = sales(tmp_path)
    text = "a,b\n../../x,1\n..,..\nA,1\na,1\n" + "long" * 100 + ",1\nÅ ø/ü,2\n"
    names = [row.file for row in read_rows(path, table(tmp_path, text), "pdf")]
    assert names[:4] == ["sales-x-1.pdf", "sales-2.pdf", "sales-A-1.pdf", "sales-a-1-4.pdf"]
    assert len(names[4]) < 100
    assert names[5] == "sales-Å_ø_ü-2.pdf"
    assert len({name.casefold() for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no rows"),
        ("a,b\n", "has no rows"),
        ("a,a\n1,2\n", "one name"),
        ("a b\n1\n", "name"),
        ("a,b\n1\n", "Line 2 .* has 1 value for 2 columns"),
        ("import\n1\n", "name"),
    ],
)
def test_tables_that_cannot_be_used_are_named(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_rows(sales(tmp_path), table(tmp_path, text), "html")
    with pytest.raises(InputError, match="cannot be read"):
        read_rows(sales(tmp_path), tmp_path / "no.csv", "html")
    with pytest.raises(ReportError, match="no report format"):
        read_rows(sales(tmp_path), table(tmp_path, "a\n1\n"), "odt")


def test_a_journal_that_was_cut_off_counts_for_what_is_whole(tmp_path: Path) -> None:
    path, rows = sales(tmp_path), table(tmp_path, "region\nnorth\nsouth\n")
    wanted = read_rows(path, rows, "html")
    out = tmp_path / "out"
    out.mkdir()
    for row in wanted:
        (out / row.file).write_text("made before")
    whole = json.dumps({"file": wanted[0].file, "mark": wanted[0].mark, "outcome": "made"})
    (out / JOURNAL).write_text(f"{whole}\n[1]\n{whole[:20]}")
    told: list[Made] = []
    found = batch(path, wanted, out, to="html", tell=told.append)
    assert [made.outcome for made in found] == ["kept", "made"]
    assert (out / wanted[0].file).read_text() == "made before"
    assert "report of" in (out / wanted[1].file).read_text("utf-8")
    assert summary(found) == "2 reports: 1 made, 1 was there already."


def test_an_interrupted_batch_leaves_no_kernel_and_goes_on_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JUPYTER_PATH")  # kernels as users have them
    mark = tmp_path / "pids"
    wait = (
        f"import os, time\nopen({str(mark)!r}, 'a').write(f'{{os.getpid()}}\\n')\nif region == 'slow': time.sleep(300)"
    )
    path, rows = sales(tmp_path, new_code_cell(wait)), table(tmp_path, "region\nfast\nslow\n")
    words = [sys.executable, "-m", "analyst_magic.cli", "batch", str(path), "--over", str(rows), "--jobs", "1"]
    running = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (mark.exists() and len(mark.read_text().split()) == 2) and time.monotonic() < deadline:
        time.sleep(0.1)  # until the second kernel runs
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    for process in map(int, mark.read_text().split()):
        deadline = time.monotonic() + 30
        while _alive(process) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not _alive(process)
    assert (tmp_path / "reports" / "sales-fast.html").exists()
    assert not (tmp_path / "reports" / "sales-slow.html").exists()
    found = read_rows(path, rows, "html")
    lines = (tmp_path / "reports" / JOURNAL).read_text().splitlines()
    assert [json.loads(line)["mark"] for line in lines] == [found[0].mark]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
