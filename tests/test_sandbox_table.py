"""The table of sandboxes: a package that brings one is used by its name alone, everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from installed_package import install

from analyst_magic import Analyst
from analyst_magic.errors import UnknownOption

ROOT = Path(__file__).resolve().parent.parent
# It isolates as the local sandbox does, under a name of its own.
PACKAGE = """
from analyst_magic.sandbox import Check, RunningSandbox, SandboxKind
from analyst_magic.sandbox.local.provider import LocalProvider

class Provider(LocalProvider):
    name = "acme 1.0"
    isolation = "whatever acme isolates"

class Acme(SandboxKind):
    name = "acme"
    def make(self, options):
        return Provider(options.limits)
    def running(self):
        return [RunningSandbox("acme-4711", "running", "process 1", "", False)]
    def remove_orphans(self, *, everything=False):
        print("swept", everything)
        return 3
    def checks(self, options, *, automatic):
        yield Check("acme", "pass", "acme is installed")

broken = object()
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with an installed package, as pip leaves it."""
    (tmp_path / "acme_sandbox.py").write_text(PACKAGE)
    points = {"acme": "acme_sandbox:Acme", "broken": "acme_sandbox:broken", "lost": "acme_lost:Kind"}
    return install(tmp_path, "sandboxes", **points)


def run(package: Path, *command: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(package), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, env=environment, timeout=150)


def cli(package: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(package, "-m", "analyst_magic.cli", *words)


def test_code_runs_in_the_sandbox_of_another_package_and_the_turn_names_it(package: Path) -> None:
    done = run(package, "-c", (
        "from analyst_magic import Analyst\n"
        "from analyst_magic.settings import SANDBOXES\n"
        "with Analyst(sandbox='Acme', spares=0) as analyst:\n"
        "    turn = analyst.run('6 * 7')\n"
        "    print(turn.results[0].text, turn.sandbox, analyst.isolation(), SANDBOXES)\n"))  # fmt: skip
    assert done.stdout.splitlines()[-1] == (
        "42 acme 1.0 ('acme 1.0', 'whatever acme isolates') "
        "('auto', 'kubernetes', 'docker', 'local', 'acme', 'broken', 'lost')"
    ), done.stderr
    assert "swept False" in done.stdout  # what killed processes left is cleaned up at the first run


def test_the_doctor_asks_the_kind_that_is_set(package: Path) -> None:
    lines = cli(package, "doctor", "--set", "sandbox=acme", "--set", "model=offline").stdout.splitlines()
    assert any(line.split() == ["pass", "acme", "acme", "is", "installed"] for line in lines), lines
    assert not any(line.split()[1:2] == ["engine"] for line in lines)


@pytest.mark.docker
def test_its_sandboxes_are_listed(package: Path) -> None:
    rows = [line.split()[:2] for line in cli(package, "sandbox", "list").stdout.splitlines()]
    assert ["acme-4711", "running"] in rows


@pytest.mark.parametrize(("name", "reason"), [("broken", "its type is object, not SandboxKind"), ("lost", "acme_lost")])
def test_a_package_that_cannot_be_used_is_an_error_when_it_is_named_and_not_before(
    package: Path, name: str, reason: str
) -> None:
    code = (
        "from analyst_magic import Analyst, AnalystError\n"
        "try:\n"
        f"    with Analyst(sandbox='{name}', spares=0) as analyst:\n"
        "        turn = analyst.run('1')\n"
        "        print(turn.error)\n"
        "except AnalystError as error:\n"
        "    print(error)\n"
    )
    done = run(package, "-c", code)
    assert reason in done.stdout, done.stderr
    assert "Update its package, or remove it." in done.stdout


def test_a_name_that_nobody_brings_is_refused_with_the_setting(tmp_path: Path) -> None:
    with pytest.raises(UnknownOption, match="sandbox"):
        Analyst(sandbox="acme")
