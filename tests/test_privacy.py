"""What of the data reaches a model at each level of privacy, read from the requests that a real server got."""

from __future__ import annotations

import datetime as dt
import decimal
import fractions
import json
import math
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fakes import ScriptedModel
from hypothesis import given, settings
from hypothesis import strategies as st

from analyst_magic.context.build import build
from analyst_magic.context.privacy import mask, redact, restrict
from analyst_magic.models.client import ChatModel
from analyst_magic.models.providers import parse_model
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import ColumnCard, FrameCard, Privacy, Question

SECRETS = {
    "name": "Xanthippe Quillfeather",
    "mail": "xq@quillfeather.example",
    "account": 4929123456781234,
    "salary": 183417.25,
    "born": dt.date(1931, 7, 13),
    "seen": dt.datetime(2019, 3, 17, 4, 51, 7),
    "note": 'Ring "Xanthippe" back\nsoon',
}
TRACES = ("Xanthippe", "Quillfeather", "quillfeather", "4929123456781234", "183417", "1931-07-13", "04:51:07", "soon")


def staff() -> FrameCard:
    """A frame in whose first row each cell is a secret, and whose other rows share what may be told."""
    n = 201
    frame = pd.DataFrame(
        {
            "name": [f"Person {i}" for i in range(n)],
            "mail": [f"p{i}@corp.example" for i in range(n)],
            "account": 4929123456781234 + np.arange(-100, 101) * 1013,
            "salary": 183417.25 + np.where(np.arange(n) < 100, 11.5, 93.5) * np.arange(-100, 101),
            "born": [dt.date(1960, 1, 1) + dt.timedelta(days=i) for i in range(n)],
            "seen": [dt.datetime(2020, 1, 1) + dt.timedelta(hours=i) for i in range(n)],
            "note": ["fine"] * n,
            "team": ["north", "south", "west"] * 67,
        }
    )
    row = 100  # the median of account and salary: the secret is the very quantile
    for column in ("name", "mail", "born", "seen", "note"):
        frame[column] = frame[column].astype(object)
        frame.at[row, column] = SECRETS[column]
    frame["born"] = frame["born"].astype(pd.ArrowDtype(pa.date32()))
    frame["seen"] = pd.to_datetime(frame["seen"])
    card = profile(to_frame("staff", frame))
    return FrameCard(card.name, card.kind, card.rows, card.columns, sample=(tuple(frame.iloc[row]),))


async def told(card: FrameCard, level: Privacy, hidden: frozenset[str] = frozenset()) -> str:
    """All that a server got of a question about a frame."""
    with ScriptedModel() as server:
        server.say("```sql\nSELECT 1\n```")
        provider, name = parse_model("vllm:test")
        model = ChatModel(provider, name, base_url=server.base_url)
        await model.reply(build(Question("How many by team?"), [card], privacy=level, hidden=hidden))
        await model.close()
        return server.received


@pytest.mark.parametrize("level", ["schema", "stats", "masked"])
async def test_no_secret_of_a_single_row_is_sent_below_rows(level: Privacy) -> None:
    text = await told(staff(), level)
    assert "salary" in text
    for trace in TRACES:
        assert trace not in text


async def test_the_level_rows_sends_true_rows() -> None:
    text = await told(staff(), "rows")
    for trace in TRACES:
        assert trace in text


async def test_the_level_schema_sends_names_and_types_alone() -> None:
    text = await told(staff(), "schema")
    assert "team" in text
    assert "text" in text
    for figure in ("north", "distinct", "mean ", "5/25/50"):
        assert figure not in text


async def test_the_level_stats_sends_values_that_many_rows_share() -> None:
    text = await told(staff(), "stats")
    for figure in ("north", "fine", "5/25/50/75/95%", "mean", "withheld for privacy"):
        assert figure in text
    assert "sample rows" not in text


async def test_the_level_masked_sends_the_shape_of_rows() -> None:
    text = json.loads(f'"{(await told(staff(), "masked")).split("sample rows:")[1].split("END DATA")[0]}"')
    assert "Xxxxxxxxx Xxxxxxxxxxxx" in text
    assert "9999999999999999" in text
    assert "9999-99-99" in text


@pytest.mark.parametrize("level", ["schema", "stats", "masked", "rows"])
async def test_a_hidden_column_is_sent_at_no_level(level: Privacy) -> None:
    hidden = frozenset({"staff.salary", "staff.name", "other.team"})
    text = await told(staff(), level, hidden)
    assert "salary" not in text
    assert "Quillfeather" not in text
    assert "183417" not in text
    assert "team" in text


def test_hiding_an_index_level_leaves_the_other_levels_marked() -> None:
    frame = pd.DataFrame({"v": [1, 2]}, index=pd.MultiIndex.from_tuples([(1, "a"), (2, "b")], names=["id", "key"]))
    card = restrict(profile(to_frame("f", frame)), "stats", frozenset({"f.id"}))
    assert [column.name for column in card.columns] == ["key", "v"]
    assert card.index == 1


