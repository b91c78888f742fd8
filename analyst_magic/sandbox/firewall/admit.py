"""Collected messages -> outputs: the best admitted form of each display, rebuilt; all else is dropped, with a note."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from ...cleaning.names import base_of, safe_name
from ...cleaning.text import clean
from ...errors import CodeFailed, FirewallError, InputError
from ...filetypes import ending_of, why_it_stays
from ...language import message, messages
from ...result_kinds import installed_kinds
from ...turn import Output, Preview
from ...wording import count
from ..advice import advice
from ..limits import Limits
from ..messages import Message
from . import described, images, plotly, styles
from .bundles import base64_bytes, changes, picture, words
from .collect import FILE, Collected, Printed
from .shared import SharedResults

TABLE = "application/vnd.analyst.table+json"
MAX_PREVIEW = 2_000_000
PAGES, ROWS, COLUMNS, CHARACTERS = 5, 12, 10, 200
"""How much of a file a preview shows."""
PLOTLY = "application/vnd.plotly.v1+json"
ANSWER = "application/vnd.analyst.answer+json"
MAX_ANSWERS = 10
MAX_ANSWER = 2_000
"""Characters of one answer line."""
MAX_NAMED = 200
MAX_STAY_NOTES = 8


def admit(
    collected: Collected, limits: Limits, results: int = -1
) -> tuple[tuple[Output, ...], list[str], CodeFailed | None]:
    """Check all that a run sent.

    Args:
        collected: The run's messages.
        limits: The caps.
        results: The host's descriptor of the file that the sandbox writes results to, or -1.

    Returns:
        The outputs in order of appearance, what was dropped or cut (one sentence each), and the code's own failure.
    """
    outputs: list[Output] = []
    notes: list[str] = []
    failure: CodeFailed | None = None
    shared = SharedResults(results, limits)
    for item in collected.items:
        if isinstance(item, Printed):
            outputs.append(Output("text", clean(item.text.text()), stream=item.stream))
        elif item.type == "error":
            failure = _failure(item.content)
        else:
            try:
                output = _display(item, limits, notes, shared)
            except FirewallError as error:
                notes.append(str(error))
                continue
            if output is not None:
                outputs.append(output)
    outputs = _few_answers(outputs, notes)
    return tuple(outputs), list(dict.fromkeys([*notes, *_dropped(collected, limits)]))[:20], failure


def _dropped(collected: Collected, limits: Limits) -> list[str]:
    """What of a run's messages never became an output, one sentence each."""
    notes: list[str] = []
    if collected.oversize:
        notes.append(
            message(
                "{oversize} output(s) over {max_message_bytes} MB were dropped.",
                oversize=collected.oversize,
                max_message_bytes=limits.max_message_bytes // 1000000,
            )
        )
    if collected.dropped.get("update_display_data"):
        notes.append(
            message("An update of what an earlier run shows was left out: an output changes in its own run alone.")
        )
    for kind, number in sorted(collected.dropped.items()):
        if kind != "update_display_data":
            notes.append(
                message(
                    "Left out: {counted} of the kind {clean}.",
                    counted=messages("{number} message", "{number} messages", number),
                    clean=clean(kind, 40),
                )
            )
    return notes


def _display(sent: Message, limits: Limits, notes: list[str], shared: SharedResults) -> Output | None:
    data = sent.content.get("data")
    if not isinstance(data, Mapping):
        raise FirewallError(message("An output without content was dropped."))
    if isinstance(data.get(TABLE), Mapping):
        notes.extend(changes(sent.content.get("metadata"), data))
        return _table(data[TABLE], shared.buffers(data[TABLE], sent.buffers), limits)
    if isinstance(data.get(ANSWER), Mapping):
        return _answer(data[ANSWER], notes)
    if isinstance(data.get(FILE), Mapping):
        if "stay" in data[FILE]:
            notes.extend(_stay(data[FILE]))
            return None
        return _file(data[FILE], shared.buffers(data[FILE], sent.buffers), limits)
    if PLOTLY in data:
        rebuilt, left_out = plotly.figure(data[PLOTLY])
        notes.extend(left_out)
        return Output("figure", rebuilt)
    shown = _of_other_packages(data) or picture(data, limits) or words(data, limits)
    notes.extend(changes(sent.content.get("metadata"), data))
    return shown


