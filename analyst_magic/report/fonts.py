"""Whether the browser has fonts for the scripts of a page: a printed page of boxes would else say nothing of it."""

from __future__ import annotations

PACKAGES = {
    "Chinese, Japanese or Korean": "fonts-noto-cjk",
    "Arabic": "fonts-noto-core",
    "Hebrew": "fonts-noto-core",
    "Devanagari": "fonts-noto-core",
    "Bengali": "fonts-noto-core",
    "Tamil": "fonts-noto-core",
    "Thai": "fonts-noto-core",
    "emoji": "fonts-noto-color-emoji",
}
"""What a script is called, and the package of Debian with a font for it."""

SCRIPTS_WITHOUT_FONT = r"""() => {
  const scripts = {
    "Chinese, Japanese or Korean": /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]/u,
    "Arabic": /[\u0620-\u064a]/u, "Hebrew": /[\u05d0-\u05ea]/u, "Devanagari": /[\u0905-\u0939]/u,
    "Bengali": /[\u0985-\u09b9]/u, "Tamil": /[\u0b85-\u0bb9]/u, "Thai": /[\u0e01-\u0e2e]/u,
    "emoji": /\p{Emoji_Presentation}/u
  };
  const text = document.body.textContent;
  const found = Object.entries(scripts).map(([name, letters]) => [name, letters.exec(text)]).filter(([, one]) => one);
  if (!found.length) { return []; }
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  const context = canvas.getContext("2d");
  context.font = `24px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = (letter) => {
    context.clearRect(0, 0, 48, 48);
    context.fillText(letter, 4, 36);
    return canvas.toDataURL();
  };
  const box = drawn("\u{50000}"); // no letter: what stands for one that no font has
  return found.filter(([, one]) => drawn(one[0]) === box).map(([name]) => name);
}"""
"""Gives the names of the scripts in a page whose letters come out as the box that stands for a missing one."""


def font_note(scripts: tuple[str, ...]) -> str:
    """What is missing, and what would help; empty where nothing is.

    >>> font_note(("Arabic", "Hebrew"))
    'no font here for Arabic and Hebrew (Debian: apt-get install fonts-noto-core)'
    """
    if not scripts:
        return ""
    named = " and ".join([", ".join(scripts[:-1]), scripts[-1]]) if len(scripts) > 1 else scripts[0]
    packages = dict.fromkeys(PACKAGES[script] for script in scripts if script in PACKAGES)
    return f"no font here for {named} (Debian: apt-get install {' '.join(packages)})"
