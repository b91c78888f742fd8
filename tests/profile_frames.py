"""Frames with planted faults, each with the finding that must name it, and frames without any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

ROWS = 1_000


def clean(seed: int = 1) -> pd.DataFrame:
    """Orders as they should be."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=ROWS // 4).repeat(4)
    price = np.round(rng.lognormal(3, 0.5, ROWS), 2)
    quantity = rng.integers(1, 9, ROWS)
    city = rng.choice(["Berlin", "Hamburg", "Lyon", "Paris", "Madrid"], ROWS, p=[0.3, 0.2, 0.1, 0.3, 0.1])
    country = pd.Series(city).map({"Berlin": "Germany", "Hamburg": "Germany", "Lyon": "France", "Paris": "France",
                                   "Madrid": "Spain"})  # fmt: skip
    return pd.DataFrame({
        "order_id": np.arange(1, ROWS + 1),
        "customer_id": rng.integers(1, 200, ROWS),
        "ordered": days,
        "shipped": days + pd.to_timedelta(rng.integers(0, 9, ROWS), unit="D"),
        "city": city,
        "country": country,
        "quantity": quantity,
        "price": price,
        "amount": np.round(price * quantity, 2),
        "age": rng.integers(18, 80, ROWS),
        "discount": np.round(rng.uniform(0, 0.5, ROWS), 2),
        "gift": rng.random(ROWS) < 0.2,
        "comment": [" ".join(rng.choice(["fast", "late", "good", "poor", "again", "never"], rng.integers(3, 9)))
                    for _ in range(ROWS)],
    })  # fmt: skip


def customers() -> pd.DataFrame:
    """The customers of ``clean``."""
    return pd.DataFrame({"customer_id": np.arange(1, 200), "segment": ["new", "old", "vip"] * 66 + ["new"]})


def measurements() -> pd.DataFrame:
    """Readings of sensors, of many distributions and none of them wrong."""
    rng = np.random.default_rng(5)
    return pd.DataFrame({
        "moment": pd.date_range("2024-03-01", periods=ROWS, freq="h"),
        "temperature": rng.normal(12, 8, ROWS),
        "wait": rng.exponential(10, ROWS),
        "income": rng.lognormal(10, 1.0, ROWS),
        "balance": rng.normal(0, 500, ROWS),
        "errors": rng.poisson(0.4, ROWS),
        "sensor": rng.choice(["A1", "A2", "B1", "B7"], ROWS),
        "latitude": rng.uniform(-60, 70, ROWS),
        "score": rng.beta(2, 5, ROWS) * 100,
        "visits": rng.geometric(0.2, ROWS),
        "read_at": [f"{n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d}" for n in rng.integers(0, 86_400, ROWS)],
        "device": [":".join(f"{n:02x}" for n in rng.integers(0, 256, 6)) for _ in range(ROWS)],
    })  # fmt: skip


def staff() -> pd.DataFrame:
    """A list of posts: weekdays, codes with leading zeros, rare values, missing ones that are few."""
    rng = np.random.default_rng(9)
    days = pd.bdate_range("2023-01-02", periods=200)
    return pd.DataFrame({
        "post": [f"{n:05d}" for n in rng.choice(90_000, ROWS, replace=False)],
        "department": rng.choice(["Sales", "Research", "Legal", "Works"], ROWS, p=[0.5, 0.3, 0.02, 0.18]),
        "since": rng.choice(days, ROWS),
        "salary": np.round(rng.lognormal(10.5, 0.35, ROWS), -2),
        "grade": rng.integers(1, 6, ROWS),
        "remote": rng.choice(["yes", "no"], ROWS),
        "hours": rng.choice([20.0, 30.0, 38.5, 40.0], ROWS),
    })  # fmt: skip


CLEAN: dict[str, Callable[[], pd.DataFrame]] = {"orders": clean, "measurements": measurements, "staff": staff}


@dataclass(frozen=True)
class Fault:
    """A planted fault.

    Attributes:
        kind: The kind of the finding that must name it.
        column: The column that it must be about.
        plant: Puts it into clean orders.
    """

    kind: str
    column: str
    plant: Callable[[pd.DataFrame], pd.DataFrame]


