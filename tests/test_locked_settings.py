"""What an administrator has locked: no notebook, option, keyword, panel, variable or file of a user loosens it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from fakes import ScriptedModel
from IPython.core.interactiveshell import InteractiveShell
from jupyter_core import paths

from analyst_magic import Analyst, administrator, settings
from analyst_magic.cli import main
from analyst_magic.errors import AnalystError, SettingLocked, UnknownOption
from analyst_magic.notebook.extension import AnalystExtension
from analyst_magic.panel.scope import Scope
from analyst_magic.panel.served import Served
from analyst_magic.settings import AnalystSettings, load_settings
from analyst_magic.settings_schema import OWN, TITLES, properties
from analyst_magic.testing import FakeSandbox

LOCKED = """
c.AnalystSettings.privacy = "stats"
c.AnalystSettings.hidden = ["people.salary"]
c.AnalystSettings.models = ["ollama:*"]
c.AnalystSettings.sandbox = "docker"
c.AnalystSettings.timeout = 60
c.AnalystSettings.locked = ["privacy", "hidden", "models", "sandbox", "timeout"]
"""


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The administrator's folder; the user has another, which is empty."""
    folder = tmp_path / "etc"
    folder.mkdir()
    monkeypatch.setattr(paths, "ENV_CONFIG_PATH", [])
    monkeypatch.setattr(paths, "SYSTEM_CONFIG_PATH", [str(folder)])
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "user"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    (tmp_path / "ipython" / "profile_default").mkdir(parents=True)
    (tmp_path / "user").mkdir()
    _read_anew()
    yield folder
    monkeypatch.undo()
    _read_anew()


def _read_anew() -> None:
    administrator.administrator.cache_clear()
    settings._locks.cache_clear()


@pytest.fixture
def locked(etc: Path) -> AnalystSettings:
    (etc / "jupyter_server_config.py").write_text(LOCKED)
    return load_settings()


LOOSER = [
    ("privacy", "rows", "at most stats"),
    ("hidden", [], "people.salary"),
    ("hidden", ["people.age"], "people.salary"),
    ("models", [], "among ollama"),
    ("models", ["ollama:*", "openai:*"], "among ollama"),
    ("model", "openai:gpt-5.5", "not among"),
    ("base_url", "https://elsewhere.example/v1", "base_url"),
    ("sandbox", "local", "at docker"),
    ("timeout", 61, "at most 60"),
    ("locked", [], "administrator's configuration"),
]


@pytest.mark.parametrize(("name", "value", "words"), LOOSER)
def test_no_way_loosens_a_locked_setting(
    locked: AnalystSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: Any, words: str
) -> None:
    text = ",".join(value) if isinstance(value, list) else str(value)
    ways = {
        "an attribute": lambda: setattr(locked, name, value),
        "an option of a cell": lambda: locked.with_options({name: value}),
        "a keyword": lambda: Analyst(**({"settings": locked} if name in {"lock", "history"} else {}), **{name: value}),
        "settings of one's own": lambda: Analyst(settings=AnalystSettings(environ={}, **{name: value})),
        "the environment": lambda: load_settings(environ={f"ANALYST_{name.upper()}": text}),
        "a file of the user": lambda: _with_file(tmp_path / "user" / "jupyter_config.py", name, value),
    }
    for way, loosen in ways.items():
        with pytest.raises(SettingLocked, match=words) as refused:
            loosen()
        message = str(refused.value)
        assert name in message or name == "model", way
        assert "administrator" in message, way
    assert getattr(locked, name) != value


def _with_file(path: Path, name: str, value: Any) -> None:
    path.write_text(f"c.AnalystSettings.{name} = {value!r}")
    try:
        load_settings()
    finally:
        path.unlink()


DEPLOY = Path(__file__).parents[1] / "deploy" / "helm"


def _hubs_config() -> str:
    values = yaml.safe_load((DEPLOY / "zero-to-jupyterhub.yaml").read_text())
    file = values["singleuser"]["extraFiles"]["analyst-magic"]
    assert file["mountPath"] == "/etc/jupyter/jupyter_config.py"
    return str(file["stringData"])


def _charts_config() -> str:
    return str(yaml.safe_load((DEPLOY / "analyst-magic" / "values.yaml").read_text())["server"]["config"])


