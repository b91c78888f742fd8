"""Forms of questions that compare two groups: yes or no, one beside the other, which of the two."""

from __future__ import annotations

import re
from dataclasses import replace

from ..errors import Abstained
from ..language import message
from .column_choice import is_number
from .figures import COUNT
from .flags import truth
from .forms import Asking, Forms, unclear
from .linking import columns_called
from .plan.schema import Condition, Filter, Measure, Operator, Order, QueryPlan
from .request import is_key
from .synonyms import COMPARED
from .tokens import canonical

FORMS = Forms()
_MORE = r"higher|greater|larger|bigger|longer|heavier|more"
_LESS = r"lower|smaller|shorter|lighter|less|fewer"
_IN = r"in|of|for|at|on|from|among"
_OLDER = "|".join(how for how, noun in COMPARED.items() if noun not in {"area", "height", "length"})
_OLDER += r"|more\s+satisfied|less\s+satisfied"
"""Comparisons of one thing alone; what is bigger or longer can be so in many ways."""
_VERBS: dict[str, tuple[str, ...]] = {
    "earn": ("salary", "wage", "pay", "income"),
    "earns": ("salary", "wage", "pay", "income"),
    "makes": ("salary", "wage", "pay", "income"),
    "weigh": ("mass", "weight"),
    "weighs": ("mass", "weight"),
}
"""Verbs that say which column is compared, on average, where the frame has one of that name."""


@FORMS.form(
    rf"(?:is|are|was|were)\s+(?:the\s+)?(?P<figure>.+?)\s+(?P<at>{_IN})\s+(?P<one>.+?)\s+(?:(?P<more>{_MORE})|{_LESS})"
    rf"\s+than\s+(?:(?:that|those|the\s+one)\s+)?(?:{_IN})?\s*(?P<other>.+?)"
)
@FORMS.form(
    rf"(?:is|are|was|were)\s+(?:the\s+)?(?P<figure>.+?)\s+(?:(?P<more>{_MORE})|{_LESS})\s+(?P<at>{_IN})\s+(?P<one>.+?)"
    rf"\s+than\s+(?:{_IN})?\s*(?P<other>.+?)"
)
def figure_higher_in(asking: Asking) -> QueryPlan:
    """``is the average quantity higher in the East than in the West``, ``is x of Spain larger than that of Italy``."""
    gaps = asking.gaps
    return _claim(asking, f"{gaps['figure']} {gaps['at']} {{}}")


@FORMS.form(
    rf"(?:is|are|was|were)\s+(?:the\s+)?(?P<figure>.+?)\s+(?:(?P<more>{_MORE})|{_LESS})\s+(?P<at>{_IN})\s+(?P<one>(?:(?!\bthan\b).)+?)"
)
def figure_higher_than_elsewhere(asking: Asking) -> QueryPlan:
    """``is attendance higher in televised matches``: than in all others; of a column alone its average."""
    gaps = asking.gaps
    column = _number_column(gaps["figure"], asking)
    figure = f'average "{column}"' if column else gaps["figure"]
    asking = replace(asking, gaps={**gaps, "other": "others"})
    return _claim(asking, f"{figure} {gaps['at']} {{}}")


@FORMS.form(
    rf"(?:which\s+)?(?P<rows>.+?)\s+(?:with|that\s+have|have|has|had)\s+(?:an?\s+)?(?:(?P<more>{_MORE})|{_LESS})\s+(?P<figure>.+?)"
    r"\s+than\s+(?:the\s+)?average"
)
@FORMS.form(
    r"(?:which\s+)?(?P<rows>.+?)\s+(?:with|that\s+have|have|has|had)\s+(?:an?\s+)?(?:(?P<more>above)|below)[\s-]average\s+(?P<figure>.+?)"
)
def than_average(asking: Asking) -> QueryPlan:
    """``loans with more renewals than average``: rows, against the average of all rows."""
    column = _number_column(asking.gaps["figure"], asking)
    rows = re.sub(r"^(?:how\s+many|number\s+of)\s+", "", asking.gaps["rows"], flags=re.IGNORECASE)
    plan = asking.ask(f"show all {rows}")
    plain = QueryPlan(frame=plan.frame, limit=plan.limit)
    if column is None or plan != plain:
        raise unclear()
    average = Measure(function="mean", column=column)
    above = Filter(column=column, operator=">" if asking.gaps["more"] else "<", other=average)
    if rows != asking.gaps["rows"]:
        return QueryPlan(frame=plan.frame, filters=(above,), measures=(COUNT,))
    return plan.model_copy(update={"filters": (above,)})


