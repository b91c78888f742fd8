"""The frames of the seventh, eighth and ninth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd

MEMBERS = "Abel Bruno Carla Dina Erik Fatima Gita Hugo Ida Jamal Kira Lars Mona Nils".split()


@cache
def unseen_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    made = {"stays": stays(), "loans": loans(), "meters": meters(), "matches": matches()}
    return made | {"rents": rents(), "calls": calls()}


def stays() -> pd.DataFrame:
    """600 stays in a hospital in 2024 and 2025; some patients are still there, many had no surgeon."""
    draw = random.Random(11)
    rows = []
    for number in range(600):
        admitted = datetime(2024, 1, 1) + timedelta(days=draw.randrange(670))
        nights = draw.randint(1, 21)
        still = draw.random() < 0.04
        ward = draw.choice(["Cardiology", "Surgery", "Maternity", "Orthopaedics", "Intensive Care"])
        operated = ward in {"Surgery", "Orthopaedics"} and draw.random() < 0.8
        rows.append(
            {
                "stay_id": f"S{number + 1000}",
                "patient_no": draw.randint(200, 560),
                "ward": ward,
                "admitted": admitted,
                "discharged": None if still else admitted + timedelta(days=nights),
                "nights": None if still else nights,
                "age": draw.randint(18, 96),
                "sex": "F" if ward == "Maternity" else draw.choice(["F", "M"]),
                "insurance": draw.choices(["Public", "Private", None], [7, 3, 1])[0],
                "emergency": draw.random() < 0.35,
                "readmitted": draw.random() < 0.08,
                "surgeon": draw.choice(["Dr Adler", "Dr Bauer", "Dr Cohen", "Dr Diaz"]) if operated else None,
                "cost": round(draw.uniform(400, 900) * nights, 2),
            }
        )
    return pd.DataFrame(rows)


def loans() -> pd.DataFrame:
    """800 loans of a library; some are not returned yet."""
    draw = random.Random(12)
    titles = {
        "The Long Field": ("Novel", "Ana Brandt"),
        "Night Ferry": ("Crime", "Karl Osei"),
        "Small Engines": ("Crafts", "Lena Fox"),
        "Atlas of Birds": ("Nature", "Piet Vos"),
        "A Cold Case": ("Crime", "Karl Osei"),
        "Bread at Home": ("Cooking", "Lena Fox"),
        "Red Planet": ("Science", "Ivo Maric"),
        "River Songs": ("Poetry", "Ana Brandt"),
    }
    rows = []
    for number in range(800):
        borrowed = datetime(2025, 1, 2) + timedelta(days=draw.randrange(310))
        title = draw.choice(list(titles))
        renewals = draw.choices([0, 1, 2, 3], [6, 3, 2, 1])[0]
        days = draw.randint(1, 45)
        back = draw.random() < 0.9
        over = max(0, days - 21 - 14 * renewals)
        rows.append(
            {
                "loan_no": 7_000 + number,
                "member": draw.choice(MEMBERS),
                "branch": draw.choices(["Central", "Harbour", "North Side"], [5, 3, 2])[0],
                "title": title,
                "genre": titles[title][0],
                "author": titles[title][1],
                "format": draw.choices(["Book", "Audiobook", "E-book"], [7, 2, 2])[0],
                "borrowed_on": borrowed,
                "returned_on": borrowed + timedelta(days=days) if back else None,
                "days_kept": days if back else None,
                "renewals": renewals,
                "fine": round(0.2 * over, 2) if back else 0.0,
                "overdue": "Yes" if over else "No",
            }
        )
    return pd.DataFrame(rows)


def meters() -> pd.DataFrame:
    """Daily readings of eight meters in four buildings, July to October 2025."""
    draw = random.Random(13)
    buildings = ["Town Hall", "School", "Pool", "Depot"]
    rows = []
    for day in range(120):
        for number in range(8):
            building = buildings[number % 4]
            kwh = draw.gauss({"Town Hall": 80, "School": 60, "Pool": 140, "Depot": 30}[building], 9)
            rows.append(
                {
                    "meter": f"M{number + 1:02d}",
                    "building": building,
                    "reading_date": datetime(2025, 7, 1) + timedelta(days=day),
                    "kwh": round(kwh, 1),
                    "peak_kw": round(kwh / draw.uniform(7, 11), 2),
                    "solar_kwh": round(draw.uniform(0, 25), 1) if building in {"School", "Depot"} else 0.0,
                    "outdoor_temp_c": None if draw.random() < 0.05 else round(draw.gauss(17, 5), 1),
                    "price_eur": round(draw.uniform(0.21, 0.39), 3),
                    "source": draw.choices(["Remote", "Manual"], [9, 1])[0],
                    "faulty": draw.random() < 0.03,
                }
            )
    return pd.DataFrame(rows)


def matches() -> pd.DataFrame:
    """Three seasons of a football league of six teams; some attendances are not known."""
    draw = random.Random(14)
    teams = {
        "Rovers": "Mill Lane",
        "United": "The Park",
        "Athletic": "Dockside",
        "Albion": "Hill Road",
        "City": "North Stand",
        "Wanderers": "The Oval",
    }
    rows = []
    for season in (2022, 2023, 2024):
        date, number = datetime(season, 8, 13), 0
        for home in teams:
            for away in teams:
                if home == away:
                    continue
                number += 1
                date += timedelta(days=draw.choice([3, 4, 7]))
                rows.append(
                    {
                        "season": f"{season}-{season % 100 + 1}",
                        "played_on": date,
                        "home": home,
                        "away": away,
                        "home_goals": draw.choices(range(6), [5, 7, 6, 3, 2, 1])[0],
                        "away_goals": draw.choices(range(5), [7, 7, 4, 2, 1])[0],
                        "attendance": None if draw.random() < 0.05 else draw.randint(1_200, 18_000),
                        "stadium": teams[home],
                        "referee": draw.choice(["A. Novak", "B. Silva", "C. Hughes", "D. Okoro"]),
                        "yellow_cards": draw.randint(0, 8),
                        "red_cards": draw.choices([0, 1, 2], [8, 2, 1])[0],
                        "televised": draw.random() < 0.4,
                    }
                )
    return pd.DataFrame(rows)


def rents() -> pd.DataFrame:
    """500 flats that were to let in three cities; some still are."""
    draw = random.Random(15)
    districts = {"Graz": ["Lend", "Gries", "Geidorf"], "Linz": ["Urfahr", "Ebelsberg"], "Wels": ["Neustadt", "Pernau"]}
    rows = []
    for number in range(500):
        city = draw.choices(list(districts), [5, 3, 2])[0]
        area = draw.randint(24, 140)
        listed = datetime(2024, 3, 1) + timedelta(days=draw.randrange(600))
        days = draw.randint(2, 90)
        let = draw.random() < 0.85
        rent = round(area * draw.uniform(9, 16), 0)
        rows.append(
            {
                "listing": f"L-{number + 1:04d}",
                "city": city,
                "district": draw.choice(districts[city]),
                "rooms": draw.choice([1, 1.5, 2, 2, 3, 3, 4]),
                "area_m2": area,
                "rent_eur": rent,
                "deposit_eur": rent * draw.choice([2, 3]),
                "floor": draw.randint(0, 7),
                "built": draw.randint(1900, 2023),
                "energy_class": draw.choices(list("ABCDEFG"), [1, 3, 5, 5, 3, 2, 1])[0],
                "furnished": draw.choice(["yes", "no", "no"]),
                "pets_allowed": draw.random() < 0.3,
                "listed_on": listed,
                "let_on": listed + timedelta(days=days) if let else None,
                "agency": draw.choice(["Haus & Co", "Nestfinder", None]),
            }
        )
    return pd.DataFrame(rows)


def calls() -> pd.DataFrame:
    """900 calls of a service desk in September and October 2025; most callers gave no rating."""
    draw = random.Random(16)
    rows = []
    for number in range(900):
        at = datetime(2025, 9, 1, 7) + timedelta(days=draw.randrange(61), minutes=draw.randrange(12 * 60))
        rows.append(
            {
                "call_id": 880_000 + number,
                "started_at": at,
                "agent": draw.choice(["Nadia", "Otto", "Pia", "Ruben", "Selma"]),
                "queue": draw.choices(["Orders", "Returns", "Technical"], [4, 2, 3])[0],
                "language": draw.choices(["German", "English", "French"], [6, 3, 1])[0],
                "wait_sec": draw.randint(3, 600),
                "talk_min": round(draw.expovariate(1 / 6), 1),
                "transfers": draw.choices([0, 1, 2], [7, 2, 1])[0],
                "solved": draw.random() < 0.7,
                "callback": draw.random() < 0.1,
                "rating": draw.choice([None, None, 1, 2, 3, 4, 5, 5]),
            }
        )
    return pd.DataFrame(rows)
