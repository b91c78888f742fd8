"""What a hostile guest can do to its host: nothing. Each attack ends in time, and the next question works."""

from __future__ import annotations

import base64
import binascii
import gc
import io
import json
import resource
import struct
import time
import zlib
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hostile import CONTROL, DELIMITER, IOPUB, LIMITS, SHELL, Guest, endless, hostile, sparse

from analyst_magic.errors import CodeFailed, OutputFlood, RunTimeout, SandboxLost
from analyst_magic.results.build import from_output
from analyst_magic.sandbox.firewall.admit import FILE, PLOTLY, TABLE
from analyst_magic.turn import Code, Execution

Attack = Callable[[Guest], object]


async def suffer(attack: Attack) -> Execution:
    """One run with an attacking guest, within the time and the memory that it may take; then an honest run."""
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.monotonic()
    async with hostile(lambda guest: attack(guest) if len(guest.parents) == 1 else guest.say("honest")) as sandbox:
        execution = await sandbox.run(Code("1"))
        assert time.monotonic() - started < LIMITS.timeout + LIMITS.interrupt_timeout + 4
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 2 * LIMITS.max_output_bytes
        again = await sandbox.run(Code("2"))
        assert [o.data for o in again.outputs if o.kind == "text"] == ["honest"], again
    return execution


def shown(execution: Execution) -> str:
    """All text of a run's outputs."""
    return "\n".join(str(output.data) for output in execution.outputs)


# -- the transport -----------------------------------------------------------------------------------------------------

