"""A run gives what a direct run gives: random numbers, what is displayed, IPython's own syntax."""

from __future__ import annotations

import ast
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from conftest import make_provider

from analyst_magic.checks.run import check, examine, frames_named
from analyst_magic.errors import CodeFailed
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import CellStyle, Code, Execution

LIMITS = Limits(memory=1_000_000_000, timeout=60.0, max_pixels=500_000)


@pytest_asyncio.fixture
async def sandbox(sandbox_kind: str) -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider(sandbox_kind, LIMITS), LIMITS)
    yield made
    await made.close()


async def run(sandbox: Sandbox, code: str, language: str = "python") -> Execution:
    return await sandbox.run(Code(code, language))  # type: ignore[arg-type]


async def value(sandbox: Sandbox, code: str) -> Any:
    """The value of the last expression."""
    execution = await run(sandbox, code)
    assert execution.error is None, execution.error
    return ast.literal_eval(str(execution.outputs[-1].data))


def shown(execution: Execution) -> list[tuple[str, str]]:
    """Kind and text of what is shown, tables by their first column."""
    assert execution.error is None, execution.error
    return [(o.stream or o.kind, str(o.data.column(0).to_pylist()) if o.kind == "table" else str(o.data).strip())
            for o in execution.outputs]  # fmt: skip


# -- random numbers ----------------------------------------------------------------------------------------------------

GENERATORS = {
    "random.random": "random.random()",
    "random.Random": "random.Random().random()",
    "np.random.rand": "float(np.random.rand())",
    "default_rng": "float(np.random.default_rng().random())",
    "default_rng(None)": "float(np.random.default_rng(None).random())",
    "PCG64": "float(np.random.Generator(np.random.PCG64()).random())",
    "MT19937": "int(np.random.MT19937().random_raw())",
    "RandomState": "float(np.random.RandomState().rand())",
    "SeedSequence": "int(np.random.SeedSequence().entropy)",
    "spawned": "float(np.random.default_rng().spawn(1)[0].random())",
    "np.random.seed()": "(np.random.seed(), float(np.random.rand()))[1]",
    "random.seed()": "(random.seed(), random.random())[1]",
    "pandas": "pd.DataFrame({'a': range(10**6)}).sample(1).a.tolist()",
    "polars": "pl.DataFrame({'a': range(10**6)}).sample(1)['a'].to_list()",
    "polars shuffle": "pl.Series(range(1000)).shuffle().to_list()[:5]",
    "duckdb": "duckdb.sql('select random()').fetchall()",
    "duckdb.connect": "duckdb.connect().sql('select random()').fetchall()",
}
IMPORTS = "import random, duckdb, numpy as np, pandas as pd, polars as pl"


async def test_draws_go_on_between_and_within_runs_and_repeat_when_all_runs_again(sandbox: Sandbox) -> None:
    cells = [f"{IMPORTS}\n[{', '.join(GENERATORS.values())}]"] * 2
    first = [await value(sandbox, code) for code in cells]
    again_within = await value(sandbox, f"[{', '.join([*GENERATORS.values(), *GENERATORS.values()])}]")
    await sandbox.reset()
    await sandbox.start()  # warm, while the first one was cold
    second = [await value(sandbox, code) for code in cells]
    assert first == second
    count = len(GENERATORS)
    columns = zip(GENERATORS, *first, again_within[:count], again_within[count:], strict=True)
    assert [name for name, *draws in columns if len(set(map(str, draws))) != 4] == []


async def test_a_bootstrap_with_new_generators_has_a_spread_and_independent_draws_do_not_correlate(
    sandbox: Sandbox,
) -> None:
    spread, correlation = await value(
        sandbox,
        "import numpy as np\nx = np.arange(100.0)\n"
        "a, b = (np.random.default_rng().normal(size=1000) for _ in range(2))\n"
        "float(np.std([np.random.default_rng().choice(x, 100).mean() for _ in range(200)])), "
        "float(np.corrcoef(a, b)[0, 1])",
    )
    assert 1 < spread < 6
    assert abs(correlation) < 0.2


