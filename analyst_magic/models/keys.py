"""API keys in the system's keyring."""

from __future__ import annotations

from ..extras import installed, require
from ..language import message

SERVICE = "analyst-magic"


def stored_key(provider: str) -> str:
    """The key of a provider in the system's keyring; empty where there is none, or no keyring."""
    if not installed("keyring"):
        return ""
    try:
        import keyring

        return keyring.get_password(SERVICE, provider) or ""
    except Exception:  # noqa: BLE001 - keyrings fail in as many ways as there are systems
        return ""


def store_key(provider: str, key: str) -> bool:
    """Put a provider's key into the system's keyring, or remove it where the key is empty.

    Returns:
        Whether that worked: False where the system has no keyring.

    Raises:
        MissingExtra: The package for keyrings is not installed.
    """
    require("keyring", "keyring", message("Keys in the system's keyring need"))
    try:
        import keyring

        if key:
            keyring.set_password(SERVICE, provider, key)
        else:
            keyring.delete_password(SERVICE, provider)
    except Exception:  # noqa: BLE001 - as above
        return False
    return True
