"""TeX as authors write it -> TeX that the converter of formulas knows: chemistry, units, negations, and own macros."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}"
_DEFINITION = re.compile(
    rf"\\(?:re|provide)?(?:new)?command\*?\s*(?:\{{\s*\\(?P<new>[A-Za-z]+)\s*\}}|\\(?P<bare>[A-Za-z]+))"
    rf"\s*(?:\[\d\])?\s*(?:\[[^\]]*\])?\s*{_GROUP}"
    rf"|\\def\s*\\(?P<plain>[A-Za-z]+)(?:#\d)*\s*{_GROUP}"
    rf"|\\DeclareMathOperator\*?\s*(?:\{{\s*\\(?P<operator>[A-Za-z]+)\s*\}}|\\(?P<sign>[A-Za-z]+))\s*(?P<name>{_GROUP})"
)
_MAX_MACROS = 200
_MAX_ROUNDS = 5


@dataclass(slots=True)
class Macros:
    """The macros that a text has defined so far: they hold in all formulas after theirs, as in Jupyter."""

    known: dict[str, str] = field(default_factory=dict)

    def applied(self, tex: str) -> str:
        """A formula with the definitions, made earlier, of what it uses; its own are kept for the next ones."""
        own = _definitions(tex)
        wanted: dict[str, str] = {}
        text = tex
        for _ in range(_MAX_ROUNDS):
            used = [name for name in re.findall(r"\\([A-Za-z]+)", text) if name in self.known]
            found = {name: self.known[name] for name in used if name not in wanted and name not in own}
            if not found:
                break
            wanted = found | wanted
            text = "".join(found.values())
        if len(self.known) < _MAX_MACROS:
            self.known |= own
        return "".join(wanted.values()) + tex


def _definitions(tex: str) -> dict[str, str]:
    if "\\def" not in tex and "command" not in tex and "Operator" not in tex:
        return {}
    found = {}
    for match in _DEFINITION.finditer(tex):
        name = next(match[part] for part in ("new", "bare", "plain", "operator", "sign") if match[part])
        found[name] = _as_command(match)
    return found


def _as_command(match: re.Match[str]) -> str:
    """A definition as the converter knows it."""
    name = match["operator"] or match["sign"]
    return f"\\newcommand{{\\{name}}}{{\\operatorname{match['name']}}}" if name else match[0]


def known_tex(tex: str) -> str:
    r"""A formula without commands that the converter would leave as they are.

    >>> known_tex(r"\ce{2H2 + O2 -> 2H2O}")
    '2\\,\\text{H}_{2}+\\text{O}_{2}\\rightarrow 2\\,\\text{H}_{2}\\text{O}'
    >>> known_tex(r"\qty{9.8}{\metre\per\second\squared}")
    '9.8\\,\\text{m}\\,\\text{s}^{-2}'
    >>> known_tex(r"a \not= b")
    'a \\neq  b'
    """
    tex = _DEFINITION.sub(lambda match: _as_command(match) if match["name"] else match[0], tex)
    tex = re.sub(rf"\\(?:ce|cf)\s*({_GROUP})", lambda match: _chemistry(match[1][1:-1]), tex)
    tex = re.sub(
        rf"\\(?:SI|qty)\s*(?:\[[^\]]*\])?\s*({_GROUP})\s*(?:\[[^\]]*\])?\s*({_GROUP})",
        lambda match: f"{_number(match[1][1:-1])}\\,{_unit(match[2][1:-1])}".removesuffix("\\,"),
        tex,
    )
    tex = re.sub(
        rf"\\(?:SIrange|qtyrange)\s*({_GROUP})\s*({_GROUP})\s*({_GROUP})",
        lambda m: f"{_number(m[1][1:-1])}\\text{{–}}{_number(m[2][1:-1])}\\,{_unit(m[3][1:-1])}",
        tex,
    )
    tex = re.sub(rf"\\(?:si|unit)\s*({_GROUP})", lambda match: _unit(match[1][1:-1]), tex)
    tex = re.sub(rf"\\num\s*({_GROUP})", lambda match: _number(match[1][1:-1]), tex)
    tex = re.sub(rf"\\ang\s*({_GROUP})", lambda match: f"{_number(match[1][1:-1])}^{{\\circ}}", tex)
    tex = re.sub(rf"\\color\s*(\{{[^{{}}]*\}})\s*({_GROUP})", r"\\textcolor\1\2", tex)
    tex = re.sub(r"\\setminus(?![A-Za-z])", "∖", tex)  # few fonts have the sign that the converter takes
    tex = re.sub(rf"\\(?:text|mbox)\s*({_GROUP})", _plain_text, tex)
    tex = re.sub(r"\\mathrm\s*\{([A-Za-z])\}", r"\\text{\1}", tex)  # the converter sets one letter in italics
    return _NOT.sub(lambda match: _NEGATED[match[1].strip()], tex)


def _plain_text(match: re.Match[str]) -> str:
    """A text without the styles inside it, and with what stands between its dollars as formulas."""
    inside = match[1][1:-1]
    while (flat := re.sub(r"\\(?:text\w*|emph|mbox)\s*\{([^{}]*)\}", r"\1", inside)) != inside:
        inside = flat
    inside = re.sub(r"(?<!\\)\$([^$]+)(?<!\\)\$", r"}\1\\text{", inside)
    return f"\\text{{{inside}}}".replace("\\text{}", "")


_NEGATED = {
    "=": "\\neq ", "<": "\\nless ", ">": "\\ngtr ", "\\in": "\\notin ", "\\subset": "⊄", "\\subseteq": "⊈",
    "\\supset": "⊅", "\\supseteq": "⊉", "\\equiv": "≢", "\\sim": "≁", "\\approx": "≉", "\\cong": "≇", "\\ni": "∌",
    "\\exists": "∄", "\\mid": "∤", "\\parallel": "∦", "\\le": "≰", "\\leq": "≰", "\\ge": "≱", "\\geq": "≱",
    "\\prec": "⊀", "\\succ": "⊁", "\\perp": "⟂̸",
}  # fmt: skip
_NOT = re.compile(r"\\not\s*(" + "|".join(re.escape(sign) + r"(?![A-Za-z])" for sign in _NEGATED) + ")")


# -- chemistry ---------------------------------------------------------------------------------------------------------

_ARROWS = {
    "->": "\\rightarrow ", "<-": "\\leftarrow ", "<->": "\\leftrightarrow ", "<=>": "\\rightleftharpoons ",
    "<=>>": "\\rightleftharpoons ", "<<=>": "\\rightleftharpoons ",
}  # fmt: skip
_ARROW = re.compile(r"(<=>>|<<=>|<=>|<->|->|<-)(?:\[([^\]]*)\])?(?:\[([^\]]*)\])?")
_PIECE = re.compile(
    r"(?P<charge>\^(?:\{[^{}]*\}|\d*[+-]|\d+))|(?P<under>_(?:\{[^{}]*\}|\w))|(?P<letters>[A-Za-z]+)|(?P<digits>\d+)"
    r"|(?P<command>\\[A-Za-z]+)|(?P<other>.)",
    re.DOTALL,
)


def _chemistry(text: str) -> str:
    """The content of ``\\ce``."""
    parts = []
    at = 0
    for match in _ARROW.finditer(text):
        parts += [_species(text[at : match.start()]), _arrow(match)]
        at = match.end()
    return "".join([*parts, _species(text[at:])])


def _arrow(match: re.Match[str]) -> str:
    if not match[2] and not match[3]:
        return _ARROWS[match[1]]
    above, below = (part if not part or "\\" in part else f"\\text{{{part}}}" for part in (match[2], match[3]))
    over = f"\\overset{{{above}}}{{{_ARROWS[match[1]]}}}" if above else _ARROWS[match[1]]
    return f"\\underset{{{below}}}{{{over}}}" if below else over


def _species(text: str) -> str:
    made = []
    for word in text.split():
        if word in {"+", "-", "="}:
            made.append(word)
        elif word in {"v", "^"}:
            made.append("\\downarrow " if word == "v" else "\\uparrow ")
        else:
            made.append(_molecule(word))
    return "".join(made)


def _molecule(word: str) -> str:
    amount = re.match(r"(\d+(?:[./]\d+)?)(?=[A-Za-z(\[])", word)
    made = [f"{amount[1]}\\,"] if amount else []
    before = ""
    for match in _PIECE.finditer(word[amount.end() :] if amount else word):
        kind = str(match.lastgroup)
        piece = match[0]
        ends = match.end() == len(match.string)
        if kind == "letters":
            made.append(f"\\mathrm{{{piece}}}")
        elif kind == "digits" and before in {"letters", "close"}:
            made.append(f"_{{{piece}}}")
        elif kind == "charge":
            made.append(f"^{{{piece[1:].strip('{}')}}}")
        elif piece in "+-" and ends and before in {"letters", "digits", "close"}:
            made.append(f"^{{{piece}}}")
        elif piece in "*.":
            made.append("\\cdot ")
        else:
            made.append(piece)
        before = "close" if piece in ")]" else kind
    return "".join(made)


# -- units -------------------------------------------------------------------------------------------------------------

_UNITS = {
    "metre": "m", "meter": "m", "second": "s", "gram": "g", "kilogram": "kg", "ampere": "A", "kelvin": "K",
    "mole": "mol", "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W",
    "coulomb": "C", "volt": "V", "farad": "F", "ohm": "\\Omega", "siemens": "S", "weber": "Wb", "tesla": "T",
    "henry": "H", "lumen": "lm", "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "litre": "L",
    "liter": "L", "minute": "min", "hour": "h", "day": "d", "tonne": "t", "electronvolt": "eV", "bar": "bar",
    "percent": "\\%", "degree": "{}^{\\circ}", "celsius": "{}^{\\circ}\\mathrm{C}",
    "degreeCelsius": "{}^{\\circ}\\mathrm{C}", "byte": "B", "bit": "bit", "radian": "rad", "angstrom": "Å",
    "kg": "kg", "km": "km", "cm": "cm", "mm": "mm", "m": "m", "s": "s", "ms": "ms",
}  # fmt: skip
_PREFIXES = {
    "femto": "f", "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da",
    "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P",
}  # fmt: skip


def _unit(text: str) -> str:
    """Units as siunitx writes them, by commands or in letters."""
    if "\\" not in text:
        powers = re.sub(r"([A-Za-zµΩ%°]+)", r"\\mathrm{\1}", text)
        return "\\,".join(filter(None, re.split(r"[.~\s]+", powers)))
    made: list[str] = []
    prefix, below, before = "", False, ""
    for name, power in re.findall(r"\\([A-Za-z]+)\s*(?:\{(-?\d+)\})?", text):
        if name in _PREFIXES:
            prefix = _PREFIXES[name]
        elif name == "per":
            below = True
        elif name in {"square", "cubic"}:
            before = "2" if name == "square" else "3"
        elif name in {"squared", "cubed", "tothe", "raiseto"} and made:
            number = {"squared": "2", "cubed": "3"}.get(name, power or "1")
            base, sign = re.fullmatch(r"(.*?)(?:\^\{(-?)\d+\})?", made[-1], re.DOTALL).groups()  # type: ignore[union-attr]
            made[-1] = f"{base}^{{{sign or ''}{number}}}"
        else:
            symbol = _UNITS.get(name, name)
            shown = f"{prefix}{symbol}" if symbol.startswith(("\\", "{")) else f"\\mathrm{{{prefix}{symbol}}}"
            number = f"{'-' if below else ''}{before or '1'}" if below or before else ""
            made.append(f"{shown}^{{{number}}}" if number else shown)
            prefix, below, before = "", False, ""
    return "\\,".join(made)


def _number(text: str) -> str:
    """A number as siunitx writes it: ``3e8`` with its power of ten."""
    text = text.strip().replace("+-", "\\pm ")
    found = re.fullmatch(r"(.*?)[eE]([+-]?\d+)", text)
    if found is None:
        return text
    factor = f"{found[1]}\\times " if found[1] else ""
    return f"{factor}10^{{{found[2].lstrip('+')}}}"
