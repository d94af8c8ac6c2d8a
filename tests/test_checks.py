"""Every problem has a code, and a fixture that holds that defect and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotation import checks, export, label_studio, schema, timex
from eval.document import Document, Mention
from eval.document import check as check_document
from tests.conftest import ROOT, Command

SCHEMA = schema.load()
INVALID = sorted((ROOT / "tests" / "exports" / "invalid").glob("*.json"))


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_each_defect_is_found_and_nothing_else(path: Path) -> None:
    """The fixture's name is the code; the message is one line that says something."""
    problems = list(checks.check(export.read(path), SCHEMA))
    assert {problem.code for problem in problems} == {path.stem}
    assert all("\n" not in problem.message and len(problem.message) > 20 for problem in problems)


def test_every_code_has_a_fixture() -> None:
    """Codes as the source states them, and one for each attribute that some type must have."""
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "annotation" / "checks").glob("*.py"))
    codes = set(re.findall(r'[pP]roblem\(\s*"([a-z-]+)"', source)) | {"missing-doc-id", "missing-text"}
    codes |= {f"missing-{name.replace('_', '-')}" for name, attribute in SCHEMA.attributes.items() if attribute.required}
    assert {path.stem for path in INVALID} == codes


def test_sound_exports_have_no_problem() -> None:
    """A small one made for this, and the project's own."""
    for path in (ROOT / "tests/exports/valid/small.json", ROOT / "annotation/exports/gold.json"):
        assert list(checks.check(export.read(path), SCHEMA)) == []


def test_checking_goes_on_after_the_first() -> None:
    """Three defects in one task are three problems."""
    (task,) = export.read(ROOT / "tests/exports/valid/small.json")
    results = task["annotations"][0]["result"]
    results[0]["value"]["labels"] = ["NOBODY"]
    results.append({"type": "relation", "from_id": "per", "to_id": "gone", "direction": "right", "labels": []})
    codes = [problem.code for problem in checks.check([task], SCHEMA)]
    assert {"unknown-label", "relation-without-label", "relation-to-nowhere"} <= set(codes)


def variants(node: Any) -> Iterator[Any]:
    """Copies of a JSON value with one node in it replaced by something else, or left out."""
    for junk in (None, 5, "x", [], {}, [{}], {"a": 1}):
        if junk != node:
            yield junk
    if isinstance(node, dict):
        for key, value in node.items():
            yield {k: v for k, v in node.items() if k != key}
            yield from ({**node, key: changed} for changed in variants(value))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from ([*node[:i], changed, *node[i + 1 :]] for changed in variants(value))


def test_nothing_crashes_the_checks_and_what_they_pass_is_a_document() -> None:
    """Node by node through a sound task: whatever stands there is reported, or the task still makes a sound Document."""
    (task,) = export.read(ROOT / "tests/exports/valid/small.json")
    clean = 0
    for broken in variants(task):
        if isinstance(broken, dict) and not list(checks.check([broken], SCHEMA)):
            clean += 1
            document = label_studio.to_document(broken)
            check_document(document, document.text or "")
    assert clean  # a field that may be left out was, at least


def marked(text: str, *regions: tuple[str, str], **fields: str) -> list[str]:
    """The codes for a text in which these (surface, type) are marked, each where it first stands, with plausible attributes."""
    required = {"role": "place", "event_type": "OTHER", "factuality": "asserted", "value": "2025"}
    mentions = []
    for i, (surface, type) in enumerate(regions):
        own = {
            name: required[name]
            for name, attribute in SCHEMA.attributes.items()
            if type in attribute.required and name in required
        }
        entity_id = f"{SCHEMA.entity_prefixes[type][0]}:x" if type in SCHEMA.attributes["entity_id"].types else None
        start = text.index(surface)
        mentions.append(Mention(f"m{i}", start, start + len(surface), type, entity_id, {**own, **fields}))
    task = label_studio.to_task(Document("d", text, "2025-01-01", tuple(mentions)), SCHEMA)
    return [problem.code for problem in checks.unsound([task], SCHEMA)]


