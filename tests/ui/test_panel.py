"""The side panel in JupyterLab: a real server, kernel and sandbox, and a scripted model."""

from __future__ import annotations

import io
import time
from pathlib import Path

from fakes import ScriptedModel
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from .panel import SALES, PanelInPage

FIGURE = (
    "A chart of the **total** by `region`.\n\n```python\nimport plotly.express as px\n"
    "px.bar(sales.groupby('region', as_index=False).revenue.sum(), x='region', y='revenue', "
    "color_discrete_sequence=['#d62728'])\n```"
)
FOREVER = "PYTHON: import time\nfor i in range(6000): time.sleep(0.1)"


def use_model(shown: PanelInPage) -> None:
    """Pick the scripted model in the panel."""
    shown.panel.get_by_role("button", name="Model: ").click()
    picker = shown.panel.get_by_role("textbox", name="Model")
    picker.fill("openai:scripted-small")
    picker.press("Enter")
    expect(shown.panel.get_by_role("button", name="Model: openai:scripted-small")).to_be_visible(timeout=30_000)


def share_of(locator: Locator, colour: tuple[int, int, int]) -> float:
    """How much of what is on the screen there has a colour."""
    pixels = list(Image.open(io.BytesIO(locator.screenshot())).convert("RGB").get_flattened_data())
    near = sum(all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True)) for pixel in pixels)
    return near / len(pixels)


def test_an_answer_streams_in_and_its_figure_is_on_the_screen(opened: PanelInPage, model: ScriptedModel) -> None:
    use_model(opened)
    model.say(FIGURE, usage=(800, 40), cost=0.0012)
    turn = opened.ask("Total revenue by region as a chart")
    opened.answered(turn)
    figure = turn.locator(".js-plotly-plot .main-svg").first
    expect(figure).to_be_visible(timeout=30_000)
    assert share_of(turn.locator(".am-Result"), (0xD6, 0x27, 0x28)) > 0.05
    box, host = figure.bounding_box(), turn.locator(".am-Result").bounding_box()
    assert box is not None
    assert host is not None
    assert box["width"] <= host["width"] + 1
    expect(turn.locator(".am-Prose strong")).to_have_text("total")
    folded = turn.locator("details.am-mod-code")
    expect(folded).not_to_have_attribute("open", "")
    expect(folded.locator("summary")).to_contain_text("3 rows of sales · used region and revenue")
    folded.locator("summary").click()
    expect(folded).to_contain_text("840 tokens · $0.0012")
    expect(folded.locator("code span").first).to_be_visible()
    sent = turn.locator("details.am-mod-sent")
    sent.locator("summary").click()
    expect(sent).to_contain_text("Question: Total revenue by region as a chart")


def test_an_answer_becomes_a_cell_that_runs_from_the_lock_without_a_model(
    opened: PanelInPage, model: ScriptedModel
) -> None:
    use_model(opened)
    model.say("The sum.\n\n```sql\nSELECT SUM(revenue) AS total FROM sales\n```")
    asked = len(model.requests)
    turn = opened.ask("The sum of all revenue")
    opened.answered(turn)
    turn.get_by_role("button", name="Insert", exact=True).click()
    cell = opened.page.locator(".jp-Notebook .jp-Cell.jp-mod-active")
    expect(cell).to_contain_text("The sum of all revenue")
    opened.command("notebook:run-cell")
    expect(cell).to_contain_text("Answered from analyst.lock, without a model", timeout=60_000)
    assert len(model.requests) == asked + 1


def test_the_panel_answers_while_a_cell_runs(opened: PanelInPage) -> None:
    opened.page.evaluate(
        "() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute("
        "{code: 'import time; time.sleep(90)'}); }"
    )
    begun = time.monotonic()
    turn = opened.ask("total revenue by region")
    opened.answered(turn)
    expect(turn.locator("td", has_text="north")).to_be_visible()
    expect(turn.locator(".am-Answer")).to_contain_text("north has the highest")
    assert time.monotonic() - begun < 60, "the panel waited for the cell"


