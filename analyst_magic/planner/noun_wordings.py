"""Wordings for nouns that stand for a figure or for the rows: top spender, biggest credit, most ordered dessert."""

from __future__ import annotations

import re

from ..turn import ColumnCard
from .column_choice import is_number, is_text, numbers_things
from .lexicon import Lexicon
from .linking import columns_called
from .plan.sql import is_time
from .plan.words import name_parts
from .request import is_key
from .running import adds_up
from .tokens import canonical, stem
from .wordings import Wordings, has_both_signs, is_each_row, is_known, rows_are_persons

WORDINGS = Wordings()
_MONEY = ("spend", "spent", "revenue", "sales", "turnover", "amount", "total", "paid", "value", "fare")
_DOERS: dict[str, tuple[str, ...]] = {
    "spender": _MONEY, "payer": _MONEY, "buyer": _MONEY, "donor": ("amount", "gift", "donation", "given"),
    "giver": ("amount", "gift", "donation"), "earner": ("salary", "wage", "pay", "income", "fare", "revenue"),
    "scorer": ("goals", "points", "score"), "seller": ("revenue", "sales", "amount", "quantity"),
    "performer": (), "borrower": ("amount", "borrowed"), "contributor": ("amount", "contribution"),
}  # fmt: skip
"""Who is called after a figure, and the names that the figure may have."""
_BUYERS = frozenset(
    "customer client company name user member passenger guest buyer donor account subscriber patient borrower".split()
)
_STAFF = frozenset("driver employee rep seller salesperson agent author waiter player name".split())
_SELLERS = frozenset("seller salesperson rep agent".split())
_EARN = frozenset({"earner", "scorer", "seller", "performer"})
"""Those who are staff; all others pay."""
_ROWS_ARE: tuple[frozenset[str], ...] = (
    frozenset("customer client account subscriber buyer".split()),
    frozenset("loan credit".split()),
    frozenset("ride trip journey".split()),
    frozenset("incident outage ticket case".split()),
    frozenset("subject patient participant volunteer".split()),
    frozenset("employee staff worker colleague".split()),
    frozenset("order purchase".split()),
    frozenset("flat apartment".split()),
    frozenset("shipment delivery parcel consignment".split()),
    frozenset("movie film".split()),
    frozenset("car vehicle".split()),
    frozenset("stay admission".split()),
    frozenset("gift donation".split()),
    frozenset("pupil student".split()),
    frozenset("article product item sku".split()),
    frozenset("applicant candidate".split()),
    frozenset("machine device".split()),
)
"""Nouns that name the same rows; used only where a frame has no other place for the noun."""


def row_nouns(words: Lexicon) -> set[str]:
    """The nouns that may name the rows: the frame's, and that of the column that numbers them."""
    keys = [c for c in words.card.columns if is_key(c, words) and not is_time(c)]
    numbered = {canonical(name_parts(c.sql)[0]) for c in keys if len(name_parts(c.sql)) == 2}
    return {*words.frame[-1:], *numbered, *(canonical(c.sql) for c in keys if is_text(c))}


@WORDINGS.wording(r"\b(?P<noun>[a-z]{3,}s)\b")
def same_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``clients in Sweden`` of ``accounts``; ``outages`` of ``incidents``; ``calls`` of ``phone_calls``."""
    noun = canonical(found["noun"].lower())
    alike = next((nouns for nouns in _ROWS_ARE if noun in nouns), frozenset())
    plural = stem(found["noun"].lower()) != found["noun"].lower()
    own = row_nouns(words)
    if plural and len(words.frame) > 1 and noun == words.frame[-1] and _is_head_alone(found, words):
        return "rows"
    if not plural or noun in own or not alike & own or is_known(found["noun"], words) or is_known(noun, words):
        return None
    also = {canonical(part) for column in words.card.columns for part in name_parts(column.sql)} - own
    if noun in _BUYERS and any(_names_owners(c, words) for c in words.card.columns):
        return None  # a client may have several accounts
    rows = words.card.name if len(words.frame) == 1 and words.card.name.isidentifier() else "rows"
    return None if alike & also else rows


def _is_head_alone(found: re.Match[str], words: Lexicon) -> bool:
    """Whether the last word of a frame's name stands without the others, and names nothing else."""
    before = re.findall(r"[a-z]+", found.string[: found.start()].lower())[-1:]
    of_name = {canonical(word) for word in before} & {*words.frame[:-1]}
    quoted = found.string[: found.start()].count('"') % 2 or found.string[found.start() - 1 : found.start()] == "_"
    own = is_known(found["noun"], words) or is_known(canonical(found["noun"].lower()), words)
    return not of_name and not quoted and not own and words.frame[-1] not in _HOLDERS


