"""The one column that words can mean: by its type, its role, and what the frame holds."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Abstained
from ..language import message
from ..turn import NUMBER_TYPES, ColumnCard
from .asking import Ambiguous
from .lexicon import Lexicon
from .linking import Tag
from .plan.sql import is_time
from .plan.words import name_parts
from .synonyms import ROLES
from .tokens import canonical, past_forms

TEXTS = frozenset({"text", "category"})


def is_number(column: ColumnCard) -> bool:
    """Whether a column can be added up and compared with numbers."""
    return column.type in NUMBER_TYPES


def is_text(column: ColumnCard) -> bool:
    """Whether a column holds names of things."""
    return column.type in TEXTS and not is_time(column)


def one_column(
    tag: Tag, lexicon: Lexicon, wanted: Callable[[ColumnCard], bool] | None = None, role: str = ""
) -> ColumnCard:
    """The one column that a tag can mean here.

    Raises:
        Abstained: It could be any of several.
    """
    columns = [lexicon.column(name) for name in tag.meaning]
    for fits in (wanted, (lambda c: has_role(c, role)) if role else None):
        narrowed = [column for column in columns if fits is None or fits(column)]
        columns = narrowed or columns
    if len(columns) > 1:
        names = ", ".join(column.sql for column in columns[:8])
        raise Ambiguous(
            message(
                "“{tag}” could mean several columns of {card}: {names}.",
                tag=tag.text,
                card=lexicon.card.name,
                names=names,
            ),
            message("Name the column that you mean."),
            word=tag.text,
            choices=[f'"{column.sql}"' if " " in column.sql else column.sql for column in columns[:8]],
        )
    return columns[0]


def time_column(lexicon: Lexicon, what: str) -> ColumnCard:
    """The frame's one column of dates or times, or the one of several that each row has.

    Raises:
        Abstained: There is none, or more than one.
    """
    times = [column for column in lexicon.card.columns if is_time(column)]
    if len(times) == 1:
        return times[0]
    if lexicon.default_time:
        return lexicon.column(lexicon.default_time)
    named = [column for column in times if lexicon.frame and _is_of_rows(column, lexicon.frame[-1])]
    if len(named) == 1:
        return named[0]
    begun = [column for column in times if not column.nulls and not PLANNED & {*name_parts(column.sql)}]
    spans = any(_STARTS & {*name_parts(column.sql)} for column in begun) and len(times) > 2
    if len(begun) == 1 and not (
        spans and any(PLANNED & {*name_parts(column.sql)} for column in times)
    ):  # the others, such as the day of return, are not known for each row
        return begun[0]
    if not times:
        raise Abstained(
            message(
                "“{what}” needs a column of dates or times, and {card} has none.", what=what, card=lexicon.card.name
            ),
            message("Name the column to use."),
        )
    names = ", ".join(column.sql for column in times)
    grouped = what.startswith("by ")
    raise Ambiguous(
        message(
            "“{what}” could be read from several columns of {card}: {names}.",
            what=what,
            card=lexicon.card.name,
            names=names,
        ),
        message("Name the one that you mean, such as “by month of {sql}”.", sql=times[0].sql),
        word=what if grouped else f"in {what}",
        choices=[f"{what} of {c.sql}" if grouped else f"where {c.sql} is in {what}" for c in times[:4]],
    )


_STARTS = frozenset({"started", "start", "begun", "begin", "began"})
PLANNED = frozenset({"due", "deadline", "promised", "expected"})
"""Parts of names of dates that say when something is to be done, not when it was."""


def _is_of_rows(column: ColumnCard, noun: str) -> bool:
    """Whether a date is named after the rows: ``order_date`` and ``ordered_at`` of orders, with others beside it."""
    parts = name_parts(column.sql)
    return canonical(parts[0]) == noun or parts[0] in past_forms(noun)


def is_kind_column(name: str) -> bool:
    """Whether a column holds kinds of what it is named after, not the things: ``bike_type``.

    >>> is_kind_column("bike_type"), is_kind_column("bike")
    (True, False)
    """
    parts = name_parts(name)
    return len(parts) > 1 and (parts[-1] in KINDS or parts[-2:] == ("job", "title"))


KINDS = frozenset("type kind class category group size colour color brand model role position level grade".split())
"""Last words of names of columns that hold kinds of things."""


def written_none(column: ColumnCard) -> str | None:
    """The value of a column of text that says that there is none of it."""
    return next((v for v, _ in column.values if isinstance(v, str) and v.lower() in _NONE and is_text(column)), None)


_NONE = frozenset({"none", "nothing", "n/a", "na", "nil", "null", "-"})


def tells_apart(column: ColumnCard) -> bool:
    """Whether a column's numbers are those of things, of which each may have several rows: ``customer_id``."""
    return is_number(column) and bool(_IDS & {*name_parts(column.sql)[1:]})


_IDS = frozenset({"id", "key", "no", "number", "nr"})


def numbers_things(column: ColumnCard) -> bool:
    """Whether a column's numbers say which one, not how much: ``patient_no``."""
    return bool({"id", "key", "no", "number", "code", "nr", "num"} & {*name_parts(column.sql)})


def only_amount(words: Lexicon) -> ColumnCard | None:
    """The column ``amount``, or one called alike, where no other one measures anything: what the rows amount to."""
    rows = words.card.rows
    found = [c for c in words.card.columns if is_number(c) and not numbers_things(c) and not tells_apart(c)]
    measures = [column for column in found if column.distinct != rows or column.type != "integer"]
    return measures[0] if len(measures) == 1 and _AMOUNTS & {*name_parts(measures[0].sql)} else None


_AMOUNTS = frozenset("amount value total sum eur usd gbp chf".split())


def role_in(text: str) -> str:
    last = text.lower().split()[-1]
    return last if last in ROLES else ""


def has_role(column: ColumnCard, role: str) -> bool:
    return any(canonical(part) in ROLES.get(role, ()) for part in column.sql.lower().split("_"))


def role_columns(lexicon: Lexicon, role: str) -> list[ColumnCard]:
    return [column for column in lexicon.card.columns if is_text(column) and has_role(column, role)]


def is_key_name(column: ColumnCard, lexicon: Lexicon) -> bool:
    """Whether a column names each row."""
    return is_text(column) and column.distinct == lexicon.card.rows and not column.nulls
