"""Figures in a browser: Plotly writes months, weekdays and numbers in the language of their reader."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pandas as pd
import plotly
import plotly.express as px
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser

from analyst_magic.language import shown_in
from analyst_magic.report.html import AnalystHTMLExporter
from analyst_magic.results.figure import MIME, Figure

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
MONTHS = pd.DataFrame(
    {"month": pd.date_range("2024-01-01", periods=6, freq="MS"), "sales": [1200.5, 900, 4100, 20, 7, 3000]}
)
DAYS = pd.DataFrame({"day": pd.date_range("2024-03-04", periods=4, freq="D"), "sales": [1000, 2000, 3000, 1500]})


def figure_of_months(form: str = "") -> Figure:
    drawn = px.bar(MONTHS, x="month", y="sales", title="Sales in May")
    return Figure(json.loads(drawn.update_xaxes(tickformat=form, dtick="M1").to_json()))


def drawn(browser: Browser, figure: Figure) -> list[str]:
    """The texts of a figure as a front end draws its bundle with Plotly alone."""
    page = browser.new_page(viewport={"width": 800, "height": 420})
    try:
        page.set_content('<meta charset="utf-8"><div id="figure" style="width:800px;height:420px"></div>')
        page.add_script_tag(path=PLOTLY)
        page.evaluate("f => Plotly.newPlot('figure', f.data, f.layout, f.config)", figure.to_bundle()[MIME])
        page.wait_for_selector(".xtick text")
        return page.eval_on_selector_all("#figure text", "texts => texts.map(text => text.textContent)")
    finally:
        page.close()


@pytest.mark.parametrize(
    ("code", "months", "number"),
    [
        ("en", ["Jan 2024", "May 2024"], "4,000"),
        ("de", ["März 2024", "Mai 2024"], "4.000"),
        ("fr", ["févr. 2024", "avr. 2024"], "4\u202f000"),
        ("es", ["ene 2024", "abr 2024"], "4.000"),
        ("zh", ["1月 2024", "5月 2024"], "4,000"),
    ],
)
def test_months_and_numbers_on_axes_are_in_the_language(
    browser: Browser, code: str, months: list[str], number: str
) -> None:
    with shown_in(code):
        texts = drawn(browser, figure_of_months("%b %Y"))
    assert set(months) <= set(texts)
    assert number in texts
    assert "Sales in May" in texts  # a text of the figure is data


def test_dates_without_a_form_of_their_own_are_written_as_the_language_does(browser: Browser) -> None:
    with shown_in("zh"):
        chinese = drawn(browser, figure_of_months())
        days = drawn(browser, Figure(json.loads(px.line(DAYS, x="day", y="sales").to_json())))
    with shown_in("de"):
        named = px.line(DAYS, x="day", y="sales").update_xaxes(tickformat="%A")
        weekdays = drawn(browser, Figure(json.loads(named.to_json())))
    assert any("2024年1月" in text for text in chinese)
    assert any("3月4日" in text for text in days)
    assert {"Montag", "Dienstag"} <= set(weekdays)


def test_a_report_draws_an_answer_in_its_own_language_whatever_that_of_the_cell_was(
    browser: Browser, tmp_path: Path
) -> None:
    with shown_in("de"):
        bundle = figure_of_months("%b %Y").to_bundle()
    outputs = [new_output("display_data", data=bundle)]
    notebook = new_notebook(cells=[new_code_cell("1", outputs=outputs)])
    for code, month, number in (("fr", "févr. 2024", "4\u202f000"), ("en", "Feb 2024", "4,000")):
        with shown_in(code):
            page_text, _ = AnalystHTMLExporter().from_notebook_node(nbformat.from_dict(notebook))
        (tmp_path / f"{code}.html").write_text(page_text, "utf-8")
        page = browser.new_page()
        try:
            page.goto((tmp_path / f"{code}.html").as_uri())
            page.wait_for_selector(".xtick text")
            texts = page.eval_on_selector_all("svg text", "texts => texts.map(text => text.textContent)")
        finally:
            page.close()
        assert {month, number} <= set(texts)
