"""A real browser for the tests of the site: Debian's Chromium, or whichever this machine has, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOW = 200  # pixels: where only widths count, a low window is drawn sooner
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def executable() -> str:
    """The browser's path. Without one the test is skipped, and says so; on CI that is a failure."""
    found = next(filter(None, map(shutil.which, NAMES)), "")
    if not found and os.environ.get("CI"):
        pytest.fail("CI has no browser: .ci/run installs Chromium, and these tests are never skipped there.")
    if not found:
        pytest.skip("no Chromium on this machine: the site was not opened. `apt-get install chromium` brings one.")
    return found


@contextmanager
def started() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


class Visit:
    """A page, opened from disk, and what it did meanwhile: faults it told, addresses it asked for, bytes it took."""

    def __init__(self, browser: Browser, folder: Path, name: str, **context: object) -> None:
        self.folder, self.faults, self.asked = folder, [], []
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda told: told.type in ("error", "warning") and self.faults.append(told.text))
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.open(name)

    def open(self, name: str) -> None:
        """Go to a page, and forget what the last one did: a new window costs as much as all that follows."""
        self.faults.clear()
        self.asked.clear()
        self.page.goto(f"{self.folder.as_uri()}/{name}")

    def resize(self, width: int, height: int = LOW) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def wide(self) -> int:
        """The width that the page takes; more than its window's where it scrolls sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth")

    def unfold(self) -> None:
        """Open all that can be opened; what fades in is there at once."""
        self.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true })")
        self.page.evaluate("document.getAnimations().forEach((moving) => moving.finish())")

    def strangers(self) -> list[str]:
        """Addresses outside the site's own folder."""
        return [url for url in self.asked if not url.startswith((f"{self.folder.as_uri()}/", "data:"))]

    def weight(self) -> int:
        """Bytes of all files that the page asked for."""
        own = {url.split("#")[0].split("?")[0] for url in self.asked if url.startswith("file:")}
        return sum((self.folder / url.removeprefix(f"{self.folder.as_uri()}/")).stat().st_size for url in own)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_fault) -> None:
        self.context.close()
