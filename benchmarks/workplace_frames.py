"""The frames of the twelfth and thirteenth set of questions: made up by rule, the same at each call."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import cache

import pandas as pd


@cache
def workplace_frames() -> dict[str, pd.DataFrame]:
    """All frames by name."""
    return {
        "staff": staff(),
        "parcels": parcels(),
        "power_plants": power_plants(),
        "responses": responses(),
        "transactions": transactions(),
        "players": players(),
        "articles": articles(),
        "admissions": admissions(),
    }


def staff() -> pd.DataFrame:
    """120 people of a company; some have left."""
    draw = random.Random(31)
    first = "Ada Ben Cleo Dev Eva Finn".split()
    jobs = {
        "Finance": ["Analyst", "Controller"],
        "Engineering": ["Developer", "Tester", "Analyst"],
        "Sales": ["Account Manager", "Assistant"],
        "HR": ["Recruiter", "Assistant"],
    }
    rows = []
    for number in range(120):
        department = draw.choices(list(jobs), [2, 5, 3, 1])[0]
        hired = datetime(2015, 1, 5) + timedelta(days=draw.randrange(3900))
        left = draw.random() < 0.2
        rows.append(
            {
                "employee_id": 4_000 + number,
                "name": f"{draw.choice(first)} {'ABCDEFGHIJKLMNOPQRST'[number // 6]}.",
                "department": department,
                "job_title": draw.choice(jobs[department]),
                "hired_on": hired,
                "left_on": min(hired + timedelta(days=draw.randint(60, 1500)), datetime(2025, 11, 1)) if left else None,
                "salary": draw.randrange(28_000, 96_000, 500),
                "bonus": draw.choice([None, 0, 1_000, 2_500, 5_000]),
                "gender": draw.choice(["female", "male"]),
                "age": draw.randint(21, 64),
                "remote": draw.random() < 0.4,
                "performance_score": draw.choice([1, 2, 3, 3, 4, 4, 5]),
                "office": draw.choice(["Berlin", "Madrid", "Turin"]),
                "vacation_days_left": draw.randint(0, 30),
            }
        )
    return pd.DataFrame(rows)


def parcels() -> pd.DataFrame:
    """800 parcels of a courier in August to November 2025."""
    draw = random.Random(32)
    rows = []
    for number in range(800):
        sent = datetime(2025, 8, 1, 6) + timedelta(days=draw.randrange(105), minutes=draw.randrange(14 * 60))
        hours = draw.randint(2, 96)
        there = draw.random() < 0.9
        rows.append(
            {
                "parcel_id": f"P{number:05d}",
                "driver": draw.choice(["Amir", "Bea", "Carlos", "Doris", "Egon"]),
                "depot": draw.choices(["North", "South", "Harbour"], [4, 3, 2])[0],
                "city": draw.choice(["Bergen", "Oslo", "Tromso", "Stavanger"]),
                "service": draw.choices(["Standard", "Express", "Same day"], [6, 3, 1])[0],
                "dispatched_at": sent,
                "delivered_at": sent + timedelta(hours=hours) if there else None,
                "weight_kg": round(draw.uniform(0.2, 30), 2),
                "distance_km": draw.randint(2, 240),
                "price_nok": draw.choice([79, 99, 149, 249]),
                "late": hours > 72,
                "attempts": draw.choices([1, 2, 3], [7, 2, 1])[0],
                "signature": draw.choice(["yes", "no"]),
                "customer_rating": draw.choice([None, None, 1, 2, 3, 4, 5]),
            }
        )
    return pd.DataFrame(rows)


def power_plants() -> pd.DataFrame:
    """36 power plants."""
    draw = random.Random(33)
    names = "Alder Birch Cedar Dune Ember Fjord Glen Heath Iris Juniper Knoll Larch".split()
    rows = []
    for number in range(36):
        fuel = ["Wind", "Solar", "Gas", "Hydro", "Coal", "Wind"][number % 6]
        capacity = draw.randint(20, 1_400)
        rows.append(
            {
                "plant": f"{names[number % 12]} {['East', 'West', 'Point'][number // 12]}",
                "fuel": fuel,
                "country": draw.choice(["Norway", "Spain", "Poland"]),
                "operator": draw.choice(["Voltia", "Nordkraft", "Elpol"]),
                "capacity_mw": capacity,
                "opened": draw.randint(1968, 2024),
                "output_gwh": round(capacity * draw.uniform(1, 6), 1),
                "co2_kt": round(capacity * draw.uniform(1, 3), 1) if fuel in {"Gas", "Coal"} else 0.0,
                "employees": draw.choice([None, draw.randint(4, 420), draw.randint(4, 420)]),
                "closing": draw.choice(["planned", "none", "none"]),
            }
        )
    return pd.DataFrame(rows)


def responses() -> pd.DataFrame:
    """400 answers to a survey among customers."""
    draw = random.Random(34)
    rows = []
    for number in range(400):
        rows.append(
            {
                "respondent": number + 1,
                "age_group": draw.choices(["18-29", "30-44", "45-59", "60+"], [3, 4, 3, 2])[0],
                "gender": draw.choice(["female", "male", "other"]),
                "region": draw.choice(["North", "East", "South", "West"]),
                "satisfaction": draw.choice([1, 2, 3, 4, 4, 5, None]),
                "nps": draw.randint(0, 10),
                "would_recommend": draw.choice(["Yes", "No", "Maybe"]),
                "submitted_at": datetime(2025, 3, 1) + timedelta(hours=draw.randrange(24 * 92)),
                "minutes": round(draw.uniform(1, 25), 1),
                "completed": draw.random() < 0.85,
                "comment": draw.choice([None, None, "Too slow", "Great", "Fine"]),
                "language": draw.choices(["English", "Dutch"], [3, 1])[0],
            }
        )
    return pd.DataFrame(rows)


def transactions() -> pd.DataFrame:
    """900 bookings of four accounts in 2024 and 2025; what is paid is negative."""
    draw = random.Random(35)
    rows = []
    for number in range(900):
        income = draw.random() < 0.2
        rows.append(
            {
                "txn_id": 100_000 + number,
                "account": draw.choice(["Main", "Savings", "Business", "Joint"]),
                "booked_on": datetime(2024, 1, 1) + timedelta(days=draw.randrange(680)),
                "category": "Salary" if income else draw.choice(["Groceries", "Rent", "Travel", "Utilities", None]),
                "merchant": None if income else draw.choice(["Lidl", "Shell", "Iberia", "Vattenfall", "Ikea"]),
                "amount": round(draw.uniform(900, 4000), 2) if income else -round(draw.uniform(2, 900), 2),
                "currency": draw.choices(["EUR", "USD"], [5, 1])[0],
                "fee": draw.choice([0, 0, 0, 0.5, 1.25]),
                "flagged": draw.random() < 0.06,
                "card_type": draw.choice(["debit", "credit"]),
            }
        )
    return pd.DataFrame(rows)


def players() -> pd.DataFrame:
    """66 players of six teams."""
    draw = random.Random(36)
    last = "Sato Moreau Rossi Novak Khan Olsen".split()
    teams = ["Lions", "Bears", "Hawks", "Sharks", "Wolves", "Eagles"]
    rows = []
    for number in range(66):
        games = draw.randint(3, 34)
        rows.append(
            {
                "player": f"{'ABCDEFGHIJK'[number % 11]}. {last[number // 11]}",
                "team": teams[number % 6],
                "position": draw.choice(["Goalkeeper", "Defender", "Midfielder", "Forward"]),
                "nationality": draw.choice(["Japan", "France", "Italy", "Czechia"]),
                "age": draw.randint(17, 38),
                "games": games,
                "goals": draw.randint(0, 22),
                "assists": draw.randint(0, 15),
                "minutes_played": games * draw.randint(20, 90),
                "yellow_cards": draw.randint(0, 9),
                "market_value_meur": round(draw.uniform(0.3, 80), 1),
                "injured": draw.choice(["Y", "N", "N"]),
                "contract_until": draw.choice([2026, 2027, 2028]),
            }
        )
    return pd.DataFrame(rows)


def articles() -> pd.DataFrame:
    """150 articles that a shop sells."""
    draw = random.Random(37)
    kinds = {
        "Toys": "Puzzle Kite Robot",
        "Garden": "Spade Hose Rake",
        "Kitchen": "Pan Knife Kettle",
        "Books": "Atlas Novel Guide",
    }
    rows = []
    for number in range(150):
        category = draw.choice(list(kinds))
        cost = round(draw.uniform(1, 90), 2)
        rows.append(
            {
                "sku": f"A-{number + 100}",
                "title": f"{draw.choice(kinds[category].split())} {number + 1}",
                "category": category,
                "brand": draw.choice(["Orbit", "Pinea", "Quill", None]),
                "price": round(cost * draw.uniform(1.1, 2.2), 2),
                "cost": cost,
                "stock": draw.choice([0, 0, draw.randint(1, 300), draw.randint(1, 300)]),
                "units_sold": draw.randint(0, 2_000),
                "rating": draw.choice([None, *(round(draw.uniform(1, 5), 1) for _ in range(4))]),
                "discontinued": draw.random() < 0.12,
                "supplier": draw.choice(["Hansa", "Iberco", "Lumen"]),
                "launched_on": datetime(2019, 1, 1) + timedelta(days=draw.randrange(2_450)),
            }
        )
    return pd.DataFrame(rows)


def admissions() -> pd.DataFrame:
    """500 admissions of a clinic in 2025."""
    draw = random.Random(38)
    rows = []
    for number in range(500):
        came = datetime(2025, 1, 1) + timedelta(hours=draw.randrange(24 * 318))
        days = draw.randint(0, 20)
        rows.append(
            {
                "admission_id": 9_000 + number,
                "patient_id": draw.randint(1, 320),
                "admitted_at": came,
                "discharged_at": came + timedelta(days=days) if draw.random() < 0.95 else None,
                "department": draw.choice(["Oncology", "Cardiology", "Paediatrics", "Neurology"]),
                "doctor": draw.choice(["Dr Ahmed", "Dr Bloom", "Dr Castro"]),
                "diagnosis": draw.choice(["Fracture", "Asthma", "Stroke", "Infection", None]),
                "age": draw.randint(0, 97),
                "sex": draw.choice(["F", "M"]),
                "insured": draw.choice(["yes", "no", "yes"]),
                "length_of_stay": days,
                "bill_usd": round(draw.uniform(200, 30_000), 2),
                "emergency": draw.random() < 0.3,
                "blood_pressure": draw.choice([None, draw.randint(90, 190)]),
            }
        )
    return pd.DataFrame(rows)
