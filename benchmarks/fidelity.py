"""Code of others, run directly and in the sandbox: are the results the same?

    python benchmarks/fidelity.py                          # the examples of this folder
    python benchmarks/fidelity.py FOLDER [FOLDER ...]      # .py (cells after `# %%`), .ipynb, .md, .sql
    python benchmarks/fidelity.py --sandbox docker FOLDER  # both runs with the Python and packages of the image
    python benchmarks/fidelity.py --limit 20 --verbose FOLDER

The cells of one file run in order in one session. CSV and Parquet files beside them are frames in scope, named after
the files. The direct run is a plain IPython (``contestants/direct.py``) with the same packages, and runs twice: what
differs between those two (clocks, random numbers, addresses) is counted apart. Compared are figures as JSON, tables
cell by cell with their types, pictures by pixel, texts by line. Each cell that differs is named, with the first
difference and what the sandbox says of it. Public sets are fetched by whoever measures; none is part of the project.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contestants import direct

from analyst_magic import Analyst, Turn
from analyst_magic.cleaning.text import clean
from analyst_magic.sandbox.image import IMAGE

EXAMPLES = Path(__file__).parent / "examples"
Cell = tuple[str, str]
Shown = tuple[str, Any]
_FENCE = re.compile(r"^```\{?\s*(?:python|py)\b[^\n]*\n(.*?)^```", re.S | re.M)
_SCALAR = re.compile(r"\bnp\.(?:\w+)\(((?:'[^']*'|[^()'])*)\)|\bnp\.(?=(?:True|False)_)|(?<=True)_|(?<=False)_")
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_IDENTITY = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")


@dataclass
class Score:
    """What became of the cells of one set.

    Attributes:
        tried: Number of cells.
        ran: Those that a plain IPython runs without an error.
        equal: Those of them whose results in the sandbox are the same.
        unsteady: Those of them that two direct runs answer differently.
        differing: The others, as name and reason.
    """

    tried: int = 0
    ran: int = 0
    equal: int = 0
    unsteady: int = 0
    differing: list[tuple[str, str]] = field(default_factory=list)


def cells_of(path: Path) -> list[Cell]:
    """The cells of a file, each with its language."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".ipynb":
        found = [cell for cell in json.loads(text).get("cells", []) if cell.get("cell_type") == "code"]
        return [("python", "".join(cell["source"])) for cell in found if "".join(cell["source"]).strip()]
    if path.suffix == ".md":
        return [("python", code) for code in _FENCE.findall(text) if code.strip()]
    if path.suffix == ".sql":
        return [("sql", statement) for statement in _statements(text)]
    parts = re.split(r"^# ?%%.*\n", text, flags=re.M)
    return [("python", part) for part in parts if _does_something(part)]


def _statements(text: str) -> Iterator[str]:
    import duckdb

    for statement in duckdb.extract_statements(text):
        yield statement.query.strip().rstrip(";")


def _does_something(code: str) -> bool:
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return True
    return any(not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant) for node in body)


