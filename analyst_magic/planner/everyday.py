"""Forms of everyday questions that say a plain one in other words: who has the lowest salary, a return rate."""

from __future__ import annotations

import re

from ..errors import Abstained
from ..language import message
from .column_choice import is_number, is_text, numbers_things
from .flags import is_flag_column
from .forms import Asking, Forms, unclear
from .lexicon import Lexicon
from .linking import columns_called
from .plan.schema import QueryPlan
from .plan.words import name_parts
from .request import is_key
from .running import adds_up
from .share_wordings import is_noun_of_deed
from .tokens import canonical, past_forms, stem

FORMS = Forms()
FIRST = Forms()
"""Forms that come before the grammar, which would take their words for something else."""
_DAY = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
    "annual": "year",
}
_END = r"highest|lowest|largest|smallest|longest|shortest|greatest|biggest|least|earliest|latest"
_PEOPLE = frozenset(
    "agent employee member customer person name user staff author driver player rep seller salesperson doctor nurse "
    "student teacher surgeon client consultant operator worker assignee owner officer waiter manager trainer clerk "
    "passenger guest donor lender tutor technician engineer".split()
)
"""Nouns of columns that answer the question *who*."""


@FORMS.form(rf"who\s+(?:has|had|gets|got)\s+(?:the\s+)?(?P<end>{_END})\s+(?P<figure>.+?)")
def who_has(asking: Asking) -> QueryPlan:
    """``who has the lowest salary``: the rows with it, where each row is a person."""
    if not _PEOPLE & {*asking.words.frame}:
        raise Abstained(
            message("“who has”: no row of {frame} is a person.", frame=asking.words.card.name),
            message("Say “which ... has the highest ...”."),
        )
    return asking.ask(f"rows with the {asking.gaps['end']} {asking.gaps['figure']}")


@FORMS.form(
    r"who\s+(?P<verb>\w+)\s+(?:the\s+)?(?:(?P<most>most)|fewest|least)\s+(?:(?P<what>[a-z]+)\s+(?=[a-z]+s\b))?(?P<figure>\w+)(?P<rest>\s+.+)?"
)
def who_did_most(asking: Asking) -> QueryPlan:
    """``who took the most calls``, ``who worked the most hours``: by the one column of people."""
    gaps, words = asking.gaps, asking.words
    if columns_called(gaps["verb"], words):
        raise unclear()  # "who closed the most": those that are closed may be meant
    people = [c.sql for c in words.card.columns if is_text(c) and _PEOPLE & {*name_parts(c.sql)}]
    if len(people) != 1:
        raise Abstained(
            message("It is not clear which column of {frame} says who.", frame=words.card.name),
            message("Name it: “which ... has the most ...”."),
        )
    if canonical(gaps["figure"].lower()) in {*words.frame, "row"}:
        figure = f"{'most' if gaps['most'] else 'fewest'} {gaps['what'] or ''} rows"
    elif gaps["what"]:
        raise unclear()
    else:
        column = _amount(gaps["figure"], words)
        figure = f'{"highest" if gaps["most"] else "lowest"} total "{column}"'
    return asking.ask(f'which "{people[0]}" has the {figure} {gaps["rest"]}')


@FIRST.form(
    r"(?P<many>how\s+many\s+|number\s+of\s+)?(?P<rows>.+?)\s+(?:who\s+|that\s+)?(?:got|received|have|had|with)\s+(?:an?|any)\s+"
    r"(?P<thing>\w+(?:\s\w+)?)"
)
def with_a(asking: Asking) -> QueryPlan:
    """``how many employees got a bonus``: those for whom the column holds something."""
    gaps, words = asking.gaps, asking.words
    name = _one_column(gaps["thing"], words)
    column = words.column(name)
    if is_flag_column(name, words):
        condition = f'where "{name}"'
    elif column.nulls and not (is_number(column) and _holds_zeros(name, words)):
        condition = f'where "{name}" is not missing'
    elif is_number(column) and not column.nulls:
        condition = f'where "{name}" is above 0'
    else:
        raise unclear()
    return asking.ask(f"{gaps['many'] or 'list'} {gaps['rows']} {condition}")


def _one_column(text: str, words: Lexicon) -> str:
    """The one column that some words name, also in the plural: *order ids*.

    Raises:
        Abstained: There is none, or more than one.
    """
    names = columns_called(text, words) or columns_called(stem(text.lower()), words)
    if len(names) != 1:
        raise unclear()
    return names[0]


def _holds_zeros(name: str, words: Lexicon) -> bool:
    least = words.column(name).minimum
    return not (isinstance(least, int | float) and least > 0)


@FORMS.form(r"(?:(?:the|any)\s+)?duplicated?\s+(?P<thing>.+?)(?:\s+values)?")
def duplicates_of(asking: Asking) -> QueryPlan:
    """``duplicate order ids``: values that several rows have."""
    name = _one_column(asking.gaps["thing"], asking.words)
    return QueryPlan(frame=asking.words.card.name, select=(name,), about="duplicates")


