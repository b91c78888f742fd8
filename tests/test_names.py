"""Names in code: what is forgotten is added, what is slipped is mended, what is not there stops the code."""

from __future__ import annotations

import asyncio

import pytest

from analyst_magic.checks.names import USUAL, resolve, tidy
from analyst_magic.packages import Packages
from analyst_magic.sandbox.docker import DockerProvider
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

FRAMES = ("sales", "customers")


@pytest.mark.parametrize(
    ("text", "mended", "said"),
    [
        ("pd.DataFrame(sales)", "import pandas as pd\npd.DataFrame(sales)", "Added: import pandas as pd."),
        ("px.bar(saless, x='a')", "import plotly.express as px\npx.bar(sales, x='a')", "saless was read as sales."),
        ("Sales.head()", "sales.head()", "Sales was read as sales."),
        ("x = customer.city\nx", "x = customers.city\nx", "customer was read as customers."),
        ("from __future__ import annotations\nnp.mean(sales.a)",
         "from __future__ import annotations\nimport numpy as np\nnp.mean(sales.a)", "Added: import numpy as np."),
    ],
)  # fmt: skip
def test_what_is_certain_is_mended_and_said(text: str, mended: str, said: str) -> None:
    code, findings = resolve(Code(text), FRAMES)
    assert code.text == mended
    assert said in [finding.message for finding in findings]
    assert not any(finding.stops for finding in findings)


def test_the_general_name_of_a_frame_is_read_as_the_only_one_there_is() -> None:
    code, findings = resolve(Code("df.groupby('a').sum()"), ["sales"])
    assert code.text == "sales.groupby('a').sum()"
    assert [finding.message for finding in findings] == ["df was read as sales."]
    (finding,) = resolve(Code("df.groupby('a').sum()"), FRAMES)[1]
    assert finding.stops
    assert "Frames in scope: customers, sales" in finding.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import altair as alt", "no module altair. Use plotly"),
        ("from torch import nn", "no module torch"),
        ("import requests", "no network, so requests"),
        ("import urllib.request", "no network, so urllib.request"),
        ("from urllib import request", "no network, so urllib.request"),
        ("import pandas as pd\npd.read_csv('https://x.org/a.csv')", "no network, so https://x.org/a.csv"),
        (
            "import pandas as pd\npd.read_csv('sales.csv')",
            "no file sales.csv in the sandbox. The data is there",
        ),
        ("import os\nos.system('ls')", "starts a program"),
        ("import subprocess\nsubprocess.run(['ls'])", "starts a program"),
        ("import pandas as pd\nsales = pd.DataFrame({'a': [1, 2]})\nsales", "replaces the frame sales by made-up data"),
        ("import numpy as np, pandas as pd\nsales = pd.DataFrame({'a': np.random.rand(9)})", "made-up data"),
        ("orders.head()", "Nothing is called orders. Frames in scope: customers, sales."),
    ],
)
def test_what_cannot_work_stops_with_its_line_and_a_way_out(text: str, said: str) -> None:
    findings = [finding for finding in resolve(Code(text), FRAMES)[1] if finding.stops]
    assert said in findings[0].message
    assert findings[0].line == len(text.split("\n")) - ("sales\n" in text + "\n" and text.endswith("\nsales"))


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import seaborn\nexcept ImportError:\n    seaborn = None",
        "import pandas as pd\nsales.to_csv('/work/a.csv')\npd.read_csv('/work/a.csv')",
        "import pandas as pd\nlookup = pd.DataFrame({'a': [1, 2]})\nsales.merge(lookup)",
        "import pandas as pd\nsales = pd.DataFrame(sales)\nsales",
        "import pandas as pd\ntotals = sales.groupby('a').sum()\n[t for t in totals if (y := t)]\ny",
        "def f(a, *b, c=1, **d):\n    return a, b, c, d\nf(sales)",
        "match sales:\n    case {'a': x, **rest}:\n        x, rest\n    case [first, *others]:\n        first, others",
        "with open('/work/x', 'w') as f:\n    f.write('a')\ndisplay(sales)",
        "from math import *\nfloor(1.5)",
        "earlier.head()",
        "import statsmodels.formula.api as smf, plotly.express as px, xml.sax.saxutils, zipfile\nlambda q: q",
        "for i, (a, b) in enumerate(zip([1], [2])):\n    print(i, a, b)\nexcept_ = [__name__, max([1])]",
        "class A:\n    def m(self):\n        return self\ntry:\n    A()\nexcept Exception as e:\n    print(e)",
    ],
)
def test_code_that_can_run_is_left_alone(text: str) -> None:
    code, findings = resolve(Code(text), FRAMES, ["earlier"])
    assert (code.text, findings) == (text, [])


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("!pip install pandas\nsales.head()", "sales.head()\n"),
        ("%matplotlib inline\nsales.head()", "sales.head()\n"),
        ("%%time\nsales.head()", "sales.head()\n"),
        ("%%capture\nsales.head()", "sales.head()\n"),
        ("sales?\nsales.head()\n?sales\nsales.head??", "sales.head()\n"),
        ("pip install plotly\nsales.head()", "sales.head()\n"),
        ("$ pip install plotly\nsales.head()", "sales.head()\n"),
        ("!ls -la\n!nvidia-smi\nsales.head()", "sales.head()\n"),
        ("%env A=1\n%autoreload 2\nsales.head()", "sales.head()\n"),
        (
            ">>> t = sales.head()\n>>> for i in t:\n...     i\n...\n'a'\n>>> t\n",
            "t = sales.head()\nfor i in t:\n    i\n\nt\n",
        ),
        ("In [1]: sales.head()\nOut[1]: 3", "sales.head()\n"),
        ("sales[“region”]", 'sales["region"]'),
    ],
)
def test_what_belongs_to_notebooks_and_word_processors_is_tidied_up(text: str, tidied: str) -> None:
    code, findings = tidy(Code(text))
    assert code.text == tidied
    assert [finding.stops for finding in findings] == [False]


