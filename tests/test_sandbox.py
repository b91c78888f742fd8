"""The sandbox as its user meets it, on every provider: a real engine or a real launcher, a real kernel."""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from conftest import containers, folders, launchers, make_provider, running, until

from analyst_magic.errors import (
    AnalystError,
    CodeFailed,
    FrameTooLarge,
    OutOfMemory,
    OutputFlood,
    RunTimeout,
    SandboxLost,
)
from analyst_magic.sandbox import docker, transfer
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.files import DataFile
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution

LIMITS = Limits(memory=700_000_000, timeout=20.0, disk=50_000_000, max_frame_bytes=50_000_000)


@pytest_asyncio.fixture
async def sandbox(provider: str) -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider(provider, LIMITS), LIMITS)
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


async def test_an_exception_whose_traceback_cannot_be_made_keeps_its_name_and_text(sandbox: Sandbox) -> None:
    failure = (await run(sandbox, "get_ipython().showtraceback = lambda *_, **__: None\n1 / 0")).error
    assert isinstance(failure, CodeFailed)
    assert (failure.name, failure.value) == ("ZeroDivisionError", "division by zero")


async def test_a_value_that_cannot_be_shown_is_a_failure(sandbox: Sandbox) -> None:
    broken = "class Broken:\n    def _repr_html_(self): raise ValueError('no picture')\n"
    failure = (await run(sandbox, f"{broken}Broken()")).error
    assert isinstance(failure, CodeFailed)
    assert failure.value == "no picture"


async def test_what_the_kernel_did_not_load_for_itself_is_there_for_code_that_wants_it(sandbox: Sandbox) -> None:
    names = ("asyncio", "logging.config", "ssl", "zmq")
    loaded = await run(sandbox, f"import sys\n[name for name in {names} if name in sys.modules]")
    assert loaded.outputs[0].data == "[]"
    wanted = await run(
        sandbox,
        "import asyncio, hashlib, logging.config, ssl\nlogging.config.dictConfig({'version': 1})\n"
        "hashlib.new('sha3_256').name, ssl.create_default_context().check_hostname",
    )
    assert wanted.error is None, wanted.error
    assert wanted.outputs[0].data == "('sha3_256', True)"


async def test_what_programs_libraries_and_forked_processes_print_comes_too_and_before_what_follows(
    sandbox: Sandbox,
) -> None:
    code = """
    import ctypes, os, subprocess, sys
    print("first")
    subprocess.run([sys.executable, "-S", "-c", "print('x' * 200_000 + ' by a program')"])
    subprocess.run([sys.executable, "-S", "-c", "import os; os.write(2, b'complaint')"])
    libc = ctypes.CDLL(None)
    libc.puts(b"by a library")
    libc.fflush(None)
    print("then", end=" ")
    sys.stdout.buffer.write(b"as bytes\\n")
    if os.fork() == 0:
        print("by a fork")
        os._exit(0)
    os.wait()
    display("shown")
    """
    outputs = (await run(sandbox, inspect.cleandoc(code))).outputs
    text = {output.stream: str(output.data) for output in outputs}
    assert all(f"by a {who}\n" in text["stdout"] for who in ("program", "library", "fork"))
    assert text["stdout"].startswith("first\nx")
    assert "then as bytes\n" in text["stdout"]
    assert text["stderr"] == "complaint"
    assert outputs[-1].data == "'shown'"


async def test_code_that_waits_for_others_runs_with_and_without_a_loop_of_its_own(sandbox: Sandbox) -> None:
    awaited = await run(sandbox, "import asyncio\nasync def value():\n    return 42\nawait value()")
    assert [output.data for output in awaited.outputs] == ["42"]
    assert (await run(sandbox, "asyncio.run(value())")).outputs[0].data == "42"
    assert isinstance((await run(sandbox, "await asyncio.sleep(60)", timeout=0.5)).error, RunTimeout)
    assert await answers(sandbox)


async def test_a_question_of_the_code_is_refused_with_what_to_do(sandbox: Sandbox) -> None:
    failure = (await run(sandbox, "input('your name?')")).error
    assert isinstance(failure, CodeFailed)
    assert "put the value into the code" in str(failure)


