"""The model's client over real HTTP, against a scripted server on loopback."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import keyring
import pandas as pd
import psutil
import pytest
from fakes import ScriptedModel
from installed_package import install
from keyring.backend import KeyringBackend

import analyst_magic
from analyst_magic import Analyst
from analyst_magic.errors import (
    EndpointUnreachable,
    MissingKey,
    ModelError,
    ModelRefused,
    ModelTimeout,
    RateLimited,
    ReplyCut,
    UnknownModel,
)
from analyst_magic.models import Context, Model, Reply
from analyst_magic.models.client import ChatModel
from analyst_magic.models.connect import find_key, find_model, find_url
from analyst_magic.models.keys import store_key
from analyst_magic.models.providers import default_model, parse_model, providers
from analyst_magic.testing import FakeSandbox
from analyst_magic.turn import Code, Question, Tokens

KEY = "sk-test-0123456789abcdefghij"
ANSWER = "Counts the rows.\n\n```sql\nSELECT count(*) FROM sales\n```"
CONTEXT = Context(Question("How many sales?"), ())

Make = Callable[..., ChatModel]


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as scripted:
        yield scripted


@pytest.fixture
async def ask(server: ScriptedModel) -> AsyncIterator[Make]:
    made: list[ChatModel] = []

    def make(name: str = "openai:gpt-test", **options: object) -> ChatModel:
        provider, model = parse_model(name)
        settings = {"base_url": server.base_url, "api_key": KEY, "backoff": 0.01, **options}
        made.append(ChatModel(provider, model, **settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for model in made:
        await model.close()


async def failure(model: ChatModel, heard: list[str] | None = None) -> ModelError:
    """The error that a model's reply ends in; it has a next step and no key, in no form that a user could print."""
    heard = [] if heard is None else heard
    with pytest.raises(ModelError) as caught:
        await model.reply(CONTEXT, heard.append)
    error = caught.value
    assert error.message
    assert error.next_step
    assert KEY not in "".join(traceback.format_exception(error))
    assert error.__context__ is None or error.__suppress_context__
    return error


async def test_an_answer_streams_piece_by_piece_and_comes_back_whole(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, pieces=5, usage=(120, 30))
    heard: list[str] = []
    reply = await ask().reply(CONTEXT, heard.append)
    assert len(heard) == 5
    assert "".join(heard) == ANSWER
    assert reply.code == Code("SELECT count(*) FROM sales", "sql")
    assert reply.text == "Counts the rows."
    assert reply.model == "openai:gpt-test"
    assert reply.tokens == Tokens(120, 30)
    assert reply.cost is None


async def test_the_request_names_the_model_and_carries_the_key_in_its_header_alone(
    server: ScriptedModel, ask: Make
) -> None:
    server.say(ANSWER)
    await ask().reply(CONTEXT)
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["model"] == "gpt-test"
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    assert KEY not in request.raw


async def test_the_cost_is_taken_where_the_endpoint_tells_it(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, usage=(10, 5), cost=0.00021)
    assert (await ask("openrouter:some/model:free").reply(CONTEXT)).cost == pytest.approx(0.00021)


async def test_reasoning_is_neither_shown_nor_taken_for_code(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, reasoning="```python\nimport os\n```")
    heard: list[str] = []
    reply = await ask().reply(CONTEXT, heard.append)
    assert "import os" not in "".join(heard) + reply.text
    assert reply.code == Code("SELECT count(*) FROM sales", "sql")


async def test_a_reply_without_code_keeps_its_prose(server: ScriptedModel, ask: Make) -> None:
    server.say("The frames hold nothing about the weather.")
    reply = await ask().reply(CONTEXT)
    assert reply.code is None
    assert reply.text == "The frames hold nothing about the weather."
    assert (reply.kind, reply.problem) == ("explanation", None)


