"""The theme: house styles, the user's file, and what is said of a file that is wrong."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from analyst_magic.errors import InputError
from analyst_magic.theme import DEFAULT, FILE, STYLES, load_theme, logo_data

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_without_a_file_there_is_the_house_style(tmp_path: Path) -> None:
    assert load_theme(tmp_path) == DEFAULT
    assert set(STYLES) == {"classic", "modern", "quiet"}
    assert all(theme.palette[0] == theme.accent and len(theme.palette) >= 8 for theme in STYLES.values())


def test_a_users_file_changes_what_it_names_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    text = 'style = "modern"\naccent = "#0b6e4f"\npalette = ["#E3B23C"]\nbody_font = "Open Sans"\nlogo = "logo.png"\n'
    (tmp_path / FILE).write_text(text + 'footer = "ACME · internal"\n', "utf-8")
    (tmp_path / "notebooks").mkdir()
    theme = load_theme(tmp_path / "notebooks")
    assert (theme.accent, theme.palette[:3]) == ("0B6E4F", ("0B6E4F", "E3B23C", "0F766E"))
    assert (theme.body_font, theme.heading_font, theme.footer) == ("Open Sans", "Arial", "ACME · internal")
    assert theme.logo == tmp_path / "logo.png"
    assert theme.colorway[0] == "#0B6E4F"


def test_a_palette_alone_gives_the_accent(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('palette = ["#abc", "#112233"]')
    theme = load_theme(tmp_path)
    assert theme.accent == theme.palette[0] == "AABBCC"
    assert len(theme.palette) >= 8


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('accent = "red"', "accent"),
        ('accent = "#12"', "accent"),
        ("palette = []", "palette"),
        ('palette = ["#123456", 5]', "palette"),
        ('body_font = "x; } body { background: url(//evil) "', "body_font"),
        ('logo = "nothing.png"', "logo"),
        ('logo = "fake.png"', "logo"),
        ('logo = "analyst_theme.toml"', "logo"),
        ('style = "loud"', "style"),
        ("footer = 5", "footer"),
        ('colour = "#123456"', "colour"),
        ("accent = ", "cannot be read"),
    ],
)
def test_a_wrong_line_is_named(line: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "fake.png").write_bytes(b"MZ not a picture")
    (tmp_path / FILE).write_text(line)
    with pytest.raises(InputError, match=named):
        load_theme(tmp_path)


def _picture(path: Path, size: tuple[int, int], noise: bool) -> Path:
    image = pytest.importorskip("PIL.Image")
    picture = image.effect_noise(size, 100) if noise else image.new("RGB", size, "#0B6E4F")
    picture.save(path)
    return path


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg"])
def test_a_large_logo_is_scaled_down_to_what_a_page_head_shows(name: str, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    logo = _picture(tmp_path / name, (900, 420), noise=True)
    data, said = logo_data(replace(DEFAULT, logo=logo), 50_000)
    assert logo.stat().st_size > 50_000 >= len(data) > 0
    assert said == ""
    width, height = image.open(io.BytesIO(data)).size
    assert height <= 400
    assert width / height == pytest.approx(900 / 420, rel=0.02)


def test_a_logo_that_cannot_be_made_small_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "logo.png"
    broken.write_bytes(PNG + b"\0" * 80_000)
    assert logo_data(replace(DEFAULT, logo=broken), 50_000) == (
        b"", "The logo logo.png is left out: it has 80 kB, and 50 kB are the most."
    )  # fmt: skip
    small = _picture(tmp_path / "small.png", (40, 40), noise=False)
    assert logo_data(replace(DEFAULT, logo=small), 50_000) == (small.read_bytes(), "")
    assert logo_data(DEFAULT, 50_000) == (b"", "")
