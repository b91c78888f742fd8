"""What ``%analyst help`` and ``%%analyst?`` show."""

from __future__ import annotations

from ..commands.table import describe
from .options import USAGE

HELP = f"{USAGE}\n\n{describe('notebook')}"
