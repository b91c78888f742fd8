"""What every document program starts with: the answer, and its values as a reader expects them."""

import re
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

ACCENT = "2F5D8C"
PALETTE = [ACCENT, "E08E2B", "4C9A6A", "B5476B", "7A68A6", "5FA8C4", "9A8F5A", "6B6B6B"]
DATES = {"yyyy": "%Y", "yyyy-mm": "%Y-%m", "yyyy-mm-dd hh:mm": "%Y-%m-%d %H:%M"}


class Answer(NamedTuple):
    data: pd.DataFrame
    title: str
    source: str
    headings: list[str]
    formats: list[str]  # a number format of Excel for each column
    groups: int  # so many columns, from the left, name the group
    measures: int
    chart: str | None
    max_rows: int
    max_drawn: int
    template: str | None = None

    @property
    def rows(self) -> pd.DataFrame:
        return self.data.head(self.max_rows)


def is_missing(value: Any) -> bool:
    return pd.api.types.is_scalar(value) and bool(pd.isna(value))


def is_numeric(style: str) -> bool:
    return style.startswith("#,##0")


def fitted(answer: Answer) -> Answer:
    """Amounts with as many decimals as they have, and moments at midnight alone as dates."""
    columns = [answer.data.iloc[:, place].dropna() for place in range(answer.data.shape[1])]
    return answer._replace(formats=[fitted_style(*pair) for pair in zip(answer.formats, columns, strict=False)])


def fitted_style(style: str, values: pd.Series) -> str:
    if style == "yyyy-mm-dd hh:mm" and len(values) and all(str(value)[11:19] in ("", "00:00:00") for value in values):
        return "yyyy-mm-dd"
    if style != "General" or not pd.api.types.is_float_dtype(values):
        return style
    texts = [f"{value:.15g}" for value in values]
    places = max((len(text.partition(".")[2]) for text in texts), default=0)
    return f"#,##0.{'0' * places}" if 0 < places <= 6 and "e" not in "".join(texts) else style


def as_text(value: object, style: str) -> str:
    if is_missing(value):
        return ""
    if is_numeric(style) and isinstance(value, (int, float, np.number, Decimal)):
        return f"{value:,.{len(style.partition('.')[2])}f}"
    if hasattr(value, "strftime"):
        return str(value.strftime(DATES.get(style, "%Y-%m-%d")))
    if isinstance(value, (float, np.floating)):
        return f"{value:,.15g}" if value % 1 else f"{value:.15g}"
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", str(value))


def summary(answer: Answer) -> str:
    """One sentence about the answer, with its own figures."""
    data, headings, formats, groups = answer.data, answer.headings, answer.formats, answer.groups
    if not len(data):
        return "No rows match."
    rows = f"{len(data):,} row" + ("s" if len(data) != 1 else "")
    if groups == len(headings) or (not groups and len(data) != 1) or answer.measures == 0:
        return f"{rows}, {len(headings)} column" + ("s." if len(headings) != 1 else ".")
    if not groups:
        pairs = zip(headings, data.iloc[0], formats, strict=False)
        return "; ".join(f"{heading}: {as_text(value, style)}" for heading, value, style in pairs) + "."
    values: Any = pd.to_numeric(data.iloc[:, groups], errors="coerce").dropna()
    if values.empty:
        return f"{rows}."
    names = data.iloc[:, :groups]
    high, low = (
        ", ".join(as_text(v, f) or "missing" for v, f in zip(names.loc[row], formats, strict=False))
        + f" ({as_text(values[row], formats[groups])})"
        for row in (values.idxmax(), values.idxmin())
    )
    return f"{rows}. {headings[groups]} is highest for {high} and lowest for {low}."
