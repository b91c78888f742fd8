"""Browsers, kernels and reports that do not answer, or do not end: each wait for one has a limit and a clear error."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analyst_magic.drawing.browser import Browser
from analyst_magic.errors import ReportError
from analyst_magic.report import parameter_runs
from analyst_magic.report.execute import execute

# A program that speaks as a browser does, until it does what BEHAVIOUR says.
BROWSER = """#!{python}
import json, os, time
behaviour = {behaviour!r}
unread = b""
def answer(**message):
    os.write(4, json.dumps(message).encode() + b"\\0")
while True:
    while b"\\0" not in unread:
        data = os.read(3, 1 << 16)
        if not data:
            raise SystemExit
        unread += data
    message, _, unread = unread.partition(b"\\0")
    request = json.loads(message)
    if behaviour == "is silent at the start" or (behaviour == "is silent" and request["id"] > 1):
        time.sleep(600)
    while behaviour == "talks without end" and request["id"] > 1:
        answer(method="Page.lifecycleEvent", params={{}})
    answer(id=request["id"], result={{"targetId": "t", "sessionId": "s"}})
    if behaviour == "stops reading" and request["id"] == 3:
        time.sleep(600)
"""


def program(folder: Path, behaviour: str) -> Path:
    path = folder / "browser"
    path.write_text(BROWSER.format(python=sys.executable, behaviour=behaviour))
    path.chmod(0o755)
    return path


@pytest.mark.timeout(60)
@pytest.mark.parametrize("behaviour", ["is silent", "talks without end", "stops reading"])
def test_a_browser_that_does_not_answer_is_an_error_in_time_and_is_gone(tmp_path: Path, behaviour: str) -> None:
    def ask(browser: Browser) -> None:
        for _ in range(4):
            browser._call("Target.createTarget", {"url": "about:blank" + "x" * 500_000})

    began = time.monotonic()
    with Browser(program(tmp_path, behaviour), seconds=2.0) as browser:
        pid = browser._pid
        with pytest.raises(ReportError, match="does not answer") as caught:
            ask(browser)
    assert time.monotonic() - began < 15
    assert "html" in caught.value.next_step
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.timeout(60)
def test_a_browser_that_is_silent_from_the_start_is_an_error_in_time(tmp_path: Path) -> None:
    with (
        Browser(program(tmp_path, "is silent at the start"), seconds=2.0) as browser,
        pytest.raises(ReportError, match="does not start"),
    ):
        browser.open("")


@pytest.mark.timeout(60)
def test_a_kernel_that_does_not_come_up_is_an_error_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "kernels" / "mute"
    folder.mkdir(parents=True)
    argv = [sys.executable, "-S", "-c", "import time; time.sleep(600)", "{connection_file}"]
    (folder / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "Mute", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    metadata = {"kernelspec": {"name": "mute", "display_name": "Mute"}}
    notebook = new_notebook(cells=[new_code_cell("1")], metadata=metadata)
    began = time.monotonic()
    with pytest.raises(ReportError, match="kernel mute did not start") as caught:
        execute(notebook, tmp_path, start_seconds=2)
    assert time.monotonic() - began < 30
    assert "JupyterLab" in caught.value.next_step


@pytest.mark.timeout(60)
def test_a_kernel_that_outlives_its_report_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/kernel\necho 'error: It crashed.' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    try:
        order = parameter_runs.Order(tmp_path / "none.ipynb", "html")
        made = parameter_runs.make_report(order, parameter_runs.Row(1, {}, "a.html", ""), lambda: False)
        assert made.error == "It crashed."
    finally:
        os.kill(int((tmp_path / "kernel").read_text()), 9)


@pytest.mark.timeout(60)
def test_reports_that_do_not_stop_when_they_are_asked_to_are_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = tmp_path / "pid"
    python = tmp_path / "python"
    ignores = "import os, signal, sys, time; signal.signal(2, signal.SIG_IGN); open(sys.argv[1], 'w').write("
    python.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{ignores}str(os.getpid())); time.sleep(600)" {mark}\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(parameter_runs, "SECONDS_TO_STOP", 1.0)
    order, row = parameter_runs.Order(tmp_path / "none.ipynb", "html"), parameter_runs.Row(1, {}, "a.html", "")
    assert parameter_runs.make_report(order, row, mark.exists).error
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
