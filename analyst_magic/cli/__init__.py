"""The command ``analyst``. What it needs is imported when a command needs it, so that help comes at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .. import language
from ..errors import AnalystError, Stopped
from .output import report_error
from .parser import build_parser, parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, 1 after a failure, 2 for bad input, 130 after Ctrl-C."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # Of the environment alone, as settings take longer to load than help; a command that loads them has their language.
    language.use(language.supported(os.environ.get("ANALYST_LANGUAGE", "")) or language.AUTO)
    if not words:
        build_parser().print_help()
        return 0
    try:
        options = parse(words)
        from . import actions

        return actions.ACTIONS[options.command](options)
    except (KeyboardInterrupt, Stopped):
        print(language.tr("Stopped."), file=sys.stderr)
        return 130
    except AnalystError as error:
        return report_error(error, as_json="--json" in words, debug="--debug" in words)
    except BrokenPipeError:
        return 1
