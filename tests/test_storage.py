"""Files are written whole or not at all, and databases of every age and state are opened."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from analyst_magic.documents.store import SCHEMA as DOCUMENTS
from analyst_magic.documents.store import Store
from analyst_magic.errors import AnalystError, HistoryError
from analyst_magic.history.lock import NAME as LOCK
from analyst_magic.history.lock import LockFile
from analyst_magic.history.snippets import Snippets
from analyst_magic.history.store import SCHEMA as HISTORY
from analyst_magic.history.store import History
from analyst_magic.sources.files import REGISTRY
from analyst_magic.storage.files import PRIVATE, SHARED, write_atomic, write_if_unchanged
from analyst_magic.storage.sqlite import NewerDatabase, Schema, open_database, transaction
from analyst_magic.telemetry.metrics import SCHEMA as COUNTS
from analyst_magic.telemetry.metrics import Counters

OLD = Path(__file__).parent / "data" / "version_0_1"
NOTES = Schema((("CREATE TABLE note (text TEXT)",),))
posix = pytest.mark.skipif(os.name != "posix", reason="needs the rights of POSIX")


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- files -------------------------------------------------------------------------------------------------------------


# The audit event comes after the new content was written and before it gets its name: there the writer waits.
STOPPED = """
import sys
from pathlib import Path

folder = Path(sys.argv[1])

def stop_before_the_name_changes(event, arguments):
    if event in {"os.rename", "os.link"} and ".part" in f"{arguments[0]}{arguments[1]}":
        print("written", flush=True)
        sys.stdin.read()

