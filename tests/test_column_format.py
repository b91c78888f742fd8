"""One rule for the values of a column, wherever they are shown."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analyst_magic.column_format import (
    ColumnFormat,
    column_format,
    excel_format,
    is_money,
    rounding_note,
    shown,
    single_currency,
    with_unit,
)


def texts(label: str, values: list[Any], **options: Any) -> list[str]:
    form = column_format(label, values, **options)
    return [shown(value, form) for value in values]


DAYS = pd.to_datetime(["2026-03-01", "2026-03-02"]).tolist()
NOON = pd.Timestamp("2026-03-01 12:00")


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("net_amount", [20469.98, 14499.99, 1000034.06], ["20,469.98", "14,499.99", "1,000,034.06"]),
        ("price", [0.1, 0.25, 1000.125], ["0.100", "0.250", "1,000.125"]),
        ("sum", [0.1 + 0.2, 12345.0], ["0.3", "12,345.0"]),
        ("amount", [Decimal("1.50"), Decimal("NaN"), Decimal("12345678901234567890.123")],
         ["1.500", "", "12,345,678,901,234,567,890.123"]),
        ("amount", [1.5, 2415.0], ["1.50", "2,415.00"]),
        ("amount", [Decimal("7.50"), Decimal("2415.00")], ["7.50", "2,415.00"]),
        ("distance", [2475.5, 80.0], ["2,475.5", "80.0"]),
        ("year", [2013.5], ["2013.5"]),
        ("size", [3e-7, 1.0], ["0.0000003", "1.0000000"]),
        ("tiny", [1e-12, 0.0, 2.5], ["1e-12", "0.00", "2.50"]),
        ("huge", [1e22, 1.5e300], ["1e+22", "1.5e+300"]),
        ("loss", [-1234567, -0.0], ["-1,234,567", "0"]),
        ("year", [2013.0, math.nan], ["2013", ""]),
        ("customer_id", [1234567, 2**53 + 1], ["1234567", "9007199254740993"]),
        ("zip", ["00123", "1e5"], ["00123", "1e5"]),
        ("people", [1234567, 3], ["1,234,567", "3"]),
        ("count", [4963, 7], ["4,963", "7"]),
        ("total_units", [4963, 120], ["4,963", "120"]),
        ("order_count", [4963], ["4,963"]),
        ("Order Date_month", [dt.date(2013, 1, 1), dt.date(2013, 2, 1)], ["Jan 2013", "Feb 2013"]),
        ("Order date (year)", [dt.date(2013, 1, 1)], ["2013"]),
        ("month", [dt.date(2013, 1, 1), dt.date(2013, 1, 31)], ["2013-01-01", "2013-01-31"]),
        ("day", [pd.Timestamp("2013-01-31", tz="UTC")], ["2013-01-31"]),
        ("founded", [1998, 2011], ["1998", "2011"]),
        ("vat_rate", [0.19, 0.07, 0.0], ["19%", "7%", "0%"]),
        ("churn_rate", [0.005, 0.1234], ["0.50%", "12.34%"]),
        ("heart_rate", [72, 120], ["72", "120"]),
        ("exchange_rate", [0.92], ["0.92"]),
        ("growth_pct", [12.5, -3.0], ["12.5%", "-3.0%"]),
        ("discount_pct", [0.15, 0.2], ["0.15", "0.20"]),
        ("Missing (%)", [100.0, 0.5], ["100.0%", "0.5%"]),
        ("revenue_usd", [1200, -5], ["$1,200", "-$5"]),
        ("price (€)", [9.5, 1200.25], ["€9.50", "€1,200.25"]),
        ("salary_chf", [1200.5], ["1,200.50"]),
        ("mixed", ["a", 1.5, 20469.98, dt.date(2026, 1, 1), True], ["a", "1.5", "20,469.98", "2026-01-01", "yes"]),
        ("ratio", [math.inf, -math.inf, 2.5], ["∞", "-∞", "2.5"]),
        ("flag", [True, None, np.bool_(False)], ["yes", "", "no"]),
        ("float32", [np.float32(0.1), np.float32(20469.98)], ["0.10", "20,469.98"]),
        ("nothing", [None, pd.NA, pd.NaT], ["", "", ""]),
        ("day", DAYS, ["2026-03-01", "2026-03-02"]),
        ("moment", [*DAYS, NOON], ["2026-03-01 00:00", "2026-03-02 00:00", "2026-03-01 12:00"]),
        ("seconds", [DAYS[0], pd.Timestamp("2026-03-02 10:30:00.25")],
         ["2026-03-01 00:00:00.00", "2026-03-02 10:30:00.25"]),
        ("nanoseconds", [pd.Timestamp.max], ["2262-04-11 23:47:16.854775807"]),
        ("zoned", [NOON.tz_localize("Europe/Berlin")], ["2026-03-01 12:00+01:00"]),
        ("clock", [dt.time(10), dt.time(10, 5, 3)], ["10:00:00", "10:05:03"]),
        ("length", [dt.timedelta(hours=-21), dt.timedelta(days=2, seconds=90.5)], ["-21:00:00", "2 days 00:01:30.5"]),
        ("note", ["a\x01b", "<b>"], ["ab", "<b>"]),
    ],
)  # fmt: skip
def test_a_column_is_shown_with_all_that_its_values_say(label: str, values: list[Any], expected: list[str]) -> None:
    assert texts(label, values) == expected


def test_more_digits_than_a_reader_can_use_are_rounded_and_that_is_said() -> None:
    thirds = column_format("share of time", [1 / 3, 100 / 3])
    assert (shown(1 / 3, thirds), shown(100 / 3, thirds), thirds.rounded) == ("0.3333", "33.3333", True)
    assert not column_format("amount", [20469.98]).rounded
    assert not column_format("latitude", [52.12345678]).rounded
    assert rounding_note(["A", "B", "C"], [thirds, ColumnFormat("text"), thirds]) == (
        "A and C are rounded to 4 decimals."
    )
    assert rounding_note(["A"], [ColumnFormat("number", 2)]) == ""


def test_a_computed_figure_has_the_decimals_that_were_asked_for_and_more_where_those_would_hide_it() -> None:
    assert texts("Mean delay", [12.6390702, 3.0], decimals=2) == ["12.64", "3.00"]
    assert texts("Mean of x", [0.00123456789, 0.0002], decimals=2) == ["0.00123", "0.00020"]
    assert texts("Total", [1.125, 2.0], decimals=2) == ["1.125", "2.000"]
    assert texts("Total", [10.0], decimals=2) == ["10.00"]


def test_a_value_that_is_not_zero_never_shows_as_zero() -> None:
    for label, values in (("x", [1 / 3, 1e5 / 3, 1e-5 / 3]), ("rate", [1 / 3, 1e-7 / 3]), ("Mean", [1 / 3, 1e-30])):
        for text in texts(label, values):
            assert any(digit in text for digit in "123456789"), text


@pytest.mark.parametrize("seed", range(4))
def test_no_digit_is_lost_without_a_word(seed: int) -> None:
    """Whatever the scale and the decimals: what is shown is the value, or the format says that it is rounded."""
    random = np.random.default_rng(seed)
    for _ in range(200):
        scale, places = 10.0 ** random.integers(-6, 12), int(random.integers(0, 12))
        values = [round(float(value), places) for value in random.normal(0, scale, 5)]
        form = column_format("amount", values)
        for value in values:
            read = float(shown(value, form).replace(",", ""))
            assert form.rounded or math.isclose(read, value, rel_tol=1e-14), (value, form)
            assert math.isclose(read, value, rel_tol=0.01), (value, form)


def test_workbooks_show_the_same() -> None:
    assert excel_format(column_format("amount", [20469.98])) == "#,##0.00"
    assert excel_format(column_format("vat_rate", [0.19])) == "0%"
    assert excel_format(column_format("day", DAYS)) == "yyyy-mm-dd"
    assert excel_format(column_format("moment", [*DAYS, NOON])) == "yyyy-mm-dd hh:mm"
    assert excel_format(column_format("id", [1234567])) == "0"
    assert excel_format(column_format("name", ["a"])) == "General"
    assert excel_format(ColumnFormat("month")) == "mmm yyyy"


def test_months_are_named_where_they_name_groups() -> None:
    assert texts("month", [7, 12], months=True) == ["July", "December"]
    assert texts("month", [7, 12]) == ["7", "12"]
    assert texts("Month", [7, 13], months=True) == ["7", "13"]
    assert shown(pd.Timestamp("2026-03-01"), ColumnFormat("month")) == "Mar 2026"


def test_units_stand_in_sentences() -> None:
    assert with_unit(12.5, column_format("delay_minutes", [12.5])) == "12.5"  # a name that counts is no unit
    assert with_unit(12.5, column_format("distance_km", [12.5])) == "12.5 km"
    assert with_unit(12.5, column_format("cost_chf", [12.5])) == "12.50 CHF"
    assert with_unit(12.5, column_format("cost_eur", [12.5])) == "€12.50"
    assert with_unit(None, column_format("cost_chf", [12.5])) == ""


def test_the_currency_of_a_table_is_known_where_all_rows_have_one() -> None:
    rows: list[tuple[str, list[Any]]] = [("net", [1.0, 2.0]), ("invoice currency", ["EUR", "EUR", None])]
    assert single_currency(rows) == ("EUR", ["EUR"])
    assert single_currency([("Currency", ["EUR", "usd"])]) == ("", ["EUR", "USD"])
    assert single_currency([("currency", ["strong", "weak"])]) == ("", [])
    assert is_money("net_amount")
    assert is_money("Total revenue")
    assert not is_money("invoice count")
    assert not is_money("vat_rate")
    assert not is_money("region")


def test_numbers_stand_to_the_right_and_texts_do_not() -> None:
    assert column_format("x", [1, 2.5]).numeric
    assert column_format("rate", [0.5]).numeric
    assert not column_format("x", ["1", "2"]).numeric
    assert not column_format("x", DAYS).numeric
