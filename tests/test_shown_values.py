"""What is shown of code: each value in its own form, in order, once; more of a model's code than of the user's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pandas as pd
import pytest
import pytest_asyncio
from conftest import make_provider

from analyst_magic import Analyst
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code, Execution, Output

LIMITS = Limits(memory=1_500_000_000, timeout=60.0)
FRAME = pd.DataFrame({"region": ["north", "south", "north"], "revenue": [10.0, 20.0, 40.0]})
IMPORTS = """\
import pandas as pd, numpy as np
import plotly.express as px
fig = px.bar(df, x="region", y="revenue")
other = px.scatter(df, x="region", y="revenue")
"""
PLOT = """\
import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
import matplotlib.pyplot as plt
"""
one_sandbox = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    params=["local", pytest.param("docker", marks=pytest.mark.docker)], scope="module", loop_scope="module"
)
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider(request.param, LIMITS), LIMITS)
    yield made
    await made.close()


async def run(sandbox: Sandbox, code: str, *, of_model: bool = True) -> Execution:
    execution = await sandbox.run(Code(code), [to_frame("df", FRAME)], show_last=of_model)
    assert execution.error is None, execution.error
    return execution


def form(output: Output) -> str:
    """An output in a few words: the text of a text, what a figure or a table consists of, else its kind."""
    if output.kind == "figure":
        return f"figure {output.data['data'][0]['type']}"
    if output.kind == "table":
        return f"table {'/'.join(map(str, output.labels))} {output.data.num_rows}"
    return str(output.data) if output.kind in {"text", "answer"} else output.kind


async def shown(sandbox: Sandbox, code: str, *, of_model: bool = True) -> list[str]:
    return [form(output) for output in (await run(sandbox, code, of_model=of_model)).outputs]


TABLE = "table region/revenue 3"
BAR, SCATTER = "figure bar", "figure scatter"


@one_sandbox
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("fig, df", [BAR, TABLE]),
        ("[fig, other]", [BAR, SCATTER]),
        ("df, fig, 'words', 3", [TABLE, BAR, "words", "3"]),
        ("(fig, (df, [other]))", [BAR, TABLE, SCATTER]),
        ("{'By region': df, 'chart': fig}", ["By region:", TABLE, "chart:", BAR]),
        ("df, None", [TABLE]),
        ("df.revenue, 1.5", ["table revenue 3", "1.5"]),
        ("df, {'mean': 1.5, 'sum': 3.0}", [TABLE, "table name/value 2"]),
        ("np.array([fig, df.revenue.to_frame()], dtype=object)", [BAR, "table revenue 3"]),
        ("df, ['a', 'b']", [TABLE, "a\nb"]),
        ("[df] * 60", [TABLE, "… and 10 more"]),
    ],
)
async def test_each_part_of_a_container_is_shown_in_its_own_form(sandbox: Sandbox, code: str, forms: list[str]) -> None:
    assert await shown(sandbox, IMPORTS + code) == forms


@one_sandbox
@pytest.mark.parametrize("code", ["fig, df", "[fig, df]", "{'a': fig, 'b': df}", "((fig,), df)"])
async def test_a_figure_in_a_container_shows_no_repr_in_the_users_own_code_either(sandbox: Sandbox, code: str) -> None:
    texts = await shown(sandbox, IMPORTS + code, of_model=False)
    assert [text for text in texts if text.endswith((":",)) is False] == [BAR, TABLE]


@one_sandbox
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("'There is a difference.'", ["There is a difference."]),
        ("'two\\nlines'", ["two\nlines"]),
        ("import numpy as np\nnp.str_('text')", ["text"]),
        ("(12.639070257304708, 40.21006089212995)", ["12.639070257304708\n40.21006089212995"]),
        ("[1, 'two', 3.5, None]", ["1\ntwo\n3.5\nNone"]),
        ("import numpy as np\n(np.float64(1.5), np.int64(2))", ["1.5\n2"]),
        ("import numpy as np\nnp.array([1.5, 2.5])", ["1.5\n2.5"]),
        ("[('UA', 5), ('B6', 4)]", ["UA, 5\nB6, 4"]),
        ("{'b', 'a'}", ["a\nb"]),
        ("df.columns", ["region\nrevenue"]),
        ("import datetime\ndatetime.date(2013, 1, 2)", ["2013-01-02"]),
        ("import pandas as pd\npd.Timestamp('2013-01-02 10:00')", ["2013-01-02 10:00:00"]),
        ("import pandas as pd\npd.Period('2013-01')", ["2013-01"]),
        ("import pandas as pd\npd.Timedelta('1h')", ["0 days 01:00:00"]),
        ("from decimal import Decimal\nDecimal('1.50')", ["1.50"]),
        ("{'mean': 1.5, 'median': 1.0}", ["table name/value 2"]),
        ("{'who': 'UA', 'flights': 5}", ["table who/flights 1"]),
        ("[{'a': 1, 'b': 2}, {'a': 3, 'b': 4}]", ["table a/b 2"]),
        ("from collections import namedtuple\nnamedtuple('T', 'stat p')(1.0, 0.5)", ["table stat/p 1"]),
        ("5", ["5"]),
        ("1.25", ["1.25"]),
        ("True", ["True"]),
        ("[]", ["[]"]),
        ("None", []),
        ("list(range(60))", ["\n".join(map(str, range(50))) + "\n… and 10 more"]),
    ],
)  # fmt: skip
async def test_texts_have_no_quotes_and_numbers_a_line_each(sandbox: Sandbox, code: str, forms: list[str]) -> None:
    assert await shown(sandbox, code) == forms


FORMULA = """
class Formula:
    def __init__(self, text): self.text = text
    def __repr__(self): return self.text
    def _repr_latex_(self): return f"${self.text}$"
    def _repr_png_(self): return None
