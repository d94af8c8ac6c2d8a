"""Labels of somebody's model, and what the gold calls them: every form of the file, and every fault in one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.document import BadInput
from eval.extractors import Labels, Request, label_map

GOLD = Labels(types=("GPE", "ORG", "PER"))
MODEL = {"PERSON", "LOC", "ORG", "MISC", "NO"}


def read(path: Path, labels: set[str] | None = MODEL, gold: Labels = GOLD) -> label_map.LabelMap:
    """The map of a file, for a model with these labels."""
    return label_map.read(Request(options={"labels": str(path)}, labels=gold), labels)


def written(folder: Path, name: str, text: str) -> Path:
    """A file with this text."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("map.yaml", "PERSON: PER\nLOC: GPE\nMISC: null\n"),
        ("map.yml", "# theirs: ours\nPERSON: PER\nLOC: 'GPE'\nMISC: ~\n"),
        ("map", "{PERSON: PER, LOC: GPE, MISC: }"),
        ("map.yaml", "\ufeffPERSON: PER\r\nLOC: GPE\r\nMISC: null"),
        ("map.yaml", '{"PERSON": "PER", "LOC": "GPE", "MISC": null}'),
        ("map.json", '{\n\t"PERSON": "PER", "LOC": "\\u0047PE",\n\t"MISC": null}'),
    ],
)
def test_every_form(name: str, text: str, tmp_path: Path) -> None:
    """What it maps, what it drops, what it does not name and the gold has, what neither has."""
    found = read(written(tmp_path, name, text))
    assert [found.type_of(label) for label in ("PERSON", "LOC", "MISC", "ORG", "NO")] == ["PER", "GPE", None, "ORG", None]
    assert found.notes(Counter({"PERSON": 1, "MISC": 2, "NO": 3, "ORG": 4})) == (
        f"3 mention(s) labelled 'NO' dropped: neither {tmp_path / name} nor the gold's types have it",
    )


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "m.yaml",
            "LOC: GPE\nPERSON: PERS\n",
            r"m\.yaml, line 2: the gold has no type 'PERS'; it has GPE, ORG, PER, and null drops",
        ),
        ("m.yaml", "PER: PER\n", r"m\.yaml, line 1: the model has no label 'PER'; it has LOC, MISC, NO, ORG, PERSON$"),
        ("m.json", '{"PER": null}', r"m\.json, 'PER': the model has no label 'PER'; it has LOC, MISC, NO, ORG, PERSON$"),
        ("m.json", '{"LOC": "L"}', r"m\.json, 'LOC': the gold has no type 'L'; it has GPE, ORG, PER"),
        ("m.yaml", "LOC: GPE\nLOC: ORG\n", r"m\.yaml, line 2: the label 'LOC' stands twice"),
        ("m.json", '{"LOC": "GPE", "LOC": "GPE"}', r"the label 'LOC' stands twice"),
        ("m.yaml", "LOC: [GPE]", r"m\.yaml, line 1: needs a mapping of the model's labels to types of the gold"),
        ("m.json", '{"LOC": {"GPE": null}}', r"m\.json, 'LOC': needs a mapping"),
        ("m.json", '{"LOC": 3}', r"m\.json, 'LOC': needs a mapping"),
        ("m.json", '["LOC"]', r"m\.json: needs a mapping"),
        ("m.yaml", "", r"m\.yaml: needs a mapping"),
        ("m.yaml", "- LOC", r"m\.yaml: needs a mapping"),
        ("m.yaml", "LOC: 'GPE\n", r"m\.yaml: not YAML \(.*line"),
        ("m.json", "LOC: GPE", r"m\.json: not JSON \(.*line 1"),
    ],
)
def test_every_fault(name: str, text: str, says: str, tmp_path: Path) -> None:
    """Each names the file, the place, and what is allowed, in one line."""
    with pytest.raises(BadInput, match=says) as raised:
        read(written(tmp_path, name, text))
    assert "\n" not in str(raised.value)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A file that is not there, a folder, and one that is no UTF-8."""
    with pytest.raises(BadInput, match=r"^--option labels=.*none\.yaml: cannot be read \(No such file or directory\)$"):
        read(tmp_path / "none.yaml")
    with pytest.raises(BadInput, match=r"cannot be read \(Is a directory\)$"):
        read(tmp_path)
    (tmp_path / "bad.yaml").write_bytes(b"LOC: \xff")
    with pytest.raises(BadInput, match=r"bad\.yaml: not YAML"):
        read(tmp_path / "bad.yaml")


def test_a_model_that_does_not_tell_its_labels(tmp_path: Path) -> None:
    """Any label may be mapped; types are the gold's all the same."""
    path = written(tmp_path, "m.yaml", "ANY: PER\n")
    assert read(path, labels=None).type_of("ANY") == "PER"
    with pytest.raises(BadInput, match="the gold has no type 'PER'; it has none"):
        read(path, labels=None, gold=Labels())


@given(st.text(min_size=1))
def test_without_a_file_labels_stay(label: str) -> None:
    """Also those that the gold has not: the run warns of them."""
    found = label_map.read(Request(labels=GOLD), MODEL)
    assert found.type_of(label) == label
    assert found.notes(Counter([label])) == ()
