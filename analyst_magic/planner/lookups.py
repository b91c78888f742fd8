"""Forms of questions about single rows of a table: what stands after one, how two differ, which is third."""

from __future__ import annotations

from ..errors import Abstained
from ..language import message
from ..turn import ColumnCard
from .asking import total_or_mean
from .column_choice import is_number, is_text
from .forms import Asking, Forms, unclear
from .lexicon import Lexicon
from .linking import Tag, columns_called, tags, without_fillers
from .phrases import VERBS
from .plan.schema import Calculation, Derived, Extract, Filter, Measure, Order, QueryPlan, Window
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .synonyms import ADJECTIVES
from .tokens import canonical, tokens
from .year_columns import is_year_column

FORMS = Forms()
_VERB = "|".join(sorted({verb for verbs in VERBS.values() for verb in verbs}, key=len, reverse=True))
_BE = r"is|was|are|were"
_DO = r"did|does|do|has|have|had|is|was|were"
_LISTED = (
    r"listed|on\s+the\s+(?:list|chart|table)|in\s+the\s+(?:list|chart|table)|of\s+the\s+(?:list|table)|to\s+be\s+listed"
)
_PLACES = {word: number for number, words in enumerate(
    (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th"),
     ("seventh", "7th"), ("eighth", "8th"), ("ninth", "9th"), ("tenth", "10th")), start=1) for word in words
}  # fmt: skip


@FORMS.form(
    rf"(?:which|what|who)(?:\s+(?P<noun>(?!(?:{_BE}|came|comes)\b)[\w\s-]+?))?(?:\s+(?:{_BE}))?(?:\s+(?:the|a))?(?:\s+(?P<title>[\w-]+?))?"
    r"(?:\s+(?P<verb>comes?|came|ranks?|ranked|finished|placed|listed|directly|immediately|right|just|next|released|"
    r"came\s+out|published|opened|built|in\s+line|stands?|follows|followed))*\s+"
    r"(?P<way>after|before|above|below|behind|following|preceding|follows|followed|precedes|preceded)\s+(?P<one>.+?)"
)
def beside(asking: Asking) -> QueryPlan:
    """``which country comes after Pelonia``, ``who was mayor before Rose Dunning``: the row beside that one."""
    gaps, words = asking.gaps, asking.words
    row = row_of(gaps["one"], words)
    nouns = [noun for noun in (gaps["noun"], gaps["title"]) if noun]
    wanted = _column_of_nouns(nouns, row.column, words)
    if wanted != row.column and is_time(words.column(wanted)):
        raise unclear()  # "who joined after Bo": by the date, not by the order of the rows
    after = gaps["way"].lower() in {"after", "below", "behind", "following", "follows", "followed"}
    name = "next" if after else "previous"
    window = Window(name=name, function="next" if after else "previous", of=wanted)
    return QueryPlan(
        frame=words.card.name, select=(row.column,), computed=(window,), qualify=(row,), wanted=(name,)
    )  # fmt: skip


@FORMS.form(
    rf"how\s+(?:many|much)\s+(?:more|fewer|less)\s+(?P<figure>.+?)\s+(?:{_DO})\s+(?P<one>.+?)"
    rf"(?:\s+(?:{_VERB}|have|had|get))?\s+(?:than|compared\s+to)\s+(?P<other>.+?)"
    rf"(?:\s+(?:{_DO}|{_VERB}))?"
)
def how_many_more(asking: Asking) -> QueryPlan:
    """``how many more medals did A win than B``."""
    return _gap(asking, summed=True)


@FORMS.form(
    rf"(?:what\s+(?:{_BE})\s+)?(?:the\s+)?difference\s+between\s+(?P<one>.+?)(?:'s)?\s+and\s+"
    r"(?P<other>.+?)(?:'s)?\s+(?P<figure>[\w\s]+?)"
)
@FORMS.form(
    rf"(?:what\s+(?:{_BE})\s+)?(?:the\s+)?difference\s+(?:in|of)\s+(?:the\s+)?(?P<figure>.+?)\s+"
    r"(?:between|of|from)\s+(?P<one>.+?)\s+(?:and|to)\s+(?P<other>.+?)"
)
def difference(asking: Asking) -> QueryPlan:
    """``the difference in height between Zenith Tower and The Lantern``; of several rows each, it is asked what of."""
    return _gap(asking, summed=False)


