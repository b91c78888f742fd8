"""The command ``analyst`` as its user meets it: a real process, real files, a real sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import analyst_magic
from analyst_magic.cli import main

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def analyst(tmp_path: Path) -> Run:
    """Runs the command in a folder with a data file."""
    sales = pd.DataFrame(
        {
            "region": ["north", "south", "north"],
            "revenue": [10.5, 20.0, 40.0],
            "day": ["2024-01-01", None, "2024-02-01"],
        }
    )
    sales.to_csv(tmp_path / "sales.csv", index=False)
    sales.to_parquet(tmp_path / "2024 sales.parquet")

    def run(*words: str, env: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
        import os

        command = [sys.executable, "-m", "analyst_magic.cli", *words]
        return subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def test_help_and_version_come_without_heavy_imports(analyst: Run) -> None:
    assert "analyst ask" in analyst("--help").stdout
    assert analyst("--version").stdout == f"analyst-magic {analyst_magic.__version__}\n"
    heavy = "{'pandas', 'plotly', 'duckdb', 'openai', 'docker', 'nbconvert'}"
    build = "from analyst_magic.cli.parser import build_parser; build_parser()"
    code = f"import sys; {build}; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_neither_the_panel_nor_a_question_loads_what_only_some_need() -> None:
    """What asks an endpoint, what reads and writes notebooks, and what reads definitions."""
    some = "{'openai', 'nbformat', 'docx', 'bs4', 'analyst_magic.report', 'analyst_magic.semantics.dbt'}"
    load = "import sys, analyst_magic.panel.session, analyst_magic.notebook.magic"
    code = f"{load}; print(sorted({some} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.docker
def test_a_question_about_a_file_prints_how_it_was_read_the_code_and_the_table(analyst: Run, tmp_path: Path) -> None:
    done = analyst(
        "ask", "Total revenue by region, highest first", "--data", "sales.csv", "-m", "offline", "-o", "out.csv"
    )
    assert done.returncode == 0, done.stderr
    assert "Read as" in done.stdout
    assert "sum(" in done.stdout.lower()
    assert "50.5" in done.stdout
    assert "written by the offline planner" in done.stderr
    assert pd.read_csv(tmp_path / "out.csv").values.tolist() == [["north", 50.5], ["south", 20.0]]


@pytest.mark.docker
def test_a_figure_is_written_as_one_page(analyst: Run, tmp_path: Path) -> None:
    done = analyst("ask", "revenue total by region as a bar chart", "--data", "sales.csv", "-o", "out.html")
    assert done.returncode == 0, done.stderr
    assert "written: out.html" in done.stdout
    assert "plotly" in (tmp_path / "out.html").read_text(encoding="utf-8")


@pytest.mark.docker
def test_json_is_one_valid_object_with_the_tables(analyst: Run) -> None:
    sql = (
        "select region, revenue, day::date as day, null as nothing, 1.10::decimal(4,2) as price from s order by revenue"
    )
    done = analyst("ask", f"SQL: {sql}", "--data", "s=2024 sales.parquet", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["model"], found["language"]) == (0, True, "you", "sql")
    assert found["tables"][0]["columns"] == ["region", "revenue", "day", "nothing", "price"]
    assert found["tables"][0]["rows"][0] == ["north", 10.5, "2024-01-01", None, "1.10"]
    assert found["tables"][0]["total"] == 3


@pytest.mark.docker
def test_a_script_runs_and_its_failure_is_the_exit_status(analyst: Run, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("print('hello'); float(data_2024_sales.revenue.sum())")
    done = analyst("run", "script.py", "--data", "2024 sales.parquet")
    assert (done.returncode, done.stdout.split()) == (0, ["hello", "70.5"])
    assert analyst("run", "-", stdin="1 / 0").returncode == 1
    failed = json.loads(analyst("run", "-", "--json", stdin="1 / 0").stdout)
    assert failed["error"]["kind"] == "CodeFailed"
    slow = analyst("run", "-", "--set", "timeout=1", stdin="while True: pass")
    assert "longer than 1 s" in slow.stderr


@pytest.mark.docker
def test_the_image_says_how_it_stands(analyst: Run) -> None:
    assert "up to date" in analyst("image", "status").stdout


def test_a_dry_run_sends_and_runs_nothing(analyst: Run) -> None:
    done = analyst(
        "ask", "mean revenue", "--data", "sales.csv", "--dry-run", env={"DOCKER_HOST": "unix:///nonexistent.sock"}
    )
    assert done.returncode == 0, done.stderr
    assert '"revenue" float' in done.stdout
    assert "10.5" not in done.stdout
    assert "2024-01-01" not in done.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("ask", "x", "--data", "nonesuch.csv"), 2, "no file nonesuch.csv"),
        (("ask", "x", "--data", "sales.xyz"), 2, "Use one of: .csv"),
        (("ask", "x", "--data", "a-b=sales.csv"), 2, "cannot be a frame's name"),
        (("ask", "x", "--data", "sales.csv", "--data", "sales=sales.csv"), 2, "Two data files"),
        (("ask", "  ", "--data", "sales.csv"), 2, "question is empty"),
        (("ask", "x", "--nonesuch"), 2, "--nonesuch"),
        (("ask", "x", "-m", "nonesuch:x"), 2, "no provider nonesuch"),
        (("ask", "x", "-m", "openai:x"), 1, "OPENAI_API_KEY"),
        (("ask", "x", "--set", "timeuot=1"), 2, "Did you mean timeout?"),
        (("ask", "x", "--privacy", "none"), 2, "privacy"),
        (("run", "nonesuch.py"), 2, "nonesuch.py"),
        (("export", "nonesuch.ipynb"), 1, "nonesuch.ipynb"),
        (("nonesuch",), 2, "nonesuch"),
    ],
)
@pytest.mark.usefixtures("analyst")
def test_bad_input_is_one_clear_sentence(
    words: tuple[str, ...],
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process, as starting Python takes most of the time."""
    monkeypatch.chdir(tmp_path)
    try:
        ended = main(words)
    except SystemExit as left:  # the parser's own way to end
        ended = left.code
    shown = capsys.readouterr().err
    assert (ended, said in shown, "Traceback" in shown) == (status, True, False), shown


