"""What a hostile sandbox may send, and what comes of it."""

from __future__ import annotations

import base64
import binascii
import json
import struct
import zlib
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyst_magic.cleaning.text import HeadTail, clean
from analyst_magic.errors import FirewallError
from analyst_magic.sandbox import codec, messages
from analyst_magic.sandbox.firewall import arrow, images, plotly
from analyst_magic.sandbox.firewall.admit import FILE, PLOTLY, TABLE, admit
from analyst_magic.sandbox.firewall.collect import Collected, Collector
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.messages import Message

LIMITS = Limits(max_rows=1000, max_result_bytes=100_000)


def shown(data: dict[str, Any], *buffers: bytes) -> tuple[Any, list[str]]:
    """The outputs and notes of one display."""
    outputs, notes, _ = admit(Collected([Message("display_data", "", {"data": data}, buffers)]), LIMITS)
    return outputs, notes


def stream(table: pa.Table, **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


# -- frames and messages -----------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.integers(0, 2), st.lists(st.binary(max_size=50), max_size=5)), max_size=5), st.integers(1, 40)
)
def test_frames_survive_any_cut_of_the_stream(frames: list[tuple[int, list[bytes]]], step: int) -> None:
    data = b"".join(codec.encode_frame(channel, parts) for channel, parts in frames)
    decoder = codec.FrameDecoder(10_000)
    found = [frame for i in range(0, len(data), step) for frame in decoder.feed(data[i : i + step])]
    assert [(frame.channel, list(frame.parts)) for frame in found] == frames


@given(st.binary(max_size=300), st.integers(1, 50))
def test_random_bytes_are_frames_or_an_error_of_the_firewall(data: bytes, step: int) -> None:
    decoder = codec.FrameDecoder(1_000)
    try:
        for i in range(0, len(data), step):
            for frame in decoder.feed(data[i : i + step]):
                messages.read(frame.parts)
    except FirewallError:
        return


def test_a_frame_over_the_limit_is_skipped_and_the_next_one_read() -> None:
    data = codec.encode_frame(2, [b"x" * 5000]) + codec.encode_frame(1, [b"next"])
    decoder = codec.FrameDecoder(1_000)
    found = [frame for i in range(0, len(data), 700) for frame in decoder.feed(data[i : i + 700])]
    assert [(frame.dropped > 5000, frame.parts) for frame in found] == [(True, ()), (False, (b"next",))]


@pytest.mark.parametrize(
    "header", [b"[]", b"{", b'{"msg_type": 5}', b'{"msg_type": "x"' + b" " * 30_000 + b"}", b"[" * 10_000]
)
def test_a_message_with_a_lying_header_is_none(header: bytes) -> None:
    assert messages.read([messages.DELIMITER, b"", header, b"{}", b"{}", b"{}"]) is None


# -- text --------------------------------------------------------------------------------------------------------------


def test_escapes_controls_and_direction_marks_are_taken_out_of_text() -> None:
    hostile = (
        "\x1b[31mred\x1b[0m \x1b]8;;http://evil\x07link\x1b]8;;\x07 \x9b5m\u202etxt.exe\u2066 a\x00b\x08 1%\r 100%"
    )
    assert clean(hostile) == " 100%"
    assert clean("red \x1b[31mred\x1b[0m\u202e!\x07") == "red red!"


@given(st.text(max_size=200))
def test_cleaned_text_holds_no_escape_and_can_be_encoded(text: str) -> None:
    found = clean(text)
    assert not set(found) & set("\x1b\x00\x07\x08\x9b\u202e")
    found.encode()


@given(st.lists(st.text(max_size=60), max_size=30))
def test_head_and_tail_keep_short_text_whole_and_long_text_within_the_cap(parts: list[str]) -> None:
    kept = HeadTail(100)
    for part in parts:
        kept.add(part)
    whole = "".join(parts)
    assert kept.text() == whole if len(whole) <= 100 else len(kept.text()) < 300
    assert kept.text().startswith(whole[:50])


# -- tables ------------------------------------------------------------------------------------------------------------


