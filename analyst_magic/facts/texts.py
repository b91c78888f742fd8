"""Texts: lengths, what they are in truth (numbers, dates, addresses), and slips of spelling."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MOSTLY = 0.8
"""Share of the rows that must look like something for the column to be held for it."""
MAX_LOOKED_AT = 5_000
"""Distinct values, the commonest first, that patterns are tried on."""
PLACEHOLDERS = frozenset(
    {"", "-", "--", "?", ".", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "missing", "unknown", "tbd", "(blank)",
     "not available", "not applicable", "undefined", "#value!", "#ref!", "#div/0!", "k.a.", "xxx", "test", "n.a.",
     "nat", "<na>", "no data", "not given", "not specified", "not known", "no value", "empty", "to be determined",
     "unbekannt", "keine angabe", "k. a.", "ohne angabe", "inconnu", "non renseigné", "desconocido", "sin datos",
     "0000-00-00"}
)  # fmt: skip
_MARKS_ALONE = re.compile(r"[-–—.?*_/\\#~]+")
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\s?[-+]?(?:\d{1,3}(?:[,. ']\d{3})+|\d+)(?:[.,]\d+)?\s?[%$€£¥)]?")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE_FORMS = {
    "2024-01-31": re.compile(
        r"\d{4}-\d{1,2}-\d{1,2}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    ),
    "31/01/2024": re.compile(r"\d{1,2}/\d{1,2}/\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?"),
    "31.01.2024": re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?"),
    "31-01-2024": re.compile(r"\d{1,2}-\d{1,2}-\d{4}"),
    "2024/01/31": re.compile(r"\d{4}/\d{1,2}/\d{1,2}"),
    "31 Jan 2024": re.compile(rf"\d{{1,2}}[ -]{_MONTH}[ -]\d{{2,4}}|{_MONTH} \d{{1,2}},? \d{{4}}", re.I),
}
_BOOLEANS = ({"yes", "no"}, {"y", "n"}, {"true", "false"}, {"t", "f"}, {"1", "0"}, {"on", "off"})
_UNIT = re.compile(r"[-+]?\d[\d,. ']*\s?(?P<unit>[A-Za-zµ°€$£][A-Za-z²³/%°]{0,5})")
_MARKUP = re.compile(
    r"&(?:amp|lt|gt|quot|nbsp|apos|#x?[0-9a-f]{2,5});|</?(?:b|i|u|p|br|a|div|span|strong|em|li|ul|td)\b[^>]*>", re.I
)
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff]")
_TWO_ALPHABETS = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")
_DAMAGED = re.compile("\ufffd|Ã[\u0080-\u00bf¤¶¼Ÿ©¨ª«®±³´]|â€|Â[\u00a0-\u00bf]")


def _iban(text: str) -> bool:
    """Whether the check digits of an account number are right (ISO 13616: the remainder by 97 is 1)."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _card(text: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812, Luhn's sum)."""
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"[3-6]\d{12,18}", digits):
        return False
    doubled = [int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text.strip()) is not None


def _address_of_version_6(text: str) -> bool:
    """Whether a text is such an address; 09:15:00 is a time."""
    try:
        ipaddress.IPv6Address(text.strip())
    except ValueError:
        return False
    return True


