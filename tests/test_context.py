"""What a model is told of the frames: all in scope, within the privacy level, and nothing that one row gives away."""

from __future__ import annotations

import json
import random
import re
import string
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyst_magic import Analyst, Question
from analyst_magic.context.describe import describe
from analyst_magic.context.privacy import restrict
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.testing import FakeSandbox, ScriptedModel

RANDOM = random.Random(7)
FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "EV", "AA"] * 60,
        "tailnum": [f"N{i % 100:05}" for i in range(240)],
        "origin": ["EWR", "JFK", "LGA"] * 80,
        "dep_delay": [RANDOM.randint(-40, 900) for _ in range(240)],
        "air_time_min": [RANDOM.uniform(20, 690) for _ in range(240)],
        "day": pd.date_range("2013-01-05", periods=240, freq="D"),
        "dep_time": [RANDOM.choice([5, 630, 1215, 2359]) for _ in range(240)],
        "yyyymmdd": [20130000 + 100 * (1 + i % 12) + 1 + i % 28 for i in range(240)],
    }
)
PLANES = pd.DataFrame(
    {
        "tailnum": [f"N{i:05}" for i in range(84)],
        "year": [1990 + i % 20 for i in range(84)],
        "bought": [f"{1 + i % 12:02}/{1 + i % 28:02}/19{90 + i % 9}" for i in range(84)],
        "price": [f"$ {i},{i % 10}00.00" for i in range(10, 94)],
    }
)
AIRLINES = pd.DataFrame({"carrier": ["UA", "B6", "EV", "AA"], "name": ["United", "JetBlue", "ExpressJet", "American"]})
FRAMES = {"flights": FLIGHTS, "planes": PLANES, "airlines": AIRLINES}


def description(question: str | Question, frames: dict[str, Any] | None = None, **options: Any) -> str:
    with Analyst(model="offline", sandbox=FakeSandbox(), **options) as analyst:
        return analyst.context(question, FRAMES if frames is None else frames).description


def line(text: str, column: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(f'- "{column}"'))


@pytest.mark.parametrize(
    "question",
    ["Flights and mean arrival delay per airline", "Does the weather delay planes?", "how many flights", "planes"],
)
def test_the_name_of_a_frame_as_a_word_hides_no_other(question: str) -> None:
    text = description(question)
    assert all(f'"{name}": pandas.DataFrame' in text for name in FRAMES)


def test_a_frame_that_is_mentioned_is_described_and_the_others_are_named_with_their_columns() -> None:
    text = description("@planes by year")
    assert '- "year"' in text
    assert '- "dep_delay"' not in text
    assert "Other frames in scope:" in text
    assert '"dep_delay"' in text.partition("Other frames in scope:")[2]


def test_a_frame_of_which_the_question_does_not_speak_is_told_by_its_columns_alone() -> None:
    weather = pd.DataFrame({f"gauge_{c}": [RANDOM.uniform(0, 9) for _ in range(200)] for c in "abcdefghij"})
    frames = {**FRAMES, "weather": weather}
    text = description("mean departure delay per tailnum", frames)
    listed = text.partition("Other frames in scope:")[2]
    assert line(text, "dep_delay")
    assert '"weather": pandas.DataFrame, 200 rows' in listed
    assert '"gauge_a"' in listed
    assert '- "gauge_a"' not in text
    for question in ("worst gauge by carrier", "Was ist wohl am besten?", "@weather"):
        assert line(description(question, frames), "gauge_a")


def test_a_frame_of_which_an_earlier_question_spoke_stays_described() -> None:
    weather = pd.DataFrame({f"gauge_{c}": [RANDOM.uniform(0, 9) for _ in range(200)] for c in "abcdefghij"})
    with ScriptedModel() as model, Analyst(sandbox=FakeSandbox(lambda code: "1"), **model.settings) as analyst:
        for question in ("mean gauge", "departure delay by carrier"):
            model.say("```python\nlen(flights)\n```")
            analyst.ask(question, {**FRAMES, "weather": weather})
    assert '- "gauge_a" float64' in "".join(m["content"] for m in model.requests[1].body["messages"])


def test_frames_that_the_cell_names_are_all_described() -> None:
    text = description(Question("how many?", frames=("planes", "airlines")))
    assert '- "year"' in text
    assert '- "name"' in text
    assert '- "dep_delay"' not in text


def test_a_model_may_ask_for_the_description_of_every_frame_in_scope() -> None:
    with (
        ScriptedModel() as model,
        Analyst(sandbox=FakeSandbox(lambda code: "1"), privacy="stats", **model.settings) as analyst,
    ):
        model.say("```describe-step\nflights\n```")
        model.say("```describe-step\nnothing\n```")
        model.say("```python\nlen(flights)\n```")
        turn = analyst.ask("@planes per flight", FRAMES)
    assert turn.ok, turn.error
    told = [json.dumps(request.body["messages"][-1]) for request in model.requests]
    assert "dep_delay" in told[1]
    assert "There is no frame nothing" in told[2]
    assert "flights, planes, airlines" in told[2]


