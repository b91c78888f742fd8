"""The server extension in a real Jupyter Server: what it answers, and whom it refuses."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import serving
from jupyter_server.auth.identity import IdentityProvider
from sample_notebooks import answered, markdown, write
from tornado.web import HTTPError, RequestHandler

from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.server.limits import RateLimit
from analyst_magic.server.routes import ROUTES, Limited
from analyst_magic.sources.files import file_format
from analyst_magic.telemetry.metrics import Counters, metrics_path
from analyst_magic.turn import PRIVACY_LEVELS

KEY = "sk-not-to-be-seen-0123456789"
DENY = """
from jupyter_server.auth.authorizer import Authorizer
class Deny(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return resource != "analyst"
c.ServerApp.authorizer_class = Deny
"""


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running server and its root."""

    url: str
    root: Path
    history: Path

    def ask(
        self, path: str, method: str = "GET", *, token: str = "secret", body: object = None, **headers: str
    ) -> Answer:
        """One request below ``/analyst/``."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"token {token}"} if token else {}
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.url}analyst/{path}", data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())


def start(folder: Path, config: str = "") -> Iterator[Server]:
    """A server that serves ``folder/root``."""
    root, runtime = folder / "root", folder / "runtime"
    root.mkdir()
    runtime.mkdir()
    (runtime / "jupyter_server_config.py").write_text(config)
    history = folder / "history.sqlite3"
    environment = {"JUPYTER_DATA_DIR": str(runtime), "ANALYST_HISTORY_PATH": str(history),
                   "OPENAI_API_KEY": KEY, "ANALYST_BASE_URL": "http://user:word@localhost/v1"}  # fmt: skip
    extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
    with serving.jupyter("server", root, runtime, folder / "server.log", extension, **environment) as url:
        yield Server(url, root, history)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from start(tmp_path_factory.mktemp("server"))


@pytest.fixture
def report(server: Server) -> Callable[..., Path]:
    """Writes a file below the root."""

    def write(name: str = "analyst_output/report.csv", content: bytes = b"region,total\nnorth,50\n") -> Path:
        path = server.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@pytest.mark.parametrize(("handler", "path"), [(handler, path) for _, handler, path in ROUTES])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("token", ["", "wrong"])
def test_no_route_answers_without_a_token(
    server: Server, report: Callable[..., Path], handler: type[RequestHandler], path: str, method: str, token: str
) -> None:
    report()
    body = {"good": True} if method in {"POST", "PUT", "PATCH"} else None
    answer = server.ask(path, method, token=token, body=body)
    served = getattr(handler, method.lower()) is not getattr(RequestHandler, method.lower())
    assert answer.status == 403 or (answer.status == 405 and not served), answer.body
    assert b"north" not in answer.body


def test_who_is_logged_in_and_not_authorised_gets_nothing(tmp_path: Path) -> None:
    running = start(tmp_path, DENY)
    server = next(running)
    try:
        (server.root / "analyst_output").mkdir()
        (server.root / "analyst_output" / "report.csv").write_text("north")
        for _, _, path in ROUTES:
            assert server.ask(path).status == 403, path
        assert server.ask("history/1", "PUT", body={"good": True}).status == 403
    finally:
        running.close()


def test_what_changes_something_needs_the_xsrf_cookie_of_a_page(server: Server) -> None:
    """A page is logged in by a cookie; another site's form would send that cookie too, and no more."""
    login = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    login.open(f"{server.url}api/status?token=secret", timeout=30)
    request = urllib.request.Request(f"{server.url}analyst/history/1", b'{"good": true}', method="PUT")
    with pytest.raises(urllib.error.HTTPError) as refused:
        login.open(request, timeout=30)
    assert refused.value.code == 403


def test_the_panel_gets_the_list_of_readable_files_from_the_reader(server: Server) -> None:
    catalog = server.ask("catalog").json
    endings = catalog["endings"]
    assert {".csv", ".ndjson", ".csv.gz", ".xlsx"} <= set(endings)
    assert all(file_format(f"sales{ending}") for ending in endings)
    assert [choice["name"] for choice in catalog["privacy"]] == list(PRIVACY_LEVELS)
    assert all(choice["about"] for choice in [*catalog["privacy"], *catalog["forms"]])


def test_the_panel_gets_the_texts_of_a_language(server: Server) -> None:
    german = server.ask("messages/de-AT").json
    assert german["language"] == "de"
    assert german["pluralForms"] == "nplurals=2; plural=(n != 1);"
    assert (german["messages"]["Ask"], german["messages"]["%1 row"]) == (["Fragen"], ["%1 Zeile", "%1 Zeilen"])
    chinese = server.ask("messages/zh").json["messages"]
    assert (chinese["Ask"], chinese["%1 row"]) == (["提问"], ["%1 行", "%1 行"])  # else JupyterLab would not take it
    assert [server.ask(f"messages/{code}").status for code in ("en", "nl", "..%2Fde")] == [404, 404, 404]


def test_health_providers_and_settings_tell_no_key(server: Server) -> None:
    assert server.ask("health").json["status"] == "ok"
    answer = server.ask("providers")
    rows = {row["name"]: row for row in answer.json["providers"]}
    assert rows["openai"]["ready"]
    assert not rows["anthropic"]["ready"]
    assert rows["ollama"]["start"] == "ollama serve"
    settings = {row["name"]: row for row in server.ask("settings").json["settings"]}
    assert settings["privacy"]["choices"] == ["schema", "stats", "masked", "rows"]
    assert settings["base_url"]["value"] == "…"
    assert KEY not in str([answer.json, settings])


def test_the_history_is_listed_searched_shown_and_marked(server: Server) -> None:
    history = History(server.history)
    for number, question in enumerate(("Total revenue by region", "Mean delay by carrier")):
        history.add(HistoryEntry("2026-01-01T00:00:00+00:00", "folder", "main", question, "offline", "stats", True,
                            f"SELECT {number}", "sql"))  # fmt: skip
    turns = server.ask("history").json["turns"]
    assert [turn["question"] for turn in turns][:2] == ["Mean delay by carrier", "Total revenue by region"]
    found = server.ask("history?q=revenue").json["turns"]
    assert [turn["question"] for turn in found] == ["Total revenue by region"]
    number = found[0]["id"]
    assert server.ask(f"history/{number}").json["code"] == "SELECT 0"
    assert server.ask(f"history/{number}", "PUT", body={"good": True}).json == {"good": True}
    assert history.get(number).good
    missing = server.ask("history/999")
    assert (missing.status, missing.json["message"]) == (404, "The history has no turn 999.")


@pytest.mark.parametrize(
    ("path", "method", "body", "status"),
    [
        ("history?limit=0", "GET", None, 400),
        ("history?limit=100000", "GET", None, 400),
        ("history?limit=x", "GET", None, 400),
        ("history/1", "PUT", {"good": "yes"}, 400),
        ("history/1", "PUT", b"{", 400),
        ("history/1", "PUT", b"[" + b" " * 20_000 + b"]", 413),
        ("history/x", "GET", None, 404),
    ],
)
def test_what_is_wrong_or_too_large_is_refused(
    server: Server, path: str, method: str, body: object, status: int
) -> None:
    assert server.ask(path, method, body=body).status == status


def test_a_file_is_a_download_in_whole_and_in_part(server: Server, report: Callable[..., Path]) -> None:
    report("deep/analyst_output/naïve page.html", b"<script>alert(1)</script>")
    answer = server.ask("artifacts/deep/analyst_output/na%C3%AFve%20page.html")
    assert answer.body == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''na%C3%AFve%20page.html"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = server.ask("artifacts/deep/analyst_output/na%C3%AFve%20page.html", Range="bytes=1-6")
    assert (part.status, part.body) == (206, b"script")
    assert part.headers["Content-Range"] == "bytes 1-6/25"
    assert server.ask("artifacts/deep/analyst_output/na%C3%AFve%20page.html", "HEAD").headers["Content-Length"] == "25"


def test_nothing_but_the_plain_files_of_an_output_folder_is_given(server: Server, report: Callable[..., Path]) -> None:
    report("secret.csv")
    report("analyst_output/.hidden.csv")
    report(".git/analyst_output/config")
    (server.root.parent / "outside.csv").write_text("outside")
    (server.root / "analyst_output" / "link.csv").symlink_to(server.root.parent / "outside.csv")
    (server.root / "linked").mkdir()
    (server.root / "linked" / "analyst_output").symlink_to(server.root.parent)
    for path in (
        "secret.csv",
        "analyst_output",
        "analyst_output/",
        "analyst_output/../secret.csv",
        "analyst_output/%2e%2e/secret.csv",
        "analyst_output/..%2f..%2foutside.csv",
        "../outside.csv",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "analyst_output/.hidden.csv",
        ".git/analyst_output/config",
        "analyst_output/link.csv",
        "linked/analyst_output/outside.csv",
        "analyst_output/no%00pe.csv",
    ):
        answer = server.ask(f"artifacts/{path}")
        assert answer.status in {400, 403, 404}, path
        assert b"outside" not in answer.body or b"html" in answer.body, path
        assert b"north" not in answer.body, path


def test_who_asks_too_often_waits() -> None:
    now = [0.0]
    limit = RateLimit(burst=3, each_second=2, clock=lambda: now[0])
    assert [limit.wait("ann") for _ in range(4)] == [0, 0, 0, 0.5]
    assert limit.wait("bob") == 0
    now[0] = 0.5
    assert [limit.wait("ann"), limit.wait("ann")] == [0, 0.5]


def test_the_limit_is_one_of_users_and_of_addresses_for_the_servers_own_token() -> None:
    class HubProvider:  # knows each user by name, whatever token a program has
        pass

    limit = RateLimit(burst=1, each_second=0.001)

    def asks(user: str, address: str, provider: object) -> bool:
        """Whether a request is taken."""
        handler = Limited()
        handler.settings = {"analyst": {"limit": limit}}
        handler.request = SimpleNamespace(body=b"", remote_ip=address)
        vars(handler).update(
            identity_provider=provider, token_authenticated=True, current_user=SimpleNamespace(username=user)
        )
        try:
            handler.limit()
        except HTTPError:
            return False
        return True

    hub, own = HubProvider(), IdentityProvider()
    assert [asks("ada", "10.0.0.1", hub), asks("ben", "10.0.0.1", hub), asks("ada", "10.0.0.2", hub)] == [
        True,
        True,
        False,
    ]
    assert [asks("anonymous 1", "10.0.0.9", own), asks("anonymous 2", "10.0.0.9", own)] == [True, False]


def test_a_flood_is_answered_with_when_to_come_back(tmp_path: Path) -> None:
    running = start(tmp_path)
    server = next(running)
    try:
        answers = []
        for _ in range(3000):
            answers.append(server.ask("health"))
            if answers[-1].status == 429:
                break
        assert answers[-1].status == 429, "the limit was never met"
        assert answers[-1].headers["Retry-After"] == "1"
    finally:
        running.close()


def test_what_the_kernels_counted_stands_in_the_servers_own_metrics(server: Server) -> None:
    counters = Counters(metrics_path(server.history))
    counters.add({("analyst_turns", (("model", "offline"), ("outcome", "ok"), ("pinned", "false"))): 3.0})
    request = urllib.request.Request(f"{server.url}metrics", headers={"Authorization": "token secret"})
    with urllib.request.urlopen(request) as answer:
        lines = answer.read().decode().splitlines()
    assert 'analyst_turns_total{model="offline",outcome="ok",pinned="false"} 3.0' in lines
    assert any(line.startswith("python_info") for line in lines)


@pytest.mark.parametrize(
    ("exporter", "kind", "begins"),
    [
        ("analyst_html", "text/html", b"<!"),
        ("analyst_docx", "application/", b"PK"),
        ("analyst_pptx", "application/", b"PK"),
    ],
)
def test_a_report_comes_from_the_address_that_the_menu_of_jupyterlab_opens(
    server: Server, exporter: str, kind: str, begins: bytes
) -> None:
    write(server.root / "story.ipynb", markdown("# Sales of the north"), answered("total revenue"))
    asked = urllib.request.Request(
        f"{server.url}nbconvert/{exporter}/story.ipynb?download=true", headers={"Authorization": "token secret"}
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        body, headers = answer.read(), answer.headers
    assert headers["Content-Type"].startswith(kind)
    assert "attachment" in headers["Content-Disposition"]
    assert body.startswith(begins)
    known = urllib.request.Request(f"{server.url}api/nbconvert", headers={"Authorization": "token secret"})
    with urllib.request.urlopen(known, timeout=60) as answer:
        assert exporter in json.load(answer)


def test_a_key_goes_into_the_keyring_and_is_never_told(server: Server) -> None:
    before = {key["name"]: key["where"] for key in server.ask("keys").json["keys"]}
    assert "openai" in before
    assert "offline" not in before
    secret = "k-not-to-be-told-0123456789"
    answer = server.ask("keys/openai", "PUT", body={"key": secret})
    # A test machine has no keyring: that is said, with what helps.
    assert answer.status in {200, 503}
    if answer.status == 503:
        assert "keyring" in answer.json["message"]
        assert "OPENAI_API_KEY" in answer.json["next_step"]
    else:
        assert {"name": "openai", "where": "keyring"} in answer.json["keys"]
        server.ask("keys/openai", "PUT", body={"key": ""})
    assert secret not in str(answer.json) + str(server.ask("keys").json) + str(server.ask("settings").json)
    for path, body, status in (("keys/nobody", {"key": "k"}, 404), ("keys/offline", {"key": "k"}, 404),
                               ("keys/openai", {"key": 3}, 400), ("keys/openai", {}, 400)):  # fmt: skip
        assert server.ask(path, "PUT", body=body).status == status