async def test_a_fork_that_comes_back_from_the_code_ends_there(sandbox: Sandbox) -> None:
    forked = await run(sandbox, "import os\nown = os.getpid()\nchild = os.fork()\nos.getpid() == own")
    assert [output.data for output in forked.outputs if output.stream == "result"] == ["True"]
    assert (await run(sandbox, "os.waitpid(child, 0)[0] == child, os.getpid() == own")).outputs[
        0
    ].data == "(True, True)"


FORGED = """
    import stat, struct
    said = b'{"op": "exit", "code": 0, "oom": 1}'
    exit = struct.pack("<IBBHI", 8 + len(said), 0, 1, 0, len(said)) + said
    for name in os.listdir("/proc/self/fd"):
        try:
            if int(name) > 2 and stat.S_ISFIFO(os.fstat(int(name)).st_mode):
                os.write(int(name), exit)
        except OSError:
            pass
"""


@pytest.mark.parametrize("attack", [FORGED, "os.closerange(3, 200)"], ids=["forges", "closes"])
async def test_code_that_gets_at_the_kernels_own_pipe_loses_its_sandbox_and_no_more(
    sandbox: Sandbox, attack: str
) -> None:
    code = f"import os\nprint('before')\n{inspect.cleandoc(attack)}\nwhile True: pass"
    execution = await run(sandbox, code, timeout=20.0)
    assert isinstance(execution.error, SandboxLost)
    assert execution.outputs[0].data == "before\n"
    assert await answers(sandbox)


IN_MID_MESSAGE = """
    import os, sys, threading, time
    kept, main = 42, threading.get_ident()
    def watch():
        while not sys._current_frames()[main].f_code.co_filename.endswith("wire.py"): pass
        while sys._current_frames()[main].f_code.co_name != "write": pass
        time.sleep(0.01)
        os.kill(os.getpid(), {signal})
    print("before")
    threading.Thread(target=watch).start()
    display({{"text/plain": "x" * 50_000_000}}, raw=True)
"""


async def test_a_kernel_that_dies_in_the_middle_of_a_message_is_told_of_as_any_other(sandbox: Sandbox) -> None:
    execution = await run(sandbox, inspect.cleandoc(IN_MID_MESSAGE).format(signal="9"))
    assert isinstance(execution.error, SandboxLost)
    assert "ended the sandbox's kernel" in str(execution.error)
    assert execution.outputs[0].data == "before\n"
    assert await answers(sandbox)


async def test_an_interrupt_in_the_middle_of_a_message_stops_the_code_after_it(sandbox: Sandbox) -> None:
    execution = await run(sandbox, inspect.cleandoc(IN_MID_MESSAGE).format(signal="2"))
    assert isinstance(execution.error, CodeFailed)
    assert execution.error.name == "KeyboardInterrupt"
    assert "xxx" in str(execution.outputs[1].data)
    assert (await run(sandbox, "kept")).outputs[0].data == "42"


async def test_code_that_breaks_the_interpreter_shows_what_it_printed_and_where_it_broke(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "import os\nprint('before')\nos.abort()")
    assert isinstance(execution.error, SandboxLost)
    text = {output.stream: str(output.data) for output in execution.outputs}
    assert text["stdout"] == "before\n"
    assert "Fatal Python error: Aborted" in text["stderr"]
    assert await answers(sandbox)


async def test_code_that_runs_too_long_is_interrupted_and_its_variables_stay(sandbox: Sandbox) -> None:
    await run(sandbox, "kept = 42")
    started = time.monotonic()
    execution = await run(sandbox, "while True: pass", timeout=1.0)
    assert isinstance(execution.error, RunTimeout)
    assert "1 s" in str(execution.error)
    assert time.monotonic() - started < 1.0 + LIMITS.interrupt_timeout
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
    assert time.monotonic() - started < 1.0 + LIMITS.interrupt_timeout + 5
    assert await answers(sandbox)


async def test_endless_output_is_stopped_and_keeps_its_beginning_and_its_end(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "print('first')\nwhile True: print('x' * 5000)")
    assert isinstance(execution.error, OutputFlood)
    (text,) = execution.outputs
    assert text.data.startswith("first\n")
    assert "characters left out" in text.data
    assert len(text.data) < 2 * LIMITS.max_stream_bytes
    assert await answers(sandbox)


async def test_a_flood_of_small_messages_is_stopped(provider: str) -> None:
    few = replace(LIMITS, max_messages=500)
    small = Sandbox(make_provider(provider, few), few)
    try:
        execution = await run(small, "from IPython.display import display\nfor i in range(100_000): display(i)")
        assert isinstance(execution.error, OutputFlood)
        assert await answers(small)
    finally:
        await small.close()


