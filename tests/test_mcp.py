"""The MCP server: what agents can do with it, what leaves at each privacy level, and what hostile clients meet."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Implementation
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.mcp.clients import Clients
from analyst_magic.mcp.http import MAX_BODY_BYTES, HttpServer
from analyst_magic.mcp.server import build_server
from analyst_magic.mcp.workspace import MAX_CALLS, Workspace
from analyst_magic.sources.files import open_data

TOOLS = {"list_sources", "describe", "run_python", "run_sql", "ask", "make_document", "export_report", "definitions",
         "history_search"}  # fmt: skip
ANOTHER_CLIENT = Path(__file__).parent.parent / ".mcp-client"
TRACES = ("Xanthippe", "Quillfeather", "quillfeather", "xanthippe", "4929123456781234", "183417")


def staff() -> pd.DataFrame:
    """A frame in which one row is a secret, and whose other rows share what may be told."""
    n = 60
    frame = pd.DataFrame(
        {
            "name": [f"Person {i}" for i in range(n)],
            "account": [4929123450000000 + 7919 * i for i in range(n)],
            "salary": [1000.0 + i for i in range(n)],
            "team": ["north", "south", "west"] * 20,
        }
    )
    frame.loc[7, ["name", "account", "salary"]] = ["Xanthippe Quillfeather", 4929123456781234, 183417.25]
    return frame


@pytest.fixture
def workspace(unsandboxed: UnsandboxedKernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.chdir(tmp_path)
    history = History(tmp_path / "history.sqlite3")
    with Analyst(model="offline", sandbox=unsandboxed, spares=0, history=history, lock=tmp_path / "analyst.lock",
                 output_directory=str(tmp_path / "out"), folder=tmp_path) as analyst:  # fmt: skip
        frame = staff()
        yield Workspace(analyst, lambda: {"staff": frame})


@pytest.fixture
def server(workspace: Workspace) -> Iterator[HttpServer]:
    running = HttpServer(workspace)
    yield running
    running.stop()


@asynccontextmanager
async def client_of(server: HttpServer, mode: str = "auto", name: str = "tester") -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {server.token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120) as http,
        Client(
            streamable_http_client(server.url, http_client=http),
            mode=mode,  # type: ignore[arg-type]
            client_info=Implementation(name=name, version="1"),
        ) as client,
    ):
        yield client


def unconstrained(schema: Any, path: str = "") -> list[str]:
    """Where a schema takes anything at all, which the strict mode of npm's MCP inspector names."""
    keywords = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}
    found = [] if schema.keys() & keywords else [path or "the schema"]
    for name, part in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        found += unconstrained(part, f"{path}.{name}")
    parts = [schema["items"]] if "items" in schema else []
    return found + [one for part in (*parts, *schema.get("anyOf", [])) for one in unconstrained(part, f"{path}[]")]


SERVE = ["-m", "analyst_magic.cli", "mcp", "--data", "staff.csv", "--set", "sandbox=local", "--set", "spares=0"]


def serving_environment(folder: Path) -> dict[str, str]:
    """What the environment of a server over standard input and output has beside the test's own."""
    return {"ANALYST_MODEL": "offline", "ANALYST_HISTORY_PATH": str(folder / "h.sqlite3"),
            "PYTHONPATH": os.pathsep.join(sys.path)}  # fmt: skip


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert result.structured_content is not None, result
    assert bool(result.is_error) == (not result.structured_content["ok"])
    return dict(result.structured_content)


# -- what an agent can do ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_an_agent_looks_computes_and_reports_over_http(
    server: HttpServer, workspace: Workspace, mode: str, tmp_path: Path
) -> None:
    async with client_of(server, mode, "claude-code") as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert tools.keys() == TOOLS
        for tool in tools.values():
            assert tool.title
            assert tool.description
            assert tool.annotations is not None
            assert tool.output_schema is not None
            assert tool.output_schema["type"] == "object"
            assert unconstrained(tool.output_schema) == unconstrained(tool.input_schema) == []
        listed = await call(client, "list_sources")
        assert [source["name"] for source in listed["sources"]] == ["staff"]
        described = await call(client, "describe", source="staff")
        assert '"north"' in described["text"]
        answer = await call(client, "run_sql", sql="SELECT team, count(*) AS n FROM staff GROUP BY team ORDER BY team")
        assert '["north", 20]' in answer["summary"]
        later = await call(client, "run_python", code="teams = result\nlen(teams)", purpose="count the teams")
        assert later["ok"]
        report = await call(client, "export_report", title="Teams", answers=[answer["name"]])
        assert (tmp_path / "out" / report["name"]).read_text().count("north")
    entries = workspace.analyst.history.latest(20)  # type: ignore[union-attr]
    assert {entry.thread for entry in entries} == {"agent:claude-code"}
    assert any(entry.question == "count the teams" and entry.model == "agent:claude-code" for entry in entries)
    assert any(entry.question == "describe staff" for entry in entries)