@pytest.mark.parametrize(
    ("text", "kind", "prose"),
    [
        ("**Refusal:** no frame holds prices.", "refusal", "no frame holds prices."),
        ("By delay, or by cancellations?", "question", "By delay, or by cancellations?"),
        (ANSWER, "result", "Counts the rows."),
        ("Sure! Here is the code:\n```sql\nSELECT 1\n```\nI hope this helps!", "result", ""),
    ],
)
async def test_a_reply_has_the_kind_that_its_prose_says(
    server: ScriptedModel, ask: Make, text: str, kind: str, prose: str
) -> None:
    server.say(text)
    reply = await ask().reply(CONTEXT)
    assert (reply.kind, reply.text, reply.problem) == (kind, prose, None)
    assert (reply.code is None) == (kind != "result")


@pytest.mark.parametrize("text", ["", "Let me look at the data first.", "Here is the code:", "```r\nnrow(sales)\n```"])
async def test_a_reply_that_only_promises_code_has_a_problem(server: ScriptedModel, ask: Make, text: str) -> None:
    server.say(text)
    reply = await ask().reply(CONTEXT)
    assert (reply.code, reply.kind) == (None, "result")
    assert reply.problem is not None
    assert "no code that can be run" in str(reply.problem)


async def test_a_busy_endpoint_is_asked_again_when_it_says(server: ScriptedModel, ask: Make) -> None:
    server.fail(429, retry_after="0.3")
    server.say(ANSWER)
    since = time.monotonic()
    assert (await ask().reply(CONTEXT)).code is not None
    assert time.monotonic() - since >= 0.3
    assert len(server.requests) == 2


async def test_an_endpoint_that_stays_busy_is_named_after_the_last_try(server: ScriptedModel, ask: Make) -> None:
    for _ in range(3):
        server.fail(429, "slow down")
    error = await failure(ask(max_retries=2))
    assert isinstance(error, RateLimited)
    assert "openai:gpt-test" in error.message
    assert "slow down" in error.message
    assert len(server.requests) == 3


async def test_a_pause_longer_than_the_patience_is_not_waited_for(server: ScriptedModel, ask: Make) -> None:
    server.fail(429, retry_after="3600")
    since = time.monotonic()
    error = await failure(ask())
    assert isinstance(error, RateLimited)
    assert "3600 s" in error.next_step
    assert time.monotonic() - since < 5
    assert len(server.requests) == 1


async def test_a_pause_beyond_the_time_for_the_reply_is_not_waited_for(server: ScriptedModel, ask: Make) -> None:
    server.fail(503, retry_after="20")
    since = time.monotonic()
    error = await failure(ask(total_timeout=5.0))
    assert isinstance(error, ModelRefused)
    assert error.status == 503
    assert time.monotonic() - since < 4


async def test_a_broken_endpoint_is_asked_again(server: ScriptedModel, ask: Make) -> None:
    server.fail(500)
    server.fail(503)
    server.say(ANSWER)
    assert (await ask().reply(CONTEXT)).code is not None
    assert len(server.requests) == 3


async def test_an_endpoint_that_stays_broken_is_named_with_its_status(server: ScriptedModel, ask: Make) -> None:
    error = await failure(ask(max_retries=1))  # the script is empty
    assert isinstance(error, ModelRefused)
    assert error.status == 500
    assert "script is empty" in error.message
    assert len(server.requests) == 2


async def test_a_connection_lost_before_any_text_is_made_again(server: ScriptedModel, ask: Make) -> None:
    server.disconnect()
    server.say(ANSWER)
    assert (await ask().reply(CONTEXT)).code is not None


async def test_a_connection_lost_in_mid_answer_is_an_error_and_not_asked_again(
    server: ScriptedModel, ask: Make
) -> None:
    server.disconnect("Counts the ro")
    server.say(ANSWER)
    heard: list[str] = []
    error = await failure(ask(), heard)
    assert isinstance(error, ReplyCut)
    assert "".join(heard) == "Counts the ro"
    assert len(server.requests) == 1


async def test_a_stream_without_a_reason_to_finish_is_cut(server: ScriptedModel, ask: Make) -> None:
    server.truncate("```sql\nSELECT count(*) FROM sales")
    assert isinstance(await failure(ask()), ReplyCut)


async def test_a_connection_lost_after_the_finish_does_no_harm(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, ending="lost")
    assert (await ask().reply(CONTEXT)).code is not None


