"""The frames of the seventh to eleventh set of questions: made up by rule, the same at each call."""

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
    made |= {"rents": rents(), "calls": calls()}
    return made | {
        "shipments": shipments(),
        "timesheets": timesheets(),
        "students": students(),
        "donations": donations(),
        "visits": visits(),
    }


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


def shipments() -> pd.DataFrame:
    """700 shipments of a haulier in 2025; some are still on the way."""
    draw = random.Random(17)
    rows = []
    for number in range(700):
        shipped = datetime(2025, 1, 6) + timedelta(days=draw.randrange(300))
        days = draw.randint(1, 12)
        there = draw.random() < 0.92
        weight = round(draw.uniform(2, 900), 1)
        rows.append(
            {
                "shipment_id": f"SH{number + 10_000}",
                "customer": draw.choices(["Acme", "Borealis", "Cantor", "Delmar", "Eiger"], [5, 4, 3, 2, 1])[0],
                "origin": draw.choice(["Vienna", "Prague", "Munich"]),
                "destination": draw.choice(["Oslo", "Milan", "Paris", "Prague", "Warsaw"]),
                "mode": draw.choices(["Road", "Rail", "Air"], [6, 3, 1])[0],
                "shipped_on": shipped,
                "delivered_on": shipped + timedelta(days=days) if there else None,
                "promised_days": draw.choice([3, 5, 7]),
                "weight_kg": weight,
                "pallets": draw.randint(1, 24),
                "freight_eur": round(weight * draw.uniform(0.4, 1.1) + 40, 2),
                "insured": draw.random() < 0.4,
                "damaged": draw.random() < 0.05,
                "status": "Delivered" if there else draw.choice(["In transit", "Lost"]),
            }
        )
    return pd.DataFrame(rows)


def timesheets() -> pd.DataFrame:
    """900 entries of hours that consultants worked in 2025."""
    draw = random.Random(18)
    people = {"Anna": "Design", "Boris": "Engineering", "Chen": "Engineering", "Dora": "Sales", "Emil": "Design"}
    projects = {"Apollo": "Globex", "Hermes": "Initech", "Zephyr": "Globex", "Internal": None}
    rows = []
    for _ in range(900):
        project = draw.choices(list(projects), [4, 3, 2, 1])[0]
        person = draw.choice(list(people))
        hours = draw.choice([0.5, 1, 2, 3, 4, 6, 7.5, 8])
        billable = project != "Internal" and draw.random() < 0.85
        rows.append(
            {
                "employee": person,
                "department": people[person],
                "project": project,
                "client": projects[project],
                "work_date": datetime(2025, 1, 2) + timedelta(days=draw.randrange(320)),
                "hours": hours,
                "billable": billable,
                "rate": draw.choice([80, 95, 120]) if billable else 0,
                "task": draw.choice(["Meeting", "Development", "Review", "Travel"]),
                "approved": draw.choice(["yes", "no", "yes", "yes"]),
                "note": draw.choice([None, "on site", "remote", "overtime"]),
            }
        )
    return pd.DataFrame(rows)


def students() -> pd.DataFrame:
    """240 students of a school with their marks; some missed an exam."""
    draw = random.Random(19)
    rows = []
    for number in range(240):
        rows.append(
            {
                "student_id": 5_000 + number,
                "first_name": draw.choice(MEMBERS),
                "grade_level": draw.choice([9, 10, 11, 12]),
                "class": draw.choice(["A", "B", "C"]),
                "gender": draw.choice(["female", "male"]),
                "birth_year": draw.choice([2008, 2009, 2010, 2011]),
                "math_score": None if draw.random() < 0.06 else draw.randint(20, 100),
                "reading_score": None if draw.random() < 0.04 else draw.randint(30, 100),
                "science_score": draw.randint(25, 100),
                "absences": draw.choices(range(12), [8, 7, 6, 5, 4, 3, 2, 2, 1, 1, 1, 1])[0],
                "lunch": draw.choice(["standard", "reduced"]),
                "scholarship": draw.random() < 0.15,
                "home_language": draw.choices(["German", "Turkish", "Croatian", "English"], [6, 2, 2, 1])[0],
                "passed": draw.random() < 0.85,
            }
        )
    return pd.DataFrame(rows)


def donations() -> pd.DataFrame:
    """650 gifts to a charity from 2023 to 2025; some donors gave no e-mail address."""
    draw = random.Random(20)
    rows = []
    for number in range(650):
        rows.append(
            {
                "gift_no": 30_000 + number,
                "donor": draw.choice(MEMBERS),
                "country": draw.choices(["Austria", "Germany", "Italy", "Spain"], [5, 4, 2, 1])[0],
                "campaign": draw.choices(["Spring", "Clean Water", "Schools", None], [3, 3, 2, 2])[0],
                "received_on": datetime(2023, 1, 3) + timedelta(days=draw.randrange(1030)),
                "amount_eur": draw.choice([5, 10, 20, 25, 50, 100, 250, 1000]),
                "method": draw.choices(["Card", "Transfer", "Cash"], [5, 4, 1])[0],
                "recurring": draw.random() < 0.3,
                "thanked": draw.choice(["Y", "N", "Y"]),
                "email": f"d{number}@example.org" if draw.random() < 0.7 else None,
            }
        )
    return pd.DataFrame(rows)


def visits() -> pd.DataFrame:
    """1,000 visits of a shop's pages in October and November 2025; most visitors bought nothing."""
    draw = random.Random(21)
    rows = []
    for number in range(1000):
        bought = draw.random() < 0.12
        rows.append(
            {
                "visit_id": f"v{number:05d}",
                "visited_at": datetime(2025, 10, 1) + timedelta(minutes=draw.randrange(55 * 24 * 60)),
                "device": draw.choices(["Mobile", "Desktop", "Tablet"], [6, 3, 1])[0],
                "channel": draw.choice(["Search", "E-mail", "Social", "Direct"]),
                "landing_page": draw.choice(["/home", "/sale", "/blog", "/product/7"]),
                "pages": draw.randint(1, 20),
                "duration_sec": draw.randint(3, 1800),
                "bounced": draw.random() < 0.4,
                "converted": bought,
                "order_value": round(draw.uniform(10, 300), 2) if bought else None,
                "new_visitor": draw.random() < 0.6,
                "browser": draw.choice(["Firefox", "Chrome", "Safari"]),
            }
        )
    return pd.DataFrame(rows)