def test_texts_tell_their_shapes_and_numbers_that_are_none_tell_no_quantiles() -> None:
    text = description("prices of planes and flights")
    assert 'shapes "99/99/9999" 100%' in line(text, "bought")
    assert '"$ 99,999.99" 100%' in line(text, "price")
    for column in ("dep_time", "yyyymmdd"):
        assert " q " not in line(text, column)
        assert "mean" not in line(text, column)
    assert "2013-01..2013-12" in line(text, "yyyymmdd")
    assert "minutes" in line(text, "air_time_min")


def test_whole_numbers_that_join_two_frames_tell_no_quantiles_whatever_their_name() -> None:
    numbers = list(range(1_000, 9_000, 40))
    schedule = pd.DataFrame({"flight": numbers, "gate": ["A", "B"] * 100})
    flown = pd.DataFrame({"flight": numbers * 5, "delay": [n % 97 for n in numbers] * 5})
    text = description("delay per flight and gate", {"flown": flown, "schedule": schedule})
    assert "flown.flight -> schedule.flight: 100% match" in text
    for row in [row for row in text.splitlines() if row.startswith('- "flight"')]:
        assert " q " not in row
        assert "mean" not in row
    assert "mean" in line(text, "delay")
    assert " q " in line(description("delay per flight", {"flown": flown}), "flight")


def test_dates_tell_their_months() -> None:
    assert "2013-01..2013-09" in line(description("flights"), "day")


def test_joins_that_the_values_suggest_are_told_with_how_much_matches() -> None:
    text = description("flights per airline and plane")
    assert "flights.tailnum -> planes.tailnum: " in text
    assert "flights.carrier -> airlines.carrier: 100% match, unique on the right" in text
    match = next(row for row in text.splitlines() if row.startswith("flights.tailnum -> planes.tailnum"))
    share = FLIGHTS.tailnum.isin(PLANES.tailnum).mean()
    assert f"{round(100 * share)}% match, unique on the right" in match


@pytest.mark.parametrize("kind", ["text", "category", "date", "moment", "zoned", "whole"])
@pytest.mark.parametrize("rows", [400, 30_000])
def test_a_key_of_two_columns_is_told_with_how_much_matches(kind: str, rows: int) -> None:
    hours = pd.date_range("2024-01-01", periods=100, freq="D", tz="Europe/Rome" if kind == "zoned" else None)
    days: Any = {"text": hours.strftime("%d.%m.%Y"), "category": hours.strftime("%d.%m.%Y").astype("category"),
                 "date": hours.date, "whole": hours.day_of_year}.get(kind, hours)  # fmt: skip
    weather = pd.DataFrame({"site": ["A", "B"] * 100, "day": np.repeat(days, 2), "rain": 1.5})
    trips = pd.DataFrame({"site": ["A", "B", "B", None] * (rows // 4), "day": list(days) * (rows // 100), "km": 2.5})
    trips.loc[::5, "site"] = "C"
    known = trips.dropna().merge(weather[["site", "day"]].drop_duplicates(), how="left", indicator=True)
    share = (known["_merge"] == "both").mean()
    text = description("rain on trips", {"trips": trips, "weather": weather})
    row = next(row for row in text.splitlines() if row.startswith("trips.(site, day) -> weather.(site, day): "))
    assert row.endswith(" match, unique on the right")
    assert ("about" in row) == (rows > 5_000)
    assert abs(int(re.search(r"(\d+)%", row)[1]) - 100 * share) <= (3 if rows > 5_000 else 0.5)  # type: ignore[index]


def test_a_key_of_two_columns_that_hardly_matches_is_no_join() -> None:
    days = pd.date_range("2024-01-01", periods=100, freq="D")
    weather = pd.DataFrame({"site": ["A", "B"] * 50, "day": np.repeat(days[:50], 2), "rain": 1.5})
    trips = pd.DataFrame({"site": ["A", "B"] * 100, "day": list(days[50:]) * 4, "km": 2.5})
    assert "trips.(" not in description("rain on trips", {"trips": trips, "weather": weather})


def test_a_hidden_column_is_in_no_join() -> None:
    assert "tailnum" not in description("flights per plane", hidden="flights.tailnum,planes.tailnum")


def test_no_join_and_no_figure_is_told_at_the_level_schema() -> None:
    text = description("flights per plane", privacy="schema")
    assert "->" not in text
    assert "UA" not in text


def test_values_that_are_withheld_are_counted() -> None:
    frame = pd.DataFrame({"country": ["DE"] * 9 + ["FR"] * 8 + ["LU"] * 2})
    told = line(description("by country", {"f": frame}), "country")
    assert '"DE", "FR"' in told
    assert "1 more withheld for privacy" in told
    assert "LU" not in told


def test_a_wide_frame_names_all_its_columns_and_details_those_that_are_asked_for() -> None:
    wide = pd.DataFrame({f"S{i:03}": np.arange(20.0) for i in range(300)} | {"temp": range(20), "site": ["a"] * 20})
    text = description("mean temperature of sensor 42", {"wide": wide})
    assert '"S000"…"S299" (300)' in text
    assert line(text, "temp")
    assert line(text, "S042")
    assert not any(row.startswith('- "S100"') for row in text.splitlines())


def test_of_many_like_columns_those_that_fit_best_are_described_and_the_texts_beside_them() -> None:
    many = {f"S{i:03}_temp_C": np.linspace(0, 9.5, 20) for i in range(300)}
    dates = {"measured": [f"{day:02}.03.2025 08:30" for day in range(1, 21)], "plant": ["Lyon", "Nice"] * 10}
    text = description("Mean temperature of sensor 42 in Lyon by month", {"wide": pd.DataFrame(many | dates)})
    described = [name for name in (*many, *dates) if re.search(f'^- "{name}"', text, re.M)]
    assert described == ["S042_temp_C", "measured", "plant"]
    assert "99.99.9999 99:99" in line(text, "measured")


def test_today_is_told() -> None:
    import datetime as dt

    with ScriptedModel() as model, Analyst(sandbox=FakeSandbox(lambda code: "1"), **model.settings) as analyst:
        model.say("```python\nlen(flights)\n```")
        analyst.ask("how many flights last month?", FRAMES)
    assert dt.date.today().isoformat() in json.dumps(model.requests[0].body["messages"])


NUMBERS = st.one_of(
    st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=300),
    st.lists(st.floats(-1e12, 1e12, allow_nan=False), min_size=1, max_size=300),
)


@settings(max_examples=80, deadline=None)
@given(NUMBERS, st.integers(1, 8))
def test_a_range_holds_the_data_and_quantiles_stand_in_order_within_it(numbers: list[float], times: int) -> None:
    frame = pd.DataFrame({"amount": numbers * times})
    (column,) = restrict(profile(to_frame("f", frame)), "stats").columns
    if column.minimum is not None:
        assert column.minimum <= frame.amount.min()
        assert column.maximum >= frame.amount.max()
    assert list(column.quantiles) == sorted(column.quantiles)
    if column.quantiles:
        assert frame.amount.min() <= column.quantiles[0]
        assert column.quantiles[-1] <= frame.amount.max()


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=6, max_size=12), min_size=1, max_size=60))
def test_a_text_that_fewer_than_five_rows_share_is_told_nowhere(texts: list[str]) -> None:
    counts = pd.Series(texts).value_counts()
    rare = [text for text in counts[counts < 5].index if not set(text) <= set("xX9")]
    told = describe(restrict(profile(to_frame("f", pd.DataFrame({"note": texts}))), "stats"))
    assert [text for text in rare if f'"{text}"' in told] == []