async def test_a_memory_bomb_is_stopped_and_the_memory_named(sandbox: Sandbox, provider: str) -> None:
    await run(sandbox, "kept = 42")
    execution = await run(sandbox, "a = []\nwhile True: a.append(bytearray(10**7))")
    assert "raise the setting memory" in str(execution.error)
    if provider == "docker":  # the container ends
        assert isinstance(execution.error, OutOfMemory)
        assert "0.7 GB" in str(execution.error)
        assert await answers(sandbox)
    else:  # a local process gets Python's own error, and lives
        assert (await run(sandbox, "a.clear()\nkept")).outputs[0].data == "42"


async def test_many_processes_cannot_take_more_memory_than_one(sandbox: Sandbox, provider: str) -> None:
    bomb = """
import os, time
for i in range(6):
    if os.fork() == 0:
        held = bytearray(250_000_000)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(60)
time.sleep(60)
"""
    execution = await run(sandbox, bomb, timeout=8.0)
    # An engine's control group kills the greediest; the local watcher ends the sandbox.
    assert isinstance(execution.error, OutOfMemory if provider != "docker" else AnalystError)
    assert await answers(sandbox)


async def test_memory_that_no_process_maps_counts_as_well(sandbox: Sandbox) -> None:
    hoard = """
import os
held = []
for i in range(100):
    try:
        fd = os.memfd_create("x")
        os.write(fd, bytes(20_000_000)); held.append(fd)
    except OSError as error:
        print(error); break
else:
    print("2 GB held")
"""
    execution = await run(sandbox, hoard)
    assert "2 GB held" not in str(execution.outputs)
    await sandbox.reset()
    assert await answers(sandbox)


async def test_a_fork_bomb_is_contained_and_nothing_of_it_is_left(sandbox: Sandbox, provider: str) -> None:
    (session,) = (await run(sandbox, "import os\nos.getsid(0)")).outputs
    bomb = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"
    execution = await run(sandbox, bomb, timeout=2.0)
    assert isinstance(execution.error, RunTimeout)
    assert await answers(sandbox)
    if provider == "landlock":  # elsewhere the number means another session
        await until(lambda: members(int(str(session.data))) == [], 60, "a fork bomb outlives its sandbox")


