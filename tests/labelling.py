"""Label Studio's labelling page in a real browser, driven as an annotator would."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, expect, sync_playwright
from playwright.sync_api import Page as BrowserPage

from annotation.studio.server import Login

CHROMIUM = shutil.which("chromium")
ENABLE = "apt-get install chromium fonts-noto-core fonts-noto-color-emoji"

_FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
_MILLISECONDS = 120_000  # others may be at work on the machine

# Where on the screen a character of the article begins or ends, by its place in the text in code points. The page shows each line
# in a span of its own; characters that are written from left to right begin on the left.
_EDGE = """([offset, end]) => {
    const lines = document.querySelectorAll('[class*="richtext__line"]');
    let passed = 0;
    for (const line of lines) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node; (node = walker.nextNode());) {
            const before = [];
            for (const character of node.data) {
                if (passed === offset) {
                    const range = document.createRange(), from = before.join('').length;
                    range.setStart(node, from);
                    range.setEnd(node, from + character.length);
                    node.parentElement.scrollIntoView({block: 'center'});
                    const box = range.getBoundingClientRect();
                    const left = /[\\p{sc=Latin}\\p{Nd}]/u.test(character) !== end;
                    return [left ? box.left + 1 : box.right - 1, box.top + box.height / 2];
                }
                passed++;
                before.push(character);
            }
        }
        passed++;
    }
    throw new Error(`the page shows no character ${offset}`);
}"""


@contextmanager
def browsing() -> Iterator[Browser]:
    """Debian's chromium. It speaks to nothing outside."""
    assert CHROMIUM, f"these tests need chromium: {ENABLE}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


class Page:
    """The page of one annotator. `text` are places in the article, half-open code points."""

    def __init__(self, browser: Browser, login: Login, width: int = 1400, height: int = 900) -> None:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=login.url)
        context.set_default_timeout(_MILLISECONDS)
        self.browser_page: BrowserPage = context.new_page()
        self.login = login
        expect.set_options(timeout=_MILLISECONDS)

    def log_in(self) -> None:
        """Through the form, as a person does."""
        page = self.browser_page
        page.goto("/user/login/")
        page.fill("input[name=email]", self.login.email)
        page.fill("input[name=password]", self.login.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/user/login" not in url)

    def open(self, project: int, task: int) -> None:
        """The task, once its text and regions can be worked on."""
        self.browser_page.goto(f"/projects/{project}/data?task={task}")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Until the text and its regions stand there; only then does the page draw what lies over them."""
        expect(self.browser_page.locator(".relations-overlay")).to_be_attached()
        expect(self.bar.locator('button:has-text("Submit"), button:has-text("Update")')).to_be_visible()

    @property
    def bar(self) -> Locator:
        """The bar at the bottom."""
        return self.browser_page.locator(".lsf-bottombar")

    @property
    def regions(self) -> Locator:
        """What is marked in the text."""
        return self.browser_page.locator(".wafd-text .htx-highlight")

    def drag(self, start: int, end: int) -> None:
        """Drag the mouse over these characters."""
        page = self.browser_page
        page.evaluate(_EDGE, [start, False])  # scrolls there
        x, y = page.evaluate(_EDGE, [start, False])
        page.mouse.move(x, y)
        page.mouse.down()
        to_x, to_y = page.evaluate(_EDGE, [end - 1, True])
        page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
        page.mouse.move(to_x, to_y)
        page.mouse.up()

    def mark(self, start: int, end: int, hotkey: str) -> None:
        """Press the key of a type, and drag; the region is left selected."""
        count = self.regions.count()
        self.press(hotkey)
        expect(self.browser_page.locator(".lsf-label_selected")).to_be_visible()
        self.drag(start, end)
        expect(self.regions).to_have_count(count + 1)

    def press(self, key: str) -> None:
        """A key, with the focus on nothing."""
        self.browser_page.keyboard.press(key)

    def region(self, start: int) -> Locator:
        """The region that begins here, the outermost of several."""
        return self.browser_page.locator(f'.wafd-text .htx-highlight[data-start="{start}"]').first