def _of_other_packages(data: Mapping[Any, Any]) -> Output | None:
    """What a kind of result of another package takes of a bundle; None where there is none for it."""
    kind = next((kind for mime, kind in installed_kinds().items() if mime in data), None)
    if kind is None:
        return None
    try:
        return Output(kind.mime, kind.admit(data[kind.mime]))
    except FirewallError:
        raise
    except Exception as error:  # a package of somebody else fails in any way it likes
        raise FirewallError(
            message(
                "An output of the kind {mime} was dropped: {kind} failed ({kind_2}).",
                mime=kind.mime,
                kind=type(kind).__name__,
                kind_2=type(error).__name__,
            )
        ) from error


def _answer(content: Mapping[str, Any], notes: list[str]) -> Output | None:
    """An answer line: plain text, in which markup is no more than characters."""
    given, note = content.get("text"), content.get("note")
    if isinstance(note, str) and (remark := " ".join(clean(note, MAX_ANSWER).split())):
        notes.append(remark[:MAX_ANSWER])
    text = clean(given, 4 * MAX_ANSWER).strip() if isinstance(given, str) else ""
    if len(text) > MAX_ANSWER:
        notes.append(message("The answer line was cut to its first {max_answer:,} characters.", max_answer=MAX_ANSWER))
        text = f"{text[: MAX_ANSWER - 1].rstrip()}…"
    return Output("answer", text) if text else None


def _few_answers(outputs: list[Output], notes: list[str]) -> list[Output]:
    """The outputs with no more answer lines than a reader takes in."""
    last = [output for output in outputs if output.kind == "answer"][MAX_ANSWERS:]
    if last:
        notes.append(
            message(
                "Only the first {max_answers} answer lines are shown; {last:,} more were left out.",
                max_answers=MAX_ANSWERS,
                last=len(last),
            )
        )
    return [output for output in outputs if not any(output is left for left in last)]


def _table(content: Mapping[str, Any], buffers: tuple[Any, ...], limits: Limits) -> Output:
    if len(buffers) != 1:
        raise FirewallError(message("A table came back without its data."), message("Run the question again."))
    data, labels, origin = described.table(buffers[0], content, limits.max_rows)
    rows = content.get("rows")
    notes = described.losses(content.get("losses"))
    cut = type(rows) is int and data.num_rows < rows < 2**53
    if rows == -1:
        notes.insert(
            0, message("Only the first {num_rows:,} rows were fetched; there are more.", num_rows=data.num_rows)
        )
    elif cut and data.num_columns:
        notes.insert(
            0, message("Only the first {num_rows:,} of {rows:,} rows were fetched.", num_rows=data.num_rows, rows=rows)
        )
    style, left_out = styles.table_style(content.get("look"), data.num_rows, data.num_columns)
    note = " ".join([*notes, *left_out])
    return Output("table", data, labels=labels, note=note, origin=origin, rows=rows if cut else None, style=style)


def _file(content: Mapping[str, Any], buffers: tuple[Any, ...], limits: Limits) -> Output:
    name = content.get("name")
    name = _admitted_name(name if isinstance(name, str) else "")
    if len(buffers) != 1 or len(buffers[0]) > limits.max_result_bytes:
        raise FirewallError(
            message(
                "The file {name} is over the limit of {max_result_bytes} MB and was left in the sandbox.",
                name=name,
                max_result_bytes=limits.max_result_bytes // 1000000,
            ),
            message("Write less into it."),
        )
    data = bytes(buffers[0])
    rebuild = _PICTURES.get(ending_of(name))
    if rebuild is not None:
        try:
            data = rebuild(data, limits.max_pixels)
        except FirewallError as refused:
            raise FirewallError(
                message("{name} was left in the sandbox. {reason}", name=name, reason=refused.message),
                refused.next_step,
            ) from None
    return Output("file", data, name=name, preview=_preview(content.get("preview"), limits))


