"""Files that the sandbox made, kept beside the notebook."""

from __future__ import annotations

from .check import check
from .store import Kept, Store

__all__ = ["Kept", "Store", "check"]
