"""What a join loses or multiplies is said with its numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analyst_magic.evidence.joined import join_notes
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code

RANDOM = np.random.default_rng(3)
FRAMES = {
    "flights": pd.DataFrame(
        {
            "tailnum": [f"N{i % 100}" if i % 25 else None for i in range(1000)],
            "carrier": ["UA", "AA"] * 500,
            "delay": RANDOM.normal(size=1000),
        }
    ),
    "planes": pd.DataFrame({"tailnum": [f"N{i}" for i in range(84)], "year": range(84)}),
    "owners": pd.DataFrame({"plane": [f"N{i % 100}" for i in range(300)], "owner": [f"O{i}" for i in range(300)]}),
    "airlines": pd.DataFrame({"carrier": ["UA", "AA"], "name": ["United", "American"]}),
    "orders": pd.DataFrame({"customer": RANDOM.integers(0, 30_000, 60_000), "total": 2.5}),
    "customers": pd.DataFrame({"customer": range(24_000)}),
}
CARDS = [profile(to_frame(name, frame)) for name, frame in FRAMES.items()]
TRUE_LOSS = 100 - 100 * FRAMES["flights"].tailnum.isin(FRAMES["planes"].tailnum).mean()


def notes(code: str, language: str = "python") -> str:
    return " ".join(join_notes(Code(code, language), CARDS))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("flights.merge(planes, on='tailnum')", "python"),
        ("flights[['tailnum', 'delay']].merge(planes[['tailnum', 'year']], on=['tailnum'], how='left')", "python"),
        ("flights.dropna(subset=['delay']).merge(planes, left_on='tailnum', right_on='tailnum')", "python"),
        ("joined = pd.merge(flights, planes, on='tailnum')\njoined.groupby('year').delay.mean()", "python"),
        ("flights.join(planes, on='tailnum', how='inner')", "python"),
        ("SELECT avg(delay) FROM flights JOIN planes USING (tailnum)", "sql"),
        ("SELECT p.year, avg(f.delay) FROM flights f LEFT JOIN planes p ON p.tailnum = f.tailnum GROUP BY 1", "sql"),
    ],
)
def test_rows_without_a_partner_are_said(code: str, language: str) -> None:
    assert f"{round(TRUE_LOSS)}% of the rows of flights have no partner in planes by tailnum." in notes(code, language)


@pytest.mark.parametrize(
    "code",
    [
        "flights.merge(owners, left_on='tailnum', right_on='plane')",
        "SELECT * FROM flights JOIN owners ON tailnum = plane",
    ],
)
def test_rows_that_become_several_are_said(code: str) -> None:
    if code.startswith("SELECT"):
        code = code.replace("tailnum = plane", "flights.tailnum = owners.plane")
    made = FRAMES["flights"].dropna().merge(FRAMES["owners"], left_on="tailnum", right_on="plane")
    growth = len(made) / len(FRAMES["flights"].dropna())
    said = notes(code, "sql" if code.startswith("SELECT") else "python")
    assert f"about {growth:.1f} rows of one of flights, as owners has several rows for one plane" in said


def test_many_keys_are_judged_by_some_of_them() -> None:
    said = notes("orders.merge(customers, on='customer')")
    share = int(said.removeprefix("about ").partition("%")[0])
    assert said.startswith("about ")
    assert abs(share - 20) <= 3


@pytest.mark.parametrize(
    "code",
    [
        "flights.merge(airlines, on='carrier')",
        "flights.merge(planes, on='tailnum', how='left', indicator=True)",
        "flights.merge(planes, on='tailnum', how='left').query('year.isna()')",
        "flights.groupby('tailnum').delay.mean().reset_index().merge(planes, on='tailnum')",
        "flights = flights[:10]\nflights.merge(planes, on='tailnum')",
        "owners.merge(owners, on='plane', how='cross')",
        "'a'.join(['b'])",
        "not even code (",
    ],
)
def test_joins_that_lose_nothing_or_are_of_other_rows_need_no_word(code: str) -> None:
    assert notes(code) == ""
