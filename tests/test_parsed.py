"""Texts that code reads in a wrong way, and columns of nulls that it makes, are repaired once with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from analyst_magic import Analyst
from analyst_magic.context.privacy import restrict
from analyst_magic.evidence.inspect import inspect
from analyst_magic.evidence.parsed import unread
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.testing import FakeSandbox, ScriptedModel
from analyst_magic.turn import Code, Output

SITE = pd.DataFrame(
    {
        "at": [f"{1 + i % 28:02}.{1 + i % 12:02}.2024 {i % 24:02}:30" for i in range(200)],
        "price": [f"{1 + i % 90}.{100 + i},50 €" for i in range(200)],
        "size": [f"{i},5" for i in range(200)],
        "count": [str(i) for i in range(200)],
        "day": [f"2024-{1 + i % 12:02}-{1 + i % 28:02}" for i in range(200)],
        "carrier": ["UA", "AA"] * 100,
        "never": [None] * 200,
    }
)
NAMES = pd.DataFrame({"carrier": ["UA", "AA"], "airline": ["United", "American"]})
CARDS = [restrict(profile(to_frame(n, f)), "stats") for n, f in {"site": SITE, "names": NAMES}.items()]


@pytest.mark.parametrize(
    ("code", "language", "said"),
    [
        ('pd.to_datetime(site["at"], errors="coerce", format="%Y-%m-%d %H:%M")', "python", '"99.99.9999 99:99"'),
        ('pd.to_datetime(site.at, format="%m/%d/%Y", errors="coerce").dt.month', "python", "all of the texts in at"),
        ('pd.to_numeric(site["price"], errors="coerce").mean()', "python", "price of site, which are written as"),
        ('s = site\npd.to_numeric(site["size"].str.strip(), errors="coerce")', "python", "size of site"),
        ('site.with_columns(pl.col("at").str.to_datetime("%Y-%m-%d", strict=False))', "python", "99.99.9999"),
        ('site.with_columns(pl.col("size").cast(pl.Float64, strict=False))', "python", "size of site"),
        ('s = site.copy()\ns["size"] = pd.to_numeric(s["size"], errors="coerce")\ns', "python", "size of site"),
        ("SELECT avg(TRY_CAST(price AS DOUBLE)) FROM site", "sql", "price of site"),
        ("SELECT TRY_CAST(at AS TIMESTAMP) AS moment FROM site", "sql", "at of site"),
        ("SELECT try_strptime(at, '%m/%d/%Y') FROM site", "sql", "at of site"),
    ],
)
def test_texts_that_become_null_are_a_failure_with_their_shape(code: str, language: Any, said: str) -> None:
    written = Code(code, language)
    assert said in unread(written, CARDS)
    found = inspect(written, [Output("text", "12.5", stream="result")], CARDS)
    assert found is not None
    assert found.severity == "partly_null"
    assert said in found.evidence
    assert "2024" not in found.evidence


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('pd.to_datetime(site["at"], errors="coerce", format="%d.%m.%Y %H:%M")', "python"),
        ('pd.to_datetime(site["day"], errors="coerce")', "python"),
        ('pd.to_datetime(site["at"], errors="coerce", dayfirst=True)', "python"),
        ('pd.to_numeric(site["count"], errors="coerce")', "python"),
        ('pd.to_numeric(site["size"].str.replace(",", "."), errors="coerce")', "python"),
        ('pd.to_numeric(site["size"])', "python"),
        (
            's = site.copy()\ns["size"] = s["size"].str.replace(",", ".")\n'
            's["size"] = pd.to_numeric(s["size"], errors="coerce")\ns',
            "python",
        ),
        ('pd.to_numeric(site["price"], errors="coerce").isna().sum()', "python"),
        ("SELECT TRY_CAST(count AS INTEGER), TRY_CAST(day AS DATE) FROM site", "sql"),
        ("SELECT coalesce(TRY_CAST(at AS DATE), try_strptime(at, '%d.%m.%Y %H:%M')) FROM site", "sql"),
    ],
)
def test_texts_that_can_be_read_are_none(code: str, language: Any) -> None:
    assert inspect(Code(code, language), [Output("text", "12.5", stream="result")], CARDS) is None


def table(**columns: Sequence[Any]) -> Output:
    return Output("table", pa.table(dict(columns)), labels=tuple(columns))


NO_NAMES = table(carrier=["UA", "AA"], n=[5, 6], airline=pa.nulls(2, pa.string()))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("site.merge(names, how='left', left_on='at', right_on='carrier')[['n', 'airline']]", NO_NAMES),
        ("top['airline'] = top.carrier.map(codes)\ntop", NO_NAMES),
        ("top['label'] = top.n.map(codes)", table(n=[1, 2], label=pa.nulls(2, pa.string()))),
        ("top.assign(ratio=a / b)", table(n=[1, 2], ratio=[float("nan")] * 2)),
        ("SELECT s.carrier, airline FROM site s LEFT JOIN names n ON n.carrier = lower(s.carrier)", NO_NAMES),
    ],
)
def test_a_column_of_nulls_beside_good_ones_is_repaired_once(code: str, shown: Output) -> None:
    found = inspect(Code(code, "sql" if code.startswith("SELECT") else "python"), [shown], CARDS)
    assert found is not None
    assert found.severity == "partly_null"
    assert "are missing" in found.reason


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("site.merge(names)[['carrier', 'never']]", table(carrier=["UA", "AA"], never=pa.nulls(2))),
        ("site[['carrier', 'never']]", table(carrier=["UA", "AA"], never=pa.nulls(2))),
        ("site[site.at.isna()]", table(carrier=["UA", "AA"], at=pa.nulls(2))),
        (
            "site.pivot_table(index='carrier', columns='size')",
            table(carrier=["UA", "AA"], small=[1, 2], huge=pa.nulls(2)),
        ),
        ("site.merge(names)", table(carrier=["UA", "AA"], airline=["United", None])),
        ("site.head()", table(carrier=["UA", "AA"], day=pa.nulls(2, pa.string()))),
    ],
)
def test_nulls_that_are_the_datas_are_shown(code: str, shown: Output) -> None:
    assert inspect(Code(code), [shown], CARDS) is None


def test_a_column_of_nulls_that_stays_is_shown_with_a_word() -> None:
    def gives(code: str) -> Any:
        return pd.DataFrame({"n": [1, 2], "label": [None, None]})

    with ScriptedModel() as model, Analyst(sandbox=FakeSandbox(gives), **model.settings) as analyst:
        model.say("```python\nsite.assign(label=site.carrier.map({}))\n```")
        model.say("```python\nsite.assign(label=site.carrier.map({'x': 'y'}))\n```")
        turn = analyst.ask("label the carriers", {"site": SITE})
    assert turn.ok, turn.error
    assert len(model.requests) == 2
    assert "All values of label are missing" in str(model.requests[1].body["messages"][-1]["content"])
    assert any("All values of label are missing" in note for note in turn.notes)