def test_a_table_comes_back_with_its_labels() -> None:
    table = pa.table({"c0": [1, 2], "c1": ["a", None]})
    (output,), _ = shown({TABLE: {"rows": 7, "labels": [2020, "x"]}}, stream(table))
    assert output.data.to_pydict() == {"2020": [1, 2], "x": ["a", None]}
    assert output.labels == (2020, "x")
    assert "2 of 7 rows" in output.note


@pytest.mark.parametrize(
    "data",
    [
        stream(pa.table({"x": pa.nulls(500)})),
        stream(pa.table({"x": pa.array([1] * 900)}), compression="zstd"),
        stream(pa.table({"x": pa.array(["a"] * 900).dictionary_encode()})),
        stream(pa.table({"x": pa.RunEndEncodedArray.from_arrays([900], [1])})),
        stream(pa.table({"x": pa.array(["a"], pa.string_view())})),
        stream(pa.table({"x": list(range(5000))})),
        stream(pa.table({"x": [1, 2, 3]}))[:-20],
        b"",
        b"\xff" * 64,
        b"\xff\xff\xff\xff" + struct.pack("<i", 2**31 - 1) + b"x" * 40,
    ],
    ids="null compressed dictionary run-end view rows cut empty garbage length".split(),
)
def test_hostile_tables_are_refused_and_said(data: bytes) -> None:
    outputs, notes = shown({TABLE: {"rows": 1, "labels": ["x"]}}, data)
    assert outputs == ()
    assert len(notes) == 1


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_a_table_with_any_bytes_changed_is_read_or_refused_by_the_firewall(at: int, change: bytes) -> None:
    whole = stream(pa.table({"x": [1, 2, 3], "y": ["a", "bb", None]}))
    data = whole[:at] + change + whole[at + len(change) :]
    try:
        table, _ = arrow.table(data, ["x", "y"], 1000)
    except FirewallError:
        return
    assert table.num_rows <= 1000
    table.to_pydict if table.num_rows == 0 else table.slice(0, 1)


# -- images ------------------------------------------------------------------------------------------------------------


def png(width: int, height: int, *extra: tuple[bytes, bytes]) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", binascii.crc32(kind + body))

    rows = zlib.compress(b"\0\0" * min(height, 10))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *(chunk(*e) for e in extra), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_png_is_rebuilt_without_its_texts_and_what_follows_it() -> None:
    found = images.png(png(1, 1, (b"tEXt", b"secret\0text")) + b"trailing", LIMITS.max_pixels)
    assert found == png(1, 1)


@pytest.mark.parametrize(
    "data", [png(100_000, 100_000), png(0, 1), png(1, 1)[:-6], png(1, 1)[:40] + b"\0" + png(1, 1)[41:], b"GIF89a", b""]
)
def test_hostile_pngs_are_refused(data: bytes) -> None:
    with pytest.raises(FirewallError):
        images.png(data, LIMITS.max_pixels)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_jpeg_or_refused(data: bytes) -> None:
    with pytest.raises(FirewallError):
        images.jpeg(b"\xff\xd8\xff" + data, 10)


# -- figures -----------------------------------------------------------------------------------------------------------


def test_a_figure_loses_what_reaches_out_of_the_page_and_keeps_its_data() -> None:
    hostile = {
        "data": [{"type": "scatter", "y": {"dtype": "f8", "bdata": base64.b64encode(b"\0" * 8).decode()}}],
        "layout": {
            "title": {"text": 'A <a href="javascript:alert(1)">link</a>'},
            "images": [{"source": "http://evil/x.png"}, {"source": "data:image/svg+xml;base64,PHN2Zz4="}],
            "map": {"style": "https://evil/style.json", "layers": [{"source": "https://evil"}]},
            "__proto__": {"polluted": 1},
        },
        "config": {"plotlyServerURL": "https://evil"},
    }
    rebuilt, notes = plotly.figure(hostile)
    text = json.dumps(rebuilt)
    assert "evil" not in text
    assert "javascript" not in text
    assert "svg" not in text
    assert "__proto__" not in text
    assert "config" not in rebuilt
    assert rebuilt["data"][0]["y"] == hostile["data"][0]["y"]
    assert len(notes) == 5