async def test_a_server_that_keeps_the_line_open_after_the_finish_does_not_keep_us(
    server: ScriptedModel, ask: Make
) -> None:
    server.say(ANSWER, ending="open")
    since = time.monotonic()
    assert (await ask().reply(CONTEXT)).code is not None
    assert time.monotonic() - since < 10


async def test_an_answer_at_the_limit_of_its_length_says_so(server: ScriptedModel, ask: Make) -> None:
    server.say("```sql\nSELECT", finish="length", usage=(10, 4096))
    error = await failure(ask())
    assert isinstance(error, ReplyCut)
    assert "limit" in error.message
    assert "4,096 tokens" in error.message


async def test_a_filtered_answer_is_a_refusal(server: ScriptedModel, ask: Make) -> None:
    server.say("I", finish="content_filter")
    assert isinstance(await failure(ask()), ModelRefused)


@pytest.mark.parametrize(
    "chunk", ['{"choices": [{"delta": {"content": "half', "null", "5", '{"choices": 5}', '{"choices": [{"delta": 7}]}']
)
async def test_a_chunk_that_cannot_be_read_cuts_the_answer(server: ScriptedModel, ask: Make, chunk: str) -> None:
    server.garble("Counts", chunk)
    assert isinstance(await failure(ask()), ReplyCut)


async def test_a_garbled_first_chunk_names_the_endpoint(server: ScriptedModel, ask: Make) -> None:
    server.garble("", "<html>captive portal</html>")
    error = await failure(ask())
    assert isinstance(error, ReplyCut)
    assert "127.0.0.1" in error.message


async def test_an_error_inside_the_stream_is_told_and_not_called_unreachable(server: ScriptedModel, ask: Make) -> None:
    server.garble("", '{"error": {"message": "the provider behind us failed", "code": 402}}')
    error = await failure(ask())
    assert isinstance(error, ModelRefused)
    assert error.status == 402
    assert "provider behind us failed" in error.message


async def test_a_silent_server_times_out_and_is_left(server: ScriptedModel, ask: Make) -> None:
    server.stall()
    error = await failure(ask(first_timeout=0.2, connect_timeout=0.2))
    assert isinstance(error, ModelTimeout)
    assert "0.2 s" in error.message
    assert server.left.wait(5)


async def test_a_server_that_stops_in_mid_answer_times_out(server: ScriptedModel, ask: Make) -> None:
    server.stall("Counts the")
    heard: list[str] = []
    error = await failure(ask(first_timeout=0.3), heard)
    assert isinstance(error, ModelTimeout)
    assert "".join(heard) == "Counts the"


async def test_the_time_for_the_whole_reply_is_a_limit(server: ScriptedModel, ask: Make) -> None:
    server.stall("Counts the")
    error = await failure(ask(total_timeout=0.4))
    assert isinstance(error, ModelTimeout)
    assert "0.4 s" in error.message


@pytest.mark.parametrize("meanwhile", ["comment", "reasoning"])
async def test_a_model_that_thinks_long_is_waited_for_while_its_server_shows_life(
    server: ScriptedModel, ask: Make, meanwhile: str
) -> None:
    server.say(ANSWER, thinks=1.5, meanwhile=meanwhile)
    assert (await ask(first_timeout=0.5, connect_timeout=0.3).reply(CONTEXT)).code is not None


async def test_a_silent_model_is_waited_for_as_long_as_the_setting_says(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, thinks=1.0)
    server.say(ANSWER, thinks=1.5)
    assert (await ask(connect_timeout=0.2, total_timeout=30.0).reply(CONTEXT)).code is not None
    assert isinstance(await failure(ask(connect_timeout=0.2, first_timeout=0.3)), ModelTimeout)


