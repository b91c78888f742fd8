"""What a notebook shows of a turn: while it goes on, when code waits for a word, and when it is over."""

from .background import Background
from .card import is_quiet, show, show_note
from .confirm import confirm
from .investigation import InvestigationDisplay
from .plan_approval import approve_plan
from .progress import Progress

__all__ = ["Background", "InvestigationDisplay", "Progress", "approve_plan", "confirm", "is_quiet", "show",
           "show_note"]  # fmt: skip
