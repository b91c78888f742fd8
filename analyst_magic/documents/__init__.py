"""Files that the sandbox made, kept beside the notebook."""

from __future__ import annotations

from .check import check
from .names import safe_name
from .store import Kept, Store

__all__ = ["Kept", "Store", "check", "safe_name"]
