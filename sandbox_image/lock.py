"""Requirements with hashes from what pip would install: ``python lock.py REPORT`` reads pip's ``--report``.

Sources: installation report and hash-checking mode of pip's documentation.
"""

import json
import sys
from typing import Any


def lock(report: dict[str, Any]) -> str:
    """The lines for ``pip install --require-hashes``, sorted.

    Raises:
        SystemExit: A file has no SHA-256, or its name or version would be more than one word of a requirements file.
    """
    lines = []
    for item in report["install"]:
        name, version = item["metadata"]["name"], item["metadata"]["version"]
        digest = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256", "")
        if not digest or any(part.split() != [part] or part.startswith("-") for part in (name, version, digest)):
            raise SystemExit(f"ERROR: {name!r} {version!r} comes without a SHA-256 that could be checked")
        lines.append(f"{name.lower().replace('_', '-')}=={version} --hash=sha256:{digest}\n")
    return "".join(sorted(lines))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(lock(json.load(file)), end="")
