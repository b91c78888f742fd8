"""Settings: where they come from, which one wins, what they take, and what a user is told of a wrong one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from traitlets.config import Config, Configurable

from analyst_magic import Analyst
from analyst_magic.cli import main
from analyst_magic.errors import UnknownOption
from analyst_magic.history.lock import LockFile
from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.settings import AnalystSettings, load_settings, to_bytes
from analyst_magic.wording import count, size


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the configuration of Jupyter, and that of IPython in ``profile_default``."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    (tmp_path / "profile_default").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2GiB", 2 * 1024**3),
        ("1MiB", 1024**2),
        ("1KiB", 1024),
        ("1TiB", 1024**4),
        ("2GB", 2 * 1000**3),
        ("2 gb", 2 * 1000**3),
        ("1.5kB", 1500),
        ("3 TB", 3 * 1000**4),
        ("2g", 2 * 1024**3),
        ("512m", 512 * 1024**2),
        ("512M", 512 * 1024**2),
        ("100b", 100),
        ("1000", 1000),
        ("1e9", 10**9),
        ("4_000", 4000),
        (2_000_000, 2_000_000),
        (2e9, 2 * 10**9),
    ],
)
def test_a_size_is_read_with_its_unit(text: str, expected: int) -> None:
    assert to_bytes(text) == expected
    assert Analyst(memory=text, lock=False).settings.memory == expected


@pytest.mark.parametrize(
    "text", ["", "much", "GB", "-1GB", "0", "1 QB", "2GiBs", "nan", "inf", "1e999", "1..2MB", True]
)
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(UnknownOption, match="memory"):
        AnalystSettings(environ={}).set_option("memory", text)


def test_any_setting_by_keyword_is_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert not Analyst(history=False).settings.history
    assert not Analyst(lock=False).settings.lock
    for name, trait in AnalystSettings(environ={}).traits(config=True).items():
        value = getattr(AnalystSettings(environ={}), name)
        assert getattr(Analyst(**{name: value}).settings, name) == value, trait
    with Analyst(model="offline", history=False, lock=False, sandbox="local") as analyst:
        assert analyst.context("how many rows?", {}).question.text == "how many rows?"


def test_history_and_lock_take_the_objects_too_and_nothing_else(tmp_path: Path) -> None:
    history, lock = History(tmp_path / "h.sqlite3"), LockFile(tmp_path / "analyst.lock")
    assert Analyst(history=history, lock=lock).settings.history
    for wrong in ({"history": "yes"}, {"history": 1}, {"lock": 1}):
        with pytest.raises(UnknownOption, match=f"{next(iter(wrong))} takes True, False"):
            Analyst(**wrong)


@pytest.mark.docker
def test_history_true_keeps_turns_in_the_file_that_the_setting_names(tmp_path: Path) -> None:
    path = tmp_path / "turns.sqlite3"
    with Analyst(history=True, history_path=str(path)) as analyst:
        assert analyst.run("1 + 1").ok
        assert not analyst.run("2 + 2", history=False).error
    assert [turn.question for turn in History(path).latest(5)] == ["1 + 1"]


def test_the_files_of_jupyter_and_ipython_are_read_in_python_and_json(home: Path) -> None:
    (home / "jupyter_config.py").write_text("c.AnalystSettings.timeout = 7\nc.AnalystSettings.memory = '2GiB'\n")
    (home / "jupyter_config.json").write_text(json.dumps({"AnalystSettings": {"window": 3, "hidden": ["sales.name"]}}))
    (home / "profile_default" / "ipython_config.py").write_text("c.AnalystSettings.hidden.append('sales.mail')\n")
    settings = Analyst().settings
    assert (settings.timeout, settings.memory, settings.window) == (7, 2 * 1024**3, 3)
    assert settings.hidden == ["sales.name", "sales.mail"]


def test_a_keyword_wins_over_the_environment_and_that_over_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Analyst().settings.timeout == 120
    (home / "jupyter_config.py").write_text("c.AnalystSettings.timeout = 7\n")
    assert Analyst().settings.timeout == 7
    (home / "profile_default" / "ipython_config.json").write_text('{"AnalystSettings": {"timeout": 8}}')
    assert Analyst().settings.timeout == 8
    shell = Configurable(config=Config({"AnalystSettings": {"timeout": 9}}))
    assert load_settings(shell).timeout == 9
    monkeypatch.setenv("ANALYST_TIMEOUT", "10")
    assert Analyst().settings.timeout == load_settings(shell).timeout == 10
    assert Analyst(timeout=11).settings.timeout == 11


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("jupyter_config.py", "import os\n1 / 0\n", "fails: ZeroDivisionError on line 2"),
        ("jupyter_config.py", "c.AnalystSettings.privacy = \n", "fails: SyntaxError on line 1"),
        ("jupyter_config.json", "{", "fails: JSONDecodeError on line 1"),
        ("jupyter_config.py", "c.AnalystSettings.privacy = 'shcema'\n", "The setting privacy does not take 'shcema'"),
        ("jupyter_config.json", '{"AnalystSettings": {"timeuot": 1}}', "There is no setting timeuot"),
    ],
)
def test_a_broken_file_is_an_error_that_names_it(home: Path, name: str, content: str, message: str) -> None:
    (home / name).write_text(content)
    with pytest.raises(UnknownOption) as refused:
        Analyst()
    assert name in refused.value.message
    assert message in refused.value.message


def test_the_command_line_reads_them_and_names_a_broken_one(home: Path) -> None:
    path = home / "jupyter_config.py"

    def run() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "analyst_magic.cli", "history", "list"]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ}, timeout=60, check=False)

    store = History(home / "mine.sqlite3")
    store.close()
    path.write_text(f"c.AnalystSettings.history_path = {str(home / 'none' / 'mine.sqlite3')!r}\n")
    assert "The history is empty." in run().stdout
    path.write_text("nonesuch\n")
    done = run()
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert f"error: The configuration file {path} fails: NameError on line 1." in done.stderr


def entry(question: str) -> HistoryEntry:
    return HistoryEntry("2026-01-02T03:04:05+00:00", "/x", "main", question, "offline", "stats", True, "1", "python")


def test_a_profile_of_ipython_is_read_where_it_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ANALYST_HISTORY_PATH")
    for name, file in (("default", "first.sqlite3"), ("work", "second.sqlite3")):
        (home / f"profile_{name}").mkdir(exist_ok=True)
        History(home / file).add(entry(file))
        text = f"c.AnalystSettings.history_path = {str(home / file)!r}\n"
        (home / f"profile_{name}" / "ipython_config.py").write_text(text)
    assert main(["history", "list"]) == 0
    assert "first.sqlite3" in capsys.readouterr().out
    assert main(["history", "list", "--profile", "work"]) == 0
    assert "second.sqlite3" in capsys.readouterr().out
    assert main(["history", "list", "--profile", "wrok"]) == 2
    assert "There is no profile wrok" in capsys.readouterr().err
    assert main(["documents", "--profile=work", "--set", "history=no"]) == 0


def test_a_profile_may_load_the_files_of_another(home: Path) -> None:
    (home / "profile_default" / "ipython_config.py").write_text(
        "load_subconfig('ipython_config.py', profile='base')\nload_subconfig('ipython_config.py', profile='none')\n"
        "load_subconfig('more.py')\nc.AnalystSettings.window = 4\n"
    )
    (home / "profile_default" / "more.py").write_text("c.AnalystSettings.max_repairs = 1\n")
    (home / "profile_base").mkdir()
    text = "c.AnalystSettings.window = 3\nc.AnalystSettings.timeout = 7\n"
    (home / "profile_base" / "ipython_config.py").write_text(text)
    settings = load_settings()
    assert (settings.timeout, settings.window, settings.max_repairs) == (7, 4, 1)


def test_an_analyst_in_a_shell_reads_the_profile_that_the_shell_runs_with(home: Path) -> None:
    (home / "profile_work").mkdir()
    (home / "profile_work" / "ipython_config.py").write_text("c.AnalystSettings.timeout = 7\n")
    (home / "profile_default" / "ipython_config.py").write_text("c.AnalystSettings.timeout = 8\n")
    code = "from analyst_magic import Analyst; print('timeout', Analyst().settings.timeout)"
    for options, expected in ((["--profile=work"], 7.0), ([], 8.0), ([f"--profile-dir={home / 'profile_work'}"], 7.0)):
        command = [sys.executable, "-m", "IPython", "--no-banner", *options, "-c", code]
        shown = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
        assert f"timeout {expected}" in shown


def test_the_folders_that_the_environment_names_are_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (home / name).mkdir()
    (home / "a" / "jupyter_config.py").write_text("c.AnalystSettings.window = 3\nc.AnalystSettings.timeout = 7\n")
    (home / "b" / "jupyter_config.json").write_text('{"AnalystSettings": {"window": 2}}')
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", os.pathsep.join([str(home / "b"), str(home / "a")]))
    assert (load_settings().window, load_settings().timeout) == (2, 7)
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    assert load_settings().window == AnalystSettings(environ={}).window


def test_importing_needs_no_configuration(home: Path) -> None:
    (home / "jupyter_config.py").write_text("1 / 0")
    code = "import analyst_magic; analyst_magic.Analyst, analyst_magic.AnalystSettings(); print('ok')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "ok\n"


def test_numbers_and_sizes_are_written_as_people_write_them() -> None:
    assert [count(n, "pin") for n in (0, 1, 2, 1234)] == ["0 pins", "1 pin", "2 pins", "1,234 pins"]
    assert [count(2, word) for word in ("query", "day", "sandbox", "edited pin")] == [
        "2 queries",
        "2 days",
        "2 sandboxes",
        "2 edited pins",
    ]
    assert [size(n) for n in (1, 1500, 512_000_000, 4_000_000_000)] == ["1 byte", "1.5 kB", "512 MB", "4 GB"]


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("On", True), ("0", False), ("off", False)])
def test_the_environment_says_on_and_off_in_words(text: str, value: bool) -> None:
    assert AnalystSettings(environ={"ANALYST_FROZEN": text}).frozen is value


def test_the_environment_takes_lists_numbers_and_names() -> None:
    environ = {"ANALYST_HIDDEN": "a.b, c.d", "ANALYST_TIMEOUT": "1.5", "ANALYST_SPARES": "3", "ANALYST_PRIVACY": "ROWS"}
    settings = AnalystSettings(environ=environ)
    assert (settings.hidden, settings.timeout, settings.spares, settings.privacy) == (["a.b", "c.d"], 1.5, 3, "rows")
    for name, text in (("SPARES", "many"), ("SPARES", "21"), ("FROZEN", "maybe"), ("TIMEOUT", "")):
        with pytest.raises(UnknownOption, match=name.lower()):
            AnalystSettings(environ={f"ANALYST_{name}": text})


def test_a_setting_that_names_a_folder_takes_a_path(tmp_path: Path) -> None:
    settings = AnalystSettings().with_options({"output_directory": tmp_path})
    assert settings.output_directory == str(tmp_path)
