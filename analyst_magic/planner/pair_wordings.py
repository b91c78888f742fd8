"""Wordings that compare two columns of a row: over budget, above target, finished late, missed the deadline."""

from __future__ import annotations

import re

from .column_choice import is_number, numbers_things
from .duration_wordings import between
from .flags import is_flag_column
from .lexicon import Lexicon
from .plan.sql import is_time
from .plan.words import UNITS, name_parts
from .span_wordings import begins_a_row
from .tokens import canonical, past_forms
from .wordings import Wordings, amounts_called, is_each_row, is_known

WORDINGS = Wordings()
_BOUND = (
    r"budget|target|quota|limit|goal|forecast|estimate|plan|sla|allowance|reorder[\s_](?:level|point)|min(?:imum)?[\s_]stock"
    r"|safety[\s_]stock|threshold|capacity"
)
_REACHED = frozenset("actual spent spend cost expense used reached achieved real sold".split())
_STOCK = frozenset("hand stock quantity available".split())
_WENT = (
    r"(?:(?:that|which|who)\s+)?"
    r"(?:(?:is|are|was|were|went|ran|go|goes|run|came|come|have\s+gone|has\s+gone|have\s+run|finished|got)\s+)?"
)
_UNIT_PARTS = frozenset(UNITS) | frozenset("hour hours day days minute minutes min mins eur usd pct".split())


@WORDINGS.wording(
    rf"\b{_WENT}(?P<than>over|above|beyond|under|below|within|on)\s+(?:the\s+|their\s+|its\s+)?(?P<bound>{_BOUND})\b"
    r"(?!\s+(?:of\s+)?[\d$€£])(?=\s*[?.]?$|\s+(?:by|per|in|for|and|on|at|from|with|since|each)\b)"
)
def beyond_bound(found: re.Match[str], words: Lexicon) -> str | None:
    """``projects over budget``, where the actual cost of each row stands beside its budget."""
    before = re.search(r"(\w+)\s*$", found.string[: found.start()])
    compared = before is not None and amounts_called(before[1], words)  # "where spent is above budget"
    pair = None if compared or _is_drawn(found.string) else _pair(found["bound"].lower(), words)
    if pair is None:
        return None
    than = {"over": ">", "above": ">", "beyond": ">", "within": "<="}.get(found["than"].lower(), "<")
    return None if found["than"].lower() == "on" else f'where "{pair[0]}" {than} "{pair[1]}"'


@WORDINGS.wording(
    rf"\b(?:(?:that|which|who)\s+)?(?:(?:have|has|had)\s+)?(?P<did>exceeded|exceed|exceeds|beat|missed|miss|met|hit|reached)\s+(?:the\s+|their\s+|its\s+)?(?P<bound>{_BOUND})\b"
)
def did_bound(found: re.Match[str], words: Lexicon) -> str | None:
    """``incidents that missed the target``, ``reps who beat their quota``: of hours less is better, of money more."""
    pair = _pair(found["bound"].lower(), words)
    if pair is None:
        return None
    did, takes_less = found["did"].lower(), found["bound"].lower() in {"budget", "limit", "sla"} or _is_time(pair[0])
    if did in {"exceeded", "exceed", "exceeds"}:
        return f'where "{pair[0]}" > "{pair[1]}"'
    missed = did in {"missed", "miss"}
    than = {(True, True): ">", (True, False): "<", (False, True): "<=", (False, False): ">="}[missed, takes_less]
    return None if did == "beat" else f'where "{pair[0]}" {than} "{pair[1]}"'


def _is_drawn(text: str) -> bool:
    """Whether *over* may stand between the axes of a chart."""
    return re.search(r"\b(?:chart|plot|graph|line|bar|scatter|draw)\b", text, re.IGNORECASE) is not None


def _is_time(name: str) -> bool:
    return bool({"hour", "day", "minute", "time", "duration", "delay"} & {canonical(p) for p in name_parts(name)})