x, y = Formula("x"), Formula("sqrt(2)")
"""


@one_sandbox
@pytest.mark.parametrize("of_model", [True, False])
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("[x, y]", ["[x, sqrt(2)]"]),
        ("(x, 2)", ["(x, 2)"]),
        ("{x: y}", ["{x: sqrt(2)}"]),
        ("[(x, y)]", ["[(x, sqrt(2))]"]),
        ("x", ["x"]),
        ("[x, df]", ["x", TABLE]),
    ],
)
async def test_a_list_of_formulas_keeps_its_brackets(
    sandbox: Sandbox, code: str, forms: list[str], of_model: bool
) -> None:
    assert await shown(sandbox, FORMULA + code, of_model=of_model) == forms


@one_sandbox
@pytest.mark.parametrize(
    ("code", "text"),
    [("'text'", "'text'"), ("(1, 2)", "(1, 2)"), ("{'a': 1}", "{'a': 1}"), ("x = 5", None), ("df\ndf", TABLE)],
)
async def test_the_users_own_code_is_shown_as_a_notebook_shows_it(
    sandbox: Sandbox, code: str, text: str | None
) -> None:
    assert await shown(sandbox, code, of_model=False) == ([text] if text else [])


@one_sandbox
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("result = df.head(2)", ["table region/revenue 2"]),
        ("result = df.revenue.mean()", ["23.333333333333332"]),
        ("result = 'words'", ["words"]),
        ("result = fig", [BAR]),
        ("result: float = 1.5", ["1.5"]),
        ("total = 1\ntotal += 2", ["3"]),
        ("result = fig, df", [BAR, TABLE]),
        ("a = 1\nb = 2", ["2"]),
        ("result = df\nanswer('said')", ["said", TABLE]),
        ("answer('said')\nresult = df", ["said", TABLE]),
        ("rank = 'EWR, LGA'\nanswer(f'In order: {rank}.')", ["In order: EWR, LGA."]),
        ("print('words')\nresult = df", ["words\n"]),
        ("display(df)\nresult = 5", [TABLE]),
        ("result = None", []),
        ("def f(): return 5", []),
        ("import math as result", []),
        ("result = lambda: 5", []),
        ("a, b = 1, 2", []),
        ("df['new'] = 5", []),
    ],
)
async def test_what_is_only_assigned_last_is_shown_where_nothing_else_is(
    sandbox: Sandbox, code: str, forms: list[str]
) -> None:
    assert await shown(sandbox, IMPORTS + code) == forms


@one_sandbox
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("fig\nother\ndf", [BAR, SCATTER, TABLE]),
        ("df\nanswer('said')", [TABLE, "said"]),
        ("df.head(2)\nanswer('one'); answer('two')", ["table region/revenue 2", "one", "two"]),
        ("fig.update_layout(title='t')\nanswer('said')", [BAR, "said"]),
        ("fig.update_layout(title='t')\nfig", [BAR]),
        ("fig.update_layout(title='t')\ndf", [TABLE]),
        ("fig.show()\nfig", [BAR]),
        ("fig.show()\nother.show()", [BAR, SCATTER]),
        ("display(df)\ndf", [TABLE]),
        ("print('a')\ndf\nprint('b')", ["a\n", TABLE, "b\n"]),
        ("df.shape\ndf.columns\nx = 1\nx\ndf", [TABLE]),
        ("fig, df\nother", [BAR, TABLE, SCATTER]),
        ("for f in (fig, other): display(f)", [BAR, SCATTER]),
    ],
)
async def test_all_that_stands_alone_is_shown_in_order_and_once(sandbox: Sandbox, code: str, forms: list[str]) -> None:
    assert await shown(sandbox, IMPORTS + code) == forms


@one_sandbox
@pytest.mark.parametrize(
    "code",
    [
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nfig",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nplt.show()",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nplt.show()\nfig",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\ndisplay(fig)",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nfig, ax",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])\nresult = fig",
        "fig, ax = plt.subplots()\nresult = ax.bar([1, 2], [3, 4])",
        "plt.plot([1, 2])",
        "plt.hist([1, 2, 2])",
        "plt.title('x')",
        "ax = df.plot.bar(x='region')\nax",
        "df.hist()",
        "df.plot()\nanswer('said')",
        "plt.plot([1, 2])\nplt.gcf()",
        "plt.plot([1, 2])\nplt.tight_layout()\nplt.show()",
    ],
)
async def test_a_picture_of_matplotlib_appears_once_and_alone(sandbox: Sandbox, code: str) -> None:
    if sandbox.provider.name != "docker":
        pytest.importorskip("matplotlib")
    forms = await shown(sandbox, PLOT + code)
    assert [f for f in forms if f != "said"] == ["image"]


@one_sandbox
@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("import seaborn as sns\nsns.barplot(df, x='region', y='revenue')", ["image"]),
        ("import seaborn as sns\nax = sns.barplot(df, x='region', y='revenue')\nax.set_title('x')\nax", ["image"]),
        ("import seaborn as sns\nsns.catplot(df, x='region', y='revenue')", ["image"]),
        ("import seaborn as sns\ng = sns.catplot(df, x='region', y='revenue')\nplt.show()\ng", ["image"]),
        ("a = plt.figure(); plt.plot([1, 2]); b = plt.figure(); plt.plot([2, 1])\na, b", ["image", "image"]),
        ("a = plt.figure(); plt.plot([1, 2]); b = plt.figure(); plt.plot([2, 1])\nb", ["image", "image"]),
        ("plt.plot([1, 2])\nplt.gcf(), df", ["image", TABLE]),
    ],
)
async def test_pictures_of_seaborn_and_several_of_them(sandbox: Sandbox, code: str, forms: list[str]) -> None:
    if sandbox.provider.name != "docker":
        pytest.importorskip("seaborn")
    assert await shown(sandbox, PLOT + code) == forms


@one_sandbox
async def test_the_next_run_knows_nothing_of_what_the_last_one_showed(sandbox: Sandbox) -> None:
    assert await shown(sandbox, IMPORTS + "fig") == [BAR]
    assert await shown(sandbox, IMPORTS + "fig") == [BAR]
    assert await shown(sandbox, "x = 1", of_model=False) == []


@one_sandbox
async def test_an_error_among_the_statements_ends_the_code(sandbox: Sandbox) -> None:
    execution = await sandbox.run(Code(IMPORTS + "df\n1 / 0\nfig"), [to_frame("df", FRAME)], show_last=True)
    assert [form(output) for output in execution.outputs] == [TABLE]
    assert "division by zero" in str(execution.error)


@one_sandbox
async def test_objects_that_lie_about_themselves_harm_nothing(sandbox: Sandbox) -> None:
    code = """