@FORMS.form(
    r"(?:how\s+many|number\s+of|count\s+of)\s+(?:missing\s+values|missing|nulls?|null\s+values|empty\s+values|blanks)\s+"
    r"(?:are\s+(?:there\s+)?)?(?:in|for|of|does)\s+(?:the\s+)?(?:column\s+)?(?P<thing>.+?)(?:\s+column|\s+have)?"
)
def missing_in(asking: Asking) -> QueryPlan:
    """``how many missing values are there in status``."""
    name = _one_column(asking.gaps["thing"], asking.words)
    return asking.ask(f'number of rows where "{name}" is missing')


@FORMS.form(
    r"(?:the\s+)?(?P<end>top|best)\s+(?P<noun>\w+)\s+(?P<by>per|for\s+each|in\s+each|of\s+each|by)\s+(?P<group>.+?)\s+by\s+(?P<figure>.+?)"
)
def top_one_of_each(asking: Asking) -> QueryPlan:
    """``top product per region by total quantity``: one of each."""
    gaps = asking.gaps
    if stem(gaps["noun"].lower()) != gaps["noun"].lower():
        raise unclear()
    return asking.ask(f"top 1 {gaps['noun']} per {gaps['group']} by {gaps['figure']}")


@FORMS.form(r"(?P<noun>[\w-]+)\s+rate(?P<rest>\s+(?:by|per|for|in|of|over|on|at|among)\s+.+)?")
def rate_of(asking: Asking) -> QueryPlan:
    """``return rate by product``, ``pass rate``: the share of the rows for which a column of yes and no says so."""
    gaps, words = asking.gaps, asking.words
    noun = canonical(gaps["noun"].lower())
    flags = [c.sql for c in words.card.columns if is_flag_column(c.sql, words)]
    own = [name for name in flags if name.lower() == gaps["noun"].lower().replace("-", "_")]
    named = own or [name for name in flags if is_noun_of_deed(noun, name_parts(name)[-2:]) or _same_verb(noun, name)]
    if len(named) == 1:
        return asking.ask(f'share of rows where "{named[0]}" {gaps["rest"]}')
    values = [pairs for said, pairs in words.values.items() if len(said) == 1 and is_noun_of_deed(noun, said)]
    if named or len(values) != 1 or len(values[0]) != 1:
        raise unclear()
    ((column, value),) = values[0]
    return asking.ask(f'share of rows where "{column}" is "{value}" {gaps["rest"]}')


@FIRST.form(rf"(?:the\s+)?(?P<end>{_END})\s+(?P<row>\w+)\s+by\s+(?P<figure>[\w\s]+)")
def end_by(asking: Asking) -> QueryPlan:
    """``largest order by subtotal``: the row with it."""
    gaps, words = asking.gaps, asking.words
    if (canonical(gaps["row"].lower()),) != words.frame or stem(gaps["row"].lower()) != gaps["row"].lower():
        raise unclear()
    return asking.ask(f'row with the {gaps["end"]} "{_amount(gaps["figure"], words)}"')


def _same_verb(noun: str, name: str) -> bool:
    """Whether a noun and the last word of a name belong together: *return* and ``was_returned``."""
    return is_noun_of_deed(noun, name_parts(name)[-1:])


@FIRST.form(
    r"(?P<mean>average|mean|median)\s+(?P<rows>\w+)\s+per\s+(?P<unit>hour|day|week|month|quarter|year)(?P<rest>\s+.+)?"
)
def mean_of_counts(asking: Asking) -> QueryPlan:
    """``average orders per day``: of the numbers of rows of the days."""
    gaps, words = asking.gaps, asking.words
    if (canonical(gaps["rows"].lower()),) != words.frame or words.called(gaps["rows"]) is not None:
        raise unclear()
    return asking.ask(f"{gaps['mean']} number of {gaps['rows']} per {gaps['unit']} {gaps['rest']}")


@FORMS.form(
    r"(?P<end>largest|highest|smallest|lowest|maximum|minimum)\s+number\s+of\s+(?P<rows>.+?)\s+(?:on|in|within)\s+(?:a|any|one)\s+"
    r"(?:single\s+)?(?P<unit>day|week|month|quarter|year)"
)
def most_in_one(asking: Asking) -> QueryPlan:
    """``largest number of orders on a single day``: of the numbers of the days."""
    end = "minimum" if asking.gaps["end"].lower() in {"smallest", "lowest", "minimum"} else "maximum"
    return asking.ask(f"{end} number of {asking.gaps['rows']} per {asking.gaps['unit']}")


@FIRST.form(
    rf"(?P<mean>average|mean|median)\s+(?P<every>{'|'.join(_DAY)})\s+(?P<figure>[\w\s]+?)(?P<rest>\s+(?:of|for|in|at|by|per|on)\s+.+)?"
)
def mean_of_days(asking: Asking) -> QueryPlan:
    """``average daily kwh of the pool``: of the totals of the days."""
    gaps = asking.gaps
    column = _amount(gaps["figure"], asking.words)
    if not adds_up(column):
        raise unclear()
    unit = _DAY[gaps["every"].lower()]
    return asking.ask(f'{gaps["mean"]} total "{column}" per {unit} {gaps["rest"]}')


