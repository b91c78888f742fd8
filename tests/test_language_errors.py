"""Errors and notes that people meet, in their language: real mistakes of each area, and what a cell shows of them."""

from __future__ import annotations

import ast
import json
import os
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unicodedata import east_asian_width

import messages as catalogues
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from analyst_magic import Analyst, errors, language
from analyst_magic.checks.run import examine
from analyst_magic.commands.table import find_command, wrong_arguments
from analyst_magic.context.choose import pick
from analyst_magic.documents.templates import find as find_template
from analyst_magic.errors import AnalystError
from analyst_magic.evidence.row_notes import row_notes
from analyst_magic.extras import require
from analyst_magic.history.lock import LockFile
from analyst_magic.history.snippets import Snippets
from analyst_magic.history.store import History
from analyst_magic.language import ENGLISH, LANGUAGES, localize, message, shown_in, tr
from analyst_magic.models.connect import find_key
from analyst_magic.models.providers import parse_model
from analyst_magic.notebook.extension import AnalystExtension
from analyst_magic.notebook.options import parse
from analyst_magic.notebook.usage import documentation
from analyst_magic.packages import parse_packages
from analyst_magic.panel.messages import failure
from analyst_magic.report.export import read_notebook
from analyst_magic.report.parameters import read_parameters
from analyst_magic.sandbox.kinds import load_kind
from analyst_magic.semantics.write import define, forget
from analyst_magic.settings import AnalystSettings
from analyst_magic.sources.connections.registry import opened
from analyst_magic.sources.file_options import FileOptions
from analyst_magic.sources.files import DataFile, open_data
from analyst_magic.sources.sheets import read_sheet
from analyst_magic.theme import read_theme
from analyst_magic.turn import Code, ColumnCard, FrameCard, Turn
from analyst_magic.turn.definitions import Definitions
from analyst_magic.turn.row_steps import RowStep
from analyst_magic.wording import wrap

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


def csv(text: str, *, options: str = "") -> Callable[[Path], list[str]]:
    """The remarks on a CSV file of a text."""

    def read(folder: Path) -> list[str]:
        file = open_data(f"{damaged(folder, 'sales.csv', text)}{options}")
        assert isinstance(file, DataFile)
        return list(file.remarks("SELECT * FROM sales"))

    return read


def workbook(folder: Path) -> list[str]:
    """The remarks on a workbook with a heading above its table, and two sheets."""
    with pd.ExcelWriter(folder / "book.xlsx") as writer:
        pd.DataFrame({"a": [1, 2]}).to_excel(writer, sheet_name="first", index=False)
        pd.DataFrame({"b": [1]}).to_excel(writer, sheet_name="second", index=False)
    return list(read_sheet(folder / "book.xlsx", FileOptions(), 0).remarks)


REMARKS: dict[str, Callable[[Path], list[str]]] = {
    "dates that are read day first": csv("day;n\n01/02/2024;1\n03/04/2024;2\n"),
    "dates of two orders": csv("day,n\n13/02/2024,1\n03/14/2024,2\n"),
    "lines that are too short": csv("a,b,c\n1,2,3\n4,5\n6,7,8\n9,1,2\n"),
    "lines that are left out": csv("a,b\n1,2\n3,4,5\n6,7\n8,9\n", options=" bad_lines=skip"),
    "comments above the table": csv("# made in May\n# by us\na,b,c\n1,2,3\n4,5,6\n7,8,9\n"),
    "a word for what is missing": csv("n\n1\nNA\n3\n"),
    "a decimal comma": csv("id;price\na;1,234\nb;2,345\n"),
    "codes": csv("code\n1E5\n2E7\n"),
    "a first line that is data": csv("1,2\n3,4\n5,6\n"),
    "a workbook of two sheets": workbook,
}


@pytest.mark.parametrize("kind", REMARKS)
def test_how_a_file_was_read_is_said_in_each_language(kind: str, tmp_path: Path) -> None:
    remarks = REMARKS[kind](tmp_path)
    assert remarks
    for code in OTHERS:
        with shown_in(code):
            assert all(localize(remark) != str(remark) for remark in remarks), (code, remarks)


def test_a_date_that_is_guessed_has_the_month_of_the_language(tmp_path: Path) -> None:
    (remark,) = REMARKS["dates that are read day first"](tmp_path)
    assert "(01/02/2024 as 1 February 2024)" in remark
    shown = {"de": "1. Februar 2024", "fr": "1 février 2024", "es": "1 de febrero de 2024", "zh": "2024年二月1日"}
    for code, date in shown.items():
        with shown_in(code):
            assert date in localize(remark)


CARDS = (
    FrameCard(
        "orders",
        "pandas",
        3,
        (ColumnCard("region", "region", "region", "string"), ColumnCard("amount", "amount", "amount", "double")),
    ),
)
CODES = {
    "a column that does not exist": Code("orders['regoin_of_sale'].sum()"),
    "a column that was nearly right": Code("orders['Region'].unique()"),
    "a name that does not exist": Code("ordres_of_may.sum()"),
    "a module that is not there": Code("import boto3x\nboto3x.client()"),
    "the network": Code("import requests\nrequests.get('https://example.org')"),
    "a file that is not there": Code("pd.read_csv('nothing.csv')"),
    "made-up data": Code("import pandas as pd\npd.Series([52, 41, 39])"),
    "an empty answer": Code(" "),
    "SQL that writes": Code("DROP TABLE orders", "sql"),
    "SQL of a table that is not there": Code("SELECT * FROM customers", "sql"),
    "two statements": Code("SELECT 1; SELECT 2", "sql"),
    "what pandas has no more": Code("import pandas as pd\npd.Panel(orders)"),
}


