"""The command ``analyst`` as a child process: at the end of its input, it stops as after Ctrl-C.

So nothing is left of it when that process is killed, which leaves no time for a signal.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading

from . import main


def _stop_with_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    main_thread = threading.main_thread().ident
    if main_thread is not None:
        signal.pthread_kill(main_thread, signal.SIGINT)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_parent, name="analyst-parent", daemon=True).start()
    sys.exit(main())
