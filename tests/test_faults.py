"""Faults from outside in mid-run. After each, what was lost is told, the next question works, and nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import pytest_asyncio
from conftest import make_provider, until

from analyst_magic.errors import AnalystError, EngineUnavailable, ImageMissing, OutputFlood, RunTimeout, SandboxLost
from analyst_magic.sandbox import docker, image, transfer
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution

LIMITS = Limits(memory=700_000_000, timeout=20.0, disk=50_000_000, max_frame_bytes=200_000_000)
ENDLESS = "print('begun', flush=True)\nwhile True: pass"


async def run(sandbox: Sandbox, code: str, **options: object) -> Execution:
    return await sandbox.run(Code(code), **options)  # type: ignore[arg-type]


async def answers(sandbox: Sandbox) -> bool:
    """The next question works."""
    return [o.data for o in (await run(sandbox, "40 + 2")).outputs] == ["42"]


async def begun(sandbox: Sandbox, running: asyncio.Future[Execution]) -> None:
    """Wait until the run under way has printed something."""
    while not running.done():
        if sandbox.has_output:
            return
        await asyncio.sleep(0.01)  # nothing tells of the first output
    pytest.fail(f"the run ended before it began: {running.result().error!r}")


@pytest_asyncio.fixture
async def sandbox(sandboxes: set[str]) -> AsyncIterator[Sandbox]:
    """A sandbox on the engine."""
    made = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    yield made
    await made.close()


# -- containers --------------------------------------------------------------------------------------------------------


def _pause(identity: str) -> None:
    """Pause a container; runc does not always catch a busy one at the first try. One that has ended fails the test."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return docker.connect().pause(identity)
        except docker.APIError as error:
            if "unable to freeze" not in str(error) or time.monotonic() > deadline:
                raise


@pytest.mark.docker
async def test_a_container_that_is_paused_in_mid_run_runs_into_the_deadline(sandbox: Sandbox) -> None:
    running = asyncio.ensure_future(run(sandbox, ENDLESS, timeout=4.0))
    await begun(sandbox, running)
    await asyncio.to_thread(_pause, sandbox.id)
    execution = await running
    assert isinstance(execution.error, RunTimeout)
    assert "variables are gone" in str(execution.error)
    assert await answers(sandbox)


@pytest.mark.docker
async def test_a_container_that_is_removed_in_mid_run_is_told(sandbox: Sandbox) -> None:
    running = asyncio.ensure_future(run(sandbox, ENDLESS))
    await begun(sandbox, running)
    await asyncio.to_thread(docker.connect().remove_container, sandbox.id, force=True)
    execution = await running
    assert isinstance(execution.error, SandboxLost)
    assert "variables are gone" in str(execution.error)
    assert await answers(sandbox)


@pytest.mark.docker
async def test_a_container_that_ends_between_two_questions_is_told_with_the_second(sandbox: Sandbox) -> None:
    await run(sandbox, "kept = 1")
    await asyncio.to_thread(docker.connect().kill, sandbox.id)
    await until(lambda: not sandbox.running, 30, "the end of the container is not noticed")
    execution = await run(sandbox, "'kept' in dir()")
    assert execution.outputs[0].data == "False"
    assert execution.notes == (
        "The sandbox had ended since the last run; the code ran in a new one, without its variables.",
    )


@pytest.mark.docker
async def test_an_image_that_is_removed_leaves_running_sandboxes_alone(sandboxes: set[str]) -> None:
    client = docker.connect()
    client.tag(image.IMAGE, "analyst-magic-fault", "test")
    sandbox = Sandbox(docker.DockerProvider(LIMITS, "analyst-magic-fault:test"), LIMITS)
    try:
        await run(sandbox, "kept = 42")
        client.remove_image("analyst-magic-fault:test", force=True)
        assert (await run(sandbox, "kept")).outputs[0].data == "42"
        await sandbox.reset()
        missing = await run(sandbox, "1")
        assert isinstance(missing.error, ImageMissing)
        assert "analyst image build" in missing.error.next_step
        client.tag(image.IMAGE, "analyst-magic-fault", "test")
        assert await answers(sandbox)
    finally:
        await sandbox.close()
        client.remove_image("analyst-magic-fault:test", force=True)


# -- the engine --------------------------------------------------------------------------------------------------------


# Seconds for what a second engine does at the most, on a busy machine: take the image, run the first container of a
# cold disk, and all that the test asks of it.
SECONDS_TO_LOAD, SECONDS_TO_THE_FIRST, SECONDS_IN_ALL = 180, 120, 360