def test_lines_that_are_left_out_are_named_for_what_they_are() -> None:
    text = "%matplotlib inline\npip install a\nsales?\n!pip install b\nsales.head()"
    (finding,) = tidy(Code(text))[1]
    assert finding.message == (
        "Left out, as it has no place in the sandbox: %matplotlib inline; pip install a (an installation); "
        "sales? (help in a notebook); !pip install b."
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("%%bash\nls", "%%bash makes a notebook cell something else than Python"),
        ("%%sql\nselect 1", "Write SQL in a block of its own."),
        ("%matplotlib inline\n%%html\n<b>x</b>", "%%html"),
    ],
)
def test_a_cell_in_another_language_stops(text: str, words: str) -> None:
    findings = [finding for finding in tidy(Code(text))[1] if finding.stops]
    assert [words in finding.message for finding in findings] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "%time x = sales.head()",
        "files = !ls",
        "!echo {sales}",
        "!ls | wc -l > n.txt",
        "%%timeit\nsales.head()",
        "x = 7\ny = (x\n% pip)",
    ],
)
def test_lines_that_do_something_in_the_sandbox_stay(text: str) -> None:
    assert tidy(Code(text)) == (Code(text), [])


def test_text_that_is_python_already_keeps_its_quotes() -> None:
    text = "x = '“quoted” !pip install'"
    assert tidy(Code(text)) == (Code(text), [])


@pytest.mark.docker
def test_every_import_that_is_added_works_in_the_image() -> None:
    async def work() -> str:
        limits = Limits()
        sandbox = Sandbox(DockerProvider(limits), limits)
        try:
            run = await sandbox.run(Code("\n".join(USUAL.values()) + "\n'imported'"))
            assert run.error is None, run.error
            return str(run.outputs[-1].data)
        finally:
            await sandbox.close()

    assert asyncio.run(work()) == "'imported'"


def test_packages_that_were_added_may_be_imported() -> None:
    code = Code("import prophet")
    assert [finding.rule for finding in resolve(code, FRAMES)[1]] == ["import"]
    assert resolve(code, FRAMES, (), Packages(("prophet",)))[1] == []
    assert resolve(Code("import traitlets"), FRAMES, (), Packages(local=True))[1] == []


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("SELECT a FROM sale", "SELECT a FROM sales"),
        ("SELECT s.a FROM saless AS s JOIN Customer ON true", "SELECT s.a FROM sales AS s JOIN customers ON true"),
        ("WITH sale AS (SELECT 1 AS a) SELECT a FROM sale", "WITH sale AS (SELECT 1 AS a) SELECT a FROM sale"),
        ("SELECT a FROM orders", "SELECT a FROM orders"),
    ],
)
def test_a_slip_in_a_tables_name_is_mended_where_one_frame_is_near(text: str, mended: str) -> None:
    code, findings = resolve(Code(text, "sql"), FRAMES)
    assert code.text == mended
    assert bool(findings) == (text != mended)
    assert not any(finding.stops for finding in findings)