async def test_the_system_probes_a_quiet_connection(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER, thinks=0.5)
    asking = asyncio.create_task(ask().reply(CONTEXT))
    while not server.requests:
        await asyncio.sleep(0.01)
    port = int(server.base_url.rpartition(":")[2].partition("/")[0])
    connections = psutil.Process().net_connections("tcp")
    numbers = [c.fd for c in connections if c.raddr and c.raddr.port == port and c.status == "ESTABLISHED"]
    probed = []
    for number in numbers:
        with socket.socket(fileno=os.dup(number)) as connection:
            probed.append(connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
    await asking
    assert 1 in probed


async def test_the_longest_silence_is_a_setting(server: ScriptedModel) -> None:
    server.stall("Counts")
    with Analyst(**server.settings, sandbox=FakeSandbox(), first_timeout=0.2) as analyst:
        turn = await analyst.aask("How many sales?", frames={"sales": pd.DataFrame({"a": [1]})})
    assert isinstance(turn.error, ModelTimeout)
    assert "for 0.2 s" in turn.error.message


async def test_cancelling_closes_the_connection_at_once(server: ScriptedModel, ask: Make) -> None:
    server.stall("Counts")
    begun = asyncio.Event()
    task = asyncio.create_task(ask().reply(CONTEXT, lambda text: begun.set()))
    await asyncio.wait_for(begun.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert server.left.wait(5)


async def test_an_error_of_the_listener_is_its_own(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER)

    def closed(text: str) -> None:
        raise OSError("the display is gone")

    with pytest.raises(OSError, match="the display is gone"):
        await ask().reply(CONTEXT, closed)


async def test_an_option_that_the_endpoint_refuses_is_left_out_from_then_on(server: ScriptedModel, ask: Make) -> None:
    server.fail(422, "Extra inputs are not permitted: stream_options")
    server.say(ANSWER)
    server.say(ANSWER)
    model = ask(max_retries=0)
    assert (await model.reply(CONTEXT)).code is not None
    assert (await model.reply(CONTEXT)).code is not None
    assert ["stream_options" in request.body for request in server.requests] == [True, False, False]


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_told_by_its_variable_and_never_shown(
    server: ScriptedModel, ask: Make, status: int
) -> None:
    server.fail(status, f"Incorrect API key provided: {KEY}.")
    error = await failure(ask())
    assert isinstance(error, ModelRefused)
    assert error.status == status
    assert "OPENAI_API_KEY" in error.next_step
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "echo", [KEY, f"Bearer {KEY}", f"{KEY[:8]}...", f"sk-t************{KEY[-6:]}", f"({KEY})"], ids=str
)
async def test_a_server_that_repeats_the_key_does_not_make_us_show_it(
    server: ScriptedModel, ask: Make, echo: str
) -> None:
    server.fail(400, f"Your request with {echo} is bad")
    error = await failure(ask())
    assert "Your request with" in error.message
    assert KEY[:8] not in str(error)
    assert KEY[-6:] not in str(error)


async def test_a_message_of_the_server_cannot_write_on_the_terminal(server: ScriptedModel, ask: Make) -> None:
    server.fail(400, "bad\x1b[2Jthing\nsecond line")
    assert str(await failure(ask())).isprintable()


async def test_an_unknown_model_is_named_with_its_endpoint(server: ScriptedModel, ask: Make) -> None:
    server.fail(404, "no such model")
    error = await failure(ask("ollama:llama9:3b"))
    assert isinstance(error, ModelRefused)
    assert "llama9:3b" in error.message
    assert "127.0.0.1" in error.message


async def test_a_used_up_quota_is_not_asked_again(server: ScriptedModel, ask: Make) -> None:
    server.fail(429, "You exceeded your current quota", code="insufficient_quota")
    error = await failure(ask())
    assert isinstance(error, RateLimited)
    assert "quota" in error.message
    assert len(server.requests) == 1


async def test_a_server_that_does_not_run_is_named_with_the_way_to_start_it(ask: Make) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    since = time.monotonic()
    error = await failure(ask("ollama:llama3.2", base_url=f"http://user:{KEY}@127.0.0.1:{port}/v1", api_key=""))
    assert isinstance(error, EndpointUnreachable)
    assert f"127.0.0.1:{port}" in error.message
    assert "ollama serve" in error.next_step
    assert time.monotonic() - since < 5


async def test_an_address_that_does_not_answer_is_given_up_after_the_time_to_connect(ask: Make) -> None:
    with socket.socket() as full:  # a listener whose queue is full takes no more connections
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for other in waiting:
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        since = time.monotonic()
        error = await failure(ask(base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1", connect_timeout=0.3))
        for other in waiting:
            other.close()
    assert isinstance(error, EndpointUnreachable)
    assert time.monotonic() - since < 5


async def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    server: ScriptedModel, ask: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.say(ANSWER)
    assert (await ask("ollama:llama3.2", api_key="").reply(CONTEXT)).code is not None


async def test_names_of_an_openai_account_go_to_nobody_else(
    server: ScriptedModel, ask: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-user")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-the-user")
    server.say(ANSWER)
    await ask("groq:some-model").reply(CONTEXT)
    assert "of-the-user" not in str(server.requests[0].headers)


async def test_the_models_of_an_endpoint_are_listed(server: ScriptedModel, ask: Make) -> None:
    assert await ask().list_models() == ["scripted-large", "scripted-small"]


def test_the_model_of_a_name_may_hold_colons_and_slashes() -> None:
    provider, model = parse_model(" Ollama:llama3.2:3b ")
    assert (provider.name, model) == ("ollama", "llama3.2:3b")
    assert parse_model("openrouter:meta/llama:free")[1] == "meta/llama:free"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("gpt-5.5", "openai:gpt-5.5"),
        ("opnai:gpt-5.5", "openai:gpt-5.5"),
        ("offlin", "offline"),
        ("openai", "openai:MODEL"),
        ("openai:", "openai:MODEL"),
        ("", "PROVIDER:MODEL"),
        ("wonderland:alice", "openrouter"),
    ],
)
def test_a_name_that_is_no_model_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownModel) as caught:
        parse_model(name)
    assert hint in str(caught.value)


