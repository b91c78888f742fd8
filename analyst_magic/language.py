"""The language and the form of numbers in which people are shown something; all that is kept is English.

A text is written once, in English, with its values by name: ``message("{rows} rows of {frame}", rows=3, frame="a")``.
What comes of that is the English text, a ``str`` like any other, which goes into files, records, logs and exceptions as
it is. It knows what it was made of: ``localize`` gives it in the language of whoever looks at it, and ``tr`` does both.

The catalogues are ``locale/LANGUAGE/LC_MESSAGES/analyst_magic.po``, one for Python and the side panel. They are read
when the first text is shown in another language than English; nothing is compiled, and English reads nothing.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, reduce
from gettext import NullTranslations, c2py
from pathlib import Path
from typing import Any

AUTO = "auto"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "fr": "Français", "es": "Español", "zh": "中文"}
"""The languages that texts are shown in, by code, with their own names."""
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "analyst_magic"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says its user's language, as gettext reads them: the first that is set counts."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How numbers and dates are written.

    Attributes:
        thousands: What sets thousands apart.
        point: What stands before the decimals.
        date: A day, as ``strftime`` takes it.
        months: The short names of the months; empty for English ones.
        comma: What stands between the parts of a list.
    """

    thousands: str = ","
    point: str = "."
    date: str = "%Y-%m-%d"
    months: tuple[str, ...] = ()
    comma: str = ", "


