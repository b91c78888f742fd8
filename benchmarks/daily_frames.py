"""The frames of the eighteenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def daily_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {
        "repairs": repairs(),
        "stall": stall(),
        "flats": flats(),
        "league_matches": league_matches(),
        "colleagues": colleagues(),
        "runs": runs(),
    }


def repairs() -> pd.DataFrame:
    """140 jobs of a garage; some cars are not ready, and some bills are not paid."""
    draw = random.Random(181)
    rows = []
    for number in range(140):
        arrived = datetime(2025, 1, 6, 7) + timedelta(minutes=15 * draw.randrange(290 * 96))
        ready = arrived + timedelta(hours=draw.randrange(2, 200)) if draw.random() < 0.93 else None
        rows.append(
            {
                "job_no": number + 5001,
                "owner": draw.choice(["Adler", "Bosch", "Conti", "Dufour", "Ekberg", "Ferro", "Garcia", "Hahn"]),
                "make": draw.choice(["Toyota", "Ford", "Skoda", "Fiat"]),
                "model_year": draw.randrange(1998, 2025),
                "mechanic": draw.choice(["Rosa", "Stan", "Tariq"]),
                "work": draw.choice(["brakes", "oil change", "tyres", "clutch", "battery"]),
                "arrived": arrived,
                "ready": ready,
                "hours": draw.randrange(2, 40) / 2,
                "parts_eur": draw.choice([0, 0, 25, 80, 140, 390]),
                "labour_eur": draw.randrange(40, 900),
                "warranty": draw.random() < 0.2,
                "paid": draw.random() < 0.8,
            }
        )
    return pd.DataFrame(rows)


def stall() -> pd.DataFrame:
    """200 sales of a farm's stall in April and May 2025."""
    draw = random.Random(182)
    price = {"apples": 2.5, "eggs": 3.2, "honey": 7.9, "cheese": 11.5, "jam": 4.4}
    rows = []
    for number in range(200):
        product = draw.choice(list(price))
        rows.append(
            {
                "sale_id": number + 1,
                "sold_at": datetime(2025, 4, 1, 8) + timedelta(days=draw.randrange(60), minutes=draw.randrange(660)),
                "customer": draw.choice(["Ivo", "Jana", "Karel", "Lena", "Marta", "Nils", "Olga"]),
                "product": product,
                "quantity": draw.randint(1, 6),
                "unit_price": price[product],
                "payment": draw.choice(["cash", "card"]),
                "seller": draw.choice(["Pavel", "Renata"]),
            }
        )
    return pd.DataFrame(rows)


def flats() -> pd.DataFrame:
    """120 flats that are offered to let in one town."""
    draw = random.Random(183)
    rows = []
    for number in range(120):
        size = draw.randint(24, 140)
        rows.append(
            {
                "ref": f"F{number + 100}",
                "district": draw.choice(["Old Town", "Harbour", "Hillside", "Station"]),
                "rooms": max(1, size // 28),
                "size_m2": size,
                "rent_eur": size * draw.randint(9, 19),
                "deposit_eur": draw.choice([None, 1000, 1500, 2400]),
                "floor": draw.randint(0, 7),
                "built": draw.randrange(1890, 2024),
                "furnished": draw.random() < 0.3,
                "pets_allowed": draw.choice(["yes", "no"]),
                "balcony": draw.random() < 0.5,
                "listed_on": datetime(2025, 6, 1) + timedelta(days=draw.randrange(160)),
                "agent": draw.choice(["Moreau", "Novak", "Okafor", None]),
            }
        )
    return pd.DataFrame(rows)


def league_matches() -> pd.DataFrame:
    """One season of six football teams, each against each at home and away."""
    draw = random.Random(184)
    teams = ["Albion", "Borough", "Castle", "Dynamo", "Eagles", "Forest"]
    rows = []
    day = datetime(2024, 8, 10, 15)
    for home in teams:
        for away in teams:
            if home != away:
                rows.append(
                    {
                        "match_date": day,
                        "home_team": home,
                        "away_team": away,
                        "home_goals": draw.choice([0, 0, 1, 1, 2, 2, 3, 4]),
                        "away_goals": draw.choice([0, 0, 1, 1, 2, 3]),
                        "attendance": draw.randrange(800, 24_000),
                        "referee": draw.choice(["Kuhn", "Lopez", "Marsh"]),
                        "yellow_cards": draw.randint(0, 8),
                        "red_cards": draw.choice([0, 0, 0, 1, 2]),
                    }
                )
                day += timedelta(days=draw.choice([3, 4, 7]))
    return pd.DataFrame(rows)


def colleagues() -> pd.DataFrame:
    """The people of a small firm, with the one whom each reports to."""
    rows = [
        ("Amira", "Board", None, "director", 142_000, "2008-03-01", None, 56, 30, "Leeds"),
        ("Bjorn", "Finance", "Amira", "head of finance", 98_000, "2012-09-15", None, 49, 28, "Leeds"),
        ("Chloe", "Finance", "Bjorn", "accountant", 54_500, "2019-02-01", None, 33, 25, "Leeds"),
        ("Diego", "Finance", "Bjorn", "accountant", 52_000, "2021-06-01", "2024-11-30", 29, 25, "York"),
        ("Elena", "Technology", "Amira", "head of technology", 105_000, "2014-01-07", None, 44, 28, "York"),
        ("Farid", "Technology", "Elena", "developer", 71_000, "2018-05-14", None, 38, 25, "York"),
        ("Greta", "Technology", "Elena", "developer", 64_000, "2022-10-01", None, 27, 25, "Leeds"),
        ("Hugo", "Technology", "Elena", "tester", 51_000, "2020-03-16", "2025-02-28", 31, 25, "Leeds"),
        ("Irene", "Support", "Elena", "head of support", 66_000, "2016-08-22", None, 41, 27, "Hull"),
        ("Jamal", "Support", "Irene", "agent", 38_000, "2023-01-09", None, 24, 24, "Hull"),
        ("Katja", "Support", "Irene", "agent", 39_500, "2021-11-02", None, 26, 24, "Hull"),
        ("Luca", "Support", "Irene", "agent", 37_000, "2017-04-03", "2022-07-31", 52, 24, "Hull"),
    ]
    names = "name team boss role salary_gbp joined left_on age holiday_days office".split()
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(joined=pd.to_datetime(frame["joined"]), left_on=pd.to_datetime(frame["left_on"]))


def runs() -> pd.DataFrame:
    """The log of one runner: 110 runs in one year, with the weather."""
    draw = random.Random(186)
    rows = []
    for number in range(110):
        km = draw.randrange(30, 240) / 10
        rows.append(
            {
                "run_on": datetime(2025, 1, 2) + timedelta(days=3 * number),
                "started": draw.choice(["06:30", "07:10", "12:15", "17:45", "18:30", "20:05"]),
                "route": draw.choice(["river", "forest", "track", "hills"]),
                "distance_km": km,
                "minutes": round(km * draw.uniform(4.6, 6.9), 1),
                "climb_m": draw.randrange(0, 420),
                "heart_rate": draw.choice([None, 138, 145, 152, 160, 167]),
                "temperature_c": round(draw.uniform(-6, 29), 1),
                "rain_mm": draw.choice([0, 0, 0, 0.4, 3.5, 12]),
                "shoes": draw.choice(["Pegasus", "Ghost"]),
                "with_club": draw.random() < 0.25,
            }
        )
    return pd.DataFrame(rows)
