"""What is particular to sandboxes on a Docker engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from analyst_magic.errors import CodeFailed, EngineUnavailable, ImageMissing, ImageOutdated, NotIsolated, SandboxLost
from analyst_magic.sandbox import docker, hardening
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.provider import Mounts
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code, Execution

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("sandboxes")]
LIMITS = Limits(memory=700_000_000, timeout=60.0, disk=50_000_000, max_frame_bytes=50_000_000)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    yield made
    await made.close()


async def run(sandbox: Sandbox, code: str) -> Execution:
    return await sandbox.run(Code(code))


async def answers(sandbox: Sandbox) -> bool:
    """The next question works."""
    return [o.data for o in (await run(sandbox, "40 + 2")).outputs] == ["42"]


async def test_a_container_killed_in_mid_run_is_told_and_replaced(sandbox: Sandbox) -> None:
    await sandbox.start()
    client = docker.connect()
    running = asyncio.ensure_future(run(sandbox, "import time; time.sleep(60)"))
    await asyncio.to_thread(client.kill, sandbox.id)
    execution = await running
    assert isinstance(execution.error, SandboxLost)
    assert "variables are gone" in str(execution.error)
    assert await answers(sandbox)


@pytest.mark.alone
async def test_a_sandbox_whose_owner_is_gone_is_removed_and_others_are_not(
    sandbox: Sandbox, sandboxes: set[str]
) -> None:
    await sandbox.start()
    client = docker.connect()
    mine = {found["Id"] for found in docker.containers(client)} - sandboxes
    boot = docker.owner.boot()
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": f"999999999.1.{boot}"}
    orphan = client.create_container(docker.IMAGE, labels=labels)["Id"]
    by_hand = client.create_container(docker.IMAGE)["Id"]  # somebody looks into the image: no sandbox of ours
    try:
        assert docker.remove_orphans(client) >= 1
        left = {found["Id"] for found in client.containers(all=True)}
        assert orphan not in left
        assert mine | {by_hand} <= left
    finally:
        client.remove_container(by_hand, force=True)


async def test_pandas_without_its_docstrings_keeps_its_lines_and_asserts(sandbox: Sandbox) -> None:
    found = await run(
        sandbox,
        "import inspect, pandas as pd\nframe = pd.DataFrame({'a': [1]})\n"
        "pd.merge.__doc__, 'def merge(' in inspect.getsource(pd.merge)",
    )
    assert found.error is None, found.error
    assert found.outputs[0].data == "(None, True)"
    asserted = await run(sandbox, "frame._mgr.replace([1], 0, inplace=False)")  # its first line asserts otherwise
    assert isinstance(asserted.error, CodeFailed)
    assert asserted.error.name == "AssertionError"
    wrong = await run(sandbox, "frame.merge(pd.DataFrame({'b': [1]}))")
    assert isinstance(wrong.error, CodeFailed)
    assert "raise MergeError(" in wrong.error.traceback


async def test_a_weaker_container_than_asked_for_is_refused(tmp_path: Path) -> None:
    results = tmp_path / "out"
    results.touch()
    asked = hardening.hardened(docker.IMAGE, LIMITS, Mounts(tmp_path, results))
    client = docker.connect()
    weak = {**asked.host, "network_mode": "bridge", "cap_drop": [], "auto_remove": False}
    made = client.create_container(docker.IMAGE, host_config=client.create_host_config(**weak), **asked.config)["Id"]
    try:
        with pytest.raises(NotIsolated, match=r"network.*capabilities"):
            hardening.verify(asked, client.inspect_container(made))
    finally:
        client.remove_container(made, force=True)


async def test_no_engine_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent/docker.sock")
    sandbox = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    execution = await run(sandbox, "1")
    assert isinstance(execution.error, EngineUnavailable)
    assert "Start Docker" in str(execution.error)
    await sandbox.close()


async def test_a_missing_and_a_foreign_image_are_each_told() -> None:
    missing = Sandbox(docker.DockerProvider(LIMITS, "analyst-magic-sandbox:nonesuch"), LIMITS)
    assert isinstance((await run(missing, "1")).error, ImageMissing)
    client = docker.connect()
    foreign = client.create_container(docker.IMAGE, command=["true"])["Id"]
    client.commit(foreign, "analyst-magic-foreign", "test", changes=[f"LABEL {docker.SOURCES_LABEL}=other"])
    client.remove_container(foreign)
    try:
        other = Sandbox(docker.DockerProvider(LIMITS, "analyst-magic-foreign:test"), LIMITS)
        assert isinstance((await run(other, "1")).error, ImageOutdated)
    finally:
        client.remove_image("analyst-magic-foreign:test")
