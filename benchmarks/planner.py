"""How often the offline planner answers questions of nvBench with the right data, and how often with wrong data.

    git clone https://github.com/TsinghuaDatabaseGroup/nvBench        # about 2 GB; never committed here
    python benchmarks/planner.py nvBench [--limit 1000] [--show wrong|abstained]

nvBench (Luo et al., SIGMOD 2021) pairs questions with charts. Each of its pages holds the questions, the query, the
chart's data and the main table. A pair is verifiable where the query needs that table alone and gives the chart's data
when it is run here. An answer is correct where its rows are those of the chart, in any order of rows and columns.
"""

from __future__ import annotations

import argparse
import ast
import html
import itertools
import math
import re
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analyst_magic.errors import AnalystError
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import FrameCard, Question

ENTRY = re.compile(
    r"<tr><td>\d+</td><td><h4>NL Queries: </h4><ol>(?P<questions>.*?)</ol><h4>VIS Query: </h4><p>(?P<query>.*?)</p>"
    r'.*?<div id="vis(?P<number>\d+)">.*?<b>\(NL, VIS\) ID: </b>(?P<id>.*?)</p>.*?<b>Chart: </b>(?P<chart>.*?)</p>',
    re.S,
)
TABLE = re.compile(r"The main table: (\w+)</h4><table>(.*?)</table>", re.S)
BIN = re.compile(r"\s+BIN\s+(\S+)\s+BY\s+(\w+)\s*$", re.I)
UNITS = {"YEAR": "%Y", "MONTH": "%m", "WEEKDAY": "%w", "DAY": "%d"}
NAMES = {
    "MONTH": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
    "WEEKDAY": "Sun Mon Tue Wed Thur Fri Sat".split(),
}
SHORT = {
    long: short.lower()
    for kind, names in (
        ("MONTH", "january february march april may june july august september october november december"),
        ("WEEKDAY", "sunday monday tuesday wednesday thursday friday saturday"),
    )
    for long, short in zip(names.split(), NAMES[kind], strict=True)
}
Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Pair:
    """A question with the table that it is about and the data of the chart that answers it."""

    id: str
    question: str
    query: str
    frame: pd.DataFrame
    card: FrameCard
    rows: Rows
    width: int


def pairs(folder: Path) -> Iterator[Pair]:
    """The verifiable questions about one table."""
    cards: dict[str, tuple[pd.DataFrame, FrameCard]] = {}
    seen: set[str] = set()
    for path in sorted(folder.rglob("VIS_*.html"), key=lambda path: int(path.stem.partition("_")[2])):
        text = path.read_text(encoding="utf-8", errors="replace")
        table = TABLE.search(text)
        if table is None:
            continue
        name = table[1]
        for entry in ENTRY.finditer(text):
            query = html.unescape(entry["query"]).partition(" SELECT ")[2]
            if entry["id"] in seen or re.search(r"\bJOIN\b", query) or len(re.findall(r"\bSELECT\b", query)):
                continue
            tables = re.findall(r"\bFROM\s+(\w+)", query, re.I)
            if [found.lower() for found in tables] != [name.lower()]:
                continue
            if (key := table[0][:20_000]) not in cards:
                frame = read_table(table[2])
                cards[key] = frame, profile(to_frame(name, frame))
            frame, card = cards[key]
            rows, width = chart_data(text, entry["number"])
            if not rows or verified(f"SELECT {query}", name, frame) != rows:
                continue
            seen.add(entry["id"])
            for question in re.findall(r"<p>(.*?)</p>", entry["questions"], re.S):
                yield Pair(entry["id"], html.unescape(question).strip(), query, frame, card, rows, width)


def read_table(source: str) -> pd.DataFrame:
    """A table of a page, its columns typed as a reader of CSV files would."""
    names = [html.unescape(name) for name in re.findall(r"<th>(.*?)</th>", source, re.S)]
    rows = [re.findall(r"<td>(.*?)</td>", row, re.S) for row in re.findall(r"<tr>(<td>.*?)</tr>", source, re.S)]
    values = [[html.unescape(cell) for cell in row] for row in rows if len(row) == len(names)]
    frame = pd.DataFrame(values, columns=names).replace({"None": None, "": None, "nan": None})
    for name in dict.fromkeys(names):
        frame[name] = typed(frame[name])
    return frame


