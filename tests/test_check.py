"""Expectations of data: files as pandera writes them, drafts, and what of the data breaks them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from profile_frames import clean
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.commands.check import check, read_request
from analyst_magic.errors import InputError, UnknownOption
from analyst_magic.facts import expectations, source
from analyst_magic.profiling.expectations import CHECKS, read_expectations


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox=UnsandboxedKernel(), spares=0, history=False) as found:
        yield found


def broken(frame: pd.DataFrame, **columns: Any) -> dict[str, int]:
    """The rows that break each check."""
    data = source.read("data", frame, whole=True)
    found = expectations.check(data, {"columns": columns})
    return {record["check"]: record["broken"] for record in found if not record["ok"]}


FRAME = pd.DataFrame({
    "n": [1, 2, 3, 4], "x": [0.5, 1.5, None, 2.5], "s": ["ab", "abc", None, "b"],
    "d": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]),
})  # fmt: skip


@pytest.mark.parametrize(
    ("column", "name", "options", "rows"),
    [
        ("n", "equal_to", 1, 3), ("n", "not_equal_to", 1, 1), ("n", "greater_than", 2, 2), ("n", "less_than", 2, 3),
        ("n", "greater_than_or_equal_to", {"min_value": 2}, 1), ("n", "less_than_or_equal_to", 2.5, 2),
        ("n", "in_range", {"min_value": 2, "max_value": 3}, 2),
        ("n", "in_range", {"min_value": 2, "max_value": 4, "include_max": False}, 2),
        ("n", "isin", [1, 2], 2), ("n", "notin", [1, 2], 2), ("n", "isin", {"allowed_values": [1]}, 3),
        ("x", "greater_than", 1, 1), ("x", "less_than", {"value": 1, "options": {"raise_warning": True}}, 2),
        ("s", "str_matches", "a", 1), ("s", "str_contains", "c$", 2), ("s", "str_startswith", "a", 1),
        ("s", "str_endswith", "b", 1), ("s", "str_length", {"min_value": 2, "max_value": 2}, 2),
        ("d", "greater_than", "2024-02-15", 2), ("s", "greater_than", 3, 3),
    ],
)  # fmt: skip
def test_a_check_counts_the_rows_that_break_it(column: str, name: str, options: Any, rows: int) -> None:
    found = broken(FRAME, **{column: {"nullable": True, "checks": {name: options}}})
    assert list(found.values()) == [rows]


def test_both_ends_know_the_same_checks() -> None:
    assert set(expectations.CHECKS) == CHECKS


@pytest.mark.parametrize(
    ("expected", "what"),
    [
        ({"nullable": False}, {"not missing": 1}),
        ({"nullable": True, "dtype": "float64"}, {}),
        ({"nullable": True, "dtype": "int64"}, {"dtype int64": 0}),
        ({"nullable": True, "unique": True}, {}),
    ],
)
def test_types_and_missing_values_are_checked(expected: dict[str, Any], what: dict[str, int]) -> None:
    assert broken(FRAME, x=expected) == what


def test_a_column_that_is_gone_breaks_the_file_unless_it_is_optional() -> None:
    assert broken(FRAME, y={}) == {"column exists": 0}
    assert broken(FRAME, y={"required": False}) == {}


def test_a_draft_is_met_and_a_fault_breaks_it_in_one_line(analyst: Analyst, tmp_path: Path) -> None:
    frame, path = clean(), tmp_path / "orders_checks.yaml"
    said = check(analyst, read_request(["orders", str(path), "--draft"]), {"orders": frame})
    assert isinstance(said, str)
    assert "orders_checks.yaml" in said
    request = read_request(["orders", str(path)])
    report = check(analyst, request, {"orders": frame})
    assert not isinstance(report, str)
    assert report.ok, str(report)
    frame.loc[3, "quantity"] = -2
    frame.loc[4:5, "city"] = "Atlantis"
    frame.loc[9, "order_id"] = 1
    report = check(analyst, request, {"orders": frame})
    assert not isinstance(report, str)
    assert str(report).splitlines() == [
        "FAIL  order_id: unique (1 row of 1,000; such as 1; repeated)",
        "FAIL  city: isin Berlin, Hamburg, Lyon, Madrid, Paris (2 rows of 1,000; such as Atlantis)",
        "FAIL  quantity: greater_than_or_equal_to 0 (1 row of 1,000; such as -2)",
        f"orders breaks 3 of {len(report.results)} expectations.",
    ]
    with pytest.raises(InputError, match="is there already"):
        check(analyst, read_request(["orders", str(path), "--draft"]), {"orders": frame})


PANDERA = """
schema_type: dataframe
version: 0.26.1
columns:
  n:
    title: null
    description: null
    dtype: int64
    nullable: false
    checks:
    - value: 1
      options:
        check_name: greater_than_or_equal_to
        raise_warning: false
        ignore_na: true
    - min_value: 0
      max_value: 9
      include_min: true
      include_max: true
      options:
        check_name: in_range
    unique: true
    coerce: false
    required: true
    regex: false
  x:
    dtype: float64
    nullable: true
    checks:
      less_than: 2
checks: null
index: null
coerce: false
strict: false
unique: [n]
"""


def test_a_file_as_pandera_writes_it_is_read(analyst: Analyst, tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(PANDERA)
    report = analyst.check(FRAME, path)
    assert [str(result) for result in report.failures] == ["FAIL  x: less_than 2 (1 row of 4; such as 2.5)"]
    assert len(report.results) == 8


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns: {n: {checks: {is_nice: 1}}}", "is_nice, which is unknown"),
        ("columns: {n: {colour: red}}", "colour, which is unknown"),
        ("rows: 3", "has no columns"),
        ("columns: {n: {}}\nindex: [{dtype: int64}]", "has index"),
        ("columns: [", "no YAML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "expected.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_expectations(path)


def test_the_shell_fails_where_data_breaks_an_expectation(
    tmp_path: Path, notebook_environment: Callable[[], dict[str, str]]
) -> None:
    FRAME[["n"]].to_csv(tmp_path / "numbers.csv", index=False)
    (tmp_path / "numbers_checks.yaml").write_text("columns: {n: {checks: {less_than: 4}}}")
    command = [sys.executable, "-m", "analyst_magic.cli", "check", "numbers.csv"]
    done = subprocess.run(
        command, cwd=tmp_path, env=notebook_environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()) == (
        1, ["FAIL  n: less_than 4 (1 row of 4; such as 4)", "numbers breaks 1 of 2 expectations."]
    ), done.stderr  # fmt: skip


def test_what_is_asked_for_wrongly_is_said(analyst: Analyst) -> None:
    for words in ([], ["a", "b", "c"], ["a", "--what"]):
        with pytest.raises(UnknownOption, match="Write it as"):
            read_request(words)
    with pytest.raises(InputError, match="--draft"):
        check(analyst, read_request(["sales", "nowhere.yaml"]), {"sales": FRAME})
