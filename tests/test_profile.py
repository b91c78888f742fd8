"""A look at data before any question: facts as computed by hand, planted faults, drift, and its page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from profile_frames import CLEAN, FAULTS, Fault, clean, customers
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst
from analyst_magic.commands.profile import profile, read_request
from analyst_magic.errors import AnalystError, FirewallError, InputError, UnknownOption
from analyst_magic.facts import drift, program, source
from analyst_magic.profiling.profile import make_profile
from analyst_magic.profiling.programs import profile_program
from analyst_magic.testing import FakeSandbox


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(model="offline", sandbox=UnsandboxedKernel(), spares=0, history=False) as found:
        yield found


def records(frame: object, **options: Any) -> list[dict[str, Any]]:
    return program.records("data", frame, **options)


def part(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [record for record in found if record["part"] == name]


def findings(frame: object, **options: Any) -> set[tuple[str, str]]:
    return {(record["kind"], record["column"]) for record in part(records(frame, **options), "finding")}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind}-{fault.column or 'rows'}")
def test_a_planted_fault_is_found(fault: Fault) -> None:
    assert (fault.kind, fault.column) in findings(fault.plant(clean()), others={"customers": customers()})


def test_there_are_forty_faults_and_clean_data_raises_no_alarm() -> None:
    assert len(FAULTS) >= 40
    others: dict[str, object] = {"customers": customers()}
    assert [alarm for name, make in CLEAN.items() for alarm in findings(make(), others=others)] == []


def test_facts_are_those_computed_by_hand() -> None:
    frame = pd.DataFrame({
        "x": [1.0, 2.0, 2.0, 4.0, np.nan, 6.0],
        "n": [3, 1, 2, 2, 2, 0],
        "s": ["a", "bb", "bb", None, "ccc", "bb"],
        "d": pd.to_datetime(["2024-01-03", "2024-01-01", "2024-01-02", None, "2024-01-02", "2024-01-05"]),
    })  # fmt: skip
    head, *found = records(frame)
    x, n, s, d = (record for record in found if record["part"] == "column")
    assert (head["rows"], head["columns"], head["duplicates"]) == (6, 4, 0)
    assert (x["missing"], x["distinct"], x["minimum"], x["maximum"], x["mean"]) == (1, 4, 1.0, 6.0, 3.0)
    assert x["deviation"] == pytest.approx(2.0)
    assert x["quantiles"] == pytest.approx([1.2, 2.0, 2.0, 4.0, 5.6])
    assert (n["zeros"], n["distinct"], n["histogram"]["edges"], n["histogram"]["counts"]) == (
        1, 4, [0.0, 1.0, 2.0, 3.0], [1, 1, 3, 1]
    )  # fmt: skip
    assert (s["missing"], s["distinct"], s["top"][0], s["shortest"], s["longest"]) == (1, 3, ["bb", 3], 1, 3)
    assert (d["missing"], d["minimum"], d["maximum"]) == (1, "2024-01-01", "2024-01-05")


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_a_frame_of_any_library_has_the_same_facts(library: str) -> None:
    frame = clean()
    made = {"pandas": frame, "polars": pl.from_pandas(frame), "arrow": pa.Table.from_pandas(frame)}[library]
    found = part(records(made), "column")
    facts = [(c["name"], c["kind"], c["missing"], c["distinct"], c.get("minimum"), c.get("maximum")) for c in found]
    expected = part(records(frame), "column")
    assert facts == [
        (c["name"], c["kind"], c["missing"], c["distinct"], c.get("minimum"), c.get("maximum")) for c in expected
    ]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame({"a": [None, None]}),
        pd.DataFrame({"a": [1]}),
        pd.DataFrame({"a": [{"x": 1}, {"x": 2}], "b": [[1], [2, 3]]}),
        pd.DataFrame({"k": pd.cut([1, 5, 9], 3), "v": [1, 2, 3]}),
        pd.DataFrame({"t": pd.to_timedelta([1, 2], unit="h"), "z": pd.to_datetime(["2024-01-01"] * 2, utc=True)}),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({"a": [np.inf, -np.inf, np.nan]}),
        pd.DataFrame({"a": [1, "x", None]}),
        pd.DataFrame({"a": [1e308, 1.7e308, -1.7e308, 3.0]}),
        pd.DataFrame({"a": [1e17, 1e17], "b": [1e308, 1e308]}),
        pd.DataFrame({"v": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")])),
    ],
    ids=[
        "nothing", "no rows", "all missing", "one row", "nested", "intervals", "durations", "same names", "infinite",
        "mixed", "end of floats", "one large value", "index",
    ],
)  # fmt: skip
def test_an_odd_frame_has_a_profile(frame: pd.DataFrame) -> None:
    sent = pa.table({"record": [json.dumps(r, allow_nan=False) for r in records(frame)]})
    found = make_profile(sent)
    assert found.rows == len(frame)
    assert found.to_text()
    assert found.to_html()


def test_a_large_frame_is_sampled_and_counted_exactly() -> None:
    rows = source.EXACT_ROWS + 1
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"id": np.arange(rows), "v": rng.normal(size=rows)})
    frame.loc[7, "v"] = np.nan
    frame.loc[11, "v"] = 900.0
    frame = pd.concat([frame, frame.iloc[[3, 4]]], ignore_index=True)
    head, *found = records(frame)
    assert (head["rows"], head["duplicates"], head["sampled"] < rows) == (rows + 2, 2, True)
    v = found[1]
    assert (v["missing"], v["maximum"], v["distinct_is_exact"]) == (1, 900.0, False)
    assert v["mean"] == pytest.approx(frame["v"].mean())
    assert "from a sample" in head["notes"][0]


def large_frame() -> pd.DataFrame:
    """More rows than are all looked at, of each kind of column that is counted."""
    rows = source.EXACT_ROWS + 1
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "n": rng.integers(-7, 10**12, rows),
        "v": np.where(rng.random(rows) < 0.01, np.nan, rng.normal(size=rows)),
        "infinite": np.where(np.arange(rows) == 3, np.inf, 1.5),
        "none": np.nan,
        "day": np.repeat(pd.date_range("2024-01-01", periods=10), rows // 10 + 1)[:rows],
        "zoned": pd.Timestamp("2024-01-01", tz="Europe/Berlin") + pd.to_timedelta(np.arange(rows), unit="s"),
        "text": rng.choice(["Berlin", "Lyon"], rows),
        "kind": pd.Categorical(rng.choice(["a", "b"], rows)),
    })  # fmt: skip
    frame.loc[17, "v"] = 900.0
    return pd.concat([frame, frame.iloc[[3, 4]]], ignore_index=True)


@pytest.mark.parametrize("library", ["pandas", "polars", "arrow"])
def test_of_a_large_frame_a_sample_is_sent_and_all_rows_are_counted_where_they_lie(
    analyst: Analyst, library: str
) -> None:
    frame = large_frame()
    made: Any = {"pandas": frame, "polars": pl.from_pandas(frame), "arrow": pa.Table.from_pandas(frame)}[library]
    made_program = profile_program("sales", {"sales": made})
    assert made_program.sources["sales"].num_rows <= source.SAMPLE_ROWS  # type: ignore[attr-defined]
    found, (head, *whole) = analyst.profile("sales", {"sales": made}), records(made)
    assert (found.rows, found.duplicates, found.bytes) == (head["rows"], head["duplicates"], head["bytes"])
    assert found.rows == len(frame)
    assert found.notes == tuple(head["notes"])
    assert "from a sample" in found.notes[0]
    expected = {record["name"]: record for record in part(whole, "column")}
    for column in found.columns:
        known = expected[column.name]
        for fact in ("missing", "distinct", "minimum", "maximum", "mean", "step", "kind"):
            assert getattr(column, fact) == known.get(fact, column.__class__.model_fields[fact].default), fact
    assert found.column("v").maximum == 900.0
    assert found.column("n").minimum == frame["n"].min()


def test_a_large_frame_is_compared_with_a_large_earlier_state(analyst: Analyst) -> None:
    now = large_frame()
    before = now.assign(v=now["v"] - 3)
    found = analyst.profile("now", {"now": now, "before": before}, compare="before")
    assert {change.column for change in found.drift if change.status == "much"} == {"v"}


def test_keys_of_a_table_that_is_sampled_are_all_matched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "EXACT_ROWS", 500)
    monkeypatch.setattr(source, "SAMPLE_ROWS", 50)
    people = pd.DataFrame({"customer_id": np.arange(5_000), "age": 40})
    orders = pd.DataFrame({"customer_id": np.random.default_rng(0).integers(0, 5_000, 400), "n": 1})
    (join,) = part(records(orders, others={"people": people}), "join")
    assert (join["matched_rows"], join["rows"]) == (400, 400)


def test_weekends_are_no_gap_and_a_lost_week_is_one() -> None:
    days = pd.bdate_range("2024-01-01", "2024-06-28")
    assert "gap" not in {kind for kind, _ in findings(pd.DataFrame({"day": days}))}
    lost = days[(days < "2024-03-04") | (days > "2024-03-08")]
    (found,) = [r for r in part(records(pd.DataFrame({"day": lost})), "finding") if r["kind"] == "gap"]
    assert found["message"] == "day has a gap of 5 weekdays between 2024-03-01 and 2024-03-11."


def test_drift_is_named_with_its_measure() -> None:
    before, now = clean(1), clean(2)
    assert {r["status"] for r in part(records(now, baseline=("before", before)), "drift")} <= {"same"}
    now["price"] *= 3
    now.loc[now.index[:300], "age"] = np.nan
    now["city"] = now["city"].replace("Lyon", "Lille")
    now = now.drop(columns="gift").assign(channel="web")
    moved = {r["column"]: r for r in part(records(now, baseline=("before", before)), "drift") if r["status"] != "same"}
    assert {name: r["status"] for name, r in moved.items() if name in ("gift", "channel", "age")} == {
        "gift": "removed", "channel": "added", "age": "type"
    }  # fmt: skip
    assert moved["price"]["status"] == "much"
    assert moved["price"]["measure"] == "Kolmogorov-Smirnov"
    assert moved["city"]["new_values"] == ["Lille"]
    assert moved["city"]["lost_values"] == ["Lyon"]


def test_the_measures_of_drift_are_those_of_scipy_and_of_a_sum_by_hand() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=400), rng.normal(0.2, size=300)
    expected = stats.ks_2samp(a, b, method="asymp")
    found = drift.kolmogorov_smirnov(a, b)
    assert found == pytest.approx(expected.statistic)
    assert drift.p_value(found, 400, 300) == pytest.approx(expected.pvalue, rel=0.15)
    halves, moved = np.array([50, 50]), np.array([60, 40])
    by_hand = 0.1 * np.log(0.6 / 0.5) + -0.1 * np.log(0.4 / 0.5)
    assert drift.index(halves, moved) == pytest.approx(by_hand)


def test_a_look_at_frames_files_and_tables(analyst: Analyst, tmp_path: Path) -> None:
    frame = clean()
    found = analyst.profile("sales", {"sales": frame, "customers": customers()})
    assert [str(join) for join in found.joins] == ["customer_id → customers.customer_id: 100.0% of the rows match"]
    assert found.findings == ()
    assert found.keys == ("order_id",)
    frame.to_csv(tmp_path / "orders.csv", index=False)
    assert analyst.profile(tmp_path / "orders.csv").rows == 1_000
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        frame.to_sql("orders", connection, index=False)
    table = analyst.profile("orders", connections={"shop": tmp_path / "shop.db"})
    assert (table.rows, table.column("price").maximum) == (1_000, frame["price"].max())
    assert "counted by the database" in table.notes[0]


def test_a_look_is_no_part_of_a_conversation(analyst: Analyst) -> None:
    analyst.profile(clean())
    assert analyst.threads() == {"main": 0}
    assert analyst.context("how many rows?", {"sales": clean()}).conversation == ()


def test_the_page_is_one_file_that_loads_nothing_and_holds_no_markup_of_the_data(
    analyst: Analyst, tmp_path: Path
) -> None:
    frame = pd.DataFrame({"<script>alert(1)</script>": ["<img src=x onerror=alert(1)>", "b"] * 20, "n": range(40)})
    path = analyst.profile(frame).save(tmp_path / "page.html")
    page = path.read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert "<svg" in page
    saved = analyst.profile(frame).save(tmp_path / "page.json")
    assert json.loads(saved.read_text("utf-8"))["columns"][1]["maximum"] == 39
    with pytest.raises(InputError, match=r"\.html or \.json"):
        analyst.profile(frame).save(tmp_path / "page.pdf")


def test_what_is_asked_for_wrongly_is_said(analyst: Analyst) -> None:
    scope: dict[str, object] = {"sales": clean()}
    with pytest.raises(InputError, match="There is no data sails in scope"):
        analyst.profile("sails", scope)
    with pytest.raises(UnknownOption, match="with itself"):
        analyst.profile("sales", scope, compare="sales")
    for words in ([], ["a", "b"], ["a", "--compare"], ["a", "--what"]):
        with pytest.raises(UnknownOption, match="Write it as"):
            read_request(words)


def test_the_command_compares_and_writes(analyst: Analyst, tmp_path: Path) -> None:
    scope: dict[str, object] = {"sales": clean(2), "last_month": clean(1)}
    request = read_request(["sales", "--compare", "last_month", "-o", str(tmp_path / "sales.html")])
    found = profile(analyst, request, scope)
    assert found.baseline == "last_month"
    assert len(found.drift) == len(found.columns)
    assert "Compared with last_month" in (tmp_path / "sales.html").read_text("utf-8")


@pytest.mark.parametrize(
    "sent",
    [
        pd.DataFrame({"other": [1]}),
        pd.DataFrame({"record": ["no JSON"]}),
        pd.DataFrame({"record": ["[1]"]}),
        pd.DataFrame({"record": ['{"part": "frame", "name": "x", "rows": -1}']}),
        pd.DataFrame({"record": ['{"part": "column"}']}),
        "text",
    ],
)
def test_what_is_no_profile_is_refused(sent: object) -> None:
    with (
        Analyst(sandbox=FakeSandbox(lambda code: sent), model="offline", history=False) as analyst,
        pytest.raises((FirewallError, AnalystError)),
    ):
        analyst.profile(pd.DataFrame({"a": [1]}))
