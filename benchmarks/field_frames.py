"""The frames of the fourteenth and fifteenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def field_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {
        "accounts": accounts(),
        "projects": projects(),
        "dishes_sold": dishes_sold(),
        "credits": credit_contracts(),
        "harvests": harvests(),
        "members": members(),
        "rides": rides(),
        "trial": trial(),
        "incidents": incidents(),
        "contacts": contacts(),
    }


def accounts() -> pd.DataFrame:
    """90 customers of a software service."""
    draw = random.Random(41)
    names = "Acorn Basalt Cobalt Drift Elm Flint Grove Harbor Indigo Jasper".split()
    rows = []
    for number in range(90):
        signed = datetime(2022, 1, 3) + timedelta(days=draw.randrange(1350))
        churned = draw.random() < 0.25
        seats = draw.choice([5, 10, 20, 50, 100])
        plan = draw.choices(["Basic", "Team", "Enterprise"], [4, 3, 1])[0]
        rows.append(
            {
                "account_id": 700 + number,
                "company": f"{names[number % 10]} {'Labs Media Foods Tools Bank Air Rail Tech Arts'.split()[number // 10]}",
                "plan": plan,
                "industry": draw.choice(["Retail", "Finance", "Health", "Education"]),
                "country": draw.choice(["Germany", "Sweden", "Italy"]),
                "signup_date": signed,
                "churned": churned,
                "churned_on": min(signed + timedelta(days=draw.randint(40, 900)), datetime(2025, 11, 10)) if churned else None,
                "seats": seats,
                "seats_used": draw.randint(1, seats),
                "mrr": {"Basic": 9, "Team": 19, "Enterprise": 45}[plan] * seats,
                "logins": draw.randint(0, 900),
                "tickets_raised": draw.choice([0, 0, 1, 2, 3, 7]),
            }
        )
    return pd.DataFrame(rows)


def projects() -> pd.DataFrame:
    """40 building projects."""
    draw = random.Random(42)
    rows = []
    for number in range(40):
        budget = draw.randrange(50, 900) * 1000
        began = datetime(2023, 1, 9) + timedelta(days=draw.randrange(800))
        planned = began + timedelta(days=draw.randint(60, 400))
        ended = planned + timedelta(days=draw.randint(-30, 120))
        rows.append(
            {
                "project": f"{draw.choice(['Bridge', 'School', 'Depot', 'Clinic', 'Tower'])} {number + 1}",
                "manager": draw.choice(["Anna Berg", "Luis Prat", "Mona Feld", "Otto Lind"]),
                "region": draw.choice(["North", "South", "East"]),
                "budget": budget,
                "actual_cost": round(budget * draw.uniform(0.7, 1.4)),
                "started_on": began,
                "due_on": planned,
                "finished_on": ended if ended < datetime(2025, 11, 1) else None,
                "status": "done" if ended < datetime(2025, 11, 1) else draw.choice(["active", "on hold"]),
                "workers": draw.randint(4, 80),
                "safety_incidents": draw.choice([0, 0, 0, 1, 2]),
            }
        )
    return pd.DataFrame(rows)


def dishes_sold() -> pd.DataFrame:
    """700 lines of a restaurant's bills in September and October 2025."""
    draw = random.Random(43)
    menu = {
        "Soup": ("starter", 6.5),
        "Bruschetta": ("starter", 5.0),
        "Lasagne": ("main", 12.5),
        "Steak": ("main", 24.0),
        "Risotto": ("main", 14.0),
        "Tiramisu": ("dessert", 6.0),
        "Panna Cotta": ("dessert", 5.5),
        "Sorbet": ("dessert", 4.5),
    }
    rows = []
    for number in range(700):
        dish = draw.choices(list(menu), [3, 4, 6, 2, 3, 5, 2, 1])[0]
        rows.append(
            {
                "line_id": number + 1,
                "bill_no": 5000 + number // 3,
                "dish": dish,
                "course": menu[dish][0],
                "unit_price": menu[dish][1],
                "quantity": draw.choices([1, 2, 3], [6, 3, 1])[0],
                "waiter": draw.choice(["Gina", "Hugo", "Iris"]),
                "table_no": draw.randint(1, 14),
                "ordered_at": datetime(2025, 9, 1, 12) + timedelta(days=draw.randrange(61), minutes=draw.randrange(9 * 60)),
                "takeaway": draw.choice(["yes", "no", "no"]),
                "tip": draw.choice([None, 0, 1, 2, 5]),
            }
        )
    return pd.DataFrame(rows)