# -- files, names, and what is not admitted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../x.csv", "x.csv"),
        ("-rf.csv", "rf.csv"),
        ("CON.txt", "_CON.txt"),
        ("a\u202etxt.csv", "atxt.csv"),
        ("..\\..\\evil.CSV", "evil.csv"),
        (".ipynb_checkpoints/a.csv", "a.csv"),
        ("x" * 500 + ".csv", "x" * 80 + ".csv"),
        (".csv", "document.csv"),
        ('a"onload=1.csv', "a_onload_1.csv"),
    ],
)
def test_file_names_become_plain(name: str, safe: str) -> None:
    (output,), _ = shown({FILE: {"name": name, "size": 1}}, b"x")
    assert output.name == safe


@pytest.mark.parametrize("name", ["evil.exe", "x.hta", "x.xhtml", "noextension", "", "x.ipynb", "x.py"])
def test_files_of_other_kinds_stay_in_the_sandbox(name: str) -> None:
    outputs, notes = shown({FILE: {"name": name, "size": 1}}, b"x")
    assert outputs == ()
    assert "left in the sandbox" in notes[0]


def test_a_file_over_the_limit_stays_in_the_sandbox() -> None:
    outputs, notes = shown({FILE: {"name": "x.csv", "size": 1}}, b"x" * 200_000)
    assert outputs == ()
    assert "x.csv is over the limit" in notes[0]


def test_html_scripts_and_widgets_are_dropped_and_said() -> None:
    bundle = {"text/html": "<script>evil()</script>", "text/plain": "<evil object>"}
    outputs, notes = shown(bundle)
    assert outputs == ()
    assert "HTML" in notes[0]
    for kind in ("application/javascript", "application/vnd.jupyter.widget-view+json"):
        for text in ({}, {"text/plain": "<evil.Script object at 0x7f00>"}):
            outputs, notes = shown({kind: "evil", **text})
            assert outputs == ()
            assert kind in notes[0]


def test_messages_that_a_sandbox_has_no_business_to_send_are_counted_and_dropped() -> None:
    collector = Collector(LIMITS)
    for kind in ("comm_open", "input_request", "update_display_data", "comm_open"):
        collector.add(Message(kind, "", {"data": {PLOTLY: {}}}))
    outputs, notes, failure = admit(collector.collected, LIMITS)
    assert (outputs, failure) == ((), None)
    assert "Left out: 2 messages of the kind comm_open." in notes
    assert len(notes) == 3


def collected(*messages: tuple[str, dict[str, Any]]) -> list[str]:
    """The texts of what is shown of messages, each a type and a content."""
    collector = Collector(LIMITS)
    for kind, content in messages:
        collector.add(Message(kind, "", content))
    return [str(output.data) for output in admit(collector.collected, LIMITS)[0]]


def a_text(text: str, identity: Any = None) -> dict[str, Any]:
    return {"data": {"text/plain": text}, "transient": {"display_id": identity}}


def printed(text: str, stream: str = "stdout") -> tuple[str, dict[str, Any]]:
    return "stream", {"name": stream, "text": text}


def test_print_stands_between_the_displays_where_it_was_printed() -> None:
    found = collected(printed("a"), printed("b"), ("display_data", a_text("x")), printed("c"), printed("e", "stderr"),
                      printed("d"), ("execute_result", a_text("y")))  # fmt: skip
    assert found == ["ab", "x", "cd", "e", "y"]


def test_print_between_many_displays_is_held_to_its_cap() -> None:
    many = [message for _ in range(500) for message in (printed("z" * 5_000), ("display_data", a_text("x")))]
    found = collected(*many)
    assert len(found) <= 201
    assert sum(map(len, found)) < LIMITS.max_stream_bytes + 200 * 2_200


def test_cleared_output_is_gone_at_once_or_when_the_next_arrives_and_files_stay() -> None:
    a_file = ("display_data", {"data": {FILE: {"name": "x.csv", "size": 1}}})
    assert collected(printed("a"), ("clear_output", {}), printed("b")) == ["b"]
    assert collected(printed("a"), ("clear_output", {"wait": True})) == ["a"]
    assert collected(printed("a"), ("clear_output", {"wait": True}), ("display_data", a_text("b"))) == ["b"]
    collector = Collector(LIMITS)
    for kind, content in (printed("a"), ("clear_output", {"wait": True}), a_file):
        collector.add(Message(kind, "", content, (b"x",)))
    assert [output.kind for output in admit(collector.collected, LIMITS)[0]] == ["text", "file"]


