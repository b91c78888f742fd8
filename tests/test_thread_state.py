"""A conversation that one process leaves and another goes on with: what comes along, and what is said of the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from fakes import ScriptedModel

from analyst_magic import Analyst
from analyst_magic.engine import thread_state
from analyst_magic.engine.thread_state import BadThreadState

SALES = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 41.5]})


@pytest.fixture
def two() -> Iterator[tuple[Analyst, Analyst]]:
    options: dict[str, Any] = {"model": "offline", "sandbox": "local", "spares": 0}
    with Analyst(**options) as one, Analyst(**options) as other:
        one.thread = other.thread = "t"
        yield one, other


def shown(analyst: Analyst, code: str) -> str:
    turn = analyst.run(code)
    assert turn.error is None, turn.error
    return turn.results[0].to_text()


def test_frames_values_imports_and_functions_come_along_as_they_were(two: tuple[Analyst, Analyst]) -> None:
    one, other = two
    code = """
import numpy as np, math
import polars
from datetime import date
from decimal import Decimal
kinds = pd.DataFrame({"c": pd.Categorical(["b", "a", "b"]), "t": pd.date_range("2026-01-01", periods=3, tz="UTC"),
                      "n": pd.array([1, None, 3], dtype="Int64")}, index=pd.MultiIndex.from_product([["x"], [1, 2, 3]]))
total = sales.groupby("region").revenue.sum()
mean, single, day, price = sales.revenue.mean(), np.float32(1.5), pd.Timestamp("2026-03-01"), Decimal("1.10")
nested = {"a": [1, (2, None)], "day": date(2026, 1, 1), "text": "a\\nb 'c' \\u00e9", "set": {1}}
fast = polars.DataFrame({"a": [1, 2]}).lazy().collect()
class Rate:
    year = 2026
def rate(value, by=2.0):
    return math.floor(value * by) + Rate.year
"""
    look = """
found = [kinds.dtypes.astype(str).to_dict(), kinds.index.to_list(), type(total).__name__, total.to_dict(), total.name,
         mean, type(mean).__name__, type(single).__name__, day, price, nested, type(fast).__module__, fast.rows(),
         rate(2.4), np.pi]
print(found)
"""
    assert one.run("import pandas as pd\n" + code, frames={"sales": SALES}).error is None
    wanted = shown(one, look)
    assert one.ask("Total revenue by region", {"sales": SALES}).ok
    assert other.take_up_thread(one.leave_thread(["sales"])) == ()
    assert shown(other, look) == wanted
    follow = other.ask("Only north", {"sales": SALES})
    assert "51.5" in follow.answer, follow.error
    assert "south" not in follow.answer


def test_a_model_elsewhere_is_told_of_the_conversation_what_it_would_have_been_told_here() -> None:
    replies = ["```python\ntop = sales.groupby('region').revenue.sum()\ntop\n```", "```python\ntop.max()\n```"]
    with ScriptedModel(replies) as model:
        options: dict[str, Any] = {**model.settings, "sandbox": "local", "spares": 0}
        with Analyst(**options) as one, Analyst(**options) as other:
            one.thread = other.thread = "t"
            assert one.ask("Revenue by region", {"sales": SALES}).ok
            here = one.context("And the highest?", {"sales": SALES})
            other.take_up_thread(one.leave_thread(["sales"]), {"sales": SALES})
            there = other.context("And the highest?", {"sales": SALES})
            assert there.conversation == here.conversation
            assert there.variables == here.variables == ("top: Series",)
            assert other.ask("And the highest?", {"sales": SALES}).results[0].to_text() == "51.5"


def test_what_cannot_travel_or_is_too_large_is_named_until_it_is_made_again(
    two: tuple[Analyst, Analyst], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_state, "MAX_BYTES", 10_000)
    one, other = two
    code = "import pandas as pd, threading\nlock, small = threading.Lock(), pd.DataFrame({'a': [1]})\n"
    assert one.run(code + "large = pd.DataFrame({'a': range(10_000)})\nmissing = float('nan')\nlong = 'x' * 50_000").ok
    assert other.take_up_thread(one.leave_thread()) == ("large", "lock", "long", "missing")
    assert shown(other, "len(small)") == "1"
    assert shown(other, "large = 7\nlarge") == "7"
    assert json.loads(other.leave_thread())["lost"] == ["lock", "long", "missing"]


def test_a_function_that_became_a_value_comes_along_as_the_value(two: tuple[Analyst, Analyst]) -> None:
    one, other = two
    assert one.run("def rate():\n    return 1\n1").ok
    assert one.run("rate = 3\nrate").ok
    other.take_up_thread(one.leave_thread())
    assert shown(other, "rate") == "3"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"exchanges": 7}', "null", '{"exchanges": [{"question": 1}]}'])
def test_a_text_that_is_no_conversation_is_refused(two: tuple[Analyst, Analyst], text: str) -> None:
    with pytest.raises(BadThreadState, match="cannot be read"):
        two[0].take_up_thread(text)