CONVENTIONS = {
    ENGLISH: Conventions(),
    "de": Conventions(".", ",", "%d.%m.%Y",
                      tuple("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.".split())),
    "fr": Conventions("\u202f", ",", "%d/%m/%Y",
                      tuple("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split())),
    "es": Conventions(".", ",", "%d/%m/%Y", tuple("ene feb mar abr may jun jul ago sept oct nov dic".split())),
    "zh": Conventions(",", ".", "%Y/%m/%d", tuple(f"{month}月" for month in range(1, 13)), "、"),
}  # fmt: skip

_chosen = AUTO
_shown_in: ContextVar[str] = ContextVar("analyst_magic_language", default="")


def use(setting: str) -> None:
    """Take the setting ``language``: a code of ``LANGUAGES``, or ``auto`` for the language of the environment."""
    global _chosen
    _chosen = setting


def language() -> str:
    """The code of the language in which something is shown now.

    Example:
        >>> with shown_in("de"):
        ...     language()
        'de'
    """
    return _shown_in.get() or (_chosen if _chosen != AUTO else of_environment())


@contextmanager
def shown_in(code: str) -> Iterator[None]:
    """Show what is said within in another language; an unknown or empty code changes nothing.

    Example:
        >>> with shown_in("de"):
        ...     tr("{rows} rows", rows=1234567)
        '1.234.567 rows'
    """
    token = _shown_in.set(supported(code) or _shown_in.get())
    try:
        yield
    finally:
        _shown_in.reset(token)


def supported(tag: str) -> str:
    """The code of the language that a tag such as ``de_AT.UTF-8`` or ``zh-CN`` names; empty where there is none.

    Example:
        >>> supported("de_AT.UTF-8"), supported("zh-CN"), supported("nl"), supported("C")
        ('de', 'zh', '', '')
    """
    code = re.split(r"[-_.@]", tag, maxsplit=1)[0].lower()
    return code if code in LANGUAGES else ""


def of_environment(environ: Mapping[str, str] | None = None) -> str:
    """The language of the environment; English where it names none that we have.

    Example:
        >>> of_environment({"LANG": "fr_FR.UTF-8"}), of_environment({"LANGUAGE": "nl:de", "LANG": "C.UTF-8"})
        ('fr', 'de')
    """
    variables = os.environ if environ is None else environ
    tags = next((variables[name] for name in VARIABLES if variables.get(name)), "")
    return next(filter(None, map(supported, tags.split(":"))), ENGLISH)


class Message(str):
    """An English text that knows its template and its values, so that it can be shown in another language."""

    template: str
    plural: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, plural: str = "", values: Mapping[str, Any] | None = None) -> Message:
        found = values or {}
        chosen = plural if plural and found["number"] != 1 else template
        made = super().__new__(cls, _filled(chosen, found, ENGLISH))
        made.template, made.plural, made.values = template, plural, found
        return made

    def __reduce__(self) -> tuple[type[Message], tuple[str, str, Mapping[str, Any]]]:
        return Message, (self.template, self.plural, self.values)


def message(template: str, **values: Any) -> Message:
    """A text with its values, in English, to be shown in any language.

    Args:
        template: The text, with names in braces where values stand. Whole numbers are written with their thousands set
            apart; another form stands in the braces, as ``{seconds:.2f}``.
        values: The values. Those that are themselves messages are shown in the language too; a list has commas.

    Example:
        >>> message("There is no frame {name}.", name="sale")
        'There is no frame sale.'
    """
    return Message(template, values=values)


def messages(singular: str, plural: str, number: int, **values: Any) -> Message:
    """A text that depends on a number, which stands in it as ``{number}``.

    Example:
        >>> messages("{number} row", "{number} rows", 2000)
        '2,000 rows'
    """
    return Message(singular, plural, {"number": number, **values})


def sentences(texts: Iterable[str]) -> str:
    """Sentences one after the other, each of which is shown in the language.

    Example:
        >>> sentences(["There is no x.", "There is no y."])
        'There is no x. There is no y.'
    """
    found = [text for text in texts if text]
    return reduce(lambda before, after: message("{before} {after}", before=before, after=after), found) if found else ""


def tr(template: str, **values: Any) -> str:
    """A text with its values in the language of now."""
    return localize(message(template, **values))


def trn(singular: str, plural: str, number: int, **values: Any) -> str:
    """A text that depends on a number, in the language of now."""
    return localize(messages(singular, plural, number, **values))


def localize(text: str) -> str:
    """A text in the language of now: a ``Message`` with its values, any other one where a catalogue has it as it is.

    Example:
        >>> with shown_in("de"):
        ...     localize("For example:"), localize("No catalogue has this.")
        ('Zum Beispiel:', 'No catalogue has this.')
    """
    code = language()
    if code == ENGLISH or not text:
        return str(text)
    words = catalogue(code)
    if not isinstance(text, Message):
        return words.gettext(text)
    if text.plural:
        found = words.ngettext(text.template, text.plural, text.values["number"])
    else:
        found = words.gettext(text.template)
    return _filled(found, text.values, code)


def local_number(text: str) -> str:
    """A number that is written the English way, in the way of the language: ``1,234.5`` as ``1.234,5``.

    Example:
        >>> with shown_in("de"):
        ...     local_number("$1,234.50"), local_number("1e-05"), local_number("2025-01-31")
        ('$1.234,50', '1e-05', '2025-01-31')
    """
    return _separated(text, CONVENTIONS[language()])


def local_period(text: str, kind: str) -> str:
    """A day or a month that is written the English way, in the way of the language.

    Args:
        text: The text, such as ``2025-01-31``, ``2025-01-31 08:30`` or ``Jan 2025``.
        kind: ``date``, ``moment`` or ``month``; any other is left as it is.

    Example:
        >>> with shown_in("de"):
        ...     local_period("2025-01-31", "date"), local_period("Mar 2025", "month")
        ('31.01.2025', 'März 2025')
    """
    ways = CONVENTIONS[language()]
    if not ways.months:
        return text
    if kind in {"date", "moment"} and (found := re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", text)):
        year, month, day = found.groups()
        return ways.date.replace("%Y", year).replace("%m", month).replace("%d", day) + text[found.end() :]
    if kind == "month" and (found := re.fullmatch(r"([A-Z][a-z]{2}) (\d{1,4})", text)):
        names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
        month_name, year = found.groups()
        if month_name in names:
            own = ways.months[names.index(month_name)]
            return f"{year}年{own}" if language() == "zh" else f"{own} {year}"
    return text


def plotly_separators() -> str:
    """The point and the sign of thousands, as ``layout.separators`` of Plotly takes them."""
    ways = CONVENTIONS[language()]
    return ways.point + ways.thousands


class _Writer(string.Formatter):
    """Fills a template: numbers in the form of a language, messages in its words."""

    def __init__(self, ways: Conventions) -> None:
        self._ways = ways

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list | tuple):
            return self._ways.comma.join(self.format_field(one, "") for one in value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return format(localize(value) if isinstance(value, Message) else value, format_spec)
        text = format(value, format_spec or ("," if isinstance(value, int) else ""))
        return _separated(text, self._ways)


def _filled(template: str, values: Mapping[str, Any], code: str) -> str:
    if not values:
        return template
    if code == ENGLISH:
        with shown_in(ENGLISH):
            return _Writer(CONVENTIONS[code]).vformat(template, (), values)
    return _Writer(CONVENTIONS[code]).vformat(template, (), values)


def _separated(text: str, ways: Conventions) -> str:
    if (ways.thousands, ways.point) == (",", "."):
        return text
    signs = {",": ways.thousands, ".": ways.point}
    return re.sub(r"(?<=\d)[,.](?=\d)|(?<!\d)\.(?=\d)", lambda sign: signs[sign[0]], text)


class Catalogue(NullTranslations):
    """The texts of one language, read from a ``.po`` file as it is.

    Attributes:
        forms: How many forms a plural has.
        rule: The rule for them, as the file's header has it.
        entries: The translations, by the English text; of a plural, all its forms, by its singular.
        counted: The texts that depend on a number.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.entries: dict[str, list[str]] = {}
        self.counted: set[str] = set()
        for entry in read_po(text):
            self.entries[entry.text] = entry.translations
            self.counted |= {entry.text} if entry.plural else set()
        header = "".join(self.entries.pop("", [""]))
        found = re.search(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;\n]+);", header)
        self.forms, self.rule = (int(found[1]), found[2].strip()) if found else (2, "n != 1")
        self._form: Callable[[int], int] = c2py(self.rule)

    def gettext(self, message: str) -> str:
        """The translation of a text; the text itself where there is none."""
        found = self.entries.get(message)
        return found[0] if found and found[0] else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The translation of a text that depends on a number."""
        found = self.entries.get(msgid1)
        form = self._form(n)
        if found and form < len(found) and found[form]:
            return found[form]
        return msgid1 if n == 1 else msgid2


@dataclass(frozen=True, slots=True)
class Entry:
    """One text of a catalogue.

    Attributes:
        text, plural: The English text, and its plural where it has one.
        translations: Its translation, or all forms of it.
        places: Where it stands in the code.
    """

    text: str
    plural: str
    translations: list[str]
    places: tuple[str, ...] = ()


_LINE = re.compile(r'(?:(msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+)?"((?:[^"\\]|\\.)*)"\s*$')
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def read_po(text: str) -> Iterator[Entry]:
    """The entries of a ``.po`` file, its header with the empty text.

    Example:
        >>> list(read_po('#: a.py\\nmsgid "Code"\\nmsgstr "Quelltext"\\n'))
        [Entry(text='Code', plural='', translations=['Quelltext'], places=('a.py',))]
    """
    for block in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        places: list[str] = []
        key = ""
        for line in block.splitlines():
            if line.startswith("#:"):
                places += line[2:].split()
            elif found := _LINE.match(line):
                key = found[1] or key
                words = re.sub(r"\\(.)", lambda sign: _ESCAPES.get(sign[1], sign[1]), found[2])
                fields[key] = fields.get(key, "") + words
        if "msgid" in fields:
            forms = [value for name, value in fields.items() if name.startswith("msgstr")]
            yield Entry(fields["msgid"], fields.get("msgid_plural", ""), forms, tuple(places))


@cache
def catalogue(code: str) -> Catalogue:
    """The catalogue of a language; an empty one where there is none."""
    path = CATALOGUES / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    return Catalogue(path.read_text("utf-8") if path.is_file() else "")
