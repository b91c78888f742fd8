"""A look at data before any question, and expectations of data, as values that show themselves."""

from .expectations import CheckReport, CheckResult
from .profile import Profile
from .record import ColumnProfile, Drift, Finding, Join, Pair

__all__ = ["CheckReport", "CheckResult", "ColumnProfile", "Drift", "Finding", "Join", "Pair", "Profile"]
