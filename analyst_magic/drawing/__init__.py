"""Figures as pictures, and what draws them: scripts, maps, and a browser that is on this machine.

Reports draw with it, and so does the engine where a model is shown a figure.
"""

from __future__ import annotations

from ..extras import require
from ..language import message

require("markupsafe", "reports", message("Figures as pictures need"))
