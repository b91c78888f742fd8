"""Questions that could mean two things: the planner asks which, and each meaning that it offers is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import pandas as pd
import pytest

from analyst_magic.errors import Abstained
from analyst_magic.planner.asking import Ambiguous
from analyst_magic.planner.plan.sql import to_sql
from analyst_magic.planner.planner import choose_plan, questions_back
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question

work = pd.DataFrame(
    {
        "employee": ["Ann", "Ann", "Bob", "Bob", "Cy", "Cy"],
        "client": ["Globex", "Initech", "Globex", "Globex", "Initech", "Globex"],
        "day": pd.to_datetime(["2025-03-03", "2025-03-03", "2025-03-03", "2025-03-04", "2025-03-04", "2025-03-05"]),
        "hours": [3.0, 5.0, 2.0, 9.0, 1.0, 4.0],
        "billable": [True, False, True, True, False, True],
    }
)
parcels = pd.DataFrame(
    {
        "sent_on": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03"]),
        "arrived_on": pd.to_datetime(["2025-01-09", "2025-01-04", "2025-01-05"]),
        "promised_days": [3, 8, 9],
        "city": ["Graz", "Linz", "Graz"],
        "area": [4, 9, 7],
    }
)
accounts = pd.DataFrame(
    {
        "account_id": [11, 12, 13, 14, 15, 16],
        "company": ["Acme", "Acme", "Brio", "Brio", "Brio", "Cora"],
        "seats": [5, 1, 2, 8, 3, 4],
        "fee_keur": [10.0, 20.0, 30.0, 2500.0, 50.0, 60.0],
        "votes": [1, 9, 3, 2, 5, 4],
        "churn_date": pd.to_datetime(["2025-01-05", None, None, "2024-03-01", "2025-02-01", None]),
        "blocked": [True, False, True, False, True, False],
        "plan": ["Team", "Team", "Free", "Free", "Team", "Free"],
    }
)
members = pd.DataFrame(
    {
        "member": [80, 81, 82, 83],
        "age": [30, 70, 66, 41],
        "visits": [3, 70, 2, 3],
        "returning_customer": ["yes", "no", "yes", "no"],
        "coupon": ["VIP", None, None, "NEW"],
        "status": ["refunded", "paid", "paid", "paid"],
    }
)
poll = pd.DataFrame({"respondent": [80, 81, 82, 83], "points": [30, 70, 66, 41], "hours": [3, 70, 2, 3]})
rides = pd.DataFrame(
    {
        "kind": ["kind", "other", "other", "kind"],
        "sponsor": ["Acme", None, "Zeta", None],
        "opened": pd.to_datetime(["2025-01-05", "2025-01-06", "2025-01-07", "2025-01-08"]),
    }
)
loans = pd.DataFrame(
    {
        "loan_no": [901, 902, 903, 904],
        "branch": ["Leeds", "York", "Leeds", "York"],
        "issued": pd.to_datetime(["2024-01-05", "2024-03-01", "2025-02-01", "2025-06-01"]),
        "status": ["default", "current", "default", "late"],
        "interest_rate": [8.5, 4.0, 6.5, 5.0],
        "dependants": [0, 2, 1, 0],
        "weight_t": [2.5, 1.5, 4.0, 2.0],
        "freight": [100, 300, 200, 400],
        "teu": [1, 2, 2, 1],
        "guarantor": ["Ann", None, "Bob", None],
    }
)
games = pd.DataFrame(
    {
        "game_date": pd.to_datetime(["2025-01-05", "2025-01-05", "2025-01-12", "2025-01-19"]),
        "team": ["Red", "Blue", "Red", "Blue"],
        "goals": [1, 0, 4, 4],
        "grade": ["A", "B", "A", "A"],
    }
)
issues = pd.DataFrame(
    {
        "issue_number": [1, 2, 3, 4],
        "label": ["bug", "bug", "feature", "feature"],
        "milestone": ["v1", "v2", "v1", "v1"],
        "opened_at": pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03", "2025-01-03"]),
        "closed_at": pd.to_datetime(["2025-02-01", None, "2025-02-01", "2025-02-01"]),
    }
)
FRAMES = {
    "games": games,
    "issues": issues,
    "loans": loans,
    "work": work,
    "parcels": parcels,
    "accounts": accounts,
    "members": members,
    "poll": poll,
    "rides": rides,
}
CARDS = {name: profile(to_frame(name, frame)) for name, frame in FRAMES.items()}

CASES = [
    # of one row or of all rows of a thing
    ("work", "clients with more than 8 hours", {
        "clients with total hours more than 8": [("Globex", 18.0)],
        "clients where hours more than 8": [("Globex",)],
    }),
    ("work", "which employees have fewer than 6 hours", {
        "which employees with total hours fewer than 6": [("Cy", 5.0)],
        "which employees where hours fewer than 6": [("Ann",), ("Bob",), ("Cy",)],
    }),
    # the mean of the rows of each day, or of the totals of the days
    ("work", "average hours per day for each employee", {
        "average total hours per day for each employee": [("Ann", 8.0), ("Bob", 5.5), ("Cy", 2.5)],
        "average hours by day for each employee": 5,
    }),
    # a column of days that has another name, beside two dates
    ("parcels", "how many parcels took longer than 7 days?", {
        "how many parcels with promised_days above 7 days?": [(2,)],
    }),
    ("parcels", "how many parcels took more than 1 week", {
        "how many parcels with promised_days above 1 week": [(2,)],
    }),
    ("parcels", "parcels that took at least 8 days", {"parcels with promised_days at least 8 days": 2}),
    # a noun that may be that of the rows
    ("parcels", "crates in Graz", {"rows in Graz": 2}),
    ("parcels", "largest crate in each city", {"largest row in each city": 2}),
    # the lowest of a date
    ("accounts", "which plan has the lowest churn", {
        "which plan has the earliest churn_date": [("Free", dt.datetime(2024, 3, 1))],
        "which plan has the fewest rows where churn_date is not missing": [("Free", 1)],
    }),
    # a number in the singular behind "per"
    ("accounts", "total fee per seat by plan", {
        "ratio of fee_keur to seats by plan": 2,
        "total fee by seats by plan": 6,
    }),
    ("accounts", "biggest churn by plan", {
        "latest churn_date by plan": [("Free", dt.datetime(2024, 3, 1)), ("Team", dt.datetime(2025, 2, 1))],
        "most rows where churn_date is not missing by plan": 2,
    }),
    # what numbers the rows is not compared, and yes and no are two different ones
    ("poll", "respondents over 65", {"rows with points over 65": 2, "rows with hours over 65": 1}),
    ("members", "number of returning customers", {"number of rows where returning_customer": [(2,)]}),
    # what a column's name says before the rows is not how many different ones there are
    ("rides", "number of sponsored rides", {"number of rides where sponsor is not missing": [(2,)]}),
    # what someone does most
    ("accounts", "which plan attracts the most accounts", {
        "which plan has the most accounts": [("Free", 3), ("Team", 3)],
    }),
    # rows that have some of a column, or all rows beside it
    ("loans", "loans with dependants", {'loans where "dependants" is above 0': 2}),
    ("loans", "loans with guarantors", {'loans where "guarantor" is not missing': 2}),
    # a rate of rows, or a column that is called a rate
    ("loans", "which branch has the highest default rate", {
        'which branch has the highest interest_rate where status is "default"': [("Leeds", 8.5)],
    }),
    # what a date says of the rows
    ("issues", "how many closed features", {"how many features where closed_at is not missing": [(2,)]}),
    ("issues", "number of closed bugs", {"number of bugs where closed_at is not missing": [(1,)]}),
    # what does not add up
    ("loans", "how much interest per branch", {
        "average interest per branch": [("Leeds", 7.5), ("York", 4.5)],
        "maximum interest per branch": [("Leeds", 8.5), ("York", 5.0)],
    }),
    ("loans", "which branch has the most interest", {
        "which branch has the highest average interest": [("Leeds", 7.5)],
        "which branch has the highest maximum interest": [("Leeds", 8.5)],
    }),
    # divided by what is measured
    ("loans", "total freight per teu", {"ratio of freight to teu": [(1000 / 6,)], "total freight by teu": 2}),
    ("loans", "average freight per weight", {
        "ratio of freight to weight_t": [(100.0,)],
        "average freight by weight_t": 4,
    }),
    # what to compute of two sides
    ("work", "billable vs non-billable hours", {
        "billable vs non-billable total hours": [(False, 6.0), (True, 18.0)],
        "billable vs non-billable average hours": [(False, 3.0), (True, 4.5)],
    }),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "question", "meant"), CASES, ids=[question for _, question, _ in CASES])
def test_each_meaning_is_offered_and_answered(frame: str, question: str, meant: dict[str, object]) -> None:
    cards = (CARDS[frame],)
    with pytest.raises(Abstained) as caught:
        choose_plan(Question(question), cards)
    _, offered = questions_back(caught.value, Question(question), cards, choose_plan)
    assert set(offered) == set(meant)
    for text, expected in meant.items():
        rows = answered(frame, text)
        assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected, text


def answered(frame: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of the answer."""
    plan, card = choose_plan(Question(question), (CARDS[frame],))
    connection = duckdb.connect()
    connection.register(frame, FRAMES[frame])
    return connection.execute(to_sql(plan, card)).fetchall()