def _pair(bound: str, words: Lexicon) -> tuple[str, str] | None:
    """What was reached, and what it was to be: the one column for each; None where one is not clear."""
    numbers = [c.sql for c in words.card.columns if is_number(c) and not numbers_things(c)]
    wanted = {canonical(part) for part in name_parts(bound)}
    bounds = [name for name in numbers if wanted <= {canonical(part) for part in name_parts(name)}]
    if len(bounds) != 1:
        return None
    own = {canonical(part) for part in name_parts(bounds[0])} - wanted
    others = [name for name in numbers if name != bounds[0]]
    parts = {name: {canonical(part) for part in name_parts(name)} for name in others}
    shared = [name for name in others if own and own <= parts[name]]
    nouns = _STOCK if wanted & {"reorder", "stock"} else _REACHED
    actual = [name for name in others if "actual" in parts[name]] or [n for n in others if parts[n] & nouns]
    reached = shared if len(shared) == 1 else actual
    return (reached[0], bounds[0]) if len(reached) == 1 else None


_DUE = frozenset("due deadline planned expected promised scheduled eta estimated target".split())
_DONE = r"finished|completed|delivered|shipped|closed|returned|paid|ended|done|arrived|submitted|resolved"


@WORDINGS.wording(
    rf"\b(?:(?:that|which)\s+)?(?:(?:were|was|are|is)\s+)?(?P<done>{_DONE})\s+(?P<late>late|too\s+late|after\s+(?:the\s+|their\s+)?(?:deadline|due\s+date)|behind\s+schedule|early|on\s+time|before\s+(?:the\s+|their\s+)?(?:deadline|due\s+date))\b"
)
def done_late(found: re.Match[str], words: Lexicon) -> str | None:
    """``projects finished late``, where each row has a ``due_on`` and a ``finished_on``."""
    low = " ".join(found["late"].lower().split())
    if any(is_flag_column(words.exact[name], words) for name in ("late", "on_time") if name in words.exact):
        return None
    times = [c.sql for c in words.card.columns if is_time(c)]
    due = [name for name in times if _DUE & {*name_parts(name)}]
    forms = {*past_forms(found["done"].lower())}
    done = [name for name in times if name not in due and forms & {*name_parts(name)}]
    if len(due) != 1 or len(done) != 1:
        return None
    than = "<=" if low == "on time" else "<" if low.startswith(("early", "before")) else ">"
    return f'where "{done[0]}" {than} "{due[0]}"'


_SO_LATE = r"(?:too\s+)?(?P<late>late|delayed|early|on[\s-]time)"


@WORDINGS.wording(
    r"\b(?P<figure>average|mean|median|longest|biggest|worst|maximum)\s+delay(?P<late>\s+of\s+(?:the\s+)?late\s+(?P<rows>[a-z]+s))?(?=\s*[?.!]*$|\s+(?:by|per|in|at|to|from|for|with|each)\b)"
)
def delay(found: re.Match[str], words: Lexicon) -> str | None:
    """``longest delay``, ``average delay of late parcels``: the time after the promised one."""
    dates = None if is_known("delay", words) else _done_and_due(words)
    said = between("time", *dates[::-1], words) if dates is not None else None
    figure = found["figure"].lower()
    if dates is None or said is None or (figure in {"average", "mean", "median"} and not found["late"]):
        return None  # of all of them, or of the late ones?
    if found["rows"] and not is_each_row(found["rows"], words):
        return None
    late = f' where "{dates[0]}" > "{dates[1]}"' if found["late"] else ""
    return f"{figure if figure in {'average', 'mean', 'median'} else 'maximum'} {said}{late}"


@WORDINGS.wording(rf"\b{_SO_LATE}\s+(?P<rows>[a-z]+s)\b")
def late_rows(found: re.Match[str], words: Lexicon) -> str | None:
    """``late parcels by carrier``, where each parcel has a ``promised`` and a ``delivered``."""
    dates = _done_and_due(words) if is_each_row(found["rows"], words) else None
    if dates is None or words.column(dates[0]).nulls:
        return None  # those that have not come may be late as well
    said = _as_late(found["late"], words)
    return said and f"{found['rows']} where {said} "