def _pages_config() -> str:
    page = Path(__file__).parents[1] / "docs" / "how-to" / "run-in-a-cluster.md"
    return page.read_text("utf-8").split("```py\n")[1].split("```")[0]


@pytest.mark.parametrize(
    ("config", "looser"),
    [
        (
            _hubs_config,
            {
                "privacy": "masked", "sandbox": "local", "hidden": [], "models": ["openai:*"], "image": "mine",
                "base_url": "https://elsewhere.example/v1", "turn_tokens": 200_000, "max_repairs": 9, "max_steps": 5,
                "memory": "8GB", "runtime": "runc",
            },
        ),
        (_pages_config, {"privacy": "rows", "runtime": "runc", "image": "mine", "turn_tokens": 300_000}),
        (_charts_config, {"privacy": "rows", "sandbox": "local"}),
    ],
)  # fmt: skip
def test_what_the_deployments_lock_no_notebook_loosens(
    etc: Path, config: Callable[[], str], looser: dict[str, Any]
) -> None:
    (etc / "jupyter_config.py").write_text(config())
    settings = load_settings(environ={})
    assert (settings.privacy, settings.sandbox) == ("stats", "kubernetes")
    for name, value in looser.items():
        with pytest.raises(SettingLocked, match=name):
            settings.set_option(name, value)
        with pytest.raises(SettingLocked):
            Analyst(**{name: value})


def test_what_is_stricter_may_be_set(locked: AnalystSettings) -> None:
    for name, value in {"privacy": "schema", "hidden": ["people.salary", "people.age"], "timeout": 30,
                        "model": "ollama:llama3.2", "models": ["ollama:llama3.2"]}.items():  # fmt: skip
        locked.set_option(name, value)
    assert (locked.privacy, locked.timeout, locked.sandbox) == ("schema", 30.0, "docker")
    locked.set_option("model", "offline")
    assert [locked.origin(name) for name in ("privacy", "sandbox", "max_rows")] == [
        "notebook",
        "administrator",
        "default",
    ]