ANSWERED = [
    # rows are counted, whatever numbers them
    ("companies with more than 2 accounts", [("Brio", 3)]),
    ("companies with exactly one account", [("Cora", 1)]),
    ("how many companies have at least 2 accounts", [(2,)]),
    ("how many companies have more than 1 row", [(2,)]),
    ("how many plans have an average seats above 4", [(1,)]),
    # a verb names the date of what was done
    ("how many accounts churned", [(3,)]),
    ("accounts that never churned", 3),
    ("how many accounts churned in 2025", [(2,)]),
    ("how many accounts did not churn", [(3,)]),
    ("number of accounts that churned by plan", [("Free", 1), ("Team", 2)]),
    # yes and no before a value, and before a figure
    ("blocked team accounts", 2),
    ("average seats of blocked Free accounts", [(2.0,)]),
    ("total seats of blocked accounts", [(10,)]),
    # the scale of a column of money
    ("accounts with a fee over 2 million", 1),
    ("accounts with a fee under 40 thousand", 3),
    # rows by what a verb counts, and a mean of the rows
    ("most voted account", 1),
    ("account with the highest fee", 1),
    ("average seats per account", [(23 / 6,)]),
]


OF_MEMBERS = [
    ("members with a coupon", 2),
    ("number of members with a coupon", [(2,)]),
    ("average visits per member", [(19.5,)]),
    ("refund rate", [(25.0,)]),
    ("oldest member", 1),
    ("highest member by visits", 1),
]
ALL_ANSWERED = [("accounts", *case) for case in ANSWERED] + [("members", *case) for case in OF_MEMBERS]