def _gap(asking: Asking, summed: bool) -> QueryPlan:
    gaps, words = asking.gaps, asking.words
    column = amount_column(gaps["figure"], words)
    text = f'total "{column}" for {{}}' if column else f"number of {gaps['figure']} for {{}}"
    if any(tag.kind == "function" for tag in tags(tokens(gaps["figure"]), words)):
        column, text = None, f"{gaps['figure']} for {{}}"  # "the difference in average height"
    one, other = asking.ask(text.format(gaps["one"])), asking.ask(text.format(gaps["other"]))
    mine, its = _only_condition(one), _only_condition(other)
    several = column is not None and not is_key(words.column(mine.column), words)
    if column is not None and several and (not summed or _is_level(words.column(column))):
        raise total_or_mean(
            column, next_step=message("Say for example “difference in total {column} between ...”.", column=column)
        )
    if (one.measures, len(one.measures)) != (other.measures, 1) or mine == its:
        raise unclear()
    (figure,) = one.measures
    names = [str(condition.values[0]) for condition in (mine, its)]
    measures = tuple(
        figure.model_copy(update={"where": (own,), "name": name}) for own, name in zip((mine, its), names, strict=True)
    )
    gap = Extract(part="absolute", of=Calculation(operator="-", left=names[0], right=names[1]))
    return QueryPlan(frame=words.card.name, measures=measures, computed=(Derived(name="difference", value=gap),),
                     wanted=("difference",))  # fmt: skip


def _is_level(column: ColumnCard) -> bool:
    """Whether the numbers of a column are not such as are added up."""
    return bool({"salary", "age", "price", "rating", "height", "temperature"} & {*name_parts(column.sql)})


def _only_condition(plan: QueryPlan) -> Filter:
    odd = plan.group_by or plan.having or plan.order or plan.chart or plan.document or plan.source or plan.joins
    if odd or len(plan.filters) != 1 or not isinstance(plan.filters[0], Filter) or len(plan.filters[0].values) != 1:
        raise unclear()
    return plan.filters[0]


@FORMS.form(
    rf"(?:(?:which|what|who)\s+(?:{_BE})\s+)?(?:(?:the|her|his|its|their)\s+)?(?P<noun>[\w\s-]+?\s+of\s+the\s+)?(?P<end>last|first|final)\s+"
    rf"(?P<rows>[\w\s-]+?)(?:\s+(?:that\s+)?(?:(?:{_BE})\s+)?(?:(?P<listed>{_LISTED})|(?P<verb>{_VERB})))*"
)
def at_the_end(asking: Asking) -> QueryPlan:
    """``the last nation listed``, ``the first album released``, ``the title of the last episode``."""
    gaps, words = asking.gaps, asking.words
    last = gaps["end"].lower() != "first"
    noun = gaps["noun"].lower().removesuffix(" of the").strip() if gaps["noun"] else ""
    wanted = _column_of_nouns([noun] if noun else [gaps["rows"]], _name_column(words), words)
    when = [column for column in words.card.columns if is_time(column) or is_year_column(column)]
    if gaps["verb"] and len(when) == 1 and not gaps["listed"]:
        order = Order(column=when[0].sql, descending=last)
        return QueryPlan(frame=words.card.name, select=(wanted, when[0].sql), order=(order,), limit=1, wanted=(wanted,))
    if not gaps["listed"] and _sorted_otherwise(words):
        raise Abstained(
            message("First in which order? {frame} has several.", frame=words.card.name),
            message("Say “listed”, or name a column."),
        )
    return QueryPlan(
        frame=words.card.name, select=(wanted,), order=(Order(descending=True),) if last else (), limit=1
    )  # fmt: skip


def _sorted_otherwise(words: Lexicon) -> bool:
    """Whether a table is so large that its rows' own order says nothing."""
    return words.card.rows > 300


@FORMS.form(
    rf"(?:which|what|who)\s+(?:(?P<noun>[\w\s-]+?)\s+)?(?:(?:{_BE})\s+)?(?P<verb>[\w-]+)\s+(?:the\s+)?"
    r"(?P<end>first|last|earliest|latest|most\s+recently)"
)
def done_first(asking: Asking) -> QueryPlan:
    """``which ship was launched first``."""
    gaps, words = asking.gaps, asking.words
    time = _time_of(gaps["verb"], words)
    order = Order(column=time.sql, descending=gaps["end"].lower() not in {"first", "earliest"})
    if not gaps["noun"] and not any(is_key(column, words) and is_text(column) for column in words.card.columns):
        return QueryPlan(frame=words.card.name, order=(order,), limit=1)
    wanted = _column_of_nouns([gaps["noun"]] if gaps["noun"] else [], _name_column(words), words)
    return QueryPlan(frame=words.card.name, select=(wanted, time.sql), order=(order,), limit=1, wanted=(wanted,))


