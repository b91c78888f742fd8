"""Texts in the language of whoever looks at them; what is kept, and what is data, stays as it is."""

from __future__ import annotations

import copy
import json
import os
import pickle
import re
import string
import subprocess
import sys
from pathlib import Path

import messages as catalogues
import nbformat
import pyarrow as pa
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analyst_magic import language, theme
from analyst_magic.commands.listing import Listing
from analyst_magic.display.card import answer_bundle, footer_bundle
from analyst_magic.errors import AnalystError
from analyst_magic.evidence.provenance import record_of
from analyst_magic.language import ENGLISH, LANGUAGES, localize, message, messages, shown_in, tr
from analyst_magic.planner.plan.charts import chart_code
from analyst_magic.report.html import AnalystHTMLExporter
from analyst_magic.results.number import number_of
from analyst_magic.results.table import Table
from analyst_magic.settings import AnalystSettings, take_look
from analyst_magic.turn import Question, Turn, UsedFrame

OTHERS = [code for code in LANGUAGES if code != ENGLISH]


def placeholders(text: str) -> list[str]:
    """The values that a text names: ``{name}`` of Python with its form, ``%1`` of the panel."""
    named = [f"{name}:{form}" for _, name, form, _ in string.Formatter().parse(text) if name] if "{" in text else []
    return sorted(named + re.findall(r"%\d", text))


@pytest.mark.parametrize("code", OTHERS)
def test_a_catalogue_has_every_text_of_the_code_and_no_other(code: str) -> None:
    wanted, (_, entries) = catalogues.texts(), catalogues.read(code)
    assert sorted(wanted) == sorted(entries), "make messages brings the catalogues up to date"
    assert [text for text, entry in entries.items() if not all(entry.translations)] == []
    assert catalogues.updated(code) == catalogues.path_of(code).read_text("utf-8")


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_values_of_their_texts_and_all_forms_of_a_plural(code: str) -> None:
    words = language.catalogue(code)
    for text, entry in catalogues.read(code)[1].items():
        assert len(entry.translations) == (words.forms if entry.plural else 1), text
        for translation in entry.translations:
            assert placeholders(translation) == placeholders(entry.plural or text), text
            assert translation.startswith(" ") == text.startswith(" "), text


def test_the_texts_of_python_and_of_the_panel_are_found() -> None:
    found = catalogues.texts()
    assert found["{number} row of {name}"] == ("{number} rows of {name}", ("analyst_magic/turn/evidence.py",))
    assert found["%1 row"] == ("%1 rows", ("labextension/src/table/grid.ts",))
    assert "labextension/schema/panel.json" in found["Hidden columns"][1]


def test_a_text_is_english_wherever_it_is_kept() -> None:
    text = messages("{number} row of {name}", "{number} rows of {name}", 1234, name="orders")
    with shown_in("de"):
        assert (str(text), localize(text)) == ("1,234 rows of orders", "1.234 Zeilen von orders")
        assert json.dumps([text]) == '["1,234 rows of orders"]'
        assert localize(copy.deepcopy(text)) == localize(pickle.loads(pickle.dumps(text))) == localize(text)
        assert f"{text}!" == "1,234 rows of orders!"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("de", "1 Zeile, 0 Zeilen, 1.234.567 Zeilen"),
        ("fr", "1 ligne, 0 ligne, 1\u202f234\u202f567 lignes"),
        ("es", "1 fila, 0 filas, 1.234.567 filas"),
        ("zh", "1 行, 0 行, 1,234,567 行"),
        ("en", "1 row, 0 rows, 1,234,567 rows"),
    ],
)
def test_each_language_has_its_plurals_and_its_numbers(code: str, shown: str) -> None:
    with shown_in(code):
        texts = [localize(messages("{number} row", "{number} rows", number)) for number in (1, 0, 1_234_567)]
    assert ", ".join(texts) == shown


def test_values_that_are_texts_are_shown_in_the_language_too() -> None:
    rows = messages("{number} row", "{number} rows", 2)
    with shown_in("de"):
        assert tr("{names} and {last}", names=["a", rows], last="b") == "a, 2 Zeilen und b"
        assert tr("{seconds:.1f} s", seconds=1.25) == "1,2 s"


def test_braces_in_a_value_stay_as_they_are() -> None:
    with shown_in("de"):
        assert tr("asked {who}", who="{0.__class__} {x}") == "gefragt: {0.__class__} {x}"
        assert localize("No catalogue has {this}.") == "No catalogue has {this}."


