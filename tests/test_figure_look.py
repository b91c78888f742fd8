"""A model looks at the picture of its figure once: what it is sent, what it may change, and what it never sees."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image
from test_report_files import browser_here as browser_here
from unsandboxed import UnsandboxedKernel

from analyst_magic import Analyst, Turn
from analyst_magic.checks.drawn_aggregates import drawing_of
from analyst_magic.commands.prompt import show_prompt
from analyst_magic.history.store import History
from analyst_magic.models.figure_look import read_look
from analyst_magic.settings import AnalystSettings
from analyst_magic.testing import ScriptedModel
from analyst_magic.turn import Code, Question

SALES = pd.DataFrame({"region": ["North", "South", "West"] * 10, "revenue": [10.126, 40.5, 20.25] * 10})
FEW = pd.DataFrame({"region": ["North"] * 10 + ["Planted"] * 2, "revenue": [10.5] * 10 + [777.77] * 2})
ASKED = "Show revenue by region as bars"
SUMS = "by_region = sales.groupby('region', as_index=False).revenue.sum()"
BARS = "fig = px.bar(by_region, x='region', y='revenue', title='Revenue by region')"
TABLE = f"import plotly.express as px\n{SUMS}\n"
SAID = "answer(f'**{by_region.revenue.sum():,.0f}** in all.')"
DRAWN = f"```python\n{TABLE}{BARS}\n{SAID}\nfig\n```"
MENDED = DRAWN.replace(SUMS, f"{SUMS}.sort_values('revenue')").replace("by region'", "by region, EUR'")
CRITICISM = "The bars stand in no order, and the unit is missing."


@pytest.fixture
def server() -> Iterator[ScriptedModel]:
    with ScriptedModel() as made:
        yield made


@pytest.fixture
def ask(
    server: ScriptedModel, unsandboxed: UnsandboxedKernel, tmp_path: Path, browser_here: None
) -> Iterator[Callable[..., Turn]]:
    with Analyst(model="openai:x", base_url=server.base_url, api_key="k", sandbox=unsandboxed, spares=0,
                 lock=tmp_path / "analyst.lock", history=History(tmp_path / "history.sqlite3"),
                 output_directory=str(tmp_path), look_at_figures=True) as analyst:  # fmt: skip
        yield lambda question=ASKED, sales=SALES, **options: analyst.ask(question, {"sales": sales}, **options)


def parts(server: ScriptedModel, number: int) -> list[dict[str, Any]]:
    """The parts of the last message of a request."""
    found: list[dict[str, Any]] = server.requests[number].body["messages"][-1]["content"]
    return found


def picture(server: ScriptedModel, number: int) -> Image.Image:
    """The picture that a request brought."""
    head, _, data = parts(server, number)[-1]["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def title(turn: Turn) -> str:
    return str(turn.figures[0].title)


def test_the_model_is_sent_question_code_and_picture_and_its_mended_code_is_the_answer(
    server: ScriptedModel, ask: Callable[..., Turn], tmp_path: Path
) -> None:
    server.say(DRAWN, usage=(100, 20))
    server.say(f"{CRITICISM}\n{MENDED}", usage=(900, 30), cost=0.01)
    turn = ask(privacy="rows")
    assert turn.ok, turn.error
    text, image = parts(server, 1)
    assert (text["type"], image["type"]) == ("text", "image_url")
    assert ASKED in text["text"]
    assert BARS in text["text"]
    assert picture(server, 1).width >= 900
    assert title(turn) == "Revenue by region, EUR"
    assert turn.answer == "**709** in all."
    assert str(turn.attempts[0].error) == f"The model looked at the figure and changed it: {CRITICISM}"
    assert any(f"sent to openai:x. It said: {CRITICISM}" in note for note in turn.notes)
    assert (turn.tokens.prompt, turn.tokens.completion, turn.cost) == (1_000, 50, 0.01)  # type: ignore[union-attr]
    assert History(tmp_path / "history.sqlite3").get(turn.id).rest["pictures"] == 1


def test_the_lock_draws_the_mended_figure_again_without_a_model(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    server.say(DRAWN)
    server.say(f"{CRITICISM}\n{MENDED}")
    first = ask(privacy="rows")
    again = ask(privacy="rows")
    assert again.pinned
    assert len(server.requests) == 2
    assert title(again) == title(first) == "Revenue by region, EUR"


def test_a_figure_that_is_fine_stays_and_it_is_said_that_it_was_sent(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    server.say(DRAWN)
    server.say("Fine.")
    turn = ask(privacy="rows")
    assert title(turn) == "Revenue by region"
    assert len(turn.attempts) == 1
    assert "A picture of the figure was sent to openai:x. It found nothing to mend." in turn.notes


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("```python\nimport prophet\n```", "The code was not run."),
        (f"```python\n{TABLE}{BARS.replace('revenue', 'profit')}\nfig\n```", "profit"),
        (f"```python\n{TABLE}{SAID}\nby_region\n```", "Its code shows no figure any more."),
    ],
    ids=["not checked", "fails", "draws nothing"],
)
def test_what_the_model_changes_is_left_out_where_it_is_no_answer(
    server: ScriptedModel, ask: Callable[..., Turn], reply: str, reason: str
) -> None:
    server.say(DRAWN)
    server.say(f"Better so:\n{reply}")
    turn = ask(privacy="rows")
    assert turn.ok, turn.error
    assert title(turn) == "Revenue by region"
    (note,) = (note for note in turn.notes if "left out" in note)
    assert "A picture of the figure was sent to openai:x." in note
    assert reason in note


def test_there_is_one_round_and_none_where_the_setting_is_off(server: ScriptedModel, ask: Callable[..., Turn]) -> None:
    server.say(DRAWN)
    assert title(ask(privacy="rows", look_at_figures=False)) == "Revenue by region"
    assert len(server.requests) == 1
    assert not AnalystSettings(environ={}).look_at_figures


def test_a_model_that_takes_no_images_costs_no_answer_and_is_not_asked_again(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    server.say(DRAWN)
    server.fail(400, "x does not support image input")
    turn = ask(privacy="rows")
    assert title(turn) == "Revenue by region"
    assert any("openai:x takes no images." in note for note in turn.notes)
    server.say(DRAWN)
    assert ask("Show revenue by region as bars again", privacy="rows").ok
    assert len(server.requests) == 3


# -- below the level ``rows`` ------------------------------------------------------------------------------------------


def test_at_stats_a_figure_of_aggregates_is_drawn_anew_from_what_may_be_told(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    server.say(DRAWN)
    server.say(f"{CRITICISM}\n{MENDED}")
    turn = ask()
    assert turn.privacy == "stats"
    assert title(turn) == "Revenue by region, EUR"
    assert any("drawn from aggregates over five rows or more, was sent" in note for note in turn.notes), turn.notes
    assert picture(server, 1).width >= 900
    shown = picture(server, 1).convert("L")
    assert shown.getextrema() != (255, 255)  # something is drawn
    assert "101.26" not in server.received


def test_at_stats_a_figure_with_a_group_of_few_rows_is_not_sent(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    server.say(DRAWN)
    turn = ask(sales=FEW)
    assert turn.ok
    assert len(server.requests) == 1
    assert "image_url" not in server.received
    assert "The figure was not shown to the model: a part of it stands for fewer than 5 rows of the data." in turn.notes


def test_at_stats_a_figure_of_very_many_groups_is_not_sent(server: ScriptedModel, ask: Callable[..., Turn]) -> None:
    server.say(DRAWN)
    many = pd.DataFrame({"region": [f"r{n}" for n in range(61)] * 5, "revenue": 1.5})
    turn = ask(sales=many)
    assert len(server.requests) == 1
    assert any("more than 60 groups" in note for note in turn.notes)


@pytest.mark.parametrize(
    "drawn",
    [
        "px.scatter(sales, x='region', y='revenue')",
        "px.bar(sales.groupby('region', as_index=False).revenue.max(), x='region', y='revenue')",
        f"{SUMS}\npx.bar(by_region, x='region', y='revenue', title=f'Best: {{sales.revenue.max()}}')",
        f"{SUMS}\nby_region['revenue'] = sales.revenue.head(3)\npx.bar(by_region, x='region', y='revenue')",
    ],
    ids=["rows", "a maximum", "a title with a value", "values put in"],
)
def test_at_stats_a_figure_that_may_hold_rows_is_not_sent(
    server: ScriptedModel, ask: Callable[..., Turn], drawn: str
) -> None:
    server.say(f"```python\nimport plotly.express as px\n{drawn}\n```")
    turn = ask()
    assert turn.ok, turn.error
    assert len(server.requests) == 1
    assert "The figure was not shown to the model: the rows of the data behind it cannot be counted." in turn.notes


def test_at_stats_code_that_ran_before_has_no_part_in_the_picture(
    server: ScriptedModel, ask: Callable[..., Turn]
) -> None:
    """Code owns its kernel: it may make ``px.bar`` draw anything. The picture comes from a fresh one."""
    forge = "import plotly.express as px, plotly.graph_objects as go\nold = px.bar\n"
    forge += "px.bar = lambda *a, **k: go.Figure(go.Bar(x=['planted'], y=[sales.revenue.max()]))\nsales.revenue.sum()"
    server.say(f"```python\n{forge}\n```")
    ask("What is the total?")
    server.say(DRAWN)
    server.say("fine")
    turn = ask()
    assert list(turn.figures[0].json["data"][0]["x"]) == ["planted"]
    honest, (wide, high) = picture(server, 2).convert("RGB"), picture(server, 2).size
    columns = {x for x in range(wide) for y in (high // 2, high * 2 // 3) if honest.getpixel((x, y))[2] > 120
               and honest.getpixel((x, y))[0] < 120}  # fmt: skip
    bars = sum(1 for x in sorted(columns) if x - 1 not in columns)
    assert bars >= 2  # the bars of the regions, and not the one that was forged


def test_at_schema_no_figure_is_sent(server: ScriptedModel, ask: Callable[..., Turn]) -> None:
    server.say(DRAWN)
    turn = ask(privacy="schema")
    assert len(server.requests) == 1
    assert "The figure was not shown to the model: the privacy level schema tells no figures." in turn.notes


# -- what would be sent ------------------------------------------------------------------------------------------------


def test_a_dry_run_says_that_a_picture_may_follow(server: ScriptedModel) -> None:
    with Analyst(**server.settings, history=False) as analyst:
        options = {"look_at_figures": True}
        assert "(If the code draws a figure of aggregates over five rows or more, its picture and its code follow " in (
            show_prompt(analyst, Question(ASKED), {"sales": SALES}, options)
        )
        assert "picture" not in show_prompt(analyst, Question(ASKED), {"sales": SALES}, {}).partition("Question:")[2]
        offline = show_prompt(analyst, Question(ASKED), {"sales": SALES}, {**options, "model": "offline"})
    assert "its picture" not in offline
    assert server.requests == []


def test_what_was_sent_is_shown_with_the_size_of_the_picture(server: ScriptedModel, ask: Callable[..., Turn]) -> None:
    server.say(DRAWN)
    server.say("fine")
    sent: list[str] = []
    ask(privacy="rows", listen=lambda event: sent.append(event.text) if event.stage == "sent" else None)
    assert re.search(r"\[a picture: PNG, \d+ kB\]", sent[1])
    assert "base64" not in sent[1]


# -- the parts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}{BARS}\nfig",
        f"{TABLE}{BARS}\nfig.update_layout(yaxis_title='EUR', bargap=0.1)\n{SAID}\nfig",
        f"{TABLE}go.Figure(go.Bar(x=by_region['region'], y=by_region.revenue)).update_layout(title='Revenue')",
        "px.bar(sales.groupby('region').revenue.sum().reset_index(), x='region', y='revenue')",
        f"{TABLE}{BARS}\ndisplay(fig)",
    ],
)
def test_plain_code_that_draws_comes_apart(text: str) -> None:
    drawing = drawing_of(text)
    assert drawing is not None
    assert "px" not in drawing.table
    assert "sales" not in drawing.figure


@pytest.mark.parametrize(
    "tail",
    [
        "px.bar(by_region, x='region', y='revenue', title=str(sales.revenue.max()))",
        "px.bar(by_region, x='region', y='revenue', title=open('/etc/passwd').read())",
        "px.bar(by_region[by_region.revenue > 3], x='region', y=[n for n in by_region.revenue])",
        f"{BARS}\nfig.add_annotation(text=f'{{by_region.revenue[0]}}')\nfig",
        f"{BARS}\nfig.data[0].y = sales.revenue\nfig",
        f"{BARS}\nprint(sales)\nfig",
        "px.bar(by_region, **{'x': 'region'})",
        "for name in by_region.region:\n    px.bar(by_region)",
        "px.bar(by_region, x='region').__class__(by_region)",
    ],
)
def test_code_that_could_put_anything_else_into_a_figure_does_not_come_apart(tail: str) -> None:
    assert drawing_of(f"{TABLE}{tail}") is None


@pytest.mark.parametrize("text", ["fine", "Fine.", "It's fine!", f"ok\n{DRAWN}"])
def test_a_reply_that_changes_nothing_is_fine(text: str) -> None:
    look = read_look(text, Code(f"{TABLE}{BARS}\n{SAID}\nfig"))
    assert (look.words, look.code) == ("", None)


def test_words_without_code_are_kept() -> None:
    assert read_look("The labels overlap.", Code("fig")).words == "The labels overlap."
