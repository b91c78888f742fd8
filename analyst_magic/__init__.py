"""Ask your data frames in plain words; the code runs in a sandbox, never in your kernel."""

from __future__ import annotations

__version__ = "0.1.0"