async def test_seeds_of_the_code_and_the_systems_own_randomness_stay_as_they_are(sandbox: Sandbox) -> None:
    code = (
        "import random, secrets, uuid, numpy as np\n"
        "random.Random(7).random(), float(np.random.default_rng(7).random()), uuid.uuid4().hex, secrets.token_hex(), "
        "random.SystemRandom().random()"
    )
    first = await value(sandbox, code)
    await sandbox.reset()
    second = await value(sandbox, code)
    assert first[:2] == second[:2] == (0.32383276483316237, 0.625095466604667)
    assert all(a != b for a, b in zip(first[2:], second[2:], strict=True))


async def test_forked_processes_draw_numbers_of_their_own_and_the_same_ones_when_all_runs_again(
    sandbox: Sandbox,
) -> None:
    code = (
        "import os, random, sys, warnings, numpy as np\nwarnings.simplefilter('ignore')\ndrawn = []\n"
        "for _ in range(3):\n    out, into = os.pipe()\n    if not os.fork():\n"
        "        os.write(into, repr((random.random(), float(np.random.default_rng().random()))).encode())\n"
        "        os._exit(0)\n    os.wait()\n    drawn.append(os.read(out, 1000).decode())\ndrawn"
    )
    first = await value(sandbox, code)
    assert len(set(first)) == 3
    await sandbox.reset()
    assert await value(sandbox, code) == first


async def test_sql_that_draws_goes_on_too(sandbox: Sandbox) -> None:
    drawn = [shown(await run(sandbox, "SELECT random() AS r", "sql")) for _ in range(2)]
    await sandbox.reset()
    assert drawn[0] != drawn[1]
    assert drawn == [shown(await run(sandbox, "SELECT random() AS r", "sql")) for _ in range(2)]


@pytest.mark.parametrize(
    ("code", "draws"),
    [
        ("1 + 1", False),
        (
            "import numpy as np, random, pandas as pd\nnp.random.default_rng(1).random(), random.Random(2).random()",
            False,
        ),
        ("import tempfile\ntempfile.mkstemp()", False),
        ("import io, openpyxl\nbook = openpyxl.Workbook()\nbook.active['A1'] = 1\nbook.save(io.BytesIO())", False),
        ("import random\nrandom.random()", True),
        ("import numpy as np\nnp.random.rand()", True),
        ("import numpy as np\nnp.random.default_rng()", True),
    ],
)
async def test_a_run_says_whether_it_drew_random_numbers(code: str, draws: bool) -> None:
    sandbox = Sandbox(make_provider("local", LIMITS), LIMITS)
    try:
        execution = await run(sandbox, code)
        assert execution.error is None
        assert execution.random is draws
    finally:
        await sandbox.close()


# -- what is displayed -------------------------------------------------------------------------------------------------

IPY = "from IPython.display import *\n"
DISPLAYED = [
    ("display(Markdown('# Result'))", [("result", "# Result")], ""),
    (r"display(Latex('$\\alpha$'), Math('x^2'))", [("result", r"$\alpha$"), ("result", r"$\displaystyle x^2$")], ""),
    ("display(JSON({'a': [1, None]}))", [("result", '{\n  "a": [\n    1,\n    null\n  ]\n}')], ""),
    (
        "HTML('<h1>A</h1><p>b <i>c</i></p><script>d</script>')",
        [("result", "A\nb c")],
        "HTML output is shown as its text",
    ),
    ("IFrame('http://example.org', 10, 10)", [], "it has no text"),
    ("display(Javascript('alert(1)'))", [], "application/javascript was dropped"),
    ("class A: pass\ntype('B', (), {'__repr__': lambda s: '<B 5>'})()", [("result", "<B 5>")], ""),
    (
        "class Summary:\n    def __repr__(self): return '<class Model>\\n  R2 0.5'\n"
        "    def _repr_html_(self): return '<table></table>'\nSummary()",
        [("result", "<class Model>\n  R2 0.5")],
        "",
    ),
    ("for i in range(3):\n    clear_output(wait=True)\n    print(i)", [("stdout", "2")], ""),
    ("print('old')\nclear_output()\nprint('new')", [("stdout", "new")], ""),
    ("print('stays')\nclear_output(wait=True)", [("stdout", "stays")], ""),
    ("h = display('a', display_id=True)\nprint('x')\nh.update('b')", [("result", "'b'"), ("stdout", "x")], ""),
    (
        "import pandas as pd\ndf = pd.DataFrame({'a': [1, 2]})\nh = display(df, display_id=True)\nh.update(df * 2)",
        [("table", "[2, 4]")],
        "",
    ),
    ("update_display('b', display_id='of an earlier run')", [], "of what an earlier run shows"),
    (
        "import pandas as pd\nfor i in range(2):\n    print(i)\n    display(pd.DataFrame({'a': [i]}))\nprint('end')\n5",
        [("stdout", "0"), ("table", "[0]"), ("stdout", "1"), ("table", "[1]"), ("stdout", "end"), ("result", "5")],
        "",
    ),
    ("1\n2", [("result", "2")], ""),
]


