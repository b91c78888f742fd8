"""The frames of the nineteenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def town_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {"power_use": power_use(), "book_loans": book_loans(), "ballots": ballots()}


def power_use() -> pd.DataFrame:
    """The power that the meters of five homes counted on each day of a quarter."""
    draw = random.Random(191)
    rows = []
    for day in range(92):
        for home, tenant, area in (
            ("Oak 1", "Ito", "north"),
            ("Oak 2", "Jones", "north"),
            ("Elm 5", "Kaya", "south"),
            ("Elm 7", "Lund", "south"),
            ("Ash 3", "Moya", "centre"),
        ):
            used = draw.randrange(20, 320) / 10
            rows.append(
                {
                    "home": home,
                    "tenant": tenant,
                    "area": area,
                    "read_on": datetime(2025, 7, 1) + timedelta(days=day),
                    "kwh": used,
                    "solar_kwh": draw.choice([0, 0, 2.5, 6.0, 9.5]),
                    "cost_eur": round(used * 0.31, 2),
                    "max_temp_c": round(draw.uniform(14, 36), 1),
                    "estimated": draw.random() < 0.1,
                }
            )
    return pd.DataFrame(rows)


def book_loans() -> pd.DataFrame:
    """180 loans of a school's library; some books are still out."""
    draw = random.Random(192)
    books = {
        "Momo": ("Ende", 1973, 304, "fantasy"),
        "Matilda": ("Dahl", 1988, 240, "humour"),
        "Kidnapped": ("Stevenson", 1886, 288, "adventure"),
        "Heidi": ("Spyri", 1881, 352, "classic"),
        "The Witches": ("Dahl", 1983, 208, "humour"),
        "Treasure Island": ("Stevenson", 1883, 311, "adventure"),
    }
    rows = []
    for number in range(180):
        title = draw.choice(list(books))
        author, year, pages, genre = books[title]
        lent = datetime(2024, 9, 2) + timedelta(days=draw.randrange(300))
        back = lent + timedelta(days=draw.randint(2, 50)) if draw.random() < 0.88 else None
        rows.append(
            {
                "loan_id": number + 1,
                "pupil": draw.choice(["Aylin", "Bruno", "Carla", "Davi", "Edda", "Finn", "Gita"]),
                "grade": draw.choice([5, 6, 7, 8]),
                "title": title,
                "author": author,
                "published": year,
                "pages": pages,
                "genre": genre,
                "lent_on": lent,
                "due_on": lent + timedelta(days=28),
                "returned_on": back,
                "fine_eur": 0.0 if back is None or (back - lent).days <= 28 else ((back - lent).days - 28) * 0.2,
                "liked": draw.choice([None, 1, 2, 3, 4, 5]),
            }
        )
    return pd.DataFrame(rows)


def ballots() -> pd.DataFrame:
    """The votes for each party in each ward of a town, at two elections."""
    draw = random.Random(193)
    rows = []
    for year in (2019, 2023):
        for ward in ("Mill", "Quay", "Abbey", "Park", "Bridge"):
            voters = draw.randrange(3_000, 9_000)
            for party, candidate in (
                ("Greens", "Ruiz"),
                ("Labour", "Sato"),
                ("Liberals", "Thorn"),
                ("Independents", "Ulm"),
            ):
                rows.append(
                    {
                        "year": year,
                        "ward": ward,
                        "party": party,
                        "candidate": f"{candidate} ({ward})",
                        "votes": draw.randrange(100, voters // 4),
                        "registered": voters,
                        "postal_votes": draw.randrange(10, 100),
                        "won_seat": draw.random() < 0.25,
                        "spend_gbp": draw.randrange(200, 9_000),
                    }
                )
    return pd.DataFrame(rows)
