"""A browser that is on this machine, driven without a window: it prints pages and draws figures.

It is spoken to over two pipes, by the DevTools protocol: no port is opened, and nothing but the program is needed. It
gets a profile of its own that is deleted with it, and no network: what it shows is a page of ours whose own policy
loads nothing, and whatever would still ask for a host finds none.
"""

from __future__ import annotations

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import ReportError
from ..language import message

# First the ones that have no window at all: they start in a third of the time.
_PROGRAMS = (
    "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser",
)  # fmt: skip
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_PLAYWRIGHT = ("chromium_headless_shell-*/*/*headless?shell*", "chromium-*/chrome-linux*/chrome")
_ARGUMENTS = (
    "--headless", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-breakpad", "--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain", "--mute-audio",
    "--hide-scrollbars", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip
_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "LD_LIBRARY_PATH")
_START = 60.0
_END = 10.0  # seconds for the system to end a browser that was killed
_NEXT_STEP = message(
    "Install Chromium or Chrome (Debian: apt-get install chromium), or name one in BROWSER_PATH; "
    "html, docx and pptx need none."
)


def find_browser() -> Path | None:
    """The browser to use: ``BROWSER_PATH``, else one on the PATH, an application, or Playwright's; None where none is.

    Raises:
        ReportError: ``BROWSER_PATH`` names no program.
    """
    if named := os.environ.get("BROWSER_PATH"):
        found = shutil.which(named)
        if found is None:
            raise ReportError(
                message("BROWSER_PATH names {named}, which is no program.", named=named),
                message("Correct it, or unset it."),
            )
        return Path(found)
    places = (shutil.which(name) for name in _PROGRAMS)
    return next((Path(path) for path in itertools.chain(filter(None, places), _elsewhere())), None)


def _elsewhere() -> Iterator[str]:
    yield from (path for path in _APPLICATIONS if os.access(path, os.X_OK))
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path("~/.cache/ms-playwright").expanduser())
    for pattern in _PLAYWRIGHT:
        newest_first = sorted(home.glob(pattern), reverse=True)
        yield from (str(path) for path in newest_first if path.is_file() and os.access(path, os.X_OK))