def credit_contracts() -> pd.DataFrame:
    """240 credits of a bank."""
    draw = random.Random(44)
    rows = []
    for number in range(240):
        defaulted = draw.random() < 0.15
        rows.append(
            {
                "credit_no": f"C{number + 1000}",
                "branch": draw.choices(["Lyon", "Nantes", "Lille", "Brest"], [4, 3, 2, 1])[0],
                "officer": draw.choice(["Petit", "Girard", "Moulin", "Roche", "Faure"]),
                "purpose": draw.choice(["car", "house", "education", "business"]),
                "amount": draw.randrange(2_000, 250_000, 500),
                "interest_rate": round(draw.uniform(1.2, 9.8), 2),
                "term_months": draw.choice([12, 24, 36, 60, 120]),
                "issued_on": datetime(2021, 1, 4) + timedelta(days=draw.randrange(1750)),
                "borrower_income": draw.randrange(18_000, 140_000, 1000),
                "credit_score": draw.choice([None, draw.randint(380, 840), draw.randint(380, 840)]),
                "status": "defaulted" if defaulted else draw.choice(["repaid", "running", "running"]),
                "collateral": draw.choice(["Y", "N"]),
            }
        )
    return pd.DataFrame(rows)


def harvests() -> pd.DataFrame:
    """Yields of eight farms and three crops in five years."""
    draw = random.Random(45)
    farms = ["Oakley", "Birchen", "Cairn", "Dovecot", "Eastmoor", "Fernhill", "Gable", "Hollow"]
    rows = []
    for place, farm in enumerate(farms):
        for crop in ("wheat", "barley", "rape"):
            for year in range(2020, 2025):
                area = draw.randint(5, 120)
                rows.append(
                    {
                        "farm": farm,
                        "county": ["Kent", "Essex", "Devon", "Kent"][place % 4],
                        "crop": crop,
                        "year": year,
                        "area_ha": area,
                        "yield_t": round(area * draw.uniform(3, 9), 1),
                        "rain_mm": draw.randint(380, 900),
                        "organic": place % 3 == 0,
                    }
                )
    return pd.DataFrame(rows)


def members() -> pd.DataFrame:
    """110 members of a gym."""
    draw = random.Random(46)
    first = "Alma Boris Clara Dario Edith Felix Greta Hanno Ines Jonas Karla".split()
    rows = []
    for number in range(110):
        joined = datetime(2021, 2, 1) + timedelta(days=draw.randrange(1700))
        visits = draw.choice([0, draw.randint(1, 260), draw.randint(1, 260)])
        rows.append(
            {
                "member_no": 100 + number,
                "name": f"{first[number % 11]} {'Adler Busch Conrad Dorn Engel Frank Gross Hahn Imhof Jung'.split()[number // 11]}",
                "sex": draw.choice(["f", "m"]),
                "birth_year": draw.randint(1950, 2007),
                "joined_on": joined,
                "membership": draw.choices(["off-peak", "standard", "premium"], [2, 4, 2])[0],
                "monthly_fee": draw.choice([19.9, 29.9, 49.9]),
                "visits": visits,
                "last_visit": datetime(2025, 11, 14) - timedelta(days=draw.randrange(200)) if visits else None,
                "trainer": draw.choice([None, "Rico", "Selma", "Tom"]),
                "fees_paid": draw.choice(["paid", "unpaid", "paid", "paid"]),
            }
        )
    return pd.DataFrame(rows)


