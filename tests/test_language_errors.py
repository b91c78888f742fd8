"""Errors and notes that people meet, in their language: real mistakes of each area, and what a cell shows of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from analyst_magic import Analyst, language
from analyst_magic.commands.table import find_command, wrong_arguments
from analyst_magic.context.choose import pick
from analyst_magic.documents.templates import find as find_template
from analyst_magic.errors import AnalystError
from analyst_magic.evidence.row_notes import row_notes
from analyst_magic.extras import require
from analyst_magic.history.lock import LockFile
from analyst_magic.history.snippets import Snippets
from analyst_magic.history.store import History
from analyst_magic.language import ENGLISH, LANGUAGES, localize, message, shown_in
from analyst_magic.models.connect import find_key
from analyst_magic.models.providers import parse_model
from analyst_magic.notebook.extension import AnalystExtension
from analyst_magic.notebook.options import parse
from analyst_magic.packages import parse_packages
from analyst_magic.panel.messages import failure
from analyst_magic.report.export import read_notebook
from analyst_magic.report.parameters import read_parameters
from analyst_magic.sandbox.kinds import load_kind
from analyst_magic.semantics.write import define, forget
from analyst_magic.settings import AnalystSettings
from analyst_magic.sources.connections.registry import opened
from analyst_magic.sources.files import open_data
from analyst_magic.theme import read_theme
from analyst_magic.turn import Turn
from analyst_magic.turn.definitions import Definitions
from analyst_magic.turn.row_steps import RowStep

OTHERS = [code for code in LANGUAGES if code != ENGLISH]
ORDERS = pd.DataFrame({"region": ["north", "south", "north"], "amount": [10.0, 20.0, 40.0]})


def damaged(folder: Path, name: str, text: str) -> Path:
    """A file that its reader cannot use."""
    (folder / name).write_text(text, "utf-8")
    return folder / name


def asked(question: str) -> Turn:
    """A question to the offline planner about a frame of orders."""
    with Analyst(settings=AnalystSettings(environ={}), model="offline", history=False, lock=False) as analyst:
        return analyst.ask(question, {"orders": ORDERS})


MISTAKES: dict[str, Callable[[Path], object]] = {
    "a data file that is not there": lambda folder: open_data("nothing.csv", folder),
    "a data file of an unknown kind": lambda folder: open_data(damaged(folder, "a.xyz", "1")),
    "an empty data file": lambda folder: open_data(damaged(folder, "a.csv", "")).schema,  # type: ignore[attr-defined]
    "a name that is no frame": lambda folder: pick({"orders": 3}, ["orders"]),
    "an option that does not exist": lambda folder: parse("--modle x"),
    "a budget of nothing": lambda folder: parse("--investigate --budget steps=0"),
    "no key": lambda folder: find_key(parse_model("openai:gpt-test")[0], None, {}),
    "a provider that does not exist": lambda folder: parse_model("opanai:gpt"),
    "a model without a name": lambda folder: parse_model("openai:"),
    "a privacy level that does not exist": lambda folder: AnalystSettings(environ={}).set_option("privacy", "none"),
    "a setting that does not exist": lambda folder: AnalystSettings(environ={}).set_option("privasy", "rows"),
    "a package that is no name": lambda folder: parse_packages(["../x"]),
    "an extra that is not installed": lambda folder: require("nobody_has_it", "documents", message("Reports need")),
    "a connection of an unknown kind": lambda folder: opened("sales", "nodb://host/sales"),
    "a lock file that is none": lambda folder: LockFile(damaged(folder, "analyst.lock", "{")).pins(),
    "a turn that is not in the history": lambda folder: History(folder / "history.sqlite").get(7),
    "a snippet that is not there": lambda folder: Snippets(folder).get("nothing"),
    "a definition without a formula": lambda folder: define(folder / "d.yaml", "revenue", (), Definitions()),
    "a definition that is not there": lambda folder: forget(folder / "d.yaml", "revenue"),
    "a template that is not there": lambda folder: find_template("nothing", folder),
    "a theme that cannot be read": lambda folder: read_theme(damaged(folder, "analyst_theme.toml", "style = ")),
    "a notebook that is not there": lambda folder: read_notebook(folder / "nothing.ipynb"),
    "a parameter without a value": lambda folder: read_parameters(["year"]),
    "a sandbox that does not exist": lambda folder: load_kind("nowhere"),
    "a command that does not exist": lambda folder: find_command("modles", "notebook"),
    "a command without what it needs": lambda folder: thrown(wrong_arguments("history", "replay")),
}


def thrown(error: AnalystError) -> None:
    """Raise an error that a function gives."""
    raise error


def error_of(mistake: str, folder: Path) -> AnalystError:
    """The error that a mistake ends in."""
    with pytest.raises(AnalystError) as raised:
        MISTAKES[mistake](folder)
    return raised.value


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_wrong_and_what_to_do_are_said_in_each_language(mistake: str, tmp_path: Path) -> None:
    error = error_of(mistake, tmp_path)
    english = (str(error.message), str(error.next_step))
    for code in OTHERS:
        with shown_in(code):
            assert localize(error.message) != english[0], code
            assert not english[1] or localize(error.next_step) != english[1], code
            assert str(error) == " ".join(filter(None, english))  # what is kept
    with shown_in("de"):
        assert localize(pickle.loads(pickle.dumps(error.message))) == localize(error.message)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("total frobnication by region", "Nicht verstanden:"),
        ("Wie hoch ist der Umsatz je Region?", "der Offline-Planer liest nur Englisch"),
    ],
)
def test_a_question_that_is_not_answered_is_refused_in_the_language(question: str, shown: str) -> None:
    error = asked(question).error
    assert isinstance(error, AnalystError)
    with shown_in("de"):
        assert shown in error.localized
        assert shown in failure(error)["message"]
    assert shown not in str(error)


def test_a_german_cell_says_it_in_german(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANALYST_SPARES", "0")
    monkeypatch.setenv("ANALYST_LANGUAGE", "de")
    shell = InteractiveShell()
    shell.register_magics(extension := AnalystExtension(shell))
    try:
        shell.run_cell("%%analyst --modle offline\nHow many rows?")
        shell.run_cell("%analyst modles")
        shell.run_cell("%config AnalystSettings.language = 'en'")
        shell.run_cell("%analyst modles")
    finally:
        extension.loaded().session.analyst.close()
        language.use("auto")
    said = capsys.readouterr()
    printed = said.out + said.err
    assert "%%analyst hat keine Option --modle. Meinten Sie --model?" in printed
    assert "Es gibt keinen Befehl %analyst modles." in printed
    assert "There is no command %analyst modles." in printed


@pytest.mark.parametrize("code", OTHERS)
def test_what_became_of_rows_is_said_in_the_language(code: str) -> None:
    steps = (
        RowStep("nulls", "orders", 2000, 800, "amount"),
        RowStep("filter", "orders", 2000, 0, "region = 'west'"),
        RowStep("join", "orders", 2000, 2000, "id", "planes", 1500),
    )
    notes = row_notes(steps, "total amount")
    assert str(notes[0]) == "1,200 of 2,000 rows of orders have no amount and are left out: more than half."
    with shown_in(code):
        shown = [localize(note) for note in notes]
    assert len(notes) == 3
    assert all(translated != str(note) for translated, note in zip(shown, notes, strict=True))


def test_row_notes_have_numbers_as_the_language_writes_them() -> None:
    (note,) = row_notes((RowStep("nulls", "orders", 2000, 800, "amount"),), "total amount")
    with shown_in("de"):
        assert localize(note).startswith("1.200 von 2.000 Zeilen von orders haben kein amount")
