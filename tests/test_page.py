"""Label Studio's labelling page with a real server and a real browser, from a mouse that is dragged to offsets in a Document."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from annotation import ENTITIES, checks, export, instructions, label_studio
from annotation.studio import tasks
from eval import formats
from eval.document import Document, Mention, Relation
from tests import labelling
from tests.conftest import BIN, Command
from tests.labelled import ARTICLE, ARTICLES, HOSTILE, SCHEMA, TABLE, WORD, Studio, place, pulled, write_table
from tests.serving import connected, kill_server, reached

pytestmark = [pytest.mark.label_studio, labelling.NEEDED]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One server for all, over a folder with articles and an entity table."""
    cwd = tmp_path_factory.mktemp("project")
    (cwd / ENTITIES).parent.mkdir()
    write_table(cwd, TABLE)
    formats.write(cwd / "articles.jsonl", [Document(doc_id, text, "2025-11-16") for doc_id, text in ARTICLES.items()])
    with ExitStack() as stack:
        one = Studio(cwd, stack)
        subprocess.run([BIN / "annotate", "push", "--folder", one.folder, "--articles", "articles.jsonl"], cwd=cwd, check=True)
        yield one


def test_what_is_marked_filled_in_and_related_is_exactly_what_is_pulled(
    browser: Browser, studio: Studio, command: Command, tmp_path: Path
) -> None:
    """By drag and key after emoji, inside a word and nested; fields chosen, typed and picked; a relation; submit; pull."""
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("marked"))
        assert page.direction() == "rtl"
        assert {"Noto Naskh Arabic", "Noto Color Emoji"} <= page.fonts()
        first, second = (page.edge(place(word)[0])[0] for word in ("وصل", "الوزير"))
        assert first > second + 10

        page.mark(*place("وصل"), "q")
        page.press("s")  # VISIT
        page.choose("asserted")
        page.type_in("entity_id", "event:arrival")
        assert page.shown() == [
            *SCHEMA.attributes["event_type"].values,
            *SCHEMA.attributes["factuality"].values,
            "norm",
            "source_error",
        ]

        page.mark(*place("سوريا"), "5")
        assert page.shown() == ["entity_id", "place", "government", "norm", "source_error"]
        page.choose("place")
        page.pick("سوري", "سوريا — Syria")

        page.mark(*place("وزير الدفاع السوري"), "2")
        page.type_in("entity_id", "per:a_new_one")
        page.mark(*place("السوري"), "8")
        page.pick("Syria", "سوريا — Syria")

        page.mark(*place("أحمد الشرع"), "1")
        page.type_in("entity_id", "per:mistyped")
        page.pick("الشرع", "أحمد الشرع — Ahmed al-Sharaa per:ahmad_al_sharaa")
        page.mark(*place("أمس"), "w")
        assert page.shown() == ["value", *SCHEMA.attributes["mod"].values, "norm", "source_error"]
        page.type_in("value", "2025-11-15")

        page.relate(place("الدفاع")[0], place("السوري")[0], "affiliated_with")
        page.relate(place("وصل")[0], place("سوريا")[0], "happens_at")
        page.type_in("verified_by", "Salma Haddad")
        page.submit()

    document, said = pulled(command, studio, "marked", tmp_path / "out.json")
    assert list(checks.unsound(export.read(tmp_path / "out.json"), SCHEMA)) == []
    assert document.text == ARTICLE
    found = {document.text[mention.start : mention.end]: mention for mention in document.mentions}
    ids = {mention.id: words for words, mention in found.items()}
    assert {(m.start, m.end, m.type, m.entity_id, tuple(sorted(m.attributes.items()))) for m in document.mentions} == {
        (*place("وصل"), "EVENT", "event:arrival", (("event_type", "VISIT"), ("factuality", "asserted"))),
        (*place("سوريا"), "GPE", "gpe:syria", (("role", "place"),)),
        (*place("وزير الدفاع السوري"), "TITLE", "per:a_new_one", ()),
        (*place("السوري"), "NORP", "gpe:syria", ()),
        (*place("أحمد الشرع"), "PER", "per:ahmad_al_sharaa", ()),
        (*place("أمس"), "DATE", None, (("value", "2025-11-15"),)),
    }
    assert {(relation.type, ids[relation.head], ids[relation.tail]) for relation in document.relations} == {
        ("affiliated_with", "وزير الدفاع السوري", "السوري"),
        ("happens_at", "وصل", "سوريا"),
    }
    assert label_studio.verified_by(export.read(tmp_path / "out.json")[0]) == "Salma Haddad"
    where = f"picked: region {found['أحمد الشرع'].id}"
    assert f"{where}: per:ahmad_al_sharaa, which was picked, in place of 'per:mistyped'" in said


