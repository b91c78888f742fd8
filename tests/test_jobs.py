"""Questions that are confirmed before they run, answered in the background, or asked many at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cell_text import cell_text
from jupyter_client.manager import start_new_kernel
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.engine.job import Event
from analyst_magic.errors import Abstained, CheckFailed, InputError, Stopped
from analyst_magic.testing import ScriptedModel

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
FRAMES: dict[str, object] = {"sales": SALES}


@pytest.fixture
def analyst(unsandboxed: UnsandboxedKernel, tmp_path: Path) -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox=unsandboxed, spares=0, output_directory=str(tmp_path)) as made:
        yield made


def test_code_is_shown_with_its_frames_and_runs_as_it_was_edited(analyst: Analyst) -> None:
    seen: list[tuple[str, tuple[str, ...]]] = []

    def confirm(code: str, frames: tuple[str, ...]) -> str:
        seen.append((code, frames))
        return code.replace("SUM(revenue)", "SUM(revenue) * 2")

    turn = analyst.ask("total revenue", FRAMES, confirm=confirm)
    assert "SUM(revenue)" in seen[0][0]
    assert seen[0][1] == ("sales",)
    assert turn.tables[0].to_pandas().iloc[0, 0] == 140
    assert "* 2" in turn.code
    assert "The code ran as you edited it." in turn.notes


def test_the_time_for_reading_the_code_is_neither_counted_nor_taken_from_its_run(analyst: Analyst) -> None:
    nobody = threading.Event()

    def confirm(code: str, frames: tuple[str, ...]) -> str:
        nobody.wait(2.5)
        return code

    analyst.ask("total revenue", FRAMES)  # a sandbox is there
    begun = time.monotonic()
    turn = analyst.ask("total revenue by region", FRAMES, confirm=confirm, timeout=2)
    assert turn.error is None
    assert time.monotonic() - begun > 2.5
    assert sum(turn.seconds.values()) < 2.5
    assert all(stage.seconds < 2.5 for stage in turn.stages)


def test_code_that_is_not_confirmed_does_not_run(analyst: Analyst) -> None:
    turn = analyst.ask("total revenue", FRAMES, confirm=lambda code, frames: None)
    assert isinstance(turn.error, Stopped)
    assert turn.results == ()
    edited = analyst.ask("total revenue", FRAMES, confirm=lambda code, frames: "DROP TABLE sales")
    assert isinstance(edited.error, CheckFailed)


def test_a_question_in_the_background_leaves_its_caller_free_and_fills_in(analyst: Analyst) -> None:
    let_go, running = threading.Event(), threading.Event()

    def listen(event: Event) -> None:
        if event.stage == "sandbox":
            running.set()
            assert let_go.wait(30)

    job = analyst.submit("total revenue by region", FRAMES, listen=listen)
    second = analyst.submit("mean revenue", FRAMES)
    assert running.wait(30)
    assert (job.status, job.turn, second.status) == ("running", None, "pending")
    let_go.set()
    assert job.wait(30).tables[0].to_pandas().shape == (2, 2)
    assert second.wait(30).ok
    assert (job.status, second.status) == ("done", "done")
    assert "done: total revenue by region" in repr(job)


def test_a_job_that_is_cancelled_stops_and_the_next_question_is_answered(analyst: Analyst) -> None:
    running = threading.Event()
    job = analyst.submit(
        "PYTHON: import time\nfor i in range(600): time.sleep(0.1)",
        FRAMES,
        listen=lambda event: running.set() if event.stage == "sandbox" else None,
    )
    assert running.wait(30)
    job.cancel()
    assert job.status == "cancelled"
    with pytest.raises(Stopped):
        job.wait(1)
    assert analyst.ask("total revenue", FRAMES).ok


def test_closing_cancels_a_question_under_way_however_long_its_code_may_run(
    unsandboxed: UnsandboxedKernel,
) -> None:
    running = threading.Event()
    with Analyst(model="offline", sandbox=unsandboxed, spares=0, timeout=600) as analyst:
        job = analyst.submit(
            "PYTHON: while True: pass", listen=lambda event: running.set() if event.stage == "sandbox" else None
        )
        waiting = analyst.submit("PYTHON: 1")
        assert running.wait(60)
        began = time.monotonic()
    assert time.monotonic() - began < 30
    assert (job.status, waiting.status) == ("cancelled", "cancelled")


def test_a_question_is_answered_though_nobody_holds_its_analyst(unsandboxed: UnsandboxedKernel) -> None:
    job = Analyst(model="offline", sandbox=unsandboxed, spares=0).submit("PYTHON: 40 + 2")
    assert job.wait(60).results[0].text == "42"
    for thread in threading.enumerate():
        if thread.name == "analyst-close":
            thread.join(30)  # until its sandbox is gone


def test_a_listener_that_would_wait_for_its_own_thread_is_an_error(analyst: Analyst) -> None:
    job = analyst.submit("PYTHON: 1", listen=lambda event: analyst.reset())
    error = job.wait(60).error
    assert isinstance(error, InputError)
    assert "cannot wait for another" in error.message
    assert analyst.ask("PYTHON: 1").ok


def test_a_question_that_fails_in_the_background_is_failed(analyst: Analyst) -> None:
    job = analyst.submit("total happiness by planet", FRAMES)
    assert isinstance(job.wait(30).error, Abstained)
    assert job.status == "failed"


def test_many_questions_are_answered_past_failures_and_the_next_call_asks_only_what_is_missing(
    unsandboxed: UnsandboxedKernel, tmp_path: Path
) -> None:
    heard: list[int] = []
    with ScriptedModel() as server:
        for answer in ("sales.revenue.sum()", "sales.nope()", "sales.revenue.mean()"):
            server.say(f"```python\n{answer}\n```")
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", max_repairs=0, spares=0,
                     sandbox=unsandboxed, output_directory=str(tmp_path)) as analyst:  # fmt: skip
            questions = ["total", "broken", "mean"]
            turns = analyst.map(questions, FRAMES, concurrency=1, listen=lambda number, turn: heard.append(number))
            assert [turn.ok for turn in turns] == [True, False, True]
            assert heard == [0, 1, 2]
            server.say("```python\nsales.revenue.max()\n```")
            again = analyst.map(questions, FRAMES, listen=lambda number, turn: heard.append(number))
            assert [turn.results[0].text for turn in again] == ["70.0", "40.0", "23.333333333333332"]
            assert heard == [0, 1, 2, 1]
            assert len(server.requests) == 4
            changed = {"sales": SALES.assign(revenue=1.0)}
            server.say("```python\nsales.revenue.sum()\n```")
            assert analyst.map(["total"], changed)[0].results[0].text == "3.0"


def test_many_questions_share_a_few_sandboxes(analyst: Analyst) -> None:
    turns = analyst.map([f"top {n} regions by total revenue" for n in (1, 2, 3, 1, 2)], FRAMES, concurrency=2)
    assert [len(turn.tables[0].to_pandas()) for turn in turns] == [1, 2, 2, 1, 2]
    assert analyst.map([], FRAMES) == []


@pytest.fixture
def kernel(tmp_path: Path, sandboxes: set[str], quick_kernels: None) -> Iterator[Any]:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    yield client
    client.stop_channels()
    manager.shutdown_kernel()


def displays(client: Any, code: str) -> list[str]:
    """Run a cell, and the identities of the displays that it made."""
    found: list[str] = []

    def take(message: Any) -> None:
        if "transient" in message["content"] and message["msg_type"] == "display_data":
            found.append(message["content"]["transient"].get("display_id", ""))

    reply = client.execute_interactive(code, output_hook=take, timeout=60)
    assert reply["content"]["status"] == "ok", reply["content"]
    return found


@pytest.mark.docker
def test_a_cell_in_the_background_is_over_at_once_and_fills_in_later(kernel: Any) -> None:
    displays(kernel, "%load_ext analyst_magic\nimport pandas as pd\n"
             "sales = pd.DataFrame({'region': ['n', 's'], 'revenue': [1.0, 2.0]})")  # fmt: skip
    made = displays(kernel, "%%analyst --background -o totals\ntotal revenue by region as a bar chart")
    assert len(made) > 2  # and the cell is over
    while True:
        message = kernel.get_iopub_msg(timeout=60)
        if message["msg_type"] == "update_display_data" and FIGURE in message["content"]["data"]:
            assert message["content"]["transient"]["display_id"] in made
            break
    displays(kernel, "assert _analyst.status == 'done', _analyst")


FIGURE = "application/vnd.plotly.v1+json"


def test_background_questions_are_listed_and_stopped_and_refined(execute: Callable[..., Any]) -> None:
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['n', 's'], 'revenue': [1.0, 2.0]})",
        "%%analyst --background -o totals\ntotal revenue by region as a bar chart",
        "%analyst jobs",
        "job = _analyst\nprint(job.wait(60).ok, job.status)",
        "%%analyst --background\nPYTHON: import time; time.sleep(300)",
        "%analyst stop",
        "%analyst refine as a table",
    )
    _, _, jobs, waited, _, stop, refined = notebook.cells[1:]
    assert "total revenue by region as a bar chart" in cell_text(jobs)
    assert cell_text(waited) == "True done\n"
    assert "1 question stopped" in cell_text(stop)
    assert any("<table" in output.get("data", {}).get("text/html", "") for output in refined.outputs)


def test_confirming_where_nobody_can_be_asked_says_so(execute: Callable[..., Any]) -> None:
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'revenue': [1.0, 2.0]})",
        "%%analyst --confirm\ntotal revenue",
        allow_errors=True,
    )
    assert "--confirm needs someone to ask" in str(notebook.cells[-1].outputs)