def _time_of(verb: str, words: Lexicon) -> ColumnCard:
    """The one column that says when something was done, such as ``launched``; abstains where it is not one."""
    times = [column for column in words.card.columns if is_time(column) or is_year_column(column)]
    called = set(columns_called(verb.lower(), words))
    columns = [column for column in times if column.sql in called]
    if not columns and verb.lower() in VERBS["happen"]:
        columns = times
    if len(columns) != 1:
        raise unclear()
    return columns[0]


@FORMS.form(rf"how\s+(?P<how>{'|'.join(ADJECTIVES)})\s+(?:{_BE})\s+(?:the\s+)?(?P<one>.+?)")
def how_tall(asking: Asking) -> QueryPlan:
    """``how tall is the Crown Spire``: the column that the word speaks of."""
    words = asking.words
    if any(tag.kind == "function" for tag in tags(tokens(asking.gaps["one"]), words)):
        return asking.ask(asking.gaps["one"])  # "how big is the share of ..."
    hints = ADJECTIVES[asking.gaps["how"].lower()]
    return asking.ask(f'"{_hinted(hints, words).sql}" of {asking.gaps["one"]}')


def _hinted(hints: tuple[str, ...], words: Lexicon) -> ColumnCard:
    for hint in hints:
        found = [c for c in words.card.columns if hint in {*name_parts(c.sql), *map(canonical, name_parts(c.sql))}]
        found = [column for column in found if is_number(column) or is_time(column)] or found
        if len(found) == 1:
            return found[0]
    raise Abstained(
        message("No column of {frame} says by its name how {hints} it is.", frame=words.card.name, hints=hints[0]),
        message("Name the column that is meant."),
    )


@FORMS.form(
    rf"(?:when|(?:in\s+)?what\s+(?:year|date|day)|in\s+which\s+year)\s+(?:{_DO})\s+(?P<one>.+?)\s+(?P<verb>[\w]+(?:\s+out)?)"
)
def when_did(asking: Asking) -> QueryPlan:
    """``what year did Dockside open``, ``when was Glass Cathedral released``."""
    return asking.ask(f'"{_time_of(asking.gaps["verb"], asking.words).sql}" of {asking.gaps["one"]}')


@FORMS.form(
    rf"when\s+(?:{_DO})\s+the\s+(?:very\s+)?(?P<end>first|earliest|oldest|last|latest|most\s+recent|newest)\s+(?P<rows>\w+)"
    rf"(?P<rest>\s+(?!(?:{_VERB}|placed|made|recorded)\b).+?)?(?:\s+(?:{_VERB}|placed|made|recorded|happen|occur))?"
)
def when_last(asking: Asking) -> QueryPlan:
    """``when was the most recent order placed``."""
    gaps, words = asking.gaps, asking.words
    times = [column for column in words.card.columns if is_time(column)]
    if len(times) != 1 or canonical(gaps["rows"].lower()) not in {canonical(words.card.name.lower()), *words.frame}:
        raise unclear()
    first = gaps["end"].lower() in {"first", "earliest", "oldest"}
    return asking.ask(f'{"minimum" if first else "maximum"} "{times[0].sql}" {gaps["rest"]}')


@FORMS.form(
    rf"(?:which|what|who)\s+(?P<noun>[\w\s-]+?)?\s*(?:{_DO})\s+the\s+same\s+(?:number\s+of\s+|amount\s+of\s+)?(?P<figure>.+?)"
    r"\s+as\s+(?:the\s+)?(?P<one>.+?)"
)
def as_many_as(asking: Asking) -> QueryPlan:
    """``which nation has the same number of gold medals as Pelonia``."""
    gaps, words = asking.gaps, asking.words
    row = row_of(gaps["one"], words)
    named = amount_column(gaps["figure"], words) or next(iter(columns_called(gaps["figure"], words)), None)
    if named is None:
        raise unclear()
    wanted = _column_of_nouns([gaps["noun"]] if gaps["noun"] else [], row.column, words)
    same = Filter(column=named, operator="=", other=Measure(function="max", column=named, where=(row,)))
    others = row.model_copy(update={"operator": "!="})
    return QueryPlan(frame=words.card.name, select=(wanted, named), filters=(others, same), wanted=(wanted,))


