"""What a hostile guest shows in a notebook: all by which a page could be taken over. Runs in the notebook's kernel."""

from __future__ import annotations

from hostile import Guest, HostileProvider
from IPython.display import display

from analyst_magic.sandbox import SandboxKind, SandboxOptions

HOST = "https://evil.example"


def hack(way: str) -> str:
    return f"(window.hacked = window.hacked || []).push('{way}')"


KINDS = {
    "text/html": f'<script>{hack("script")}</script><img src=x onerror="{hack("onerror")}">'
    f"<img src='{HOST}/html.png'>"
    "<style>body {display: none}</style><iframe srcdoc=\"<script>parent.hacked = ['frame']</script>\"></iframe>",
    "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{hack('svg')}\">"
    f"<script>{hack('svg script')}</script><image href='{HOST}/svg.png'/></svg>",
    "application/javascript": f"{hack('javascript')}; document.title = 'taken over'",
    "text/markdown": f"![x]({HOST}/markdown.png) [click](javascript:hacked)",
    "text/latex": r"$\href{javascript:hacked}{x}$",
}
FIGURE = {
    "data": [
        {
            "type": "scatter",
            "x": [1, 2],
            "y": [1, 2],
            "mode": "markers+text",
            "text": ['<a href="javascript:hacked">a</a>', "b"],
            "name": "<img src=x onerror=alert(1)>",
        }
    ],
    "layout": {
        "title": {"text": f'<a href="{HOST}/title">title</a>'},
        "images": [{"source": f"{HOST}/plotly.png", "x": 0, "y": 1, "sizex": 1, "sizey": 1}],
    },
}


DISPLAYS = [*({kind: value, "text/plain": "<b>plain</b>"} for kind, value in KINDS.items()),
            {"application/vnd.plotly.v1+json": FIGURE}]  # fmt: skip


def attack(guest: Guest) -> None:
    """The script of the guest."""
    for data in DISPLAYS:
        guest.display(data)
    guest.say(f"<script>{hack('printed')}</script>\x1b]8;;{HOST}\x07link\x1b]8;;\x07")


class HostileKind(SandboxKind):
    """The sandbox whose guest is hostile."""

    name = "hostile"

    def make(self, options: SandboxOptions) -> HostileProvider:
        """A provider of that guest."""
        return HostileProvider(attack)


def show() -> None:
    """Show what the guest displays as it is, as if there were no firewall."""
    for data in DISPLAYS:
        display(data, raw=True)