"""
WRITERS: dict[str, str] = {
    "a file": """
        from analyst_magic.storage.files import write_atomic
        write = lambda text: write_atomic(folder / "a.txt", text)
    """,
    "the lock": """
        from analyst_magic.history.lock import LockFile, Pin
        from analyst_magic.turn import Code
        lock = LockFile(folder / "analyst.lock")
        write = lambda text: lock.put(Pin("total", "", "", "", Code(text, "sql"), "x", "", {}))
    """,
    "the snippets": """
        from analyst_magic.history.lock import Pin
        from analyst_magic.history.snippets import Snippets
        from analyst_magic.turn import Code
        write = lambda text: Snippets(folder).save("total", Pin("total", "", "", "", Code(text, "sql"), "x", "", {}))
    """,
    "the registry of data files": """
        from analyst_magic.sources.files import register
        (folder / "sales.csv").write_text("region,revenue\\nnorth,1\\n")
        write = lambda text: register("sales", "sales.csv", source=text, folder=folder)
    """,
    "a report": """
        import nbformat
        from analyst_magic.report.export import export
        def write(text):
            cell = nbformat.v4.new_markdown_cell(text)
            nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "n.ipynb")
            export(folder / "n.ipynb", "html")
    """,
}


def kill_when_written(code: str, folder: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "written\n"
    running.kill()
    running.communicate()


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_that_is_killed_leaves_the_file_as_it_was(writer: str, tmp_path: Path) -> None:
    ending = 'write("first")\nsys.addaudithook(stop_before_the_name_changes)\nwrite("second")\n'
    kill_when_written(STOPPED + textwrap.dedent(WRITERS[writer]) + ending, tmp_path)
    name = {"a file": "a.txt", "the lock": LOCK, "the snippets": "analyst_snippets.toml", "a report": "n.html"}
    text = (tmp_path / name.get(writer, REGISTRY)).read_text()
    assert "first" in text
    assert "second" not in text
    parts = [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    assert len(parts) == 1
    assert "second" in parts[0].read_text()


def test_a_document_whose_writer_is_killed_has_all_its_versions(tmp_path: Path) -> None:
    code = STOPPED + textwrap.dedent("""
        from analyst_magic.documents import Store
        store = Store(folder)
        store.save("a.txt", b"first")
        sys.addaudithook(stop_before_the_name_changes)
        store.save("a.txt", b"second")
    """)
    kill_when_written(code, tmp_path)
    store = Store(tmp_path)
    assert [store.read("a.txt", version.version) for version in store.versions("a.txt")] == [b"first"]
    assert (tmp_path / "a.txt").read_bytes() == b"first"
    assert store.save("a.txt", b"second").version == 2
    assert store.read("a.txt", 1) == b"first"


@posix
def test_a_new_file_is_private_or_shared_and_one_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomic(tmp_path / "private", "x")
        write_atomic(tmp_path / "shared", b"x", mode=SHARED)
        (tmp_path / "private").chmod(0o640)
        write_atomic(tmp_path / "private", "y")
    finally:
        os.umask(before)
    assert rights(tmp_path / "private") == 0o640
    assert rights(tmp_path / "shared") == 0o644


def test_a_file_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=r"."):
        write_atomic(tmp_path / "folder", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_changed_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("mine")
    assert not write_if_unchanged(path, b"yours", "0" * 64)
    assert not write_if_unchanged(path, b"yours", None)
    assert path.read_text() == "mine"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


# -- databases ---------------------------------------------------------------------------------------------------------


@posix
def test_a_database_and_what_lies_beside_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "notes.sqlite3"
        path.touch(0o666)
        connection, _ = open_database(path, NOTES)
        connection.execute("INSERT INTO note VALUES ('x')")
        assert {file.name: rights(file) for file in tmp_path.iterdir()} == {
            "notes.sqlite3": PRIVATE,
            "notes.sqlite3-wal": PRIVATE,
            "notes.sqlite3-shm": PRIVATE,
        }
        connection.close()
    finally:
        os.umask(before)


def test_an_older_database_is_brought_up_to_date_with_all_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    connection, _ = open_database(path, NOTES)
    connection.execute("INSERT INTO note VALUES ('old')")
    connection.close()
    newer = Schema((*NOTES.migrations, ("ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'",)))
    connection, aside = open_database(path, newer)
    assert aside is None
    assert connection.execute("SELECT * FROM note").fetchall() == [("old", "nobody")]
    connection.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    open_database(path, NOTES).connection.close()
    with pytest.raises(sqlite3.Error):
        open_database(path, Schema((*NOTES.migrations, ("CREATE TABLE more (a)", "no statement"))))
    connection, _ = open_database(path, NOTES)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("note",)]
    connection.close()


def test_a_damaged_database_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    for number in (1, 2):
        path.write_bytes(b"no database at all" * 100)
        connection, aside = open_database(path, NOTES)
        connection.close()
        assert aside == tmp_path / f"notes.damaged-{number}.sqlite3"
        assert aside.read_bytes().startswith(b"no database")


def test_a_database_that_others_write_to_is_waited_for_and_never_taken_for_damaged(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite3"
    connection, _ = open_database(path, NOTES)
    with transaction(connection):
        impatient = Schema((*NOTES.migrations, ("CREATE TABLE more (a)",)), wait=0.01)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            open_database(path, impatient)
    connection.close()
    assert [file.name for file in tmp_path.iterdir()] == ["notes.sqlite3"]


def insert_twice(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO note VALUES ('x')")
        connection.execute("INSERT INTO nowhere VALUES ('x')")


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    connection, _ = open_database(tmp_path / "notes.sqlite3", NOTES)
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        insert_twice(connection)
    assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)
    connection.close()


# -- the three databases -----------------------------------------------------------------------------------------------


def of_the_future(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize("schema", [HISTORY, DOCUMENTS, COUNTS], ids=["history", "documents", "counts"])
def test_a_newer_database_is_refused_by_its_version(schema: Schema, tmp_path: Path) -> None:
    before = of_the_future(tmp_path / "a.sqlite3")
    with pytest.raises(NewerDatabase, match="version 99"):
        open_database(tmp_path / "a.sqlite3", schema)
    assert (tmp_path / "a.sqlite3").read_bytes() == before


def test_documents_beside_a_newer_index_are_left_alone_and_the_error_says_so(tmp_path: Path) -> None:
    before = of_the_future(tmp_path / ".versions" / "index.sqlite3")
    with pytest.raises(AnalystError, match=r"a\.txt cannot be saved in .*version 99"):
        Store(tmp_path).save("a.txt", b"x")
    assert (tmp_path / ".versions" / "index.sqlite3").read_bytes() == before
    assert not (tmp_path / "a.txt").exists()


def test_counts_beside_a_newer_file_are_not_stored_and_the_file_stays(tmp_path: Path) -> None:
    before = of_the_future(tmp_path / "metrics.sqlite3")
    counters = Counters(tmp_path / "metrics.sqlite3")
    with pytest.raises(NewerDatabase):  # a turn says so in a note: tests/test_kept_or_noted.py
        counters.add({("analyst_turns", ()): 1.0})
    assert counters.read() == {}
    assert (tmp_path / "metrics.sqlite3").read_bytes() == before


def test_counts_begin_anew_after_damage(tmp_path: Path) -> None:
    (tmp_path / "metrics.sqlite3").write_bytes(b"no database at all" * 100)
    counters = Counters(tmp_path / "metrics.sqlite3")
    counters.add({("analyst_turns", ()): 1.0})
    assert counters.read() == {("analyst_turns", ()): 1.0}


def test_the_next_document_after_damage_says_what_happened(tmp_path: Path) -> None:
    (tmp_path / ".versions").mkdir()
    (tmp_path / ".versions" / "index.sqlite3").write_bytes(b"no database at all" * 100)
    store = Store(tmp_path)
    assert "index.damaged-1.sqlite3" in store.save("a.txt", b"x").note
    assert store.save("b.txt", b"x").note == ""


def test_documents_beside_a_newer_index_cannot_be_listed_and_the_error_says_what_to_do(tmp_path: Path) -> None:
    of_the_future(tmp_path / ".versions" / "index.sqlite3")
    with pytest.raises(AnalystError, match="version 99") as caught:
        Store(tmp_path).documents()
    assert ".versions" in str(caught.value.next_step)


def test_a_file_that_is_no_history_names_its_path(tmp_path: Path) -> None:
    (tmp_path / "history.sqlite3").mkdir()
    with pytest.raises(HistoryError, match=r"history\.sqlite3 cannot be used"):
        History(tmp_path / "history.sqlite3").latest()


# -- files of version 0.1 ----------------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OLD, tmp_path / "old"))


def test_a_history_of_version_0_1_still_answers(old: Path) -> None:
    history = History(old / "history.sqlite3")
    latest = history.latest()
    assert [(turn.id, turn.question, turn.good) for turn in latest] == [
        (2, "Orders per month in 2025", None),
        (1, "Total revenue by region", True),
    ]
    assert [turn.id for turn in history.search("region")] == [1]
    (example,) = history.examples("revenue of each region", lambda entry: True)
    assert example.code.startswith("SELECT region")
    assert (example.code_privacy, example.rest["results"]) == ("stats", ["table 1f2e"])
    assert history.notice == ""
    history.close()


def test_documents_of_version_0_1_keep_their_versions(old: Path) -> None:
    store = Store(old / "documents")
    assert [version.version for version in store.versions("sales.csv")] == [1, 2]
    assert store.read("sales.csv", 1) == b"region,revenue\nNorth,10\n"
    found = store.find("request-1")
    assert found is not None
    assert (found[0], found[2]) == (b"One line.\n", ())
    assert store.save("sales.csv", b"region,revenue\nNorth,12\n", "total by region").unchanged
    assert store.save("sales.csv", b"region,revenue\nNorth,13\n", "total by region").version == 3


def test_counts_of_version_0_1_are_added_to(old: Path) -> None:
    counters = Counters(old / "metrics.sqlite3")
    turns = ("analyst_turns", (("model", "offline"), ("outcome", "ok"), ("pinned", "false")))
    counters.add({turns: 2.0})
    assert counters.read()[turns] == 5.0


def test_pins_and_snippets_of_version_0_1_are_read_and_written_as_they_were(old: Path) -> None:
    lock, snippets = LockFile(old / LOCK), Snippets(old)
    before = lock.path.read_text(), snippets.path.read_text()
    (pin,) = lock.pins().values()
    assert (pin.question, pin.wants, pin.edited) == ("Total revenue by region", "table", False)
    lock.replace_all(lock.pins())
    snippets.save("revenue", snippets.get("revenue"))
    assert (lock.path.read_text(), snippets.path.read_text()) == before


def test_what_code_said_with_a_document_is_found_with_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    version = store.save("sales.csv", b"region,revenue\nNorth,10\n")
    store.remember("request", version, ("North has **10**.", "Caution: €"))
    found = store.find("request")
    assert found is not None
    assert found[2] == ("North has **10**.", "Caution: €")