@pytest.fixture(scope="module")
def local() -> Any:
    """One local sandbox for many small runs, with the loop that it lives on."""
    import asyncio

    loop = asyncio.new_event_loop()
    sandbox = Sandbox(make_provider("local", LIMITS), LIMITS)
    yield lambda code: loop.run_until_complete(run(sandbox, code))
    loop.run_until_complete(sandbox.close())
    loop.close()


@pytest.mark.parametrize(("code", "expected", "note"), DISPLAYED)
def test_what_is_displayed_is_shown_or_said(local: Any, code: str, expected: list[tuple[str, str]], note: str) -> None:
    execution = local(IPY + code)
    assert shown(execution) == expected
    notes = [text for text in execution.notes if "local sandbox" not in text]
    assert (note in " ".join(notes)) if note else notes == []


STYLED = """
import pandas as pd
df = pd.DataFrame({'share': [0.5, -2.25, None], 'text': ['x', '<b>y</b>', 'z'], 'n': [1, 20000, 3]}, list('rst'))
(df.style.map(lambda v: 'color: red; font-weight: bold; font-style: italic' if isinstance(v, float) and v < 0 else '')
 .highlight_max(subset=['n']).format('{:.1%}', subset=['share'], na_rep='none').set_caption('Shares & <b>more</b>')
 .map_index(lambda label: 'background-color: rgb(0, 0, 128)'))
"""


def test_a_styled_table_is_shown_with_its_colours_and_formats(local: Any) -> None:
    pytest.importorskip("jinja2")
    execution = local(STYLED)
    assert execution.error is None, execution.error
    (output,) = execution.outputs
    style = output.style
    assert output.data.column(1).to_pylist() == [0.5, -2.25, None]  # the data are not the texts
    assert (style.caption, style.texts[1]) == ("Shares & more", ("50.0%", "-225.0%", "none"))
    assert [style.styles[number] for number in style.cells[0]] == [CellStyle(background="#000080")] * 3
    assert style.styles[style.cells[1][1]] == CellStyle(color="#ff0000", bold=True, italic=True)
    assert style.styles[style.cells[3][1]] == CellStyle(background="#ffff00")
    assert output.note == ""


def test_what_of_a_styled_table_is_not_shown_is_said_in_one_sentence(local: Any) -> None:
    pytest.importorskip("jinja2")
    code = """
import pandas as pd
df = pd.DataFrame({'a': [1.0, 2.0], 'b': [3, 4]})
(df.style.bar(subset=['a']).set_properties(**{'border': '1px solid red', 'font-size': '20pt'})
 .hide(subset=['b'], axis=1).set_table_styles([{'selector': 'th', 'props': 'color: red'}]).hide(subset=[0]))
"""
    (output,) = local(code).outputs
    assert output.style.hidden == {1}
    assert output.note == (
        "Not shown of the table's style: sizes, bars (gradients), borders, fonts, styles of the whole table "
        "and hidden rows, which are shown."
    )


def test_a_style_function_that_fails_fails_as_in_a_direct_run(local: Any) -> None:
    pytest.importorskip("jinja2")
    execution = local("import pandas as pd\npd.DataFrame({'a': [1]}).style.map(lambda v: 1 / 0)")
    assert "ZeroDivisionError" in str(execution.outputs) + str(execution.error)


