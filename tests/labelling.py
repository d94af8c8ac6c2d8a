"""Label Studio's labelling page in a real browser, driven as an annotator would."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, expect, sync_playwright
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from annotation.studio.login import Login

CHROMIUM = shutil.which("chromium")
ENABLE = "apt-get install chromium fonts-noto-core fonts-noto-color-emoji"
NEEDED = pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason=f"no chromium; to run this: {ENABLE}")

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


@contextmanager
def page(browser: Browser, login: Login, pictures: Path) -> Iterator[Page]:
    """Logged in, and closed at the end. Where something fails, a picture of what the page showed is left."""
    one = Page(browser, login)
    try:
        one.log_in()
        yield one
        assert one.complaints == []
    except BaseException:
        one.browser_page.screenshot(path=pictures / "page.png")
        raise
    finally:
        one.browser_page.context.close()


class Page:
    """The page of one annotator. Places in the article are code points, half-open."""

    def __init__(self, browser: Browser, login: Login, width: int = 1400, height: int = 900) -> None:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=login.url)
        context.set_default_timeout(_MILLISECONDS)
        expect.set_options(timeout=_MILLISECONDS)
        self.browser_page: BrowserPage = context.new_page()
        self.login = login
        self.complaints: list[str] = []
        self._below = 6
        self.browser_page.on("dialog", self._dismiss)
        self.browser_page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.browser_page.on("console", self._listen)

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _listen(self, message: ConsoleMessage) -> None:
        # Label Studio asks for advertisements of its own, which are not served.
        if message.type == "error" and "heidi-tips" not in message.location["url"]:
            self.complaints.append(message.text)

    def log_in(self) -> None:
        """Through the form, as a person does."""
        page = self.browser_page
        page.goto("/user/login/")
        page.fill("input[name=email]", self.login.email)
        page.fill("input[name=password]", self.login.password)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/user/login" not in url)

    def open(self, task: int) -> None:
        """The task, once its text and regions can be worked on."""
        self.browser_page.goto(f"/projects/1/data?task={task}")
        self.wait_until_ready()

    def begin(self) -> None:
        """An annotation of one's own, empty, beside those that are there."""
        self.browser_page.get_by_label("Create an annotation").click()
        expect(self.regions).to_have_count(0)

    def choose_annotation(self, email: str) -> None:
        """That of this person, among those of the task that is open."""
        tab = self.browser_page.locator(".lsf-annotation-button", has_text=email[:8])
        tab.click()
        expect(tab).to_have_class(re.compile("selected"))

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

    @property
    def fields(self) -> Locator:
        """The column of fields beside the text."""
        return self.browser_page.locator(".wafd-fields")

    def press(self, key: str) -> None:
        """A key, with the focus on nothing."""
        self.browser_page.keyboard.press(key)

    def drag(self, start: int, end: int) -> None:
        """Drag the mouse over these characters."""
        mouse = self.browser_page.mouse
        (x, y), (to_x, to_y) = self.edge(start), self.edge(end - 1, its_end=True)
        x, y = self.edge(start)  # where the second look has left it
        mouse.move(x, y)
        mouse.down()
        mouse.move((x + to_x) / 2, (y + to_y) / 2)
        # Two drags that end at one place within half a second are a double click to the page, and get the first's type.
        self._below = -self._below
        mouse.move(to_x, to_y + self._below)
        mouse.up()

    def mark(self, start: int, end: int, hotkey: str) -> None:
        """Press the key of a type, and drag; the region is left chosen."""
        count = self.regions.count()
        self.press("u")
        self.press(hotkey)
        expect(self.browser_page.locator(".lsf-label_selected")).to_be_visible()
        self.drag(start, end)
        expect(self.regions).to_have_count(count + 1)
        self.choose_region(start)

    def choose_region(self, offset: int) -> None:
        """Click the character at this place, that is, the innermost region there."""
        x, y = self.edge(offset)
        self.browser_page.mouse.click(x, y)
        expect(self.browser_page.locator(".htx-highlight.__active")).to_be_visible()

    def relate(self, head: int, tail: int, label: str) -> None:
        """From the region at one place to that at another, and name the relation in its panel."""
        page = self.browser_page
        tab = page.locator('[id$="relations_1_droppable"]').filter(visible=True)
        tab.click()
        items = page.locator(".lsf-relations__item")
        count = items.count()
        self.press("u")
        self.choose_region(head)
        self.press("Alt+r")
        page.mouse.click(*self.edge(tail))
        expect(items).to_have_count(count + 1)
        items.last.hover()
        items.last.get_by_label("Show Relation Labels").click()
        items.last.get_by_test_id("select-trigger").click()
        page.get_by_test_id(f"select-option-{label}").click()
        expect(items.last.get_by_test_id("select-display-value")).to_have_text(label)

    def shown(self) -> list[str]:
        """The names of the fields that are shown: controls, and of choices the values."""
        inputs = self.fields.locator("input[name]").filter(visible=True)
        return inputs.evaluate_all("all => all.map(one => one.name)")

    def choose(self, value: str) -> None:
        """One of the choices of the region that is chosen."""
        box = self.fields.locator(f'input[name="{value}"]').filter(visible=True)
        box.check()

    def type_in(self, field: str, text: str) -> None:
        """Type into a text area of the region that is chosen, or of the article, and press Enter."""
        area = self.browser_page.locator(f'input[name="{field}"]').filter(visible=True)
        area.fill(text)
        area.press("Enter")
        expect(area).to_have_count(0)  # it holds one, and shows that in its place

    def search(self, words: str) -> Locator:
        """Search in the entity table for the region that is chosen; what is found."""
        self.fields.locator(".htx-taxonomy").filter(visible=True).click()
        search = self.browser_page.get_by_test_id("taxonomy-search").filter(visible=True)
        search.fill(words)
        return self.browser_page.locator(".htx-taxonomy-dropdown .ant-select-tree-treenode:has(.ant-select-tree-switcher-noop)")

    def pick(self, words: str, name: str) -> None:
        """Pick the entity of this name among those that a search finds."""
        found = self.search(words).filter(has_text=name)
        expect(found).to_have_count(1)
        picked = self.fields.locator(".ant-select-selection-item")
        # A click into a list that is being drawn anew is lost, so one clicks again, as a person does.
        for milliseconds in (10_000, 30_000, _MILLISECONDS):
            found.locator(".ant-select-tree-checkbox").click()
            with suppress(PlaywrightTimeout):
                picked.wait_for(timeout=milliseconds)
                break
        expect(picked).to_have_text(name)
        self.fields.locator("h4").filter(visible=True).first.click()  # closes it

    def submit(self) -> None:
        """Submit what is new, or update what was there; returns once the server has it."""
        with self.browser_page.expect_response(
            lambda answer: "/annotations" in answer.url and answer.request.method != "GET"
        ) as got:
            self.bar.locator('button:has-text("Submit"), button:has-text("Update")').click()
        assert got.value.ok, got.value.text()

    @contextmanager
    def draft_saved(self) -> Iterator[None]:
        """Until the server has what is done meanwhile, though nothing is submitted."""
        with self.browser_page.expect_response(lambda answer: "/drafts" in answer.url and answer.request.method != "GET") as got:
            yield
        assert got.value.ok, got.value.text()

    def edge(self, offset: int, its_end: bool = False) -> tuple[float, float]:
        """Where on the screen a character begins or ends, scrolled to."""
        x, y = self.browser_page.evaluate(_EDGE, [offset, its_end])
        return x, y

    def text(self) -> str:
        """The article as it is shown."""
        lines = self.browser_page.locator('[class*="richtext__line"]')
        return "\n".join(lines.all_text_contents())

    def direction(self) -> str:
        """Of the article: rtl or ltr."""
        line = self.browser_page.locator('[class*="richtext__line"]').first
        return str(line.evaluate("one => getComputedStyle(one).direction"))

    def fonts(self) -> set[str]:
        """Those in which the article's first line is drawn."""
        browser = self.browser_page.context.new_cdp_session(self.browser_page)
        for domain in ("DOM", "CSS"):
            browser.send(f"{domain}.enable")
        root = browser.send("DOM.getDocument")["root"]["nodeId"]
        line = browser.send("DOM.querySelector", {"nodeId": root, "selector": '[class*="richtext__line"]'})["nodeId"]
        return {font["familyName"] for font in browser.send("CSS.getPlatformFontsForNode", {"nodeId": line})["fonts"]}
