"""Formulas of a workbook, read token by token: what reaches out of it is refused, what only looks like it passes.

The grammar is that of Office Open XML (ISO/IEC 29500-1, 18.17): texts stand in double quotes, names of sheets in single
quotes, columns of tables in brackets. A function is known, or the formula is refused: an add-in may give any other
name a meaning on the machine where the workbook is opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from openpyxl.utils import FORMULAE

from . import links

MAX_LENGTH = 40_000  # Excel's own limit is 8,192 characters
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')*')
    |(?P<bracket>\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
    |(?P<name>[$]?[^\W\d][\w.$?]*)
    |(?P<number>[$]?\d[\d.]*(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<space>\s+)
    |(?P<error>\#(?:N/A|[A-Z]+(?:/0)?[!?]))
    |(?P<sign><[=>]?|>=?|[-+*/^&=%:,;(){}!@\#])""",
    re.VERBOSE,
)
_PREFIX = re.compile(r"(?:_xl(?:fn|ws|udf|pm|eta)\.)+", re.IGNORECASE)
_CELL = re.compile(r"[$]?[A-Z]{1,3}[$]?\d{1,7}", re.IGNORECASE)
_ROW = re.compile(r"(?<=[A-Za-z$])\d+")
_OUTSIDE = re.compile(r"[\[\]\\/|]")
_BUILDS = re.compile(r"\\|(?<![hHmM\d]):(?!\s)|:(?![\smMsS\d])")  # but for times, as in hh:mm
_INDIRECTLY = re.compile(r"[\\|\[]|://|file:", re.IGNORECASE)
_TIME = re.compile(r"[hHmM]:[mMsS]")
_ELSEWHERE = re.compile(r"://.*[#\]]|\\\\|\[[^\]]*\].*!|\|.*!")
_PART_OF_ELSEWHERE = re.compile(r"\\|file:|\[[^\]]*(?:\.\w|$)|^[^\[]*\]", re.IGNORECASE)
_LATER = """
ACOT ACOTH AGGREGATE ANCHORARRAY ARABIC ARRAYTOTEXT BASE BETA.DIST BETA.INV BINOM.DIST BINOM.DIST.RANGE BINOM.INV BITAND
BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING.MATH CEILING.PRECISE CHISQ.DIST CHISQ.DIST.RT CHISQ.INV
CHISQ.INV.RT CHISQ.TEST CHOOSECOLS CHOOSEROWS COMBINA CONCAT CONFIDENCE.NORM CONFIDENCE.T COT COTH COVARIANCE.P
COVARIANCE.S CSC CSCH DAYS DBCS DECIMAL DROP ENCODEURL ERF.PRECISE ERFC.PRECISE EXPAND EXPON.DIST F.DIST F.DIST.RT F.INV
F.INV.RT F.TEST FILTER FLOOR.MATH FLOOR.PRECISE FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY
FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT GAMMA GAMMA.DIST GAMMA.INV GAMMALN.PRECISE GAUSS GROUPBY HSTACK
HYPGEOM.DIST IFNA IFS IMCOSH IMCOT IMCSC IMCSCH IMSEC IMSECH IMSINH IMTAN ISFORMULA ISOMITTED ISOWEEKNUM LAMBDA LET
LOGNORM.DIST LOGNORM.INV MAKEARRAY MAP MAXIFS MINIFS MODE.MULT MODE.SNGL MUNIT NEGBINOM.DIST NORM.DIST NORM.INV
NORM.S.DIST NORM.S.INV NUMBERVALUE PDURATION PERCENTILE.EXC PERCENTILE.INC PERCENTOF PERCENTRANK.EXC PERCENTRANK.INC
PERMUTATIONA PHI PIVOTBY POISSON.DIST QUARTILE.EXC QUARTILE.INC RANDARRAY RANK.AVG RANK.EQ REDUCE REGEXEXTRACT
REGEXREPLACE REGEXTEST RRI SCAN SEC SECH SEQUENCE SHEET SHEETS SINGLE SKEW.P SORT SORTBY STDEV.P STDEV.S SWITCH T.DIST
T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW TRIMRANGE UNICHAR
UNICODE UNIQUE USDOLLAR VALUETOTEXT VAR.P VAR.S VSTACK WEIBULL.DIST WRAPCOLS WRAPROWS XLOOKUP XMATCH XOR Z.TEST
"""
# Functions that ask a server, another program or a file, or run something: of Excel, its macro sheets and LibreOffice.
_REACHING = frozenset("""
CALL COPILOT DDE DDEINIT DETECTLANGUAGE EXEC FCLOSE FIELDVALUE FILTERXML FOPEN FREAD FWRITE GET IMAGE IMPORTCSV
IMPORTDATA IMPORTFEED IMPORTHTML IMPORTRANGE IMPORTTEXT IMPORTXML INITIATE PY REGISTER REGISTER.ID REQUEST RTD RUN
SQL.REQUEST STOCKHISTORY TRANSLATE URLDOWNLOADTOFILE WEBSERVICE
""".split()) | {name for name in FORMULAE if name.startswith("CUBE")}  # fmt: skip
_FUNCTIONS = (FORMULAE | set(_LATER.split())) - _REACHING
OUTSIDE = "a formula in it reaches out of the workbook"
BUILT = "a link in it is put together by a formula, so that nobody can say where it leads"
_SLICES = frozenset(
    """
LEFT LEFTB MID MIDB REGEXEXTRACT REGEXREPLACE REPLACE REPLACEB RIGHT RIGHTB SUBSTITUTE TEXTAFTER TEXTBEFORE TEXTSPLIT
""".split()
)
_JOINS = frozenset("ADDRESS ARRAYTOTEXT CLEAN CONCAT CONCATENATE REDUCE REPT SCAN TEXTJOIN TRIM".split()) | _SLICES
_TELLS_PATHS = {"CELL": "filename", "INFO": "directory"}
_TAKE_FUNCTIONS = {"BYCOL", "BYROW", "GROUPBY", "LAMBDA", "LET", "MAKEARRAY", "MAP", "PIVOTBY", "REDUCE", "SCAN"}