@pytest.mark.parametrize(
    ("values", "told", "not_told"),
    [
        ([1, 2] * 60 + [3], "values 1, 2, … 1 more withheld for privacy", ("..", "q ", "mean")),
        ([*range(5, 24)] * 20 + [1], "values 5..23, … 1 more withheld for privacy", ("q ", "mean")),
        ([2.5] * 150 + [0.5, 9.5], "mostly 2.5", ("q ", "mean")),
        ([3 * i for i in range(40)] * 5, "0..117, q ", ("values",)),
    ],
)
def test_no_quantiles_stand_beside_values_that_say_all(
    values: list[float], told: str, not_told: tuple[str, ...]
) -> None:
    shown = line(description("amounts", {"f": pd.DataFrame({"amount": values})}), "amount")
    assert told in shown
    assert not [word for word in not_told if word in shown.partition("64, ")[2]]


@pytest.mark.parametrize("name", ["customer_id", "orderKey", "zip", "Phone No", "userID"])
@pytest.mark.parametrize("privacy", ["stats", "rows"])
def test_keys_tell_no_quantiles(name: str, privacy: str) -> None:
    frame = pd.DataFrame({name: [RANDOM.randint(10_000, 99_999) for _ in range(300)]})
    shown = line(description("how many", {"f": frame}, privacy=privacy), name)
    assert "q " not in shown.partition("int64")[2]
    assert "mean" not in shown


@pytest.mark.parametrize("name", ["humid", "paid", "grid", "solid", "monkey"])
def test_words_that_end_like_a_key_are_quantities(name: str) -> None:
    frame = pd.DataFrame({name: [RANDOM.uniform(0, 100) for _ in range(300)]})
    assert "q " in line(description("how many", {"f": frame}), name)


def test_the_shape_of_words_is_not_told_beside_the_words() -> None:
    frame = pd.DataFrame(
        {"maker": [f"Maker {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(60)] + ["Boeing"] * 90}
    )
    shown = line(description("makers", {"f": frame}), "maker")
    assert '"Boeing"' in shown
    assert "shapes" not in shown


def test_only_words_that_are_used_are_explained() -> None:
    text = description("count", {"f": pd.DataFrame({"city": ["Rome", "Oslo"] * 10})})
    assert "Values are all there are" in text
    assert "quantiles" not in text
    assert "shapes" not in text