@pytest.mark.parametrize(("frame", "question", "expected"), ALL_ANSWERED, ids=[case[1] for case in ALL_ANSWERED])
def test_one_meaning_is_answered(frame: str, question: str, expected: object) -> None:
    rows = answered(frame, question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


@pytest.mark.parametrize(
    "question",
    [
        "bottom 10 percent by seats",
        "top 10 % of accounts by fee",
        "unblocked",
        "value of accounts in Team",
        "total fee / total seats",
    ],
)
def test_what_is_known_in_part_is_not_answered(question: str) -> None:
    with pytest.raises(Abstained):
        answered("accounts", question)


@pytest.mark.parametrize(
    "question",
    [
        "highest interest rate and when",
        "lowest interest rate and when it was",
        "highest freight and where it was",
        "which branch has the highest total freight and when",
        "lowest interest rate and whose it was",
    ],
)
def test_a_second_question_is_not_passed_over(question: str) -> None:
    with pytest.raises(Abstained, match="second thing"):
        answered("loans", question)


@pytest.mark.parametrize(
    ("frame", "question", "why"),
    [
        ("issues", "how many open bugs", "opened_at holds dates"),
        ("issues", "which milestone has the most open bugs", "opened_at holds dates"),
        ("games", "total goals per game by team", "Each row is one game"),
        ("games", "average goals when goals", "not clear as a condition"),
        ("loans", "average freight where dependants", "not clear"),
        ("games", "teams with grade A in all games", "in all games"),
        ("rides", "kind vs other rides", "compared"),
    ],
)
def test_words_without_a_place_are_told(frame: str, question: str, why: str) -> None:
    with pytest.raises(Abstained, match=why):
        answered(frame, question)


@pytest.mark.parametrize(
    ("frame", "question", "expected"),
    [
        ("issues", "how many bugs are closed", [(1,)]),
        ("issues", "number of different opened_at", [(3,)]),
        ("games", "average goals per game", [(2.25,)]),
        ("games", "average goals per game by team", [("Blue", 2.0), ("Red", 2.5)]),
        ("games", "average goals where team is Red", [(2.5,)]),
        ("games", "total goals in all games", [(9,)]),
        ("games", "teams with only grade A", 1),
    ],
)
def test_words_with_a_place_are_answered(frame: str, question: str, expected: object) -> None:
    rows = answered(frame, question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("loans with a guarantor", 2),
        ("loans without dependants", 2),
        ("loans with branch and status", 4),
        ("total interest rate", [(24.0,)]),
        ("sum of interest rate", [(24.0,)]),
        ("default rate", [(50.0,)]),
        ("average interest rate of default loans", [(7.5,)]),
        ("loan with the lowest interest rate and when it was issued", 1),
        ("total freight and how many loans", [(1000.0, 4)]),
    ],
)
def test_what_is_clear_is_answered(question: str, expected: object) -> None:
    rows = answered("loans", question)
    assert (len(rows) if isinstance(expected, int) else sorted(rows)) == expected


@pytest.mark.parametrize("question", ["open rides", "opened rides", "how many kinds are there"])
def test_a_word_that_may_say_something_of_the_rows_is_asked_back(question: str) -> None:
    with pytest.raises(Ambiguous, match=r"not clear what opened|one of its values"):
        answered("rides", question)


def test_the_contrary_of_a_word_is_no_suggestion() -> None:
    frame = pd.DataFrame({"abnormal": [True, False], "result": [1.0, 2.0]})
    cards = (profile(to_frame("tests", frame)),)
    with pytest.raises(Abstained) as caught:
        choose_plan(Question("normal results"), cards)
    assert "abnormal results" not in questions_back(caught.value, Question("normal results"), cards, choose_plan)[1]