def test_an_error_is_shown_in_the_language_and_kept_in_english() -> None:
    error = AnalystError(message("There is nothing."), message("Ask again when it is back."))
    with shown_in("de"):
        assert error._render_traceback_() == [
            "AnalystError: There is nothing. Fragen Sie erneut, wenn er wieder da ist."
        ]
        assert str(error) == "There is nothing. Ask again when it is back."


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"LANGUAGE": "de_AT:fr", "LANG": "es_ES.UTF-8"}, "de"),
        ({"LC_ALL": "fr_FR.UTF-8", "LANG": "es_ES.UTF-8"}, "fr"),
        ({"LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "nl_NL.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_auto_is_the_language_of_the_environment(variables: dict[str, str], code: str) -> None:
    assert language.of_environment(variables) == code


def test_the_settings_say_the_language_and_the_look_also_when_they_change() -> None:
    settings = AnalystSettings(environ={"ANALYST_LANGUAGE": "fr"})
    try:
        take_look(settings)
        assert (language.language(), theme.load_theme(Path("/")).name) == ("fr", "classic")
        settings.set_option("language", "de")
        settings.set_option("theme", "quiet")
        assert (language.language(), theme.load_theme(Path("/")).name) == ("de", "quiet")
    finally:
        language.use("auto")
        theme.use("classic")
    assert callable(chart_code)


def test_english_reads_no_catalogue() -> None:
    code = (
        "from analyst_magic import language as l; l.use('en'); l.tr('Code'); l.trn('{number} row', '{number} rows', 2);"
        "print(l.catalogue.cache_info().misses)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def answered() -> Turn:
    """A turn with an answer and its evidence."""
    return Turn(
        Question("How many?"), answer="There are **1,234.5** of them.", model="offline", sandbox="docker",
        code="SELECT 1", language="sql", used=(UsedFrame("orders", 1234, ("region",)),),
        seconds={"total": 1.25},
    )  # fmt: skip


def test_a_card_is_in_the_language_its_answer_and_its_record_in_english() -> None:
    turn = answered()
    english = json.dumps(record_of(turn).metadata())
    with shown_in("de"):
        card, record = footer_bundle(turn), record_of(turn).metadata()
        answer = answer_bundle(turn)["text/html"]
    assert "1.234 Zeilen von orders · verwendet: region · 1,2 s" in card["text/html"]
    assert "Code: Offline-Planer" in card["text/plain"]
    assert re.match('<div [^>]* lang="de">', answer)
    assert " lang=" not in answer_bundle(turn)["text/html"]
    assert "<strong>1,234.5</strong>" in answer  # in words of English
    assert json.dumps(record) == english
    assert "1,234 rows of orders" in english


def test_tables_and_numbers_are_shown_in_the_form_of_the_language_their_data_are_not() -> None:
    data = {"day": pa.array([1, 2], pa.date32()), "revenue": [1234567.5, 20.25], "id": ["1,5", "2.000"]}
    table = Table(pa.table(data))
    with shown_in("de"):
        page, text, data_of = table.to_html(), table.to_text(), table.to_json()
        number = number_of(Table(pa.table({"revenue": [1234567.5]})))
        assert number is not None
        card, sent = number.to_html(), number.to_message()
    assert "1.234.567,50" in page
    assert "02.01.1970" in page
    assert "2 Zeilen · 3 Spalten" in page
    assert ">1,5<" in page  # a text is no number
    assert data_of == table.to_json()
    assert text == table.to_text()
    assert ">1.234.567,50<" in card
    assert sent["text"] == "1,234,567.50"  # the panel has a language of its own


def test_a_list_of_a_command_has_its_heads_in_the_language() -> None:
    with shown_in("zh"):
        listed = Listing.of([("sales", "3")], ("frame", "size"))
    assert listed.splitlines()[0].split() == ["数据框", "大小"]
    assert "<th" in listed.page
    assert "数据框" in listed.page


def test_what_is_written_from_right_to_left_is_laid_out_so() -> None:
    data = {"المنطقة": ["الشمال", "north"], "מחיר": [1.5, 2.5]}
    page = Table(pa.table(data)).to_html()
    assert re.search(r'<th [^>]*dir="auto"[^>]*>المنطقة<', page)
    assert re.search(r'<td [^>]*dir="auto"[^>]*>الشمال<', page)
    turn = Turn(Question("כמה?"), answer="المجموع هو **70**.", model="acme:small")
    assert re.search(r'class="analyst-answer" dir="auto"', answer_bundle(turn)["text/html"])


def report(language_code: str) -> str:
    """A notebook with a question in Arabic as a report in a language."""
    question = new_code_cell("%%analyst\nكم عدد الطلبات؟")
    turn = answered()
    question.outputs = [
        new_output("display_data", data=answer_bundle(turn), metadata=record_of(turn).metadata()),
        new_output("display_data", data={"text/html": Table(pa.table({"المنطقة": ["الشمال"]})).to_html()}),
    ]
    notebook = new_notebook(cells=[new_markdown_cell("# تقرير\n\nמילים אחדות"), question])
    with shown_in(language_code):
        page, _ = AnalystHTMLExporter().from_notebook_node(notebook)
    return str(page)


def test_a_report_has_its_labels_in_the_language_and_its_text_as_it_is() -> None:
    german, english = report("de"), report("en")
    assert "Wie dies entstand" in german
    assert "Code: Offline-Planer" in german
    assert "How this was made" in english
    for page in (german, english):
        assert "<strong>1,234.5</strong>" in page
        assert "unicode-bidi: plaintext" in page


def test_chinese_texts_have_the_signs_of_chinese() -> None:
    texts = [text for entry in catalogues.read("zh")[1].values() for text in entry.translations]
    half = re.compile(r"[\u4e00-\u9fff”][,:;?!(]|[,:;?!)][\u4e00-\u9fff“]")
    assert [text for text in texts if half.search(text.replace("提供商:模型", ""))] == []  # of which the last is typed
    with shown_in("zh"):
        assert tr("Frames in scope: {names}.", names=["a", "b"]) == "可用的数据框：a、b。"


def test_a_report_of_the_command_line_is_in_the_language_of_the_setting(tmp_path: Path) -> None:
    nbformat.write(new_notebook(cells=[new_markdown_cell("# 报告"), new_code_cell("1")]), tmp_path / "nb.ipynb")
    environ = {**os.environ, "ANALYST_LANGUAGE": "zh"}
    command = [sys.executable, "-m", "analyst_magic.cli", "export", "nb.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=environ, check=True, timeout=120)
    page = (tmp_path / "nb.html").read_text("utf-8")
    assert '<html lang="zh">' in page
    assert "代码" in page
