"""Wordings for what sales amount to: who spends the most, best seller, average order value, how much did Jana spend."""

from __future__ import annotations

import re

from .column_choice import is_number, is_text, numbers_things
from .lexicon import Lexicon
from .plan.words import name_parts
from .request import is_key
from .running import adds_up
from .tokens import canonical, stem
from .wordings import Wordings, amounts_called, date_of_rows, is_known

WORDINGS = Wordings()
_QUANTITIES = frozenset("quantity qty units pieces".split())
_PRICES = frozenset("unit_price price_per_unit price_each item_price price".split())
_AMOUNTS = frozenset("amount revenue sales spend spent turnover subtotal takings".split())
_MONEY = frozenset(
    "eur euro euros usd dollar dollars gbp chf fee fees cost costs discount tax refund vat rebate".split()
)
_BUYERS = frozenset("customer client buyer guest shopper member donor visitor patron tenant".split())
_PAID = frozenset("cost price rent fee fare amount paid spent".split())
_GOODS = frozenset("product item article dish sku title book drink flavour good model".split())


def _quantities(words: Lexicon) -> list[str]:
    return [c.sql for c in words.card.columns if is_number(c) and _QUANTITIES & {*name_parts(c.sql)}]


def _is_amount(name: str) -> bool:
    """Whether a column is called as what a sale amounts to; a ``total_km`` is none."""
    parts = {*name_parts(name)}
    return bool(_AMOUNTS & parts) or parts == {"total"} or ("total" in parts and bool(_CURRENCIES & parts))


_CURRENCIES = frozenset("eur euro euros usd dollar dollars gbp chf price value".split())


def worth(words: Lexicon) -> str | None:
    """What a row of sales amounts to, as the grammar reads it: a column of amounts, or quantity times price.

    None where the frame leaves a doubt: two amounts, or a discount beside the price.
    """
    numbers = [c for c in words.card.columns if is_number(c) and not numbers_things(c)]
    own = [c.sql for c in numbers if _is_amount(c.sql) and adds_up(c.sql)]
    prices = [c.sql for c in numbers if c.sql.lower() in _PRICES]
    many = _quantities(words)
    others = [c.sql for c in numbers if c.sql not in prices and (_MONEY | _PRICES) & {*name_parts(c.sql)}]
    if len(own) == 1 and not [name for name in others if name != own[0]]:
        return f'"{own[0]}"'
    if own or others or len(prices) != 1 or len(many) != 1 or not re.fullmatch(r"\w+", prices[0] + many[0]):
        return None
    return f"{many[0]} times {prices[0]}"


def _paid(words: Lexicon) -> str | None:
    """What is paid in a row: what it amounts to, or the one column of costs."""
    found = [c.sql for c in words.card.columns if is_number(c) and _PAID & {*name_parts(c.sql)} and adds_up(c.sql)]
    one = f'"{found[0]}"' if len(found) == 1 and not _quantities(words) and found[0].lower() not in _PRICES else None
    return worth(words) or one


def _one_text(named: frozenset[str], words: Lexicon) -> str | None:
    """The one column of texts with one of some nouns, of which each value may have several rows."""
    found = [c for c in words.card.columns if is_text(c) and named & {canonical(p) for p in name_parts(c.sql)}]
    return found[0].sql if len(found) == 1 and not is_key(found[0], words) else None


@WORDINGS.wording(
    r"^\s*(?:who|which\s+(?P<noun>[a-z]+))\s+(?:has\s+)?(?:spends?|spent|pays?|paid)\s+(?:us\s+)?(?:the\s+)?(?P<end>most|least)"
    r"(?:\s+money)?(?=\s*\?*$|\s+(?:in|on|for|since|during|at)\b)"
)
def who_spends(found: re.Match[str], words: Lexicon) -> str | None:
    """``who spends the most``: in total, by the one column of buyers."""
    who, amount = _one_text(_BUYERS, words), _paid(words)
    if who is None or amount is None or (found["noun"] and canonical(found["noun"].lower()) not in name_parts(who)):
        return None
    return f'which "{who}" has the {"highest" if found["end"].lower() == "most" else "lowest"} total {amount}'