@FORMS.form(
    r"(?:which\s+(?:is|was)\s+)?(?:the\s+)?(?P<place>(?:second|third)\s+)?(?P<most>most|least)\s+(?P<how>\w+)\s+(?P<noun>\w+)"
    r"(?P<rest>\s+.+)?"
)
def most_done(asking: Asking) -> QueryPlan:
    """``the most borrowed title``, ``the second most popular genre``: that of most rows."""
    gaps, words = asking.gaps, asking.words
    how, noun = gaps["how"].lower(), columns_called(gaps["noun"], words)
    rows = how in _POPULAR or (how,) in words.done
    if not rows or len(noun) != 1 or is_number(words.column(noun[0])):
        raise unclear()
    end = "most" if gaps["most"].lower() == "most" else "fewest"
    return asking.ask(f'which "{noun[0]}" has the {gaps["place"]} {end} rows {gaps["rest"]}')


@FORMS.form(
    r"(?:which\s+(?:is|was)\s+)?(?:the\s+)?(?:(?P<most>busiest)|quietest)\s+"
    r"(?P<noun>days?\s+of\s+(?:the\s+)?week|\w+)(?P<rest>\s+.+)?"
)
def busiest(asking: Asking) -> QueryPlan:
    """``the busiest month at Harbour``: that of most rows."""
    gaps = asking.gaps
    said = gaps["noun"].lower()
    noun = "hour of day" if said == "hour" else "weekday" if said.endswith("week") and said != "week" else said
    return asking.ask(f"which {noun} has the {'most' if gaps['most'] else 'fewest'} rows {gaps['rest']}")


_POPULAR = frozenset({"popular", "active", "common", "frequent"})
"""What those are that have the most rows."""


@FORMS.form(
    rf"(?:are|were)\s+there\s+(?:(?P<more>more)|fewer|less)\s+(?P<figure>.+?)\s+(?P<at>{_IN})\s+(?P<one>.+?)\s+than"
    rf"\s+(?:there\s+(?:are|were)\s+)?(?:{_IN})?\s*(?P<other>.+?)"
)
def more_rows_in(asking: Asking) -> QueryPlan:
    """``are there more orders in the North than in the South``."""
    gaps = asking.gaps
    return _claim(asking, f"number of {gaps['figure']} {gaps['at']} {{}}")


@FORMS.form(
    r"(?:does|do|did|has|have)\s+(?P<one>.+?)\s+(?:(?P<sell>sell|sold)|have|had|get|got|works?|worked|win|won|scored?|pay|paid|spend|spent|make|made|used?|take|took|log|logged)\s+(?:(?P<more>more)|fewer|less)"
    r"\s+(?P<figure>\w+(?:\s\w+)?)\s+than\s+(?P<other>.+?)(?:\s+(?:does|do|did))?"
)
def has_more(asking: Asking) -> QueryPlan:
    """``did the North sell more units than the South``, ``does Italy have more people than Spain``."""
    figure = asking.gaps["figure"]
    if figure.lower() in {"people", "inhabitants", "residents"}:
        return _claim(asking, "population of {}")
    if figure.lower() in {"unit", "units"}:
        return _claim(asking, f"total {_units(asking)} for {{}}")
    counts = [] if asking.gaps["sell"] or _number_column(figure, asking) else [f"number of {figure} for {{}}"]
    plan = _claim(asking, *counts, f"total {figure} for {{}}", f"{figure} of {{}}")
    if plan.filters:  # "more chairs": rows about chairs, or how many of them?
        raise unclear()
    return plan