def test_each_key_does_what_the_page_says(browser: Browser, studio: Studio, command: Command, tmp_path: Path) -> None:
    """Of every type, and of every value that is chosen; a value of another type's field is not kept."""
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("keys"))
        starts = {name: len(WORD) * number for number, name in enumerate(SCHEMA.types)}
        for name, type in SCHEMA.types.items():
            page.mark(starts[name], starts[name] + len(WORD.strip()), type.hotkey)
        last = {}
        for name, attribute in SCHEMA.attributes.items():
            if attribute.values is None:
                continue
            for type in attribute.types:
                page.press("u")
                page.choose_region(starts[type])
                for value, hotkey in zip(attribute.values, attribute.hotkeys, strict=True):
                    page.press(hotkey)
                    expect(page.fields.locator(f'input[name="{value}"]').filter(visible=True)).to_be_checked()
                    last[type, name] = value
        page.press("u")
        page.choose_region(starts["PER"])
        page.press(SCHEMA.attributes["role"].hotkeys[0])
        page.submit()
    document, _ = pulled(command, studio, "keys", tmp_path / "out.json")
    assert {mention.type: mention.start for mention in document.mentions} == starts
    assert {(m.type, name): value for m in document.mentions for name, value in m.attributes.items()} == last


def test_the_guidelines_are_behind_instructions_in_both_languages(browser: Browser, studio: Studio, tmp_path: Path) -> None:
    """Folded, with the relations that are allowed; the Arabic ones from right to left."""
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("marked"))
        page.browser_page.get_by_role("button", name="Instructions").click()
        guidelines = page.browser_page.locator(".wafd-guidelines")
        for heading, holds in (
            ("Relations", "has_participant"),
            ("Guidelines", "How examples are written"),
            ("2. Where a span", "Clitics and the article"),
            ("إرشادات الوسم", "كيف كُتبت الأمثلة"),
        ):
            expect(guidelines.get_by_text(holds).filter(visible=True)).to_have_count(0)
            guidelines.locator("summary").filter(has_text=heading, visible=True).first.click()
            expect(guidelines.get_by_text(holds).filter(visible=True).first).to_be_visible()
            guidelines.locator("summary").filter(has_text=heading, visible=True).first.scroll_into_view_if_needed()
        assert guidelines.get_by_text("كيف كُتبت الأمثلة").first.evaluate("one => getComputedStyle(one).direction") == "rtl"


def test_markup_in_an_article_and_in_the_table_does_nothing(
    browser: Browser, studio: Studio, command: Command, tmp_path: Path
) -> None:
    """It is shown as it is, marked and picked as anything else."""
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("hostile"))
        assert page.text() == HOSTILE
        hostile = TABLE[3]
        page.mark(HOSTILE.index("قال"), HOSTILE.index("قال") + 3, "5")
        page.pick("$text", f"{hostile.name_ar} — {hostile.name_en}")
        page.mark(1, 1 + len("script"), "1")
        page.submit()
        assert page.browser_page.evaluate("window.hurt") is None
    document, _ = pulled(command, studio, "hostile", tmp_path / "out.json")
    assert [(m.start, m.end, m.type, m.entity_id) for m in document.mentions] == [
        (1, 7, "PER", None),
        (HOSTILE.index("قال"), HOSTILE.index("قال") + 3, "GPE", "gpe:hostile"),
    ]


def test_a_draft_comes_back_after_a_reload_and_after_the_server_was_killed(
    browser: Browser, studio: Studio, command: Command, tmp_path: Path
) -> None:
    """What was not submitted is there, and can be submitted then."""
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("draft"))
        with page.draft_saved():
            page.mark(*place("سوريا"), "5")
        with page.draft_saved():
            page.choose("place")
        page.browser_page.reload()
        page.wait_until_ready()
        expect(page.regions).to_have_text(["سوريا"])
        kill_server(studio.folder)
    studio.start()
    with studio.open(browser, tmp_path) as page:
        page.open(studio.task("draft"))
        expect(page.regions).to_have_text(["سوريا"])
        page.submit()
    document, _ = pulled(command, studio, "draft", tmp_path / "out.json")
    (mention,) = document.mentions
    assert (mention.start, mention.end, mention.type, mention.attributes) == (*place("سوريا"), "GPE", {"role": "place"})