@pytest.mark.parametrize(
    ("text", "surface", "type"),
    [
        ("توجه للقاء بوتين", "لقاء", "EVENT"),
        ("وفقا للجنة التحقيق", "لجنة التحقيق", "ORG"),
        ("سافر للبنان", "لبنان", "GPE"),
        ("بحث كريم مع ريم", "كريم", "PER"),
        ("وصل والي حلب الي المدينة", "والي حلب", "TITLE"),
        ("في 28 أكتوبر (تشرين الأول)", "28 أكتوبر (تشرين الأول)", "DATE"),
        ("حركة المقاومة (حماس)", "حركة المقاومة (حماس)", "ORG"),
        ("جيش U.S. هنا", "U.S.", "GPE"),
        ("قال د. أحمد", "د.", "TITLE"),
        ("نحو 90% و100₽", "90%", "QUANTITY"),
        ("حساب @AJA_ هنا", "AJA_", "ORG"),
        ("منظومة S-400 هنا", "منظومة S-400", "WEAPON"),
        ("علي النصّان", "علي النصّان", "PER"),
        ("ولوفد", "وفد", "GROUP"),
        ('وكالة "سانا" هنا', 'وكالة "سانا"', "ORG"),
        ("صحيفة “نيويورك تايمز”", "صحيفة “نيويورك تايمز”", "ORG"),
        ("شركة Yahoo! هنا", "Yahoo!", "ORG"),
        ("نحو -5° اليوم", "-5°", "QUANTITY"),
        ("قرب فلل دمشق", "فلل دمشق", "FAC"),
        ("الأميرة للا سلمى", "للا سلمى", "PER"),
    ],
)
def test_what_is_right_is_no_problem(text: str, surface: str, type: str) -> None:
    """Names that begin with the letters of proclitics, a ل before a root's own, brackets, short forms, signs."""
    assert marked(text, (surface, type)) == []


@pytest.mark.parametrize(
    ("text", "surface"),
    [("قال للجيش السوري", "لجيش السوري"), ("قال لِلجيش السوري", "لجيش السوري"), ("قال لـلْجيش السوري", "لْجيش السوري")],
)
def test_norm_is_known_under_vowels_and_tatweel(text: str, surface: str) -> None:
    """The ل before the span may carry them."""
    assert marked(text, (surface, "ORG"), norm="الجيش السوري") == []


@pytest.mark.parametrize("surface", ["(ناتو)", '"ناتو"', "«ناتو»", "ناتو،", "@ناتو"])
def test_punctuation_round_a_mention_is_found(surface: str) -> None:
    """Also where it opens and closes."""
    assert marked(f"حلف {surface} هنا", (surface, "ORG")) == ["edge-punctuation"]


@pytest.mark.parametrize("surface", ["وللجيش", "للجيش", "وبسوريا", "بسوريا", "والجيش", "وَالجيش", "لِلجيش"])
def test_proclitics_inside_are_found(surface: str) -> None:
    """One or two of them, also where the span begins inside the word."""
    type = "GPE" if "سوريا" in surface else "ORG"
    text = "الجيش في سوريا: وللجيش وبسوريا والجيش وَالجيش لِلجيش"
    assert "proclitic-inside" in marked(text, ("سوريا", "GPE"), (surface, type))


