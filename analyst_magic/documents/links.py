"""Where a link in a document may lead: judged by its scheme alone."""

from __future__ import annotations

import re

REASON = "a link in it leads neither to the web, nor to a mail address or a telephone"
_ALLOWED = re.compile(r"https?://[^\s\\]|mailto:|tel:|#", re.IGNORECASE)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_ATTACHES = re.compile(r"mailto:[^?]*\?.*\battach(?:ment)?=", re.IGNORECASE | re.DOTALL)
_DANGEROUS = re.compile(
    r"\s*['\"]?(?:\\\\|//|[a-z]:[\\/]|(?!https?:)[a-z][\w+.-]+:[\\/]|"
    r"(?:file|javascript|vbscript|data|smb|shell|res|mk|its|ldap|jar|search-ms|search|ms-[\w-]+):)",
    re.IGNORECASE,
)
_SCHEMES = ("file", "javascript", "vbscript", "data", "smb", "shell", "res", "mk", "its", "ldap", "jar", "search")
_PART = re.compile(r"\\|(?<!http)(?<!https):[/\\]|(?<!http:)(?<!https:)//|:of[evn]\|", re.IGNORECASE)


def allowed(address: str) -> bool:
    """Whether a click on the address opens nothing but a page, a message, a call or a part of the document itself."""
    address = address.strip(" ")
    if _UNSEEN.search(address) or _ATTACHES.match(address):
        return False
    return address == "" or _ALLOWED.match(address) is not None


def begins_allowed(address: str) -> bool:
    """Whether an address that begins so is allowed however it goes on."""
    return bool(address.strip(" ")) and allowed(f"{address}x")


def dangerous(text: str) -> bool:
    """Whether a text that is taken for an address would open a file, a share, a script or a program."""
    return _DANGEROUS.match(_UNSEEN.sub("", text)) is not None


def may_be_part(text: str) -> bool:
    """Whether a text may be a part of an address that would open a file, a share, a script or a program."""
    text = _UNSEEN.sub("", text).strip()
    before, colon, _ = text.partition(":")
    ends_scheme = bool(colon) and any(scheme.endswith(before.lower()) for scheme in _SCHEMES)
    return ends_scheme or _PART.search(text) is not None