def test_the_page_follows_the_table_and_an_id_that_is_picked_and_gone_stays_picked(
    studio: Studio, command: Command, tmp_path: Path
) -> None:
    """A row less changes the page and nothing that is annotated; a push from where there is no table leaves the picker."""
    start, end = place("أحمد الشرع")
    region = {"id": "p1", "to_name": "text"}
    at = {"start": start, "end": end, "text": ARTICLE[start:end]}
    results = [
        {**region, "from_name": "label", "type": "labels", "value": {**at, "labels": ["PER"]}},
        {**region, "from_name": "entity", "type": "taxonomy", "value": {**at, "taxonomy": [["per", "per:ahmad_al_sharaa"]]}},
    ]
    push = ("annotate", "push", "--folder", studio.folder, "--articles", "articles.jsonl")
    with reached(studio.folder) as http, connected(studio.folder) as client:
        tasks.annotate(http, studio.task("draft"), {"result": results})
        write_table(studio.cwd, [entity for entity in TABLE if entity.entity_id != "per:ahmad_al_sharaa"])
        assert command(*push, cwd=studio.cwd).returncode == 0
        assert "per:ahmad_al_sharaa" not in client.projects.get(1).label_config
        (studio.cwd / ENTITIES).unlink()
        before = client.projects.get(1).label_config
        assert command(*push, cwd=studio.cwd).returncode == 0
        assert client.projects.get(1).label_config == before
        write_table(studio.cwd, TABLE)
        assert command(*push, cwd=studio.cwd).returncode == 0
        assert "per:ahmad_al_sharaa" in client.projects.get(1).label_config
        client.projects.update(1, expert_instruction="old")
        assert command(*push, cwd=studio.cwd).returncode == 0
        kept = client.projects.get(1).expert_instruction
        assert instructions.version(kept) == instructions.version(instructions.html(SCHEMA)) is not None
    done = command("annotate", "pull", "--folder", studio.folder, "--out", tmp_path / "out.json", cwd=studio.cwd)
    assert done.returncode == 1, done.stderr
    (task,) = (task for task in export.read(tmp_path / "out.aside.json") if task["data"]["doc_id"] == "draft")
    ids = [label_studio.field_value(one) for one in task["annotations"][-1]["result"] if one["from_name"] == "entity_id"]
    assert "per:ahmad_al_sharaa" in ids


def test_two_megabytes_and_5000_regions_come_back_whole(studio: Studio, command: Command, tmp_path: Path) -> None:
    """Nested and related, over the API."""
    sentence = "وصل وزير الدفاع السوري إلى موسكو. "
    text = sentence * 33_000
    assert len(text.encode()) > 2_000_000
    mentions, relations = [], []
    for number in range(2_500):
        at = number * 12 * len(sentence) + sentence.index("وزير")
        mentions.append(Mention(f"t{number}", at, at + 18, "TITLE", f"per:minister_{number}"))
        mentions.append(Mention(f"n{number}", at + 12, at + 18, "NORP", "gpe:syria"))
        relations.append(Relation("affiliated_with", f"t{number}", f"n{number}"))
    document = Document("large", text, "2025-11-16", tuple(mentions), tuple(relations))
    formats.write(tmp_path / "large.jsonl", [document])
    push = ("annotate", "push", "--folder", studio.folder, "--articles", tmp_path / "large.jsonl")
    pushed = command(*push, "--annotations", tmp_path / "large.jsonl", cwd=studio.cwd)
    assert pushed.stdout == "large: added with its annotation\n", pushed.stderr
    found, _ = pulled(command, studio, "large", tmp_path / "out.json")
    assert (found.text, len(found.mentions), len(found.relations)) == (text, 5_000, 2_500)
    assert set(found.relations) == set(relations)
    kept = {(m.id, m.start, m.end, m.type, m.entity_id) for m in found.mentions}
    assert kept == {(m.id, m.start, m.end, m.type, m.entity_id) for m in mentions}
    (task,) = (task for task in export.read(tmp_path / "out.json") if task["data"]["doc_id"] == "large")
    assert list(checks.unsound([task], SCHEMA)) == []
    assert {problem.code for problem in checks.inconsistent([task], SCHEMA)} == {"unmarked-repeat"}