def rides() -> pd.DataFrame:
    """1,000 rides of taxis from June to October 2025."""
    draw = random.Random(47)
    rows = []
    for number in range(1000):
        km = round(draw.uniform(0.8, 38), 1)
        cancelled = draw.random() < 0.08
        rows.append(
            {
                "ride_id": 90_000 + number,
                "driver": draw.choice(["Abel", "Bruna", "Cyril", "Dunja", "Emil", "Fatma"]),
                "passenger": f"P{draw.randint(1, 160):03d}",
                "started_at": datetime(2025, 6, 1) + timedelta(minutes=draw.randrange(153 * 1440)),
                "duration_min": 0 if cancelled else round(km * draw.uniform(1.5, 4)),
                "distance_km": 0.0 if cancelled else km,
                "fare": 0.0 if cancelled else round(3.9 + km * draw.uniform(1.6, 2.4), 2),
                "payment": draw.choices(["card", "cash", "app"], [4, 2, 4])[0],
                "district": draw.choice(["Centre", "Airport", "Docks", "Hills"]),
                "cancelled": cancelled,
                "stars": draw.choice([None, 3, 4, 5, 5]),
            }
        )
    return pd.DataFrame(rows)


def trial() -> pd.DataFrame:
    """160 people of a trial of two doses and a placebo."""
    draw = random.Random(48)
    rows = []
    for number in range(160):
        before = round(draw.uniform(62, 130), 1)
        out = draw.random() < 0.12
        rows.append(
            {
                "subject": f"S{number + 1:03d}",
                "site": draw.choice(["Graz", "Linz", "Wien"]),
                "arm": ["placebo", "low dose", "high dose"][number % 3],
                "sex": draw.choice(["female", "male"]),
                "age": draw.randint(19, 76),
                "smoker": draw.choice([True, False, False]),
                "weight_start": before,
                "weight_end": None if out else round(before - draw.uniform(-3, 9), 1),
                "adverse_events": draw.choice([0, 0, 0, 1, 2, 4]),
                "dropped_out": out,
                "enrolled_on": datetime(2024, 2, 1) + timedelta(days=draw.randrange(300)),
            }
        )
    return pd.DataFrame(rows)


def incidents() -> pd.DataFrame:
    """320 incidents of a computing centre in 2024 and 2025."""
    draw = random.Random(49)
    rows = []
    for number in range(320):
        opened = datetime(2024, 1, 1) + timedelta(minutes=draw.randrange(670 * 1440))
        hours = round(draw.uniform(0.2, 90), 1)
        solved = draw.random() < 0.9
        rows.append(
            {
                "incident_id": f"INC{number + 1:04d}",
                "service": draw.choice(["Mail", "VPN", "Database", "Website"]),
                "severity": draw.choices(["low", "medium", "high", "critical"], [4, 3, 2, 1])[0],
                "team": draw.choice(["Network", "Platform", "Desktop"]),
                "opened_at": opened,
                "resolved_at": opened + timedelta(hours=hours) if solved else None,
                "hours_to_fix": hours if solved else None,
                "target_hours": draw.choice([4, 8, 24, 72]),
                "reopened": draw.choice([0, 0, 0, 1, 2]),
                "reported_by": draw.choice(["user", "monitor"]),
                "root_cause": draw.choice([None, "config", "hardware", "human error", "software bug"]),
            }
        )
    return pd.DataFrame(rows)


def contacts() -> pd.DataFrame:
    """24 people to call, each once."""
    draw = random.Random(50)
    first = "Anna Bertil Carla Dagny Erik Frida".split()
    last = "Berg Dahl Ek Falk".split()
    rows = []
    for number in range(24):
        name, family = first[number % 6], last[number // 6]
        rows.append(
            {
                "name": f"{name} {family}",
                "company": draw.choice(["Nordlys", "Skagen", "Vinter"]),
                "job": draw.choice(["Buyer", "Director", "Engineer"]),
                "email": None if number % 7 == 3 else f"{name.lower()}.{family.lower()}@example.org",
                "phone": f"+46 {draw.randint(100, 999)} {draw.randint(10, 99)}",
                "city": draw.choice(["Malmo", "Lund", "Ystad"]),
                "last_contact": datetime(2025, 1, 7) + timedelta(days=draw.randrange(300)),
                "deals_won": draw.choice([0, 0, 1, 2, 5]),
                "revenue": draw.randrange(0, 90_000, 500),
                "newsletter": draw.choice(["Yes", "No"]),
            }
        )
    return pd.DataFrame(rows)