@pytest.mark.parametrize("identity", [None, "", 5, {"a": 1}, "other"])
def test_an_update_changes_the_displays_of_its_identity_and_no_others(identity: Any) -> None:
    shows = ("display_data", a_text("old", "one"))
    assert collected(shows, printed("p"), ("update_display_data", a_text("new", "one"))) == ["new", "p"]
    other, update = ("display_data", a_text("x", identity)), ("update_display_data", a_text("new", identity))
    assert collected(shows, other, update) == ["old", "new" if identity == "other" else "x"]
    assert collected(shows, ("update_display_data", a_text("new", identity))) == ["old"]


# -- drawings and animations -------------------------------------------------------------------------------------------

SPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawn(body: str, head: str = "") -> str:
    """The SVG that is shown of a drawing."""
    (output,), _ = shown({"image/svg+xml": f"{head}<svg {SPACE} width='9' height='9'>{body}</svg>"})
    return bytes(output.data).decode()


def test_a_drawing_keeps_what_draws() -> None:
    body = (
        '<defs><clipPath id="c"><rect width="5" height="5"/></clipPath><path id="p" d="M 0 0 L 5 5"/>'
        '<linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<g clip-path="url(#c)" transform="scale(2)"><use xlink:href="#p" style="fill: url(#g); stroke: #123"/></g>'
        '<text x="1">5 &lt; 6 &amp; 7</text><image width="1" height="1" href="data:image/png;base64,AAAA"/>'
    )
    found = drawn(body, '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "http://www.w3.org/x.dtd"><!-- note -->')
    assert 'd="M 0 0 L 5 5"' in found
    assert 'xlink:href="#svg-p"' in found
    assert 'clip-path="url(#svg-c)"' in found
    assert 'style="fill:url(#svg-g);stroke:#123"' in found
    assert "5 &lt; 6 &amp; 7" in found
    assert "data:image/png;base64,AAAA" in found


HOSTILE = [
    "<script>evil()</script>", "<g onload='evil()'/>", "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>evil</b>"
    "</foreignObject>", "<image href='http://evil/x.png'/>", "<image href='//evil/x.png'/>",
    "<image href='data:image/svg+xml;base64,ZXZpbA=='/>", "<use href='http://evil/x.svg#a'/>",
    "<a href='http://evil'><text>x</text></a>", "<a xlink:href='javascript:evil()'><text>x</text></a>",
    "<style>@import 'http://evil/x.css';</style>", "<style>* { fill: url(http://evil) }</style>",
    "<rect style='fill: url(http://evil)'/>", "<rect fill='url(http://evil#a)'/>",
    "<rect style='fill:u\\72l(//evil)'/>",
    "<rect style='background:url(//evil)'/>", "<rect style='fill:url( \"//evil\" )'/>", "<rect filter='url(//evil)'/>",
    "<animate attributeName='href' values='javascript:evil()'/>", "<set attributeName='href' to='//evil'/>",
    "<iframe xmlns='http://www.w3.org/1999/xhtml' src='//evil'/>", "<rect fill='red;src:url(evil)'/>",
    "<feImage href='http://evil'/>", "<rect class='evil'/>", "<rect cursor='url(//evil)'/>", "<mask onload='evil()'/>",
    "<rect style='fill:ur/**/l(//evil)'/>", "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>evil()</h:script>",
    "<text style='font-family:\"a\";src:url(evil)'>x</text>", "<?xml-stylesheet href='http://evil'?>",
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE)
def test_a_drawing_loses_what_runs_or_reaches_out(body: str) -> None:
    found = drawn(f"<rect width='3'/>{body}")
    assert "evil" not in found
    assert '<rect width="3">' in found


@pytest.mark.parametrize(
    "source",
    [
        "no svg",
        "<svg><rect/></svg>",
        f"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg {SPACE}>&a;</svg>",
        f"<svg {SPACE} width='1000000' height='5'/>",
        f"<svg {SPACE}>" + "<g>" * 5_000 + "</g>" * 5_000 + "</svg>",
        f"<svg {SPACE}><g id='a'><use href='#a'/></g></svg>",
        f"<svg {SPACE}><rect id='a0'/>"
        + "".join(f"<g id='a{i + 1}'>" + f"<use href='#a{i}'/>" * 10 + "</g>" for i in range(9))
        + "</svg>",
        f"<svg {SPACE}>" + "<rect/>" * 1_000_000 + "</svg>",
    ],
    ids="text namespace entity size depth circle laughs long".split(),
)
def test_a_drawing_that_cannot_be_drawn_is_dropped_and_said(source: str) -> None:
    outputs, notes = shown({"image/svg+xml": source})
    assert outputs == ()
    assert "drawing" in notes[0]