@pytest.fixture
def another_client(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the client of npm's ``@modelcontextprotocol/sdk``, in a folder of its own: ``make mcp-client``."""
    node = shutil.which("node", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if node is None or not (ANOTHER_CLIENT / "node_modules").exists():
        if os.environ.get("CI"):
            pytest.fail("make mcp-client")
        pytest.skip("make mcp-client")

    def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [node, Path(__file__).with_name("mcp_client.cjs"), ANOTHER_CLIENT, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path,
                              env={**os.environ, **environment})  # fmt: skip

    return run


def worked(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a client of another code base took our schemas and could work with the tools."""
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert set(found["tools"]) == TOOLS
    assert found["bad"] == []
    assert '["north", 20]' in found["ran"]["structuredContent"]["summary"]
    assert found["stages"]
    assert found["wrong"]["isError"]
    assert found["wrong"]["structuredContent"]["error"]["next_step"]
    assert found["stopped"] == "stopped"
    return bool(found["prompts"])


def test_a_client_of_another_code_base_works_over_http(
    server: HttpServer, another_client: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    assert worked(another_client(server.url, server.token))
    refused = another_client(server.url, "wrong")
    assert refused.returncode == 1
    assert "invalid_token" in refused.stderr


def test_a_client_of_another_code_base_works_over_standard_input_and_output(
    tmp_path: Path, another_client: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    staff().to_csv(tmp_path / "staff.csv", index=False)
    assert worked(another_client(sys.executable, *SERVE, **serving_environment(tmp_path)))


async def test_questions_go_to_the_configured_model_and_their_answer_is_in_the_workspace(
    server: HttpServer, workspace: Workspace
) -> None:
    async with client_of(server) as client:
        answer = await call(client, "ask", question="How many rows by team?", form="table")
        assert answer["ok"], answer
        assert "20" in answer["summary"]
        assert workspace.answer(answer["name"]).turn.tables[0].rows == 3
        read = await client.read_resource(answer["resource"])
        assert json.loads(read.contents[0].text)["summary"] == answer["summary"]  # type: ignore[union-attr]


async def test_an_error_says_what_is_wrong_and_what_to_do(server: HttpServer) -> None:
    async with client_of(server) as client:
        for tool, arguments, words in [
            ("describe", {"source": "stuff"}, ("no source stuff", "staff")),
            ("run_python", {"code": " "}, ("empty", "Send")),
            ("run_python", {"code": "nothing + 1"}, ("Nothing is called nothing", "Correct")),
            ("run_sql", {"sql": "SELECT 1", "connection": "a b"}, ("connection", "letters")),
            ("ask", {"question": "x", "model": "nowhere:x"}, ("nowhere", "")),
            ("export_report", {"title": "x", "format": "exe"}, ("no report format", "html")),
            ("export_report", {"title": "x", "answers": ["answer9"]}, ("no answer answer9", "Answers: answer1")),
        ]:
            problem = (await call(client, tool, **arguments))["error"]
            assert words[0] in problem["message"], problem
            assert words[1] in problem["next_step"], problem


async def test_progress_names_stages_and_never_what_code_prints(server: HttpServer) -> None:
    texts: list[str] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        texts.append(message or "")

    async with client_of(server) as client:
        code = {"code": "print(staff.name[7])"}
        await client.call_tool("run_python", code, progress_callback=on_progress)
    assert "running" in texts
    assert not any(trace in text for text in texts for trace in TRACES)


async def test_a_cancelled_call_stops_its_code_and_the_next_one_runs(server: HttpServer, workspace: Workspace) -> None:
    running = asyncio.Event()

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        if message == "running":
            running.set()

    async with client_of(server) as client:
        slow = asyncio.ensure_future(
            client.call_tool("run_python", {"code": "import time\ntime.sleep(60)"}, progress_callback=on_progress)
        )
        await asyncio.wait_for(running.wait(), 60)
        slow.cancel()
        answer = await asyncio.wait_for(call(client, "run_python", code="1 + 1"), 60)
        assert answer["ok"]


async def test_a_client_that_is_gone_in_mid_run_leaves_the_server_to_the_others(server: HttpServer) -> None:
    running = asyncio.Event()

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        if message == "running":
            running.set()

    async def leave() -> None:
        async with client_of(server, name="leaver") as client:
            code = {"code": "import time\ntime.sleep(60)"}
            await client.call_tool("run_python", code, progress_callback=on_progress)

    gone = asyncio.ensure_future(leave())
    await asyncio.wait_for(running.wait(), 60)
    gone.cancel()
    await asyncio.wait([gone])
    async with client_of(server) as client:
        assert (await asyncio.wait_for(call(client, "run_python", code="2 + 2"), 60))["ok"]


async def test_several_clients_work_at_once_each_under_its_name(server: HttpServer, workspace: Workspace) -> None:
    async def work(name: str) -> None:
        async with client_of(server, name=name) as client:
            for number in range(3):
                assert (await call(client, "run_python", code=f"{number} + 1"))["ok"]

    await asyncio.gather(*(work(f"agent {number}") for number in range(3)))
    entries = workspace.analyst.history.latest(20)  # type: ignore[union-attr]
    assert sorted({entry.model for entry in entries}) == [f"agent:agent-{number}" for number in range(3)]


async def test_each_client_has_a_sandbox_and_answers_of_its_own(server: HttpServer, workspace: Workspace) -> None:
    workspace.analyst.settings.privacy = "rows"
    async with client_of(server, "legacy", "cursor") as one, client_of(server, "legacy", "cursor") as two:
        done = await call(one, "run_python", code="secret = 41\nsecret + 1")
        missing = await call(two, "run_python", code="secret")
        assert "secret" in missing["error"]["message"]
        assert (await call(one, "run_python", code="secret"))["ok"]
        assert (await one.read_resource(done["resource"])).contents
        with pytest.raises(Exception, match="no answer answer1"):
            await two.read_resource(done["resource"])
        refused = await call(two, "export_report", title="All", answers=[done["name"]])
        assert "no answer answer1" in refused["error"]["message"]
    assert [answer.agent for answer in workspace.answers.values()] == ["agent:cursor", "agent:cursor-2", "agent:cursor"]
    async with client_of(server, "legacy", "cursor") as three:  # the first has left, and its variables with it
        assert not (await call(three, "run_python", code="secret"))["ok"]


async def test_the_sandbox_that_was_idle_longest_ends_for_another_and_its_client_is_told(
    server: HttpServer, workspace: Workspace
) -> None:
    workspace.clients = Clients(most=1)
    async with client_of(server, name="one") as one, client_of(server, name="two") as two:
        assert (await call(one, "run_python", code="total = 1\ntotal"))["note"] == ""
        running = asyncio.ensure_future(call(two, "run_python", code="import time\ntime.sleep(60)"))
        while not workspace.clients.at_work:
            await asyncio.sleep(0.02)
        refused = await call(one, "run_python", code="total")
        assert "1 agent at work already" in refused["error"]["message"]
        running.cancel()
        await asyncio.wait([running])
        while workspace.clients.at_work:
            await asyncio.sleep(0.02)
        again = await call(one, "run_python", code="total")
        assert "variables of earlier calls are gone" in again["note"]
        assert not again["ok"]
        assert (await call(one, "run_python", code="1"))["note"] == ""


async def test_over_standard_input_and_output(tmp_path: Path) -> None:
    staff().to_csv(tmp_path / "staff.csv", index=False)
    environment = {**os.environ, **serving_environment(tmp_path)}
    parameters = StdioServerParameters(command=sys.executable, args=SERVE, env=environment, cwd=tmp_path)
    for mode in ("auto", "legacy"):
        async with Client(parameters, mode=mode) as client:  # type: ignore[arg-type]
            assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
            listed = await call(client, "list_sources", words="salary")
            assert [source["name"] for source in listed["sources"]] == ["staff"]
            assert [prompt.name for prompt in (await client.list_prompts()).prompts] == ["explore", "answer", "report"]


# -- privacy -----------------------------------------------------------------------------------------------------------

THIEVES = [
    ("run_python", {"code": "staff"}),
    ("run_python", {"code": "staff[staff.salary > 100000]"}),
    ("run_python", {"code": "print(staff.loc[7])"}),
    ("run_python", {"code": "raise ValueError(staff.name[7] + str(staff.salary[7]))"}),
    ("run_python", {"code": "raise type(staff.name[7].replace(' ', ''), (Exception,), {})()"}),
    ("run_python", {"code": "staff.pivot_table(index='team', columns='name', values='salary')"}),
    ("run_python", {"code": "globals()[staff.name[7].split()[0]] = 1\n1"}),
    ("run_python", {"code": "import warnings\nwarnings.warn(staff.name[7])\n1"}),
    ("run_python", {"code": "answer(staff.name[7])\n1"}),
    ("run_python", {"code": "open('/tmp/' + staff.name[7].split()[0] + '.csv', 'w').write('x')"}),
    ("run_python", {"code": "import plotly.express as px\npx.bar(staff, x='name', y='salary', title=staff.name[7])"}),
    ("run_python", {"code": "import pandas as pd\npd.concat([staff[staff.salary > 100000]] * 9)"}),
    ("run_sql", {"sql": "SELECT * FROM staff WHERE salary > 100000"}),
    ("run_sql", {"sql": "SELECT name, count(*) FROM staff GROUP BY name"}),
    ("run_sql", {"sql": "SELECT max(salary), max(name) FROM staff"}),
    ("run_sql", {"sql": "SELECT cast(name AS int) FROM staff WHERE salary > 100000"}),
    ("run_sql", {"sql": "SELECT error(name) FROM staff WHERE salary > 100000"}),
    ("ask", {"question": "Who has the highest salary?"}),
    ("ask", {"question": "the row with the highest salary"}),
    ("ask", {"question": "salary by name as a bar chart"}),
    ("make_document", {"request": "staff with salary above 100000", "format": "xlsx"}),
    ("make_document", {"request": "x", "format": "xlsx",
                       "code": "import openpyxl\nb = openpyxl.Workbook()\nb.active.title = staff.name[7]\n"
                               "b.active['A1'] = staff.name[7]\nb.save(OUTPUT_PATH)"}),
    ("export_report", {"title": "All of it"}),
    ("describe", {"source": "staff"}),
    ("list_sources", {}),
    ("definitions", {"words": "salary"}),
    ("history_search", {}),
    ("history_search", {"words": "salary"}),
]  # fmt: skip


@pytest.mark.parametrize("level", ["schema", "stats", "masked"])
async def test_no_row_and_no_rare_value_leaves_below_rows(workspace: Workspace, level: str, tmp_path: Path) -> None:
    workspace.analyst.settings.privacy = level
    entry = HistoryEntry("2026-01-01T00:00:00+00:00", os.getcwd(), "main", "What does Xanthippe Quillfeather earn?",
                         "offline", level, True, "SELECT 183417.25", "sql")  # fmt: skip
    workspace.analyst.history.add(entry)  # type: ignore[union-attr]
    received: list[str] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        received.append(message or "")

    async with Client(build_server(workspace)) as client:
        for tool, arguments in THIEVES:
            result = await client.call_tool(tool, arguments, progress_callback=on_progress)
            received.append(result.model_dump_json())
        for uri in [
            "analyst://sources/staff",
            "analyst://lock",
            *(f"analyst://answers/{n}" for n in workspace.answers),
        ]:
            received.append((await client.read_resource(uri)).model_dump_json())
        for number in (1, 2):
            with pytest.raises(Exception, match=r"privacy level|no answer|documents") as refused:
                await client.read_resource(f"analyst://documents/answer{number}/1")
            received.append(str(refused.value))
    everything = "\n".join(received)
    ours = [json.dumps(arguments) for _, arguments in THIEVES]
    assert not any(trace in text for text in ours for trace in TRACES)
    assert [trace for trace in TRACES if trace in everything] == []
    assert any((tmp_path / "out").iterdir())  # the user has the report, and the documents


async def test_a_hidden_column_is_not_there_at_any_level(workspace: Workspace) -> None:
    workspace.analyst.settings.hidden = ["staff.salary"]
    workspace.analyst.settings.privacy = "rows"
    async with Client(build_server(workspace)) as client:
        for tool, arguments in THIEVES[:3] + THIEVES[12:13] + THIEVES[-7:]:
            text = (await client.call_tool(tool, arguments)).model_dump_json()
            assert "183417" not in text, tool
        assert "salary" not in json.dumps(await call(client, "list_sources"))


async def test_at_rows_an_agent_gets_rows_and_a_document(workspace: Workspace) -> None:
    workspace.analyst.settings.privacy = "rows"
    async with Client(build_server(workspace)) as client:
        answer = await call(client, "run_sql", sql="SELECT name, salary FROM staff WHERE salary > 100000")
        assert answer["tables"][0]["rows"] == [["Xanthippe Quillfeather", 183417.25]]
        long = await call(client, "run_python", code="import pandas as pd\npd.concat([staff] * 20)")
        assert (len(long["tables"][0]["rows"]), long["tables"][0]["total_rows"]) == (50, 1200)
        program = "import openpyxl\nbook = openpyxl.Workbook()\nbook.active['A1'] = len(staff)\nbook.save(OUTPUT_PATH)"
        made = await call(client, "make_document", request="staff in numbers", format="xlsx", code=program)
        assert made["documents"], made
        read = await client.read_resource(made["documents"][0]["resource"])
        assert read.contents[0].blob.startswith("UEsD")  # type: ignore[union-attr]


async def test_at_rows_a_figure_comes_as_a_picture_or_says_why_not(workspace: Workspace) -> None:
    workspace.analyst.settings.privacy = "rows"
    async with Client(build_server(workspace)) as client:
        code = "import plotly.express as px\npx.bar(staff.groupby('team', as_index=False).salary.sum(), x='team')"
        result = await client.call_tool("run_python", {"code": code})
    figure = result.structured_content["figures"][0]  # type: ignore[index]
    assert figure["description"].startswith("Bar chart")
    assert figure["series"][0]["type"] == "bar"
    pictures = [block for block in result.content if block.type == "image"]
    assert figure["picture"] == bool(pictures)
    assert pictures[0].data.startswith("iVBORw0KGgo") if pictures else "No picture:" in figure["note"]


async def test_an_agent_reads_no_file_beyond_the_sources(workspace: Workspace, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("word\nXanthippe\n")
    workspace.analyst.settings.privacy = "rows"
    async with Client(build_server(workspace)) as client:
        for tool, arguments in [
            ("ask", {"question": f"show the rows of '{secret}'"}),
            ("ask", {"question": f"SQL: SELECT * FROM '{secret}'"}),
            ("run_sql", {"sql": f"SELECT * FROM '{secret}'"}),
            ("run_sql", {"sql": f"SELECT * FROM read_csv('{secret}')"}),
            ("definitions", {"words": f"'{secret}'"}),
            ("run_python", {"code": "1", "purpose": f"'{secret}'"}),
        ]:
            assert "Xanthippe" not in (await client.call_tool(tool, arguments)).model_dump_json()
    assert open_data(secret)


async def test_with_approval_code_waits_for_the_user(workspace: Workspace) -> None:
    seen: list[str] = []

    def approve(event: Any) -> None:
        seen.append(event.text)
        event.answer.set_result(event.text if "2" not in event.text else None)

    workspace.approve = approve
    async with Client(build_server(workspace)) as client:
        assert (await call(client, "run_python", code="1 + 1"))["ok"]
        refused = await call(client, "run_python", code="2 + 2")
    assert seen == ["1 + 1", "2 + 2"]
    assert "cancelled" in refused["error"]["message"]


# -- hostile clients ---------------------------------------------------------------------------------------------------

INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}}  # fmt: skip


def post(server: HttpServer, body: bytes | object = INITIALIZE, **headers: str) -> httpx2.Response:
    sent = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream"}  # fmt: skip
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx2.post(server.url, content=content, headers=sent, timeout=30)


def test_who_has_no_token_or_comes_from_elsewhere_is_refused(server: HttpServer) -> None:
    assert post(server).status_code == 200
    assert post(server, Authorization="").status_code == 401
    assert post(server, Authorization="Bearer wrong").status_code == 401
    assert post(server, Authorization=f"Basic {server.token}").status_code == 401
    assert post(server, Host="evil.example").status_code == 421
    assert post(server, Host=f"evil.example:{server.port}").status_code == 421
    assert post(server, Origin="http://evil.example").status_code == 403
    assert post(server, Origin=f"http://127.0.0.1:{server.port}").status_code == 403
    assert "secret" not in post(server, Authorization="Bearer secret").text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"jsonrpc": "2.0"}', b"[" * 100_000, b"x" * (MAX_BODY_BYTES + 1),
     json.dumps({**INITIALIZE, "method": "no/such"}).encode(), json.dumps({**INITIALIZE, "params": 7}).encode()],
)  # fmt: skip
def test_what_is_malformed_or_too_large_is_refused_and_the_server_lives_on(server: HttpServer, body: bytes) -> None:
    answer = post(server, body)
    assert 400 <= answer.status_code < 500 or "error" in answer.text
    assert post(server).status_code == 200


async def test_wrong_arguments_are_refused_by_the_schema(server: HttpServer) -> None:
    async with client_of(server) as client:
        for tool, arguments in [
            ("run_python", {}),
            ("run_python", {"code": 7}),
            ("list_sources", {"limit": 10**9}),
            ("make_document", {"request": "x", "format": "exe"}),
            ("no_such_tool", {}),
        ]:
            assert (await client.call_tool(tool, arguments)).is_error


async def test_a_prompt_that_is_not_there_or_lacks_its_argument_is_named(workspace: Workspace) -> None:
    async with Client(build_server(workspace)) as client:
        for name, arguments, words in [("nothing", {}, "Unknown prompt: nothing"), ("explore", {}, "source")]:
            with pytest.raises(Exception, match=words) as refused:
                await client.get_prompt(name, arguments)
            assert "prompts/list" in str(refused.value)


async def test_a_very_large_answer_is_cut_and_says_so(workspace: Workspace) -> None:
    workspace.analyst.settings.privacy = "rows"
    code = "import pandas as pd\npd.DataFrame({f'c{i}': ['x' * 5000] * 60 for i in range(55)})"
    async with Client(build_server(workspace)) as client:
        result = await client.call_tool("run_python", {"code": code})
    table = result.structured_content["tables"][0]  # type: ignore[index]
    assert len(result.model_dump_json()) < 1_000_000
    assert (table["total_rows"], table["more_columns"], len(table["columns"])) == (60, 5, 50)
    assert table["rows"][0][0].endswith("… (5,000 characters)")
    assert 0 < len(table["rows"]) < 60


async def test_a_flood_of_calls_is_refused_beyond_a_bound_and_loses_nothing_else(
    server: HttpServer, workspace: Workspace
) -> None:
    async with client_of(server) as client:
        assert (await call(client, "run_python", code="0"))["ok"]
        results = await asyncio.gather(*(call(client, "run_python", code=f"{n}") for n in range(3 * MAX_CALLS)))
        assert sum(result["ok"] for result in results) >= MAX_CALLS
        refused = [result["error"] for result in results if not result["ok"]]
        assert all("run or wait already" in error["message"] for error in refused)
        assert (await call(client, "run_python", code="1"))["ok"]


def test_a_stopped_server_answers_nobody(workspace: Workspace) -> None:
    server = HttpServer(workspace)
    assert post(server).status_code == 200
    server.stop()
    assert not server.running
    with pytest.raises(httpx2.TransportError):
        post(server)


def test_the_log_of_the_server_does_not_stand_in_cells(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    import logging

    before = list(logging.getLogger().handlers)
    server = HttpServer(workspace)
    post(server, b"{")
    post(server, Authorization="")
    server.stop()
    assert logging.getLogger().handlers == before
    assert capfd.readouterr() == ("", "")
