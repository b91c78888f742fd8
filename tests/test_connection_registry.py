"""Connections by name: what is kept of them, and what the commands say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyst_magic.cli import main
from analyst_magic.commands.connections import connect, disconnect, tables
from analyst_magic.errors import InputError, UnknownOption
from analyst_magic.notebook.scope import find_scope
from analyst_magic.sources.connections.registry import REGISTRY, register, without_password


def nobody(prompt: str) -> str:
    return ""


def test_a_database_is_connected_listed_and_forgotten(
    sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert connect(["shop", f"sqlite:///{sqlite_file}"], nobody) == (
        "shop is connected: SQLite, 4 tables; every question here can use it."
    )
    scope = find_scope({}).frames
    assert tables(["shop", "email"], scope).startswith("customers  id integer, name varchar(40)")
    assert tables([], scope) == "shop  a database file"
    assert disconnect(["shop"]) == "shop is not connected any more; the database stays as it is."
    assert find_scope({}).frames == {}


def test_a_password_is_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    register("shop", "postgresql://me:hunter2@db.example.org/shop?sslmode=require&password=hunter3")
    text = (tmp_path / REGISTRY).read_text()
    assert json.loads(text) == {"shop": "postgresql://me@db.example.org/shop?sslmode=require"}
    assert "hunter" not in text


@pytest.mark.parametrize(
    ("address", "bare", "password"),
    [
        ("mysql://root@localhost/shop", "mysql://root@localhost/shop", ""),
        ("postgresql://u:p@h:5432/d", "postgresql://u@h:5432/d", "p"),
        ("postgresql://u:p%40%2Fq@h/d", "postgresql://u@h/d", "p@/q"),
        ("duckdb:///shop.duckdb", "duckdb:///shop.duckdb", ""),
        ("sqlite:////data/shop.db", "sqlite:////data/shop.db", ""),
    ],
)
def test_an_address_is_parted_from_its_password(address: str, bare: str, password: str) -> None:
    assert without_password(address) == (bare, password)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["shop"], "needs a name and an address"),
        (["shop", "sqlite:///none.db"], "There is no file none.db"),
        (["shop", "cobol://x"], "there is no kind of database cobol"),
        (["my shop", "sqlite:///none.db"], "cannot be a connection's name"),
        (["shop", "postgresql://me:hunter2@127.0.0.1:1/shop"], "The connection shop cannot"),
    ],
)
def test_what_cannot_be_connected_is_said_in_one_sentence(
    words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises((InputError, UnknownOption), match=says) as failed:
        connect(words, nobody)
    assert "hunter2" not in str(failed.value)
    assert not (tmp_path / REGISTRY).exists() or json.loads((tmp_path / REGISTRY).read_text()) == {}


def test_the_command_line_asks_a_database(
    sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYST_SANDBOX", "local")
    code = main(["ask", "How many orders are there?", "--connect", f"shop=sqlite:///{sqlite_file}"])
    assert code == 0
    assert "2,000" in capsys.readouterr().out


def test_a_typed_password_is_kept_in_the_keyring_on_request_and_nowhere_else(
    postgres_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    class Memory(KeyringBackend):
        priority = 1  # type: ignore[assignment]
        kept: dict[str, str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get(username)

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.kept[username]

    before = keyring.get_keyring()
    monkeypatch.chdir(tmp_path)
    keyring.set_keyring(Memory())
    try:
        where = f"{postgres_server.host}:{postgres_server.port}/{postgres_server.database}"
        address = f"postgresql://{postgres_server.user}:hunter2@{where}"
        said = connect(["shop", address, "--keyring"], nobody)
        assert "in the system's keyring" in said
        assert Memory.kept == {"connection shop": "hunter2"}
        assert "hunter2" not in said + (tmp_path / REGISTRY).read_text()
        disconnect(["shop"])
        assert Memory.kept == {}
        assert "this process alone" in connect(["shop", address], nobody)
        assert Memory.kept == {}
    finally:
        keyring.set_keyring(before)