class Liar(list):
    def __iter__(self): raise RuntimeError("no")
    def __len__(self): return 10**12
class Odd:
    def __eq__(self, other): raise RuntimeError("no")
    __hash__ = None
    @property
    def ndim(self): raise RuntimeError("no")
loop = []
loop.append(loop)
display(loop)
[Odd()]
"""
    execution = await sandbox.run(Code(code), show_last=True)
    assert execution.error is None
    assert len(execution.outputs) == 2
    await sandbox.run(
        Code("class Liar(list):\n    def __iter__(self): raise RuntimeError('no')\nLiar([1])"), show_last=True
    )
    assert await shown(sandbox, "5") == ["5"]


@pytest.mark.parametrize("gap", ["\n", "\n    \n", "\n\t\n", " \n \n", "\r\n  \r\n"])
def test_a_users_own_code_shows_no_more_whatever_its_empty_lines_hold(shared: Analyst, gap: str) -> None:
    turn = shared.run(f"import pandas as pd\nsize = 3{gap}numbers = pd.DataFrame({{'a': range(size)}}){gap}")
    assert turn.error is None
    assert turn.results == ()


@pytest.fixture(scope="module")
def shared() -> Iterator[Analyst]:
    """With one local sandbox for all tests that share it."""
    with Analyst(sandbox="local", spares=0, model="offline") as made:
        yield made
