"""Tasks of the Jupyter Server: asked over HTTP, run in its kernels, stored in SQLite; what is refused and lost."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Collection, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import serving
from test_watching import OTLPCollector, attributes

from analyst_magic.errors import InputError
from analyst_magic.remote import Remote, RemoteError
from analyst_magic.server.task_request import checked_request
from analyst_magic.server.task_runner import TaskRunner
from analyst_magic.server.task_store import MAX_PENDING, Task, TasksRefused, TaskStore

SALES = "region,revenue\nnorth,10\nsouth,30\nnorth,5\n"
ENDED = {"done", "failed", "cancelled"}


class Service:
    """A running server and its root."""

    def __init__(self, url: str, root: Path) -> None:
        self.url, self.root = url, root

    def ask(self, path: str, method: str = "GET", body: object = None, **headers: str) -> tuple[int, Any]:
        """One request; the status, and the body as JSON where it is."""
        sent = {"Authorization": f"token {serving.TOKEN}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        data = json.dumps(body).encode() if body is not None else b"" if method == "POST" else None
        request = urllib.request.Request(f"{self.url}analyst/{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                content, kind, status = answer.read(), answer.headers["Content-Type"], answer.status
        except urllib.error.HTTPError as error:
            content, kind, status = error.read(), error.headers["Content-Type"], error.code
        return status, json.loads(content) if "json" in (kind or "") else content

    def submit(self, **body: Any) -> str:
        """Put a task into the queue, and return its id."""
        status, task = self.ask("tasks", "POST", body)
        assert status == 202, task
        return str(task["id"])

    def wait(self, task: str, states: set[str] = ENDED) -> dict[str, Any]:
        """The task once it is in one of some states."""
        until = time.monotonic() + 170
        while time.monotonic() < until:
            found = dict(self.ask(f"tasks/{task}")[1])
            if found["state"] in states:
                return found
            time.sleep(0.2)  # the events tell it sooner; here the state is what is looked at
        raise AssertionError(found)


def start(stack: ExitStack, folder: Path, kernels: int = 1, **more: str) -> Service:
    root, runtime = folder / "root", folder / "runtime"
    root.mkdir(exist_ok=True)
    runtime.mkdir(exist_ok=True)
    (root / "sales.csv").write_text(SALES)
    environment = {"ANALYST_HISTORY_PATH": str(folder / "history.sqlite3"), "ANALYST_MODEL": "offline",
                   "ANALYST_SANDBOX": "local", "ANALYST_SPARES": "0", "ANALYST_TASK_KERNELS": str(kernels),
                   "ANALYST_LOG_PATH": str(folder / "turns.log"), **more}  # fmt: skip
    extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
    origin = "--ServerApp.allow_origin=https://dash.example"
    url = stack.enter_context(
        serving.jupyter("server", root, runtime, folder / "server.log", extension, origin, **environment)
    )
    return Service(url, root)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with ExitStack() as stack:
        yield start(stack, tmp_path_factory.mktemp("tasks"))


SOURCE = [{"name": "sales", "path": "sales.csv"}]


def test_the_requests_of_the_guide_are_answered(service: Service) -> None:
    """Each `curl` of the page, in order, with this server's address and the task that the first one made."""
    page = Path(__file__).parents[1] / "docs" / "how-to" / "ask-over-http.md"
    requests = "\n".join(re.findall(r"^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S))
    commands = [line.partition("  #")[0] for line in requests.replace("\\\n", " ").splitlines() if line]
    assert len(commands) == 5
    task = ""
    for command in commands:
        here = command.replace("http://localhost:8888/", service.url).replace("/ID/", f"/{task}/")
        if here.endswith("/result"):
            service.wait(task)
        done = subprocess.run(
            f"{here} --silent --show-error --fail", shell=True, env={**os.environ, "TOKEN": serving.TOKEN},
            capture_output=True, text=True, timeout=90,
        )  # fmt: skip
        assert done.returncode == 0, f"{here}\n{done.stdout}{done.stderr}"
        task = task or str(json.loads(done.stdout)["id"])
        if here.endswith("/result"):
            assert "north" in done.stdout


def test_a_question_becomes_a_task_whose_events_and_result_can_be_read(service: Service) -> None:
    task = service.submit(question="Total revenue by region, highest first", sources=SOURCE)
    status, events = service.ask(f"tasks/{task}/events")
    assert status == 200
    text = events.decode()
    assert text.index("event: state") < text.index('"stage": "sandbox"') < text.index('"state": "done"')
    status, result = service.ask(f"tasks/{task}/result")
    assert status == 200
    assert result["ok"]
    assert result["tables"][0]["rows"] == [["south", 30], ["north", 15]]
    assert "SELECT" in result["code"]
    assert "used region and revenue" in result["evidence"]
    assert result["provenance"]
    status, arrow = service.ask(f"tasks/{task}/result?format=arrow")
    assert pa.ipc.open_stream(arrow).read_all().num_rows == 2
    status, page = service.ask(f"tasks/{task}/result", Accept="text/html")
    assert status == 200
    assert b"south" in page
    assert b"<html" in page[:200].lower()


def test_a_document_is_found_at_its_link(service: Service) -> None:
    task = service.submit(question="Total revenue by region", form="xlsx", sources=SOURCE)
    assert service.wait(task)["state"] == "done"
    (link,) = service.ask(f"tasks/{task}/result")[1]["documents"]
    status, document = service.ask(link.removeprefix("/analyst/"))
    assert (status, document[:2]) == (200, b"PK")
    assert (service.root / "analyst_output").is_dir()


def test_code_runs_with_an_upload_in_a_conversation(service: Service) -> None:
    upload = [{"name": "prices", "file": "prices.csv", "content": "item,price\na,2\nb,3\n"}]
    buffer = io.BytesIO()
    pq.write_table(pa.table({"tax": [1]}), buffer)
    upload.append({"name": "taxes", "file": "t.parquet", "base64": base64.b64encode(buffer.getvalue()).decode()})
    code = "SELECT sum(price) + max(tax) AS total FROM prices, taxes"
    first = service.submit(code=code, language="sql", sources=upload, thread="t1")
    assert service.wait(first)["state"] == "done"
    assert service.ask(f"tasks/{first}/result")[1]["tables"][0]["rows"] == [[6]]
    second = service.submit(question="Total revenue", sources=SOURCE, thread="t1")
    assert service.wait(second)["state"] == "done"
    messages = service.ask("threads/t1/messages")[1]["messages"]
    assert [message["role"] for message in messages] == ["user", "analyst"] * 2
    assert "45" in messages[-1]["text"]
    assert [task["id"] for task in service.ask("tasks?thread=t1")[1]["tasks"]] == [second, first]
    shown = json.dumps(service.ask(f"tasks/{first}")[1])
    assert "a,2" not in shown
    assert upload[1]["base64"] not in shown


def test_a_failure_is_told_with_its_next_step_and_runs_again_when_asked(service: Service) -> None:
    task = service.submit(code="raise ValueError('no')")
    failed = service.wait(task)
    assert failed["state"] == "failed"
    assert failed["error"]["kind"] == "CodeFailed"
    status, again = service.ask(f"tasks/{task}/retry", "POST")
    assert (status, again["retry_of"]) == (202, task)
    assert service.wait(again["id"])["state"] == "failed"
    assert service.ask(f"tasks/{task}/retry", "POST")[0] == 202


def test_a_running_task_is_cancelled_and_a_waiting_one_never_runs(service: Service) -> None:
    slow = service.submit(code="import time\ntime.sleep(100)")
    waiting = service.submit(code="1 + 1")
    service.wait(slow, {"running"})
    until = time.monotonic() + 60
    while service.ask(f"tasks/{slow}")[1]["progress"] != "sandbox" and time.monotonic() < until:
        time.sleep(0.1)
    assert service.ask(f"tasks/{waiting}", "DELETE")[1]["state"] == "cancelled"
    service.ask(f"tasks/{slow}", "DELETE")
    assert service.wait(slow)["state"] == "cancelled"
    after = service.submit(code="2 + 2")
    assert service.wait(after)["state"] == "done"
    assert service.ask(f"tasks/{waiting}")[1]["state"] == "cancelled"


def test_datasets_are_listed_with_their_columns_and_nothing_else_is(service: Service) -> None:
    (service.root / ".hidden.csv").write_text("a\n1\n")
    (service.root / "link.csv").symlink_to("/etc/hostname")
    listed = service.ask("datasets")[1]["datasets"]
    assert "sales.csv" in {entry["id"] for entry in listed}
    assert not {".hidden.csv", "link.csv"} & {entry["id"] for entry in listed}
    columns = service.ask("datasets/sales.csv/schema")[1]["columns"]
    assert [column["name"] for column in columns] == ["region", "revenue"]
    for path in ("nothing.csv", ".hidden.csv", "..%2F..%2Fetc%2Fpasswd", "link.csv"):
        assert service.ask(f"datasets/{path}/schema")[0] == 404


def test_what_is_no_task_is_refused_and_who_has_no_token_too(service: Service) -> None:
    for body in (None, [], {}, {"question": 7}, {"question": "x", "code": "y"}, {"question": "x", "more": 1}):
        assert service.ask("tasks", "POST", body)[0] == 400
    for path in ("tasks", "datasets", "openapi.json", f"tasks/{'0' * 32}/events", "figures"):
        for method in ("GET", "POST"):
            assert service.ask(path, method, Authorization="token wrong")[0] in {403, 405}
    assert service.ask(f"tasks/{'0' * 32}")[0] == 404


def test_an_address_that_is_nowhere_is_told_as_json(service: Service) -> None:
    for path in ("nothing", "tasks/a/b", f"tasks/{'%C3%A4' * 150}", "health/x", "tasks/x/result/y", "datasets//x"):
        for method in ("GET", "POST", "DELETE"):
            status, told = service.ask(path, method)
            assert (status, isinstance(told, dict)) in {(404, True), (405, True)}, (path, method, told)
    assert "openapi.json" in service.ask("nothing")[1]["message"]
    assert service.ask("nothing", Authorization="token wrong")[0] == 403


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"question": None, "code": "1"}, "question is null"),
        ({"question": "x", "sources": None}, "sources is null"),
        ({"question": "x", "options": {"model": None}}, "model is null"),
        ({"question": "x", "language": "sql"}, "language is the language of code"),
        ({"question": "x", "sources": [{"name": "a", "path": "sales.csv", "content": "a"}]}, "path and content"),
        ({"question": "x", "sources": [{"name": "a", "content": "a", "connection": "c"}]}, "content and connection"),
        ({"question": "x", "sources": [{"name": "a", "file": "sales.csv"}]}, "none"),
        ({"question": "x", "sources": [{"name": "a", "file": "a.csv", "connection": "c"}]}, "file names an upload"),
        ({"question": "x", "options": {"model": ""}}, "model is a text"),
    ],
)
def test_what_is_given_in_two_ways_or_as_null_is_refused_and_not_chosen_from(
    body: dict[str, Any], told: str, tmp_path: Path
) -> None:
    (tmp_path / "sales.csv").write_text(SALES)
    with pytest.raises(InputError, match=told):
        checked_request(body, tmp_path)