class _Token(NamedTuple):
    kind: str
    value: str
    adjacent: bool = False  # no space before it

    @property
    def function(self) -> str:
        """The name without the prefixes that files carry, in capitals."""
        return _PREFIX.sub("", self.value).upper()


_END = _Token("", "")


@dataclass
class Formulas:
    """Judges the formulas of one workbook.

    Attributes:
        names: The names that the workbook defines, in lower case; they may be called as functions.
        follows: Whether a link takes its address from cells, so that their texts have to be judged as well.
        builds: Whether a formula puts pieces together that may become an address.
        indirect: Whether a formula reads the cells that a text names.
        joins: Whether a formula puts texts together or takes a part of one, so that cells may hold parts of an address.
        slices: Whether a formula takes a part of a text.
        times: Whether a formula writes a time of day, which holds a colon.
    """

    names: set[str] = field(default_factory=set)
    follows: bool = False
    builds: bool = False
    indirect: bool = False
    joins: bool = False
    slices: bool = False
    times: bool = False
    _passed: set[str] = field(default_factory=set)

    def reason(self, text: str) -> str:
        """Why a formula is refused; empty where it is not."""
        shape = _ROW.sub("0", text)  # =A2*B2 and =A3*B3 are judged once
        if shape in self._passed:
            return ""
        tokens = _tokens(text)
        if tokens is None:
            return OUTSIDE if "|" in text else "a formula in it cannot be read"
        found = self._texts(tokens) or next(filter(None, (self._token(tokens, i) for i in range(len(tokens)))), "")
        if not found:
            self._passed.add(shape)
        return found

    def _texts(self, tokens: Sequence[_Token]) -> str:
        names = [
            (token, after) for token, after in zip(tokens, [*tokens[1:], _END], strict=False) if token.kind == "name"
        ]
        called = {token.function for token, after in names if after.value == "("}
        handed_on = {  # to be called by another function
            token.function
            for token, after in names
            if after.value != "(" and ("_xleta." in token.value.lower() or called & _TAKE_FUNCTIONS)
        }
        if "HYPERLINK" in handed_on:
            return BUILT
        called |= handed_on & {"INDIRECT"}
        texts = [_text(token) for token in tokens if token.kind == "text"]
        if "INDIRECT" in called:
            self.indirect = True
            if any(map(_INDIRECTLY.search, texts)):
                return OUTSIDE
        self._learn_text(called, texts, any(token.value == "&" for token in tokens))
        if any(one.value == ")" and two.value == "(" for one, two in pairwise(tokens)) or (called & _TAKE_FUNCTIONS):
            named = {token.function for token in tokens if token.kind == "name"} & _REACHING
            return f"a formula in it reaches out ({min(named)})" if named else ""
        return ""

    def _learn_text(self, called: set[str], texts: Sequence[str], joined: bool) -> None:
        """What a formula can do with texts, for links and references that are taken from cells."""
        self.joins |= joined or bool(called & _JOINS)
        self.slices |= bool(called & _SLICES)
        self.times |= any(map(_TIME.search, texts))
        tells = any(
            name in called and (not texts or argument in map(str.lower, texts))
            for name, argument in _TELLS_PATHS.items()
        )
        self.builds |= (
            tells or bool(called & {"CHAR", "UNICHAR", "FORMULATEXT"}) or any(map(_is_part_of_address, texts))
        )

    def link_from_cells(self, text: str) -> str:
        """Why a text of a cell is refused, where links are taken from cells; empty where it is not."""
        return links.REASON if links.dangerous(text) or (self.joins and links.may_be_part(text)) else ""

    def reference_from_cells(self, text: str) -> str:
        """Why a text of a cell is refused, where references are taken from cells; empty where it is not."""
        part = self.joins and _PART_OF_ELSEWHERE.search(text) is not None
        return OUTSIDE if reads_elsewhere(text) or part else ""

    @property
    def builds_links(self) -> bool:
        """Whether a link that is taken from cells may be put together by formulas."""
        return self.follows and (self.builds or (self.times and self.slices))

    def _token(self, tokens: Sequence[_Token], place: int) -> str:
        token, before, after = tokens[place], *_around(tokens, place)
        if token.kind == "sheet" and (_OUTSIDE.search(token.value) or after.value == "#"):
            return OUTSIDE
        of_table = before.kind == "name" and token.adjacent
        if (
            token.kind == "bracket"
            and not of_table
            and (after.kind in {"name", "sheet", "number"} or after.value == "!")
        ):
            return OUTSIDE
        if token.kind != "name" or after.value != "(":
            eta = token.kind == "name" and "_xleta." in token.value.lower() and token.function not in _FUNCTIONS
            return f"a formula in it reaches out ({token.function[:40]})" if eta else ""
        return self._call(tokens, place)

    def _call(self, tokens: Sequence[_Token], place: int) -> str:
        token = tokens[place]
        if token.function in _REACHING:
            return f"a formula in it reaches out ({token.function})"
        if token.function == "HYPERLINK":
            return self._link(_first_argument(tokens, place + 2))
        own = token.value.lower().startswith("_xlpm.") or token.value.lower() in self.names
        if own or token.function in _FUNCTIONS or _CELL.fullmatch(token.value):
            return ""
        return f"a formula in it calls {token.function[:40]}, which is no function of Excel"

    def _link(self, address: Sequence[_Token]) -> str:
        """A constant address, or the constant that it begins with, is judged; any other is followed into the cells."""
        if not address or address[0].kind != "text":
            self.follows |= bool(address)
            return ""
        first = _text(address[0])
        if len(address) == 1:
            return "" if links.allowed(first) else links.REASON
        whole = "".join(_text(token) if token.kind == "text" else "x" for token in address if token.value != "&")
        return "" if links.begins_allowed(first) and links.allowed(whole) else links.REASON


