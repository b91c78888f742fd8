"""Slips in the answer line that are certain are mended before the code runs, and nothing else is touched."""

from __future__ import annotations

import pytest

from analyst_magic.checks.answer_line import correct_answer_line
from analyst_magic.checks.made_up import made_up
from analyst_magic.turn import Code

MENDED = {
    "a text without its f": ("n = 5\nanswer('There are {n:,}.')", "n = 5\nanswer(f'There are {n:,}.')"),
    "a frame in it": ("answer('There are {len(sales)}.')", "answer(f'There are {len(sales)}.')"),
    "by way of a variable": (
        "n = 5\nline = 'There are {n}.'\nanswer(line)",
        "n = 5\nline = f'There are {n}.'\nanswer(line)",
    ),
    "several lines": ('n = 5\nanswer("""One\n{n} two""")', 'n = 5\nanswer(f"""One\n{n} two""")'),
    "letters of several bytes before it": ("n = 5; ä = 'ä'; answer('{n} é')", "n = 5; ä = 'ä'; answer(f'{n} é')"),
    "two of them": ("n = 5\nanswer('a {n}')\nanswer('b {n}')", "n = 5\nanswer(f'a {n}')\nanswer(f'b {n}')"),
    "times 100 and per cent": ("answer(f'{sales.x.mean() * 100:.1%}')", "answer(f'{sales.x.mean() * 100:.1f}%')"),
    "a variable times 100": (
        "share = round(100 * sales.x.mean(), 1)\nanswer(f'{share:.0%} are.')",
        "share = round(100 * sales.x.mean(), 1)\nanswer(f'{share:.0f}% are.')",
    ),
    "a column times 100": (
        "t = sales.assign(share=lambda d: d.x)\nt['share'] = t.x * 100\nanswer(f'{t.share.iloc[0]}')",
        "t = sales.assign(share=lambda d: d.x)\nt['share'] = t.x * 100\nanswer(f'{t.share.iloc[0]}')",
    ),
    "a column in brackets": (
        "t['share'] = t.x * 100\nrow = t.iloc[0]\nanswer(f\"{row['share']:.1%}\")",
        "t['share'] = t.x * 100\nrow = t.iloc[0]\nanswer(f\"{row['share']:.1f}%\")",
    ),
}
LEFT = {
    "filled by format": "n = 5\nanswer('There are {n}.'.format(n=n))",
    "names that are nowhere": "answer('There are {nothing}.')",
    "braces with nothing in them": "n = 5\nanswer('{} and {n}')",
    "JSON": "n = 5\nanswer('{\"n\": 5}')",
    "braces that are meant": "n = 5\nanswer('{{n}}')",
    "no answer line": "n = 5\nprint('{n}')",
    "a template": "rows = 5\nanswer('The first {rows:,} of {sales}.', rows=sales)",
    "a share": "share = sales.x.mean()\nanswer(f'{share:.1%}')",
    "a share that is both": "share = sales.x.mean()\nif share > 1:\n    share = share * 100\nanswer(f'{share:.1%}')",
    "per cent by hand": "share = sales.x.mean() * 100\nanswer(f'{share:.1f}%')",
    "what does not parse": "answer('{n}'",
}


@pytest.mark.parametrize(("code", "mended"), MENDED.values(), ids=MENDED)
def test_what_is_certain_is_mended_and_said(code: str, mended: str) -> None:
    found, findings = correct_answer_line(Code(code), ["sales", "t"])
    assert found.text == mended
    assert bool(findings) == (code != mended)
    assert not any(finding.stops for finding in findings)


@pytest.mark.parametrize("code", LEFT.values(), ids=LEFT)
def test_what_may_be_meant_is_left(code: str) -> None:
    assert correct_answer_line(Code(code), ["sales"]) == (Code(code), ())


@pytest.mark.parametrize("piece", ["{n", "f'{n:.1%}'\n", "answer('{n}')\n", "answer(f'{n * 100:.1%}')\n", "(", "'"])
@pytest.mark.timeout(20)
def test_no_code_takes_long_to_mend(piece: str) -> None:
    correct_answer_line(Code("n = 5\nanswer('{n}')\n" + piece * 500), ["sales"])


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import pandas as pd\npd.DataFrame({'region': ['N', 'S'], 'amount': [5200.0, 4100.0, 3900.0]})", True),
        ("import numpy as np\nnp.random.default_rng(0).normal(size=10).mean()", True),
        ("import plotly.express as px\npx.bar(x=['a', 'b', 'c'], y=[1, 2, 3])", True),
        ("sales.x.isin([1, 2, 3]).sum()", False),
        ("table['n'] = [1, 2, 3]\ntable", False),  # a variable of earlier code
        ("1 + 1", False),
        ("import pandas as pd\npd.DataFrame([('sales', 'one row a sale')])", False),
    ],
)
def test_data_that_is_made_up_is_said(code: str, said: bool) -> None:
    assert bool(made_up(Code(code), ["sales"])) == said
    assert made_up(Code(code), []) == ()