def members(session: int) -> list[str]:
    """The processes of a session."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[3]) == session:
                found.append(path.parent.name)
    return found


@pytest.mark.parametrize(
    "code",
    ["open('big', 'w').write('x' * 10**8)", "import itertools\nfor i in itertools.count(): open(f'{i}', 'w')"],
    ids=["bytes", "files"],
)
async def test_a_full_disk_is_an_error_that_names_the_disk(sandbox: Sandbox, provider: str, code: str) -> None:
    failure = (await run(sandbox, code)).error
    # Without a file system of its own a sandbox has no limit on files; the watcher ends it.
    assert isinstance(failure, SandboxLost if provider == "landlock" and "itertools" in code else CodeFailed)
    assert "disk" in str(failure)
    assert await answers(sandbox)


async def test_a_kernel_that_ends_itself_is_told_and_replaced(sandbox: Sandbox) -> None:
    execution = await run(sandbox, "import os; os._exit(3)")
    assert isinstance(execution.error, SandboxLost)
    assert await answers(sandbox)


async def test_closing_waits_for_a_spare_that_is_just_being_made_and_removes_it(provider: str) -> None:
    maker = make_provider(provider, LIMITS)
    launch, made, removed = maker.launch, list[Any](), list[Any]()

    async def watched(mounts: Any) -> Any:
        made.append(None)
        handle = await launch(mounts)
        made[-1], remove = handle, handle.remove
        handle.remove = lambda: (remove(), removed.append(handle))  # type: ignore[method-assign, func-returns-value]
        return handle

    maker.launch = watched  # type: ignore[method-assign, assignment]
    sandbox = Sandbox(maker, LIMITS, spares=1)
    assert await answers(sandbox)
    while len(made) < 2:
        await asyncio.sleep(0)
    assert made[1] is None
    await sandbox.close()
    assert None not in made
    assert set(map(id, made)) <= set(map(id, removed))


async def test_a_cancelled_run_stops_at_once_and_keeps_the_variables(sandbox: Sandbox) -> None:
    await run(sandbox, "kept = 42")
    running = asyncio.ensure_future(run(sandbox, "print('begun')\nwhile True: pass"))
    while not sandbox.has_output:
        await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (await run(sandbox, "kept")).outputs[0].data == "42"


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

    before = shared()
    frame = pd.DataFrame({"x": [1, 2, 3]})
    await run(sandbox, "x", frames=[to_frame("frame", frame)])
    await run(sandbox, "x", frames=[to_frame("frame", frame)])
    (first,) = shared() - before
    frame.loc[0, "x"] = 10
    execution = await run(sandbox, "int(frame.x.sum())", frames=[to_frame("frame", frame)])
    assert execution.outputs[0].data == "15"
    (second,) = shared() - before
    assert second != first  # the old version lives on only where mapped


def shared() -> set[str]:
    """The files of frames that sandboxes of this process can see."""
    return {file.name for folder in folders() for file in folder.rglob("*.arrow")}


async def test_what_code_does_to_a_frame_does_not_reach_the_next_run(sandbox: Sandbox) -> None:
    import pandas as pd

    frame = to_frame("frame", pd.DataFrame({"x": [1, 2, 3]}))
    changed = await run(sandbox, "frame.loc[0, 'x'] = 100\nint(frame.x.sum())", frames=[frame])
    assert changed.outputs[0].data == "105"
    again = await run(sandbox, "int(frame.x.sum())", frames=[frame])
    assert again.outputs[0].data == "6"


async def test_a_document_comes_back_as_a_file_and_its_ingredients_do_not(sandbox: Sandbox) -> None:
    code = "open('part.png', 'wb').write(b'x')\nopen(OUTPUT_PATH, 'wb').write(b'PK content')"
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


@pytest.mark.parametrize("large", [False, True], ids=["by the stream", "by the shared file"])
async def test_results_come_back_whole_however_they_travel(sandbox: Sandbox, large: bool) -> None:
    rows = 200_000 if large else 10
    code = f"""
import pandas as pd
frame = pd.DataFrame({{"number": range({rows}), "word": [str(i) for i in range({rows})]}})
open("words.csv", "w").write("".join(f"{{i}}\\n" for i in range({rows})))
display(frame)
frame.tail(3)
"""
    execution = await run(sandbox, code)
    assert execution.error is None
    whole, tail, file = execution.outputs
    assert whole.data.num_rows == rows
    assert whole.data.column("number").to_pylist()[-1] == rows - 1
    assert tail.data.column("word").to_pylist() == [str(i) for i in range(rows - 3, rows)]
    assert (file.name, file.data) == ("words.csv", "".join(f"{i}\n" for i in range(rows)).encode())


MUTATIONS: dict[str, Callable[[Any], object] | None] = {
    "in the array below": None,
    "one cell": lambda frame: frame.__setitem__("x", frame.x.where(frame.x != 2, 20)),
    "at": lambda frame: frame.__setattr__("dummy", frame.at.__setitem__((1, "x"), 20)),
    "sorted": lambda frame: frame.sort_values("x", ascending=False, inplace=True, ignore_index=True),
    "a column more": lambda frame: frame.insert(0, "w", 9),
    "a row less": lambda frame: frame.drop(index=2, inplace=True),
    "renamed": lambda frame: frame.rename(columns={"x": "z"}, inplace=True),
    "a text": lambda frame: frame.__setitem__("y", ["a", "b", "d"]),
    "a null": lambda frame: frame.__setitem__("y", ["a", None, "c"]),
    "another type": lambda frame: frame.__setitem__("x", frame.x.astype("int32")),
    "the index": lambda frame: frame.set_index("y", inplace=True),
}


@pytest.mark.filterwarnings("ignore")
async def test_no_change_of_a_frame_goes_unnoticed(sandbox: Sandbox) -> None:
    import numpy as np
    import pandas as pd

    for name, change in MUTATIONS.items():
        values = np.array([1, 2, 3])
        frame = pd.DataFrame({"x": values, "y": ["a", "b", "c"]}, copy=False)
        code = "import json; json.dumps([frame.to_dict('split'), [str(t) for t in frame.dtypes]], default=str)"
        before = (await run(sandbox, code, frames=[to_frame("frame", frame)])).outputs[0].data
        change(frame) if change else values.__setitem__(1, 20)
        after = (await run(sandbox, code, frames=[to_frame("frame", frame)])).outputs[0].data
        assert after != before, name
        expected = json.dumps([frame.to_dict("split"), [str(t) for t in frame.dtypes]], default=str)
        assert ast.literal_eval(after) == expected, name


@pytest.mark.parametrize("how", ["reset", "timeout", "exit", "kill"])
async def test_a_spare_takes_over_and_another_one_is_made(provider: str, how: str) -> None:
    before = running(provider)
    sandbox = Sandbox(make_provider(provider, LIMITS), LIMITS, spares=1)
    try:
        await run(sandbox, "kept = 1")
        await spare(sandbox)
        first = sandbox.id
        (waiting,) = running(provider) - before - {first}
        if how == "reset":
            await sandbox.reset()
        elif how == "timeout":
            await run(sandbox, "sum(range(10**11))", timeout=0.2)
        elif how == "exit":
            await run(sandbox, "import os; os._exit(1)")
        else:
            await asyncio.to_thread(end, provider, first)
            await until(lambda: not sandbox.running, 30, "the end of the sandbox is not noticed")
        probe = "import sys; sorted({'pandas', 'plotly', 'duckdb'} & set(sys.modules)), 'kept' in dir()"
        said = (await run(sandbox, probe)).outputs[0].data
        assert said == "(['duckdb', 'pandas', 'plotly'], False)"  # warm before anyone asked, and nobody's before
        assert sandbox.id == waiting
        await spare(sandbox)
        assert running(provider) - before - {first, waiting}
    finally:
        await sandbox.close()


def end(provider: str, identity: str) -> None:
    """End a sandbox from outside."""
    if provider == "docker":
        docker.connect().remove_container(identity, force=True)
    else:
        os.kill(int(identity), signal.SIGKILL)


async def spare(sandbox: Sandbox) -> None:
    """Wait until a spare is ready."""
    while not sandbox.spares:
        await asyncio.sleep(0.01)


async def test_no_sandbox_outlives_its_process_even_after_sigkill(provider: str) -> None:
    script = f"""