@given(st.text(max_size=200))
def test_any_text_is_a_drawing_or_dropped(text: str) -> None:
    outputs, notes = shown({"image/svg+xml": f"<svg {SPACE}>{text}</svg>"})
    assert len(outputs) == 1 or len(notes) == 1


GIF = (
    b"GIF89a\x02\x00\x02\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    b"!\xf9\x04\x00\x0a\x00\x00\x00,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x84\x51\x00;"
)


def test_a_gif_is_rebuilt_without_comments_and_what_follows_it() -> None:
    said = GIF.replace(b"!\xf9", b"!\xfe\x06secret\x00!\xff\x0bSOMEONE1.00\x02hi\x00!\xf9") + b"trailing"
    assert images.gif(said, LIMITS.max_pixels) == GIF


@pytest.mark.parametrize(
    "data",
    [GIF[:-5], GIF[:20], b"GIF89a", b"", b"PNG", GIF.replace(b"GIF89a\x02\x00", b"GIF89a\xff\xff"),
     GIF.replace(b",\x00\x00\x00\x00\x02", b",\x00\x00\x00\x00\x09"), GIF.replace(b",", b"?")],
)  # fmt: skip
def test_hostile_gifs_are_refused(data: bytes) -> None:
    with pytest.raises(FirewallError):
        images.gif(data, 1_000)


@given(st.integers(0, len(GIF) - 1), st.binary(min_size=1, max_size=6))
def test_a_gif_with_any_bytes_changed_is_read_or_refused(at: int, change: bytes) -> None:
    try:
        images.gif(GIF[:at] + change + GIF[at + len(change) :], 1_000)
    except FirewallError:
        return


def test_markdown_and_latex_are_shown_as_their_source_and_never_as_markup() -> None:
    for kind in ("text/markdown", "text/latex"):
        (output,), notes = shown({kind: "![x](http://evil/x.png) <b>", "text/plain": "<IPython.X object>"})
        assert (output.kind, output.data, notes) == ("text", "![x](http://evil/x.png) <b>", [])


@pytest.mark.parametrize(
    "metadata", [None, 5, {"analyst": 5}, {"analyst": {"shrunk": [1, "<b>"]}}, {"analyst": {"shrunk": [10**30, 1]}},
                 {"analyst": {"styled": "<b>", "text_of": ["x"]}}]
)  # fmt: skip
def test_what_the_guest_says_it_changed_is_said_in_our_words_or_not_at_all(metadata: Any) -> None:
    message = Message("display_data", "", {"data": {"text/plain": "x"}, "metadata": metadata})
    outputs, notes, _ = admit(Collected([message]), LIMITS)
    assert (len(outputs), notes) == (1, [])


def test_a_long_text_is_cut_in_the_middle_and_that_is_said() -> None:
    (output,), _ = shown({"text/plain": "x" * 500_000})
    assert len(output.data) < LIMITS.max_stream_bytes + 100
    assert "characters left out" in output.data


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(
    st.sampled_from([TABLE, FILE, PLOTLY, "image/png", "image/jpeg", "text/plain"]),
    json_values,
    st.lists(st.binary(max_size=40), max_size=2),
)
def test_any_content_is_admitted_or_dropped_without_another_error(kind: str, value: Any, buffers: list[bytes]) -> None:
    outputs, notes = shown({kind: value}, *buffers)
    assert len(outputs) + len(notes) >= 1 or outputs == ()


@given(json_values, json_values, json_values)
def test_any_error_message_becomes_a_plain_failure(name: Any, value: Any, traceback: Any) -> None:
    content = {"ename": name, "evalue": value, "traceback": traceback}
    _, _, failure = admit(Collected([Message("error", "", content)]), LIMITS)
    assert failure is not None
    assert "\x1b" not in failure.traceback
