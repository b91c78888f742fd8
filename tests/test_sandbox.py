"""The sandbox as its user meets it: a real engine, a real container, a real kernel."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from analyst_magic.errors import (
    CodeFailed,
    EngineUnavailable,
    FrameTooLarge,
    ImageMissing,
    ImageOutdated,
    NotIsolated,
    OutOfMemory,
    OutputFlood,
    RunTimeout,
    SandboxLost,
)
from analyst_magic.frames import to_frame
from analyst_magic.sandbox import docker, transfer
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.provider import Mounts
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code, Execution

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("sandboxes")]
LIMITS = Limits(memory=700_000_000, timeout=20.0, disk=50_000_000, frames=50_000_000)


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    yield made
    await made.close()


async def run(sandbox: Sandbox, code: str, **options: object) -> Execution:
    return await sandbox.run(Code(code), **options)  # type: ignore[arg-type]


async def answers(sandbox: Sandbox) -> bool:
    """The next question works."""
    return [o.data for o in (await run(sandbox, "40 + 2")).outputs] == ["42"]


async def test_state_lives_between_runs_until_reset(sandbox: Sandbox) -> None:
    assert (await run(sandbox, "kept = 41")).variables == ("kept: int",)
    assert (await run(sandbox, "kept + 1")).outputs[0].data == "42"
    await sandbox.reset()
    failure = (await run(sandbox, "kept + 1")).error
    assert isinstance(failure, CodeFailed)
    assert failure.name == "NameError"


async def test_an_exception_brings_its_name_text_and_traceback_without_escapes(sandbox: Sandbox) -> None:
    failure = (await run(sandbox, "def f():\n    return 1 / 0\nf()")).error
    assert isinstance(failure, CodeFailed)
    assert (failure.name, failure.value) == ("ZeroDivisionError", "division by zero")
    assert "return 1 / 0" in failure.traceback
    assert "\x1b" not in failure.traceback


async def test_the_code_has_no_network_no_rights_and_no_environment_of_ours(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-secret")
    probe = """
