"""SQL over moments in a time zone counts days and hours as a clock there shows them, like pandas."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest

from analyst_magic import Analyst, Turn

UTC_TIMES = ["2024-03-01 22:30", "2024-03-01 23:30", "2024-03-02 11:00"]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", "+02:00", "-11:00"]


@pytest.fixture(scope="module")
def analyst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyst]:
    history = tmp_path_factory.mktemp("history") / "history.sqlite3"
    with Analyst(model="offline", sandbox="local", history_path=str(history), spares=0, lock=None) as made:
        yield made


def sales(zone: str) -> pd.DataFrame:
    moments = pd.to_datetime(UTC_TIMES).tz_localize("UTC").tz_convert(zone)
    return pd.DataFrame({"sold_at": moments, "amount": [1.0, 2.0, 4.0]})


def table(turn: Turn) -> pd.DataFrame:
    assert turn.error is None, turn.error
    return turn.tables[0].to_pandas()


def notes(turn: Turn) -> str:
    return " ".join([*turn.notes, *(str(result) for result in turn.results)])


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_hours_are_those_of_the_datas_zone(analyst: Analyst, zone: str) -> None:
    frame = sales(zone)
    expected = frame.groupby(frame["sold_at"].dt.strftime("%Y-%m-%d %H"))["amount"].sum()
    turn = analyst.ask(
        "SQL: SELECT CAST(sold_at AS DATE) AS sold_on, EXTRACT(hour FROM sold_at) AS sold_hour, SUM(amount) AS total "
        "FROM sales GROUP BY ALL ORDER BY ALL",
        {"sales": frame},
    )
    found = table(turn)
    hours = [
        f"{pd.Timestamp(day):%Y-%m-%d} {hour:02}" for day, hour in zip(found.sold_on, found.sold_hour, strict=True)
    ]
    assert dict(zip(hours, found.total, strict=True)) == expected.to_dict()
    assert "UTC" not in notes(turn)


def test_moments_in_a_result_stay_in_their_zone(analyst: Analyst) -> None:
    turn = analyst.ask("SQL: SELECT sold_at FROM sales ORDER BY sold_at", {"sales": sales("Europe/Berlin")})
    assert turn.tables[0].to_text().splitlines()[1].strip() == "2024-03-01 23:30+01:00"


@pytest.mark.parametrize(
    ("first", "second", "named"),
    [("Europe/Berlin", "Asia/Tokyo", "Asia/Tokyo, Europe/Berlin"), ("+05:30", "+05:30", "+05:30")],
)
def test_where_no_zone_can_hold_for_all_it_is_said_that_days_are_those_of_utc(
    analyst: Analyst, first: str, second: str, named: str
) -> None:
    frame = sales(first).assign(due_at=sales(second)["sold_at"])
    turn = analyst.ask(
        "SQL: SELECT CAST(sold_at AS DATE) AS sold_on, COUNT(*) AS n FROM sales GROUP BY ALL ORDER BY ALL",
        {"sales": frame},
    )
    assert list(table(turn).n) == [2, 1]
    assert f"Days and hours of moments are those of UTC here. The data has them in {named}." in notes(turn)