def test_config_of_a_notebook_is_undone_with_one_sentence(
    locked: AnalystSettings,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ANALYST_SPARES", "0")
    shell = InteractiveShell()
    shell.register_magics(extension := AnalystExtension(shell))
    shell.run_cell("%config AnalystSettings.privacy = 'rows'")
    assert "The administrator has fixed the setting privacy at most stats." in caplog.text
    assert "Traceback" not in caplog.text
    assert extension.settings.privacy == "stats"
    shell.run_cell("%%analyst --privacy rows\nHow many rows?")
    printed = capsys.readouterr()
    assert "has fixed the setting privacy" in printed.out + printed.err
    extension.loaded().session.analyst.close()


def test_a_list_that_is_changed_in_place_is_refused_at_the_question(locked: AnalystSettings) -> None:
    with Analyst(settings=locked, model="offline") as analyst:
        analyst.settings.hidden.clear()
        with pytest.raises(SettingLocked, match=r"with people\.salary hidden"):
            analyst.ask("How many rows?", {"people": pd.DataFrame({"salary": [1]})})


def test_the_panel_shows_no_hidden_column_again(locked: AnalystSettings) -> None:
    scope = Scope({"people": pd.DataFrame({"salary": [1], "age": [2]})}, locked)
    scope.hide("people", "age", True)
    with pytest.raises(SettingLocked, match=r"people\.salary"):
        scope.hide("people", "salary", False)
    scope.hide("people", "age", False)
    assert locked.hidden == ["people.salary"]


def test_a_sandbox_of_ones_own_does_not_take_the_place_of_a_locked_one(locked: AnalystSettings) -> None:
    with pytest.raises(SettingLocked, match="setting sandbox"):
        Analyst(sandbox=FakeSandbox(), model="offline")


def test_no_variable_sends_a_locked_model_to_another_address(
    locked: AnalystSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedModel(["SQL: SELECT 1"] * 3) as elsewhere:
        monkeypatch.setenv("OLLAMA_BASE_URL", elsewhere.base_url)
        with Analyst(model="ollama:llama3.2", max_repairs=0, timeout=1.0, model_timeout=1.0) as analyst:
            assert Served(analyst).stays_here("ollama:llama3.2")
            turn = None
            with pytest.raises(AnalystError):
                turn = analyst.list_models()
            assert turn is None
        assert not elsewhere.requests


def test_without_a_choice_the_model_is_one_that_may_be_asked(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k-test")
    monkeypatch.delenv("ANALYST_MODEL", raising=False)
    assert Analyst().model_name().startswith("openai:")
    for models, expected in ((["ollama:*"], "offline"), (["ollama:*", "ollama:qwen3"], "ollama:qwen3")):
        with Analyst(models=models) as analyst:
            assert analyst.model_name() == expected
    with pytest.raises(UnknownOption, match="not among those that may be asked: ollama"):
        Analyst(models=["ollama:*"], model="openai:gpt-5.5")


def test_a_server_hands_its_settings_and_locks_down_to_its_kernels(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(administrator.HANDED_DOWN, "{}")  # undone at the end
    administrator.hand_down({"privacy": "schema", "max_rows": 500, "locked": ["privacy"]})
    _read_anew()
    found = load_settings(environ={})
    assert (found.privacy, found.max_rows) == ("schema", 500)
    assert (found.origin("privacy"), found.origin("max_rows")) == ("administrator", "server")
    found.set_option("max_rows", 600)
    with pytest.raises(SettingLocked, match="at most schema"):
        found.set_option("privacy", "stats")
    (etc / "jupyter_config.json").write_text(
        json.dumps({"AnalystSettings": {"privacy": "stats", "locked": ["privacy"]}})
    )
    _read_anew()
    assert load_settings(environ={}).fixed("privacy") == "stats"  # a file weighs more than a variable


def test_the_command_line_says_it_in_one_sentence(locked: AnalystSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How many rows?", "--privacy", "rows"]) != 0
    assert "The administrator has fixed the setting privacy at most stats." in capsys.readouterr().err


@pytest.mark.parametrize(("text", "words"), [("c.AnalystSettings.locked = ['privcy']", "no setting privcy"),
                                             ("c.AnalystSettings.privacy = 'much'\n"
                                              "c.AnalystSettings.locked = ['privacy']", "privacy")])  # fmt: skip
def test_a_mistake_of_the_administrator_is_named(etc: Path, text: str, words: str) -> None:
    (etc / "jupyter_config.py").write_text(text)
    with pytest.raises(UnknownOption, match=words):
        load_settings()


def test_the_settings_editor_of_jupyterlab_is_read_and_its_defaults_say_nothing(etc: Path, tmp_path: Path) -> None:
    (etc / "jupyter_config.py").write_text("c.AnalystSettings.max_rows = 700\nc.AnalystSettings.timeout = 50")
    path = tmp_path / "user" / "lab" / "user-settings" / "analyst-magic-lab" / "panel.jupyterlab-settings"
    path.parent.mkdir(parents=True)
    path.write_text(
        '{\n  // Analyst\n  "enterAsks": false, "privacy": "schema", "max_rows": 1000000, "memory": "2GB",\n}'
    )
    found = load_settings(environ={})
    assert (found.privacy, found.max_rows, found.memory) == ("schema", 700, 2 * 1000**3)
    assert [found.origin(name) for name in ("privacy", "max_rows", "timeout")] == [
        "user",
        "administrator",
        "administrator",
    ]
    assert load_settings(environ={"ANALYST_PRIVACY": "stats"}).privacy == "stats"
    found.set_option("timeout", 10)
    path.write_text('{"privacy": "rows", "timeout": 99}')
    found.refresh(load_settings(environ={}))
    assert (found.privacy, found.timeout) == ("rows", 10.0)  # what the notebook changed stays
    path.write_text('{"privacy": "everything"}')
    with pytest.raises(UnknownOption, match="privacy"):
        load_settings(environ={})
    path.write_text("{")
    with pytest.raises(UnknownOption, match=r"panel\.jupyterlab-settings"):
        load_settings(environ={})


def test_the_schema_of_the_settings_editor_is_the_one_of_the_settings() -> None:
    """After a change: ``python -m analyst_magic.settings_schema labextension/schema/panel.json``."""
    file = Path(__file__).parents[1] / "labextension" / "schema" / "panel.json"
    stored = json.loads(file.read_text("utf-8"))["properties"]
    assert {name: schema for name, schema in stored.items() if name not in OWN} == properties()
    assert set(stored) == {*OWN, *TITLES}
    assert all("default" in schema for schema in stored.values())  # else an administrator's override fails