_PICTURES = {"png": images.png, "jpg": images.jpeg, "gif": images.gif}


def _stay(content: Mapping[str, Any]) -> list[str]:
    """One sentence for the files of each kind that stay in the sandbox: why, and what to do instead."""
    given, more = content.get("stay"), content.get("more")
    kinds: dict[str, list[str]] = {}
    for name in given[:MAX_NAMED] if isinstance(given, list) else []:
        if isinstance(name, str) and (plain := " ".join(base_of(name).split())):
            kinds.setdefault(ending_of(plain), []).append(plain[-80:])
    notes = [_stays(ending, names) for ending, names in list(kinds.items())[:MAX_STAY_NOTES]]
    rest = sum(len(names) for names in list(kinds.values())[MAX_STAY_NOTES:])
    rest += more if isinstance(more, int) and not isinstance(more, bool) and 0 < more < 1_000_000 else 0
    return (
        [*notes, messages("{number} more file left in the sandbox.", "{number} more files left in the sandbox.", rest)]
        if rest
        else notes
    )


def _stays(ending: str, names: list[str]) -> str:
    reason, instead = why_it_stays(names[0])
    others = len(names) - 1
    kind = f".{ending[:10]}" if ending else "such"
    files = f" and {count(others, f'more {kind} file')} stay" if others else " stays"
    return f"{names[0]}{files} in the sandbox: {reason}. {instead}."


def _preview(given: Any, limits: Limits) -> Preview:
    """What can be shown of a preview; one that cannot be read is none."""
    if not isinstance(given, Mapping):
        return Preview()
    image = b""
    if isinstance(given.get("image"), str) and len(given["image"]) < MAX_PREVIEW:
        with contextlib.suppress(FirewallError):
            image = images.png(base64_bytes(given["image"]), limits.max_pixels)
    pages = given.get("pages")
    return Preview(image, tuple(_page(page) for page in pages[:PAGES]) if isinstance(pages, list) else ())


def _page(given: Any) -> tuple[str, tuple[tuple[str, ...], ...]]:
    title, rows = (given[0], given[1]) if isinstance(given, list) and len(given) == 2 else ("", [])
    shown = [row[:COLUMNS] for row in rows[:ROWS] if isinstance(row, list)] if isinstance(rows, list) else []
    return _words(title), tuple(tuple(_words(cell) for cell in row) for row in shown)


def _words(text: Any) -> str:
    return " ".join(clean(text, 4 * CHARACTERS).split())[:CHARACTERS] if isinstance(text, str) else ""


def _admitted_name(name: str) -> str:
    """A safe name for a file that may leave the sandbox.

    Raises:
        FirewallError: Files of its kind may not.
    """
    try:
        return safe_name(name)
    except InputError:
        base = base_of(name)
        reason, instead = why_it_stays(base)
        shown = " ".join(base[-80:].split()) or "A file without a name"
        raise FirewallError(
            message("{shown} was left in the sandbox: {reason}.", shown=shown, reason=reason),
            message("{instead}.", instead=instead),
        ) from None


def _failure(content: Mapping[str, Any]) -> CodeFailed:
    name, value = (clean(str(content.get(key) or ""), 4_000) for key in ("ename", "evalue"))
    lines = content.get("traceback")
    traceback = (
        "\n".join(clean(line, 20_000) for line in lines[:100] if isinstance(line, str))
        if isinstance(lines, list)
        else ""
    )
    reason = value.strip().split("\n")[0][:300]
    sentence = f"The code failed: {name[:100]}" + (f": {reason}" if reason else "")
    return CodeFailed(
        sentence if sentence.endswith((".", "!", "?")) else message("{sentence}.", sentence=sentence),
        advice(name, value),
        name=name[:100],
        value=value,
        traceback=traceback[:20_000],
    )