@WORDINGS.wording(
    rf"\b(?:(?:that|which)\s+)?(?:arrived|came|come|arrives?|were|was|are|is|got\s+there)\s+{_SO_LATE}(?=\s*[?.!]*$|\s+(?:by|per|in|at|to|from|of|for|with|each)\b)"
)
def arrived_late(found: re.Match[str], words: Lexicon) -> str | None:
    """``how many parcels arrived late``."""
    said = _as_late(found["late"], words)
    return said and f"where {said}"


@WORDINGS.wording(
    r"\b(?P<late>late|on[\s-]time|early)\s+(?:(?:arrivals?|delivery|deliveries)\s+)?(?:rate|share|percentage|ratio)\b"
)
def late_rate(found: re.Match[str], words: Lexicon) -> str | None:
    """``on time rate by carrier``: of the rows that have come."""
    said, dates = _as_late(found["late"], words), _done_and_due(words)
    if said is None or dates is None:
        return None
    if not words.column(dates[0]).nulls:
        return f"share of rows where {said}"
    return f'percentage of rows where "{dates[0]}" is not missing that are where {said}'


def _as_late(late: str, words: Lexicon) -> str | None:
    dates = _done_and_due(words)
    if dates is None or is_known(late, words):
        return None
    low = late.lower().replace("-", " ")
    than = "<=" if low == "on time" else "<" if low == "early" else ">"
    return f'"{dates[0]}" {than} "{dates[1]}"'


def _done_and_due(words: Lexicon) -> tuple[str, str] | None:
    """The one date when a row was done and the one when it was to be, of which neither begins the row."""
    times = [c.sql for c in words.card.columns if is_time(c)]
    due = [name for name in times if _DUE & {*name_parts(name)}]
    done = [name for name in times if name not in due and not begins_a_row(name)]
    return (done[0], due[0]) if len(due) == 1 and len(done) == 1 else None


@WORDINGS.wording(r"\b(?:average|mean|total)\s+(?P<what>overrun|overspend|overspending|underspend|shortfall)\b")
def overrun(found: re.Match[str], words: Lexicon) -> str | None:
    """``average overrun per manager``: what was spent beyond the budget."""
    pair = None if is_known(found["what"], words) else _pair("budget", words) or _pair("target", words)
    if pair is None:
        return None
    first, second = pair if found["what"].lower().startswith("over") else pair[::-1]
    return f"{found[0].split()[0]} {first} minus {second}"


@WORDINGS.wording(r"\b(?:(?:that|which)\s+)?(?:(?:are|is|were|was)\s+)?(?P<out>out\s+of|in)\s+stock\b")
def out_of_stock(found: re.Match[str], words: Lexicon) -> str | None:
    """``which products are out of stock``: of those there is none."""
    named = _stock(words)
    return named and f'where "{named}" {"is" if found["out"].lower().startswith("out") else "above"} 0'


@WORDINGS.wording(
    r"(?P<before>\b(?:that|which)\s+(?:are|is|were|was)\s+|\b(?:are|is)\s+)?\b(?:completely\s+)?sold[\s-]out\b(?P<rows>\s+[a-z]+s\b)?"
)
def sold_out(found: re.Match[str], words: Lexicon) -> str | None:
    """``sold out wines``, ``which products are sold out``, where ``bottles_left`` says how many there are."""
    named = _stock(words) or _left(words)
    rows = (found["rows"] or "").strip()
    if named is None or (rows and not is_each_row(rows, words)):
        return None
    return f'{rows} where "{named}" is 0'.strip()


def _stock(words: Lexicon) -> str | None:
    """The one column of how many are in stock."""
    named = [words.exact[name] for name in _STOCKS if name in words.exact]
    counted = [name for name in named if is_number(words.column(name))]
    return counted[0] if len(counted) == 1 and "in_stock" not in words.exact else None


def _left(words: Lexicon) -> str | None:
    """The one column of how many are left, such as ``bottles_left``."""
    named = [c.sql for c in words.card.columns if is_number(c) and {"left", "remaining"} & {*name_parts(c.sql)}]
    return named[0] if len(named) == 1 else None


_STOCKS = ("stock", "on_hand", "stock_level", "units_in_stock", "quantity_on_hand", "inventory")
