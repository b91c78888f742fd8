"""The doctor as its user meets it: the command and the magic, with real sandboxes, healthy and not."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from conftest import containers
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.commands.doctor import examine
from analyst_magic.sandbox import docker, hardening, image, owner

POSTURE = {"user", "capabilities", "system calls", "host files", "read-only root", "processes", "network",
           "memory limit", "process limit"}  # fmt: skip


def analyst(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analyst_magic.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.docker
def test_a_healthy_machine_passes_every_check(sandboxes: set[str]) -> None:
    done = analyst("doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail" not in done.stdout
    assert done.stderr == ""
    assert {"engine", "image", "provider", "start", "data", "model", *POSTURE} <= names(done.stdout)


def names(table: str) -> set[str]:
    """What the lines of a table are about."""
    return {line[5:28].strip() for line in table.splitlines() if line[:5].strip()}


def test_the_local_sandbox_passes_them_as_well() -> None:
    done = analyst("doctor", "--set", "sandbox=local", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"]) == (0, True), done.stdout
    assert {check["name"] for check in found["checks"]} >= {"provider", "start", "data", "model"} | POSTURE
    assert {check["state"] for check in found["checks"]} <= {"pass", "warn"}


def test_no_engine_fails_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    done = analyst("doctor")
    assert done.returncode == 1
    assert "-> Start Docker" in done.stdout
    assert done.stderr == ""


@pytest.mark.docker
def test_a_sandbox_that_is_too_open_fails_where_it_is_open(
    monkeypatch: pytest.MonkeyPatch, sandboxes: set[str]
) -> None:
    """Nothing else may notice: the comparison with the engine's description is switched off."""
    hardened = docker.hardened

    def weak(*args: Any, **kwargs: Any) -> hardening.Hardening:
        made = hardened(*args, **kwargs)
        open_host = {**made.host, "network_mode": "host", "read_only": False, "cap_drop": [], "pids_limit": -1}
        open_host |= {"security_opt": ["seccomp=unconfined"], "mem_limit": 0, "memswap_limit": 0}
        return replace(made, host=open_host, config={**made.config, "user": "0:0", "hostname": None})

    monkeypatch.setattr(docker, "hardened", weak)
    monkeypatch.setattr(docker, "verify", lambda asked, found: None)
    with Analyst(sandbox="docker", spares=0) as asks:
        failed = {check.name for check in examine(asks) if check.state == "fail"}
    assert {"user", "capabilities", "system calls", "new privileges", "read-only root", "network",
            "memory limit"} <= failed  # fmt: skip


def test_the_models_endpoint_is_asked_and_its_failure_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-a-test")

    def model_check(**options: Any) -> Any:
        with Analyst(sandbox="local", spares=0, **options) as asks:
            return list(examine(asks))[-1]

    with ScriptedModel(models=("good",)) as server:
        address = server.base_url
        assert model_check(model="openai:good", base_url=address).state == "pass"
        assert model_check(model="openai:other", base_url=address).state == "warn"
        assert [request.path for request in server.requests] == ["/v1/models"] * 2  # no data, no question
    gone = model_check(model="openai:good", base_url=address)
    assert (gone.state, "cannot be reached" in gone.found) == ("fail", True)


@pytest.mark.alone
@pytest.mark.docker
def test_sandboxes_are_listed_and_those_left_behind_are_removed(sandboxes: set[str]) -> None:
    client = docker.connect()
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": f"999999999.1.{owner.boot()}"}
    with Analyst(sandbox="docker", spares=0) as asks:
        assert asks.run("1").ok
        (mine,) = containers(client) - sandboxes
        orphan = client.create_container(image.IMAGE, labels=labels)["Id"]  # now, as the first run swept them away
        listed = analyst("sandbox", "list").stdout
        assert {orphan[:12], mine[:12]} <= {line.partition(" ")[0] for line in listed.splitlines()}
        assert "process 999999999 (gone)" in listed
        assert "Removed " in analyst("sandbox", "prune").stdout
        left = {found["Id"] for found in docker.containers(client)}
    assert mine in left
    assert orphan not in left
