"""Reports and questions on a real Dask cluster: a scheduler and two worker processes, one of which is killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import launchers
from nbformat.v4 import new_code_cell
from sample_notebooks import write

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.cluster import dask as dask_cluster
from analyst_magic.cluster import open_cluster
from analyst_magic.errors import ClusterError, InputError, MissingExtra, MissingKey, Stopped, UnknownOption
from analyst_magic.report.parameter_runs import JOURNAL, batch, read_rows
from analyst_magic.testing import FakeSandbox, ScriptedModel
from analyst_magic.turn import Turn

distributed = pytest.importorskip("distributed")
SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10, 20, 30]})
SPEC = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
OPTIONS: dict[str, Any] = {"model": "offline", "sandbox": "local", "spares": 0}


@pytest.fixture(scope="module")
def cluster(forks: dict[str, str]) -> Iterator[Any]:
    environment = {**forks, "OPENAI_API_KEY": "key-of-the-workers", "ANALYST_SPARES": "0"}
    with distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=":0", env=environment) as made:
        yield made


@pytest.fixture
def address(cluster: Any) -> str:
    return str(cluster.scheduler_address)


@pytest.fixture
def client(address: str) -> Iterator[Any]:
    with distributed.Client(address, set_as_default=False) as made:
        yield made


def notebook(folder: Path, code: str = "") -> Path:
    """A notebook that prints its parameter and notes which process it runs in."""
    defaults = new_code_cell("region = 'nowhere'", metadata={"tags": ["parameters"]})
    pids = "{os.getpid()} {os.environ['JPY_PARENT_PID']}"
    note = f"import os, time\nopen({str(folder / 'pids')!r}, 'a').write(f\"{{region}} {pids}\\n\")"
    cells = [defaults, new_code_cell(f"{note}\n{code}"), new_code_cell("print('report of', region)")]
    return write(folder / "sales.ipynb", *cells, **SPEC)


def table(folder: Path, *regions: str) -> Path:
    path = folder / "regions.csv"
    path.write_text("\n".join(["region", *regions, ""]))
    return path


def begun(folder: Path) -> list[tuple[str, int, int]]:
    """The regions whose notebooks were run, each with its kernel's process and that of the export."""
    with contextlib.suppress(FileNotFoundError):
        parts = [line.split() for line in (folder / "pids").read_text().splitlines()]
        return [(region, int(kernel), int(export)) for region, kernel, export in parts]
    return []


def ended(folder: Path) -> bool:
    """Whether all that was begun is gone."""
    return not any(alive(process) for _, *processes in begun(folder) for process in processes)


def until(holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
    end, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        assert time.monotonic() < end, what
        pause.wait(0.05)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def journal(folder: Path) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in (folder / JOURNAL).read_text().splitlines()]
    return sorted((line["file"], line["outcome"]) for line in lines)


def test_a_worker_that_is_killed_in_mid_report_costs_no_report(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    once = tmp_path / "once"
    wait = (
        f"if region == 'east' and not os.path.exists({str(once)!r}):\n    open({str(once)!r}, 'w')\n    time.sleep(300)"
    )
    path = notebook(tmp_path, f"{wait}\nassert region != 'west', 'nothing sold'")
    rows = table(tmp_path, "east", "west")

    def kill() -> None:
        until(once.exists, "the report of the east was not begun")
        (export,) = [export for region, _, export in begun(tmp_path) if region == "east"]
        os.kill(parent(export), signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    assert main(["batch", str(path), "--over", str(rows), "--cluster", address]) == 1
    killing.join()
    said = capsys.readouterr()
    assert "2 reports: 1 made, 1 failed." in said.out
    assert "nothing sold" in said.out
    assert [line for line in said.err.splitlines() if line] == []
    assert journal(tmp_path / "reports") == [("sales-east.html", "made"), ("sales-west.html", "failed")]
    assert sorted(file.name for file in (tmp_path / "reports").iterdir()) == [JOURNAL, "sales-east.html"]
    assert "report of east" in (tmp_path / "reports" / "sales-east.html").read_text("utf-8")
    assert sorted(region for region, *_ in begun(tmp_path)) == ["east", "east", "west"]
    until(lambda: ended(tmp_path), "the killed worker left a process")


def test_a_report_that_costs_too_many_workers_fails_and_says_why(cluster: Any, tmp_path: Path) -> None:
    kill = "import signal\nstat = open(f'/proc/{os.environ[\"JPY_PARENT_PID\"]}/stat').read()\n"
    path = notebook(tmp_path, f"{kill}os.kill(int(stat.rpartition(')')[2].split()[1]), signal.SIGKILL)")
    rows = read_rows(path, table(tmp_path, "north"), "html")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster.scheduler, "allowed_failures", 0)
        (made,) = batch(path, rows, tmp_path / "out", to="html", cluster=cluster)
    assert made.error.startswith("1 worker ended on the way: ")
    assert journal(tmp_path / "out") == [("sales-north.html", "failed")]


def test_ctrl_c_ends_what_runs_on_the_workers_and_begins_no_more(address: str, client: Any, tmp_path: Path) -> None:
    path, rows = notebook(tmp_path, "time.sleep(300)"), table(tmp_path, "north", "east", "south")
    words = ["batch", str(path), "--over", str(rows), "--cluster", address]
    running = subprocess.Popen([sys.executable, "-m", "analyst_magic.cli", *words], stderr=subprocess.PIPE, text=True)
    until(lambda: len(begun(tmp_path)) == 2, "two reports were not begun")
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, said.strip()) == (130, "Stopped.")
    assert ended(tmp_path)
    assert len(begun(tmp_path)) == 2
    assert [file.name for file in (tmp_path / "reports").iterdir()] == [JOURNAL]
    assert journal(tmp_path / "reports") == []
    assert client.submit(lambda: 7, pure=False).result(timeout=20) == 7  # the workers are free again


