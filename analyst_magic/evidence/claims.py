"""What the results of an investigation's steps say to its claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..turn import Output
from ..turn.investigation import Claim
from ..wording import count
from .trace import MARK, unknown_ends
from .values import Grid, grids
from .words import sentences

_RISES = re.compile(r"\b(?:rose|rises?|risen|increas\w*|grew|grows?|grown|gain\w*|higher|more)\b", re.I)
_FALLS = re.compile(
    r"\b(?:fell|falls?|fallen|decreas\w*|declin\w*|dropp?\w*|lost|loses?|shrank|shr[iu]nk\w*|lower|fewer|less)\b", re.I
)
_NOT = re.compile(r"\b(?:not|no|never|neither|nor|without|hardly)\b|n['’]t\b", re.I)
_CHANGE = re.compile(r"\b(?:change|difference|diff|delta|growth|contribution)\b")


def weighed(
    claim: Claim,
    outputs: Mapping[int, Sequence[Output]],
    failed: Mapping[int, str],
    withheld: frozenset[int],
    given: str,
) -> Claim:
    """A claim with what the results of its steps say to it.

    Args:
        claim: The claim.
        outputs: What each step computed, by its number.
        failed: Why a step gave no result, by its number.
        withheld: The steps whose figures the author of the claim could not know.
        given: What numbers may come from besides: the question and the plan.

    Example:
        >>> import pyarrow as pa
        >>> table = Output("table", pa.table({"region": ["West", "East"], "change": [-20.0, 5.0]}))
        >>> said = Claim("West rose by 20.", (1,))
        >>> weighed(said, {1: [table]}, {}, frozenset(), "").remark
        'The result says the opposite: change of West is -20.'
        >>> weighed(Claim("West lost 21.", (1,)), {1: [table]}, {}, frozenset(), "").text
        'West lost 21 [not found in a result].'
    """
    if not claim.steps:
        return replace(claim, support="unsupported", remark="It names no step that it rests on.")
    without = [number for number in claim.steps if number in failed]
    if len(without) == len(claim.steps):
        which = _steps(without)
        return replace(claim, support="unsupported", remark=f"{which[:1].upper()}{which[1:]} gave no result.")
    computed = grids([output for number in claim.steps for output in outputs.get(number, ())])
    directions = list(_directions(claim.text, computed))
    opposite = next((found for agrees, found in directions if not agrees), "")
    if opposite:
        return replace(claim, support="contradicted", remark=f"The result says the opposite: {opposite}.")
    ends = unknown_ends(claim.text, computed, given)
    if ends:
        return _with_unknown(claim, ends, computed, outputs)
    if set(claim.steps) <= withheld and not directions:
        remark = f"The figures of {_steps(claim.steps)} were withheld from the model: check them there."
        return replace(claim, support="unsupported", remark=remark)
    return claim


def _with_unknown(
    claim: Claim, ends: Sequence[int], computed: Sequence[Grid], outputs: Mapping[int, Sequence[Output]]
) -> Claim:
    """A claim with its numbers marked that its results do not hold in that place."""
    text = claim.text
    numbers = {sentence.start + n.end: n for sentence in sentences(text, tuple(computed)) for n in sentence.numbers}
    elsewhere = [end for end in ends if end in numbers and _is_in(computed, numbers[end])]
    for end in reversed(ends):
        text = text[:end] + MARK + text[end:]
    if elsewhere:
        remark = f"{count(len(elsewhere), 'number')} of it stands beside another name in the result."
        return replace(claim, text=text, support="contradicted", remark=remark)
    others = [n for n in outputs if n not in claim.steps and not unknown_ends(claim.text, grids(outputs[n]))]
    there = f" Step {others[0]} holds them." if others else ""
    remark = f"{count(len(ends), 'number')} of it in no result of {_steps(claim.steps)}.{there}"
    remark = remark.replace(" of it in", " of it is in" if len(ends) == 1 else " of it are in", 1)
    return replace(claim, text=text, support="unsupported", remark=remark)


def _is_in(computed: Sequence[Grid], number: object) -> bool:
    """Whether a number is in any row, whatever it is of."""
    readings = [reading for reading in getattr(number, "readings", ()) if not reading.weak]
    return any(
        column.rows_near(low, high, 1)
        for reading in readings
        for low, high in ((reading.low, reading.high), (-reading.high, -reading.low))
        for grid in computed
        for column in grid.columns
        if not column.key
    )


def _directions(text: str, computed: Sequence[Grid]) -> Iterator[tuple[bool, str]]:
    """Each change in the results that the words speak of: whether its sign is theirs, and what it is."""
    for sentence in re.split(r"(?<=[.;!?])\s+|,?\s+\b(?:while|but|whereas)\b", text):
        rises, falls = bool(_RISES.search(sentence)), bool(_FALLS.search(sentence))
        if rises == falls or _NOT.search(sentence):
            continue
        for grid in computed:
            named = {name: rows for name, rows in grid.names.items() if re.search(rf"\b{re.escape(name)}\b", sentence)}
            if len(named) != 1:  # which of several rises is not told by the words alone
                continue
            ((name, rows),) = named.items()
            for column in grid.columns:
                values = [value for row in rows if (value := column.values[row])]
                if _CHANGE.search(column.label) and len(values) == 1:
                    yield (values[0] > 0) == rises, f"{column.label} of {name} is {values[0]:g}"


def _steps(numbers: Sequence[int]) -> str:
    return f"step {numbers[0]}" if len(numbers) == 1 else f"steps {', '.join(map(str, numbers))}"