def run_directly(files: list[dict[str, Any]], folder: Path, docker: bool) -> dict[str, list[dict[str, Any]]]:
    """What the cells show in a plain IPython, by name of the file."""
    program = Path(direct.__file__)
    command = [sys.executable, str(program), str(folder)]
    if docker:
        volumes = ["-v", f"{program}:/direct.py:ro", "-v", f"{folder}:/cells:ro"]
        command = [
            "docker",
            "run",
            "--rm",
            "-i",
            "--network",
            "none",
            *volumes,
            IMAGE,
            "python",
            "/direct.py",
            "/cells",
        ]
    ended = subprocess.run(command, input=json.dumps(files), capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    return {answer["name"]: answer["cells"] for answer in answers}


def shown_by(turn: Turn) -> list[Shown]:
    """What the sandbox gave, as ``direct`` describes it."""
    shown: list[Shown] = []
    for result in turn.results:
        if result.kind == "figure":
            parts = ("data", "layout", "frames")
            shown.append(("figure", {name: result.json[name] for name in parts if result.json.get(name)}))
        elif result.kind == "table":
            table = direct.table_of(result.to_pandas())
            shown.append(("table", {**table, "rows": result.rows}))
        elif result.kind == "image":
            vector = getattr(result, "mime", "") == "image/svg+xml"
            shown.append(("image/svg+xml", "") if vector else ("image", direct.pixels(result.data)))
        elif result.kind == "text":
            shown.append((result.stream if result.stream in {"stdout", "stderr", "warnings"} else "text", result.text))
    return shown


def difference(expected: list[Shown], got: list[Shown]) -> str:
    """The first difference between what two runs show; empty where there is none."""
    for number, (kind, value) in enumerate(expected):
        if number >= len(got):
            return f"{kind} {number + 1} is missing"
        other, found = got[number]
        reason = _unlike(kind, value, other, found)
        if reason:
            return reason
    return f"{len(got) - len(expected)} more results: {got[len(expected)][0]}" if len(got) > len(expected) else ""


def _unlike(kind: str, value: Any, other: str, found: Any) -> str:
    if kind == "image/svg+xml" and other in {"image", kind}:
        return ""  # pixels of a drawing, or the drawing rebuilt
    if kind in {"text/markdown", "text/latex", "application/json", "html"}:
        kind = "text" if other == "text" else kind
        if kind == "text":
            same = _words(str(value)) == _words(str(found)) or not str(value).startswith("<IPython")
            return "" if same or str(value).strip() == str(found).strip() else "rich text is shown as other text"
    if kind == "stderr" and other == "warnings":  # each once, without the paths of the libraries
        return "" if all(line in value for line in found.splitlines()) else f"warnings differ: {found[:80]!r}"
    if kind != other:
        return f"{kind} became {other}"
    if kind == "table":
        return _unlike_tables(value, found)
    if kind == "figure":
        place = _unlike_json(value, found, "")
        return f"figure differs at {place}" if place else ""
    if kind == "image":
        return "" if value == found else f"pixels differ: {value} became {found}"
    return "" if _plain(value) == _plain(found) else f"{kind} differs: {_first_line(value, found)}"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _plain(text: str) -> str:
    """Text without what differs at each run, or is wanted: escapes, addresses, numpy's names around its numbers."""
    text = _IDENTITY.sub("ID", _ADDRESS.sub("0x", clean(str(text), 10_000_000)))
    return _SCALAR.sub(lambda found: found[1] or "", text).replace("\r", "").rstrip()


def _first_line(value: str, found: str) -> str:
    ours, theirs = _plain(found).splitlines(), _plain(value).splitlines()
    for number, line in enumerate(theirs):
        if number >= len(ours) or ours[number] != line:
            return f"{line[:80]!r} became {(ours[number] if number < len(ours) else '')[:80]!r}"
    return f"{len(ours) - len(theirs)} lines more"


def _unlike_tables(value: dict[str, Any], found: dict[str, Any]) -> str:
    if value["labels"] != found["labels"]:
        return f"labels {value['labels'][:6]} became {found['labels'][:6]}"
    if value["rows"] != found["rows"]:
        return f"{value['rows']} rows became {found['rows']}"
    for label, theirs, ours in zip(value["labels"], value["cells"], found["cells"], strict=True):
        for row, (a, b) in enumerate(zip(theirs, ours, strict=False)):
            if a != b:
                return f"{label}, row {row}: {a[:60]!r} became {b[:60]!r}"
    if value["dtypes"]:
        for label, was, now in zip(value["labels"], value["dtypes"], found["dtypes"], strict=True):
            if was != now:
                return f"type of {label}: {was} became {now}"
    return ""


def _unlike_json(value: Any, found: Any, place: str) -> str:
    """Where two JSON values differ first; empty where they do not."""
    if isinstance(value, dict) and isinstance(found, dict):
        for name in [*value, *(name for name in found if name not in value)]:
            inner = _unlike_json(value.get(name), found.get(name), f"{place}.{name}")
            if inner:
                return inner
        return ""
    if isinstance(value, list) and isinstance(found, list) and len(value) == len(found):
        pairs = enumerate(zip(value, found, strict=True))
        return next((inner for at, (a, b) in pairs if (inner := _unlike_json(a, b, f"{place}[{at}]"))), "")
    if isinstance(value, str) and isinstance(found, str):
        return "" if _plain(value) == _plain(found) else f"{place}: {value[:60]!r} became {found[:60]!r}"
    return "" if value == found else f"{place}: {str(value)[:60]} became {str(found)[:60]}"


def compare(
    analyst: Analyst,
    file: dict[str, Any],
    answers: tuple[Any, Any],
    frames: dict[str, Any],
    score: Score,
    verbose: bool = False,
) -> None:
    """Run a file's cells in the sandbox and count how they compare."""
    analyst.reset()
    first, second = answers
    for number, (language, code) in enumerate(file["cells"]):
        score.tried += 1
        turn = analyst.run(code, language=language, frames=frames)
        if number >= len(first) or first[number]["error"]:
            continue
        score.ran += 1
        name = f"{file['name']} cell {number + 1}"
        expected = [tuple(output) for output in first[number]["outputs"]]
        again = [tuple(output) for output in second[number]["outputs"]] if number < len(second) else []
        reason = f"failed: {turn.error}" if turn.error is not None else difference(expected, shown_by(turn))
        if not reason:
            score.equal += 1
        elif turn.error is None and difference(expected, again):
            score.unsteady += 1
        else:
            notes = [note for note in turn.notes if not note.startswith("The code ran in")]
            score.differing.append((name, " | ".join([reason, *notes])))
            if verbose:
                print(f"    {name}: {' | '.join([reason, *notes])[:300]}", file=sys.stderr, flush=True)


def measure(folder: Path, options: argparse.Namespace) -> Score:
    """Compare all files of a folder."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".ipynb", ".md", ".sql"})
    files = [{"name": str(path.relative_to(folder)), "cells": cells_of(path)} for path in paths[: options.limit]]
    files = [file for file in files if file["cells"]]
    docker = options.sandbox == "docker"
    answers = [run_directly(files, folder, docker) for _ in range(2)]
    frames, score = direct.data_frames(folder), Score()
    with Analyst(sandbox=options.sandbox) as analyst:
        for file in files:
            pair = tuple(answer.get(file["name"], []) for answer in answers)
            compare(analyst, file, pair, frames, score, options.verbose)  # type: ignore[arg-type]
            if options.verbose:
                print(f"  {file['name']}: {score.equal} of {score.ran} equal so far", file=sys.stderr, flush=True)
    return score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, default=[EXAMPLES], help="the sets (default: examples)")
    parser.add_argument("--sandbox", default="local", choices=("local", "docker"))
    parser.add_argument("--limit", type=int, default=100_000, help="files of each set")
    parser.add_argument("--verbose", action="store_true", help="say after each file how far it is")
    options = parser.parse_args()
    print(f"{'set':40} {'tried':>7} {'ran':>7} {'equal':>7} {'unsteady':>9} {'differ':>7}")
    for folder in options.folders:
        score = measure(folder.resolve(), options)
        counts = (score.tried, score.ran, score.equal, score.unsteady, len(score.differing))
        print(f"{folder.name:40} {counts[0]:7,} {counts[1]:7,} {counts[2]:7,} {counts[3]:9,} {counts[4]:7,}")
        kinds = Counter(re.sub(r"[:\d].*", "", reason)[:50] for _, reason in score.differing)
        for kind, count in kinds.most_common(20):
            print(f"    {count:5,}  {kind}")
        for name, reason in score.differing:
            print(f"  {name}: {reason[:400]}")


if __name__ == "__main__":
    main()
