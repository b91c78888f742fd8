"""The frames of the sixteenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def service_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {
        "rentals": rentals(),
        "bills": bills(),
        "samples": samples(),
        "phone_calls": phone_calls(),
        "gym_visits": gym_visits(),
    }


def rentals() -> pd.DataFrame:
    """200 rentals of bikes; some bikes are not back yet."""
    draw = random.Random(161)
    rows = []
    for _ in range(200):
        out = datetime(2025, 1, 2, 6) + timedelta(minutes=draw.randrange(300 * 24 * 60))
        due = out + timedelta(hours=draw.choice([4, 8, 24]))
        back = None if draw.random() < 0.1 else out + timedelta(minutes=draw.randrange(30, 1800))
        rows.append(
            {
                "customer": f"C{draw.randrange(100, 145)}",
                "station": draw.choice(["Station North", "Riverside", "Old Town", "Airport"]),
                "bike_type": draw.choice(["city", "cargo", "electric"]),
                "rented_at": out,
                "due_at": due,
                "returned_at": back,
                "distance_km": round(draw.uniform(1, 60), 1),
                "fare_eur": round(draw.uniform(4, 70), 2),
                "deposit_eur": draw.choice([20, 50]),
                "damaged": draw.random() < 0.1,
                "rating": draw.choice([None, 1, 2, 3, 4, 5, 5]),
            }
        )
    return pd.DataFrame(rows)


def bills() -> pd.DataFrame:
    """160 bills to customers of several countries; some are unpaid."""
    draw = random.Random(162)
    home = {
        "Alba": "Italy",
        "Borg": "Sweden",
        "Cruz": "Spain",
        "Dietz": "Germany",
        "Ekman": "Sweden",
        "Faure": "France",
    }
    rows = []
    for number in range(160):
        issued = datetime(2025, 1, 3) + timedelta(days=draw.randrange(290))
        client = draw.choice(list(home))
        amount = draw.randrange(50, 9_000)
        rows.append(
            {
                "bill_no": f"B{number + 1000}",
                "client": client,
                "country": home[client],
                "issued_on": issued,
                "due_on": issued + timedelta(days=30),
                "paid_on": None if draw.random() < 0.25 else issued + timedelta(days=draw.randint(3, 55)),
                "amount": float(amount),
                "tax": round(amount * 0.2, 2),
                "reminders": draw.choice([0, 0, 0, 1, 2, 3]),
                "account_manager": draw.choice(["Rosa", "Sven", "Tilda"]),
            }
        )
    return pd.DataFrame(rows)


def samples() -> pd.DataFrame:
    """140 measurements of a laboratory with their limits."""
    draw = random.Random(163)
    limits = {"lead": 10.0, "nitrate": 50.0, "copper": 2.0}
    rows = []
    for number in range(140):
        analyte = draw.choice(list(limits))
        value = round(limits[analyte] * draw.uniform(0.05, 1.3), 2)
        rows.append(
            {
                "sample_id": f"S-{number:04d}",
                "site": draw.choice(["Mill Creek", "Harbor", "Well 3"]),
                "analyte": analyte,
                "result": None if draw.random() < 0.06 else value,
                "limit": limits[analyte],
                "taken_at": datetime(2025, 3, 1, 6) + timedelta(minutes=draw.randrange(240 * 24 * 60)),
                "analyst": draw.choice(["Mei", "Noor", "Otto"]),
                "turnaround_hours": draw.randint(4, 120),
                "method": draw.choice(["ICP", "IC", "AAS"]),
                "repeated": draw.random() < 0.15,
            }
        )
    return pd.DataFrame(rows)


def phone_calls() -> pd.DataFrame:
    """220 calls to a help line."""
    draw = random.Random(164)
    rows = []
    for _ in range(220):
        rows.append(
            {
                "operator": draw.choice(["Ana", "Bram", "Chloe", "Dario"]),
                "queue": draw.choice(["billing", "technical", "sales"]),
                "called_at": datetime(2025, 8, 1, 7) + timedelta(minutes=draw.randrange(90 * 24 * 60)),
                "hold_seconds": draw.randint(0, 900),
                "talk_seconds": draw.randint(20, 2400),
                "solved": draw.random() < 0.7,
                "transfers": draw.choice([0, 0, 0, 1, 1, 2]),
                "satisfaction": draw.choice([None, None, 1, 2, 3, 4, 5, 5]),
                "language": draw.choice(["German", "French", "English"]),
            }
        )
    return pd.DataFrame(rows)


def gym_visits() -> pd.DataFrame:
    """180 visits to the gyms of one company."""
    draw = random.Random(165)
    rows = []
    for _ in range(180):
        start = datetime(2025, 9, 1, 6) + timedelta(minutes=draw.randrange(70 * 24 * 60))
        rows.append(
            {
                "member": f"G{draw.randrange(10, 50)}",
                "gym": draw.choice(["Centre", "Docks", "Park"]),
                "activity": draw.choice(["yoga", "weights", "spinning", "swim"]),
                "checked_in": start,
                "minutes": draw.randint(10, 150),
                "calories": draw.randint(40, 900),
                "guest": draw.random() < 0.12,
                "plan": draw.choice(["basic", "plus", "student"]),
                "trainer": draw.choice([None, "Uma", "Vito", "Wes"]),
            }
        )
    return pd.DataFrame(rows)
