"""One report for each row of a table: the notebook is run with the row's values as parameters."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from .. import __version__
from ..cluster import Cluster, IsStopped, Threads, open_cluster
from ..errors import AnalystError, InputError, ReportError
from ..history.lock import NAME as LOCK
from ..language import message, messages
from ..report_formats import REPORT_FORMATS
from ..storage.files import SHARED, make_private, write_atomic
from ..wording import count
from .counts import Counts
from .parameters import check_name
from .plain import plain_text

JOURNAL = "batch.jsonl"
SECONDS_TO_STOP = 30.0  # for a report that is made, once it is asked to stop
SECONDS_BETWEEN_LOOKS = 0.1
_MAX_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One report that is wanted.

    Attributes:
        number: The row's place in the table, from 1.
        values: The parameters, as the table has them.
        file: The report's file name.
        mark: A digest of all that the report is made from; another one means that it has to be made again.
    """

    number: int
    values: Mapping[str, str]
    file: str
    mark: str


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a row.

    Attributes:
        row: The row.
        outcome: ``made``, ``kept`` from an earlier run, or ``failed``.
        seconds: How long it took.
        error: Why it failed.
        counts: What the report holds and what not; of one that is kept, what was noted when it was made.
    """

    row: Row
    outcome: Literal["made", "kept", "failed"]
    seconds: float = 0.0
    error: str = ""
    counts: Counts = Counts()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Order:
    """What all reports of a batch have in common.

    Attributes:
        notebook: The notebook's whole path, which is the same wherever a report is made.
        to: The reports' format.
        options: More options of ``analyst export``.
        version: The version of Analyst Magic that asks for them.
    """

    notebook: Path
    to: str
    options: tuple[str, ...] = ()
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it comes from where it was made.

    Attributes:
        content: The file; empty where it failed.
        summary: What ``analyst export --json`` says of it.
        seconds: How long it took.
        error: Why it failed.
    """

    content: bytes = b""
    summary: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""


def read_rows(notebook: Path, table: Path, to: str, options: Sequence[str] = ()) -> list[Row]:
    """The rows of a CSV file as reports that are wanted.

    Args:
        notebook: The notebook.
        table: A CSV file with a head; its columns are parameters.
        to: The reports' format.
        options: What else shapes the reports.

    Raises:
        InputError: The table cannot be used.
        ReportError: The notebook cannot be read.
    """
    if to not in REPORT_FORMATS:
        raise ReportError(
            message("There is no report format {to}.", to=to),
            message("Use one of: {report_formats}.", report_formats=", ".join(REPORT_FORMATS)),
        )
    source = _content(notebook)
    with contextlib.suppress(OSError):
        source += (notebook.parent / LOCK).read_bytes()
    made: list[Row] = []
    taken: set[str] = set()
    for number, values in enumerate(_read(table), 1):
        name = _file_name(notebook.stem, values, number, taken)
        parts = [source.hex(), json.dumps(values, sort_keys=True), to, *options]
        mark = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
        made.append(Row(number, values, f"{name}.{to}", mark))
    return made


def _content(notebook: Path) -> bytes:
    try:
        return notebook.read_bytes()
    except OSError as error:
        raise ReportError(
            message("{notebook} cannot be read: {reason}.", notebook=notebook, reason=error.strerror),
            message("Check its name."),
        ) from error


def _read(table: Path) -> list[dict[str, str]]:
    names, rows = _lines(table)
    if not names or not rows:
        raise InputError(
            message("{table} has no rows.", table=table), message("Give each report a row; the columns are parameters.")
        )
    if len(set(names)) < len(names):
        raise InputError(message("Two columns of {table} have one name.", table=table), message("Rename one."))
    if len(rows) > _MAX_ROWS:
        raise InputError(
            message(
                "{table} has {rows:,} rows; {max_rows:,} can be made at once.",
                table=table,
                rows=len(rows),
                max_rows=_MAX_ROWS,
            ),
            message("Split it."),
        )
    for place, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise InputError(
                message(
                    "Line {place} of {table} has {counted} for {counted_2}.",
                    place=str(place),
                    table=table,
                    counted=messages("{number} value", "{number} values", len(row)),
                    counted_2=messages("{number} column", "{number} columns", len(names)),
                ),
                message("Correct it."),
            )
    return [dict(zip(names, row, strict=True)) for row in rows]