def _is_part_of_address(text: str) -> bool:
    """Whether a text in a formula is a part of an address, and not one that may stand for itself."""
    builds = _BUILDS.search(text) is not None or links.may_be_part(text)
    return builds and not links.allowed(text) and not links.begins_allowed(text)


def reads_elsewhere(text: str) -> bool:
    """Whether a cell's text, taken for a reference by INDIRECT, leads out of the workbook."""
    return _ELSEWHERE.search(text) is not None


def _tokens(text: str) -> list[_Token] | None:
    """The tokens but for spaces; None where the text is no formula."""
    if len(text) > MAX_LENGTH:
        return None
    found: list[_Token] = []
    end, adjacent = 0, False
    while end < len(text):
        match = _TOKEN.match(text, end)
        if match is None:
            return None
        end = match.end()
        if match.lastgroup != "space":
            found.append(_Token(match.lastgroup or "", match[0], adjacent))
        adjacent = match.lastgroup != "space"
    return found


def _around(tokens: Sequence[_Token], place: int) -> tuple[_Token, _Token]:
    before = tokens[place - 1] if place else _END
    return before, tokens[place + 1] if place + 1 < len(tokens) else _END


def _first_argument(tokens: Sequence[_Token], start: int) -> list[_Token]:
    depth, found = 0, []
    for token in tokens[start:]:
        if depth == 0 and token.value in {",", ";", ")"}:
            break
        depth += (token.value in {"(", "{"}) - (token.value in {")", "}"})
        found.append(token)
    return found


def _text(token: _Token) -> str:
    return token.value[1:-1].replace('""', '"')