import os, socket
found = [os.getuid(), sorted(os.listdir("/sys/class/net")), "planted" in str(dict(os.environ))]
for attempt in (lambda: socket.create_connection(("1.1.1.1", 53), 2), lambda: open("/etc/x", "w"),
                lambda: open("/in/x", "w"), lambda: os.setuid(0), lambda: os.mount if 0 else os.chroot("/tmp"),
                lambda: os.unshare(os.CLONE_NEWUSER)):
    try:
        attempt(); found.append("worked")
    except (OSError, AttributeError) as error:
        found.append("refused")
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
found += [status["CapEff"].strip(), status["NoNewPrivs"].strip(), status["Seccomp"].strip()]
found
"""
    said = (await run(sandbox, probe)).outputs[0].data
    assert eval(said) == [10001, ["lo"], False, *["refused"] * 6, "0" * 16, "1", "2"]  # our own probe's repr


async def test_code_that_runs_too_long_is_interrupted_and_its_variables_stay(sandbox: Sandbox) -> None:
    await run(sandbox, "kept = 42")
    started = time.monotonic()
    execution = await run(sandbox, "while True: pass", timeout=1.0)
    assert isinstance(execution.error, RunTimeout)
    assert "1 s" in str(execution.error)
    assert time.monotonic() - started < 1.0 + LIMITS.grace
    assert (await run(sandbox, "kept")).outputs[0].data == "42"


@pytest.mark.parametrize(
    "code",
    ["sum(range(10**11))", "while True:\n  try:\n    while True: pass\n  except BaseException: continue"],
    ids=["C loop", "swallows the interrupt"],
)
async def test_code_that_ignores_the_interrupt_is_killed_or_ends_and_the_next_question_works(
    sandbox: Sandbox, code: str
) -> None:
    await run(sandbox, "1")
    started = time.monotonic()
    execution = await run(sandbox, code, timeout=1.0)
    assert isinstance(execution.error, RunTimeout)
    assert time.monotonic() - started < 1.0 + LIMITS.grace + 5
    assert await answers(sandbox)


async def test_endless_output_is_stopped_and_keeps_its_beginning_and_its_end(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "print('first')\nwhile True: print('x' * 5000)")
    assert isinstance(execution.error, OutputFlood)
    (text,) = execution.outputs
    assert text.data.startswith("first\n")
    assert "characters left out" in text.data
    assert len(text.data) < 2 * LIMITS.text
    assert await answers(sandbox)


async def test_a_flood_of_small_messages_is_stopped(sandbox: Sandbox) -> None:
    few = replace(LIMITS, messages=500)
    small = Sandbox(docker.DockerProvider(few), few)
    try:
        execution = await run(small, "from IPython.display import display\nfor i in range(100_000): display(i)")
        assert isinstance(execution.error, OutputFlood)
        assert await answers(small)
    finally:
        await small.close()


async def test_a_memory_bomb_ends_its_sandbox_and_says_so(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "a = []\nwhile True: a.append(bytearray(10**7))")
    assert isinstance(execution.error, OutOfMemory)
    assert "0.7 GB" in str(execution.error)
    assert await answers(sandbox)


async def test_a_fork_bomb_is_contained(sandbox: Sandbox) -> None:
    bomb = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"
    execution = await run(sandbox, bomb, timeout=2.0)
    assert isinstance(execution.error, RunTimeout)
    assert await answers(sandbox)


@pytest.mark.parametrize(
    "code",
    ["open('/work/big', 'w').write('x' * 10**8)", "for i in range(30_000): open(f'/work/{i}', 'w')"],
    ids=["bytes", "files"],
)
async def test_a_full_disk_is_an_error_of_the_code_that_names_the_disk(sandbox: Sandbox, code: str) -> None:
    failure = (await run(sandbox, code)).error
    assert isinstance(failure, CodeFailed)
    assert "disk is full" in str(failure)
    assert await answers(sandbox)


async def test_a_kernel_that_ends_itself_is_told_and_replaced(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "import os; os._exit(3)")
    assert isinstance(execution.error, SandboxLost)
    assert await answers(sandbox)


async def test_a_container_killed_in_mid_run_is_told_and_replaced(sandbox: Sandbox) -> None:
    before = {found["Id"] for found in docker.containers(docker.connect())}
    await sandbox.start()
    client = docker.connect()
    (ours,) = {found["Id"] for found in docker.containers(client)} - before
    running = asyncio.ensure_future(run(sandbox, "import time; time.sleep(60)"))
    await asyncio.to_thread(client.kill, ours)
    execution = await running
    assert isinstance(execution.error, SandboxLost)
    assert "variables are gone" in str(execution.error)
    assert await answers(sandbox)


async def test_a_cancelled_run_stops_at_once_and_keeps_the_variables(sandbox: Sandbox) -> None:
    await run(sandbox, "kept = 42")
    running = asyncio.ensure_future(run(sandbox, "print('begun')\nwhile True: pass"))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await run(sandbox, "kept")).outputs[0].data == "42"


async def test_no_container_outlives_its_process_even_after_sigkill(sandboxes: set[str]) -> None:
    script = """
import asyncio
from analyst_magic.sandbox import docker
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.provider import Mounts
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

async def main():
    sandbox = Sandbox(docker.DockerProvider(Limits()), Limits())
    await sandbox.start()
    print("up", flush=True)
    await sandbox.run(Code("while True: pass"))

asyncio.run(main())
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    client = docker.connect()
    (orphan,) = {found["Id"] for found in docker.containers(client)} - sandboxes
    folders = set(Path(transfer.shared_memory()).glob(f"{transfer.PREFIX}{process.pid}.*"))
    assert folders
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with contextlib.suppress(docker.NotFound):  # gone already
        client.wait(orphan, timeout=10, condition="removed")
    assert orphan not in {found["Id"] for found in docker.containers(client)}
    transfer.remove_orphans()
    assert not any(folder.exists() for folder in folders)


