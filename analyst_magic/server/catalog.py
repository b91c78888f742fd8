"""What the panel lets its user choose from, with words for people: every list as its owner has it."""

from __future__ import annotations

from typing import Any

from ..filetypes import DATA_FORMATS
from ..report_formats import PREFIX, REPORT_FORMATS
from ..sandbox_names import sandbox_names
from ..settings_schema import SANDBOXES, properties
from ..turn import ANSWER_FORMS, PRIVACY_LEVELS, PRIVACY_WORDS


def catalog() -> dict[str, Any]:
    """Privacy levels, sandboxes, forms of answers, endings of data files, formats of reports, settings of the form."""
    return {
        "privacy": [_choice(level, *PRIVACY_WORDS[level]) for level in PRIVACY_LEVELS],
        "sandboxes": [_choice(name, name, SANDBOXES.get(name, "")) for name in sandbox_names()],
        "forms": [_choice(form.name, form.name, f"as {form.label}") for form in ANSWER_FORMS],
        "endings": list(DATA_FORMATS),
        "reports": [
            _choice(f"{PREFIX}{ending}", f"Analyst report ({format.title})", f"as .{ending}")
            for ending, format in REPORT_FORMATS.items()
        ],
        "settings": [{"name": name, **schema} for name, schema in properties().items()],
    }


def _choice(name: str, label: str, about: str) -> dict[str, str]:
    return {"name": name, "label": label, "about": about}
