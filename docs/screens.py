"""Takes the README's pictures from a running demo.

make demo                     # in one terminal; note the password
.venv/bin/python docs/screens.py PASSWORD [ADDRESS]
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGES: dict[str, tuple[str, ...]] = {
    "overview": ("",),
    "grid": ("grid/",),
    "history": ("history/",),
    "marking": ("results/",),
    "answers": ("answers/",),
    "plan": ("opportunities/", "table.opps tbody a.strong"),
    "draft": ("calendar/list/?status=draft", ".piecerow a", "a:has-text('Open the draft')"),
    "calendar": ("calendar/",),
    "effect": ("effect/",),
    "status": ("status/",),
}
"""By picture, the page's address, and what is clicked from there on."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main() -> None:
    password = sys.argv[1]
    address = sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(f"{address}/login/")
        page.get_by_label("Name").fill("demo")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/b/**")
        for name, (path, *clicks) in PAGES.items():
            page.goto(f"{address}/b/hallway-coffee/{path}")
            for link in clicks:
                page.locator(link).first.click()
                page.wait_for_load_state()
            page.screenshot(path=Path(__file__).parent / "screens" / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