def test_a_missing_key_is_told_by_the_variable_to_set() -> None:
    with pytest.raises(MissingKey) as caught:
        find_key(parse_model("gemini:some")[0], None, {"OPENAI_API_KEY": KEY})
    assert "GEMINI_API_KEY" in str(caught.value)


def test_keys_come_from_the_argument_then_from_the_environment() -> None:
    gemini = parse_model("gemini:some")[0]
    assert find_key(gemini, "given", {"GEMINI_API_KEY": "first"}) == "given"
    assert find_key(gemini, None, {"GOOGLE_API_KEY": "second", "GEMINI_API_KEY": "first"}) == "first"
    assert find_key(gemini, None, {"GOOGLE_API_KEY": "second"}) == "second"
    assert find_key(parse_model("ollama:some")[0], None, {}) == ""


@pytest.mark.parametrize(
    "endpoint",
    ["https://us.openai.azure.com", "https://us.openai.azure.com/", "https://us.openai.azure.com/openai/v1/"],
)
def test_the_address_of_an_azure_resource_gets_the_path_of_its_api(endpoint: str) -> None:
    url = find_url(parse_model("azure:my-deployment")[0], "", {"AZURE_OPENAI_ENDPOINT": endpoint})
    assert url.rstrip("/") == "https://us.openai.azure.com/openai/v1"


def test_an_azure_model_without_an_address_names_the_variable() -> None:
    with pytest.raises(UnknownModel) as caught:
        find_url(parse_model("azure:my-deployment")[0], "", {})
    assert "AZURE_OPENAI_ENDPOINT" in str(caught.value)


def test_a_given_address_goes_before_the_environment_and_the_table() -> None:
    openai = parse_model("openai:some")[0]
    assert find_url(openai, "http://here/v1", {"OPENAI_BASE_URL": "http://there/v1"}) == "http://here/v1"
    assert find_url(openai, "", {"OPENAI_BASE_URL": "http://there/v1"}) == "http://there/v1"
    assert find_url(openai, "", {}) == "https://api.openai.com/v1"


def test_the_default_model_is_that_of_a_key_in_the_environment_else_offline() -> None:
    assert default_model({}) == "offline"
    assert default_model({"OPENAI_API_KEY": KEY}) == "openai:gpt-5.5"
    assert default_model({"OPENAI_API_KEY": ""}) == "offline"
    assert default_model({"HF_TOKEN": "kept for downloads"}) == "offline"