def test_extremes_are_told_away_from_the_data_for_one_row_sets_them() -> None:
    card = restrict(profile(to_frame("f", pd.DataFrame({"v": [*range(1000), 987654]}))), "stats")
    assert (card.columns[0].minimum, card.columns[0].maximum) == (0, 1_000_000)
    assert card.columns[0].quantiles[-1] < 1000


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, *range(5, 24)] * 40, (1, 23)),  # forty rows have each end
        ([1] + [5, 9, 23] * 30, (0, 23)),  # one row has the lowest
        (list(range(60)) * 3, (0, 60)),
        ([2013] * 30, (2013, 2013)),
        ([983.8, *np.linspace(990, 1040, 98), 1042.1], (980, 1050)),
        ([0.0, *np.linspace(0.1, 0.9, 98), 1.0], (0, 1.2)),
        ([-43, *range(100), 1301], (-200, 1400)),
        ([5_000_001, *range(5_000_010, 5_000_200)], (5_000_000, 5_000_200)),
        ([2.5] * 20, (2.5, 2.5)),  # many rows share it
        ([decimal.Decimal("12.50"), *map(decimal.Decimal, range(20, 80)), decimal.Decimal("99.99")], (0, 100)),
    ],
)
def test_a_range_is_rounded_by_how_far_the_data_reaches(values: list[Any], told: tuple[Any, Any]) -> None:
    column = restrict(profile(to_frame("f", pd.DataFrame({"v": values}))), "stats").columns[0]
    assert (column.minimum, column.maximum) == told


@given(
    st.one_of(
        st.lists(st.integers(-(2**62), 2**62), min_size=20, max_size=60),
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=20, max_size=60),
        st.tuples(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 40), min_size=20, max_size=200)).map(
            lambda t: [t[0] + n for n in t[1]]
        ),
        st.tuples(st.floats(-1e6, 1e6), st.lists(st.floats(0, 1e-3), min_size=20, max_size=60)).map(
            lambda t: [t[0] + n for n in t[1]]
        ),
    )
)
@settings(max_examples=150, deadline=None)
def test_a_range_holds_the_data_is_no_wider_than_it_has_to_be_and_names_no_row(values: list[Any]) -> None:
    column = restrict(profile(to_frame("f", pd.DataFrame({"v": values}))), "stats").columns[0]
    if column.minimum is None:
        assert any(abs(v) > 1e307 for v in values)  # a bound beyond all numbers
        return
    spread = fractions.Fraction(max(values)) - fractions.Fraction(min(values))
    low, high = fractions.Fraction(column.minimum), fractions.Fraction(column.maximum)
    assert low <= fractions.Fraction(min(values))
    assert high >= fractions.Fraction(max(values))
    finest = 2 if isinstance(values[0], int) else 40 * math.ulp(max(map(abs, values)))
    assert high - low <= spread * fractions.Fraction(3, 2) + fractions.Fraction(finest)
    for bound, value in ((column.minimum, min(values)), (column.maximum, max(values))):
        assert bound != value or not value or values.count(value) >= 5


def test_values_of_fewer_than_five_rows_are_not_told() -> None:
    frame = pd.DataFrame({"city": ["Rome"] * 5 + ["Oslo"] * 4})
    assert restrict(profile(to_frame("f", frame)), "stats").columns[0].values == (("Rome", 5),)


def test_a_frame_of_few_rows_tells_no_mean_and_no_quantiles() -> None:
    column = restrict(profile(to_frame("f", pd.DataFrame({"salary": [183417.25]}))), "stats").columns[0]
    assert (column.mean, column.quantiles, column.values) == (None, (), ())


def test_a_quantile_that_many_rows_share_is_told_exactly() -> None:
    frame = pd.DataFrame({"rate": [2013] * 60 + [2014] * 60})
    quantiles = restrict(profile(to_frame("f", frame)), "stats").columns[0].quantiles
    assert (quantiles[0], quantiles[-1]) == (2013, 2014)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("Anna Smith", "Xxxx Xxxxx"),
        (-12.5, "-99.9"),
        (dt.date(2024, 1, 5), "9999-99-99"),
        ("Zoë 北京 ½", "Xxx xx 9"),
        ("👍 ok", "? xx"),
        (None, None),
        (True, "Xxxx"),
        (False, "Xxxx"),
        ({"a": "b"}, "{'x': 'x'}"),
    ],
)
def test_a_masked_value_shows_its_shape_alone(value: object, shape: str | None) -> None:
    assert mask(value) == shape