_HOLDERS = frozenset("data datum table list log record row frame df set file sheet export dataset".split())
"""Nouns in names of frames that name no rows."""


def _names_owners(column: ColumnCard, words: Lexicon) -> bool:
    """Whether a column says whose a row is, and several rows may be of one."""
    return is_text(column) and not is_key(column, words) and bool(_OWNERS & {*name_parts(column.sql)})


_OWNERS = frozenset("company organisation organization firm name holder owner".split())


@WORDINGS.wording(
    r"^\s*(?:(?:who|which|what)\s+(?:is|was|are|were)\s+)?(?:the\s+|our\s+)?(?P<end>top|biggest|largest|highest|best|smallest|lowest)"
    r"\s+(?P<number>\d+\s+)?(?P<who>[a-z]+?)(?P<plural>s?)(?:\s+(?:among|of)\s+(?:the\s+|our\s+|all\s+)?(?P<of>[a-z]+))?(?P<rest>\s+(?:in|for|from|since|by)\s+.+)?\s*\??\s*$"
)
def top_doer(found: re.Match[str], words: Lexicon) -> str | None:
    """``top spender``, ``biggest donor in 2024``, ``top earner among the drivers``: by the total of what is named."""
    nouns = _DOERS.get(found["who"].lower())
    if found["end"].lower() == "best" and found["who"].lower() == "seller":
        return None  # what sells best
    if nouns is None or (found["rest"] or "").lower().startswith(" by"):
        return None
    figure, who = _figure(nouns, words), _who(found["who"], found["of"], words)
    if figure is None or who is None:
        return None
    low = found["end"].lower() in {"smallest", "lowest"}
    if rows_are_persons(words) and not (found["number"] or found["plural"] or found["of"]):
        return f'row with the {"lowest" if low else "highest"} "{figure}"{found["rest"] or ""}'  # names may be shared
    each = is_key(words.column(who), words)
    total = f'"{figure}"' if each else f'total "{figure}"'
    if found["number"] or found["plural"]:
        number = found["number"] or ""
        return f'{"bottom" if low else "top"} {number}"{who}" by {total}{found["rest"] or ""}' if number else None
    return f'which "{who}" has the {"lowest" if low else "highest"} {total}{found["rest"] or ""}'


def _figure(nouns: tuple[str, ...], words: Lexicon) -> str | None:
    """The one amount that has one of some names, the first that fits; None where it is not clear."""
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c) and adds_up(c.sql)]
    amounts = [column.sql for column in numbers if not has_both_signs(column)]  # what is spent may be below zero
    for noun in nouns:
        named = [name for name in amounts if canonical(noun) in {canonical(part) for part in name_parts(name)}]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _who(doer: str, group: str | None, words: Lexicon) -> str | None:
    """The one column of who did it: the one named after *among*, the doer's own noun, or the one column of people."""
    if group is not None:
        named = columns_called(stem(group.lower()), words)
        return named[0] if len(named) == 1 and is_text(words.column(named[0])) else None
    texts = [c for c in words.card.columns if is_text(c)]
    own = [c.sql for c in texts if canonical(doer.lower()) in {canonical(part) for part in name_parts(c.sql)}]
    nouns = _SELLERS if doer.lower() == "seller" else _STAFF if doer.lower() in _EARN else _BUYERS
    people = own or [c.sql for c in texts if {canonical(part) for part in name_parts(c.sql)} & nouns]
    return people[0] if len(people) == 1 else None


_SENIOR = r"longest[\s-](?:serving|standing|employed)|most\s+senior|newest|most\s+recent(?:ly\s+(?:hired|joined))?"