def test_the_table_names_each_provider_once_and_each_has_an_address_or_a_variable_for_it() -> None:
    assert len({provider.name for provider in providers()}) == len(providers())
    assert all(provider.base_url or provider.url_variable for provider in providers() if provider.remote)


def test_the_offline_planner_is_a_row_of_the_table_and_takes_no_name_of_a_model() -> None:
    row, model = parse_model("offline")
    assert (row.single, row.remote, row.has_key({}), model) == (True, False, True, "")
    planner = find_model("offline", {}, base_url="http://elsewhere/v1").connect()
    assert (planner.name, planner.remote, planner.repairs) == ("offline", False, False)
    with pytest.raises(UnknownModel, match="Use `offline` alone"):
        parse_model("offline:large")


def test_no_code_asks_whether_a_model_has_the_name_of_a_provider() -> None:
    names = {provider.name for provider in providers()} - {"local"}  # which is the name of a sandbox too
    package = Path(analyst_magic.__file__).parent
    branches = [
        f"{path.relative_to(package)}:{node.lineno}"
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Compare) and any(_names_a_provider(part, names) for part in ast.walk(node))
    ]
    assert branches == []


def _names_a_provider(part: ast.AST, names: set[str]) -> bool:
    if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
        return part.attr == "name" and part.value.id.lower() in names
    return isinstance(part, ast.Constant) and part.value in names


def test_a_model_needs_a_name_and_a_reply_and_has_the_rest_from_its_base() -> None:
    class Echo(Model):
        name = "acme:echo"

        async def reply(self, context: Context, on_text: object = None) -> Reply:
            return Reply(context.question.text, None, self.name)

    async def use() -> tuple[str, list[str]]:
        model = Echo()
        answer = await model.reply(Context(Question("Hello?"), ()))
        listed = await model.list_models()
        await model.close()
        return answer.text, listed

    assert asyncio.run(use()) == ("Hello?", [])
    assert (Echo().remote, Echo().repairs, Echo().writes) == (True, True, True)


# -- keys and rows from elsewhere --------------------------------------------------------------------------------------


class Ring(KeyringBackend):
    """A keyring in memory: a backend of its own, as a desktop would have one."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.looked_for: list[str] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.looked_for.append(username)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    made = Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_key_comes_from_the_environment_then_the_keyring_then_the_user(ring: Ring) -> None:
    openai = parse_model("openai:some")[0]
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return " typed "

    assert find_key(openai, None, {}, ask) == "typed"
    assert "not shown" in asked[0]
    assert store_key("openai", "kept")
    assert find_key(openai, None, {}, ask) == "kept"
    assert find_key(openai, None, {"OPENAI_API_KEY": "set"}, ask) == "set"
    assert len(asked) == 1
    assert default_model({}) == "openai:gpt-5.5"
    assert store_key("openai", "")
    assert default_model({}) == "offline"
    with pytest.raises(MissingKey, match="no API key for openai"):
        find_key(openai, None, {}, lambda prompt: "")


def test_the_keyring_is_not_opened_for_a_model_that_needs_no_key(ring: Ring) -> None:
    """A desktop's keyring asks its user for a password when it is opened."""
    sales = pd.DataFrame({"region": ["north", "south"], "revenue": [10.0, 20.0]})
    with Analyst(model="offline", sandbox=FakeSandbox()) as analyst:
        assert analyst.ask("total revenue", {"sales": sales}).model == "offline"
    assert ring.looked_for == []
    with Analyst(sandbox=FakeSandbox()) as analyst:
        analyst.ask("total revenue", {"sales": sales})
    assert ring.looked_for


