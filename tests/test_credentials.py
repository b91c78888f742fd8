"""Keys and passwords that a user typed into a question: found by their shape, and kept nowhere."""

from __future__ import annotations

import base64
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.credentials import has_credentials, without_credentials
from analyst_magic.errors import InputError
from analyst_magic.history.lock import LockFile, Pin, key
from analyst_magic.history.snippets import Snippets
from analyst_magic.history.store import History
from analyst_magic.sources.files import REGISTRY, register
from analyst_magic.storage.files import append_private, write_atomic
from analyst_magic.telemetry.metrics import Counters
from analyst_magic.turn import Code

SALES = pd.DataFrame({"region": ["north", "south"], "revenue": [10.0, 20.0]})
SECRETS = {
    "OpenAI": "sk-proj-abcdefghijklmnop1234",
    "Anthropic": "sk-ant-api03-abcdefghijklmnop",
    "Stripe": "sk_live_abcdefghijklmnop1234",
    "Hugging Face": "hf_abcdefghijklmnop1234",
    "Groq": "gsk_abcdefghijklmnop1234",
    "Google": "AIzaSyabcdefghijklmnop1234",
    "xAI": "xai-abcdefghijklmnop1234",
    "NVIDIA": "nvapi-abcdefghijklmnop1234",
    "GitHub": "ghp_abcdefghijklmnop1234",
    "GitHub, fine-grained": "github_pat_11abcdefghijklmnop_1234",
    "GitLab": "glpat-abcdefghijklmnop1234",
    "AWS": "AKIAABCDEFGHIJKLMNOP",
    "Slack": "xoxb-1234567890-abcdefghij",
    "JSON Web Token": "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghijklmnop",
    "Bearer": "Bearer abcdefghijklmnop1234",
}
PASSWORDS = {
    "an address": ("postgresql://ann:hunter2@db.example/shop", "hunter2"),
    "an address whose password has an at": ("mysql://ann:hun@ter2@db.example:3306/shop", "ter2"),
    "an address without a user": ("redis://:hunter2@cache:6379", "hunter2"),
    "ODBC": ("Server=db;Uid=ann;Pwd=hunter;Database=shop", "hunter"),
    "libpq": ("host=db user=ann password=hunter dbname=shop", "hunter"),
    "an assignment": ("PASSWORD='hunter two' in the file", "hunter"),
    "JSON": ('{"api_key": "abcdefgh"}', "abcdefgh"),
    "an environment": ("export OPENAI_API_KEY=abc123def", "abc123def"),
    "Azure": ("AccountName=a;AccountKey=abcdefghij0123456789/+==;EndpointSuffix=x", "abcdefghij"),
    "a private key": ("-----BEGIN RSA PRIVATE KEY-----\nMIIEabc\n-----END RSA PRIVATE KEY-----", "MIIEabc"),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
@pytest.mark.parametrize("around", ["why does {} fail?", "({})", "'{}'", "x={}.", "{}"])
def test_a_key_is_taken_out_wherever_it_stands(secret: str, around: str) -> None:
    text = around.format(secret)
    clean = without_credentials(text)
    assert secret.removeprefix("Bearer ") not in clean
    assert clean.replace("…", "") in text.replace(secret, "Bearer " if secret.startswith("Bearer") else "")
    assert without_credentials(clean) == clean
    assert has_credentials(text)


@pytest.mark.parametrize(("text", "password"), PASSWORDS.values(), ids=PASSWORDS)
def test_a_password_is_taken_out_and_what_is_around_it_stays(text: str, password: str) -> None:
    clean = without_credentials(f"load {text} and count")
    assert password not in clean
    assert clean.startswith("load ")
    assert clean.endswith(" and count")
    assert without_credentials(clean) == clean


@pytest.mark.parametrize(
    "text",
    [
        "total revenue by region", "mean of risk-adjusted returns per task-identification-number", "http://host:8080/x",
        "see https://example.org/a:b@c", "secret sales = all sales", "where password is null", "the key: region",
        "hf_model_parameters_list", "12:30@noon", "df['pwd'].isna()", "eyJust", "n = 12", "skip-connections-are-it",
    ],
)  # fmt: skip
def test_ordinary_words_stay(text: str) -> None:
    assert without_credentials(text) == text


def test_a_comparison_in_code_is_no_credential() -> None:
    assert not has_credentials("SELECT * FROM d WHERE password = 'north'")
    assert has_credentials("import sqlalchemy\nsqlalchemy.create_engine('postgresql://ann:hunter2@db/shop')")


SECRET = SECRETS["OpenAI"]
URL, PASSWORD = PASSWORDS["an address"]
QUESTION = f"total revenue by region for {SECRET} and {URL} as an excel file"


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


def test_a_question_with_a_key_is_kept_nowhere_with_it_and_found_again(
    server: ScriptedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    server.say(f"For {SECRET}.\n```python-doc\nsales.to_excel(OUTPUT_PATH)\n```")
    history = History(tmp_path / "history" / "history.sqlite3")
    options: dict[str, Any] = {"model": "openai:x", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", lock=tmp_path / "analyst.lock", history=history, log_path=str(tmp_path / "log.jsonl"),
                 metrics=True, history_path=str(history.path), **options) as analyst:  # fmt: skip
        first = analyst.ask(QUESTION, {"sales": SALES})
        assert first.ok, first.error
        again = analyst.ask(QUESTION, {"sales": SALES})
        assert again.pinned
        follow = analyst.ask("now with mean", {"sales": SALES}, frozen=True)
        assert not follow.ok
    history.close()
    assert len(server.requests) == 1
    for path in tmp_path.rglob("*"):
        assert SECRET[:16].lower() not in path.name.lower()
        assert "abcdefghijklmnop" not in path.name
        if path.is_file() and path.suffix != ".xlsx":
            assert SECRET.encode() not in path.read_bytes(), path
            assert PASSWORD.encode() not in path.read_bytes(), path
    assert "for … and postgresql://ann:…@db.example/shop" in (tmp_path / "analyst.lock").read_text()


def pin(question: str, code: str = "sales.sum()") -> Pin:
    return Pin(question, "", "", "", Code(code), "openai:x", "", {}).sealed()


def test_a_lock_of_an_older_program_is_cleaned_when_it_is_written(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "analyst.lock")
    old = pin(f"why does {SECRET} fail")
    from analyst_magic.history.lock import written

    lock.path.write_text(f"version = 1\n{written('aaaa', old)}")
    assert lock.find(key(f"why does {SECRET} fail", "", "", "")) == old
    lock.put(pin("another"))
    assert SECRET not in lock.path.read_text()
    found = lock.find(key(f"why does {SECRET} fail", "", "", ""))
    assert found is not None
    assert not found.edited


def test_the_keys_of_questions_without_credentials_are_what_they_were() -> None:
    assert key("total by region", "", "", "") == "2972fe7536568b88"
    assert key("as a chart", "figure", "sql", "total by region") == "921a67a60f1e917f"


def test_code_with_a_password_is_not_pinned_and_no_snippet(server: ScriptedModel, tmp_path: Path) -> None:
    code = f"address = '{URL}'\nlen(address)"
    server.say(f"```python\n{code}\n```")
    options: dict[str, Any] = {"model": "openai:x", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", lock=tmp_path / "analyst.lock", **options) as analyst:
        turn = analyst.ask("how long is the address?", {"sales": SALES})
    assert turn.ok, turn.error
    assert any("not pinned" in note and "password" in note for note in turn.notes)
    assert not (tmp_path / "analyst.lock").exists()
    with pytest.raises(InputError, match="key or a password"):
        Snippets(tmp_path).save("address", pin("x", code))
    Snippets(tmp_path).save("total", pin(f"total for {SECRET}"))
    assert SECRET not in Snippets(tmp_path).path.read_text()


def test_traces_with_content_hold_no_key(server: ScriptedModel) -> None:
    from test_watching import OTLPCollector

    collector = OTLPCollector()
    server.say(f"Why {SECRET}?\n```python\nkey = '{SECRET}'\nsales.revenue.sum()\n```")
    options: dict[str, Any] = {"model": "openai:x", "base_url": server.base_url, "api_key": "k", "spares": 0}
    with Analyst(sandbox="local", tracing=collector.url, trace_content=True, **options) as analyst:
        assert analyst.ask(f"total for {SECRET}", {"sales": SALES}).ok
    assert any(span.name == "chat x" for span in collector.spans(1))
    collector.close()
    sent = b"".join(collector.bodies)
    assert b"total for" in sent
    assert SECRET.encode() not in sent


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def history_file(folder: Path) -> Path:
    from test_history import made

    History(folder / "history.sqlite3").add(made())
    return folder / "history.sqlite3"


def metrics_file(folder: Path) -> Path:
    Counters(folder / "metrics.sqlite3").add({("analyst_turns", ()): 1.0})
    return folder / "metrics.sqlite3"


def lock_file(folder: Path) -> Path:
    LockFile(folder / "analyst.lock").put(pin("total"))
    return folder / "analyst.lock"


def snippets_file(folder: Path) -> Path:
    Snippets(folder).save("total", pin("total"))
    return folder / "analyst_snippets.toml"


def log_file(folder: Path) -> Path:
    append_private(folder / "log.jsonl", "{}\n")
    return folder / "log.jsonl"


def index_file(folder: Path) -> Path:
    from analyst_magic.documents import Store

    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    Store(folder).save("a.png", png, "total")
    return folder / ".versions" / "index.sqlite3"


def registry_file(folder: Path) -> Path:
    (folder / "sales.csv").write_text("a,b\n1,2\n")
    register("sales", "sales.csv", f"from {URL}", folder)
    return folder / REGISTRY


FILES: tuple[Callable[[Path], Path], ...] = (
    history_file, metrics_file, lock_file, snippets_file, log_file, index_file, registry_file
)  # fmt: skip


@pytest.mark.parametrize("write", FILES)
def test_files_are_for_their_owner_alone_whatever_the_folder_and_the_umask(
    write: Callable[[Path], Path], tmp_path: Path, open_umask: None
) -> None:
    tmp_path.chmod(0o777)
    connection = None
    path = write(tmp_path)
    if path.suffix == ".sqlite3":  # another kernel has it open, so that its log is there
        connection = sqlite3.connect(path)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        write(tmp_path)
    files = [found for found in path.parent.iterdir() if found.is_file() and found.name.startswith(path.name)]
    assert path in files
    assert PASSWORD.encode() not in path.read_bytes()
    assert {found.name: oct(mode(found)) for found in files} == {found.name: "0o600" for found in files}
    if connection is not None:
        connection.close()


def test_a_history_of_an_older_program_loses_the_rights_of_others(tmp_path: Path, open_umask: None) -> None:
    path = history_file(tmp_path)
    other = sqlite3.connect(path)
    other.execute("SELECT count(*) FROM capsule").fetchall()
    beside = [Path(f"{path}{ending}") for ending in ("", "-wal", "-shm")]
    for file in beside:
        file.chmod(0o644)
    history_file(tmp_path)
    assert {mode(file) for file in beside} == {0o600}
    other.close()


def test_a_file_that_its_owner_opened_to_others_stays_so(tmp_path: Path) -> None:
    path = lock_file(tmp_path)
    path.chmod(0o664)
    LockFile(path).put(pin("another"))
    assert mode(path) == 0o664
    with pytest.raises(OSError, match="No such file"):
        write_atomic(tmp_path / "nowhere" / "x", "text")


def test_an_export_of_the_history_is_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_umask: None
) -> None:
    monkeypatch.setenv("ANALYST_HISTORY_PATH", str(history_file(tmp_path)))
    assert main(["history", "export", str(tmp_path / "turns.jsonl")]) == 0
    assert mode(tmp_path / "turns.jsonl") == 0o600
