"""Old row numbers, which sorting and filtering leave over, are part of a frame and are not shown."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pandas as pd
import pytest
import pytest_asyncio
from conftest import make_provider

from analyst_magic.context.outcome import brief_outcome, outcome
from analyst_magic.context.vocabulary import Vocabulary
from analyst_magic.results.table import Table
from analyst_magic.sandbox.firewall.admit import TABLE, admit
from analyst_magic.sandbox.firewall.collect import Collected
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.messages import Message
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Code, Privacy

LIMITS = Limits(memory=1_500_000_000, timeout=60.0)
FLIGHTS = pd.DataFrame(
    {
        "carrier": ["UA", "B6", "EV", "UA", "B6", "UA"],
        "delay": [12.5, 3.0, 40.0, 1.0, 7.0, 2.0],
        "month": [3, 1, 2, 3, 1, 3],
        "year": [2013, 2014, 2015, 2013, 2014, 2013],
    }
)
YEARS = pd.DataFrame({"flights": [5, 6, 7]}, index=[2013, 2011, 2015])
one_sandbox = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider("local", LIMITS), LIMITS)
    yield made
    await made.close()


async def table(sandbox: Sandbox, code: str, *, exact: bool = True) -> Table:
    """The table that code gives; where ``exact``, it is compared with what the same code gives here."""
    frames = {"flights": FLIGHTS, "years": YEARS, "named": YEARS.rename_axis("year"), "cut": FLIGHTS[FLIGHTS.delay > 2]}
    code = f"import pandas as pd, numpy as np\n{code}"
    execution = await sandbox.run(Code(code), [to_frame(n, f) for n, f in frames.items() if n in code], show_last=True)
    assert execution.error is None, execution.error
    (output,) = [output for output in execution.outputs if output.kind == "table"]
    result = Table.from_output(output, None)  # type: ignore[arg-type]
    expected = eval(code.splitlines()[-1], {**frames, "pd": pd}) if code.count("\n") == 1 and exact else None
    if isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(result.to_pandas(), expected)
    elif isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(result.to_series(), expected)
    return result


def heads(result: Table) -> list[str]:
    """The headings that are shown, which are the same in the text, the page, the message and the JSON."""
    first = result.to_text().splitlines()[0].split()
    assert result.to_json()["columns"] == first
    assert result.to_html().count("<th ") == len(first)
    count = f"{len(first)} column{'s' if len(first) > 1 else ''}"
    assert f"{count}" in result.to_text().splitlines()[-1]
    assert " of " not in result.to_text().splitlines()[-1]
    return first


ALL = ["carrier", "delay", "month", "year"]


@one_sandbox
@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("flights.sort_values('delay')", ALL),
        ("flights.sort_values('delay', ascending=False).head(2)", ALL),
        ("flights.nlargest(2, 'delay')", ALL),
        ("flights[flights.carrier == 'UA']", ALL),
        ("flights.query('delay > 3')", ALL),
        ("flights.tail(2)", ALL),
        ("flights.iloc[::2]", ALL),
        ("flights.drop_duplicates('carrier')", ALL),
        ("flights.dropna()", ALL),
        ("pd.concat([flights, flights])[['delay']]", ["delay"]),
        ("flights.groupby('carrier').delay.mean().reset_index().sort_values('delay')", ["carrier", "delay"]),
        ("flights.groupby('carrier', as_index=False).delay.mean().sort_values('delay').head(2)", ["carrier", "delay"]),
        ("flights.carrier.value_counts().reset_index().iloc[1:]", ["index", "carrier", "count"]),  # 1, 2: ranks?
        ("flights.delay.nlargest(2)", ["delay"]),
        ("cut.sort_values('delay')", ["index", *ALL]),
        # what an index says stays
        ("flights.groupby('carrier')[['delay']].mean()", ["carrier", "delay"]),
        ("flights.groupby('month')[['delay']].mean()", ["month", "delay"]),
        ("flights.groupby('month')[['delay']].mean().sort_values('delay').head(2)", ["month", "delay"]),
        ("flights.month.value_counts()", ["month", "count"]),
        ("flights.year.value_counts().sort_index().head(2)", ["year", "count"]),
        ("flights.groupby(flights.year)[['delay']].sum()", ["year", "delay"]),
        ("flights.set_index('year')[['delay']].head(2)", ["year", "delay"]),
        ("flights.set_index(flights.year.values)[['delay']].head(2)", ["index", "delay"]),
        ("pd.DataFrame({'delay': {2013: 1, 2011: 2}})", ["index", "delay"]),
        ("pd.DataFrame({'delay': [1, 2]}, index=[2013, 2011])", ["index", "delay"]),
        ("pd.Series({2013: 1, 2011: 2})", ["index", "value"]),
        ("pd.Series({2013: 1, 2011: 2}, name='delay')", ["index", "delay"]),
        ("flights.groupby(lambda i: i % 3)[['delay']].sum()", ["index", "delay"]),
        ("flights.groupby(flights.month.values)[['delay']].sum()", ["index", "delay"]),
        ("flights[['delay']].describe()", ["index", "delay"]),
        ("years.sort_values('flights')", ["index", "flights"]),
        ("years[years.flights > 5]", ["index", "flights"]),
        ("named.sort_values('flights', ascending=False)", ["year", "flights"]),
        ("x = flights.sort_values('delay').reset_index(drop=True)\nx.index = x.index + 1\nx", ["index", *ALL]),
    ],
)
async def test_numbers_of_rows_are_not_shown_and_what_an_index_says_is(
    sandbox: Sandbox, code: str, shown: list[str]
) -> None:
    assert heads(await table(sandbox, code)) == shown


@one_sandbox
async def test_an_index_of_an_earlier_run_stays(sandbox: Sandbox) -> None:
    assert heads(await table(sandbox, "mine = pd.DataFrame({'n': [3, 1]}, index=[2013, 2011])\nmine")) == ["index", "n"]
    assert heads(await table(sandbox, "flights.sort_values('delay')")) == ALL
    assert heads(await table(sandbox, "mine.sort_values('n')", exact=False)) == ["index", "n"]
    assert heads(await table(sandbox, "again = mine.head(1)\nagain")) == ["index", "n"]
    assert heads(await table(sandbox, "again", exact=False)) == ["index", "n"]
    assert heads(await table(sandbox, "mine = flights.nlargest(2, 'delay')\nmine")) == [
        "index",
        *ALL,
    ]  # known by its name


@one_sandbox
@pytest.mark.parametrize("level", ["rows", "stats", "schema"])
async def test_a_model_is_told_of_no_row_numbers_as_a_column(sandbox: Sandbox, level: Privacy) -> None:
    async def told(code: str) -> list[str]:
        execution = await sandbox.run(Code(code), [to_frame("flights", FLIGHTS)], show_last=True)
        known = Vocabulary(level, cards=(profile(to_frame("flights", FLIGHTS)),), code=(code,))
        return [outcome(execution.outputs, known), brief_outcome(execution.outputs, known)]

    for text in await told("flights.sort_values('delay').head(3)"):
        assert "index" not in text
        assert '"delay"' in text
    for text in await told("flights.set_index('month').sort_values('delay')"):
        assert '"month"' in text


@pytest.mark.parametrize("given", [2, -1, True, "1", None, 10**30, [1]])
def test_a_forged_number_of_row_numbers_hides_nothing(given: object) -> None:
    made = pd.DataFrame({"a": [1.5, 2.5]}, index=[7, 3])
    outputs = _admitted(made, given)
    assert outputs[0].origin is not None
    assert outputs[0].origin.row_numbers == 0


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1]}, index=["x"]), pd.DataFrame(index=[7, 3])]
)
def test_no_column_but_an_index_of_whole_numbers_can_be_hidden(frame: pd.DataFrame) -> None:
    outputs = _admitted(frame, 1)
    assert outputs[0].origin is not None
    assert outputs[0].origin.row_numbers == 0


def _admitted(frame: pd.DataFrame, row_numbers: object) -> tuple[object, ...]:
    """What the firewall makes of a frame that claims a number of columns with row numbers."""
    import pyarrow as pa

    from analyst_magic.exact import pandas_frames
    from analyst_magic.exact.arrow_columns import outward

    parted = pandas_frames.take_apart(frame, outward)
    described, _ = pandas_frames.describe(parted, frame.columns, frame.attrs, len(frame))
    data = pa.table([column.plain for column in parted.columns], names=[f"c{i}" for i in range(len(parted.columns))])
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, data.schema) as writer:
        writer.write_table(data)
    content = {"rows": len(frame), "labels": list(parted.labels), "description": described, "row_numbers": row_numbers}
    message = Message("display_data", "", {"data": {TABLE: content}}, (sink.getvalue().to_pybytes(),))
    outputs, _, _ = admit(Collected([message]), LIMITS)
    return outputs