HEAD = struct.Struct("<IBBH")
BROKEN: dict[str, Attack] = {
    "random bytes": lambda guest: guest.raw(bytes(range(255, 0, -1)) * 100),
    "a length too small for its head": lambda guest: guest.raw(HEAD.pack(1, IOPUB, 0, 0)),
    "more parts than bytes": lambda guest: guest.raw(HEAD.pack(8, IOPUB, 60, 0) + b"x" * 100),
    "255 parts": lambda guest: guest.raw(HEAD.pack(5000, IOPUB, 255, 0) + b"x" * 5000),
    "a channel that there is not": lambda guest: guest.raw(HEAD.pack(100, 99, 1, 0) + b"x" * 100),
    "lengths that do not add up": lambda guest: guest.raw(
        HEAD.pack(12, IOPUB, 1, 0) + struct.pack("<I", 2**31) + b"1234"
    ),
    "lengths that wrap around": lambda guest: guest.raw(
        HEAD.pack(16, IOPUB, 2, 0) + struct.pack("<II", 2**32 - 1, 5) + b"1234"
    ),
    "a frame cut short": lambda guest: (guest.raw(HEAD.pack(1000, IOPUB, 1, 0) + b"x"), guest.close()),
    "nothing but the end": Guest.close,
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_no_frame_ends_the_guest(name: str) -> None:
    execution = await suffer(BROKEN[name])
    assert isinstance(execution.error, SandboxLost)
    assert "variables are gone" in str(execution.error)


ENDLESS: dict[str, Attack] = {
    "a header without end": lambda guest: endless(lambda: guest.raw(b"\x00" * 3), 4),
    "a frame of 4 GB that never comes": lambda guest: (guest.raw(HEAD.pack(2**32 - 1, IOPUB, 1, 0)), guest.wait()),
    "a frame of 4 GB that comes": lambda guest: (
        guest.raw(HEAD.pack(2**32 - 1, IOPUB, 1, 0)), endless(lambda: guest.raw(b"x" * 1_000_000))
    ),
    "messages of another request": lambda guest: endless(lambda: guest.say("forged", parent={"msg_id": "another"})),
    "words of the relay": lambda guest: endless(lambda: guest.frame(CONTROL, [b'{"op": "what"}'])),
    "messages that cannot be read": lambda guest: endless(lambda: guest.frame(IOPUB, [b"junk"])),
    "small messages": lambda guest: endless(lambda: guest.say("x")),
    "large messages": lambda guest: endless(lambda: guest.say("x" * 1_000_000)),
    "oversize messages": lambda guest: endless(lambda: guest.raw(HEAD.pack(90_000_000, 2, 1, 0) + b"x" * 90_000_000)),
    "empty displays": lambda guest: endless(lambda: guest.display({})),
    "states": lambda guest: endless(lambda: guest.status("busy")),
    "silence": Guest.wait,
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
async def test_what_never_ends_is_stopped(name: str) -> None:
    execution = await suffer(ENDLESS[name])
    assert isinstance(execution.error, OutputFlood | RunTimeout | SandboxLost)
    assert len(shown(execution)) < 2 * LIMITS.max_stream_bytes


# -- messages ----------------------------------------------------------------------------------------------------------


def twice(guest: Guest) -> None:
    guest.reply({"status": "ok"})
    guest.reply({"status": "error", "ename": "second"})


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def after_the_end(guest: Guest) -> None:
    """All in one piece, so that the host reads the end and what follows it at once."""
    said: list[bytes] = []
    send, guest.raw = guest.raw, said.append  # type: ignore[method-assign]
    guest.reply()
    guest.status()
    guest.say("too late")
    guest.raw = send  # type: ignore[method-assign]
    guest.raw(b"".join(said))
    guest.answers = False


LIES: dict[str, Attack] = {
    "an idle before its time": lambda guest: guest.status(),
    "two replies": twice,
    "a reply on the wrong channel": lambda guest: guest.message("execute_reply", {"status": "ok"}, channel=IOPUB),
    "a display on the wrong channel": lambda guest: guest.message(
        "display_data", {"data": {"text/plain": "smuggled"}}, channel=SHELL
    ),
    "a message of another request": lambda guest: guest.say("smuggled", parent={"msg_id": "another"}),
    "a parent that is a list": lambda guest: guest.say("smuggled", parent=["x"]),
    "a parent that is nested": lambda guest: guest.frame(IOPUB, [DELIMITER, b"", nested(100_000), b"{}", b"{}", b"{}"]),
    "content that is nested": lambda guest: guest.frame(
        IOPUB, [DELIMITER, b"", b'{"msg_type": "stream"}', json.dumps(guest.parent).encode(), b"{}", nested(100_000)]
    ),
    "a header of megabytes": lambda guest: guest.frame(
        IOPUB, [DELIMITER, b"", b"{" + b" " * 5_000_000 + b"}", b"{}", b"{}", b"{}"]
    ),
    "numbers that are not there": lambda guest: guest.frame(
        IOPUB, [DELIMITER, b"", b'{"msg_type": NaN}', b'{"msg_id": 1e999}', b"{}", b"{}"]
    ),
    "a number of a million digits": lambda guest: guest.frame(
        IOPUB, [DELIMITER, b"", b'{"msg_type": "stream"}', b'{"msg_id": ' + b"9" * 19_000 + b"}", b"{}", b"{}"]
    ),
    "text that is not text": lambda guest: guest.say(["smuggled"]),
    "a stream that there is not": lambda guest: guest.say("smuggled", stream="../../x"),
    "display data that is a list": lambda guest: guest.display(["smuggled"]),
    "a question to the user": lambda guest: guest.message("input_request", {"prompt": "password: ", "password": True}),
    "a widget": lambda guest: guest.message("comm_open", {"comm_id": "x", "target_name": "jupyter.widget", "data": {}}),
    "a clearing of the cell": lambda guest: guest.message("clear_output", {"wait": False}),
    "an update of another output": lambda guest: guest.message(
        "update_display_data", {"data": {"text/plain": "smuggled"}}
    ),
    "pages for the front end": lambda guest: guest.reply(
        {"status": "ok", "payload": [{"source": "set_next_input", "text": "smuggled", "replace": True}]}
    ),
    "variables with odd names": lambda guest: guest.reply(
        {"status": "ok", "analyst": {"variables": {"a\\x1b[2J": "smuggled", "<b>": "smuggled", "ok": ["smuggled"]}}}
    ),
    "an exit of odd types": lambda guest: guest.frame(CONTROL, [b'{"op": "exit", "oom": {"a": []}, "code": "x"}']),
    "words that are no JSON": lambda guest: (guest.frame(CONTROL, [b"{" * 50]), guest.frame(CONTROL, [])),
    "words that are nested": lambda guest: guest.frame(CONTROL, [nested(1_000_000)]),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
async def test_a_lie_in_a_message_shows_nothing_and_breaks_nothing(name: str) -> None:
    execution = await suffer(LIES[name])
    assert execution.error is None, execution.error
    assert "smuggled" not in shown(execution) + str(execution.variables) + str(execution.notes)


async def test_what_comes_after_the_end_belongs_to_no_run() -> None:
    execution = await suffer(after_the_end)
    assert execution.error is None
    assert "too late" not in shown(execution)


@pytest.mark.parametrize(
    "content",
    [
        {"ename": ["x"], "evalue": {"a": 1}, "traceback": "text"},
        {"ename": "x" * 10**6, "evalue": "\x1b]52;c;aGFja2Vk\x07" * 1000, "traceback": ["\x1b[2J" * 10**4] * 500},
        {},
    ],
    ids=["of other types", "huge and with escapes", "empty"],
)
async def test_an_error_of_the_code_is_plain_and_short(content: dict[str, Any]) -> None:
    execution = await suffer(lambda guest: guest.message("error", content))
    assert isinstance(execution.error, CodeFailed)
    assert "\x1b" not in str(execution.error) + execution.error.traceback
    assert len(str(execution.error)) < 2_000
    assert len(execution.error.traceback) <= 20_000


# -- contents ----------------------------------------------------------------------------------------------------------


def arrow(table: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", binascii.crc32(kind + data))


def png(width: int, height: int, data: bytes = b"") -> str:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b""))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()


def table_of(data: bytes, **content: Any) -> Attack:
    return lambda guest: guest.display({TABLE: {"rows": 1, "labels": ["x"], **content}}, buffers=[data])


REFUSED: dict[str, Attack] = {
    "a billion nulls": table_of(arrow(pa.table({"x": pa.nulls(10**9)}))),
    "a billion rows in one run": table_of(
        arrow(pa.table({"x": pa.RunEndEncodedArray.from_arrays(pa.array([10**9], pa.int32()), pa.array([1]))}))
    ),
    "a dictionary": table_of(arrow(pa.table({"x": pa.array(["a" * 1000] * 10_000).dictionary_encode()}))),
    "compressed zeros": table_of(arrow(pa.table({"x": pa.array([0] * 100_000)}), compression="zstd")),
    "a table without end": table_of(arrow(pa.table({"x": [1, 2, 3]}))[:-20]),
    "a table of junk": table_of(b"\xff\xff\xff\xff\x10\x00\x00\x00junkjunkjunkjunk"),
    "a table without data": lambda guest: guest.display({TABLE: {"rows": 1, "labels": []}}),
    "a table with two buffers": lambda guest: guest.display({TABLE: {"rows": 1}}, buffers=[b"x", b"y"]),
    "a picture of 100,000 by 100,000": lambda guest: guest.display({"image/png": png(100_000, 100_000)}),
    "a picture that is none": lambda guest: guest.display({"image/png": base64.b64encode(b"<svg/>").decode()}),
    "a drawing": lambda guest: guest.display({"image/svg+xml": "<svg onload='alert(1)'/>"}),
    "markup": lambda guest: guest.display({"text/html": "<script>alert(1)</script>"}),
    "a program": lambda guest: guest.display({"application/javascript": "alert(1)"}),
    "a widget's view": lambda guest: guest.display({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}}),
    "a figure of text": lambda guest: guest.display({PLOTLY: "<script>"}),
    "a figure without end": lambda guest: guest.display({PLOTLY: {"data": [{}] * 3_000}}),
    "a program for a file": lambda guest: guest.display({FILE: {"name": "x.exe", "size": 1}}, buffers=[b"x"]),
    "a page that runs": lambda guest: guest.display({FILE: {"name": "x.hta", "size": 1}}, buffers=[b"x"]),
    "a file without its content": lambda guest: guest.display({FILE: {"name": "x.csv", "size": 2**60}}),
    "a result beyond the end of the file": lambda guest: guest.display({TABLE: {"rows": 1, "at": 10**9, "bytes": 100}}),
    "a result of negative size": lambda guest: guest.display({TABLE: {"rows": 1, "at": 0, "bytes": -5}}),
    "a result at a negative place": lambda guest: guest.display({TABLE: {"rows": 1, "at": -5, "bytes": 5}}),
    "a place that is text": lambda guest: guest.display({TABLE: {"rows": 1, "at": "0", "bytes": True}}),
    "a sparse file of 4 GB": lambda guest: (
        sparse(guest.results, 4 * 10**9), guest.display({FILE: {"name": "x.csv", "at": 0, "bytes": 4 * 10**9}})
    ),
    "a file that shrank": lambda guest: (
        sparse(guest.results, 10**6), guest.display({FILE: {"name": "x.csv", "at": 0, "bytes": 10**6}}),
        sparse(guest.results, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_a_hostile_result_is_left_out_and_said(name: str) -> None:
    execution = await suffer(REFUSED[name])
    assert execution.error is None
    assert execution.outputs == ()
    assert execution.notes


def unused(output: Any) -> Any:
    raise AssertionError("nothing is kept")


@pytest.mark.parametrize(
    "data", [{"text/markdown": "[x](javascript:alert(1))"}, {"text/latex": r"\href{javascript:alert(1)}{x}"}]
)
async def test_markup_that_a_front_end_would_render_is_plain_text(data: dict[str, str]) -> None:
    execution = await suffer(lambda guest: guest.display(data))
    (output,) = execution.outputs
    assert output.kind == "text"
    bundle = from_output(output, save=unused)._repr_mimebundle_()
    assert set(bundle) <= {"text/plain", "text/html"}
    assert "<a" not in bundle.get("text/html", "")


async def test_a_picture_that_unpacks_to_gigabytes_is_never_unpacked() -> None:
    """The host passes a picture on without looking at its points; its announced size is what counts."""
    bomb = io.BytesIO()
    packer = zlib.compressobj(9)
    for _ in range(1000):
        bomb.write(packer.compress(bytes(10**6)))
    bomb.write(packer.flush())
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", bomb.getvalue()) + chunk(b"IEND", b"")
    execution = await suffer(lambda guest: guest.display({"image/png": base64.b64encode(data).decode()}))
    assert [output.kind for output in execution.outputs] == ["image"]


NAMES = {
    "../../x.csv": "x.csv",
    "/etc/cron.d/x.csv": "x.csv",
    "..\\..\\x.csv": "x.csv",
    "-rf.csv": "rf.csv",
    ".ipynb_checkpoints/x.csv": "x.csv",
    "CON.csv": "_CON.csv",
    "nul.tar.csv": "nul_tar.csv",
    "leak.vl.json": "leak_vl.json",
    "a.b.c.MD": "a_b_c.md",
    "sales\u202excod.csv": "salesxcod.csv",
    "a\x00b\nc\x1b[2J.csv": "ab_c.csv",
    "~/.bashrc.csv": "bashrc.csv",
    "$(reboot).csv": "_(reboot).csv",
    "%2e%2e%2fx.csv": "_2e_2e_2fx.csv",
    "x" * 5_000 + ".csv": None,
    ".csv": "document.csv",
    "<img src=x onerror=alert(1)>.csv": "_img src_x onerror_alert(1)_.csv",
    7: None,
}


@pytest.mark.parametrize("name", NAMES, ids=str)
async def test_a_file_gets_a_plain_name_or_none(name: Any) -> None:
    execution = await suffer(lambda guest: guest.display({FILE: {"name": name, "size": 1}}, buffers=[b"x"]))
    expected = NAMES[name]
    names = [output.name for output in execution.outputs]
    if expected is not None:
        assert names == [expected]
    assert all("/" not in found and "\\" not in found and len(found) < 100 for found in names)
    assert names or execution.notes


FIGURE = {
    "data": [
        {
            "type": "scatter",
            "x": [1],
            "y": [1],
            "name": "<a href='javascript:alert(1)'>x</a>",
            "hovertemplate": "<script>alert(1)</script>",
            "text": ["<img src=https://evil.example/x onerror=alert(1)>"],
        },
        {"type": "image", "source": "https://evil.example/pixel.png"},
        {"type": "scattermap", "lat": [1], "lon": [1]},
    ],
    "layout": {
        "title": {"text": '<a href="javascript:alert(1)">click</a>'},
        "images": [{"source": "//evil.example/x.png"}, {"source": "data:image/svg+xml;base64,PHN2Zz4="}],
        "map": {"style": "https://evil.example/style.json"},
        "mapbox": {"accesstoken": "pk.x", "style": "mapbox://x"},
    },
    "config": {"topojsonURL": "https://evil.example/"},
}


async def test_a_figure_reaches_out_to_nobody() -> None:
    execution = await suffer(lambda guest: guest.display({PLOTLY: FIGURE}))
    (figure,) = execution.outputs
    text = json.dumps(figure.data)
    assert "javascript:" not in text
    assert "evil.example/pixel" not in text
    assert "evil.example/style" not in text
    assert "svg+xml" not in text
    assert "topojson" not in text
    assert "href" not in text
    assert figure.data["data"][0]["x"] == [1]
    assert execution.notes


async def test_output_for_a_terminal_loses_what_steers_it() -> None:
    steering = "\x1b]0;title\x07\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x1b[2J\x9b31m\u202eevil\x08\x08"
    execution = await suffer(lambda guest: guest.say(f"before {steering} after"))
    (text,) = execution.outputs
    assert text.data.startswith("before ")
    assert text.data.rstrip().endswith("after")
    assert not set(text.data) & set("\x1b\x9b\x07\x08\u202e")
    assert "evil.example" not in text.data