@FORMS.form(
    rf"(?:which|what|who)(?:\s+(?P<noun>[\w\s-]+?))?\s+(?:{_BE}|came|comes?|finished|placed|ranked|ranks|took|got)(?:\s+ranked|"
    rf"\s+placed|\s+listed)?\s+(?:in\s+)?(?:the\s+)?(?:(?:number|no\.?|rank|place)\s+(?P<number>\d+)|(?P<place>{'|'.join(_PLACES)}))"
    r"(?:\s+(?:place|position))?"
)
def in_place(asking: Asking) -> QueryPlan:
    """``which nation is ranked third``, ``who finished 2nd``."""
    gaps, words = asking.gaps, asking.words
    place = int(gaps["number"]) if gaps["number"] else _PLACES[gaps["place"].lower()]
    ranks = [c for c in words.card.columns if {"rank", "place", "position", "pos"} & {*name_parts(c.sql)}]
    wanted = _column_of_nouns([gaps["noun"]] if gaps["noun"] else [], _name_column(words), words)
    if len(ranks) != 1 or not is_number(ranks[0]):
        raise unclear()
    row = Filter(column=ranks[0].sql, operator="=", values=(place,))
    return QueryPlan(frame=words.card.name, select=(wanted,), filters=(row,))


def amount_column(text: str, words: Lexicon) -> str | None:
    """The one column of numbers that some words name; the name of the rows may stand beside it: *gold medals*."""
    exact = columns_called(text, words)
    if len(exact) == 1 and is_number(words.column(exact[0])):
        return exact[0]
    less = text.lower().split()
    if len(less) > 1 and (canonical(less[-1]),) == words.frame:
        return amount_column(text.rsplit(None, 1)[0], words)
    found = [
        tag
        for tag in without_fillers(tags(tokens(text), words))
        if tag.kind != "function" or tag.meaning not in {"count", "sum"}
    ]
    columns = [tag for tag in found if tag.kind == "column"]
    if len(columns) != 1 or any(tag.kind not in {"column", "frame", "rows"} for tag in found):
        return None
    names = [name for name in columns[0].meaning if is_number(words.column(name))]
    return names[0] if len(names) == 1 else None


def row_of(text: str, words: Lexicon) -> Filter:
    """The condition that picks the one row that some words name.

    Raises:
        Abstained: They name none.
    """
    found = [tag for tag in without_fillers(tags(tokens(text), words)) if tag.kind not in {"frame", "rows"}]
    if len(found) == 1 and found[0].kind == "value":
        named = [(name, value) for name, value in found[0].meaning if _once(name, words)]
        if len(named) == 1:
            return Filter(column=named[0][0], operator="=", values=(named[0][1],))
    if len(found) == 1 and found[0].kind == "number":
        years = [c for c in words.card.columns if is_year_column(c) and is_key(c, words)]
        if len(years) == 1:
            return Filter(column=years[0].sql, operator="=", values=(found[0].meaning,))
    raise Abstained(
        message("“{text}” names no row of {frame}.", text=text, frame=words.card.name),
        message("Name the row as the table has it."),
    )


def _once(name: str, words: Lexicon) -> bool:
    return is_key(words.column(name), words)


def _column_of_nouns(nouns: list[str], default: str, words: Lexicon) -> str:
    """The column that is asked for; ``default`` where no noun is one, but names the rows."""
    for noun in reversed(nouns):
        found = _without_frame(tuple(without_fillers(tags(tokens(noun), words))))
        columns = [tag for tag in found if tag.kind == "column"]
        if len(columns) == 1 and len(found) == 1 and len(columns[0].meaning) == 1:
            return str(columns[0].meaning[0])
        if any(tag.kind not in {"unknown", "verb"} for tag in found) or len(found) > 1:
            raise unclear()
    return default


def _without_frame(found: tuple[Tag, ...]) -> tuple[Tag, ...]:
    return tuple(tag for tag in found if tag.kind not in {"frame", "rows"})


def _name_column(words: Lexicon) -> str:
    """The column that names each row: the first of text with no value twice, one called name or title before others.

    Raises:
        Abstained: There is none.
    """
    keys = [column for column in words.card.columns if is_text(column)]
    single = [column for column in keys if is_key(column, words)]
    called = [c for c in keys if {"name", "title"} & {*name_parts(c.sql)}]
    best = [c for c in single if c in called] or single or called
    if not best:
        raise unclear()
    return best[0].sql