def _set(column: str, value: object, rows: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def plant(frame: pd.DataFrame) -> pd.DataFrame:
        values = frame[column].astype(object)
        values.iloc[rows] = value  # type: ignore[call-overload]
        frame[column] = values.infer_objects()
        return frame

    return plant


def _text(column: str, make: Callable[[pd.Series], pd.Series]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def plant(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = make(frame[column]).astype("str")
        return frame

    return plant


def _add(column: str, values: Callable[[pd.DataFrame], object]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def plant(frame: pd.DataFrame) -> pd.DataFrame:
        frame[column] = values(frame)
        return frame

    return plant


def _some(values: list[str]) -> Callable[[pd.DataFrame], object]:
    return lambda frame: [values[i % len(values)] for i in range(len(frame))]


def _cards(frame: pd.DataFrame) -> list[str]:
    found = []
    for i in range(len(frame)):
        digits = f"4{i * 7919 % 10**14:014d}"
        total = sum(sum(divmod(int(d) * (2 - k % 2), 10)) for k, d in enumerate(digits))
        found.append(digits + str(-total % 10))
    return found


ISO = "2024-03-04"
FAULTS = (
    Fault("missing", "price", _set("price", np.nan, slice(0, 200))),
    Fault("missing", "city", _set("city", None, slice(0, 400))),
    Fault("empty", "fax", _add("fax", lambda f: np.full(len(f), np.nan))),
    Fault("constant", "source", _add("source", lambda f: "web")),
    Fault("nearly constant", "source", _add("source", lambda f: ["shop"] + ["web"] * (len(f) - 1))),
    Fault("duplicates", "", lambda f: pd.concat([f, f.iloc[:12]], ignore_index=True)),
    Fault("repeated identifier", "order_id", _set("order_id", 5, slice(100, 103))),
    Fault("copy", "revenue", _add("revenue", lambda f: f["amount"])),
    Fault("numbers as text", "price", _text("price", lambda s: s.map("${:,.2f}".format))),
    Fault("mixed types", "quantity", _text("quantity", lambda s: s.astype(str).where(s.index % 50 != 3, "a dozen"))),
    Fault("dates as text", "ordered", _text("ordered", lambda s: s.dt.strftime("%d/%m/%Y"))),
    Fault("date forms", "ordered", _text("ordered", lambda s: s.dt.strftime("%Y-%m-%d").where(
        s.index % 9 != 0, s.dt.strftime("%d.%m.%Y")))),
    Fault("decimal marks", "price", _text("price", lambda s: s.map("{:.2f}".format).where(
        s.index % 7 != 0, s.map(lambda v: f"{v:.2f}".replace(".", ","))))),
    Fault("placeholder", "city", _set("city", "n/a", slice(0, 60))),
    Fault("placeholder", "comment", _set("comment", "", slice(0, 60))),
    Fault("placeholder", "age", _set("age", 999, slice(0, 30))),
    Fault("placeholder", "quantity", _set("quantity", -1, slice(0, 20))),
    Fault("placeholder", "price", _set("price", -9999.0, slice(0, 20))),
    Fault("placeholder", "ordered", _set("ordered", pd.Timestamp("1900-01-01"), slice(40, 45))),
    Fault("outliers", "price", _set("price", 98_000.0, slice(7, 8))),
    Fault("outliers", "amount", _set("amount", 5_000_000.0, slice(7, 10))),
    Fault("negative", "quantity", _set("quantity", -4, slice(0, 9))),
    Fault("negative", "price", _set("price", -3.5, slice(0, 5))),
    Fault("implausible", "age", _set("age", 212, slice(0, 2))),
    Fault("implausible", "discount", _set("discount", 25.0, slice(0, 8))),
    Fault("implausible", "latitude", _add("latitude", lambda f: np.where(f.index % 100 == 0, 412.0, 48.1))),
    Fault("infinite", "price", _set("price", np.inf, slice(0, 3))),
    Fault("spaces", "city", _set("city", " Paris", slice(0, 30))),
    Fault("spellings", "city", _set("city", "PARIS", slice(0, 30))),
    Fault("slips", "city", _set("city", "Berln", slice(0, 2))),
    Fault("yes and no", "gift", _text("gift", lambda s: pd.Series(["Yes", "Y", "no", "N"] * (len(s) // 4)))),
    Fault("encoding", "city", _set("city", "MÃ¼nchen", slice(0, 25))),
    Fault("cut", "comment", _text("comment", lambda s: s.str[:30])),
    Fault("future", "ordered", _set("ordered", pd.Timestamp("2061-05-05"), slice(0, 3))),
    Fault("gap", "ordered", lambda f: f[~f["ordered"].between("2024-03-01", "2024-03-20")].reset_index(drop=True)),
    Fault("order", "shipped", lambda f: f.assign(shipped=f["shipped"].where(
        f.index % 100 != 0, f["ordered"] - pd.Timedelta("3D")))),
    Fault("dependency", "country", _set("country", "Spain", [11, 303])),
    Fault("arithmetic", "amount", lambda f: f.assign(amount=f["amount"].where(f.index % 125 != 0, f["amount"] + 10))),
    Fault("join", "customer_id", _set("customer_id", 777, slice(0, 15))),
    Fault("personal data", "contact", _add("contact", lambda f: [f"p{i}@example.org" for i in range(len(f))])),
    Fault("personal data", "phone", _add("phone", lambda f: [f"+49 30 90{i:04d}" for i in range(len(f))])),
    Fault("personal data", "paid_with", _add("paid_with", _cards)),
    Fault("personal data", "account", _add("account", _some(["DE89370400440532013000", "GB82WEST12345698765432"]))),
    Fault("personal data", "address", _add("address", lambda f: [f"10.0.{i % 250}.{i % 99}" for i in range(len(f))])),
    Fault("personal data", "host", _add("host", lambda f: [f"2001:db8::{i:x}" for i in range(len(f))])),
    Fault("placeholder", "weight", _add("weight", lambda f: np.where(f.index % 30 == 0, 0.0, 60 + f.index % 37))),
    Fault("placeholder", "city", _set("city", "...", slice(0, 30))),
    Fault("placeholder", "city", _set("city", "keine Angabe", slice(0, 30))),
    Fault("negative", "nights", _add("nights", lambda f: np.where(f.index % 200 == 0, -2, 1 + f.index % 14))),
    Fault("spellings", "ward", _add("ward", _some(["Intensive Care", "Surgery", "Intensive-Care", "Surgery"]))),
    Fault("spellings", "town", _add("town", _some(["Zürich", "Basel", "Zurich", "Basel"]))),
    Fault("encoding", "city", _set("city", "\u0420aris", slice(0, 30))),  # a Cyrillic letter
    Fault("invisible", "city", _set("city", "Paris\u200b", slice(0, 30))),
    Fault("markup", "comment", _set("comment", "fast &amp; good<br>", slice(0, 30))),
    Fault("numbers as text", "price", _text("price", lambda s: s.map("{:.2f} EUR".format))),
    Fault("dates as numbers", "booked", _add("booked", lambda f: f["ordered"].dt.strftime("%Y%m%d").astype(int))),
    Fault("dates as numbers", "created_at", _add("created_at", lambda f: 1_700_000_000 + 86_400 * (f.index // 3))),
    Fault("codes as numbers", "zip", _add("zip", lambda f: 501 + 97 * (f.index.to_numpy() % 990))),
    Fault("codes as numbers", "plz", _add("plz", lambda f: [str(501 + 97 * (i % 990)) for i in range(len(f))])),
    Fault("copy", "cents", _add("cents", lambda f: (f["amount"] * 100).round())),
    Fault("dependency", "country", _set("country", "Atlantis", [11, 303])),
    Fault("repeated value", "price", _set("price", 19.99, slice(0, 400))),
    Fault("gap", "invoice_no", _add("invoice_no", lambda f: f.index + np.where(f.index > 500, 40, 0))),
    Fault("total row", "amount", lambda f: pd.concat([f, pd.DataFrame({"amount": [f["amount"].sum()]})])),
)  # fmt: skip