@FORMS.form(
    rf"(?:does|do|did)\s+(?P<one>.+?)\s+have\s+an?\s+(?:(?P<more>{_MORE})|{_LESS})\s+(?P<figure>\w+(?:\s\w+)?)\s+than"
    r"\s+(?P<other>.+?)(?:\s+(?:does|do|did))?"
)
def has_higher(asking: Asking) -> QueryPlan:
    """``does the Crown Spire have a bigger height than The Lantern``: of one row each, or a figure that is named."""
    figure, number = asking.gaps["figure"], _number_column(asking.gaps["figure"], asking)
    return _claim(asking, f'"{number}" of {{}}' if number else f"{figure} of {{}}")


@FORMS.form(
    rf"(?:does|do|did)\s+(?P<one>.+?)\s+(?P<verb>{'|'.join(_VERBS)})\s+(?:(?P<more>more)|less)\s+than\s+(?P<other>.+?)"
    r"(?:\s+(?:does|do|did))?"
)
def verb_more(asking: Asking) -> QueryPlan:
    """``do remote employees earn more than others``: on average, as the numbers of both differ."""
    return _claim(asking, f'average "{_verb_column(asking)}" of {{}}')


@FORMS.form(
    rf"(?:are|is|were|was)\s+(?P<one>.+?)\s+(?:on\s+average\s+)?(?P<how>{_OLDER})"
    r"\s+than\s+(?P<other>.+?)(?:\s+on\s+average)?"
)
def are_older(asking: Asking) -> QueryPlan:
    """``are women older than men``: on average."""
    how = asking.gaps["how"].lower()
    noun = COMPARED.get(how, "satisfaction")
    column = _number_column(noun, asking)
    if column is None:
        raise unclear()
    more = how not in {"shorter", "lighter", "younger", "colder", "cheaper", "smaller", "less satisfied"}
    asking = replace(asking, gaps={**asking.gaps, "more": "more" if more else ""})
    return _claim(asking, f'average "{column}" of {{}}')


@FORMS.form(
    r"(?:compare\s+)?(?:the\s+)?(?P<figure>.+?)\s+(?:vs\.?|versus|compared\s+(?:to|with))\s+(?P<other>[\w\s'\"-]+)"
)
def side_by_side(asking: Asking) -> QueryPlan:
    """``mean salary in Sales vs Finance``."""
    plan = asking.ask(f"{asking.gaps['figure']} and {asking.gaps['other']}")
    own = [f for f in plan.filters if isinstance(f, Filter) and f.operator == "in" and len(f.values) == 2]
    if len(own) != 1 or [d.column for d in plan.group_by] != [own[0].column] or len(plan.measures) != 1:
        raise unclear()
    return plan


@FORMS.form(
    rf"(?:which|who)(?:\s+(?P<noun>\w+))?\s+(?:is|has|had|was)\s+(?:the\s+)?(?:(?P<more>{_MORE})|{_LESS})\s+(?:(?:by|in)\s+)?"
    r"(?P<figure>[\w\s]+?)\s*[,:]\s*(?P<one>.+?)\s+or\s+(?P<other>.+?)"
)
def which_of_two(asking: Asking) -> QueryPlan:
    """``which is larger by area, Spain or Sweden``, ``which region has more orders, North or South``."""
    gaps = asking.gaps
    figure, number = gaps["figure"], _number_column(gaps["figure"], asking)
    texts = [f'"{number}" of {{}}'] if number else [f"number of {figure} for {{}}", f"{figure} for {{}}"]
    one, other = _two_plans(asking, *texts)
    (mine,), (its,) = _own(one, other)
    column = _same_column(mine, its)
    if gaps["noun"] and column not in columns_called(gaps["noun"], asking.words):
        raise unclear()
    both = Filter(column=column, operator="in", values=(_value(mine), _value(its)))
    filters = tuple(both if f == mine else f for f in one.filters)
    down = bool(gaps["more"])
    if one.lists_rows:
        _looked_up(one, column, asking)
        select = (column, *one.select)
        order = (Order(column=one.select[0], descending=down),)
        return QueryPlan(frame=one.frame, select=select, filters=filters, order=order, limit=1)
    (figures,) = one.measures
    order = (Order(column=figures.column, function=figures.function, descending=down),)
    groups = ({"column": column},)
    return QueryPlan.model_validate(
        {"frame": one.frame, "filters": filters, "group_by": groups, "measures": (figures,), "order": order, "limit": 1}
    )


