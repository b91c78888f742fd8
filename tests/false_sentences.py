"""Sentences about made-up results, with true and with false numbers: for the tests and the benchmark of the trace."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pyarrow as pa

from analyst_magic.evidence.trace import MARK, traced
from analyst_magic.turn import Output

NAMES = {
    "region": ["North", "South", "East", "West", "Centre", "Islands"],
    "product": ["Chai", "Lamp 40", "Desk", "Green tea", "X-200", "Ivory soap", "Tofu"],
    "carrier": ["UA", "DL", "B6", "EV", "AA", "HA"],
    "country": ["Chile", "Peru", "France", "Germany", "United States", "Japan"],
}


@dataclass(frozen=True)
class Business:
    """A table of results, and what is true of it.

    Attributes:
        output: The table.
        facts: The values that sentences are filled with.
    """

    output: Output
    facts: dict[str, Any]


def business(draw: Random) -> Business:
    """Made-up totals of some groups."""
    key = draw.choice(list(NAMES))
    names = draw.sample(NAMES[key], draw.randint(3, 6))
    scale = 10 ** draw.uniform(1.5, 6.5)
    totals = [round(draw.uniform(0.2, 2) * scale, 2) for _ in names]
    orders = [draw.randint(11, 9_000) for _ in names]
    rates = [round(draw.uniform(0.02, 0.6), 4) for _ in names]
    order = sorted(range(len(names)), key=lambda row: -totals[row])
    a, b, last = order[0], order[1], order[-1]
    whole = sum(totals)
    table = pa.table({key: names, "revenue": totals, "orders": orders, "late_share": rates})
    facts = {
        "key": key, "a": names[a], "b": names[b], "z": names[last], "x": totals[a], "y": totals[b], "l": totals[last],
        "n": orders[a], "m": orders[b], "r": 100 * rates[a], "q": 100 * rates[b], "t": whole, "k": len(names),
        "s": 100 * totals[a] / whole, "both": totals[a] + totals[b], "bs": 100 * (totals[a] + totals[b]) / whole,
        "d": totals[a] - totals[b], "p": 100 * (totals[a] - totals[b]) / totals[b], "f": totals[a] / totals[last],
        "lo": 100 * (totals[a] - totals[last]) / totals[a], "orders": sum(orders), "dn": abs(orders[a] - orders[b]),
        "xk": totals[a] / 1e3, "xm": totals[a] / 1e6, "rest": whole - totals[a], "rs": 100 - 100 * totals[a] / whole,
        "share": totals[a] / whole, "each": totals[a] / orders[a], "pp": abs(100 * (rates[a] - rates[b])),
        "mean": whole / len(names),
    }  # fmt: skip
    return Business(Output("table", table), facts)


def months(draw: Random) -> Business:
    """Made-up figures of the months of a year."""
    year = draw.randint(2019, 2025)
    dates = [f"{year}-{month:02}" for month in range(1, 13)]
    values = [round(draw.uniform(2_000, 90_000), 1) for _ in dates]
    top, low = max(range(12), key=values.__getitem__), min(range(12), key=values.__getitem__)
    words = "January February March April May June July August September October November December".split()
    facts = {
        "year": year, "top": words[top], "low": words[low], "x": values[top], "y": values[low], "t": sum(values),
        "first": values[0], "end": values[11], "ch": 100 * abs(values[11] - values[0]) / values[0],
        "dir": "rose" if values[11] > values[0] else "fell", "iso": dates[top], "d": values[top] - values[low],
        "mean": sum(values) / 12, "ab": sum(v > 50_000 for v in values),
    }  # fmt: skip
    return Business(Output("table", pa.table({"month": dates, "revenue": values})), facts)


def years(draw: Random) -> Business:
    """Made-up figures of some years."""
    begun, number = draw.randint(2005, 2016), draw.randint(4, 9)
    values = [round(draw.uniform(1e5, 9e6), 1) for _ in range(number)]
    customers = [draw.randint(120, 9_900) for _ in values]
    first, end, top = values[0], values[-1], max(range(number), key=values.__getitem__)
    facts = {
        "begun": begun, "ended": begun + number - 1, "first": first, "end": end, "n": customers[-1], "k": number,
        "dir": "rose" if end > first else "fell", "ch": 100 * abs(end - first) / first, "d": abs(end - first),
        "t": sum(values), "top": begun + top, "x": values[top],
    }  # fmt: skip
    table = pa.table({"year": [begun + at for at in range(number)], "revenue": values, "customers": customers})
    return Business(Output("table", table), facts)


def total(draw: Random) -> Business:
    """One made-up total."""
    whole, orders = round(draw.uniform(5e3, 9e6), 2), draw.randint(80, 9_000)
    facts = {"t": whole, "n": orders, "each": whole / orders, "tk": whole / 1e3}
    return Business(Output("table", pa.table({"revenue": [whole], "orders": [orders]})), facts)


GROUPS = (
    "{a} has the highest revenue: {x:,.2f}.", "{a} leads with {x:,.0f}, ahead of {b} with {y:,.0f}.",
    "**{a}** ({x:,.1f}) is ahead of **{b}** ({y:,.1f}).", "Revenue is {x:,.2f} in {a} and {y:,.2f} in {b}.",
    "{a} makes {s:.1f}% of the total.", "{a} makes {s:.1f} % of the total of {t:,.2f}.",
    "{a} alone accounts for {s:.0f}% of all revenue.", "Together, {a} and {b} reach {both:,.2f}, {bs:.1f}% of revenue.",
    "{a} is {d:,.2f} above {b}.", "{a} is {p:.1f}% above {b}.", "{a} has {f:.1f} times the revenue of {z}.",
    "{z} has the lowest revenue, {l:,.2f}, which is {lo:.1f}% less than {a}.", "Total revenue is {t:,.2f}.",
    "There are {orders:,} orders in all.", "{a} had {n:,} orders and {b} {m:,}.",
    "{a}: {n:,} orders, {x:,.2f} revenue.",
    "{a} and {b} differ by {dn:,} orders.", "The late share of {a} is {r:.1f}%.", "{r:.2f}% of {a}'s orders are late.",
    "{a} is late in {r:.1f}% of cases, {b} in {q:.1f}%.",
    "The late shares differ by {pp:.1f} percentage points between "
    "{a} and {b}.", "{a} makes {each:,.2f} per order.", "The average over the {k} groups is {mean:,.2f}.",
    "- {a}: {x:,.2f}\n- {b}: {y:,.2f}\n- {z}: {l:,.2f}", "| {a} | {x:,.2f} | {n} |\n| {b} | {y:,.2f} | {m} |",
    "{a}'s revenue of about {x:.3g} is the highest.", "In {a}, {n:,} orders brought {x:,.2f}.",
    "Revenue ranges from {l:,.2f} ({z}) to {x:,.2f} ({a}).", "{b} trails {a} by {d:,.0f}.",
    "Of {orders:,} orders, {n:,} are {a}'s.", "{a} makes {xk:,.1f}k, {b} {y:,.0f}.",
    "Roughly {xm:.2f} million come from {a}.", "The other {key}s make {rest:,.2f} together, {rs:.1f}%.",
    "{a} hat {x:,.2f} Umsatz, {s:.1f} % vom Ganzen.", "Among {k} {key}s, {a} is first ({x:,.2f}).",
    "**{x:,.2f}** is what {a} makes; {b} makes **{y:,.2f}**.", "{a} ({r:.1f}% late) has {n:,} orders.",
    "Every {key} but {z} makes more than {l:,.2f}.", "{a}'s share is {s:.1f}%, {b}'s revenue {y:,.2f}.",
)  # fmt: skip
MONTHS = (
    "Revenue peaks in {top} {year} at {x:,.1f}.", "The lowest month is {low} with {y:,.1f}.",
    "From January to December {year}, revenue {dir} from {first:,.1f} to {end:,.1f}.",
    "Revenue {dir} by {ch:.1f}% between January and December.", "{iso}: {x:,.1f}", "In all, {year} brought {t:,.1f}.",
    "The best month is {d:,.1f} above the worst.", "The monthly average is {mean:,.1f}.",
    "{ab} months are above 50,000.", "The peak is {x:,.0f} and the trough {y:,.0f}.",
)  # fmt: skip
YEARS = (
    "Revenue {dir} from {first:,.0f} in {begun} to {end:,.0f} in {ended}.",
    "{begun}: {first:,.1f}; {ended}: {end:,.1f}",
    "In {ended} revenue was {end:,.1f}.", "In {ended}, {n:,} customers brought {end:,.1f}.",
    "Between {begun} and {ended} revenue {dir} by {ch:.1f}%.", "Since {begun} it {dir} by {d:,.1f}.",
    "Over the {k} years it comes to {t:,.1f}.", "The best year was {top} with {x:,.1f}.",
    "{end:,.1f} in {ended} is {ch:.1f}% away from {first:,.1f} in {begun}.", "{ended} has {n:,} customers.",
    "Revenue peaked at {x:,.0f} in {top}.", "- {begun}: {first:,.1f}\n- {ended}: {end:,.1f}",
)  # fmt: skip
ONE = (
    "Total revenue is {t:,.2f}.", "It comes to {t:,.0f}, from {n:,} orders.", "That is {each:,.2f} per order.",
    "About {tk:,.1f}k in all.", "{n:,} orders were counted.",
)  # fmt: skip
_PAIRS = {"first": "end", "end": "first", "x": "y", "y": "x", "n": "m", "m": "n", "r": "q", "q": "r"}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def sentences(cases: int, seed: int) -> Iterator[tuple[Output, str, dict[str, Any]]]:
    """True sentences: the result, the form and what fills it."""
    draw = Random(seed)
    for _ in range(cases):
        for make, forms in ((business, GROUPS), (months, MONTHS), (years, YEARS), (total, ONE)):
            made = make(draw)
            yield from ((made.output, form, made.facts) for form in forms)


def falsified(form: str, facts: dict[str, Any], draw: Random) -> Iterator[tuple[str, str, str]]:
    """A form with one fact made false: in what way, the text, and the false number as it stands there."""
    for name, spec in dict.fromkeys(re.findall(r"\{(\w+)(?::([^}]*))?\}", form)):
        value = facts[name]
        for way, wrong in _wrong(name, value, facts, draw) if isinstance(value, int | float) else ():
            shown = format(wrong, spec)
            if shown != format(value, spec) and wrong >= 1:
                yield way, form.format(**{**facts, name: wrong}), shown


def _wrong(name: str, value: float, facts: dict[str, Any], draw: Random) -> Iterator[tuple[str, float]]:
    """False values in place of a true one, and in what way each is false."""
    other = value * draw.choice([draw.uniform(0.55, 0.93), draw.uniform(1.08, 1.7)])
    if isinstance(value, int):
        yield "another count", value + draw.choice([-7, -4, -3, 3, 5, 8]) if value < 100 else round(other)
    else:
        yield "other digits", other
    if name in {"x", "y", "l"} and value > 100:
        yield "ten times", 10 * value
    if (instead := _PAIRS.get(name)) in facts:
        yield "another row's", facts[str(instead)]


def is_marked(output: Output, text: str, number: str) -> bool:
    """Whether the place of a number in a text is marked."""
    shown, _ = traced(text, [output])
    return bool(re.search(rf"(?<![\d.,]){re.escape(number)}\s?(?:%|k|million)?{re.escape(MARK)}", shown))


@dataclass
class Tally:
    """How many numbers were marked.

    Attributes:
        true, marked: True numbers, and those of them that were marked.
        false, found: False numbers, and those of them that were marked, by the way in which they are false.
        wrongly: The sentences with marked true numbers.
        missed: The false numbers without a mark: the way, the number and the sentence.
    """

    true: int = 0
    marked: int = 0
    false: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    wrongly: list[str] = field(default_factory=list)
    missed: list[tuple[str, str, str]] = field(default_factory=list)


def tally(cases: int, seed: int) -> Tally:
    """Trace the sentences of some cases, with true numbers and with one false number each."""
    draw, found = Random(seed), Tally()
    for output, form, facts in sentences(cases, seed):
        text = form.format(**facts)
        shown, marked = traced(text, [output])
        found.true += len(NUMBER.findall(text))
        found.marked += marked
        found.wrongly += [shown] if marked else []
        for way, wrong, number in falsified(form, facts, draw):
            found.false[way] += 1
            if is_marked(output, wrong, number):
                found.found[way] += 1
            else:
                found.missed.append((way, number, wrong))
    return found