@WORDINGS.wording(rf"\b(?P<end>{_SENIOR})\s+(?P<noun>[a-z]+)\b")
def longest_serving(found: re.Match[str], words: Lexicon) -> str | None:
    """``longest-serving employee``, ``newest member``: by when they came."""
    if not rows_are_persons(words) or not is_each_row(found["noun"], words):
        return None
    came = [c.sql for c in words.card.columns if is_time(c) and _CAME & {*name_parts(c.sql)}]
    if len(came) != 1 or stem(found["noun"].lower()) != found["noun"].lower():
        return None
    first = not found["end"].lower().startswith(("newest", "most recent"))
    return f'row with the {"earliest" if first else "latest"} "{came[0]}"'


_CAME = frozenset("hired hire joined join joining started start employed enrolled signup registered".split())


@WORDINGS.wording(
    r"\b(?P<end>biggest|largest|smallest)\s+(?P<noun>[a-z]+)(?=\s*\??\s*$|\s+(?:in|of|from|by|per|for|since|at|on|to|ever)\b)"
)
def biggest_row(found: re.Match[str], words: Lexicon) -> str | None:
    """``the biggest credit in each branch``, where one column is called the amount of a row."""
    singular = stem(found["noun"].lower()) == found["noun"].lower()
    named = [c.sql for c in words.card.columns if is_number(c) and c.sql.lower() in _AMOUNTS]
    own = canonical(found["noun"].lower()) in row_nouns(words) and not _is_group(found["noun"], words)
    if not singular or not own or len(named) != 1 or {"area", "size"} & {*words.exact}:
        return None
    end = "lowest" if found["end"].lower() == "smallest" else "highest"
    behind = found.string[found.end() :]
    return f'{end} "{named[0]}"' if re.match(_PER, behind, re.IGNORECASE) else f'row with the {end} "{named[0]}"'


_AMOUNTS = frozenset({"amount", "total", "value", "amount_eur", "amount_usd", "order_value", "total_amount"})
_PER = r"\s+(?:(?:in|of|for|at)\s+(?:each|every)|per|by)\b"


def _is_group(noun: str, words: Lexicon) -> bool:
    """Whether a noun names a column whose values several rows share."""
    named = columns_called(noun, words)
    return any(is_text(words.column(name)) and not is_key(words.column(name), words) for name in named)


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)\s+(?:is|was)\s+)?(?:the\s+)?(?P<end>most|least)\s+(?P<how>ordered|sold|popular|bought|frequent|common|used|borrowed|rented|booked|visited|watched|played|requested|chosen)\s+(?P<value>[a-z]+)(?P<rest>\s+.+)?\s*\??\s*$"
)
def most_of_a_kind(found: re.Match[str], words: Lexicon) -> str | None:
    """``most ordered dessert``, where ``course`` has the value *dessert* and ``dish`` names what is ordered."""
    values = words.values.get((found["value"].lower(),), ()) or words.values.get((stem(found["value"].lower()),), ())
    if len(values) != 1 or columns_called(found["value"], words):
        return None
    ((column, value),) = values
    noun = _thing(column, words)
    if noun is None:
        return None
    quantity = (
        _figure(("quantity", "qty", "units"), words) if found["how"].lower() in {"sold", "ordered", "bought"} else None
    )
    if quantity is not None:
        end = "highest" if found["end"].lower() == "most" else "lowest"
        return f'which "{noun}" has the {end} total "{quantity}" where "{column}" is "{value}"{found["rest"] or ""}'
    end = "most" if found["end"].lower() == "most" else "fewest"
    return f'which "{noun}" has the {end} rows where "{column}" is "{value}"{found["rest"] or ""}'


_THINGS = "dish product item title name model article drug medicine film song book".split()


def _thing(kind: str, words: Lexicon) -> str | None:
    """The one column of what there are several kinds of."""
    texts = [c for c in words.card.columns if is_text(c) and c.sql != kind and not is_key(c, words)]
    named = [c.sql for c in texts if {canonical(part) for part in name_parts(c.sql)} & {*_THINGS}]
    return named[0] if len(named) == 1 else None


_BARE = r"above|over|below|under|(?:more|less|higher|greater|lower)\s+than|at\s+least|at\s+most|between"


