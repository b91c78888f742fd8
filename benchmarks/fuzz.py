"""Feed the readers of what comes out of a sandbox with bytes that a coverage-guided fuzzer makes up.

    make fuzz                                  # a minute for each reader
    python benchmarks/fuzz.py codec -max_total_time=600

A reader may refuse with an error of the firewall and must do nothing else: no other exception, no more held in memory
than the limit. Arguments after the reader's name go to libFuzzer. Needs atheris, which is no part of our environment.
"""

from __future__ import annotations

import json
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import atheris
import pyarrow as pa

with atheris.instrument_imports(include=["analyst_magic"]):
    from analyst_magic.errors import FirewallError
    from analyst_magic.sandbox import messages
    from analyst_magic.sandbox.codec import FrameDecoder, encode_frame
    from analyst_magic.sandbox.docker_stream import DockerStream
    from analyst_magic.sandbox.firewall import arrow, images, plotly
    from analyst_magic.sandbox.firewall.admit import PLOTLY as plotly_kind
    from analyst_magic.sandbox.firewall.admit import admit
    from analyst_magic.sandbox.firewall.collect import Collected
    from analyst_magic.sandbox.limits import Limits

MOST = 4096


def codec(data: bytes) -> None:
    """Frames, cut at places that the first byte chooses; then the messages in them."""
    decoder, engine = FrameDecoder(MOST), DockerStream()
    step = 1 + (data[0] if data else 0)
    for at in range(1, len(data), step):
        for piece in engine.feed(data[at : at + step]):
            for frame in decoder.feed(piece):
                assert sum(map(len, frame.parts)) <= MOST
                messages.read(frame.parts)
        assert len(decoder._buffer) <= MOST + 260


def tables(data: bytes) -> None:
    table, labels = arrow.table(data, ["x"], 1_000)
    assert table.num_rows <= 1_000
    assert len(labels) == table.num_columns


def pictures(data: bytes) -> None:
    images.png(b"\x89PNG\r\n\x1a\n" + data, 10_000)


def displays(data: bytes) -> None:
    """Whole outputs, from JSON that the fuzzer writes."""
    content = json.loads(data)
    if isinstance(content, dict):
        message = messages.Message("display_data", "", {"data": content}, (data,))
        outputs, _, _ = admit(Collected(items=[message]), Limits())
        assert all("\x1b" not in str(output.data) for output in outputs)
        plotly.figure(content)


READERS: dict[str, Callable[[bytes], None]] = {
    "codec": codec,
    "tables": tables,
    "pictures": pictures,
    "displays": displays,
}


def seeds(name: str) -> list[bytes]:
    """Well-formed inputs to start from; without them a fuzzer takes long to find what a reader accepts at all."""
    if name == "tables":
        sink = pa.BufferOutputStream()
        table = pa.table({"a": [1, 2], "b": ["x", None], "c": [[1], []]})
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return [bytes(sink.getvalue())]
    if name == "pictures":
        parts = ((b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"), (b"tEXt", b"a\0b"), (b"IDAT", b"x"), (b"IEND", b""))
        return [b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)]
    if name == "displays":
        figure = {
            "data": [{"type": "bar", "x": ["a"], "y": {"dtype": "i1", "bdata": "AQ=="}}],
            "layout": {"images": []},
        }
        kinds = ("text/plain", "text/html", "image/png", "application/vnd.analyst.table+json")
        contents = [{"data": {kind: "text"}} for kind in kinds] + [{"data": {plotly_kind: figure}}, figure]
        return [json.dumps(content).encode() for content in contents]
    frame = encode_frame(2, messages.request("stream", {"name": "stdout", "text": "x"}, {})[1])
    return [b"\x20" + struct.pack(">BxxxI", 1, len(frame)) + frame, b"\x03" + struct.pack(">BxxxI", 2, 4) + b"text"]


def main() -> None:
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in READERS:
        sys.exit(f"Name a reader: {', '.join(READERS)}.")

    def once(data: bytes) -> None:
        try:
            READERS[name](data)
        except (FirewallError, json.JSONDecodeError, UnicodeDecodeError):
            return
        except RecursionError:
            if name != "displays":
                raise

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds(name)):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([*sys.argv, corpus], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