class EngineOfOurOwn:
    """A second Docker engine, which a test may stop and kill."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "docker.sock"
        self.process: subprocess.Popen[bytes] | None = None
        places = [f"--{name}={folder / name}" for name in ("root", "state", "address")]
        # A containerd that outlives the engine, as where systemd starts both; networks and mounts are their own, as
        # this engine would take down the bridge of the machine's. It says when it has them: an engine that enters them
        # before that stays in the machine's own, where its containerd sees none of the containers' files.
        apart = ["unshare", "--net", "--mount", "sh", "-c", 'echo apart && exec "$@" >&2', "sh"]
        self.containerd = self._run(*apart, "containerd", *places, stdout=subprocess.PIPE)
        assert self.containerd.stdout is not None
        assert self.containerd.stdout.readline() == b"apart\n", self.log()

    def _run(self, *command: str, stdout: int | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            command = (*command, "--log-level=error")
            return subprocess.Popen(command, stdout=stdout or log, stderr=log, start_new_session=True)

    def start(self) -> None:
        places = [f"--{name}={self.folder / name}" for name in ("data-root", "exec-root", "pidfile")]
        network = ["--bridge=none", "--iptables=false", f"--containerd={self.folder / 'address'}"]
        inside = ["nsenter", f"--target={self.containerd.pid}", "--net", "--mount"]
        self.process = self._run(*inside, "dockerd", f"--host=unix://{self.socket}", *places, *network)
        deadline = time.monotonic() + 60
        while not self.answers():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < deadline, "the engine does not come up"
            time.sleep(0.1)  # nothing tells when it answers

    def answers(self) -> bool:
        try:
            docker.Engine(base_url=f"unix://{self.socket}", version="auto", timeout=5).close()
        except Exception:  # noqa: BLE001 - whatever the client makes of a socket that is not there
            return False
        return True

    def close(self) -> None:
        for process in (self.process, self.containerd):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(30)
        assert self.containerd.stdout is not None
        self.containerd.stdout.close()

    def log(self) -> str:
        """The end of what it said, for a test that fails."""
        return (self.folder / "log").read_text()[-2000:]

    def end(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(30)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """It takes calls, and answers none."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def load(self) -> None:
        """Give it our image."""
        target = ["docker", "--host", f"unix://{self.socket}", "load", "--quiet"]
        with subprocess.Popen(["docker", "save", image.IMAGE], stdout=subprocess.PIPE) as source:
            try:
                subprocess.run(target, stdin=source.stdout, check=True, capture_output=True, timeout=SECONDS_TO_LOAD)
            except BaseException:
                source.kill()  # else it would be waited for
                raise


@pytest.fixture
def engine() -> Iterator[EngineOfOurOwn]:
    if (os.getuid() != 0 or not shutil.which("dockerd")) and not os.environ.get("CI"):
        pytest.skip("a second engine needs root and dockerd")
    folder = Path(tempfile.mkdtemp(prefix="analyst-engine-", dir="/var/tmp"))
    made = EngineOfOurOwn(folder)
    try:
        made.start()
        made.load()
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def exists(client: docker.docker.APIClient, identity: str) -> bool:
    """Whether a listed container is there: an engine may go on to list one, without a name, that it has removed while
    it was told of its end; all that is asked of it is then answered with "no such container"."""
    try:
        client.inspect_container(identity)
    except docker.docker.errors.NotFound:
        return False
    return True


async def first_answer(sandbox: Sandbox, engine: EngineOfOurOwn) -> None:
    """Wait for the first question that works: over the first container, a cold disk may take an engine longer than its
    client waits. Every other failure is one of the test."""
    deadline = time.monotonic() + SECONDS_TO_THE_FIRST
    while (error := (await run(sandbox, "40 + 2")).error) is not None:
        assert isinstance(error, EngineUnavailable | SandboxLost), f"{error!r}\n{engine.log()}"
        assert time.monotonic() < deadline, f"{error!r}\n{engine.log()}"


@pytest.mark.docker
@pytest.mark.timeout(SECONDS_TO_LOAD + SECONDS_IN_ALL + 180)
async def test_an_engine_that_ends_in_mid_run_is_told_and_one_that_is_back_is_used_again(
    engine: EngineOfOurOwn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First stopped, then killed, then paused. One test for all, as the engine takes its image half a minute."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{engine.socket}")
    async with asyncio.timeout(SECONDS_IN_ALL):  # its traceback names what was waited for
        await _stop_kill_and_pause(engine)
    client = docker.connect()
    deadline = time.monotonic() + 90  # a killed engine removes what it was at when it is back, in its own time
    while left := [found for found in docker.containers(client) if exists(client, found["Id"])]:
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.1)


async def _stop_kill_and_pause(engine: EngineOfOurOwn) -> None:
    provider = docker.DockerProvider(LIMITS)
    sandbox = Sandbox(provider, LIMITS)
    try:
        await first_answer(sandbox, engine)
        for number in (signal.SIGTERM, signal.SIGKILL):
            running = asyncio.ensure_future(run(sandbox, ENDLESS))
            await begun(sandbox, running)
            await asyncio.to_thread(engine.end, number)
            lost = await asyncio.wait_for(running, 30)
            assert isinstance(lost.error, SandboxLost), number
            assert "variables are gone" in str(lost.error)
            meanwhile = await run(sandbox, "1")
            assert isinstance(meanwhile.error, EngineUnavailable), number
            await asyncio.to_thread(engine.start)
            back = await run(sandbox, "40 + 2")
            assert [o.data for o in back.outputs] == ["42"], (number, back.error)
        await sandbox.reset()
        with engine.paused():
            provider.connect().timeout = 3.0
            hanging = await run(sandbox, "1")
            assert isinstance(hanging.error, EngineUnavailable)
        back = await run(sandbox, "40 + 2")
        assert [o.data for o in back.outputs] == ["42"], back.error
    finally:
        await sandbox.close()