def test_a_query_is_checked_whatever_the_task_gave(service: Service) -> None:
    failed = service.ask("tasks", "POST", {"code": "1 +"})[1]["id"]
    service.wait(failed)
    for wrong in (
        "limit=no",
        "limit=%201",
        "limit=0",
        "state=no",
        "state=",
        "state=%20done",
        "thread=",
        "thread=a%20b",
    ):
        assert service.ask(f"tasks?{wrong}")[0] == 400, wrong
    for wrong in ("format=csv", "format=", "format=arrow%20", "table=0", "table=1001", "table=x&format=json"):
        assert service.ask(f"tasks/{failed}/result?{wrong}")[0] == 400, wrong
    assert service.ask(f"tasks/{failed}/result?format=json&table=1")[0] == 200
    assert failed in [task["id"] for task in service.ask("tasks?limit=500")[1]["tasks"]]


def test_tasks_survive_a_restart_and_none_runs_twice(tmp_path: Path) -> None:
    with ExitStack() as first:
        service = start(first, tmp_path)
        running = service.submit(code="import time\ntime.sleep(100)")
        service.wait(running, {"running"})
        waiting = service.submit(code="6 * 7")
    with ExitStack() as second:
        service = start(second, tmp_path)
        gone = service.wait(running)
        assert gone["error"]["kind"] in {"Interrupted", "KernelLost"}
        assert service.wait(waiting)["state"] == "done"
        assert service.ask(f"tasks/{waiting}/result")[1]["texts"] == ["42"]


