"""The plain page at ``/analyst/``: a question is asked of a file, and the answer appears, in a real browser."""

from __future__ import annotations

from pathlib import Path

import serving
from playwright.sync_api import Browser, expect

SECONDS = 120_000


def test_a_question_is_asked_of_a_file_and_its_answer_is_shown(browser: Browser, tmp_path: Path) -> None:
    root, runtime = tmp_path / "root", tmp_path / "runtime"
    root.mkdir()
    runtime.mkdir()
    (root / "sales.csv").write_text("region,revenue\nnorth,10\nsouth,30\nnorth,5\n")
    environment = {"ANALYST_HISTORY_PATH": str(tmp_path / "history.sqlite3"), "ANALYST_MODEL": "offline",
                   "ANALYST_SANDBOX": "local", "ANALYST_SPARES": "0", "ANALYST_TASK_KERNELS": "1"}  # fmt: skip
    extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
    with serving.jupyter("server", root, runtime, tmp_path / "server.log", extension, **environment) as url:
        page = browser.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{url}analyst/?token={serving.TOKEN}")
        page.get_by_label("File").select_option("sales.csv")
        question = page.get_by_label("Question")
        question.fill("Total revenue by region, highest first")
        question.press("Tab")
        page.keyboard.press("Enter")  # the button that a keyboard reaches next
        status = page.get_by_role("status")
        expect(status).to_have_text("Here is the answer.", timeout=SECONDS)
        inside = page.frame_locator("iframe")
        expect(inside.get_by_text("south").first).to_be_visible(timeout=SECONDS)
        question.fill("colourless green ideas")
        page.get_by_role("button", name="Ask").click()
        expect(status).to_contain_text("It failed:", timeout=SECONDS)
        expect(page.get_by_role("button", name="Ask")).to_be_enabled()
        assert errors == []
        page.close()
