"""One report for each row of a table: the notebook is run with the row's values as parameters."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import InputError, ReportError
from ..history.lock import NAME as LOCK
from ..report_formats import REPORT_FORMATS
from ..storage.files import make_private
from ..wording import count
from .counts import Counts
from .parameters import check_name
from .plain import plain_text

JOURNAL = "batch.jsonl"
SECONDS_TO_STOP = 30.0  # for a report that is made, once it is asked to stop
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
        raise ReportError(f"There is no report format {to}.", f"Use one of: {', '.join(REPORT_FORMATS)}.")
    try:
        source = notebook.read_bytes()
    except OSError as error:
        raise ReportError(f"{notebook} cannot be read: {error.strerror}.", "Check its name.") from error
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


def _read(table: Path) -> list[dict[str, str]]:
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            head = next(reader, [])
            rows = [row for row in reader if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{table} cannot be read: {said}.", "Name a CSV file with a head.") from error
    names = [check_name(name.strip()) for name in head]
    if not names or not rows:
        raise InputError(f"{table} has no rows.", "Give each report a row; the columns are parameters.")
    if len(set(names)) < len(names):
        raise InputError(f"Two columns of {table} have one name.", "Rename one.")
    if len(rows) > _MAX_ROWS:
        raise InputError(f"{table} has {len(rows):,} rows; {_MAX_ROWS:,} can be made at once.", "Split it.")
    for place, row in enumerate(rows, 2):
        if len(row) != len(names):
            raise InputError(
                f"Line {place} of {table} has {count(len(row), 'value')} for {count(len(names), 'column')}.",
                "Correct it.",
            )
    return [dict(zip(names, row, strict=True)) for row in rows]


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
    jobs: int = 2,
    again: bool = False,
    tell: Callable[[Made], None] = lambda _: None,
) -> list[Made]:
    """Make the reports that are not there yet, several at a time, each in a process of its own.

    What is finished is noted in ``batch.jsonl`` in the folder at once, so that a run that was broken off goes on where
    it stopped.

    Args:
        notebook: The notebook; it is not changed.
        rows: What is wanted.
        folder: Where the reports go; it is made.
        to: Their format.
        options: More options of ``analyst export``.
        jobs: How many at a time.
        again: Make also those that are there.
        tell: Takes what became of each row, as soon as it is known.

    Raises:
        ReportError: The folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        make_private(folder / JOURNAL)  # it names the parameters' values
        journal = (folder / JOURNAL).open("a", encoding="utf-8")
    except OSError as error:
        raise ReportError(f"{folder} cannot be written to: {error.strerror}.", "Choose another with --out.") from error
    done = {} if again else _finished(folder)
    found: list[Made] = []
    running = _Running(notebook, folder, to, options)
    with journal, ThreadPoolExecutor(max(1, jobs)) as workers:
        wanted = []
        for row in rows:
            if (row.file, row.mark) in done and (folder / row.file).is_file():
                found.append(Made(row, "kept", counts=done[row.file, row.mark]))
                tell(found[-1])
            else:
                wanted.append(row)
        waiting: set[Future[Made]] = {workers.submit(running.make, row) for row in wanted}
        try:
            for made in _as_they_come(waiting):
                found.append(made)
                line = {"file": made.row.file, "mark": made.row.mark, "outcome": made.outcome, "error": made.error}
                line |= made.counts.summary
                journal.write(json.dumps({**line, "values": dict(made.row.values)}, ensure_ascii=False) + "\n")
                journal.flush()
                tell(made)
        except BaseException:  # Ctrl-C above all: no more are begun, and those that run are told to stop
            workers.shutdown(wait=False, cancel_futures=True)
            running.stop()
            raise
    return sorted(found, key=lambda made: made.row.number)


def summary(found: Sequence[Made]) -> str:
    """What became of all rows, in a line, and a line for each that failed."""
    counts = {outcome: sum(made.outcome == outcome for made in found) for outcome in ("made", "kept", "failed")}
    parts = [f"{counts['made']} made"]
    parts += [f"{counts['kept']} {'was' if counts['kept'] == 1 else 'were'} there already"] if counts["kept"] else []
    parts += [f"{counts['failed']} failed"] if counts["failed"] else []
    lines = [f"{count(len(found), 'report')}: {', '.join(parts)}."]
    lines += [f"  row {made.row.number} ({made.row.file}): {made.error}" for made in found if made.outcome == "failed"]
    return "\n".join(lines)


def _as_they_come(waiting: set[Future[Made]]) -> Iterator[Made]:
    while waiting:
        ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in ready:
            yield future.result()


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


class _Running:
    """The processes that make reports: one that crashes takes no other with it."""

    def __init__(self, notebook: Path, folder: Path, to: str, options: Sequence[str]) -> None:
        self._notebook, self._folder, self._to, self._options = notebook, folder, to, options
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._guard = threading.Lock()
        self._stopped = False

    def make(self, row: Row) -> Made:
        """Make the report of a row."""
        begun = time.monotonic()
        command = [sys.executable, "-m", "analyst_magic.cli", "export", str(self._notebook), "--execute"]
        command += ["--to", self._to, "-o", str(self._folder / row.file), "--json", *self._options]
        for name, value in row.values.items():
            command += ["-p", f"{name}={value}"]
        texts: dict[str, Any] = {"mode": "w+", "encoding": "utf-8", "errors": "replace"}
        with tempfile.TemporaryFile(**texts) as output, tempfile.TemporaryFile(**texts) as errors:
            with self._guard:
                if self._stopped:
                    return Made(row, "failed", 0.0, "It was not begun.")
                process = subprocess.Popen(  # noqa: S603 - this program itself
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=output,  # the end of a pipe would not come before that of a kernel which outlives it
                    stderr=errors,
                    start_new_session=True,  # so that Ctrl-C reaches it once, from here
                )
                self._processes.add(process)
            status = process.wait()
            output.seek(0)
            errors.seek(0)
            summary, said = _last_json(output.read()), errors.read()
        with self._guard:
            self._processes.discard(process)
        seconds = time.monotonic() - begun
        if status == 0:
            return Made(row, "made", seconds, counts=_counts(summary))
        reason = " ".join(str(summary[part]) for part in ("error", "next_step") if summary.get(part))
        return Made(row, "failed", seconds, plain_text(reason)[:1000] or _reason(said, status))

    def stop(self, seconds: float = SECONDS_TO_STOP) -> None:
        """Ask all that run to stop; they end their kernels. What has not stopped in time is killed."""
        with self._guard:
            self._stopped = True
            processes = list(self._processes)
        for process in processes:
            process.send_signal(signal.SIGINT)
        deadline = time.monotonic() + seconds
        for process in processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


def _reason(said: str, status: int) -> str:
    lines = [plain_text(line) for line in said.splitlines()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (errors or [line for line in lines if line.strip()] or [f"It ended with status {status}."])[-1][:1000]