def test_bad_input_ends_the_process_with_its_status(analyst: Run) -> None:
    done = analyst("ask", "x", "--data", "nonesuch.csv")
    assert (done.returncode, "no file nonesuch.csv" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    assert analyst("nonesuch").returncode == 2


def test_no_engine_is_told_with_the_next_step(analyst: Run) -> None:
    done = analyst("run", "-", stdin="1", env={"DOCKER_HOST": "unix:///nonexistent.sock"})
    assert done.returncode == 1
    assert "next: Start Docker" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", "how many?"], "Name a file with --data."),
        (["ask", "how many?", "--data", "zzz.json"], "it is looked for in this folder"),
        (["ask", "why is it late?", "--data", "sales.csv"], "Not understood: [why]"),
    ],
)
def test_messages_speak_of_the_shell_s_own_options(analyst: Run, words: list[str], said: str) -> None:
    done = analyst(*words, env={"ANALYST_MODEL": "offline", "ANALYST_SANDBOX": "local", "ANALYST_SPARES": "0"})
    told = done.stdout + done.stderr
    assert said in told
    assert not [other for other in ("with -f", "notebook", "written by") if other in told], told


def test_what_only_a_notebook_can_do_is_told_as_such(analyst: Run) -> None:
    shown = analyst("snippets", "list").stdout
    assert "No code is saved in this folder. A notebook saves" in shown
    assert "%analyst snippets save NAME" in shown


def test_the_bare_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "analyst export notebook.ipynb" in capsys.readouterr().out
