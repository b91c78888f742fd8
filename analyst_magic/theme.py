"""The look of charts, documents, slides and reports: its colours, fonts and logo.

Three house styles come along. A file ``analyst_theme.toml`` beside the notebook, or in a folder above it, changes one:

    style = "modern"            # classic, modern or quiet: what all else is taken from; else the setting theme
    accent = "#0B6E4F"          # of titles, heads of tables, and of a chart's first series
    palette = ["#0B6E4F", "#E3B23C"]   # of a chart's series, in order; fewer than eight are filled up
    heading_font = "Georgia"
    body_font = "Arial"
    logo = "logo.png"           # a PNG or JPEG of at most 500 kB, beside the file
    footer = "ACME · for internal use"

Everything that shows something reads its look from ``load_theme``, and no other module has colours of its own.
"""

from __future__ import annotations

import io
import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .errors import InputError
from .language import message

FILE = "analyst_theme.toml"
MAX_LOGO_BYTES = 500_000
MAX_LOGO_IN_FILES = 50_000
"""Bytes of a logo in a document or report: a larger one is scaled down."""
MAX_LOGO_PIXELS = 40_000_000
LOGO_SIZES = ((400, 0), (240, 0), (240, 64), (140, 64))
"""Heights in pixels that a large logo is scaled down to, as a page head shows it about 11 mm high, and its colours."""
MAX_FOOTER = 120
COLOURS = ("accent", "ink", "muted", "rule", "stripe")
FONTS = ("heading_font", "body_font")
FONT_STACK = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', sans-serif"
"""What a browser takes where it has none of a theme's fonts."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A look. Colours are six hexadecimal digits, without ``#``.

    Attributes:
        name: The house style that it is, or was made from.
        accent: The colour of titles, of heads of tables, and of a chart's first series.
        palette: At least eight colours of a chart's series, the accent first.
        ink: The colour of text.
        muted: The colour of sources, page numbers and notes.
        rule: The colour of lines between rows, and of a chart's grid.
        stripe: The background of every second row.
        heading_font: The font of headings.
        body_font: The font of everything else.
        logo: A picture for covers and page heads; None where there is none.
        footer: A line at the foot of every page; empty where there is none.
        path: The user's file; None for a house style.
    """

    name: str
    accent: str
    palette: tuple[str, ...]
    ink: str = "262D36"
    muted: str = "5F6B7A"
    rule: str = "D9DEE5"
    stripe: str = "F4F6F9"
    heading_font: str = "Calibri"
    body_font: str = "Calibri"
    logo: Path | None = None
    footer: str = ""
    path: Path | None = None

    @property
    def colorway(self) -> list[str]:
        """The palette as Plotly, Matplotlib and CSS write it: ``#2F5D8C``."""
        return [f"#{colour}" for colour in self.palette]

    def css_font(self, font: str) -> str:
        """A font with what a browser takes in its place, for ``font-family``."""
        return f"'{font}', {FONT_STACK}"


STYLES = {
    theme.name: theme
    for theme in (
        Theme("classic", "2F5D8C", ("2F5D8C", "E08E2B", "4C9A6A", "B5476B", "7A68A6", "5FA8C4", "9A8F5A", "6B6B6B")),
        Theme("modern", "0F766E", ("0F766E", "F59E0B", "6366F1", "DC2626", "0EA5E9", "84CC16", "A855F7", "64748B"),
              ink="0F172A", muted="64748B", rule="E2E8F0", stripe="F8FAFC", heading_font="Arial",
              body_font="Arial"),
        Theme("quiet", "3A3A3A", ("3A3A3A", "8C2F39", "7D7D7D", "B08968", "A9A9A9", "5E7382", "C9B79C", "1F1F1F"),
              ink="1F1F1F", muted="6E6E6E", rule="DDDDDD", stripe="F7F7F7", heading_font="Georgia",
              body_font="Georgia"),
    )
}  # fmt: skip
"""The house styles, by name."""
DEFAULT = STYLES["classic"]
_style = DEFAULT.name


def use(style: str) -> None:
    """Take the setting ``theme``: the house style where no ``analyst_theme.toml`` names one."""
    global _style
    _style = style


def load_theme(folder: Path | None = None) -> Theme:
    """The theme of a folder: its ``analyst_theme.toml``, or that of the nearest folder above it, else the setting's.

    Args:
        folder: The notebook's folder; by default the working directory.

    Raises:
        InputError: The file cannot be read, or a value in it is not what it must be; the message names it.
    """
    start = (Path.cwd() if folder is None else folder).absolute()
    home = Path.home()
    for place in (start, *start.parents):
        if (place / FILE).is_file():
            return read_theme(place / FILE)
        if place == home or (place / ".git").exists():
            break
    return STYLES[_style]


def read_theme(path: Path) -> Theme:
    """The theme of a file; takes and raises what ``load_theme`` says."""
    try:
        values = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(
            message("The theme {file} cannot be read: {error}.", file=path.name, error=str(error)),
            message("Correct it, or move it away."),
        ) from error
    return make_theme(values, path)