@FIRST.form(
    r"(?P<mean>average|mean|median)\s+(?P<figure>[\w\s]+?)\s+(?:per|of\s+each|for\s+each)\s+(?P<row>\w+)(?P<rest>\s+.+)?"
)
def mean_per_row(asking: Asking) -> QueryPlan:
    """``average passengers per flight`` of ``flights``: of the rows, which are one flight each."""
    gaps = asking.gaps
    row = gaps["row"].lower()
    if (canonical(row),) != asking.words.frame or stem(row) != row:
        raise unclear()
    return asking.ask(f'{gaps["mean"]} "{_amount(gaps["figure"], asking.words)}" {gaps["rest"]}')


@FIRST.form(r"(?:(?:which|what)\s+is\s+)?(?:the\s+)?(?P<end>most|least)\s+(?P<verb>\w+ed)\s+(?P<rows>.+)")
def most_of_verb(asking: Asking) -> QueryPlan:
    """``most voted film``: the row with the highest ``votes``."""
    gaps = asking.gaps
    end = "highest" if gaps["end"].lower() == "most" else "lowest"
    numbers = [c.sql for c in asking.words.card.columns if is_number(c)]
    verb = gaps["verb"].lower()
    named = [name for name in numbers if verb in past_forms(canonical(name))]
    named = named or [n for n in numbers if verb in {f for part in name_parts(n) for f in past_forms(part)}]
    if len(named) != 1:
        raise unclear()
    noun, _, rest = gaps["rows"].partition(" ")
    values = asking.words.values.get((noun.lower(),), ())
    if len(values) == 1:  # "most experienced accountant", where a post is one
        ((column, value),) = values
        return asking.ask(f'rows with the {end} "{named[0]}" where "{column}" is "{value}" {rest}')
    return asking.ask(f'{gaps["rows"]} with the {end} "{named[0]}"')


def _amount(text: str, words: Lexicon) -> str:
    """The one column of numbers that some words name.

    Raises:
        Abstained: There is none, or more than one.
    """
    names = _numbers(text, words)
    if len(names) != 1 or is_key(words.column(names[0]), words):
        raise unclear()
    return names[0]


_VERBS: dict[str, tuple[str, ...]] = {
    "earn": ("salary", "wage", "pay", "income"),
    "weigh": ("weight", "mass"),
    "cost": ("price", "cost", "rent", "fee", "fare"),
}
_MORE = r"(?:more|less|fewer)\s+than|over|under|above|below|at\s+least|at\s+most|between|exactly"


def with_amounts_of_verbs(text: str, words: Lexicon) -> str:
    """The question with *earn more than* as *salary more than*, where one column says how much that is."""

    def named(found: re.Match[str]) -> str:
        verb = found["verb"].lower().removesuffix("s").removesuffix("ed").removesuffix("ing")
        if columns_called(found["verb"], words):
            return found[0]
        numbers = list(dict.fromkeys(name for noun in _VERBS[verb] for name in _numbers(noun, words)))
        return f'with "{numbers[0]}" {found["than"]}' if len(numbers) == 1 else found[0]

    pattern = rf"\b(?:(?:that|who|which)\s+)?(?P<verb>(?:earn|weigh|cost)(?:s|ed|ing)?)\s+(?P<than>{_MORE})(?=\s)"
    return re.sub(pattern, named, text, flags=re.IGNORECASE)


def with_counted_keys(text: str, words: Lexicon) -> str:
    """The question with *more than 2 accounts* as *more than 2 rows*, where ``account_id`` numbers the rows."""

    def counted(found: re.Match[str]) -> str:
        columns = [words.column(name) for name in columns_called(found["noun"], words)]
        keys = [c for c in columns if numbers_things(c) and is_key(c, words)]
        plural = stem(found["noun"].lower()) != found["noun"].lower() or found["number"] in {"1", "one"}
        return f"{found['than']} {found['number']} rows" if plural and len(columns) == len(keys) == 1 else found[0]

    pattern = rf"\b(?P<than>{_MORE})\s+(?P<number>\d+|one|two|three|four|five|ten)\s+(?P<noun>[a-z]+)\b"
    return re.sub(pattern, counted, text, flags=re.IGNORECASE)


def with_compared_columns(text: str, words: Lexicon) -> str:
    """The question with *with more silver than gold* as *where silver is more than gold*, where both are columns."""

    def compared(found: re.Match[str]) -> str:
        sides = [_numbers(found[name], words) for name in ("one", "other")]
        if any(len(names) != 1 for names in sides):
            return found[0]
        return f'where "{sides[0][0]}" {found["than"]} than "{sides[1][0]}"'

    pattern = (
        r"\b(?:with|that\s+have|who\s+have|where|having)\s+(?P<than>more|fewer|less|higher|lower|larger|smaller)\s+"
        r"(?P<one>\w+(?:\s\w+)?)\s+than\s+(?P<other>\w+(?:\s\w+)?)"
    )
    return re.sub(pattern, compared, text, flags=re.IGNORECASE)


def _numbers(text: str, words: Lexicon) -> list[str]:
    return [name for name in columns_called(text, words) if is_number(words.column(name))]