def test_a_conversation_goes_on_in_another_kernel_after_a_restart_and_no_other_task_sees_it(tmp_path: Path) -> None:
    def say(service: Service, **body: Any) -> dict[str, Any]:
        status, task = service.ask("threads/t/messages", "POST", body)
        assert status == 202, task
        service.wait(task["id"])
        return dict(service.ask(f"tasks/{task['id']}/result")[1])

    upload = {"name": "sales", "file": "sales.csv", "content": SALES}
    with ExitStack() as first:
        service = start(first, tmp_path, kernels=2)
        assert "45" in say(service, question="Total revenue", sources=[upload])["answer"]
        code = "wide = sales.df().set_index('region')\nimport math\nbest = math.sqrt(25)\nlen(wide)"
        assert say(service, code=code)["texts"] == ["3"]  # the upload is that of the message before
        apart = [service.submit(code="wide") for _ in range(3)]  # each kernel does some
        assert all("'wide' is not defined" in service.wait(task)["error"]["message"] for task in apart)
        assert say(service, code="wide.revenue.sum() + best")["texts"] == ["50.0"]
    with ExitStack() as second:
        service = start(second, tmp_path, kernels=2)
        assert say(service, code="math.floor(wide.revenue.max() + best)")["texts"] == ["35"]
        answer = say(service, question="Only north")["answer"]
        assert "15" in answer
        messages = service.ask("threads/t/messages")[1]["messages"]
        assert [message["role"] for message in messages] == ["user", "analyst"] * 5
        assert messages[-1]["text"] == answer
        assert service.ask("threads/t/messages", "POST", {"question": "x", "thread": "t"})[0] == 400
        assert service.ask("threads/a%20b/messages", "POST", {"question": "x"})[0] == 400