def _lines(table: Path) -> tuple[list[str], list[list[str]]]:
    """The head of a table, whose names are checked, and the rows that are not empty."""
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            rows = [row for row in reader if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(
            message("{table} cannot be read: {said}.", table=table, said=said), message("Name a CSV file with a head.")
        ) from error
    return [check_name(name.strip()) for name in head], rows


def _file_name(stem: str, values: Mapping[str, str], number: int, taken: set[str]) -> str:
    """A name that says which row it is: letters and digits alone, so that no value leads out of the folder."""
    words = "-".join(re.sub(r"[^\w]+", "_", value).strip("_")[:40] for value in values.values())
    name = f"{stem}-{words.strip('-')[:80] or number}"
    if name.casefold() in taken:
        name = f"{name}-{number}"
    taken.add(name.casefold())
    return name


def batch(
    notebook: Path,
    rows: Sequence[Row],
    folder: Path,
    *,
    to: str,
    options: Sequence[str] = (),
    jobs: int | None = None,
    again: bool = False,
    cluster: object = None,
    tell: Callable[[Made], None] = lambda _: None,
) -> list[Made]:
    """Make the reports that are not there yet, several at a time, each in a process of its own.

    What is finished is noted in ``batch.jsonl`` in the folder at once, so that a run that was broken off goes on where
    it stopped. Reports come back from where they are made and are written here, so that each is there once.

    Args:
        notebook: The notebook; it is not changed.
        rows: What is wanted.
        folder: Where the reports go; it is made.
        to: Their format.
        options: More options of ``analyst export``.
        jobs: How many at a time; by default 2, on a cluster as many as it takes.
        again: Make also those that are there.
        cluster: Whose workers make them, as ``open_cluster`` takes it; None for processes of this machine.
        tell: Takes what became of each row, as soon as it is known.

    Raises:
        ReportError: The folder cannot be written to.
        ClusterError: The cluster's workers cannot be used, or are lost.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        make_private(folder / JOURNAL)  # it names the parameters' values
        journal = (folder / JOURNAL).open("a", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            message("{folder} cannot be written to: {reason}.", folder=folder, reason=error.strerror),
            message("Choose another with --out."),
        ) from error
    done = {} if again else _finished(folder)
    found: list[Made] = []
    wanted: list[Row] = []
    order = Order(notebook.absolute(), to, tuple(options))
    for row in rows:
        if (row.file, row.mark) in done and (folder / row.file).is_file():
            found.append(Made(row, "kept", counts=done[row.file, row.mark]))
            tell(found[-1])
        else:
            wanted.append(row)
    with journal:
        for made in _made(order, wanted, folder, jobs, cluster):
            found.append(made)
            line = {"file": made.row.file, "mark": made.row.mark, "outcome": made.outcome, "error": made.error}
            line |= made.counts.summary
            journal.write(json.dumps({**line, "values": dict(made.row.values)}, ensure_ascii=False) + "\n")
            journal.flush()
            tell(made)
    return sorted(found, key=lambda made: made.row.number)


def _made(order: Order, wanted: Sequence[Row], folder: Path, jobs: int | None, cluster: object) -> Iterator[Made]:
    """What becomes of the rows, as it becomes known; the reports are written into the folder."""
    if not wanted:
        return
    workers: Cluster[int] = Threads(jobs or 2) if cluster is None else open_cluster(cluster)
    with workers:
        workers.check({order.notebook: hashlib.sha256(_content(order.notebook)).hexdigest()})
        calls = {place: (order, row) for place, row in enumerate(wanted)}
        with contextlib.closing(workers.run(make_report, calls, jobs)) as outcomes:
            for place, outcome in outcomes:
                yield _written(wanted[place], outcome, folder)


def _written(row: Row, outcome: Report | AnalystError, folder: Path) -> Made:
    """Write the report of a row, where one was made."""
    if isinstance(outcome, AnalystError):
        return Made(row, "failed", 0.0, str(outcome))
    if outcome.error:
        return Made(row, "failed", outcome.seconds, outcome.error)
    try:
        write_atomic(folder / row.file, outcome.content, mode=SHARED)
    except OSError as error:
        said = f"The report cannot be written to {folder / row.file}: {error.strerror or error}."
        return Made(row, "failed", outcome.seconds, said)
    return Made(row, "made", outcome.seconds, counts=_counts(outcome.summary))


def summary(found: Sequence[Made]) -> str:
    """What became of all rows, in a line, and a line for each that failed."""
    counts = {outcome: sum(made.outcome == outcome for made in found) for outcome in ("made", "kept", "failed")}
    parts = [f"{counts['made']} made"]
    parts += [f"{counts['kept']} {'was' if counts['kept'] == 1 else 'were'} there already"] if counts["kept"] else []
    parts += [f"{counts['failed']} failed"] if counts["failed"] else []
    lines = [f"{count(len(found), 'report')}: {', '.join(parts)}."]
    lines += [f"  row {made.row.number} ({made.row.file}): {made.error}" for made in found if made.outcome == "failed"]
    return "\n".join(lines)


def _finished(folder: Path) -> dict[tuple[str, str], Counts]:
    """What the journal says was made: what each report holds, by name and mark. A line that was cut off counts for
    nothing."""
    last: dict[str, tuple[str, bool, Counts]] = {}
    with contextlib.suppress(OSError, UnicodeDecodeError):
        for line in (folder / JOURNAL).read_text("utf-8").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                last[str(entry["file"])] = (str(entry["mark"]), entry["outcome"] == "made", _counts(entry))
    return {(file, mark): counts for file, (mark, made, counts) in last.items() if made}


def _counts(entry: Mapping[str, Any]) -> Counts:
    """Counts as a line of the journal, or of an export's own summary, has them."""
    return Counts(
        dict(entry.get("held", {})),
        dict(entry.get("left_out", {})),
        tuple(entry.get("failed_cells", ())),
        tuple(entry.get("changed_answers", ())),
        tuple(entry.get("scripts_without_font", ())),
    )


def _last_json(text: str) -> dict[str, Any]:
    """The last line that is a JSON object; empty where there is none."""
    for line in reversed(text.splitlines()):
        with contextlib.suppress(ValueError):
            if isinstance(found := json.loads(line), dict):
                return found
    return {}


def make_report(order: Order, row: Row, is_stopped: IsStopped) -> Report:
    """Make the report of a row by ``analyst export`` in a process of its own, which takes no other with it.

    Args:
        order: What all reports have in common.
        row: The row.
        is_stopped: Whether the report is not wanted any more; then the process is ended, and its kernel with it.
    """
    if order.version != __version__:
        return Report(error=f"This worker has Analyst Magic {__version__}, and {order.version} asks it. Install that.")
    begun = time.monotonic()
    texts: dict[str, Any] = {"mode": "w+", "encoding": "utf-8", "errors": "replace"}
    with (
        tempfile.TemporaryDirectory(prefix="analyst-report-") as folder,
        tempfile.TemporaryFile(**texts) as output,  # the end of a pipe would not come before that of a kernel
        tempfile.TemporaryFile(**texts) as errors,
    ):
        path = Path(folder) / row.file
        status = _run(_command(order, row, path), output, errors, is_stopped)
        output.seek(0)
        errors.seek(0)
        summary, said = _last_json(output.read()), errors.read()
        seconds = time.monotonic() - begun
        if status == 0:
            return Report(path.read_bytes(), summary, seconds)
    reason = " ".join(str(summary[part]) for part in ("error", "next_step") if summary.get(part))
    return Report(b"", summary, seconds, plain_text(reason)[:1000] or _reason(said, status))


def _command(order: Order, row: Row, path: Path) -> list[str]:
    command = [sys.executable, "-m", "analyst_magic.cli.child", "export", str(order.notebook), "--execute"]
    command += ["--to", order.to, "-o", str(path), "--json", *order.options]
    for name, value in row.values.items():
        command += ["-p", f"{name}={value}"]
    return command


def _run(command: Sequence[str], output: IO[str], errors: IO[str], is_stopped: IsStopped) -> int:
    """Run a command as our child, and return its status. It is ended where it is not wanted any more, or this process
    ends."""
    process = subprocess.Popen(  # noqa: S603 - this program itself
        command,
        stdin=subprocess.PIPE,  # its end tells the child to stop
        stdout=output,
        stderr=errors,
        start_new_session=True,  # so that Ctrl-C reaches it once, from here
    )
    try:
        while not is_stopped():
            with contextlib.suppress(subprocess.TimeoutExpired):
                return process.wait(SECONDS_BETWEEN_LOOKS)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def _reason(said: str, status: int) -> str:
    lines = [plain_text(line) for line in said.splitlines()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (errors or [line for line in lines if line.strip()] or [f"It ended with status {status}."])[-1][:1000]