def _telephone(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    shape = re.fullmatch(r"(?:\+|00|\(|0)[\d ()/.-]{6,20}|\d{3}[-. ]\d{3}[-. ]\d{4}", text.strip())
    return shape is not None and 7 <= digits <= 15 and not any(form.fullmatch(text) for form in DATE_FORMS.values())


PERSONAL: dict[str, Callable[[str], bool]] = {
    "e-mail addresses": _matches(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "bank accounts (IBAN)": _iban,
    "card numbers": _card,
    "social security numbers": _matches(r"\d{3}-\d{2}-\d{4}"),
    "IP addresses": _matches(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"),
    "IP addresses (version 6)": _address_of_version_6,
    "telephone numbers": _telephone,
}
NAMED_PERSONAL = (
    ("names of people", r"(?:first|last|sur|full|given|family|middle|maiden|contact|customer|employee|patient|client)"
                        r"[ _-]?name|surname|vorname|nachname"),
    ("dates of birth", r"(?:^|_| )dob(?:$|_| )|birth[ _-]?(?:date|day)|date[ _-]?of[ _-]?birth|geburtsdatum"),
    ("addresses", r"street|(?:home|postal|mailing|billing|shipping)[ _-]?address|^address(?:[ _]?\d|[ _]line)?"),
    ("passport or tax numbers", r"passport|tax[ _-]?(?:id|number)|national[ _-]?id|\bssn\b"),
)  # fmt: skip
"""Personal data that the name of a column tells of."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def facts(values: Sequence[str], counts: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Lengths, and the shares of rows that are empty, numbers or dates.

    Args:
        values: Distinct texts, the commonest first.
        counts: The rows that have each.
    """
    if not len(values):
        return {}
    lengths = np.array([len(text) for text in values])
    mean = float(np.average(lengths, weights=counts))
    return {"shortest": int(lengths.min()), "longest": int(lengths.max()), "mean_length": mean}


def share(values: Sequence[str], counts: np.ndarray[Any, Any], test: Callable[[str], bool]) -> float:
    """The share of the rows whose text passes a test; of many texts the commonest are tried."""
    looked = values[:MAX_LOOKED_AT]
    rows = counts[: len(looked)]
    total = int(rows.sum())
    return sum(int(n) for text, n in zip(looked, rows, strict=True) if test(text)) / total if total else 0.0


def is_number(text: str) -> bool:
    """Whether a text is a number as people write it: ``1,234.50``, ``$3``, ``12%``."""
    stripped = text.strip()
    digits = stripped.lstrip("+-")
    if len(digits) > 1 and digits[0] == "0" and digits.isdigit():
        return False  # 00501 is a code
    return _NUMBER.fullmatch(stripped) is not None and not any(form.fullmatch(stripped) for form in DATE_FORMS.values())


def has_codes(values: Sequence[str]) -> bool:
    """Whether digits are codes: some begin with a zero, as 00501 does."""
    return any(text[:1] == "0" and len(text) > 1 and text.isdigit() for text in values[:MAX_LOOKED_AT])


def date_form(text: str) -> str:
    """The form of a date that a text has; empty where it is none."""
    return next((name for name, form in DATE_FORMS.items() if form.fullmatch(text.strip())), "")


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a missing value."""
    plain = text.strip().casefold()
    return plain in PLACEHOLDERS or _MARKS_ALONE.fullmatch(plain) is not None


def is_damaged(text: str) -> bool:
    """Whether a text was read in the wrong encoding at some time, or mixes letters of two alphabets in a word."""
    return _DAMAGED.search(text) is not None or _TWO_ALPHABETS.search(text) is not None


def has_markup(text: str) -> bool:
    """Whether a text has tags or entities of HTML."""
    return _MARKUP.search(text) is not None


def has_invisible(text: str) -> bool:
    """Whether a text has characters that nobody sees: control characters, blanks of no width."""
    return _INVISIBLE.search(text) is not None


def unit(values: Sequence[str], counts: np.ndarray[Any, Any]) -> str:
    """The unit that nearly all texts have after a number, as in ``72.5 kg``; empty where there is none."""
    found: dict[str, int] = {}
    for text, n in zip(values[:MAX_LOOKED_AT], counts, strict=False):
        match = _UNIT.fullmatch(text.strip())
        if match:
            found[match["unit"]] = found.get(match["unit"], 0) + int(n)
    best = max(found, key=lambda each: found[each], default="")
    return best if best and found[best] >= MOSTLY * int(counts[:MAX_LOOKED_AT].sum()) else ""


def personal(name: str, values: Sequence[str], counts: np.ndarray[Any, Any]) -> str:
    """What personal data a column seems to hold; empty where none."""
    usable = [(text, n) for text, n in zip(values[:1_000], counts, strict=False) if not is_placeholder(text)]
    rows = sum(int(n) for _, n in usable)
    for what, test in PERSONAL.items():
        if rows and sum(int(n) for text, n in usable if test(text)) >= 0.5 * rows:
            return what
    return personal_by_name(name)


def personal_by_name(name: str) -> str:
    """What personal data the name of a column tells of; empty where none."""
    spoken = _CAMEL.sub("_", name).casefold()
    return next((what for what, pattern in NAMED_PERSONAL if re.search(pattern, spoken)), "")


def slips(values: Sequence[str], counts: np.ndarray[Any, Any]) -> list[tuple[str, str]]:
    """Rare texts one letter away from a common one, each with that one: ``Nroth``, ``North``."""
    words = [(text, int(n)) for text, n in zip(values, counts, strict=True) if not any(c.isdigit() for c in text)]
    total = sum(n for _, n in words)
    common = [(text, n) for text, n in words if n >= 0.02 * total and n >= 10 and len(text) >= 4]
    found = []
    for text, n in words:
        if n > 0.005 * total + 2 or len(text) < 4:
            continue
        near = next((c for c, m in common if m >= 20 * n and one_edit(text.casefold(), c.casefold())), None)
        if near is not None and text.casefold().strip() != near.casefold().strip():
            found.append((text, near))
    return found


def one_edit(a: str, b: str) -> bool:
    """Whether two texts differ by one letter more, less, other or exchanged with its neighbour."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest, other = a[start:], b[start:]
    if len(rest) == len(other):
        return rest[1:] == other[1:] or (rest[:2] == other[1::-1][:2] and rest[2:] == other[2:])
    return rest[1:] == other if len(rest) > len(other) else rest == other[1:]


def boolean_forms(values: Sequence[str]) -> bool:
    """Whether texts are yes and no, written in more than one way."""
    words = {text.strip().casefold() for text in values} - {""}
    forms = [pair for pair in _BOOLEANS if words & pair]
    return len(words) > 2 and len(forms) > 1 and words <= set().union(*forms)


def decimal_marks(values: Sequence[str]) -> bool:
    """Whether some numbers have a decimal comma and others a decimal point."""
    comma = sum(bool(re.fullmatch(r"-?\d+,\d{1,2}", text.strip())) for text in values[:MAX_LOOKED_AT])
    point = sum(bool(re.fullmatch(r"-?\d+\.\d{1,2}", text.strip())) for text in values[:MAX_LOOKED_AT])
    return comma > 0 and point > 0


def cut_length(values: Sequence[str]) -> int | None:
    """The length at which texts were cut off; None where they were not."""
    lengths = np.array([len(text) for text in values])
    if len(lengths) < 20:
        return None
    longest = int(lengths.max())
    at, near = int((lengths == longest).sum()), int(((lengths >= longest - 3) & (lengths < longest)).sum())
    varied = int(lengths.min()) < 0.8 * longest
    return longest if longest >= 20 and varied and at >= 5 and at >= 0.02 * len(lengths) and at > 2 * near else None