@pytest.mark.parametrize("kind", CODES)
def test_what_a_check_finds_in_code_is_said_in_each_language(kind: str) -> None:
    _, findings = examine(CODES[kind], ["orders"], CARDS)
    assert findings
    for code in OTHERS:
        with shown_in(code):
            assert all(localize(finding.message) != str(finding.message) for finding in findings), (code, findings)


QUESTIONS = (
    "pie chart and bar chart of amount by region",
    "amount per region and per month as a map",
    "rows sorted by",
    "growth of amount",
    "amount or region",
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_the_planner_does_not_answer_is_said_in_each_language(question: str) -> None:
    error = asked(question).error
    assert isinstance(error, AnalystError), question
    for code in OTHERS:
        with shown_in(code):
            assert localize(error.message) != str(error.message), (code, error)


@pytest.mark.parametrize("code", OTHERS)
def test_help_of_the_magics_is_in_the_language_and_its_commands_and_questions_are_not(code: str) -> None:
    english = documentation()
    with shown_in(code):
        shown = documentation()
    lines, english_lines = ([line for line in text.splitlines() if line.startswith("%analyst ")]
                            for text in (shown, english))  # fmt: skip
    assert [line.split()[:2] for line in lines] == [line.split()[:2] for line in english_lines]
    assert "mean delay by carrier, highest first, as a bar chart" in shown
    texts = [line[44:] for line in english_lines if len(line[44:]) > 20]
    assert len(texts) > 50
    assert [text for text in texts if text in shown] == []


def test_the_help_that_ipython_shows_is_in_the_language_of_now(capsys: pytest.CaptureFixture[str]) -> None:
    shell = InteractiveShell()
    shell.register_magics(extension := AnalystExtension(shell))
    assert "Ask a question about data frames" in (extension.analyst.__doc__ or "")
    with shown_in("de"):
        found = shell.object_inspect_mime("%%analyst")["text/plain"]
    assert "Stellen Sie eine Frage zu Data Frames und Dateien." in found


HELP = {
    "de": ("Aufruf: analyst", "Optionen:", "ein Notebook als Bericht schreiben"),
    "fr": ("usage : analyst", "options", "écrire un notebook comme rapport"),
    "es": ("uso: analyst", "opciones:", "escribir un cuaderno como informe"),
    "zh": ("用法：analyst", "选项", "把笔记本写成报告"),
}


@pytest.mark.parametrize("code", OTHERS)
def test_help_and_errors_of_the_command_are_in_the_language_and_json_is_not(code: str) -> None:
    def analyst(*words: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "ANALYST_LANGUAGE": code, "COLUMNS": "100"}
        command = [sys.executable, "-m", "analyst_magic.cli", *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)

    for text in HELP[code]:
        assert text in analyst("--help").stdout
    assert HELP[code][2].casefold() in analyst("export", "--help").stdout.casefold()
    assert "show this help" not in analyst("export", "--help").stdout
    wrong = analyst("modles")
    assert wrong.returncode == 2
    with shown_in(code):
        assert tr("There is no command {prefix}{words}.", prefix="analyst ", words="modles")[:8] in wrong.stderr
    failed = json.loads(analyst("ask", "how many rows", "--data", "nothing.csv", "--json").stdout)
    assert failed["error"]["message"].isascii()


def test_lines_of_help_are_no_wider_than_asked_in_any_language() -> None:
    for text in catalogues.texts():
        for code in OTHERS:
            with shown_in(code):
                lines = wrap(localize(text), 60) if "\n" not in text else []
            assert all(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) <= 60 or " " not in line.strip()
                       for line in lines), lines  # fmt: skip


ENGLISH_ON_PURPOSE = (
    "cluster", "mcp", "server", "telemetry", "testing", "tool_servers", "task_broker.py", "task_worker.py", "remote.py",
    "engine/on_cluster.py", "engine/agents.py", "semantics", "errors.py", "models/parse",
)  # fmt: skip
"""Where texts are read by programs, by administrators or by authors of definitions."""


def untranslated(path: Path) -> list[str]:
    """The errors, findings and remarks of a module that are given an English text as it stands."""
    kinds = {name for name in dir(errors) if isinstance(getattr(errors, name), type)} | {"Finding", "Remark"}
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).rpartition(".")[2] not in kinds:
            continue
        given = node.args[1:2] if ast.unparse(node.func) == "Finding" else node.args[:2]
        found += [ast.unparse(text) for text in given if isinstance(text, ast.Constant | ast.JoinedStr)
                  and re.search(r"[A-Za-z]{2,} [A-Za-z]{2,} ", ast.unparse(text))]  # fmt: skip
    return found


def test_no_error_finding_or_remark_that_a_user_sees_is_left_out_of_the_catalogues() -> None:
    package = Path(errors.__file__).parent
    left = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith(ENGLISH_ON_PURPOSE) and (texts := untranslated(path)):
            left[name] = texts
    assert left == {}
