"""What ``%analyst help`` and ``%%analyst?`` show."""

from __future__ import annotations

from ..commands.table import describe
from .options import EXAMPLES, USAGE

HELP = f"{EXAMPLES}\n{USAGE}\n\n{describe('notebook')}"