@WORDINGS.wording(
    r"\b(?:how\s+much(?:\s+money)?|^what)\s+(?:did|does|has|have)\s+(?P<who>[\w'-]+(?:\s[\w'-]+)?)\s+(?:spend|spent|pay|paid)(?:\s+us)?"
    r"(?=\s*\?*$|\s+(?:in|on|for|since|during|last|this|at)\b)"
)
def how_much_spent(found: re.Match[str], words: Lexicon) -> str | None:
    """``how much did Jana spend in May``."""
    who, amount = _one_text(_BUYERS, words), _paid(words)
    known = words.values.get(tuple(found["who"].lower().split()), ())
    if who is None or amount is None or len(known) != 1 or known[0][0] != who:
        return None
    rest = re.sub(r"^\s+on\s+(?=[a-z])", " of ", found.string[found.end() :])
    return None if rest != found.string[found.end() :] else f'total {amount} of "{known[0][1]}"'


@WORDINGS.wording(
    r"\b(?P<figure>average|avg\.?|mean|median)\s+(?:order|basket|sale|purchase|transaction|ticket|receipt)(?:\s+(?:value|size|amount))"
)
def order_value(found: re.Match[str], words: Lexicon) -> str | None:
    """``average order value``: of the rows, or of the totals of an order that has several."""
    amount = worth(words)
    if amount is None or is_known(" ".join(found[0].lower().split()[1:]), words) or "size" in found[0].lower():
        return None
    orders = [
        c for c in words.card.columns if {canonical(p) for p in name_parts(c.sql)} & _ORDERS and numbers_things(c)
    ]
    if len(orders) > 1:
        return None
    figure = "median" if found["figure"].lower() in {"median"} else "average"
    if orders and not is_key(orders[0], words):
        grouped = re.match(r"\s*(?:by|per|for\s+each)\b", found.string[found.end() :], re.IGNORECASE)
        return None if grouped else f'{figure} total {amount} per "{orders[0].sql}"'
    return f"{figure} {amount}"


_ORDERS = frozenset("order receipt basket transaction sale purchase invoice bill ticket".split())


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)(?:'s|\s+is|\s+was|\s+are|\s+were)\s+)?(?:(?:our|the)\s+)?(?:(?P<best>best|top|biggest)|worst)[\s-]?"
    r"(?:(?P<seller>sellers?)|selling\s+(?P<noun>[a-z]+))(?=\s*\?*$|\s+(?:in|on|for|since|during|of|at|by|last|this)\b)"
)
@WORDINGS.wording(
    r"^\s*(?:which|what)\s+(?P<noun>[a-z]+)\s+(?:sells?|sold)\s+(?:the\s+)?(?:(?P<best>best|most)|worst|least)"
    r"(?=\s*\?*$|\s+(?:in|on|for|since|during|at|last|this)\b)"
)
def best_seller(found: re.Match[str], words: Lexicon) -> str | None:
    """``best seller``, ``which product sells best``: the one with the highest total quantity, which the answer says."""
    what, many = _one_text(_GOODS, words), _quantities(words)
    own = {canonical(part) for c in words.card.columns for part in name_parts(c.sql)}
    if what is None or len(many) != 1 or date_of_rows(words) is None:  # what is in stock is not sold
        return None
    if "by" in found.string[found.end() :].lower().split():
        return None
    noun = stem((found["noun"] or "").lower())
    if ("seller" in own and not noun) or (noun and canonical(noun) not in name_parts(what)):
        return None  # the best seller may be a person; the best selling shop is no product
    return f'which "{what}" has the {"highest" if found["best"] else "lowest"} total "{many[0]}"'


@WORDINGS.wording(
    r"^\s*(?:(?:what|which)(?:'s|\s+is|\s+was)\s+|whats\s+)?(?:the\s+)?(?P<end>biggest|largest|highest|smallest|lowest)\s+(?:single\s+)?"
    r"(?P<noun>order|sale|purchase|transaction|basket)(?=\s*\?*$|\s+(?:in|on|since|during|of|at|by)\b)"
)
def biggest_sale(found: re.Match[str], words: Lexicon) -> str | None:
    """``biggest sale``: the row with the highest quantity times price, where each row is one."""
    amount = worth(words)
    orders = [
        c for c in words.card.columns if {canonical(p) for p in name_parts(c.sql)} & _ORDERS and numbers_things(c)
    ]
    if amount is None or " times " not in amount or amounts_called(found["noun"], words):
        return None
    if len(orders) != 1 or not is_key(orders[0], words) or re.match(r"\s*by\b", found.string[found.end() :]):
        return None
    return f"row with the {'lowest' if found['end'].lower() in {'smallest', 'lowest'} else 'highest'} {amount}"
