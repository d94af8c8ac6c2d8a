"""What is found in articles as the browser draws them: by the form, by the address, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests import articles, labelling
from tests.articles import FILLERS, MARKED, MARKUP, PERSON, TEXT, article, counted
from tests.pages import opened

pytestmark = labelling.NEEDED
run = pytest.fixture(scope="module")(articles.run)

Matches = Callable[[int, Any, list[Any]], bool]


def found(matches: Matches) -> str:
    """What the filters should say of the mentions of which this holds: of side, (class, type), and its counterparts as these."""
    counts, articles = [0, 0], 0
    for gold, predicted in MARKED:
        groups: list[list[list[Any]]] = [[], []]
        pairs = [(i, j) for j, verdict in enumerate(predicted.mentions) for i in verdict.gold]
        for side, (one, other) in enumerate([(gold, predicted), (predicted, gold)]):
            for place, (mention, verdict) in enumerate(zip(one.document.mentions, one.mentions, strict=True)):
                met = [pair[1 - side] for pair in pairs if pair[side] == place]
                groups[side].append([(verdict.name, mention.type), [other.document.mentions[at].type for at in met]])
        many = [sum(matches(side, own, others) for own, others in of_side) for side, of_side in enumerate(groups)]
        counts = [counts[0] + many[0], counts[1] + many[1]]
        articles += any(many)
    return f"{counts[0]} gold · {counts[1]} predicted mentions in {articles} article{'s' if articles != 1 else ''}"


FILTERS: dict[str, Matches] = {
    "": lambda side, own, others: True,
    "#class=missed": lambda side, own, others: own[0] == "missed",
    "#class=type": lambda side, own, others: own[0] == "type",
    "#type=-": lambda side, own, others: "-" in (own[1], *others),
    "#type=GPE": lambda side, own, others: "GPE" in (own[1], *others),
    "#gold=GPE&predicted=LOC": lambda side, own, others: (own[1], *others) == ("GPE", "LOC")[:: -1 if side else 1],
    "#gold=-&predicted=PER": lambda side, own, others: side == 1 and own[1] == "PER" and not others,
    "#gold=GPE&predicted=-": lambda side, own, others: side == 0 and own[1] == "GPE" and not others,
    "#class=no+such": lambda side, own, others: False,
}


def test_filters_find_what_the_documents_hold_and_hide_articles_without(browser: Browser, run: Path) -> None:
    """By class, type, pair of types and nothing on a side; what matches is marked, and nothing else."""
    with opened(browser, run) as page:
        for fragment, matches in FILTERS.items():
            page.evaluate("hash => { location.hash = hash || '#'; }", fragment)
            expect(page.locator("#filters output")).to_have_text(found(matches))
        page.goto(run.as_uri() + "#class=missed")
        expect(page.locator("#filters output")).to_have_text(found(FILTERS["#class=missed"]))
        expect(article(page, "english")).to_be_hidden()
        expect(article(page, "nested")).to_be_visible()
        marked = article(page, "nested").locator("mark.match[data-label]")
        assert set(marked.evaluate_all("all => all.map(one => one.dataset.label.slice(0, 1))")) == {"−"}
        page.goto(run.as_uri() + "#item=relations&class=wrong+direction")
        expect(page.locator("#filters output")).to_have_text("1 gold · 1 predicted relations in 1 article")
        expect(article(page, "nested").locator(".arc:has(polygon)")).to_have_count(2)


def test_words_are_found_however_they_are_written(browser: Browser, run: Path) -> None:
    """With any vowel signs, stretches and forms of a letter; and marked where they stand."""
    cases = {
        "من القاهر": FILLERS,
        "من القاهرا": 0,
        "مـن القاهره الي": FILLERS,
        "من القاهرة\u200f ألى": FILLERS,
        "مَن القاهرة إلى الاردن": FILLERS,
        "ألتقى": FILLERS,
        "cnn": 1,
        "(a|b)*-\\": 0,
    }
    with opened(browser, run) as page:
        for words, shown in cases.items():
            page.evaluate("hash => { location.hash = hash; }", f"#words={quote(words)}")
            expect(page.get_by_label("Words")).to_have_value(words)
            assert counted(page).endswith(f"in {shown} article{'s' if shown != 1 else ''}"), words
            marked = page.evaluate("() => [...CSS.highlights.get('words') ?? []].map(range => range.toString())")
            assert bool(marked) == bool(shown), words
            if "الاردن" in words:
                assert set(marked) == {"مِن القاهرة إلى الأردن"}


def test_the_address_is_the_state_and_back_and_forward_go_through_it(browser: Browser, run: Path) -> None:
    """From the form to the address, from a link to the form, back, forward, all shown again."""
    with opened(browser, run) as page:
        everything = counted(page)
        page.get_by_label("Class").select_option("missed")
        expect(page).to_have_url(re.compile("#class=missed$"))
        missed = found(FILTERS["#class=missed"])
        expect(page.locator("#filters output")).to_have_text(missed)
        page.get_by_label("Words").fill("دمشق")
        expect(page).to_have_url(re.compile("#words=%D8.*&class=missed$"))
        page.go_back()
        expect(page.get_by_label("Words")).to_have_value("")
        expect(page.get_by_label("Class")).to_have_value("missed")
        expect(page.locator("#filters output")).to_have_text(missed)
        page.go_back()
        expect(page.get_by_label("Class")).to_have_value("")
        expect(page.locator("#filters output")).to_have_text(everything)
        page.go_forward()
        expect(page.locator("#filters output")).to_have_text(missed)
        page.locator("#classes a", has_text="split").click()
        expect(page.get_by_label("Class")).to_have_value("split")
        page.get_by_role("button", name="Show all").click()
        expect(page.locator("#filters output")).to_have_text(everything)
        page.evaluate("location.hash = '#articles'")
        page.get_by_label("Class").select_option("missed")
        expect(page.locator("#filters output")).to_have_text(missed)
        page.go_back()
        expect(page).to_have_url(re.compile("#articles$"))
        expect(page.locator("#filters output")).to_have_text(everything)
        page.go_forward()
        expect(page.locator("#filters output")).to_have_text(missed)
        page.evaluate("location.hash = '#articles'")
        expect(page).to_have_url(re.compile("#articles$"))
        assert counted(page) == missed


def test_by_keyboard_alone_from_the_first_key_to_the_panel_and_back(browser: Browser, run: Path) -> None:
    """Skip link, next as one reads, chosen, to its counterpart, closed where one was, the keys."""
    with opened(browser, run) as page:
        focused = page.locator(":focus")
        page.keyboard.press("Tab")
        expect(focused).to_have_text("Skip the filters")
        page.keyboard.press("Enter")
        expect(focused).to_have_text("وزير الدفاع السوري")
        page.keyboard.press("ArrowLeft")
        expect(focused).to_have_text("السوري")
        page.keyboard.press("ArrowRight")
        expect(focused).to_have_text("وزير الدفاع السوري")
        page.keyboard.press("n")
        page.keyboard.press("j")
        expect(focused).to_have_text("مرهف أبو قصرة")
        assert focused.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        expect(page.locator(".panel h2")).to_be_focused()
        facts = page.locator(".panel .facts")
        start = TEXT.index(PERSON[0])
        expect(facts).to_contain_text(f"[{start}, {start + len(PERSON[0])})")
        expect(facts).to_contain_text("correctthe same words, the same type")
        page.keyboard.press("n")
        expect(page.locator(".panel h2")).to_have_text("لجيش العربي السوري")
        page.keyboard.press("p")
        page.keyboard.press("Enter")
        expect(page.locator(".panel h2")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("mark.chosen").first).to_have_attribute("data-label", "PER")
        expect(facts).to_contain_text("Sidepredicted")
        page.keyboard.press("Escape")
        expect(page.locator("mark.chosen")).to_have_count(0)
        assert focused.evaluate("one => wafd.sideName(wafd.mentionOf(one))") == "predicted"
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.keyboard.press("/")
        expect(page.get_by_label("Words")).to_be_focused()
    with opened(browser, run, "#class=missed") as page:
        counted(page)
        page.keyboard.press("n")
        seen = []
        for _ in range(12):
            seen.append(page.locator(":focus").evaluate("one => [wafd.mentionOf(one).article.id, one.dataset.label[0]]"))
            page.keyboard.press("n")
        assert {sign for _, sign in seen} == {"−"}
        assert list(dict.fromkeys(doc_id for doc_id, _ in seen))[:3] == ["nested", MARKUP, "000"]
