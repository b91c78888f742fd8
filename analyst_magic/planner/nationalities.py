"""Adjectives of countries and names of languages, for values that are countries or codes of languages."""

from __future__ import annotations

_COUNTRIES = (
    "Argentina Argentinian, Australia Australian, Austria Austrian, Belgium Belgian, Brazil Brazilian, Britain "
    "British, Bulgaria Bulgarian, Canada Canadian, Chile Chilean, China Chinese, Colombia Colombian, Croatia "
    "Croatian, Czechia Czech, Denmark Danish, Egypt Egyptian, Estonia Estonian, Finland Finnish, France French, "
    "Germany German, Greece Greek, Hungary Hungarian, India Indian, Indonesia Indonesian, Ireland Irish, Israel "
    "Israeli, Italy Italian, Japan Japanese, Kenya Kenyan, Latvia Latvian, Lithuania Lithuanian, Mexico Mexican, "
    "Morocco Moroccan, Netherlands Dutch, Nigeria Nigerian, Norway Norwegian, Peru Peruvian, Poland Polish, "
    "Portugal Portuguese, Romania Romanian, Russia Russian, Scotland Scottish, Serbia Serbian, Slovakia Slovak, "
    "Slovenia Slovenian, Spain Spanish, Sweden Swedish, Switzerland Swiss, Turkey Turkish, Ukraine Ukrainian, "
    "Vietnam Vietnamese, Wales Welsh"
)
ADJECTIVES: dict[str, str] = dict(pair.lower().split() for pair in _COUNTRIES.split(", "))
"""The adjective of each country, in small letters."""
LANGUAGES: dict[str, str] = {
    "en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "pt": "portuguese",
    "nl": "dutch", "pl": "polish", "sv": "swedish", "da": "danish", "fi": "finnish", "no": "norwegian",
    "cs": "czech", "el": "greek", "hu": "hungarian", "ro": "romanian", "ru": "russian", "tr": "turkish",
    "uk": "ukrainian", "ja": "japanese", "zh": "chinese", "ko": "korean", "ar": "arabic", "hi": "hindi",
}  # fmt: skip
"""The name of each language, by its code."""


def other_words(value: str, parts: tuple[str, ...]) -> str:
    """Another word for a value: *italian* for ``Italy``, and *german* for ``de`` in a column of languages.

    Args:
        value: The value of a column of text.
        parts: The words of the column's name.

    >>> other_words("Italy", ("country",)), other_words("de", ("language",)), other_words("de", ("country",))
    ('italian', 'german', '')
    """
    low = value.lower()
    if {"language", "lang", "locale"} & {*parts}:
        return LANGUAGES.get(low, "")
    return ADJECTIVES.get(low, "")