def make_theme(values: dict[str, Any], path: Path) -> Theme:
    """A theme of the values of a file.

    >>> make_theme({"style": "quiet", "accent": "#0b6"}, Path(FILE)).palette[:2]
    ('00BB66', '8C2F39')
    """
    known = {"style", "palette", "logo", "footer", *COLOURS, *FONTS}
    unknown = sorted(set(values) - known)
    if unknown:
        raise InputError(
            message("{file} has no setting {unknown}.", file=path.name, unknown=repr(unknown[0])),
            message("It has {known}.", known=", ".join(sorted(known))),
        )
    style = values.get("style", _style)
    if style not in STYLES:
        raise _wrong(path, "style", f"one of {', '.join(STYLES)}")
    base = STYLES[style]
    colours = {name: _colour(values[name], path, name) for name in COLOURS if name in values}
    fonts = {name: _font(values[name], path, name) for name in FONTS if name in values}
    accent = colours.get("accent", base.accent)
    palette = _palette(values.get("palette"), base, accent, path, "accent" in colours)
    accent = accent if "accent" in colours or "palette" not in values else palette[0]
    return replace(
        base,
        **{**colours, **fonts, "accent": accent},
        palette=palette,
        logo=_logo(values["logo"], path) if "logo" in values else None,
        footer=_text(values.get("footer", ""), path, "footer")[:MAX_FOOTER],
        path=path,
    )


def logo_data(theme: Theme, most: int) -> tuple[bytes, str]:
    """The logo in at most so many bytes, and a sentence where it is left out; nothing of a theme without one.

    A larger picture is scaled down to what a page head shows, where Pillow is installed.
    """
    if theme.logo is None:
        return b"", ""
    data = theme.logo.read_bytes()
    if len(data) <= most:
        return data, ""
    for height, colours in LOGO_SIZES:
        smaller = _scaled(data, height, colours)
        if smaller and len(smaller) <= most:
            return smaller, ""
    size = f"{len(data) / 1000:,.0f} kB, and {most / 1000:,.0f} kB are the most"
    return b"", f"The logo {theme.logo.name} is left out: it has {size}."


def _scaled(data: bytes, height: int, colours: int) -> bytes:
    """A picture with at most so many rows of pixels, as a PNG of so many colours; nothing where it cannot be read."""
    try:
        from PIL import Image, UnidentifiedImageError  # of the extra "documents"
    except ImportError:
        return b""
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > MAX_LOGO_PIXELS:
                return b""
            kind = picture.format or "PNG"
            whole = (
                picture if picture.mode in ("RGB", "RGBA", "L") else picture.convert("RGBA" if kind == "PNG" else "RGB")
            )
            whole.thumbnail((6 * height, height))
            if colours and kind == "PNG":
                whole = whole.quantize(colours, method=Image.Quantize.FASTOCTREE)
            written = io.BytesIO()
            whole.save(written, kind, optimize=True)
            return written.getvalue()
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError):
        return b""


def _palette(given: Any, base: Theme, accent: str, path: Path, accented: bool) -> tuple[str, ...]:
    """The user's colours, then those of the house style; where there is an accent alone, it is the first."""
    if given is None:
        return (accent, *base.palette[1:])
    if not isinstance(given, list) or not given or len(given) > 30:
        raise _wrong(path, "palette", "a list of colours")
    own = [_colour(colour, path, "palette") for colour in given]
    first = [accent] if accented and accent not in own else []
    return tuple(dict.fromkeys([*first, *own, *base.palette]))[: max(8, len(own) + 1)]


def _colour(value: Any, path: Path, name: str) -> str:
    text = value.strip().removeprefix("#") if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}", text):
        raise _wrong(path, name, 'a colour such as "#2F5D8C"')
    return (text if len(text) == 6 else "".join(digit * 2 for digit in text)).upper()


def _font(value: Any, path: Path, name: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[\w][\w \-]{0,59}", value.strip()):
        raise _wrong(path, name, 'the name of a font, such as "Arial"')
    return value.strip()


def _text(value: Any, path: Path, name: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, name, "a text")
    return " ".join(value.split())


def _logo(value: Any, path: Path) -> Path:
    picture = path.parent / value if isinstance(value, str) else path
    if picture.suffix.lower() not in {".png", ".jpg", ".jpeg"} or not picture.is_file():
        raise _wrong(path, "logo", "a PNG or JPEG beside it")
    if picture.stat().st_size > MAX_LOGO_BYTES:
        raise _wrong(path, "logo", f"at most {MAX_LOGO_BYTES // 1000} kB large")
    with picture.open("rb") as file:
        if not file.read(8).startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise _wrong(path, "logo", "a PNG or JPEG beside it")
    return picture


def _wrong(path: Path, name: str, wanted: str) -> InputError:
    return InputError(
        message("In {file}, {name} must be {wanted}.", file=path.name, name=name, wanted=wanted),
        message("Correct the line, or take it out."),
    )
