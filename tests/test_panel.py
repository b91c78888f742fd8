"""The kernel's side of the side panel: a real kernel, a real sandbox, a scripted model, and what a page is told."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from fakes import ScriptedModel
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel
from panel_page import TO_KERNEL, TO_PANEL, PanelPage, contract

from analyst_magic import Analyst
from analyst_magic.panel.messages import failure

SALES = """
import pandas as pd
sales = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
"""
TOTAL = "Here is the total.\n\n```sql\nSELECT region, SUM(revenue) AS total FROM sales GROUP BY region ORDER BY 1\n```"
FOREVER = "PYTHON: import time\nprint('begun')\nfor i in range(6000): time.sleep(0.1)"
KEY = "k-not-to-be-seen-0123456789"


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as server:
        yield server


@pytest.fixture
def start(
    tmp_path: Path, model: ScriptedModel, quick_kernels: None
) -> Iterator[Callable[..., tuple[KernelManager, BlockingKernelClient]]]:
    """Starts kernels in ``tmp_path`` whose questions go to the scripted model, or as the settings say."""
    started: list[tuple[KernelManager, BlockingKernelClient]] = []

    def begin(**settings: str) -> tuple[KernelManager, BlockingKernelClient]:
        chosen = {"SANDBOX": "local", "SPARES": "0", "MODEL": "openai:scripted-small", "BASE_URL": model.base_url}
        environment = {f"ANALYST_{name}": value for name, value in {**chosen, **settings}.items()}
        manager, client = start_new_kernel(cwd=str(tmp_path), env={**os.environ, **environment, "OPENAI_API_KEY": KEY})
        started.append((manager, client))
        return manager, client

    yield begin
    for manager, client in started:
        client.stop_channels()
        manager.shutdown_kernel(now=False)


@pytest.fixture
def client(start: Callable[..., tuple[KernelManager, BlockingKernelClient]]) -> BlockingKernelClient:
    _, client = start()
    run(client, SALES)
    return client


def run(client: BlockingKernelClient, code: str) -> None:
    """Run a cell to its end."""
    reply = client.execute_interactive(code, timeout=90, output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"]


def cell_output(client: BlockingKernelClient, code: str) -> str:
    """What a cell printed and displayed, as text."""
    found: list[str] = []

    def hook(message: dict[str, Any]) -> None:
        content = message["content"]
        found.append(content.get("text") or str(content.get("data") or "") or "\n".join(content.get("traceback", [])))

    client.execute_interactive(code, timeout=90, output_hook=hook)
    return "\n".join(found)


@pytest.mark.parametrize(("name", "schema"), [("to_panel", TO_PANEL), ("to_kernel", TO_KERNEL)])
def test_the_contract_holds_an_example_of_each_message_and_each_is_of_its_schema(name: str, schema: Any) -> None:
    written = contract(name)
    for example in written["examples"]:
        schema.validate(example)
    assert {e["type"] for e in written["examples"]} == set(written["$defs"]) - {"error"}


def test_an_answer_streams_in_and_brings_its_rows_its_cost_and_what_was_sent(
    client: BlockingKernelClient, model: ScriptedModel
) -> None:
    model.say(TOTAL, usage=(800, 40), cost=0.0012)
    page = PanelPage(client)
    assert page.next("welcome")["turns"] == []
    done = page.ask("Total revenue by region", id="q1")
    assert done["ok"], done["error"]
    assert page.text("q1") == TOTAL
    assert len([m for m in page.said if m["type"] == "delta"]) > 1
    stages = [m for m in page.said if m["type"] == "stage" and m["id"] == "q1"]
    assert [s["stage"] for s in stages] == ["context", "model", "checks", "sandbox"]
    assert stages[-1]["elapsed"] >= stages[0]["elapsed"] >= 0
    assert "SUM(revenue)" in done["code"]
    assert (done["tokens"], done["cost"]) == ({"prompt": 800, "completion": 40}, 0.0012)
    result = page.results("q1")[0]
    total = {"kind": "number", "decimals": 0, "grouped": False, "rounded": False, "before": "", "after": ""}
    formats = [None, total]
    assert result["table"] == {"rows": 2, "sent": 2, "note": "", "formats": formats}
    assert "north" in result["data"]["text/html"]
    rows = pa.ipc.open_stream(page.buffers["q1", 0]).read_all()
    assert rows.to_pydict() == {"region": ["north", "south"], "total": [50.0, 20.0]}
    sent = next(m for m in page.said if m["type"] == "sent")
    assert "Question: Total revenue by region" in sent["text"]
    assert all(part["content"][:200] in sent["text"] for part in model.requests[0].body["messages"][:1])


def test_a_page_works_while_a_cell_runs_and_a_stop_interrupts_the_sandbox(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    page.next("frames")
    client.execute("import time; t = time.time()\nwhile time.time() - t < 60: time.sleep(0.05)")
    begun = time.monotonic()
    done = page.ask("total revenue", model="offline")
    assert done["ok"], done["error"]
    page.send(type="ask", id="long", text=FOREVER)
    page.next("stage", id="long", stage="sandbox")
    page.send(type="stop", id="long")
    assert page.next("done", id="long")["stopped"]
    assert page.ask("mean revenue", model="offline")["ok"]
    assert time.monotonic() - begun < 50, "the panel waited for the cell"


def test_the_magic_and_the_panel_are_one_conversation_with_one_lock(
    client: BlockingKernelClient, model: ScriptedModel, tmp_path: Path
) -> None:
    model.say(TOTAL)
    page = PanelPage(client)
    done = page.ask("Total revenue by region")
    assert done["cell"] == "%%analyst\nTotal revenue by region"
    assert "[pin." in (tmp_path / "analyst.lock").read_text()
    shown = cell_output(client, done["cell"])
    assert "Answered from analyst.lock, without a model; the result is unchanged." in shown
    assert len(model.requests) == 1
    assert "50" in cell_output(client, done["code_cell"])
    run(client, "assert _analyst.tables")
    model.say("```sql\nSELECT COUNT(*) AS n FROM sales\n```")
    following = page.ask("now only the number of them")
    assert following["cell"] == following["code_cell"] == "%%analyst\nSQL:\nSELECT COUNT(*) AS n FROM sales"
    assert "Total revenue by region" in model.received


def test_a_page_that_comes_back_gets_the_conversation_and_nothing_runs_twice(
    client: BlockingKernelClient, model: ScriptedModel
) -> None:
    model.say(TOTAL)
    page = PanelPage(client)
    page.ask("Total revenue by region", id="q1")
    model.stall("```sql\nSELECT region")
    page.send(type="ask", id="q2", text="revenue of the north")
    page.next("delta", id="q2")
    page.send(type="ask", id="q1", text="Total revenue by region")
    again = PanelPage(client)
    assert again.next("welcome")["turns"] == ["q1", "q2"]
    assert again.next("begun", id="q2")["question"] == "revenue of the north"
    assert again.text("q1") == TOTAL
    assert again.buffers["q1", 0] == page.buffers["q1", 0]
    while "SELECT region" not in again.text("q2"):
        again.next("delta", id="q2")
    again.send(type="ask", id="q2", text="revenue of the north")
    again.send(type="stop", id="q2")
    stopped = again.next("done", id="q2")
    assert (stopped["stopped"], stopped["error"]) == (True, None)
    assert len(model.requests) == 2
    third = PanelPage(client, known=("q1",))
    third.next("settings")
    assert [m["id"] for m in third.said if m["type"] == "begun"] == ["q2"]


def test_an_error_says_the_next_step_and_a_repair_is_told(client: BlockingKernelClient, model: ScriptedModel) -> None:
    model.say("```sql\nSELECT nope FROM sales\n```")
    model.say("```sql\nSELECT revenue FROM sales\n```")
    page = PanelPage(client)
    done = page.ask("revenues", id="q1")
    assert done["ok"]
    assert "nope" in next(m for m in page.said if m["type"] == "stage" and m["stage"] == "repair")["text"]
    assert "nope" in done["attempts"][0]["error"]["message"]
    assert len([m for m in page.said if m["type"] == "sent"]) == 2
    failed = page.ask("total happiness by planet", model="offline")
    assert not failed["ok"]
    assert failed["error"]["kind"] == "Abstained"
    assert failed["error"]["next_step"]
    unknown = page.ask("revenues", model="opnai:x")
    assert "Did you mean openai:x?" in unknown["error"]["next_step"]
    assert page.ask(" ", model="offline")["error"]["kind"] == "EmptyQuestion"
    page.send(type="set", name="model", value="anthropic:m")
    page.next("settings", model="anthropic:m")
    assert page.ask("mean revenue")["error"]["kind"] == "MissingKey"  # and nobody was asked to type one


def test_frames_are_shown_and_can_be_hidden_pinned_and_dropped(
    client: BlockingKernelClient, model: ScriptedModel
) -> None:
    run(client, "costs = sales.rename(columns={'revenue': 'cost'})")
    page = PanelPage(client)
    frames = {frame["name"]: frame for frame in page.next("frames")["frames"]}
    assert (frames["sales"]["rows"], frames["sales"]["kind"]) == (3, "pandas")
    assert [c["name"] for c in frames["sales"]["columns"]] == ["region", "revenue"]
    assert frames["sales"]["columns"][1]["type"] == "float64"
    page.send(type="hide", frame="sales", column="revenue", hidden=True)
    assert page.next("frames")["frames"][0]["columns"][1]["hidden"]
    page.send(type="drop", frame="costs", dropped=True)
    assert page.next("frames")["frames"][1]["dropped"]
    page.send(type="context", request="r1", text="the total by region")
    told = page.next("reply", request="r1")["value"]["text"]
    assert '"sales"' in told
    assert "revenue" not in told
    assert "costs" not in told
    page.send(type="hide", frame="sales", column="revenue", hidden=False)
    page.next("frames")
    page.send(type="pin", frame="costs", pinned=True)
    assert page.next("frames")["frames"][1]["pinned"]
    model.say("```sql\nSELECT SUM(cost) AS total FROM costs\n```")
    done = page.ask("the total of all")
    assert '"sales"' not in next(m for m in reversed(page.said) if m["type"] == "sent")["text"]
    assert done["cell"] == "%%analyst -f costs\nthe total of all"
    page.send(type="hide", frame="nope", column="x", hidden=True)
    assert "nope" in page.next("refused")["error"]["message"]


def test_settings_are_those_of_the_magic_and_wrong_ones_are_refused(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    settings = page.next("settings")
    assert (settings["model"], settings["privacy"]) == ("openai:scripted-small", "stats")
    page.send(type="set", name="privacy", value="schema")
    page.next("settings", privacy="schema")
    assert "privacy  schema" in cell_output(client, "%analyst status")
    page.send(type="set", name="privacy", value="everything")
    assert "does not take" in page.next("refused")["error"]["message"]
    page.send(type="models", request="r1")
    served = {row["name"]: row for row in page.next("reply", request="r1")["value"]["providers"]}
    assert "openai:scripted-large" in served["openai"]["models"]
    assert served["openai"]["here"], "the scripted endpoint is on this machine"
    assert served["offline"]["models"] == ["offline"]
    assert served["anthropic"]["needs_key"] == "ANTHROPIC_API_KEY"
    assert "cannot be reached" in served["vllm"]["problem"]
    for model, ok in (
        ("openai:scripted-small", True),
        ("offline", True),
        ("openai:scripted-smal", False),
        ("gpt", False),
    ):
        page.send(type="try", request=model, model=model)
        tried = page.next("reply", request=model)["value"]
        assert tried["ok"] == ok, tried
    assert "no model gpt" in tried["message"]


def test_a_table_can_be_had_as_parquet_and_an_answer_as_a_snippet(client: BlockingKernelClient, tmp_path: Path) -> None:
    page = PanelPage(client)
    page.ask("total revenue by region", id="q1", model="offline")
    page.send(type="export", request="r1", id="q1", index=0)
    page.next("reply", request="r1")
    assert parquet.read_table(io.BytesIO(page.buffers["r1", 0])).num_rows == 2
    page.send(type="save", request="r2", id="q1", name="totals")
    assert page.next("reply", request="r2")["value"] == {"file": "analyst_snippets.toml"}
    assert "snippet.totals" in (tmp_path / "analyst_snippets.toml").read_text()
    page.send(type="save", request="r3", id="nope", name="totals")
    assert page.next("refused", request="r3")["error"]["next_step"] == "Ask again."


def test_a_refined_question_keeps_its_form_and_ask_again_asks_afresh(
    client: BlockingKernelClient, model: ScriptedModel
) -> None:
    model.say("```python\nimport plotly.express as px\npx.bar(sales, x='region', y='revenue')\n```")
    page = PanelPage(client)
    first = page.ask("revenue by region", id="q1", wants="figure")
    assert first["cell"] == "%%analyst --as figure\nrevenue by region"
    figure = page.results("q1")[0]
    assert figure["data"]["application/vnd.plotly.v1+json"]["data"][0]["type"] == "bar"
    model.say("```python\nimport plotly.express as px\npx.line(sales, x='region', y='revenue')\n```")
    assert page.ask("as a line", id="q2", refine="q1")["ok"]
    assert "The answer is a figure." in model.requests[1].body["messages"][-1]["content"]
    model.say("```python\nsales\n```")
    again = page.ask("revenue by region", fresh=True)
    assert not again["pinned"]
    assert len(model.requests) == 3


def test_no_key_crosses_the_comm(client: BlockingKernelClient, model: ScriptedModel) -> None:
    model.fail(401, f"Incorrect API key provided: {KEY}")
    page = PanelPage(client)
    done = page.ask("Total revenue by region")
    assert done["error"]["kind"] == "ModelRefused"
    page.send(type="models", request="r1")
    page.next("reply", request="r1")
    assert KEY not in str(page.said)


def test_what_fails_inside_is_told_and_the_panel_goes_on(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    page._shell("comm_msg", {"comm_id": page._comm, "data": {"type": "export", "request": "r1", "id": 3}})
    assert page.next("refused", request="r1")["error"]["kind"] == "KeyError"
    page._shell("comm_msg", {"comm_id": page._comm, "data": {"type": "nonsense"}})
    assert "nonsense" in page.next("refused")["error"]["message"]
    assert page.ask("total revenue", model="offline")["ok"]


def test_a_kernel_without_subshells_is_served_between_its_cells(client: BlockingKernelClient) -> None:
    page = PanelPage(client, subshell=False)
    assert page.ask("total revenue", model="offline")["ok"]


@pytest.mark.docker
def test_a_stop_ends_the_code_in_a_container_and_the_next_question_is_answered(
    start: Callable[..., tuple[KernelManager, BlockingKernelClient]],
) -> None:
    _, client = start(SANDBOX="docker", MODEL="offline")
    run(client, SALES)
    page = PanelPage(client)
    page.send(type="ask", id="long", text=FOREVER)
    page.next("stage", id="long", stage="sandbox")
    page.send(type="stop", id="long")
    assert page.next("done", id="long")["stopped"]
    done = page.ask("total revenue by region")
    assert (done["ok"], done["sandbox"].split()[0]) == (True, "docker")


def test_a_cell_belongs_to_the_conversation_with_the_way_to_it(client: BlockingKernelClient) -> None:
    metadata = {"cellId": "cell-1"}
    message = client.session.msg("execute_request", {"code": "%load_ext analyst_magic", "silent": False})
    client.shell_channel.send(message)
    message = client.session.msg(
        "execute_request", {"code": "%%analyst -m offline\ntotal revenue by region", "silent": False}, metadata=metadata
    )
    client.shell_channel.send(message)
    page = PanelPage(client)
    begun = page.next("begun")
    assert (begun["question"], begun["cell"]) == ("total revenue by region", "cell-1")
    done = page.next("done", id=begun["id"])
    assert done["ok"]
    assert page.results(begun["id"])
    refined = page.ask("as a bar chart", model="offline")
    assert refined["ok"], refined["error"]


def test_ways_on_are_offered_and_each_of_them_is_answered(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    offered = page.next("suggestions")["questions"]
    assert offered
    for question in offered:
        done = page.ask(question, model="offline")
        assert done["ok"], (question, done["error"])
    for question in done["next"]:
        assert page.ask(question, model="offline")["ok"], question
    failed = page.ask("total happiness by planet", model="offline")
    assert failed["questions"]
    assert page.ask(failed["questions"][0], model="offline")["ok"]


def test_a_follow_up_is_asked_again_in_its_conversation(client: BlockingKernelClient, model: ScriptedModel) -> None:
    page = PanelPage(client)
    page.ask("total revenue by region", model="offline")
    follow = page.ask("as a bar chart", id="q2", model="offline")
    assert follow["ok"]
    page.ask("mean revenue", model="offline")
    again = page.ask("as a bar chart", id="q4", fresh=True, again="q2", model="offline")
    assert again["ok"], again["error"]
    assert again["code"] == follow["code"]
    model.say(TOTAL)
    assert page.ask("and for each region", id="q5", fresh=True, again="q2")["ok"]
    assert "total revenue by region" in model.received
    assert "mean revenue" not in model.received


def test_a_stop_keeps_what_was_written(client: BlockingKernelClient, model: ScriptedModel) -> None:
    page = PanelPage(client)
    model.stall("First **the north**, then the south")
    page.send(type="ask", id="q1", text="revenue of the north")
    page.until(lambda m: m["type"] == "prose" and "the south" in m["html"])  # the text comes in pieces
    page.send(type="stop", id="q1")
    done = page.next("done", id="q1")
    assert (done["stopped"], done["error"], done["ok"]) == (True, None, False)
    prose = [m["html"] for m in page.said if m["type"] == "prose"]
    assert prose[-1] == "<p>First <strong>the north</strong>, then the south</p>"


def test_the_questions_of_an_earlier_kernel_come_from_the_history(
    start: Callable[..., tuple[KernelManager, BlockingKernelClient]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "one.ipynb"))
    history = str(tmp_path / "history.sqlite3")
    _, client = start(MODEL="offline", HISTORY_PATH=history)
    run(client, SALES)
    page = PanelPage(client)
    assert page.next("past")["turns"] == []
    done = page.ask("total revenue by region", id="q1")
    page.send(type="mark", request="r1", id="q1", good=True)
    assert page.next("reply", request="r1")["value"] == {"good": True}
    _, other = start(MODEL="offline", HISTORY_PATH=history)
    (past,) = PanelPage(other).next("past")["turns"]
    assert (past["question"], past["history"], past["good"]) == ("total revenue by region", done["history"], True)
    assert "SELECT" in past["code"]
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "two.ipynb"))
    _, third = start(MODEL="offline", HISTORY_PATH=history)
    assert PanelPage(third).next("past")["turns"] == []


def test_an_answer_is_had_as_outputs_of_a_cell_and_a_file_becomes_data(
    client: BlockingKernelClient, tmp_path: Path
) -> None:
    (tmp_path / "harvest 2025.tsv").write_text("fruit\ttons\napple\t12\npear\t30\n")
    page = PanelPage(client)
    page.send(type="open", request="r1", file="harvest 2025.tsv")
    name = page.next("reply", request="r1")["value"]["name"]
    done = page.ask(f"total tons by fruit in {name}", id="q1", model="offline")
    assert done["ok"], done["error"]
    page.send(type="outputs", request="r2", id="q1")
    outputs = page.next("reply", request="r2")["value"]["outputs"]
    assert all(output["output_type"] == "display_data" for output in outputs)
    assert "pear" in str(outputs)
    assert any("analyst" in output["metadata"] for output in outputs)
    page.send(type="open", request="r3", file="nope.csv")
    assert "nope.csv" in page.next("refused", request="r3")["error"]["message"]


def test_a_new_conversation_goes_on_from_none(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    page.ask("total revenue by region", model="offline")
    page.send(type="forget")
    assert not page.ask("as a bar chart", model="offline")["ok"]
    assert len(PanelPage(client).next("welcome")["turns"]) == 1


def test_the_figure_of_an_answer_is_saved_as_a_metric_and_listed(client: BlockingKernelClient, tmp_path: Path) -> None:
    page = PanelPage(client)
    assert page.next("definitions")["definitions"] == []
    done = page.ask("total revenue by region", id="q1", model="offline")
    assert done["metric"] == {"name": "total_revenue", "formula": "SUM(sales.revenue)"}
    page.send(type="define", request="r1", id="q1", name="net revenue")
    listed = page.next("definitions")["definitions"]
    assert [(one["name"], one["formula"]) for one in listed] == [("net_revenue", "SUM(sales.revenue)")]
    assert "net_revenue" in page.next("reply", request="r1")["value"]["message"]
    assert "net_revenue" in (tmp_path / "analyst.yaml").read_text()
    assert page.ask("first 2 rows", id="q2", model="offline")["metric"] is None
    page.send(type="define", request="r2", id="q2", name="none")
    assert "can be a metric" in page.next("refused", request="r2")["error"]["message"]


def test_the_chart_of_a_table_is_changed_and_told(client: BlockingKernelClient) -> None:
    page = PanelPage(client)
    page.next("frames")
    page.ask("total revenue by region", id="q1", model="offline")
    card = page.results("q1")[0]["data"]["application/vnd.analyst-magic.figure.v1+json"]
    assert card["chart"]["data"][0]["x"] == ["north", "south"]
    assert ["pie", "Pie"] in card["choices"]["chart"]
    assert "SUM(revenue)" in card["code"]


def test_next_steps_speak_of_the_panel_where_cells_have_options() -> None:
    with Analyst(model="offline", sandbox="local", lock=None, history=False) as analyst:
        turn = analyst.ask("number of rows", {})
    assert turn.error is not None
    assert failure(turn.error)["next_step"] == "Run a cell that makes one, or drop a data file on the panel."