@WORDINGS.wording(
    rf"\b(?P<noun>[a-z]+s)\s+(?:worth\s+)?(?P<than>{_BARE})\s+(?=[$€£]?\d[\d,.]*(?:k|m)?\b(?!\s*(?:%|percent|[a-z]*(?:days?|hours?|minutes?|years?|months?|weeks?))))"
)
def rows_of_amount(found: re.Match[str], words: Lexicon) -> str | None:
    """``credits above 100k``, where one column is called the amount of a row."""
    named = [c.sql for c in words.card.columns if is_number(c) and c.sql.lower() in _AMOUNTS]
    own = canonical(found["noun"].lower()) in row_nouns(words) or found["noun"].lower() == "rows"
    follows = re.match(
        r"[$€£]?[\d,.]+(?:k|m)?(?:\s+and\s+[\d,.]+k?)?\s+(?P<next>[a-z_]+)", found.string[found.end() :], re.I
    )
    if len(named) != 1 or not own or is_number_column(found["noun"], words) or _counts(follows, words):
        return None
    if not _within(found.string[found.end() :], words.column(named[0])):
        return None
    return f'{found["noun"]} with "{named[0]}" {found["than"]} '


def _within(behind: str, column: ColumnCard) -> bool:
    """Whether the number that begins a text lies between the ends of a column."""
    number = re.match(r"[$€£]?([\d,]+(?:\.\d+)?)(k|m)?", behind, re.IGNORECASE)
    least, most = column.minimum, column.maximum
    if number is None or not isinstance(least, int | float) or not isinstance(most, int | float):
        return False
    value = float(number[1].replace(",", "")) * {"k": 1e3, "m": 1e6}.get((number[2] or "").lower(), 1)
    return least <= value <= most


def is_number_column(noun: str, words: Lexicon) -> bool:
    """Whether a noun is the name of a column of amounts."""
    name = words.exact.get(noun.lower())
    return name is not None and is_number(words.column(name)) and not numbers_things(words.column(name))


def _counts(follows: re.Match[str] | None, words: Lexicon) -> bool:
    """Whether a noun behind the number says of what it is."""
    return follows is not None and follows["next"].lower() not in _PREPOSITIONS


_PREPOSITIONS = frozenset(
    "in by per for with without from on at since where who that and after before until during".split()
)


_OBJECTS: dict[str, tuple[str, ...]] = {
    "grew": ("yield", "harvest", "output", "production"), "grow": ("yield", "harvest", "output", "production"),
    "harvested": ("yield", "harvest"), "produced": ("output", "production", "yield", "quantity", "units"),
    "sold": ("quantity", "units", "qty"), "ordered": ("quantity", "qty"), "bought": ("quantity", "qty"),
    "drove": ("distance", "km", "miles"), "worked": ("hours",), "lent": ("amount",), "donated": ("amount",),
    "gave": ("amount",), "spent": ("amount", "cost", "spend"), "consumed": ("consumption", "kwh"),
}  # fmt: skip
"""Verbs, and the names that the amount of what was done may have."""


@WORDINGS.wording(
    rf"\b(?P<which>which|what)\s+(?P<noun>[a-z]+)\s+(?P<verb>{'|'.join(_OBJECTS)})\s+(?:the\s+)?(?P<end>most|least|fewest)\b(?P<what>\s+[a-z]+)?"
)
def did_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``which farm grew the most barley``: by the total of the yield, where the crop is barley."""
    what = (found["what"] or "").strip().lower()
    values = (words.values.get((what,)) or words.values.get((stem(what),)) or []) if what else []
    figure = _figure(_OBJECTS[found["verb"].lower()], words)
    of_kind = len(values) == 1 and not columns_called(what, words)
    group = columns_called(found["noun"], words)
    if figure is None or len(group) != 1 or not of_kind:
        return None  # "which region sold the most": of units, or of money?
    end = "highest" if found["end"].lower() == "most" else "lowest"
    rest = f' where "{values[0][0]}" is "{values[0][1]}"'
    return f'{found["which"]} "{group[0]}" has the {end} total "{figure}"{rest}'


@WORDINGS.wording(
    r"\b(?P<which>which|what)\s+(?P<noun>[a-z]+)\s+(?P<verb>brings?\s+in|brought\s+in|generates?|generated|makes|made|yields|yielded|produces|delivers|accounts\s+for)\s+(?:the\s+)?(?P<end>most|least)\s+(?P<figure>[a-z_]+)\b"
)
def brings_most(found: re.Match[str], words: Lexicon) -> str | None:
    """``which plan brings in the most mrr``: by its total."""
    group, figure = columns_called(found["noun"], words), columns_called(found["figure"], words)
    if len(group) != 1 or len(figure) != 1 or not is_number(words.column(figure[0])) or not adds_up(figure[0]):
        return None
    if is_key(words.column(group[0]), words):
        return None
    end = "highest" if found["end"].lower() == "most" else "lowest"
    return f'{found["which"]} "{group[0]}" has the {end} total "{figure[0]}"'


@WORDINGS.wording(
    r"\b(?P<has>has|have|had|does|did)\s+(?P<who>[\w ]+?)\s+(?P<got>got|have|handled?|managed?)\s*(?=\??\s*$)"
)
def light_end(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many projects has Luis Prat got``: the verb at the end adds nothing."""
    known = tuple(found["who"].lower().split()) in words.values
    many = re.match(r"\s*(?:how\s+many|how\s+much|which|what)\b", found.string, re.IGNORECASE)
    return f"{found['has']} {found['who']}" if known and many and not is_known(found["got"], words) else None