def typed(column: pd.Series[Any]) -> pd.Series[Any]:
    filled = column.dropna()
    numbers = pd.to_numeric(filled, errors="coerce")
    if len(filled) and numbers.notna().all():
        return pd.to_numeric(column)
    if len(filled) and filled.str.fullmatch(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?").all():
        return pd.to_datetime(column, errors="coerce", format="ISO8601")
    return column


def chart_data(text: str, number: str) -> tuple[Rows, int]:
    """The chart's data as canonical rows, and how many values each has."""
    found = re.search(rf"vlSpec{number}\s*=\s*(\{{.*?\}})\s*;?\s*$", text, re.M)
    if found is None:
        return Counter(), 0
    try:
        values = ast.literal_eval(re.sub(r"\bnan\b", "None", found[1]))["data"]["values"]
    except (ValueError, SyntaxError, KeyError):
        return Counter(), 0
    keys = ["x_data", "y_data"] + (["classify"] if values and "classify" in values[0] else [])
    return Counter(tuple(canonical(value.get(key)) for key in keys) for value in values), len(keys)


def verified(query: str, name: str, frame: pd.DataFrame) -> Rows:
    """What the pair's own query gives on the table, by SQLite, in whose dialect it is written."""
    binned = BIN.search(query)
    if binned:
        unit = binned[2].upper()
        if unit not in UNITS:
            return Counter()
        query = query[: binned.start()]
        part = f"strftime('{UNITS[unit]}', {binned[1]})"
        query = re.sub(rf"^SELECT\s+{re.escape(binned[1])}\s*,", f"SELECT {part} ,", query, flags=re.I)
        grouped = re.search(r"\bGROUP BY\b(.*?)(?=\bORDER BY\b|$)", query, re.I | re.S)
        if grouped:
            query = query.replace(grouped[1], f" {part}, {grouped[1]} ", 1) if binned[1] not in grouped[1] else (
                query.replace(grouped[1], grouped[1].replace(binned[1], part), 1)
            )  # fmt: skip
        else:
            order = re.search(r"\bORDER BY\b", query, re.I)
            at = order.start() if order else len(query)
            query = f"{query[:at]} GROUP BY {part} {query[at:]}"
    with sqlite3.connect(":memory:") as connection:
        stored = frame.copy()
        for column in stored.columns:
            if stored[column].dtype.kind == "M":
                stored[column] = stored[column].dt.strftime("%Y-%m-%d %H:%M:%S")
        try:
            stored.to_sql(name, connection, index=False)
            rows = connection.execute(query).fetchall()
        except (sqlite3.Error, ValueError):
            return Counter()
    if binned and (names := NAMES.get(unit)):
        rows = [(names[int(row[0]) - (unit == "MONTH")] if row[0] else None, *row[1:]) for row in rows]
    return Counter(tuple(map(canonical, row)) for row in rows)


def canonical(value: Any) -> Any:
    """A value as both sides write it: numbers to two digits, texts in small letters, times without midnight."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    text = str(value).strip().lower()
    try:
        number = float(text)
        return round(number, 2) + 0.0
    except ValueError:
        text = re.sub(r"[t ]00:00:00(\.0+)?$", "", text)
        return SHORT.get(text, text)


def answered(pair: Pair) -> tuple[str, str]:
    """``correct``, ``wrong`` or ``abstained``, and the SQL or the reason."""
    try:
        plan, card = choose_plan(Question(pair.question), (pair.card,))
        sql = to_sql(plan, card)
    except AnalystError as error:
        return "abstained", error.message
    with duckdb.connect() as connection:
        connection.register(pair.card.name, to_frame(pair.card.name, pair.frame).table)
        rows = [tuple(map(canonical, row)) for row in connection.sql(sql).fetchall()]
    width = len(rows[0]) if rows else 0
    orders = itertools.permutations(range(pair.width)) if width == pair.width else ()
    right = any(Counter(tuple(row[i] for i in order) for row in rows) == pair.rows for order in orders)
    return ("correct" if right else "wrong"), " ".join(sql.split())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=sys.maxsize)
    parser.add_argument("--show", choices=("wrong", "abstained"))
    parser.add_argument("--every", type=int, default=1, help="take only every so many questions")
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    started = time.monotonic()
    for pair in itertools.islice(pairs(options.folder), 0, options.limit, options.every):
        outcome, said = answered(pair)
        counts[outcome] += 1
        if outcome == options.show:
            print(f"{pair.question}\n    wanted: {pair.query}\n    {outcome}: {said}")
    total = counts.total()
    print(f"{total:,} verifiable questions about one table, {time.monotonic() - started:.0f} s")
    for outcome in ("correct", "wrong", "abstained"):
        print(f"{outcome:10} {counts[outcome]:6,}  {100 * counts[outcome] / max(total, 1):5.1f}%")


if __name__ == "__main__":
    main()
