"""docs/annotating.md, done again: an article from a text file to a score, with a real Label Studio, browser and three people."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from annotation import EXPORT, export, label_studio
from eval.document import ordered
from scripts import walkthrough
from tests import labelling, meanwhile

pytestmark = [pytest.mark.label_studio, labelling.NEEDED]


def make(folder: Path) -> None:
    """The document as its commands print it now: `annotating.md`, beside the copy of the project in which they have run."""
    started = folder.parent / "label_studio" / "studio"
    if started.exists():
        shutil.copytree(started, folder / "project" / walkthrough.STUDIO)
    walked = walkthrough.walked(walkthrough.DOC.read_text(encoding="utf-8"), folder / "project")
    (folder / "annotating.md").write_text(walked, encoding="utf-8")


@pytest.mark.walkthrough
def test_the_walk_is_as_it_is_told() -> None:
    """Each command prints what stands there, and what the third has decided is in the gold, beside what was there."""
    made = meanwhile.made("walkthrough")
    written = walkthrough.DOC.read_text(encoding="utf-8")
    walked = (made / "annotating.md").read_text(encoding="utf-8")
    assert walked == written, "to write it anew: uv run --group test python scripts/walkthrough.py"
    before, after = (export.read(root / EXPORT) for root in (walkthrough.ROOT, made / "project"))
    assert after[: len(before)] == before
    (new,) = after[len(before) :]
    (first,) = export.read(walkthrough.PICTURES / "first.json")
    assert ordered(label_studio.to_document(new)) == ordered(label_studio.to_document(first))
    assert new["annotations"][0]["completed_by"] == "third@example.org"


def test_the_article_is_marked_as_invented_and_is_no_part_of_the_gold() -> None:
    """It says so itself, and neither the gold nor the manifest has it."""
    assert walkthrough.TEXT.startswith("نص مختلق")
    assert all(task["data"]["text"] != walkthrough.TEXT for task in export.read(walkthrough.ROOT / EXPORT))
    manifest = (walkthrough.ROOT / "seeds" / "manifest.jsonl").read_text(encoding="utf-8")
    assert walkthrough.ARTICLE not in [json.loads(line)["doc_id"] for line in manifest.splitlines()]