@WORDINGS.wording(r"\b(?P<one>[a-z]{3,})\s+of\s+(?P<other>[a-z]{3,})\b")
def name_with_of(found: re.Match[str], words: Lexicon) -> str | None:
    """``years of experience``, of ``years_experience``."""
    name = words.exact.get(f"{found['one']}_{found['other']}".lower())
    return f'"{name}"' if name is not None and is_number(words.column(name)) else None


@WORDINGS.wording(r"\bwho\s+(?P<verb>[a-z]{3,})s\s+(?=(?:the\s+)?[A-Za-z]*[\w-]+\s*\??\s*$)")
def who_does_it(found: re.Match[str], words: Lexicon) -> str | None:
    """``who operates M-07``: the ``operator`` of the row."""
    verb = found["verb"].lower()
    agents = [f"{root}{end}" for root in (verb, verb.removesuffix("e")) for end in ("er", "or", "r")]
    named = {words.exact[agent] for agent in agents if agent in words.exact}
    return f'what is the "{named.pop()}" of ' if len(named) == 1 and not is_known(found["verb"], words) else None


@WORDINGS.wording(
    r"^\s*(?:the\s+)?(?P<unit>year|quarter|month|week|day|weekday|hour)\s+with\s+(?:the\s+)?(?=(?:most|fewest|highest|lowest|least)\b)"
)
def time_with_most(found: re.Match[str], words: Lexicon) -> str:
    """``year with the fewest complaints``."""
    return f"which {found['unit']} has the "


@WORDINGS.wording(
    r"\b(?P<before>(?:average|mean|median|total|most\s+(?:common|frequent|popular))\b[\w\s]*?\s)(?P<prep>of|for|among)\s+(?P<value>[a-z-]+)\s+(?P<noun>[a-z]+s)\b(?=\s*[?.]?$|\s+(?:by|per|in|since)\b)"
)
def of_such_people(found: re.Match[str], words: Lexicon) -> str | None:
    """``most common treatment of private patients``: of the rows that are so."""
    values = words.values.get((found["value"].lower(),), ())
    noun = columns_called(stem(found["noun"].lower()), words)
    if len(values) != 1 or len(noun) != 1 or not is_text(words.column(noun[0])) or noun[0] == values[0][0]:
        return None
    if columns_called(found["value"], words) or re.search(r"\bnumber\s+of\b", found["before"], re.IGNORECASE):
        return None
    return f'{found["before"]}{found["prep"]} rows where "{values[0][0]}" is "{values[0][1]}"'


@WORDINGS.wording(
    r"^\s*(?:(?:which|what|who)\s+is\s+)?(?:the\s+)?(?P<end>top|best|biggest|largest|worst|smallest)\s+(?P<noun>[a-z]+)\s+by\s+(?P<figure>[a-z_]+)\s*\??\s*$"
)
def top_row_by(found: re.Match[str], words: Lexicon) -> str | None:
    """``top member by visits``: the row with the most."""
    figures, noun = columns_called(found["figure"], words), found["noun"].lower()
    amounts = [name for name in figures if is_number(words.column(name)) and not numbers_things(words.column(name))]
    if len(amounts) != 1 or stem(noun) != noun or not is_each_row(noun, words):
        return None
    low = found["end"].lower() in {"smallest"}
    return f'row with the {"lowest" if low else "highest"} "{amounts[0]}"' if found["end"].lower() != "worst" else None