class Browser:
    """One running browser; use it in a ``with`` statement.

    Args:
        program: The browser; by default the one that is found.
        seconds: How long it may take to start, and over each command that names no other limit.

    Raises:
        ReportError: There is none, or it cannot be run.
    """

    def __init__(self, program: Path | None = None, seconds: float = 120.0) -> None:
        self._program = program or find_browser()
        self._seconds = seconds
        self._numbers = itertools.count(1)
        self._unread = b""
        self._events: list[dict[str, Any]] = []
        self._pid = 0
        self._answers = False

    def __enter__(self) -> Browser:
        if self._program is None:
            raise ReportError(message("No browser was found, and this report needs one."), _NEXT_STEP)
        if not hasattr(os, "posix_spawn"):
            raise ReportError(
                message("A browser cannot be driven on {platform} yet.", platform=sys.platform),
                message("Export to html, docx or pptx."),
            )
        # The path of the browser's socket may have about a hundred characters, and a folder of ours may be deep.
        place = "/tmp" if len(tempfile.gettempdir()) > 40 and os.access("/tmp", os.W_OK) else None  # noqa: S108
        self._home = tempfile.TemporaryDirectory(prefix="analyst-browser-", dir=place, ignore_cleanup_errors=True)
        self._pid, self._to, self._from = self._start(Path(self._home.name))
        return self

    def _await_start(self) -> None:
        """Wait until the browser answers: before its first page, as it starts while that page is being written."""
        if self._answers:
            return
        try:
            self._call("Browser.getVersion", seconds=min(_START, self._seconds))
        except ReportError as error:
            said = self._complaint()
            self.close()
            raise ReportError(
                message("The browser {program} does not start{said}.", program=self._program, said=said), _NEXT_STEP
            ) from error
        self._answers = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _start(self, home: Path) -> tuple[int, int, int]:
        import fcntl  # not on every system

        read, to = os.pipe()
        back, write = os.pipe()
        arguments = [str(self._program), *_ARGUMENTS, f"--user-data-dir={home / 'profile'}"]
        if os.geteuid() == 0 or os.environ.get("ANALYST_BROWSER_SANDBOX") == "0":
            arguments.append("--no-sandbox")  # Chromium's own does not work for root
        environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
        high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (read, write)]  # never 3 or 4 themselves
        try:
            pid = os.posix_spawn(
                arguments[0],
                [*arguments, "about:blank"],
                {**environment, "HOME": str(home), "TMPDIR": str(home), "XDG_RUNTIME_DIR": str(home)},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, str(home / "stderr"), os.O_WRONLY | os.O_CREAT, 0o600),
                    (os.POSIX_SPAWN_DUP2, high[0], 3),
                    (os.POSIX_SPAWN_DUP2, high[1], 4),
                ],
                setpgroup=0,
            )
        except OSError as error:
            os.close(to)
            os.close(back)
            raise ReportError(
                message(
                    "The browser {program} does not start: {reason}.", program=self._program, reason=error.strerror
                ),
                _NEXT_STEP,
            ) from error
        finally:
            for end in (read, write, *high):
                os.close(end)
        os.set_blocking(to, False)  # writing to a pipe that nobody empties would wait for ever
        return pid, to, back

    def _complaint(self) -> str:
        """What the browser said last, where it is about its sandbox: all else would tell a user nothing."""
        with contextlib.suppress(OSError):
            said = (Path(self._home.name) / "stderr").read_text("utf-8", "replace")
            if "sandbox" in said.lower():
                return " because it cannot make its own sandbox here (ANALYST_BROWSER_SANDBOX=0 does without)"
        return ""

    def close(self) -> None:
        """End the browser and delete its profile."""
        if not self._pid:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._pid, signal.SIGKILL)
        _collect(self._pid)
        self._pid = 0
        os.close(self._to)
        os.close(self._from)
        self._home.cleanup()

    def open(self, page: str, *, width: int = 1000) -> Page:
        """Show a page of ours and wait until it is there.

        Raises:
            ReportError: The browser does not start, or fails.
        """
        self._await_start()
        path = Path(self._home.name) / "page.html"
        path.write_text(page, "utf-8", errors="replace", newline="\n")
        target = self._call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self._call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        shown = Page(self, session)
        shown.call("Network.enable")
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        shown.call("Network.emulateNetworkConditions", offline)
        metrics = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
        shown.call("Emulation.setDeviceMetricsOverride", metrics)
        shown.call("Page.enable")
        shown.call("Page.navigate", {"url": path.as_uri()})
        self._event("Page.loadEventFired", self._seconds)
        return shown

    def _call(
        self, method: str, parameters: Mapping[str, Any] | None = None, session: str = "", seconds: float | None = None
    ) -> dict[str, Any]:
        number = next(self._numbers)
        command: dict[str, Any] = {"id": number, "method": method, "params": dict(parameters or {})}
        if session:
            command["sessionId"] = session
        deadline = time.monotonic() + (seconds or self._seconds)
        self._send(json.dumps(command).encode() + b"\0", deadline)
        while (answer := self._receive(deadline)).get("id") != number:
            if "method" in answer:
                self._events.append(answer)
        if "error" in answer:
            raise ReportError(f"The browser refused {method}: {answer['error'].get('message', '')}"[:300])
        result: dict[str, Any] = answer["result"]
        return result

    def _event(self, method: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not any(event["method"] == method for event in self._events):
            self._events.append(self._receive(deadline))
        self._events.clear()

    def _send(self, data: bytes, deadline: float) -> None:
        left = memoryview(data)
        while left:
            _, ready, _ = select.select([], [self._to], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise ReportError(message("The browser does not answer."), message("Try again, or export to html."))
            try:
                left = left[os.write(self._to, left[:32_768]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ReportError(
                    message("The browser has ended by itself."), message("Try again, or export to html.")
                ) from error

    def _receive(self, deadline: float) -> dict[str, Any]:
        parts = [self._unread]
        while b"\0" not in parts[-1]:
            remaining = deadline - time.monotonic()  # one that talks without end is over time as well
            if remaining <= 0 or not select.select([self._from], [], [], remaining)[0]:
                raise ReportError(
                    message("The browser does not answer in time."), message("Try again, or export to html.")
                )
            parts.append(os.read(self._from, 1 << 20))
            if not parts[-1]:
                raise ReportError(message("The browser has ended by itself."), message("Try again, or export to html."))
        received, _, self._unread = b"".join(parts).partition(b"\0")
        found: dict[str, Any] = json.loads(received)
        return found


def _collect(pid: int) -> None:
    """Wait until a process that was killed has ended, but no longer than the system may take."""
    deadline = time.monotonic() + _END
    with contextlib.suppress(ChildProcessError):
        while not os.waitpid(pid, os.WNOHANG)[0] and time.monotonic() < deadline:
            time.sleep(0.005)  # there is no wait for a child with a limit on every system


class Page:
    """A page that a browser shows.

    Args:
        browser: The browser.
        session: What the browser calls the page.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, seconds: float | None = None
    ) -> dict[str, Any]:
        """A command of the DevTools protocol, and its result."""
        return self._browser._call(method, parameters, self._session, seconds)

    def run(self, function: str, *arguments: str, seconds: float | None = None) -> Any:
        """Call a function of JavaScript in the page and return what it gives, or what its promise does.

        Args:
            function: Its source, which is ours.
            arguments: Texts that it is called with; they are data, never source.
            seconds: How long it may take.

        Raises:
            ReportError: It failed, or took too long.
        """
        place = self.call("Runtime.evaluate", {"expression": "globalThis"})["result"]["objectId"]
        said = {
            "functionDeclaration": function,
            "objectId": place,
            "arguments": [{"value": argument} for argument in arguments],
            "awaitPromise": True,
            "returnByValue": True,
        }
        answer = self.call("Runtime.callFunctionOn", said, seconds)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            reason = str(details.get("exception", {}).get("description") or details.get("text", ""))
            raise ReportError(
                message(
                    "The page failed in the browser: {detail}", detail=reason.splitlines()[0][:200] if reason else ""
                )
            )
        return answer["result"].get("value")

    def pdf(self, footer: str, header: str = "", seconds: float = 300.0) -> bytes:
        """The page as PDF, with its own page size and margins, tagged, with an outline of its headings.

        Args:
            footer: HTML at the foot of each page, of ours.
            header: HTML at the head of each page, of ours.
            seconds: How long it may take.
        """
        said = {
            "printBackground": True,
            "preferCSSPageSize": True,
            "displayHeaderFooter": True,
            "headerTemplate": header or "<span></span>",
            "footerTemplate": footer,
            "generateTaggedPDF": True,
            "generateDocumentOutline": True,
            "transferMode": "ReturnAsStream",
        }
        deadline = time.monotonic() + seconds
        stream = self.call("Page.printToPDF", said, seconds)["stream"]
        parts = []
        while True:
            remaining = max(0.001, deadline - time.monotonic())
            part = self.call("IO.read", {"handle": stream, "size": 1 << 20}, remaining)
            data = part["data"]
            parts.append(base64.b64decode(data) if part.get("base64Encoded") else data.encode("latin-1"))
            if part["eof"]:
                break
        self.call("IO.close", {"handle": stream})
        return b"".join(parts)
