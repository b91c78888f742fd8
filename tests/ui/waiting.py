"""Waiting for a state of a page that lets no text run as code, as a report is."""

from __future__ import annotations

import json

from playwright.sync_api import Page


def wait_until(page: Page, condition: str, *, seconds: float = 30) -> None:
    """Wait until a JavaScript expression holds; `Page.wait_for_function` needs `eval` from its second look on.

    Raises:
        playwright.sync_api.Error: It did not hold within the seconds; the error names the condition.
    """
    words = json.dumps(f"Never so within {seconds:g} s: {condition}")
    page.evaluate(
        f"""() => new Promise((done, fail) => {{
            const late = setTimeout(() => fail(new Error({words})), {seconds * 1000});
            const look = () => {{
                if ({condition}) {{ clearTimeout(late); done(); }} else setTimeout(look, 20);
            }};
            look();
        }})"""
    )