@pytest.mark.docker
async def test_a_gradient_has_the_colours_that_matplotlib_gives_it() -> None:
    sandbox = Sandbox(make_provider("docker", LIMITS), LIMITS)
    try:
        code = "import pandas as pd\npd.DataFrame({'a': [0.0, 0.5, 1.0]}).style.background_gradient(cmap='Blues')"
        (output,) = (await run(sandbox, code)).outputs
    finally:
        await sandbox.close()
    looks = [output.style.styles[number] for number in output.style.cells[0]]
    assert [look.background for look in looks] == ["#f7fbff", "#6aaed6", "#08306b"]
    assert [look.color for look in looks] == ["#000000", "#f1f1f1", "#f1f1f1"]


def test_a_picture_over_the_limit_is_made_smaller_and_that_is_said(local: Any) -> None:
    code = "import io\nfrom PIL import Image as P\nfrom IPython.display import Image\nb = io.BytesIO()\n"
    execution = local(f"{code}P.new('RGB', (2000, 1000), 'red').save(b, 'PNG')\nImage(data=b.getvalue())")
    (picture,) = execution.outputs
    width, height = (int.from_bytes(picture.data[at : at + 4], "big") for at in (16, 20))
    assert 400_000 < width * height <= LIMITS.max_pixels
    assert width / height == pytest.approx(2, rel=0.01)
    assert "2,000 by 1,000 pixels was made smaller" in execution.notes[-1]


def test_an_animation_comes_back_with_all_its_frames_and_without_its_comment(local: Any) -> None:
    code = (
        "import io\nfrom PIL import Image as P\nfrom IPython.display import Image\nb = io.BytesIO()\n"
        "frames = [P.new('RGB', (8, 8), c) for c in ('red', 'green', 'blue')]\n"
        "frames[0].save(b, 'GIF', save_all=True, append_images=frames[1:], duration=100, loop=0, comment=b'secret')\n"
        "Image(data=b.getvalue(), format='gif')"
    )
    import io

    from PIL import Image

    (picture,) = local(code).outputs
    opened = Image.open(io.BytesIO(picture.data))
    assert (opened.n_frames, opened.info["duration"], opened.info["loop"]) == (3, 100, 0)
    assert b"secret" not in picture.data


def test_the_last_three_results_have_names_and_small_older_ones_too(local: Any) -> None:
    assert [o.data for o in local("40 + 1").outputs] == ["41"]
    assert [o.data for o in local("_ + 1").outputs] == ["42"]
    number = int(local("get_ipython().execution_count").outputs[0].data)
    assert local(f"_{number - 2}, Out[{number - 3}], ___").outputs[0].data == "(42, 41, 41)"
    local("class Big: pass\nkept = Big()\nkept")
    local("import weakref\nalive = weakref.ref(kept)\ndel kept")
    for _ in range(4):
        local("1")
    assert local("import gc\ngc.collect()\nalive() is None").outputs[0].data == "True"


# -- IPython's own syntax, and newer syntax ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("%time 40 + 2", "42"),
        ("%%time\n40 + 2", "42"),
        ("%timeit -n1 -r1 1", "per loop"),
        ("x = 42\nx?", "Type:"),
        ("%config InlineBackend.figure_formats = ['svg']\n42", "42"),
        ("value = %pwd\nvalue", "/"),
        ("help(len)", "Return the number of items"),
    ],
)
def test_lines_of_ipython_run_in_the_sandbox(local: Any, code: str, words: str) -> None:
    if "Inline" in code:
        pytest.importorskip("matplotlib")
    assert check(Code(code), own=True) == ()
    execution = local(code)
    assert words in " ".join(str(output.data) for output in execution.outputs), execution.error


@pytest.mark.docker
async def test_programs_start_from_a_line_of_the_code_in_the_image() -> None:
    sandbox = Sandbox(make_provider("docker", LIMITS), LIMITS)
    try:
        assert shown(await run(sandbox, "found = !echo 42\nfound")) == [("result", "['42']")]
        assert shown(await run(sandbox, "%%bash\necho $((40 + 2))")) == [("stdout", "42")]
        newer = 'd = {"a": 1}\ntype V = int\ndef f[T](x: T) -> T: return x\nf(f"{d["a"]}")'
        assert shown(await run(sandbox, newer)) == [("result", "'1'")]
    finally:
        await sandbox.close()