async def test_a_sandbox_whose_owner_is_gone_is_removed_and_others_are_not(
    sandbox: Sandbox, sandboxes: set[str]
) -> None:
    await sandbox.start()
    client = docker.connect()
    mine = {found["Id"] for found in docker.containers(client)} - sandboxes
    boot = docker.owner.boot()
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": f"999999999.1.{boot}"}
    orphan = client.create_container(docker.IMAGE, labels=labels)["Id"]
    assert docker.remove_orphans(client) >= 1
    left = {found["Id"] for found in docker.containers(client)}
    assert orphan not in left
    assert mine <= left


async def test_a_weaker_container_than_asked_for_is_refused(tmp_path: Path) -> None:
    results = tmp_path / "out"
    results.touch()
    asked = docker.hardened(docker.IMAGE, LIMITS, Mounts(tmp_path, results))
    client = docker.connect()
    weak = {**asked.host, "network_mode": "bridge", "cap_drop": [], "auto_remove": False}
    made = client.create_container(docker.IMAGE, host_config=client.create_host_config(**weak), **asked.config)["Id"]
    try:
        with pytest.raises(NotIsolated, match=r"network.*capabilities"):
            docker.verify(asked, client.inspect_container(made))
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


async def test_a_frame_over_the_limit_names_itself_and_the_next_step(sandbox: Sandbox) -> None:
    import numpy as np
    import pandas as pd

    big = to_frame("big", pd.DataFrame({"x": np.zeros(10_000_000)}))
    with pytest.raises(FrameTooLarge, match=r"big has 0\.08 GB") as raised:
        await run(sandbox, "big", frames=[big])
    assert "max_frame_bytes" in raised.value.next_step
    assert await answers(sandbox)


async def test_an_unchanged_frame_is_written_once_and_a_changed_one_again(sandbox: Sandbox) -> None:
    import pandas as pd

    frame = pd.DataFrame({"x": [1, 2, 3]})
    await run(sandbox, "x", frames=[to_frame("frame", frame)])
    await run(sandbox, "x", frames=[to_frame("frame", frame)])
    assert sandbox._store is not None
    first = [file.name for file in sandbox._store.path.iterdir()]
    assert len(first) == 1
    frame.loc[0, "x"] = 10
    execution = await run(sandbox, "int(frame.x.sum())", frames=[to_frame("frame", frame)])
    assert execution.outputs[0].data == "15"
    assert [file.name for file in sandbox._store.path.iterdir()] != first  # the old version lives on only where mapped
    assert len(list(sandbox._store.path.iterdir())) == 1


async def test_what_code_does_to_a_frame_does_not_reach_the_next_run(sandbox: Sandbox) -> None:
    import pandas as pd

    frame = to_frame("frame", pd.DataFrame({"x": [1, 2, 3]}))
    changed = await run(sandbox, "frame.loc[0, 'x'] = 100\nint(frame.x.sum())", frames=[frame])
    assert changed.outputs[0].data == "105"
    again = await run(sandbox, "int(frame.x.sum())", frames=[frame])
    assert again.outputs[0].data == "6"


async def test_a_document_comes_back_as_a_file_and_its_ingredients_do_not(sandbox: Sandbox) -> None:
    code = "open('/work/part.png', 'wb').write(b'x')\nopen(OUTPUT_PATH, 'wb').write(b'PK content')"
    execution = await sandbox.run(Code(code, "document", "xlsx"), file="report.xlsx")
    assert [(o.kind, o.name, o.data) for o in execution.outputs if o.kind == "file"] == [
        ("file", "report.xlsx", b"PK content")
    ]


async def test_sums_of_integers_come_back_as_integers_and_huge_ones_stay_exact(sandbox: Sandbox) -> None:
    query = "select sum(x)::hugeint as small, 170141183460469231731::hugeint as huge from range(10) t(x)"
    execution = await sandbox.run(Code(query, "sql"))
    table = execution.outputs[0].data
    assert str(table.schema.field("small").type) == "int64"
    assert table.to_pydict() == {"small": [45], "huge": [170141183460469231731]}