def failures() -> list[tuple[str, str]]:
    """Texts of real exceptions that quote the data, with the code that raised them."""
    person = "Xanthippe Quillfeather"
    frame = pd.DataFrame({"name": [person, "otho brandt"], "pay": [183417.25, 2.0]})
    codes = (
        "pd.to_datetime(frame['name'])",
        "frame['name'].astype(float)",
        "frame['name'].astype(int)",
        "pd.to_numeric(frame['name'])",
        "frame.set_index('name').loc[frame['name'].str.upper()]",
        "pd.merge(pd.concat([frame, frame]), frame, on='name', validate='1:1')",
        "pd.concat([frame.set_index('name')] * 2, verify_integrity=True)",
        "duckdb.sql('select cast(name as date) from frame').fetchall()",
        "duckdb.sql('select cast(pay * 1e30 as int) from frame').fetchall()",
        "duckdb.sql('select error(name) from frame').fetchall()",
        "raise_(frame.to_string())",
    )

    def raise_(text: str) -> None:
        raise ValueError(text)

    found = []
    for code in codes:
        try:
            eval(code, {"pd": pd, "duckdb": duckdb, "frame": frame, "raise_": raise_})
        except Exception as error:  # noqa: BLE001
            found.append((code, str(error)))
    assert len(found) == len(codes)
    return found


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("level", ["schema", "stats", "masked"])
def test_an_error_text_loses_the_data_in_it(level: Privacy) -> None:
    for code, text in failures():
        clean = redact(text, (code, "frame: name text, pay float"), level)
        for trace in ("xanthippe", "quillfeather", "otho", "brandt", "183417", "1.83417"):
            assert trace not in clean.lower(), (code, clean)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("could not convert string to float: 'Anna'", "could not convert string to float: '…'"),
        ("'DataFrame' object has no attribute 'applymap'", "'DataFrame' object has no attribute 'applymap'"),
        ('Referenced column "delay" not found in FROM clause!', 'Referenced column "delay" not found in FROM clause!'),
        ("unsupported operand type(s) for +: 'int' and 'str'", "unsupported operand type(s) for +: 'int' and 'str'"),
        ("can't multiply sequence by non-int of type 'float'", "can't multiply sequence by non-int of type 'float'"),
        ("bad mail anna.smith@corp.example", "… … …"),
        ("Length 42 does not match", "Length … does not match"),
        ("head(7) failed", "head(7) failed"),
    ],
)
def test_an_error_text_keeps_what_the_model_knows(text: str, kept: str) -> None:
    assert redact(text, ("flights.applymap(str)['delay'].head(7)",), "stats") == kept


def test_at_the_level_rows_an_error_text_stays_but_for_hidden_columns() -> None:
    text = 'column "pay" not found, did you mean "salary", "name" or "salary_band"?'
    assert redact(text, (), "rows") == text
    assert redact(text, (), "rows", {"staff.salary"}) == text.replace('"salary"', '"…"')


def test_a_hidden_column_is_hidden_by_its_name_in_sql_too() -> None:
    columns = (ColumnCard("v", "v", "v", "integer"), ColumnCard("V", "V", "V_1", "integer"))
    card = FrameCard("f", "pandas", 3, columns, sample=((1, 2),))
    assert restrict(card, "rows", frozenset({"f.V_1"})).sample == ((1,),)


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_ranges_contain_the_data_and_quantiles_lie_within_it(numbers: list[int]) -> None:
    for values in (numbers, [n / 7 for n in numbers]):
        column = restrict(profile(to_frame("f", pd.DataFrame({"v": values}))), "stats").columns[0]
        if column.minimum is not None:
            assert column.minimum <= min(values)
            assert column.maximum >= max(values)
        assert list(column.quantiles) == sorted(column.quantiles)
        assert all(min(values) <= q <= max(values) for q in column.quantiles)
        if values is numbers:
            assert all(isinstance(q, int) for q in column.quantiles)


@given(st.lists(st.sampled_from([f"secret{letter}" for letter in "abcdefgh"]), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_no_text_of_fewer_than_five_rows_stands_in_the_description(values: list[str]) -> None:
    frame = pd.DataFrame({"word": values, "tag": [f"{value}-{i}" for i, value in enumerate(values)]})
    text = build(Question("x"), [profile(to_frame("f", frame))], privacy="stats").description
    for value in set(values):
        assert (f'"{value}"' in text) == (values.count(value) >= 5)
    assert "-1" not in text


@pytest.mark.parametrize("level", ["schema", "stats", "masked", "rows"])
def test_a_hidden_key_stands_in_no_join_and_no_grain(level: Privacy) -> None:
    planes = pd.DataFrame({"tailnum": [f"N{i}" for i in range(50)], "seats": [100, 200] * 25})
    flights = pd.DataFrame({"tailnum": [f"N{i % 50}" for i in range(300)], "delay": range(300)})
    cards = [profile(to_frame("planes", planes)), profile(to_frame("flights", flights))]
    told = build(Question("x"), cards, privacy=level).description
    assert ("flights.tailnum -> planes.tailnum: 100% match, unique on the right" in told) == (level != "schema")
    hidden = build(Question("x"), cards, privacy=level, hidden=frozenset({"planes.tailnum"})).description
    assert "planes.tailnum" not in hidden


def test_shapes_of_texts_are_told_with_their_share_and_without_a_letter_or_digit_of_the_data() -> None:
    moments = [f"Apr {day:02}  2017 {hour}:00:00 AM" for day in range(1, 29) for hour in range(1, 10)]
    frame = pd.DataFrame({"at": moments, "price": [f"{i % 9 + 1}.{i:03},50" for i in range(len(moments))]})
    text = build(Question("x"), [profile(to_frame("f", frame))], privacy="stats").description
    assert '"Xxx 99  9999 9:99:99 XX" 100%' in text
    assert '"9.999,99" 100%' in text
    assert "Apr" not in text