import asyncio
from conftest import make_provider
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

async def main():
    sandbox = Sandbox(make_provider({provider!r}, Limits()), Limits())
    await sandbox.start()
    print(sandbox.id, flush=True)
    await sandbox.run(Code("while True: pass"))

asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    identity = process.stdout.readline().strip()
    folders = set(Path(transfer.shared_memory()).glob(f"{transfer.PREFIX}{process.pid}.*"))
    assert identity
    assert folders
    watched = None if provider == "docker" else os.pidfd_open(int(identity))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    if watched is None:
        with contextlib.suppress(docker.docker.errors.NotFound):  # gone already
            docker.connect().wait(identity, timeout=10, condition="removed")
        assert identity not in containers(docker.connect())
    else:
        assert select.select([watched], [], [], 10)[0], "the launcher lives on"
        os.close(watched)
        assert not launchers()
    transfer.remove_orphans()
    assert not any(folder.exists() for folder in folders)


async def test_a_data_file_is_seen_where_it_lies_and_nothing_beside_it(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("n\n1\n2\n")
    (tmp_path / "b.csv").write_text("n\n7\n")
    (tmp_path / "a.csv").chmod(0o644)
    file = DataFile(tmp_path / "a.csv", "csv")
    run = await sandbox.run(Code("SELECT sum(n) AS n FROM a", "sql"), data={"a": file})
    assert run.error is None, run.error
    assert run.outputs[0].data.to_pydict() == {"n": [3]}
    for attempt in (f"open({str(tmp_path / 'b.csv')!r}).read()", f"open({str(tmp_path / 'a.csv')!r}, 'a')",
                    "import os\nopen(f\"{os.environ.get('ANALYST_DATA', '/data')}/c\", 'w')"):  # fmt: skip
        assert (await sandbox.run(Code(attempt), data={"a": file})).error is not None
    assert (tmp_path / "a.csv").read_text() == "n\n1\n2\n"


async def test_a_number_of_numpy_shows_as_a_number(sandbox: Sandbox) -> None:
    run = await sandbox.run(Code("import numpy as np\ndisplay(np.float64(70.5), np.int64(3))\nnp.bool_(True)"))
    assert [output.data for output in run.outputs] == ["70.5", "3", "True"]
