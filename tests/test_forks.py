"""Sandboxes that start as forks of one process: what they share, what they do not, and what ends with what."""

from __future__ import annotations

import asyncio
import inspect
import os
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from secrets import token_hex

import pytest
from conftest import fork_servers, launchers, until

from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local import forks
from analyst_magic.sandbox.local.provider import LocalProvider
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sandbox.transfer import FrameStore
from analyst_magic.turn import Code

LIMITS = Limits(timeout=30.0)
DRAWS = (
    "import random, uuid\nimport numpy as np\nimport pandas as pd\n"
    "print(random.random(), np.random.rand(), np.random.default_rng().random(), "
    "pd.Series(range(99)).sample(1).iloc[0], hash('text'))\n"
)
LOADED = "import sys\nprint('pandas' in sys.modules)"
LOOK = """
    import os
    sought = [text[::-1].encode() for text in ("{0}", "{1}", "{2}")]
    counts = [0, 0, 0]
    names = [f"/proc/self/fd/{{name}}" for name in os.listdir("/proc/self/fd")]
    links = [os.readlink(name) for name in names if os.path.exists(name)]
    known = ("/dev/null", "pipe:", "socket:", "/out", "/proc/")
    opened = [link for link in links if not link.startswith(known)]
    for line in open("/proc/self/maps"):
        ends, rights, *_ = line.split()
        if rights.startswith("rw"):
            start, end = (int(part, 16) for part in ends.split("-"))
            with open("/proc/self/mem", "rb", 0) as memory:
                memory.seek(start)
                try:
                    data = memory.read(end - start)
                except OSError:
                    continue
            counts = [count + data.count(text) for count, text in zip(counts, sought)]
            del data
    print("open:", *opened) if opened else None
    print("more often than a text that is nowhere else:", counts[0] > counts[2] > 0, counts[1] > counts[2])
"""


async def said(sandbox: Sandbox, code: str) -> str:
    """What code prints."""
    run = await sandbox.run(Code(code))
    assert run.error is None, run.error
    return "".join(str(output.data) for output in run.outputs)


def make() -> Sandbox:
    return Sandbox(LocalProvider(LIMITS), LIMITS)


def run_apart(code: str, **variables: str) -> str:
    """What code prints in a process of its own that has the names of this file."""
    done = subprocess.run(
        [sys.executable, "-c", f"import asyncio\nfrom test_forks import *\n{code}"],
        capture_output=True, text=True, check=True, env=environment(**variables),
    )  # fmt: skip
    return done.stdout


def environment(**variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]), **variables}


@pytest.fixture
async def second() -> AsyncIterator[Sandbox]:
    """A sandbox that another one went before, so that it begins with the libraries loaded."""
    for _ in range(2):
        before = make()
        await said(before, "1")
        await before.close()
    sandbox = make()
    yield sandbox
    await sandbox.close()


async def test_the_next_sandbox_begins_with_the_libraries_loaded(second: Sandbox) -> None:
    assert await said(second, LOADED) == "True\n"


async def test_every_sandbox_draws_the_same_numbers_from_its_beginning(second: Sandbox) -> None:
    first = await said(second, DRAWS)
    another = make()
    assert await said(another, DRAWS) == first
    await another.close()
    # The first of its process loads them for itself.
    assert run_apart("print(asyncio.run(said(make(), DRAWS)), end='')") == first


async def test_what_libraries_are_made_to_do_holds_where_they_are_loaded_already(second: Sandbox) -> None:
    assert await said(second, "import numpy as np\nnp.float64(70.5)") == "70.5"
    made = "import pandas as pd\nrows = pd.DataFrame({'a': [1, 2, 3]})\nrows[rows.a > 1].a.sum()"
    run = await second.run(Code(made))
    assert run.row_steps, "the steps of rows are watched"


async def look_around() -> str:
    """What the third sandbox of a process finds of its host and of another sandbox that is there."""
    first, other, own = make(), make(), make()
    await said(first, "1")
    mark = await said(other, "import secrets\nmark = secrets.token_hex(16)\nprint(mark, end='')")
    sought = (mark, os.environ["SECRET_OF_THE_HOST"], token_hex(16))
    found = await said(own, inspect.cleandoc(LOOK).format(*(text[::-1] for text in sought)))
    for sandbox in (first, other, own):
        await sandbox.close()
    return found


def test_nothing_of_the_host_and_of_other_sandboxes_is_inherited() -> None:
    found = run_apart("print(asyncio.run(look_around()), end='')", SECRET_OF_THE_HOST=token_hex(16))
    assert found == "more often than a text that is nowhere else: False False\n"


async def test_a_server_that_has_ended_is_replaced_and_its_sandboxes_go_on(second: Sandbox) -> None:
    assert await said(second, "held = 41\nprint(held)") == "41\n"
    (server,) = fork_servers()
    gone = os.pidfd_open(server)
    os.kill(server, signal.SIGKILL)
    assert select.select([gone], [], [], 10)[0]
    os.close(gone)
    assert await said(second, "print(held + 1)") == "42\n"
    another = make()
    assert await said(another, "print(7)") == "7\n"
    assert server not in fork_servers()
    await another.close()


async def test_a_server_that_does_not_answer_is_replaced(second: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await said(second, "print(1)") == "1\n"
    monkeypatch.setattr(forks, "SECONDS_TO_START", 3.0)
    (server,) = fork_servers()
    os.kill(server, signal.SIGSTOP)
    another = make()
    assert await said(another, "print(7)") == "7\n"
    assert server not in fork_servers()
    await another.close()


async def test_the_server_and_all_sandboxes_end_with_a_host_that_is_killed() -> None:
    code = (
        "import asyncio, sys\nfrom test_forks import make, said\n"
        "async def main():\n    sandbox = make()\n    print(await said(sandbox, 'print(1)'), flush=True)\n"
        "    await asyncio.sleep(600)\nasyncio.run(main())"
    )
    host = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment())
    assert host.stdout is not None
    assert host.stdout.readline() == "1\n"
    below = fork_servers(host.pid) | launchers(host.pid)
    assert len(below) == 2
    watched = [os.pidfd_open(pid) for pid in below]
    host.kill()
    host.wait()
    host.stdout.close()
    for descriptor in watched:
        assert select.select([descriptor], [], [], 20)[0], "it lives on"
        os.close(descriptor)


async def test_two_may_wait_for_the_end_of_a_sandbox() -> None:
    provider = LocalProvider(LIMITS)
    store = FrameStore(LIMITS.max_frame_bytes)
    mounts, results = store.mounts()
    sandbox = await provider.launch(mounts)
    reason, _ = await asyncio.gather(asyncio.to_thread(sandbox.exit_reason), asyncio.to_thread(sandbox.remove))
    assert reason == "life"  # the host let go of it
    os.close(results)
    store.close()


async def test_closed_sandboxes_leave_nobody_behind(second: Sandbox) -> None:
    await said(second, "print(1)")
    before = launchers()
    assert before
    await second.close()
    await until(lambda: not launchers() & before, 10, "a watcher was left behind")
