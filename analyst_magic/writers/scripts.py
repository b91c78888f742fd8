"""Text of every script for a PDF: fonts that have its letters, Arabic joined, and lines from the right put in order."""

import glob
import os
import re
import unicodedata

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

FONTS = """NotoSans LiberationSans DejaVuSans NotoSansArabic NotoSansHebrew NotoSansDevanagari NotoSansBengali
NotoSansTamil NotoSansTelugu NotoSansKannada NotoSansMalayalam NotoSansGujarati NotoSansGurmukhi NotoSansThai
NotoSansLao NotoSansKhmer NotoSansMyanmar NotoSansGeorgian NotoSansArmenian NotoSansEthiopic NotoSansSinhala
DroidSansFallbackFull NanumGothic Symbola Symbola_hint NotoSansSymbols2 NotoSansMath""".split()
FROM_THE_RIGHT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
SHAPED = re.compile(r"[\u0900-\u0dff\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]")


def font_files() -> dict[str, str]:
    """The files of fonts by their names: those of the system, and those that Matplotlib brings along."""
    folders = ["/usr/share/fonts", os.path.expanduser("~/.fonts"), "/Library/Fonts", "C:\\Windows\\Fonts"]
    try:
        import matplotlib

        folders.append(os.path.join(matplotlib.get_data_path(), "fonts", "ttf"))
    except ImportError:
        pass
    files = [file for folder in folders for file in glob.glob(os.path.join(folder, "**", "*.ttf"), recursive=True)]
    return {os.path.splitext(os.path.basename(file))[0]: file for file in reversed(files)}


class Fonts:
    """The fonts of a document, taken up when a letter needs them.

    Args:
        wanted: The name of the font that the look asks for.
    """

    def __init__(self, wanted: str) -> None:
        self.files, self.ready = font_files(), dict[str, set[int]]()
        first = wanted.replace(" ", "")
        self.order = list(dict.fromkeys([first, *FONTS]))
        self.base = next((name for name in self.order if self.letters(f"{name}-Regular")), "Helvetica")
        self.bold = f"{self.base}-Bold" if self.letters(f"{self.base}-Bold") else self.base
        self.regular = f"{self.base}-Regular" if self.base != "Helvetica" else "Helvetica"
        self.bold = "Helvetica-Bold" if self.base == "Helvetica" else self.bold

    def letters(self, name: str) -> set[int]:
        """The letters that a font has; none where it is not there."""
        if name not in self.ready:
            file, letters = self.files.get(name) or self.files.get(name.removesuffix("-Regular")), set[int]()
            if file:
                try:
                    font = shaped_font(name, file)
                    pdfmetrics.registerFont(font)
                    letters = set(font.face.charToGlyph)
                except (TTFError, OSError, ValueError):
                    pass
            self.ready[name] = letters
        return self.ready[name]

    def of(self, letter: str, bold: bool) -> str:
        """The font for a letter: the document's, or the first that has it."""
        own = self.bold if bold else self.regular
        code = ord(letter)
        if own.startswith("Helvetica"):
            return own
        for name in (own, *(f"{other}-{'Bold' if bold else 'Regular'}" for other in self.order),
                     *(f"{other}-Regular" for other in self.order)):  # fmt: skip
            if code in self.letters(name):
                return name
        return own

    def runs(self, text: str, bold: bool = False) -> list[tuple[str, str]]:
        """The text in pieces, each with the font that has its letters."""
        pieces: list[tuple[str, str]] = []
        for letter in text:
            stays = letter.isspace() or unicodedata.combining(letter) or letter in "\u200d\ufe0f"
            font = pieces[-1][0] if pieces and stays else self.of(letter, bold)
            if pieces and pieces[-1][0] == font:
                pieces[-1] = (font, pieces[-1][1] + letter)
            else:
                pieces.append((font, letter))
        return pieces

    def width(self, text: str, size: float, bold: bool = False) -> float:
        return float(sum(pdfmetrics.stringWidth(piece, font, size) for font, piece in self.runs(text, bold)))

    def fitted(self, text: str, room: float, size: float) -> str:
        """The text, cut with an ellipsis where it is longer than its place."""
        if self.width(text, size) <= room:
            return text
        while text and self.width(text + "…", size) > room:
            text = text[:-1]
        return text.rstrip() + "…"

    def fitted_names(self, texts: list[str], room: float, size: float) -> list[str]:
        """Names that fit their place; where they would become alike by losing their ends, they lose their middles."""
        cut = [self.fitted(text, room, size) for text in texts]
        if len(set(cut)) == len(set(texts)):
            return cut
        return [self._without_middle(text, room, size) for text in texts]

    def _without_middle(self, text: str, room: float, size: float) -> str:
        if self.width(text, size) <= room:
            return text
        head, tail = text[: len(text) // 2], text[len(text) // 2 :]
        while (head or tail) and self.width(f"{head}…{tail}", size) > room:
            head, tail = (head[:-1], tail) if len(head) >= len(tail) else (head, tail[1:])
        return f"{head.rstrip(' …')}…{tail.lstrip(' …')}"


def shaped_font(name: str, file: str) -> TTFont:
    """A font whose letters are put together where the script asks for it, as far as that is installed."""
    try:
        import uharfbuzz  # noqa: F401

        return TTFont(name, file, shapable=True)
    except (ImportError, TypeError):
        return TTFont(name, file)


def joined_letters() -> dict[str, dict[str, str]]:
    """The forms of Arabic letters: at a word's begin, in its middle, at its end, alone."""
    forms: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBFF), *range(0xFE80, 0xFEFD)):
        kind, _, letters = unicodedata.decomposition(chr(code)).partition(" ")
        key = "".join(chr(int(letter, 16)) for letter in letters.split())
        if kind.startswith("<") and key:
            forms.setdefault(key, {}).setdefault(kind.strip("<>"), chr(code))
    return forms