@FORMS.form(
    r"(?:(?:which|what|who)\s+(?:is|was|are|were)\s+)?(?:the\s+|our\s+)?(?:(?P<best>best|top|most)|worst|least)[\s-](?:selling|sold)\s+"
    r"(?P<noun>\w+)(?P<rest>\s+.+)?"
)
def best_selling(asking: Asking) -> QueryPlan:
    """``the best selling product in 2025``: by how many units were sold."""
    gaps = asking.gaps
    most = "highest" if gaps["best"] else "lowest"
    each = re.fullmatch(r"\s*(?:(?:in|for|of)\s+)?(?:each|every|per|by)\s+(?P<group>.+)", gaps["rest"], re.I)
    if each:
        end = "top" if gaps["best"] else "bottom"
        return asking.ask(f"{end} 1 {gaps['noun']} per {each['group']} by total {_units(asking)}")
    return asking.ask(f"which {gaps['noun']} has the {most} total {_units(asking)} {gaps['rest']}")


@FORMS.form(
    rf"(?:who|which\s+(?P<noun>\w+))\s+(?P<verb>{'|'.join(_VERBS)})\s+(?:the\s+)?(?:(?P<most>most)|least)(?P<rest>\s+.+)?"
)
def verb_most(asking: Asking) -> QueryPlan:
    """``who earns the most in Finance``."""
    gaps = asking.gaps
    column = _verb_column(asking)
    noun = f"which {gaps['noun']} has" if gaps["noun"] else "rows with"
    figure = (
        f'average "{column}"' if gaps["noun"] and canonical(gaps["noun"]) not in asking.words.frame else f'"{column}"'
    )
    return asking.ask(f"{noun} the {'highest' if gaps['most'] else 'lowest'} {figure} {gaps['rest']}")


def _verb_column(asking: Asking) -> str:
    """The column that a verb such as *earns* speaks of.

    Raises:
        Abstained: There is none, or more than one.
    """
    nouns = _VERBS[asking.gaps["verb"].lower()]
    named = list(dict.fromkeys(name for noun in nouns for name in columns_called(noun, asking.words)))
    if len(named) != 1 or not is_number(asking.words.column(named[0])):
        raise Abstained(
            message(
                "No column of {frame} says by its name what they {verb}.",
                frame=asking.words.card.name,
                verb=asking.gaps["verb"],
            ),
            message("Name the column that is to be compared."),
        )
    return named[0]


def _units(asking: Asking) -> str:
    """The column of how many units: the one called quantity."""
    words = asking.words
    named = columns_called("units", words)
    exact = [name for name in named if name.lower() in {"unit", "units", "units_sold"}]
    amounts = exact or [name for noun in ("quantity", "qty") for name in columns_called(noun, words)]
    amounts = [name for name in dict.fromkeys(amounts) if is_number(words.column(name))]
    if len(amounts) != 1:
        raise Abstained(message("It is not clear which column holds the units."), message("Name the column."))
    return f'"{amounts[0]}"'


def _number_column(text: str, asking: Asking) -> str | None:
    """The one column of numbers that some words name, where they do not name the rows."""
    names = () if canonical(text) in asking.words.frame else columns_called(text, asking.words)
    return names[0] if len(names) == 1 and is_number(asking.words.column(names[0])) else None


def _claim(asking: Asking, *texts: str) -> QueryPlan:
    """Whether the figure of the one is higher than that of the other, or lower."""
    one, other = _two_plans(asking, *texts)
    (mine,), (its,) = _own(one, other)
    column = _same_column(mine, its)
    shared = tuple(f for f in one.filters if f in other.filters)
    (figure,) = one.measures or (_looked_up(one, column, asking),)
    names = _names(mine, its)
    measures = tuple(
        figure.model_copy(update={"where": (own,), "name": name}) for own, name in zip((mine, its), names, strict=True)
    )
    operator: Operator = ">" if asking.gaps["more"] else "<"
    claim = Filter(column=names[0], operator=operator, other=names[1])
    return QueryPlan(frame=one.frame, filters=shared, measures=measures, claim=claim)


