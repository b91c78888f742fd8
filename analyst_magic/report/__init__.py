"""Executed notebooks as reports. Without the packages of the extra ``reports``, importing this says how to get them."""

from __future__ import annotations

from ..extras import require
from ..language import message

for _module in ("nbconvert", "nbclient", "bs4", "docx", "pptx", "pypdf"):
    require(_module, "reports", message("Reports need"))