def test_questions_are_answered_on_the_cluster_as_they_are_here(client: Any, tmp_path: Path) -> None:
    questions = [
        "Total revenue by region, highest first",
        "PYTHON: sales.nothing",
        "Mean revenue by region as an Excel file",
    ]
    frames, folder = {"sales": SALES}, tmp_path / "out"
    options = {**OPTIONS, "output_directory": str(folder)}
    with Analyst(**options) as analyst:
        here = analyst.map(questions[:2], frames)
    seen: dict[int, Turn] = {}
    with Analyst(lock=tmp_path / "analyst.lock", **options) as analyst:
        there = analyst.map(questions, frames, cluster=client, listen=lambda number, turn: seen.update({number: turn}))
        assert [turn.answer for turn in there[:2]] == [turn.answer for turn in here]
        assert [turn.ok for turn in there] == [True, False, True]
        assert str(there[1].error) == str(here[1].error)
        assert there[0].tables[0].to_pandas().equals(here[0].tables[0].to_pandas())
        assert there[0].sandbox == here[0].sandbox
        assert there[2].documents[0].path.parent == folder
        assert there[2].documents[0].path.exists()
        assert seen == dict(enumerate(there))
        assert analyst.tally.turns == 3
        assert analyst.lock is not None
        assert analyst.lock.knows(questions[0])
        again = analyst.map(questions[:1], frames, cluster=client)
        assert again[0] is there[0]
    with Analyst(lock=tmp_path / "analyst.lock", frozen=True, **OPTIONS) as analyst:
        pinned = analyst.map(["Total revenue by region, highest first", "Smallest revenue"], frames, cluster=client)
        assert [turn.pinned for turn in pinned] == [True, False]
        assert "no answer is pinned" in str(pinned[1].error)


