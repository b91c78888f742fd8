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
        "inventory": inventory(),
        "campaigns": campaigns(),
        "appointments": appointments(),
        "invoices": invoices(),
        "reviews": reviews(),
        "machines": machines(),
        "enrolments": enrolments(),
        "waste": waste(),
        "webshop": webshop(),
        "applicants": applicants(),
    }


def accounts() -> pd.DataFrame:
    """90 customers of a software service."""
    draw = random.Random(41)
    kinds = "Labs Media Foods Tools Bank Air Rail Tech Arts".split()
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
                "company": f"{names[number % 10]} {kinds[number // 10]}",
                "plan": plan,
                "industry": draw.choice(["Retail", "Finance", "Health", "Education"]),
                "country": draw.choice(["Germany", "Sweden", "Italy"]),
                "signup_date": signed,
                "churned": churned,
                "churned_on": min(signed + timedelta(days=draw.randint(40, 900)), datetime(2025, 11, 10))
                if churned
                else None,
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
                "ordered_at": datetime(2025, 9, 1, 12)
                + timedelta(days=draw.randrange(61), minutes=draw.randrange(9 * 60)),
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
    last = "Adler Busch Conrad Dorn Engel Frank Gross Hahn Imhof Jung".split()
    first = "Alma Boris Clara Dario Edith Felix Greta Hanno Ines Jonas Karla".split()
    rows = []
    for number in range(110):
        joined = datetime(2021, 2, 1) + timedelta(days=draw.randrange(1700))
        visits = draw.choice([0, draw.randint(1, 260), draw.randint(1, 260)])
        rows.append(
            {
                "member_no": 100 + number,
                "name": f"{first[number % 11]} {last[number // 11]}",
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


def inventory() -> pd.DataFrame:
    """130 articles in three warehouses."""
    draw = random.Random(61)
    rows = []
    for number in range(130):
        rows.append(
            {
                "sku": f"K{number + 500}",
                "product": f"{draw.choice(['Bolt', 'Hinge', 'Valve', 'Cable', 'Lamp'])} {number + 1}",
                "category": draw.choice(["fasteners", "plumbing", "electrical"]),
                "warehouse": draw.choice(["Rotterdam", "Gent", "Lille"]),
                "on_hand": draw.choice([0, draw.randint(1, 900), draw.randint(1, 900)]),
                "reorder_level": draw.randint(20, 200),
                "unit_cost": round(draw.uniform(0.2, 60), 2),
                "supplier": draw.choice(["Haldor", "Merkur", "Tessin", None]),
                "last_counted": datetime(2025, 1, 2) + timedelta(days=draw.randrange(310)),
                "discontinued": draw.random() < 0.15,
            }
        )
    return pd.DataFrame(rows)


def campaigns() -> pd.DataFrame:
    """60 campaigns of a marketing team."""
    draw = random.Random(62)
    rows = []
    for number in range(60):
        began = datetime(2024, 1, 8) + timedelta(days=draw.randrange(640))
        shown = draw.randint(5_000, 900_000)
        clicks = round(shown * draw.uniform(0.002, 0.05))
        rows.append(
            {
                "campaign": f"{draw.choice(['Spring', 'Autumn', 'Launch', 'Brand', 'Loyalty'])} {number + 1}",
                "channel": draw.choice(["email", "search", "social", "display"]),
                "country": draw.choice(["Austria", "Poland", "Denmark"]),
                "start_date": began,
                "end_date": began + timedelta(days=draw.randint(7, 90)),
                "spend_eur": draw.randrange(500, 60_000, 50),
                "impressions": shown,
                "clicks": clicks,
                "conversions": round(clicks * draw.uniform(0, 0.12)),
                "owner": draw.choice(["Nina", "Oskar", "Pia"]),
                "paused": draw.choice(["yes", "no", "no", "no"]),
            }
        )
    return pd.DataFrame(rows)


def appointments() -> pd.DataFrame:
    """420 appointments at a dentist's in 2025."""
    draw = random.Random(63)
    first = "Ada Bo Cid Dot Eli Fay".split()
    rows = []
    for number in range(420):
        missed = draw.random() < 0.1
        rows.append(
            {
                "appointment_id": 30_000 + number,
                "patient": f"{draw.choice(first)} {'KLMNOPQRSTUVW'[draw.randrange(13)]}.",
                "dentist": draw.choice(["Dr Weiss", "Dr Schwarz", "Dr Roth"]),
                "treatment": draw.choice(["check-up", "filling", "crown", "cleaning", "extraction"]),
                "starts_at": datetime(2025, 1, 6, 8)
                + timedelta(days=draw.randrange(310), minutes=30 * draw.randrange(19)),
                "duration_min": draw.choice([15, 30, 45, 60]),
                "fee": 0.0 if missed else float(draw.choice([40, 65, 90, 120, 310])),
                "no_show": missed,
                "insurance": draw.choice(["public", "private"]),
                "pain_score": draw.choice([None, *range(11)]),
            }
        )
    return pd.DataFrame(rows)


def invoices() -> pd.DataFrame:
    """260 invoices of a supplier."""
    draw = random.Random(64)
    rows = []
    for number in range(260):
        issued = datetime(2024, 3, 1) + timedelta(days=draw.randrange(590))
        due = issued + timedelta(days=draw.choice([14, 30, 60]))
        paid = due + timedelta(days=draw.randint(-14, 50))
        rows.append(
            {
                "invoice_no": f"R-{number + 2400}",
                "customer": draw.choices(["Alpina", "Bergland", "Castor", "Donau", "Eiger"], [4, 3, 3, 2, 1])[0],
                "issued_on": issued,
                "due_on": due,
                "paid_on": paid if draw.random() < 0.85 and paid < datetime(2025, 11, 14) else None,
                "amount_eur": round(draw.uniform(60, 18_000), 2),
                "reminders": draw.choice([0, 0, 0, 1, 2, 3]),
                "department": draw.choice(["Parts", "Service", "Rental"]),
                "disputed": draw.random() < 0.06,
            }
        )
    return pd.DataFrame(rows)


def reviews() -> pd.DataFrame:
    """350 reviews of seven hotels."""
    draw = random.Random(65)
    hotels = {"Astoria": "Porto", "Bristol": "Porto", "Central": "Faro", "Dom": "Faro", "Estrela": "Lagos",
              "Foz": "Lagos", "Gloria": "Lagos"}  # fmt: skip
    rows = []
    for number in range(350):
        hotel = draw.choice(list(hotels))
        rows.append(
            {
                "review_id": number + 1,
                "hotel": hotel,
                "city": hotels[hotel],
                "score": draw.choice([1, 2, 3, 4, 4, 5, 5]),
                "reviewed_on": datetime(2024, 5, 1) + timedelta(days=draw.randrange(540)),
                "traveller": draw.choice(["couple", "family", "solo", "business"]),
                "helpful_votes": draw.choice([0, 0, 1, 3, 12]),
                "answered": draw.choice(["Y", "N"]),
                "language": draw.choice(["English", "Portuguese", "French"]),
                "text": draw.choice([None, "noisy", "lovely", "too small", "great breakfast"]),
            }
        )
    return pd.DataFrame(rows)


def machines() -> pd.DataFrame:
    """45 machines of a factory."""
    draw = random.Random(66)
    rows = []
    for number in range(45):
        rows.append(
            {
                "machine": f"M-{number + 1:02d}",
                "hall": draw.choice(["A", "B", "C"]),
                "kind": draw.choice(["press", "lathe", "robot", "oven"]),
                "installed": draw.randint(1998, 2024),
                "hours_run": draw.randint(300, 61_000),
                "breakdowns": draw.choice([0, 0, 1, 2, 5, 9]),
                "last_service": datetime(2025, 11, 10) - timedelta(days=draw.randrange(400)),
                "power_kw": round(draw.uniform(2, 90), 1),
                "operator": draw.choice(["Uwe", "Vera", "Willi", None]),
                "state": draw.choices(["running", "idle", "broken"], [6, 3, 1])[0],
                "maker": draw.choice(["Krone", "Lindt", "Mazer"]),
            }
        )
    return pd.DataFrame(rows)


def enrolments() -> pd.DataFrame:
    """380 students in courses over four terms."""
    draw = random.Random(67)
    courses = {"Algebra": "Mathematics", "Statistics": "Mathematics", "Genetics": "Biology", "Ecology": "Biology",
               "Databases": "Computing"}  # fmt: skip
    rows = []
    for number in range(380):
        course = draw.choice(list(courses))
        mark = draw.choice([None, *range(30, 101, 2)])
        rows.append(
            {
                "enrolment_id": number + 1,
                "student": f"st{draw.randint(1, 120):03d}",
                "course": course,
                "faculty": courses[course],
                "term": draw.choice(["2024-1", "2024-2", "2025-1", "2025-2"]),
                "teacher": draw.choice(["Baker", "Clark", "Evans"]),
                "mark": mark,
                "passed": mark is not None and mark >= 50,
                "attendance_pct": draw.randint(20, 100),
                "fee_paid": draw.choice(["yes", "no", "yes", "yes"]),
            }
        )
    return pd.DataFrame(rows)


def waste() -> pd.DataFrame:
    """Waste of nine councils in six years."""
    draw = random.Random(68)
    rows = []
    for place, council in enumerate("Arden Bexford Corby Denby Elmley Frome Goole Hythe Ilford".split()):
        for year in range(2019, 2025):
            total = draw.randint(8_000, 60_000)
            rows.append(
                {
                    "council": council,
                    "area": ["north", "south", "west"][place % 3],
                    "year": year,
                    "tonnes_collected": total,
                    "tonnes_recycled": round(total * draw.uniform(0.2, 0.6)),
                    "households": draw.randint(9_000, 80_000),
                    "complaints": draw.randint(0, 300),
                }
            )
    return pd.DataFrame(rows)


def webshop() -> pd.DataFrame:
    """600 orders of a shop in 2024 and 2025."""
    draw = random.Random(69)
    prices = {"Kettle": 34.5, "Toaster": 29.0, "Blender": 59.9, "Grinder": 44.0, "Scale": 19.5}
    rows = []
    for number in range(600):
        ordered = datetime(2024, 2, 1) + timedelta(minutes=draw.randrange(640 * 1440))
        product = draw.choice(list(prices))
        state = draw.choices(["delivered", "returned", "cancelled", "open"], [12, 2, 1, 1])[0]
        sent = ordered + timedelta(hours=draw.randint(3, 120))
        rows.append(
            {
                "order_no": 10_000 + number,
                "customer": f"C{draw.randint(1, 140):03d}",
                "product": product,
                "ordered_at": ordered,
                "shipped_at": sent if state in {"delivered", "returned"} else None,
                "quantity": draw.choice([1, 1, 1, 2, 3, 6]),
                "unit_price": prices[product],
                "country": draw.choice(["NL", "BE", "FR"]),
                "coupon": draw.choice([None, None, None, "SAVE10", "WELCOME"]),
                "status": state,
                "gift": draw.random() < 0.2,
            }
        )
    return pd.DataFrame(rows)


def applicants() -> pd.DataFrame:
    """150 people who applied for a post."""
    draw = random.Random(70)
    first = "Lea Max Noa Ole Pam".split()
    rows = []
    for number in range(150):
        hired = draw.random() < 0.12
        rows.append(
            {
                "applicant_id": number + 1,
                "name": f"{draw.choice(first)} {'ABCDEFGHIJ'[number // 15]}{number % 15}",
                "position": draw.choice(["Data Engineer", "Nurse", "Driver", "Accountant"]),
                "source": draw.choice(["referral", "job board", "agency"]),
                "applied_on": datetime(2025, 1, 2) + timedelta(days=draw.randrange(312)),
                "years_experience": draw.randint(0, 25),
                "expected_salary": draw.randrange(24_000, 92_000, 500),
                "interviews": draw.choice([0, 0, 1, 2, 3]),
                "stage": "hired" if hired else draw.choice(["new", "screening", "interview", "rejected"]),
                "gender": draw.choice(["F", "M"]),
                "city": draw.choice(["Basel", "Bern", "Zug"]),
            }
        )
    return pd.DataFrame(rows)