@pytest.mark.docker
async def test_help_reads_docstrings_that_the_image_is_compiled_without() -> None:
    sandbox = Sandbox(make_provider("docker", LIMITS), LIMITS)
    try:
        assert await value(sandbox, "import pandas as pd, plotly.express as px\npd.DataFrame.head.__doc__ is None")
        for code in ("help(pd.DataFrame.head)", "pd.DataFrame.head?"):
            assert "Return the first `n` rows" in shown(await run(sandbox, code))[0][1]
        asked = "pd.DataFrame, pd.concat, pd.DataFrame.T, pd.DataFrame([1]), pd.DataFrame([1]).sum, px.bar, px"
        assert await value(sandbox, f"import inspect\nall(map(inspect.getdoc, ({asked})))")
        assert await value(sandbox, "def own(): 'mine'\ninspect.getdoc(own), inspect.getdoc(len)[:6]") == (
            "mine", "Return"
        )  # fmt: skip
    finally:
        await sandbox.close()


@pytest.mark.parametrize(
    ("code", "line", "reason"),
    [
        ("x = 1\n%pip install seaborn", 2, "no network"),
        ("!pip install seaborn", 1, "no network"),
        ("import os\n!python -m pip install x\nx", 2, "no network"),
        ("page = !curl http://example.org", 1, "no network"),
        ("%conda install x", 1, "no network"),
        ("f()\n\n%debug", 3, "nobody can type"),
        ("%%analyst\nhow many?", 1, "belongs to the notebook"),
    ],
)
def test_lines_that_cannot_work_in_the_sandbox_are_refused_with_their_number_and_the_reason(
    code: str, line: int, reason: str
) -> None:
    (finding,) = check(Code(code), own=True)
    assert (finding.line, finding.stops) == (line, True)
    assert finding.message.startswith(f"Line {line}, ")
    assert reason in finding.message


def test_what_only_looks_like_such_a_line_is_python() -> None:
    assert check(Code("x = 7\ny = (x\n%pip)\ntext = '''\n!pip install x\n'''"), own=True) == ()


def test_syntax_that_is_wrong_everywhere_is_the_sandboxs_word(local: Any) -> None:
    failure = local("x = 1\ny = = 2").error
    assert isinstance(failure, CodeFailed)
    assert (failure.name, failure.value) == ("SyntaxError", "invalid syntax (line 2)")


@pytest.mark.parametrize(
    "code", ['f"{sales["x"]}"', "type V = sales", "%time sales.head()", "sales.head?", "!echo {sales}"]
)
def test_frames_are_sent_that_code_names_which_only_the_sandbox_can_read(code: str) -> None:
    assert frames_named(Code(code), ["sales", "people"]) == {"sales"}


def test_every_line_that_is_left_out_of_a_models_code_is_named() -> None:
    code, findings = examine(Code("!pip install a\n%load_ext b\n%matplotlib inline\nx = 1\nx"), [], [])
    assert code.text.strip() == "x = 1\nx"
    assert "!pip install a; %load_ext b; %matplotlib inline" in findings[0].message


def test_what_a_model_times_runs_as_it_stands() -> None:
    code, findings = examine(Code("%time sum(range(10))"), [], [])
    assert (code.text, findings) == ("%time sum(range(10))", ())


# -- pictures in figures -----------------------------------------------------------------------------------------------

PICTURES = """
import base64, io
import plotly.graph_objects as go
from PIL import Image

def uri(kind):
    sink = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(sink, kind)
    return f"data:image/{kind.lower()};base64," + base64.b64encode(sink.getvalue()).decode()

svg = "data:image/svg+xml;base64," + base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>").decode()
pictures = [{"source": source, "x": 0, "y": 1} for source in (uri("GIF"), uri("WEBP"), svg)]
go.Figure(go.Image(source=uri("GIF")), layout={"images": pictures})
"""


async def test_a_picture_of_another_kind_in_a_figure_becomes_a_png(sandbox: Sandbox) -> None:
    execution = await run(sandbox, PICTURES)
    (figure,) = execution.outputs
    sources = [picture.get("source", "") for picture in (*figure.data["layout"]["images"], *figure.data["data"])]
    assert [source.partition(",")[0] for source in sources] == [
        "data:image/png;base64", "data:image/png;base64", "", "data:image/png;base64",
    ]  # fmt: skip
    assert "A picture in a figure was left out: only PNG and JPEG pictures are shown." in execution.notes
