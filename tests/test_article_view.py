"""Articles as the browser draws them: where things stand, what can be read; nothing in them acts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from eval.document import Document, Mention
from eval.errors import mentions, relations
from eval.pages import contrast
from eval.pages.article import Legend, Marked
from eval.pages.meanings import MEANINGS
from tests import articles, labelling, pages
from tests.articles import ARMY, GOLD, LONG, MARKED, MARKUP, article, box, counted, link, mark
from tests.conftest import ROOT
from tests.pages import PHONE, opened, serious

pytestmark = labelling.NEEDED
run, alone = (pytest.fixture(scope="module")(one) for one in (articles.run, articles.alone))


def test_the_gold_is_on_the_right_of_the_predictions_and_a_text_runs_to_the_left(browser: Browser, run: Path) -> None:
    """Sentence by sentence at one height; in an English article the gold is on the left."""
    with opened(browser, run) as page:
        for row in article(page, "nested").locator(".row").all():
            gold, predicted = (box(cell) for cell in row.locator(".cell").all())
            assert gold["x"] >= predicted["right"]
            assert gold["y"] == predicted["y"]
        assert box(mark(page, "وزير الدفاع السوري"))["x"] > box(mark(page, "مرهف أبو قصرة"))["right"] - 1
        heads = article(page, "nested").locator(".heads .side")
        assert heads.all_inner_texts() == ["gold", "predicted"]
        assert box(heads.first)["x"] > box(heads.last)["x"]
        gold, predicted = (box(cell) for cell in article(page, "english").locator(".row").first.locator(".cell").all())
        assert gold["right"] <= predicted["x"]


def test_the_words_of_a_mention_are_its_slice_in_code_points_and_the_text_is_whole(browser: Browser, run: Path) -> None:
    """Nested, crossing, twice the same span, behind astral characters, as a range over what is drawn."""
    with opened(browser, run) as page:
        for gold, sides in zip(GOLD[:3], MARKED, strict=False):
            assert gold.text
            rows = page.evaluate("id => [...wafd.draw(wafd.article(id)).body.querySelectorAll('.row')].map(row => [...row.querySelectorAll('.sentence')].map(one => one.textContent))", gold.doc_id)  # fmt: skip
            for side, marked in enumerate(sides):
                assert "".join("".join(row[side] for row in rows).split()) == "".join(gold.text.split())
                asked = [[one.start, one.end, one.type] for one in marked.document.mentions]
                words = page.evaluate(
                    """([id, side, all]) => all.map(([start, end, type]) => {
                        const { pieces } = wafd.article(id).find(side, start, end, type), range = document.createRange();
                        range.setStart(pieces[0], 0);
                        range.setEndAfter(pieces.at(-1));
                        return range.toString();
                    })""",
                    [gold.doc_id, ["gold", "predicted"][side], asked],
                )
                assert words == [gold.text[start:end] for start, end, _ in asked]


def test_letters_stay_joined_at_the_edges_of_mentions(browser: Browser, run: Path) -> None:
    """A sentence with a mention inside a word is as wide as the same words without any."""
    with opened(browser, run) as page:
        inside = mark(page, "لجيش العربي السوري")
        expect(inside).to_be_visible()
        marked, plain = page.evaluate(
            """() => [...document.querySelectorAll('article[data-article=nested] .sentence')].map(sentence => {
                const width = of => { const range = document.createRange(); range.selectNodeContents(of); return range.getBoundingClientRect().width; };
                const copy = sentence.cloneNode(false);
                copy.textContent = sentence.textContent;
                sentence.after(copy);
                for (const one of [sentence, copy]) one.style.whiteSpace = 'nowrap';
                const widths = [width(sentence), width(copy)];
                copy.remove();
                return widths;
            }).reduce(([a, b], [c, d]) => [[...a, c], [...b, d]], [[], []])"""
        )
        assert len(marked) == 4
        assert marked == pytest.approx(plain, abs=0.5)


# Where the names below lines stand: they are not elements, so that a text stays what it is.
NAMES = """body => [...body.querySelectorAll('mark[data-label]')].map(one => {
    const at = one.getClientRects()[0], name = getComputedStyle(one, '::before'), cell = one.closest('.cell').getBoundingClientRect();
    const [top, width, height] = ['top', 'width', 'height'].map(key => parseFloat(name[key]));
    const left = body.dir === 'rtl' ? at.right - width : at.left;
    return { label: one.dataset.label, left, right: left + width, top: at.top + top, bottom: at.top + top + height,
        line: parseFloat(getComputedStyle(one).textUnderlineOffset), cell: [cell.left, cell.right], text: [at.top, at.bottom] };
})"""


# How far each mention's line is from the text, which is the same in all its pieces.
LINES = """id => wafd.article(id).sides.map(side => side.mentions.map(mention => {
    const looks = new Set(mention.pieces.map(one => getComputedStyle(one)).map(one => `${parseFloat(one.textUnderlineOffset)} ${one.textDecorationColor}`));
    if (looks.size !== 1) throw new Error([...looks]);
    return [`${wafd.words(mention)} ${wafd.typeName(mention)}`, parseFloat([...looks][0])];
}))"""


def test_lines_lie_apart_the_inner_nearest_and_no_name_covers_another(browser: Browser, run: Path) -> None:
    """Nor leaves its column, however long."""
    for size in (pages.WIDE, PHONE):
        with opened(browser, run, viewport=size) as page:
            for doc_id in ("nested", "english", MARKUP):
                page.evaluate("id => wafd.draw(wafd.article(id))", doc_id)
                names = page.locator(f"article[data-article='{doc_id}'] .text").evaluate(NAMES)
                assert names
                for i, one in enumerate(names):
                    assert one["cell"][0] - 1 <= one["left"] < one["right"] <= one["cell"][1] + 1
                    for other in names[:i]:
                        apart = one["right"] <= other["left"] or other["right"] <= one["left"]
                        assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (one, other)
            gold, predicted = (dict(side) for side in page.evaluate(LINES, "nested"))
            assert gold["وزير الدفاع السوري TITLE"] > gold["السوري NORP"]
            army = {gold[f"لجيش العربي السوري {type}"] for type in ("ORG", "GROUP")}
            assert len(army) == 2
            assert min(army) > gold["السوري NORP"]
            assert predicted["السوري مرهف ORG"] not in (predicted["وزير الدفاع السوري TITLE"], predicted["مرهف أبو قصرة PER"])


def test_articles_are_drawn_as_one_comes_near_and_a_link_lands_on_its_mention(browser: Browser, run: Path) -> None:
    """The last article is drawn for its link alone; one scrolls to it, and it is chosen."""
    last = GOLD[-1]
    with opened(browser, run) as page:
        expect(article(page, "nested")).to_have_class(re.compile("drawn"))
        expect(article(page, last.doc_id)).not_to_have_class(re.compile("drawn"))
        assert article(page, last.doc_id).locator("mark").count() == 0
        article(page, last.doc_id).scroll_into_view_if_needed()
        expect(article(page, last.doc_id)).to_have_class(re.compile("drawn"))
        expect(article(page, "012")).not_to_have_class(re.compile("drawn"))
        page.evaluate("id => wafd.choose(wafd.article(id).parse().sides[0].mentions[0], { scroll: true })", "008")
        expect(article(page, "008").locator("mark.chosen")).to_be_in_viewport()
        page.evaluate("""async ids => {
            for (const id of ids) wafd.choose(wafd.article(id).parse().sides[0].mentions[0], { scroll: true });
            for (let frames = 0; frames < 40; frames++) await new Promise(requestAnimationFrame);
        }""", ["008", "020", "004"])  # fmt: skip
        expect(article(page, "004").locator("mark.chosen")).to_be_in_viewport()
    with opened(browser, run, link(last.doc_id, "gold", last.mentions[2])) as page:
        chosen = page.locator("mark.chosen")
        expect(chosen).to_have_text("القاهرة")
        expect(chosen).to_be_in_viewport()
        expect(page.locator("article:visible")).to_have_count(1)
        expect(page.locator(".panel h2")).to_have_text("القاهرة")
        expect(article(page, "nested")).to_be_hidden()


def test_a_link_to_a_place_widened_to_whole_words_lands_on_the_mention_in_it(browser: Browser, run: Path, tmp_path: Path) -> None:
    """Errors are told of by places as they were compared: the army, to which a preposition is joined, or without white space."""
    army = GOLD[0].mentions[3]
    with opened(browser, run, link("nested", "gold", replace(army, start=army.start - 1))) as page:
        expect(page.locator(".panel h2")).to_have_text(ARMY[0])
    blank = Document("blank", "قال دمشق \x1f الآن", None, (Mention("a", 3, 10, "GPE"),))
    legend = Legend(["gold"])
    path = pages.write(tmp_path / "blank.html", [blank], [legend.island([Marked(blank)])], legend.record())
    with opened(browser, path, link("blank", "gold", replace(blank.mentions[0], start=4, end=8))) as page:
        expect(page.locator(".panel .type-name, .panel dd").first).to_be_visible()


def test_curves_of_relations_end_at_their_mentions_also_after_the_width_has_changed(browser: Browser, run: Path) -> None:
    """Those of the chosen one, with their names; all of them in thin lines where one asks for them."""
    with opened(browser, run) as page:
        mark(page, "مرهف أبو قصرة").click()
        arcs = article(page, "nested").locator(".arc:has(polygon)")
        for width in (1400, 1150, 500):
            page.set_viewport_size({"width": width, "height": 900})
            expect(arcs).to_have_count(3)
            ends = """all => all.map(({ relation, points }) => {
                const frame = relation.head.article.body.getBoundingClientRect();
                return [[relation.head, points[0]], [relation.tail, points[3]]].map(([mention, point]) => {
                    const at = mention.pieces[0].getClientRects()[0], x = point.x + frame.left, y = point.y + frame.top;
                    return x >= at.left && x <= at.right && y >= at.top && y <= at.bottom;
                });
            })"""
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert arcs.evaluate_all(ends) == [[True, True]] * 3
        assert sorted(article(page, "nested").locator(".arc text").all_text_contents()) == ["⇄ holds", "− leads", "− self"]
        assert page.locator(".arcs").first.evaluate("one => getComputedStyle(one).pointerEvents") == "none"
        page.set_viewport_size(pages.WIDE)
        expect(page.locator(".panel li", has_text="leads")).to_contain_text("لجيش العربي السوري")
        page.get_by_label("All relations").check()
        expect(article(page, "nested").locator(".arc.thin")).to_have_count(3)
        page.locator(".panel li", has_text="holds").get_by_role("button").click()
        expect(page.locator(".panel h2")).to_have_text("وزير الدفاع السوري")
        expect(page.locator(".panel li", has_text="موسكو")).to_contain_text("↓ 1 sentence on")


def test_what_an_article_a_label_and_an_id_hold_is_shown_and_does_nothing(browser: Browser, run: Path, alone: Path) -> None:
    """Markup in all of them, a script for an address, a colour that asks for something."""
    hostile = GOLD[2]
    for path in (run, alone):
        with opened(browser, path, link(hostile.doc_id, "gold", hostile.mentions[0])) as page:
            expect(page.locator(".panel h2")).to_have_text("<script>hurt=1</script>")
            expect(page.locator(".panel .facts")).to_contain_text(MARKUP)
            page.get_by_label("All relations").check()
            assert page.evaluate(
                "() => [typeof hurt, document.querySelectorAll('main img').length + [...document.querySelectorAll('.panel .facts a')].filter(one => one.href).length]"
            ) == ["undefined", 0]
            expect(page.locator(".arc text")).to_contain_text([MARKUP[:20]])
            expect(page.locator(".panel .facts a")).to_have_text(MARKUP)
            page.locator("mark", has_text="script").last.click()
            expect(page.locator(".panel .facts")).to_contain_text(LONG)
            assert page.evaluate("() => typeof hurt") == "undefined"


def test_on_a_phone_sides_stand_below_one_another_and_nothing_is_wider_than_it(browser: Browser, run: Path) -> None:
    """Each with its name; the panel is a sheet at the bottom, and what is chosen is above it."""
    with opened(browser, run, link("nested", "gold", GOLD[0].mentions[7]), viewport=PHONE) as page:
        first = article(page, "nested").locator(".row").first
        gold, predicted = (box(cell) for cell in first.locator(".cell").all())
        assert predicted["y"] >= gold["bottom"]
        assert first.locator(".side-name:visible").all_inner_texts() == ["gold", "predicted"]
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
        panel = box(page.locator(".panel"))
        assert round(panel["bottom"]) == 844
        expect(page.locator(".panel .facts a")).to_have_attribute("href", "x.html")
        assert box(page.locator("mark.chosen"))["bottom"] <= panel["y"]
        page.get_by_role("button", name="Close").click()
        expect(page.locator(".panel")).to_be_hidden()
        low = article(page, "nested").locator("mark[data-label]").first
        low.evaluate("one => scrollBy({ top: one.getBoundingClientRect().bottom - innerHeight + 60, behavior: 'instant' })")
        low.click()
        page.wait_for_function("""() => document.querySelector("mark.chosen").getClientRects()[0].bottom
            <= document.querySelector(".panel").getBoundingClientRect().top""")


CONTRASTS = """() => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const light = colour => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const paper = light(getComputedStyle(document.body).backgroundColor);
    return Object.fromEntries([...document.querySelectorAll('mark[data-label]')].map(one => {
        const ink = light(getComputedStyle(one, '::before').color);
        return [one.dataset.label.slice(0, 20), (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05)];
    }));
}"""


def test_names_below_lines_can_be_read_in_light_and_dark(browser: Browser, run: Path, alone: Path) -> None:
    """4.5:1, in the colours of all classes, and whatever colours types are given."""
    for dark in (False, True):
        for path in (run, alone):
            with opened(browser, path, dark=dark) as page:
                page.evaluate("() => { wafd.articles.slice(0, 4).forEach(wafd.draw); }")
                if path == run:  # all classes
                    page.evaluate(
                        "() => [...document.querySelectorAll('mark[data-label]')].slice(0, 8).forEach((one, i) => { const [look] = wafd.look(wafd.legend.classes[i]); one.dataset.look = look; one.dataset.label = look; })"
                    )
                contrasts = page.evaluate(CONTRASTS)
                assert len(contrasts) >= 6
                assert {name: ratio for name, ratio in contrasts.items() if ratio < 4.5} == {}


def test_axe_finds_nothing_serious(browser: Browser, run: Path, alone: Path) -> None:
    """With the panel open, all relations drawn, filters set, in light and dark, wide and on a phone."""
    chosen = link("nested", "gold", GOLD[0].mentions[2])
    for path, fragment, more in (
        (run, chosen, {}),
        (run, "#article=nested&class=missed", {"dark": True}),
        (run, chosen, {"viewport": PHONE, "dark": True}),
        (alone, chosen, {}),
    ):
        with opened(browser, path, fragment, **more) as page:  # type: ignore[arg-type]
            counted(page)
            page.locator("#filters summary").evaluate("one => { one.parentElement.open = true; }")
            page.get_by_label("All relations").check()
            expect(page.locator(".arc").first).to_be_attached()
            assert serious(page) == []


def test_every_class_has_a_look_and_its_meaning_in_words() -> None:
    """Those of mentions and those of relations; of two runs too."""
    assert {item: tuple(meaning) for item, meaning in MEANINGS.items()} == {
        "mentions": mentions.CLASSES,
        "relations": relations.CLASSES,
    }
    assert set(contrast.MEANINGS) == set(contrast.CLASSES)
    script = (ROOT / "eval" / "pages" / "templates" / "wafd.js").read_text(encoding="utf-8")
    looks = re.findall(r'^    \["(.+)", \["', script, re.MULTILINE)
    assert sorted(looks) == sorted({*mentions.CLASSES, *relations.CLASSES, *contrast.CLASSES})