def test_annotate_check_on_the_command_line(command: Command, tmp_path: Path) -> None:
    """Exit 0 clean, 1 with problems, 2 for what is no export; --json gives code, doc_id, region, message."""
    clean = command("annotate", "check", ROOT / "tests/exports/valid/small.json")
    assert (clean.returncode, clean.stderr) == (0, "")
    bad = command("annotate", "check", ROOT / "tests/exports/invalid/edge-whitespace.json", "--json")
    assert bad.returncode == 1
    (problem,) = json.loads(bad.stdout)
    assert {key: problem[key] for key in ("code", "doc_id", "region")} == {
        "code": "edge-whitespace",
        "doc_id": "900",
        "region": "city",
    }
    assert "edge-whitespace" in command("annotate", "check", ROOT / "tests/exports/invalid/edge-whitespace.json").stdout
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    (tmp_path / "broken.json").write_text("[", encoding="utf-8")
    for name in ("no.json", "broken.json", "missing.json"):
        refused = command("annotate", "check", name)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "value",
    [
        "2025-10-28",
        "2024-12",
        "2015",
        "2025-Q3",
        "2025-W46",
        "2025-11-17T15:30",
        "2025-11-17TEV",
        "P61Y",
        "P3W",
        "PXY",
        "PXD",
        "P1Y6M",
        "PT2H",
        "PAST_REF",
        "FUTURE_REF",
    ],
)
def test_timex_values(value: str) -> None:
    """What TIMEX3 allows, as far as the guidelines use it."""
    assert timex.is_value(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-02-30",
        "2025-13",
        "2025-11-17T25:00",
        "28 أكتوبر",
        "P",
        "PT",
        "P3",
        "PY",
        "2025-W00",
        "2025-W60",
        "20251028",
        "yesterday",
        "",
        "2025-1-1",
        "٢٠٢٥",
        "P٣W",
        " 2015",
        "PX",
    ],
)
def test_what_is_no_timex_value(value: str) -> None:
    """Days that the calendar has not, unnumbered forms, prose."""
    assert not timex.is_value(value)


def test_a_second_label_result_hides_nothing() -> None:
    """An empty one on a region that lacks its fields."""
    (task,) = export.read(ROOT / "tests/exports/valid/small.json")
    results = task["annotations"][0]["result"]
    results.append({"id": "say", "type": "labels", "from_name": "label", "to_name": "text", "value": {"start": 0, "end": 3}})
    assert [problem.code for problem in checks.check([task], SCHEMA)] == ["several-labels"]


def test_of_several_annotations_each_is_looked_at() -> None:
    """And whose it is that something is wrong with."""
    (task,) = export.read(ROOT / "tests/exports/invalid/several-annotations.json")
    task["annotations"][1]["result"][0]["value"]["labels"] = ["NOBODY"]
    found = {problem.code: problem.message for problem in checks.unsound([task], SCHEMA)}
    assert set(found) == {"several-annotations", "unknown-label"}
    assert found["unknown-label"].startswith("in that by second@wafd.example: no type 'NOBODY'")
    assert "annotate pull --annotator" in found["several-annotations"]
    task["annotations"][1]["completed_by"] = task["annotations"][0]["completed_by"]
    again = {problem.code: problem.message for problem in checks.unsound([task], SCHEMA)}
    assert again["several-annotations"].endswith("of two by one annotator delete one in Label Studio, and pull again")


def test_an_empty_id_is_none() -> None:
    """Nothing could refer to it."""
    (task,) = export.read(ROOT / "tests/exports/valid/small.json")
    results = task["annotations"][0]["result"]
    for result in results:
        if result.get("id") == "city":
            result["id"] = ""
    assert {problem.code for problem in checks.check([task], SCHEMA)} == {"malformed-result"}


@pytest.mark.parametrize(("surface", "found"), [("اللقاءات", []), ("اللقاء", ["event-without-participant"])])
def test_a_definite_plural_of_meetings_need_not_say_whose(surface: str, found: list[str]) -> None:
    """هذه اللقاءات takes up what the article tells; a single meeting is somebody's."""
    text = f"تأتي هذه {surface} تباعا"
    fields = {"event_type": "MEETING", "factuality": "asserted"}
    mention = Mention("m1", 9, 9 + len(surface), "EVENT", "event:x", fields)
    task = label_studio.to_task(Document("d", text, "2025-01-01", (mention,)), SCHEMA)
    assert [problem.code for problem in checks.check([task], SCHEMA)] == found
