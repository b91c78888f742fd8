"""Leaves out of pinned requirements the hashes of files for other systems, which are nine of ten.

    python keep_hashes.py requirements.txt REPORT ...

Each report is what ``pip install --dry-run --report`` would take on one of the image's processors.
"""

import json
import re
import sys
from collections.abc import Iterable
from typing import Any


def keep_hashes(requirements: str, reports: Iterable[dict[str, Any]]) -> str:
    """The requirements with the hashes of the files that the reports name.

    Raises:
        SystemExit: A requirement has none of them.

    >>> text = "six==1 \\\\\\n    --hash=sha256:aa \\\\\\n    --hash=sha256:bb\\n    # via pandas\\n"
    >>> report = {"install": [{"download_info": {"archive_info": {"hashes": {"sha256": "bb"}}}}]}
    >>> print(keep_hashes(text, [report]), end="")
    six==1 \\
        --hash=sha256:bb
        # via pandas
    """
    items = [item for report in reports for item in report["install"]]
    wanted = {item["download_info"]["archive_info"]["hashes"]["sha256"] for item in items}

    def entry(found: re.Match[str]) -> str:
        digests = [digest for digest in re.findall(r"sha256:(\w+)", found["hashes"]) if digest in wanted]
        if not digests:
            raise SystemExit(f"ERROR: no report has a file of {found['pin']}")
        return " \\\n".join([found["pin"], *(f"    --hash=sha256:{digest}" for digest in digests)])

    return re.sub(r"^(?P<pin>[\w.-]+==\S+)(?P<hashes>(?: \\\n +--hash=sha256:\w+)+)", entry, requirements, flags=re.M)


if __name__ == "__main__":
    path, *reports = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    text = keep_hashes(text, [json.load(open(report, encoding="utf-8")) for report in reports])
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