# -- space -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The place of the frames is a file system of 30 MB."""
    if os.getuid() != 0:
        pytest.skip("only root may mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=1777", "none", place], check=True)
    monkeypatch.setattr(transfer, "frame_folders", lambda: [str(place)])
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.docker
async def test_a_full_disk_of_the_host_is_told_with_the_frame_and_the_place(small_disk: Path, sandbox: Sandbox) -> None:
    large = to_frame("large", pd.DataFrame({"x": range(5_000_000)}))
    small = to_frame("small", pd.DataFrame({"x": range(500_000)}))
    with pytest.raises(AnalystError, match="large") as told:
        await run(sandbox, "large", frames=[large])
    assert str(small_disk) in str(told.value)
    (small_disk / "of someone else").write_bytes(b"x" * 28_000_000)
    with pytest.raises(AnalystError, match="small"):
        await run(sandbox, "small", frames=[small])
    (small_disk / "of someone else").unlink()
    assert (await run(sandbox, "len(small)", frames=[small])).outputs[0].data == "500000"


@pytest.mark.docker
async def test_a_result_for_which_the_host_has_no_room_is_an_error_of_that_run_alone(
    small_disk: Path, sandbox: Sandbox
) -> None:
    wide = "import pandas as pd\nnumbers = pd.DataFrame({f'x{i}': range(1_000_000) for i in range(10)})\nnumbers"
    execution = await run(sandbox, wide)
    assert "No space left on device" in str(execution.error)
    assert (await run(sandbox, "numbers.head(3)")).outputs[0].data.num_rows == 3
    assert await answers(sandbox)


# -- output ------------------------------------------------------------------------------------------------------------


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    "code",
    [
        "print('x' * 10**9)",
        "display({'text/plain': 'x' * 10**9}, raw=True)",
        "import sys; sys.stderr.write('x' * 10**9)",
    ],
    ids=["printed", "displayed", "as an error"],
)
async def test_a_message_of_a_gigabyte_is_capped_and_does_not_fill_the_hosts_memory(provider: str, code: str) -> None:
    # A gigabyte takes a busy machine longer than a minute; the cap is to end the run, not the deadline.
    roomy = replace(LIMITS, memory=8_000_000_000, timeout=300.0)
    sandbox = Sandbox(make_provider(provider, roomy), roomy)
    try:
        await run(sandbox, "1")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        execution = await run(sandbox, code)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        assert isinstance(execution.error, OutputFlood) or any("over" in note for note in execution.notes)
        assert sum(len(o.data) for o in execution.outputs) < 2 * LIMITS.max_stream_bytes
        assert grown < 2 * roomy.max_output_bytes
        assert await answers(sandbox)
    finally:
        await sandbox.close()


async def test_of_ten_thousand_files_a_few_come_back_and_the_rest_is_told(provider: str) -> None:
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS)
    try:
        execution = await run(sandbox, "for i in range(10_000): open(f'{i:05}.csv', 'w').write('a')")
        files = [o.name for o in execution.outputs if o.kind == "file"]
        assert 0 < len(files) <= 20
        assert any("Only the first" in str(o.data) for o in execution.outputs)
        assert await answers(sandbox)
    finally:
        await sandbox.close()


# -- the user's own process --------------------------------------------------------------------------------------------


async def test_a_process_killed_in_mid_run_leaves_no_frames_for_the_next_one(provider: str) -> None:
    script = f"""
import asyncio, pandas as pd
from conftest import make_provider
from analyst_magic.sources.frames import to_frame
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

async def main():
    sandbox = Sandbox(make_provider({provider!r}, Limits()), Limits())
    frame = to_frame("frame", pd.DataFrame({{"x": range(1_000_000)}}))
    await sandbox.run(Code("frame"), [frame])
    print("ready", flush=True)
    await sandbox.run(Code("while True: len(frame)"), [frame])

asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    folders = [
        path for folder in transfer.frame_folders() for path in Path(folder).glob(f"{transfer.PREFIX}{process.pid}.*")
    ]
    process.kill()
    process.wait()
    assert folders
    transfer.remove_orphans()
    assert not any(folder.exists() for folder in folders)
    if provider == "docker":
        client = docker.connect()
        for found in docker.sandboxes(client):
            if found.owner.startswith(f"process {process.pid} "):
                with contextlib.suppress(docker.APIError):
                    client.wait(found.id, timeout=10, condition="removed")
