"""The frames of the seventeenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def society_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {
        "episode": episode(),
        "vacancies": vacancies(),
        "catches": catches(),
        "museum_loans": museum_loans(),
        "car_hires": car_hires(),
        "pledges": pledges(),
        "castles": castles(),
        "ward_beds": ward_beds(),
    }


def episode() -> pd.DataFrame:
    """150 episodes of podcasts; some have no sponsor."""
    draw = random.Random(171)
    rows = []
    for number in range(150):
        sponsor = draw.choice([None, None, "Acme", "Brio", "Calma"])
        rows.append(
            {
                "show": draw.choice(["Deep Dive", "Morning Brew", "Night Owls", "Sports Talk"]),
                "title": f"Episode {number + 1}",
                "published_at": datetime(2024, 6, 1, 5) + timedelta(minutes=draw.randrange(500 * 24 * 60)),
                "length_min": draw.randint(8, 120),
                "downloads": draw.randrange(200, 60_000),
                "host": draw.choice(["Ines", "Jonah", "Kai"]),
                "guest_name": draw.choice([None, "Lia", "Milo", "Nadia"]),
                "sponsor": sponsor,
                "ad_income_eur": 0.0 if sponsor is None else round(draw.uniform(50, 900), 2),
                "explicit": draw.random() < 0.1,
                "stars": draw.choice([None, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]),
            }
        )
    return pd.DataFrame(rows)


def vacancies() -> pd.DataFrame:
    """120 vacancies of a company; some are still open or were withdrawn."""
    draw = random.Random(172)
    rows = []
    for number in range(120):
        opened = datetime(2024, 9, 2) + timedelta(days=draw.randrange(420))
        state = draw.choice(["filled", "filled", "filled", "open", "withdrawn"])
        rows.append(
            {
                "req_id": f"R-{number + 300}",
                "job_title": draw.choice(["Nurse", "Accountant", "Engineer", "Designer", "Driver"]),
                "department": draw.choice(["Care", "Finance", "Technology", "Logistics"]),
                "recruiter": draw.choice(["Petra", "Quinn", "Ravi", "Selma"]),
                "opened_on": opened,
                "filled_on": opened + timedelta(days=draw.randint(10, 130)) if state == "filled" else None,
                "state": state,
                "applicants": draw.randint(0, 140),
                "interviews": draw.randint(0, 12),
                "salary_min": draw.randrange(32, 60) * 1000,
                "salary_max": draw.randrange(61, 95) * 1000,
                "agency_fee_eur": draw.choice([0, 0, 0, 4500, 8000]),
                "remote": draw.random() < 0.3,
            }
        )
    return pd.DataFrame(rows)


def catches() -> pd.DataFrame:
    """210 fish that were caught in three lakes."""
    draw = random.Random(173)
    rows = []
    for _ in range(210):
        rows.append(
            {
                "angler": draw.choice(["Abel", "Bodil", "Ciro", "Dagny", "Egon", "Freya"]),
                "lake": draw.choice(["Blue Lake", "Long Lake", "Stone Lake"]),
                "species": draw.choice(["pike", "perch", "trout", "carp"]),
                "caught_at": datetime(2025, 4, 1, 5) + timedelta(minutes=draw.randrange(200 * 24 * 60)),
                "weight_g": draw.randrange(80, 9_500),
                "length_cm": draw.randint(12, 110),
                "bait": draw.choice(["worm", "fly", "lure"]),
                "released": draw.random() < 0.45,
                "water_temp_c": round(draw.uniform(6, 24), 1),
            }
        )
    return pd.DataFrame(rows)


def museum_loans() -> pd.DataFrame:
    """130 objects lent by a museum to others."""
    draw = random.Random(174)
    home = {"Louvre": "France", "Prado": "Spain", "Rijksmuseum": "Netherlands", "Uffizi": "Italy", "Orsay": "France"}
    rows = []
    for number in range(130):
        lent = datetime(2023, 1, 9) + timedelta(days=draw.randrange(1000))
        due = lent + timedelta(days=draw.choice([90, 180, 365]))
        back = due + timedelta(days=draw.randint(-40, 30))
        borrower = draw.choice(list(home))
        rows.append(
            {
                "object_no": f"M{number + 2000}",
                "kind": draw.choice(["painting", "sculpture", "drawing", "vase"]),
                "artist": draw.choice(["Ekholm", "Fontana", "Guerra", "Huber", None]),
                "year_made": draw.randrange(1480, 1950),
                "borrower": borrower,
                "country": home[borrower],
                "lent_on": lent,
                "due_back": due,
                "came_back": back if back < datetime(2025, 11, 15) and draw.random() < 0.9 else None,
                "renewals": draw.choice([0, 0, 0, 1, 1, 2]),
                "insured_value": draw.randrange(5, 900) * 1000,
                "fragile": draw.random() < 0.4,
            }
        )
    return pd.DataFrame(rows)


def car_hires() -> pd.DataFrame:
    """190 hires of cars; some were cancelled and some cars are still out."""
    draw = random.Random(175)
    first, last = ("Ada", "Bea", "Cleo", "Dora", "Elio", "Finn"), ("Marsh", "Reed", "Stone")
    rows = []
    for _ in range(190):
        pickup = datetime(2025, 2, 1, 7) + timedelta(minutes=30 * draw.randrange(280 * 48))
        cancelled = draw.random() < 0.12
        out = cancelled or draw.random() < 0.08
        start = draw.randrange(1_000, 80_000)
        rows.append(
            {
                "driver": f"{draw.choice(first)} {draw.choice(last)}",
                "branch": draw.choice(["Lisbon", "Porto", "Faro"]),
                "car_class": draw.choice(["mini", "compact", "van", "SUV"]),
                "pickup": pickup,
                "dropoff": None if out else pickup + timedelta(hours=draw.randrange(6, 340)),
                "km_start": start,
                "km_end": None if out else start + draw.randrange(20, 2_500),
                "price_eur": round(draw.uniform(35, 1_400), 2),
                "extras_eur": draw.choice([0, 0, 15, 30, 60]),
                "cancelled": cancelled,
                "channel": draw.choice(["web", "desk", "phone"]),
            }
        )
    return pd.DataFrame(rows)


def pledges() -> pd.DataFrame:
    """170 pledges to a charity; not all of them are paid in full."""
    draw = random.Random(176)
    people = [f"{first} {last}" for first in ("Alma", "Bruno", "Celia", "Dario") for last in ("Voss", "Wynn", "Yates")]
    rows = []
    for _ in range(170):
        pledged = draw.randrange(10, 2_000)
        made = datetime(2024, 1, 3) + timedelta(days=draw.randrange(670))
        paid = draw.choice([0, pledged // 2, pledged, pledged, pledged])
        rows.append(
            {
                "donor": draw.choice(people),
                "appeal": draw.choice(["Clean Water", "Schools", "Winter Aid"]),
                "pledged_on": made,
                "paid_on": made + timedelta(days=draw.randint(1, 90)) if paid else None,
                "pledged_usd": pledged,
                "paid_usd": paid,
                "open_usd": pledged - paid,
                "monthly": draw.random() < 0.35,
                "region": draw.choice(["North", "South", "Coast"]),
            }
        )
    return pd.DataFrame(rows)


def castles() -> pd.DataFrame:
    """A small table of castles."""
    rows = [
        ("Alnmoor", "Northshire", 1096, 310_000, 18.5, 42, True),
        ("Brackwell", "Northshire", 1270, 95_000, 9.0, 28, False),
        ("Carrick", "Westmark", 1388, 152_000, 12.0, 35, True),
        ("Dunmere", "Eastfold", 1155, 64_000, 7.5, 22, False),
        ("Eskdale", "Westmark", 1510, 41_000, 6.0, 19, True),
        ("Falkirk Keep", "Southlea", 1322, 187_000, 14.0, 31, True),
        ("Glenross", "Eastfold", 1440, 78_000, 8.0, 26, False),
        ("Hartfell", "Southlea", 1201, 220_000, 15.5, 38, True),
        ("Inverlea", "Westmark", 1602, 36_000, 5.0, 17, False),
        ("Jorvik Hall", "Northshire", 1575, 128_000, 11.0, 24, True),
    ]
    names = "castle county built visitors_2024 ticket_price height_m open_in_winter".split()
    return pd.DataFrame(rows, columns=names)


def ward_beds() -> pd.DataFrame:
    """Beds of the wards of a hospital on each day of ten weeks."""
    draw = random.Random(178)
    beds = {"Cardiology": 24, "Surgery": 30, "Pediatrics": 18, "Oncology": 20}
    rows = []
    for day in range(70):
        for ward, total in beds.items():
            taken = draw.randint(total // 2, total)
            rows.append(
                {
                    "day": datetime(2025, 9, 1) + timedelta(days=day),
                    "ward": ward,
                    "beds": total,
                    "occupied": taken,
                    "discharged": draw.randint(0, 6),
                    "nurses_on_duty": draw.choice([None, 3, 4, 5, 6, 7]),
                    "mean_wait_min": draw.randint(5, 180),
                }
            )
    return pd.DataFrame(rows)