def joined(text: str) -> list[str]:
    """The letters of a text, those of Arabic in the forms that they have beside their neighbours."""
    letters = list(text)
    if not re.search(r"[\u0600-\u06ff]", text):
        return letters
    forms = joined_letters()

    def neighbour(place: int, step: int) -> dict[str, str]:
        place += step
        while 0 <= place < len(text) and unicodedata.combining(text[place]):
            place += step
        return forms.get(text[place], {}) if 0 <= place < len(text) else {}

    for place, letter in enumerate(text):
        own, pair = forms.get(letter, {}), text[place : place + 2]
        after = "initial" in neighbour(place, -1)
        if letter == "\u0644" and pair in forms:  # lam and alef are one letter
            letters[place : place + 2] = [forms[pair].get("final" if after else "isolated", letter), ""]
        elif letters[place]:
            before = "initial" in own and "final" in neighbour(place, 1)
            kind = "medial" if after and before else "final" if after else "initial" if before else "isolated"
            letters[place] = own.get(kind, letter)
    return letters


def visual(text: str) -> str:
    """One line in the order in which its letters stand from left to right."""
    if not FROM_THE_RIGHT.search(text):
        return text
    first = next((d for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), "L")
    base = "L" if first == "L" else "R"
    kinds = [{"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N"}.get(unicodedata.bidirectional(c), "") for c in text]
    for place, kind in enumerate(kinds):
        if not kind:  # spaces and signs go with what stands on both sides of them
            left = next((k for k in reversed(kinds[:place]) if k), base)
            right = next((k for k in kinds[place + 1 :] if k), base)
            number = left == right == "N" and text[place] in ".,:/-"
            left, right = ("R" if k == "N" and base == "R" else "L" if k == "N" else k for k in (left, right))
            kinds[place] = "N" if number else left if left == right else base
    runs: list[tuple[str, str]] = []
    for letter, kind in zip(joined(text), kinds, strict=True):
        kind = "L" if kind == "N" and base == "L" and (not runs or runs[-1][0] == "L") else kind
        if runs and runs[-1][0] == kind:
            runs[-1] = (kind, runs[-1][1] + letter)
        else:
            runs.append((kind, letter))
    return in_order(runs, base)


def in_order(runs: list[tuple[str, str]], base: str) -> str:
    mirror = str.maketrans("()[]{}<>«»", ")(][}{><»«")
    groups: list[list[tuple[str, str]]] = []
    for run in runs:  # in a line from the left, neighbours from the right change places as one
        inner = run[0] in "RN" or base == "R"
        if groups and inner and (groups[-1][0][0] in "RN" or base == "R"):
            groups[-1].append(run)
        else:
            groups.append([run])
    pieces = []
    for group in groups:
        turned = base == "R" or group[0][0] in "RN"
        parts = [text[::-1].translate(mirror) if kind == "R" else text for kind, text in group]
        pieces.append("".join(reversed(parts) if turned else parts))
    return "".join(pieces)
