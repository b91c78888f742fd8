"""What is told of a turn: traces by the GenAI conventions, metrics, structured logs; no content unasked."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cell_text import cell_text
from fakes import ScriptedModel
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client import CollectorRegistry, generate_latest

from analyst_magic import Analyst
from analyst_magic.errors import UnknownOption
from analyst_magic.telemetry.metrics import Collector, Counters

SALES = pd.DataFrame({"region": ["planted-north", "south"], "revenue": [10.0, 20.0]})
MLFLOW = Path(__file__).parent.parent / ".mlflow" / "bin" / "mlflow"


class OTLPCollector:
    """A trace collector on loopback; keeps what it is sent."""

    def __init__(self) -> None:
        collector = self
        self.bodies: list[bytes] = []
        self.came = threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                with collector.came:
                    collector.bodies.append(body)
                    collector.came.notify_all()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"

    def spans(self, roots: int) -> list[Any]:
        """All spans, once those of so many turns have come."""

        def found() -> list[Any]:
            sent = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
            return [s for one in sent for r in one.resource_spans for scope in r.scope_spans for s in scope.spans]

        def whole() -> bool:
            return sum(span.name.startswith("invoke_agent") for span in found()) >= roots

        with self.came:
            assert self.came.wait_for(whole, 30)
        return found()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def collector() -> Iterator[OTLPCollector]:
    made = OTLPCollector()
    yield made
    made.close()


def attributes(span: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


def script(server: ScriptedModel) -> None:
    server.say("Sum.\n```python\nsales.set_index('region').loc['nowhere']\n```", usage=(100, 20))
    server.say(
        "Sum.\n```python\nfrom IPython.display import display\n"
        "display({'application/x': '1'}, raw=True)\nsales.revenue.sum()\n```",
        usage=(100, 20),
    )


def test_a_turn_is_a_trace_of_its_stages_without_content(sandboxes: set[str], collector: OTLPCollector) -> None:
    with ScriptedModel() as server:
        script(server)
        with Analyst(model="openai:x", base_url=server.base_url, api_key="sk-planted-key-planted", spares=0,
                     tracing=collector.url) as analyst:  # fmt: skip
            turn = analyst.ask("total planted-word revenue", {"sales": SALES})
    assert turn.ok
    spans = collector.spans(1)
    (root,) = [span for span in spans if span.name == "invoke_agent analyst"]
    whole = attributes(root)
    assert whole["analyst.turn.id"] == turn.uid
    assert (whole["gen_ai.provider.name"], whole["gen_ai.request.model"]) == ("openai", "x")
    assert (whole["gen_ai.usage.input_tokens"], whole["gen_ai.usage.output_tokens"]) == (200, 40)
    assert whole["analyst.attempts"] == 2
    assert all(span.parent_span_id == root.span_id for span in spans if span is not root)
    chats = [attributes(span) for span in spans if span.name == "chat x"]
    assert [chat["gen_ai.usage.output_tokens"] for chat in chats] == [20, 20]
    runs = [span for span in spans if span.name == "execute_tool python"]
    assert [attributes(span).get("error.type") for span in runs] == ["CodeFailed", None]
    assert {attributes(span)["analyst.sandbox"] for span in runs} == {turn.sandbox}
    assert any(span.name == "analyst.start" for span in spans)
    assert all(root.start_time_unix_nano <= s.start_time_unix_nano < s.end_time_unix_nano for s in runs)
    assert b"planted" not in b"".join(collector.bodies)


def test_content_is_in_a_trace_where_it_is_asked_for_but_never_a_key(
    sandboxes: set[str], collector: OTLPCollector
) -> None:
    with ScriptedModel() as server:
        script(server)
        with Analyst(model="openai:x", base_url=server.base_url, api_key="sk-planted-key-planted", spares=0,
                     tracing=collector.url, trace_content=True) as analyst:  # fmt: skip
            analyst.ask("total revenue", {"sales": SALES})
    spans = collector.spans(1)
    first = next(attributes(span) for span in spans if span.name == "chat x")
    sent = json.loads(first["gen_ai.input.messages"])
    assert [message["role"] for message in sent] == ["system", "user"]
    assert sent[-1]["parts"][0]["content"] == server.requests[0].body["messages"][-1]["content"]
    assert "loc['nowhere']" in json.loads(first["gen_ai.output.messages"])[0]["parts"][0]["content"]
    ran = [attributes(s)["gen_ai.tool.call.arguments"] for s in spans if s.name == "execute_tool python"]
    assert "nowhere" in ran[0]
    assert "revenue.sum()" in ran[1]
    assert b"planted" not in b"".join(collector.bodies)  # neither the key, nor a value beyond the privacy level


def test_traces_go_to_the_tracer_of_the_process_and_belong_to_its_own_spans(sandboxes: set[str]) -> None:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    with Analyst(spares=0) as analyst:
        with provider.get_tracer("app").start_as_current_span("the app's work") as outer:
            analyst.ask("total revenue by region", {"sales": SALES}, tracing="otel")
        analyst.ask("mean revenue by region", {"sales": SALES})
    (root,) = [span for span in kept.get_finished_spans() if span.name == "invoke_agent analyst"]
    assert root.parent is not None
    assert root.parent.span_id == outer.get_span_context().span_id
    assert root.attributes is not None
    assert root.attributes["gen_ai.request.model"] == "offline"


def test_an_address_that_is_none_is_told() -> None:
    with Analyst(tracing="collector:4318") as analyst, pytest.raises(UnknownOption, match="collector:4318"):
        analyst.ask("total revenue by region", {"sales": SALES})


def test_metrics_are_those_that_prometheus_reads(sandboxes: set[str], tmp_path: Path) -> None:
    with ScriptedModel() as server:
        script(server)
        with Analyst(model="openai:x", base_url=server.base_url, api_key="k", spares=0) as analyst:
            analyst.ask("total revenue", {"sales": SALES})
            analyst.ask("PYTHON: 1 / 0")
            analyst.ask("PYTHON: 2", metrics=False)
            assert str(analyst.tally).startswith(
                "3 questions, 1 failed, 0 answered from the lock, 1 repair, 240 tokens, "
            )
    registry = CollectorRegistry()
    registry.register(Collector(Counters(tmp_path / "kept" / "metrics.sqlite3")))
    lines = generate_latest(registry).decode().splitlines()
    assert 'analyst_turns_total{model="openai:x",outcome="ok",pinned="false"} 1.0' in lines
    assert 'analyst_turns_total{model="you",outcome="CodeFailed",pinned="false"} 1.0' in lines
    assert 'analyst_model_calls_total{model="openai:x",outcome="ok"} 2.0' in lines
    assert 'analyst_model_tokens_total{kind="input",model="openai:x"} 200.0' in lines
    assert 'analyst_repairs_total{model="openai:x"} 1.0' in lines
    assert any(line.startswith("analyst_sandbox_starts_total{outcome=") for line in lines)
    assert any(line.startswith("analyst_firewall_drops_total ") and not line.endswith(" 0.0") for line in lines)
    assert 'analyst_stage_seconds_bucket{le="+Inf",stage="model"} 2.0' in lines
    assert 'analyst_stage_seconds_count{stage="sandbox"} 3.0' in lines


def _count(path: Path) -> None:
    for _ in range(50):
        Counters(path).add({("analyst_turns", (("model", "a"),)): 1.0})


def test_many_kernels_count_at_once_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "metrics.sqlite3"
    spawn = multiprocessing.get_context("spawn")
    kernels = [spawn.Process(target=_count, args=(path,)) for _ in range(3)]
    for kernel in kernels:
        kernel.start()
    for kernel in kernels:
        kernel.join(60)
    assert Counters(path).read() == {("analyst_turns", (("model", "a"),)): 150.0}


def test_counts_go_on_in_a_new_file_where_the_old_one_was_moved_or_deleted(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "metrics.sqlite3")
    one = {("analyst_turns", (("model", "a"),)): 1.0}
    counters.add(one)
    for path in tmp_path.iterdir():
        path.unlink()
    counters.add(one)
    counters.add(one)
    assert counters.read() == {("analyst_turns", (("model", "a"),)): 2.0}


def test_a_forked_process_adds_to_the_same_counts(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "metrics.sqlite3")
    one = {("analyst_turns", (("model", "a"),)): 1.0}
    counters.add(one)
    child = multiprocessing.get_context("fork").Process(target=counters.add, args=(one,))
    child.start()
    child.join()
    counters.add(one)
    assert child.exitcode == 0
    assert counters.read() == {("analyst_turns", (("model", "a"),)): 3.0}


def test_counts_that_cannot_be_stored_are_an_error_to_who_adds_and_none_to_who_reads(tmp_path: Path) -> None:
    (tmp_path / "metrics.sqlite3").mkdir()  # no file can be there
    counters = Counters(tmp_path / "metrics.sqlite3")
    with pytest.raises(OSError, match="directory"):  # a turn says so in a note: tests/test_kept_or_noted.py
        counters.add({("analyst_turns", ()): 1.0})
    assert counters.read() == {}


def test_the_turn_of_a_cell_is_found_in_logs_and_history(
    execute: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANALYST_LOG_PATH", str(tmp_path / "logs" / "analyst.jsonl"))
    notebook = execute(
        "import pandas as pd\nsales = pd.DataFrame({'region': ['planted-n', 's'], 'revenue': [1.0, 2.0]})",
        "%%analyst\ntotal revenue by region",
        "print(analyst_uid := _analyst.uid)",
        "%analyst history show 1",
        "%analyst status",
    )
    records = [output.get("metadata", {}).get("analyst", {}) for output in notebook.cells[2].outputs]
    (uid,) = {record["turn"] for record in records if "turn" in record}
    assert cell_text(notebook.cells[3]).strip() == uid
    text = (tmp_path / "logs" / "analyst.jsonl").read_text()
    records = [json.loads(line) for line in text.splitlines()]
    assert {record["turn"] for record in records} == {uid}
    assert records[-1]["event"] == "turn"
    assert records[-1]["ok"]
    assert {"context", "model", "checks", "sandbox"} <= {r["stage"] for r in records if r["event"] == "stage"}
    assert "revenue" not in text
    assert "planted" not in text
    assert uid in cell_text(notebook.cells[4])
    status = cell_text(notebook.cells[5])
    assert "1 question, 0 failed, 0 answered from the lock" in status
    assert "1 answer in analyst.lock" in status
    assert "traces   off" in status


def test_logs_reach_the_logging_of_an_application(sandboxes: set[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "analyst_magic"), Analyst(spares=0) as analyst:
        turn = analyst.ask("PYTHON: 1 + 1")
    told = [record.analyst for record in caplog.records if hasattr(record, "analyst")]
    assert told[-1]["turn"] == turn.uid
    assert told[-1]["results"] == ["text"]


@pytest.mark.timeout(300)
def test_mlflow_takes_the_traces(sandboxes: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real tracking server, in an environment of its own as it needs older packages: `make mlflow`."""
    if not MLFLOW.exists() and not os.environ.get("CI"):
        pytest.skip("make mlflow")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [MLFLOW, "server", "--port", str(port), "--workers", "1", "--backend-store-uri", "sqlite:///mlflow.db"],
            cwd=tmp_path, stdout=log, stderr=log, start_new_session=True, env={**os.environ, "DO_NOT_TRACK": "true"},
        )  # fmt: skip
    try:
        _until(lambda: urllib.request.urlopen(f"{url}/health").status == 200, server, tmp_path / "log")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "x-mlflow-experiment-id=0")
        with ScriptedModel() as model:
            script(model)
            with Analyst(model="openai:x", base_url=model.base_url, api_key="k", spares=0,
                         tracing=f"{url}/v1/traces") as analyst:  # fmt: skip
                turn = analyst.ask("total revenue", {"sales": SALES})
        read = (
            "import json, sys, mlflow\n"
            f"mlflow.set_tracking_uri({url!r})\n"
            "found = mlflow.search_traces(locations=['0'], return_type='list')\n"
            "print(json.dumps([[s.name, s.attributes.get('analyst.turn.id')] for t in found for s in t.data.spans]))\n"
        )
        found: list[list[str]] = []

        def arrived() -> bool:
            said = subprocess.run([MLFLOW.with_name("python"), "-c", read], capture_output=True, text=True, check=True)
            found[:] = json.loads(said.stdout.splitlines()[-1])
            return bool(found)

        _until(arrived, server, tmp_path / "log")
        assert ["invoke_agent analyst", turn.uid] in found
        assert {"chat x", "execute_tool python", "analyst.checks"} <= {name for name, _ in found}
    finally:
        os.killpg(server.pid, 15)
        server.wait(30)


def _until(true: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    """Ask again until it is so: nothing tells of another program's readiness."""
    deadline = time.monotonic() + 120
    while True:
        try:
            if true():
                return
        except OSError:
            pass
        assert server.poll() is None, log.read_text()[-2000:]
        assert time.monotonic() < deadline, log.read_text()[-2000:]
        time.sleep(0.2)


def test_nothing_of_opentelemetry_is_loaded_unasked() -> None:
    code = (
        "import sys, analyst_magic\n"
        "with analyst_magic.Analyst(sandbox='local', spares=0) as a: a.ask('PYTHON: 1')\n"
        "print([m for m in sys.modules if m.startswith(('opentelemetry', 'prometheus'))])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