def test_files_are_read_where_they_lie_and_one_that_is_not_there_is_named(client: Any, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    SALES.to_csv(path, index=False)
    with Analyst(**OPTIONS) as analyst:
        (turn,) = analyst.map(["Total revenue"], {"orders": path}, cluster=client)
        assert turn.answer == "The total revenue is 60."


def test_no_key_travels_and_a_worker_uses_its_own(client: Any) -> None:
    with ScriptedModel() as model:
        model.say("```python\nsales.revenue.sum()\n```")
        options = {**OPTIONS, **model.settings, "model": "openai:scripted"}
        with Analyst(**{**options, "api_key": "key-of-the-driver"}) as analyst:
            (turn,) = analyst.map(["What is the whole?"], {"sales": SALES}, cluster=client)
        assert turn.ok, turn.error
        assert [request.headers["authorization"] for request in model.requests] == ["Bearer key-of-the-workers"]
    with Analyst(**{**OPTIONS, "model": "groq:any"}) as analyst:
        (turn,) = analyst.map(["What is the whole?"], {"sales": SALES}, cluster=client)
        assert isinstance(turn.error, MissingKey)
        assert "Keys are not sent" in turn.error.next_step


def test_what_cannot_be_sent_is_said_before_anything_runs(client: Any, tmp_path: Path) -> None:
    import sqlite3

    with contextlib.closing(sqlite3.connect(tmp_path / "shop.db")) as shop, Analyst(**OPTIONS) as analyst:
        shop.execute("CREATE TABLE orders (amount INTEGER)")
        with pytest.raises(InputError, match="stays here with its password"):
            analyst.map(["How many orders?"], connections={"shop": shop}, cluster=client)
        with pytest.raises(InputError, match="base_url holds a secret"):
            analyst.map(["How many rows?"], {"sales": SALES}, cluster=client, base_url="https://me:secret@host/v1")
    with Analyst(**{**OPTIONS, "sandbox": FakeSandbox()}) as analyst, pytest.raises(UnknownOption, match="of your own"):
        analyst.map(["How many rows?"], {"sales": SALES}, cluster=client)


def test_ctrl_c_in_python_ends_the_questions_on_the_workers(client: Any) -> None:
    def interrupt(number: int, turn: Turn) -> None:
        raise KeyboardInterrupt

    questions = ["PYTHON: 1", "PYTHON: import time; time.sleep(300)", "PYTHON: 2"]
    before = launchers()
    with Analyst(**{**OPTIONS, "timeout": 400}) as analyst, pytest.raises(Stopped):
        analyst.map(questions, cluster=client, listen=interrupt)
    assert launchers() <= before, "a sandbox was left behind"
    assert client.submit(lambda: 7, pure=False).result(timeout=20) == 7


def test_any_executor_will_do(tmp_path: Path, quick_kernels: None) -> None:
    path, out = notebook(tmp_path), tmp_path / "out"
    rows = read_rows(path, table(tmp_path, "north"), "html")
    with ProcessPoolExecutor(1) as executor:
        assert [made.outcome for made in batch(path, rows, out, to="html", cluster=executor)] == ["made"]
    with ThreadPoolExecutor(1) as executor, Analyst(**OPTIONS) as analyst:
        (turn,) = analyst.map(["Total revenue"], {"sales": SALES}, cluster=executor)
        assert turn.answer == "The total revenue is 60."


def test_a_cluster_that_cannot_be_used_is_named_with_the_next_step(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, rows = notebook(tmp_path), table(tmp_path, "north")

    def said(cluster: str, path: Path = path) -> str:
        assert main(["batch", str(path), "--over", str(rows), "--cluster", cluster]) in {1, 2}
        return capsys.readouterr().err

    monkeypatch.setattr(dask_cluster, "SECONDS_TO_CONNECT", 0.5)
    assert "No Dask scheduler answers at tcp://127.0.0.1:9." in said("tcp://127.0.0.1:9")
    assert "For example tcp://scheduler:8786." in said("somewhere")
    monkeypatch.chdir(tmp_path)
    assert "same path" in said(address, Path("/proc/self/cwd/sales.ipynb"))
    monkeypatch.setattr(dask_cluster, "__version__", "9.9")
    assert "has Analyst Magic 0.1.0.\nnext: Install 9.9 where the workers run." in said(address)
    monkeypatch.setattr("analyst_magic.extras.find_spec", lambda name: None)
    assert 'pip install "analyst-magic[dask]"' in said(address)
    assert begun(tmp_path) == []
    with pytest.raises(MissingExtra):
        open_cluster(address)


def test_a_cluster_whose_workers_are_all_lost_says_so(
    tmp_path: Path, quick_kernels: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_cluster, "SECONDS_WITHOUT_WORKERS", 1.0)
    wait = f"if len(open({str(tmp_path / 'pids')!r}).readlines()) == 1: time.sleep(300)"
    path = notebook(tmp_path, wait)
    rows = read_rows(path, table(tmp_path, "north"), "html")
    with distributed.LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=":0") as empty:
        with pytest.raises(ClusterError, match="has no worker"):
            batch(path, rows, tmp_path / "out", to="html", cluster=empty)
        command = [sys.executable, "-m", "distributed.cli.dask_worker", empty.scheduler_address, "--no-nanny"]
        worker = subprocess.Popen([*command, "--nthreads", "1", "--no-dashboard"], stderr=subprocess.DEVNULL)
        monkeypatch.setattr(dask_cluster, "SECONDS_WITHOUT_WORKERS", 60.0)
        with open_cluster(empty) as begun_with:
            begun_with.check({})

        def kill() -> None:
            until(lambda: bool(begun(tmp_path)), "the report was not begun")
            monkeypatch.setattr(dask_cluster, "SECONDS_WITHOUT_WORKERS", 1.0)
            worker.kill()

        killing = threading.Thread(target=kill)
        killing.start()
        with pytest.raises(ClusterError, match="has no worker any more") as caught:
            batch(path, rows, tmp_path / "out", to="html", cluster=empty)
        killing.join()
        worker.wait()
    assert "what is done stays done" in caught.value.next_step
    until(lambda: ended(tmp_path), "a kernel was left")