def test_a_cell_may_still_ask_its_user_when_the_panel_connected_while_it_ran(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    shown = PanelInPage(browser, lab, "asks.ipynb", [SALES])  # the extension is not loaded, so nothing is connected
    now = lab[1] / "ask-now"
    waiting = f"import pathlib, time\nprint('waits')\nwhile not pathlib.Path({str(now)!r}).exists(): time.sleep(0.1)\n"
    shown.page.evaluate(
        "source => { const notebook = jupyterapp.shell.currentWidget.content;"
        "notebook.model.sharedModel.addCell({cell_type: 'code', source}); notebook.activeCellIndex = 1;"
        "void jupyterapp.commands.execute('notebook:run-cell'); }",
        waiting + "input('Who?')",
    )
    expect(shown.cell(1)).to_contain_text("waits")
    shown.panel.get_by_role("button", name="Load it").click()
    shown.connected()
    now.touch()
    expect(shown.cell(1).locator("input.jp-Stdin-input")).to_be_visible(timeout=30_000)
    shown.close()


def test_stop_stops_and_the_next_question_is_answered(opened: PanelInPage) -> None:
    turn = opened.ask(FOREVER)
    expect(turn.locator(".am-Stage")).to_contain_text("Running in the sandbox", timeout=60_000)
    turn.get_by_role("button", name="Stop").click()
    opened.answered(turn, 20_000)
    expect(turn).to_contain_text("You stopped this question")
    expect(turn.get_by_role("alert")).to_have_count(0)
    after = opened.ask("mean revenue")
    opened.answered(after)
    expect(after.locator(".am-Number-text", has_text="23.3")).to_be_visible()


def test_an_error_says_the_next_step_and_a_repair_is_shown(opened: PanelInPage, model: ScriptedModel) -> None:
    turn = opened.ask("total happiness by planet")
    opened.answered(turn)
    expect(turn.locator(".am-Error-step")).not_to_be_empty()
    use_model(opened)
    model.say("```sql\nSELECT nope FROM sales\n```")
    model.say("```sql\nSELECT revenue FROM sales\n```")
    mended = opened.ask("revenues")
    opened.answered(mended)
    expect(mended.locator("details", has_text="Failed attempt 1")).to_have_count(1)
    expect(mended.locator("td", has_text="40").first).to_be_visible()


def test_a_reload_in_the_middle_of_an_answer_loses_nothing_and_runs_nothing_twice(
    opened: PanelInPage, model: ScriptedModel
) -> None:
    first = opened.ask("total revenue by region")
    opened.answered(first)
    use_model(opened)
    model.stall("Thinking aloud about the north.\n\n")
    turn = opened.ask("revenue of the north")
    expect(turn).to_contain_text("Thinking aloud")
    asked = len(model.requests)
    opened.open()
    opened.connected()
    expect(opened.turns).to_have_count(2)
    expect(opened.turns.nth(0).locator("td", has_text="north")).to_be_visible()
    expect(opened.turns.nth(1)).to_contain_text("Thinking aloud")
    opened.turns.nth(1).get_by_role("button", name="Stop").click()
    opened.answered(opened.turns.nth(1))
    assert len(model.requests) == asked


def test_a_restart_in_the_middle_of_an_answer_is_told_and_the_panel_connects_again(opened: PanelInPage) -> None:
    kept = opened.ask("total revenue by region")
    opened.answered(kept)
    turn = opened.ask(FOREVER)
    expect(turn.locator(".am-Stage")).to_contain_text("Running in the sandbox", timeout=60_000)
    opened.page.evaluate("() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart(); }")
    expect(turn.get_by_role("alert")).to_contain_text("The kernel went away", timeout=30_000)
    opened.connected()
    expect(kept.locator("td", has_text="north")).to_be_visible()
    opened.command("notebook:run-all-cells")
    expect(opened.panel.locator(".am-Chip", has_text="sales")).to_be_visible(timeout=60_000)
    again = opened.ask("mean revenue")
    opened.answered(again)
    expect(again.locator(".am-Number-text", has_text="23.3")).to_be_visible()


def test_a_column_that_is_hidden_in_the_panel_is_not_told(opened: PanelInPage) -> None:
    opened.panel.locator(".am-Chip", has_text="sales").click()
    opened.panel.get_by_role("button", name="revenue, float64, visible to models").click()
    expect(opened.panel.locator(".am-Chip", has_text="1 hidden")).to_be_visible()
    opened.composer.fill("the mean of everything")
    opened.panel.get_by_role("button", name="What would be sent?").click()
    preview = opened.panel.get_by_role("region", name="What would be sent")
    expect(preview).to_contain_text("region")
    expect(preview).not_to_contain_text("revenue")


def test_a_kernel_without_the_extension_is_offered_to_load_it(browser: Browser, lab: tuple[str, Path]) -> None:
    shown = PanelInPage(browser, lab, "unloaded.ipynb", [SALES])
    expect(shown.panel).to_contain_text("not loaded in this kernel", timeout=30_000)
    shown.panel.get_by_role("button", name="Load it").click()
    shown.connected()
    shown.answered(shown.ask("total revenue"))
    shown.close()


def test_a_refined_question_goes_on_from_its_answer(opened: PanelInPage) -> None:
    turn = opened.ask("total revenue by region")
    opened.answered(turn)
    turn.get_by_role("button", name="Refine").click()
    expect(opened.composer).to_be_focused()
    expect(opened.panel).to_contain_text("Refining “total revenue by region”")
    refined = opened.ask("as a bar chart")
    opened.answered(refined)
    expect(refined.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=30_000)


def test_a_kernel_without_subshells_answers_between_cells_and_has_the_question_put_in_a_cell_meanwhile(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    shown = PanelInPage(browser, lab, "older.ipynb", kernel="older")
    shown.connected()
    turn = shown.ask("total revenue by region")
    shown.answered(turn)
    expect(turn).to_contain_text("north")
    shown.page.evaluate(
        "code => void jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code })",
        "open('begun', 'w').close()\nimport os, time\nwhile not os.path.exists('go'): time.sleep(0.05)",
    )
    deadline = time.monotonic() + 30
    while not (shown.folder / "begun").exists():
        assert time.monotonic() < deadline, "the long cell did not begin"
        time.sleep(0.05)  # a file tells nobody that it is there
    shown.composer.fill("highest revenue")
    shown.composer.press("Enter")
    expect(shown.panel).to_contain_text("Waiting for the kernel")
    assert shown.source(2) == "%%analyst\nhighest revenue"
    expect(shown.turns).to_have_count(1)
    (shown.folder / "go").touch()
    shown.page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
    shown.answered(shown.ask("lowest revenue"))
    shown.close()


def test_a_kernel_of_another_language_is_told_of_and_nothing_is_asked_of_it(
    browser: Browser, lab: tuple[str, Path]
) -> None:
    shown = PanelInPage(browser, lab, "echo.ipynb", ["ready"], kernel="echo")
    expect(shown.panel).to_contain_text("This kernel is not Python", timeout=30_000)
    shown.composer.fill("total revenue")
    shown.composer.press("Enter")
    expect(shown.panel.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    expect(shown.turns).to_have_count(0)
    expect(shown.composer).to_have_value("total revenue")
    assert shown.cell(0).locator(".jp-OutputArea-output").inner_text().strip() == "ready"
    shown.close()