def test_another_package_adds_a_provider_by_an_entry_point(tmp_path: Path, server: ScriptedModel) -> None:
    """In a process of its own, with a package as an installer would leave it."""
    (tmp_path / "acme.py").write_text(
        "from analyst_magic.models.providers import Provider\n"
        "from analyst_magic.turn import Code, Reply\n"
        "class Echo:\n"
        "    name, remote = 'acme:echo', False\n"
        "    async def reply(self, context, on_text=None):\n"
        "        return Reply('', Code('1 + 1'), self.name)\n"
        "    async def close(self): pass\n"
        "class Acme(Provider):\n"
        "    def __init__(self): super().__init__('acme', 'http://acme.invalid/v1')\n"
        "    def connect(self, model, *, base_url, api_key, total_timeout): return Echo()\n"
        "broken = 7\n"
    )
    install(tmp_path, "providers", acme="acme:Acme", bad="acme:broken")
    code = (
        "from analyst_magic import Analyst\n"
        "with Analyst(model='acme:echo', sandbox='local', spares=0) as a:\n"
        "    turn = a.ask('what is one and one?')\n"
        "    model = a._desk.model(a.settings)\n"
        "print(turn.model, turn.results[0].text, model.remote, model.repairs, model.writes)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout == "acme:echo 2 False True True\n", done.stderr
    assert "The provider bad of acme:broken cannot be loaded" in done.stderr


# -- tools -------------------------------------------------------------------------------------------------------------


async def test_code_in_a_call_of_a_tool_is_the_same_as_in_a_fence(server: ScriptedModel, ask: Make) -> None:
    code = 'df = sales["région"]\n"a\\"b" # ```'
    server.call(json.dumps({"language": "python", "code": code}), text="Shows the regions.", pieces=9)
    shown: list[str] = []
    reply = await ask("openai:test").reply(CONTEXT, shown.append)
    assert (reply.text, reply.code) == ("Shows the regions.", Code(code))
    assert "".join(shown) == f"Shows the regions.{code}"  # as it came
    assert server.requests[0].body["tools"][0]["function"]["name"] == "run_code"


async def test_all_calls_of_a_reply_are_shown_as_they_arrive(server: ScriptedModel, ask: Make) -> None:
    calls = ({"language": "python", "code": "first = 1"}, {"language": "sql", "code": "select 2"})
    server.call(*map(json.dumps, calls), name="run_step", pieces=7)
    shown: list[str] = []
    reply = await ask("openai:test").reply(CONTEXT, shown.append)
    assert "".join(shown) == "first = 1\n\nselect 2"
    assert [part.code for part in reply.parts] == [Code("first = 1"), Code("select 2", "sql")]


async def test_sql_and_documents_come_by_a_tool_as_well(server: ScriptedModel, ask: Make) -> None:
    model = ask("openai:test")
    server.call('{"language": "sql", "code": "select 1"}')
    server.call('{"language": "python-doc", "code": "import openpyxl; open(OUTPUT_PATH)"}')
    assert (await model.reply(CONTEXT)).code == Code("select 1", "sql")
    assert (await model.reply(CONTEXT)).code == Code("import openpyxl; open(OUTPUT_PATH)", "document", "xlsx")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [("not json", "run_code"), ("{}", "run_code"), ('{"code": 7}', "run_code"), ('{"code": "rm -rf /"}', "shell"),
     ("[" * 100_000, "run_code")],
    ids=["no JSON", "empty", "a number", "another tool", "nested"],
)  # fmt: skip
async def test_a_call_that_is_no_code_is_no_code(server: ScriptedModel, ask: Make, arguments: str, name: str) -> None:
    server.call(arguments, name=name, text="The sales are counted.")
    reply = await ask("openai:test").reply(CONTEXT)
    assert (reply.code, reply.kind) == (None, "result")
    assert reply.problem is not None


async def test_an_endpoint_without_tools_is_asked_again_without_them(server: ScriptedModel, ask: Make) -> None:
    server.fail(400, "Unsupported parameter: tools")
    server.say(ANSWER)
    model = ask("openai:test")
    assert (await model.reply(CONTEXT)).code == Code("SELECT count(*) FROM sales", "sql")
    assert ["tools" in request.body for request in server.requests] == [True, False]


async def test_servers_of_ones_own_are_not_offered_tools(server: ScriptedModel, ask: Make) -> None:
    server.say(ANSWER)
    await ask("vllm:test").reply(CONTEXT)
    assert "tools" not in server.requests[0].body