def _two_plans(asking: Asking, *texts: str) -> tuple[QueryPlan, QueryPlan]:
    """The plans of the two sides, each a figure or a look-up, of the first text that can be read."""
    one, other = asking.gaps["one"], asking.gaps["other"]
    failure: Abstained | None = None
    for text in texts:
        try:
            mine = asking.ask(text.format(one))
            its = _rest(mine, asking) if _is_rest(other) else asking.ask(text.format(other))
        except Abstained as error:
            failure = failure or error
            continue
        _check_plain(mine)
        _check_plain(its)
        if (mine.measures, mine.select) != (its.measures, its.select):
            raise unclear()
        return mine, its
    raise failure or unclear()


def _is_rest(text: str) -> bool:
    words = text.lower().removeprefix("all ").removeprefix("the ").split()
    return words in (["others"], ["rest"]) or (len(words) == 2 and words[0] == "other")


def _rest(plan: QueryPlan, asking: Asking) -> QueryPlan:
    """The same of all others, where what the first are is one condition on a column without gaps."""
    own = plan.filters[0] if len(plan.filters) == 1 else None
    if not isinstance(own, Filter) or own.operator != "=" or own.part or asking.words.column(own.column).nulls:
        raise unclear()
    flag = truth(asking.words.column(own.column))
    if flag is not None:
        opposite = Filter(column=own.column, operator="=", values=tuple(v for v in flag if v not in own.values))
    else:
        opposite = Filter(column=own.column, operator="!=", values=own.values)
    return plan.model_copy(update={"filters": (opposite,)})


def _check_plain(plan: QueryPlan) -> None:
    """Abstain where a side is more than one figure of some rows, or one column of one row."""
    odd = plan.group_by or plan.having or plan.order or plan.chart or plan.document or plan.source or plan.joins
    figure = len(plan.measures) == 1 and not plan.select and plan.measures[0].function != "share"
    looked_up = not plan.measures and len(plan.select) == 1
    if odd or plan.about or plan.qualify or plan.computed or not (figure or looked_up):
        raise unclear()
    if plan.measures and plan.measures[0].where:
        raise unclear()


def _own(one: QueryPlan, other: QueryPlan) -> tuple[tuple[Condition, ...], tuple[Condition, ...]]:
    """The conditions of each side that the other does not have: one each.

    Raises:
        Abstained: There are more, which may be meant for both.
    """
    mine = tuple(f for f in one.filters if f not in other.filters)
    its = tuple(f for f in other.filters if f not in one.filters)
    if len(mine) != 1 or len(its) != 1:
        raise unclear()
    return mine, its


def _same_column(mine: Condition, its: Condition) -> str:
    if not isinstance(mine, Filter) or not isinstance(its, Filter):
        raise unclear()
    plain = mine.operator == "=" and its.operator in {"=", "!="} and len(mine.values) == len(its.values) == 1
    if not plain or (mine.column, mine.part) != (its.column, its.part):
        raise unclear()
    return mine.column


def _value(condition: Condition) -> str:
    if not isinstance(condition, Filter) or condition.operator != "=" or condition.part:
        raise unclear()
    return str(condition.values[0])


def _names(mine: Condition, its: Condition) -> tuple[str, str]:
    assert isinstance(mine, Filter)
    assert isinstance(its, Filter)
    (value,) = mine.values
    if isinstance(value, bool):
        return (mine.column, "others") if value else ("others", mine.column)
    return str(value), "others" if its.operator == "!=" else str(its.values[0])


def _looked_up(plan: QueryPlan, column: str, asking: Asking) -> Measure:
    """What is looked up, as a figure: of one row, as the column names each row."""
    (name,) = plan.select
    if not is_key(asking.words.column(column), asking.words) or not is_number(asking.words.column(name)):
        raise unclear()
    return Measure(function="max", column=name)