def test_the_client_and_the_command_ask_a_server(service: Service, tmp_path: Path) -> None:
    remote = Remote(f"{service.url}?token={serving.TOKEN}")
    task = remote.submit(question="Total revenue", sources=SOURCE)
    kinds = [kind for kind, _ in remote.events(task)]
    assert kinds[0] == kinds[-1] == "state"
    assert "45" in remote.result(task, timeout=120)["answer"]
    failing = remote.submit(code="1 / 0")
    with pytest.raises(RemoteError, match="ZeroDivisionError"):
        remote.result(failing, timeout=120)
    with pytest.raises(RemoteError, match="token"):
        Remote(service.url, "wrong").task(task)
    (tmp_path / "own.csv").write_text("a\n1\n2\n")
    command = [sys.executable, "-m", "analyst_magic.cli", "ask", "How many rows?", "--data", "own.csv", "--server",
               service.url]  # fmt: skip
    environment = {**os.environ, "ANALYST_SERVER_TOKEN": serving.TOKEN}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=150)
    assert (done.returncode, "2" in done.stdout) == (0, True), done.stderr


def test_the_client_comes_back_when_the_server_says_so_and_gives_up_on_what_is_refused() -> None:
    answers = [(429, "0.2"), (429, "0.2"), (200, ""), (429, "3600"), (503, "1")]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, pause = answers.pop(0)
            body = b'{"state": "done", "message": "Not now."}'
            self.send_response(status)
            for name, value in (("Retry-After", pause), ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as busy:
        threading.Thread(target=busy.serve_forever, daemon=True).start()
        remote, begun = Remote(f"http://127.0.0.1:{busy.server_address[1]}/"), time.monotonic()
        assert remote.task("x")["state"] == "done"
        assert time.monotonic() - begun >= 0.4
        for _ in range(2):
            with pytest.raises(RemoteError, match="Not now"):
                remote.task("x")
        busy.shutdown()


def test_health_and_metrics_tell_of_the_queue(service: Service) -> None:
    health = service.ask("health")[1]
    assert health["status"] == "ok"
    assert health["free_bytes"] > 0
    request = urllib.request.Request(f"{service.url}metrics", headers={"Authorization": f"token {serving.TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    assert b'analyst_tasks{state="pending"}' in text
    assert b"analyst_tasks_oldest_pending_seconds" in text


def test_a_request_is_known_by_its_id_in_answer_task_log_and_metrics(service: Service) -> None:
    token = f"token {serving.TOKEN}"
    body = json.dumps({"code": "1 + 1"}).encode()
    headers = {"Authorization": token, "X-Request-ID": "order-7.a", "Origin": "https://dash.example"}
    request = urllib.request.Request(f"{service.url}analyst/tasks", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.headers["X-Request-ID"] == "order-7.a"
        assert answer.headers["Access-Control-Allow-Origin"] == "https://dash.example"  # as the server is configured
        assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
        task = json.load(answer)["id"]
    assert service.wait(task)["request"]["request_id"] == "order-7.a"
    lines = [json.loads(line) for line in (service.root.parent / "turns.log").read_text().splitlines()]
    assert {line["event"] for line in lines if line.get("request") == "order-7.a"} == {"stage", "turn"}
    assert "request=order-7.a" in (service.root.parent / "server.log").read_text()
    request = urllib.request.Request(f"{service.url}metrics", headers={"Authorization": token})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert b'analyst_task_seconds_count{outcome="done"}' in answer.read()


def test_the_id_of_a_request_is_in_every_span_of_its_task(tmp_path: Path) -> None:
    collector = OTLPCollector()
    with ExitStack() as stack:
        stack.callback(collector.close)
        service = start(stack, tmp_path, ANALYST_TRACING=collector.url)
        status, task = service.ask(
            "tasks", "POST", {"question": "Total revenue", "sources": SOURCE}, X_Request_ID="o-9"
        )
        assert status == 202
        service.wait(task["id"])
        spans = collector.spans(1)
    names = {span.name for span in spans}
    assert {"invoke_agent analyst", "execute_tool sql", "analyst.context"} <= names, names
    assert {attributes(span).get("analyst.request.id") for span in spans} == {"o-9"}
    assert len({span.trace_id for span in spans}) == 1


def test_an_id_that_could_break_a_log_line_is_replaced(service: Service) -> None:
    headers = {"Authorization": "token wrong", "X-Request-ID": "a b<c>"}
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{service.url}analyst/tasks", headers=headers), timeout=60)
    assert refused.value.code == 403
    assert len(refused.value.headers["X-Request-ID"]) == 32


def test_another_origin_may_not_ask_unless_the_server_allows_it(service: Service) -> None:
    headers = {"Authorization": f"token {serving.TOKEN}", "Origin": "https://elsewhere.example"}
    request = urllib.request.Request(f"{service.url}analyst/health", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert (
            answer.headers["Access-Control-Allow-Origin"] == "https://dash.example"
        )  # which a browser holds against it


def test_the_service_is_as_its_openapi_document_says(service: Service, tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(service.ask("openapi.json")[1]))
    # No more tasks than wait for a moment: what runs is looked at by the other tests.
    command = ["-m", "schemathesis.cli", "run", str(document), "--url", service.url.rstrip("/"), "--max-examples", "3",
               "--seed", "2026", "--generation-deterministic", "-H", f"Authorization: token {serving.TOKEN}",
               "--phases", "examples,fuzzing", "--rate-limit", "15/s",
               "--exclude-checks", "unsupported_method,positive_data_acceptance"]  # fmt: skip
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    for task in service.ask("tasks?state=pending&limit=500")[1]["tasks"]:
        service.ask(f"tasks/{task['id']}", "DELETE")


def test_the_page_is_there_for_who_is_logged_in(service: Service) -> None:
    status, page = service.ask("")
    assert status == 200
    assert b'aria-live="polite"' in page
    assert service.ask("", Authorization="token wrong")[0] in {200, 403}
    assert b"textarea" not in service.ask("", Authorization="token wrong")[1]


# -- the runner --------------------------------------------------------------------------------------------------------


class SlowStore(TaskStore):
    """A store whose first look, which finds nothing, takes until it may end."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.has_looked, self.may_end = threading.Event(), threading.Event()

    def claim(self, others: Collection[str] = ()) -> Task | None:
        found = super().claim(others)
        if not self.has_looked.is_set():
            self.has_looked.set()
            assert self.may_end.wait(30)
        return found


class NoKernels:
    """A kernel manager that starts none."""

    async def start_kernel(self, **options: object) -> str:
        raise RuntimeError("no kernel")


async def test_a_task_that_comes_while_the_queue_is_looked_at_does_not_wait_for_the_next_one(tmp_path: Path) -> None:
    store = SlowStore(tmp_path / "tasks.sqlite3")
    runner = TaskRunner(store, NoKernels(), number=1)
    runner.start()
    assert await asyncio.to_thread(store.has_looked.wait, 30)
    task = store.add({"question": "x"})
    runner.wake()
    store.may_end.set()
    async with asyncio.timeout(20):
        while True:
            change, found = runner.next_change, store.get(task.id)
            if found is not None and found.state == "failed":  # it was begun; there is no kernel for it
                break
            await change.wait()
    await runner.close()


# -- the store ---------------------------------------------------------------------------------------------------------


def test_tasks_are_claimed_once_each_and_in_order_by_many_at_once(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    ids = [store.add({"question": str(number)}).id for number in range(100)]
    claimed: list[str] = []

    def work() -> None:
        while (task := store.claim()) is not None:
            claimed.append(task.id)
            store.end(task.id, "done", result={"ok": True})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(ids)
    assert len(set(claimed)) == 100
    assert store.counts() == {"done": 100}


def test_a_conversation_runs_one_task_after_the_other(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    first, second = (store.add({"question": text, "thread": "t"}) for text in ("a", "b"))
    other = store.add({"question": "c"})
    assert [task.id for task in store.unsent()] == [first.id, other.id]
    claimed = [store.claim(), store.claim(), store.claim()]
    assert [task and task.id for task in claimed] == [first.id, other.id, None]
    assert store.unsent() == []
    assert store.earlier("t") is None
    store.end(first.id, "done", result={}, left="what is left")
    store.end(first.id, "failed", left="too late")
    assert store.earlier("t") == {"task": first.id, "state": "what is left"}
    assert store.claim(["t"]) is None
    assert (store.claim() or first).id == second.id


def test_a_queue_has_a_bound_and_an_ended_task_ends_once(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    task = store.add({"question": "x"})
    assert store.end(task.id, "cancelled")
    assert not store.end(task.id, "done", result={})
    assert store.claim() is None
    for _ in range(MAX_PENDING):
        store.add({"question": "x"})
    with pytest.raises(TasksRefused, match="wait already"):
        store.add({"question": "x"})


def test_tasks_of_a_server_that_is_gone_are_told_as_interrupted(tmp_path: Path) -> None:
    store = TaskStore(tmp_path / "tasks.sqlite3")
    store.owner = f"{store.owner.rpartition(':')[0]}:999999999"
    task = store.add({"question": "x"})
    store.claim()
    store.close()
    store = TaskStore(tmp_path / "tasks.sqlite3")
    assert store.interrupt_orphans() == 1
    found = store.get(task.id)
    assert found is not None
    assert (found.state, found.error["kind"]) == ("failed", "Interrupted")
    assert oct((tmp_path / "tasks.sqlite3").stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize(
    "source",
    [
        {"name": "a b", "path": "sales.csv"},
        {"name": "a", "path": "../secret.csv"},
        {"name": "a", "path": "/etc/passwd"},
        {"name": "a", "path": ".hidden/sales.csv"},
        {"name": "a", "path": "sales.exe"},
        {"name": "a", "content": 7},
        {"name": "a", "content": "x", "file": "a.exe"},
        {"name": "a", "connection": "postgresql://x"},
        {"name": "a", "path": "sales.csv", "url": "x"},
        "sales.csv",
    ],
)
def test_a_source_is_a_file_below_the_root_an_upload_or_a_registered_connection(tmp_path: Path, source: object) -> None:
    (tmp_path / "root").mkdir()
    for path in ("secret.csv", "root/sales.csv", "root/sales.exe"):
        (tmp_path / path).write_text(SALES)
    with pytest.raises(InputError):
        checked_request({"question": "x", "sources": [source]}, tmp_path / "root")
