"""croissant.json, as mlcroissant reads it: every value of every record, beside what pyarrow reads."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import shutil
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow.parquet
import pytest
import yaml
from datasets import ClassLabel, Features, List

from annotation import about, build, card, croissant
from annotation import gold as golds
from annotation.about import About
from annotation.configs import CONFIGS
from eval.document import BadInput
from tests.conftest import ROOT

DATA = ROOT / "data"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The JSON of data/croissant.json."""
    return json.loads((DATA / "croissant.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def ours() -> mlcroissant.Dataset:
    """The dataset of data/croissant.json."""
    return mlcroissant.Dataset(jsonld=DATA / "croissant.json")


def rows(folder: Path, config: str) -> Iterator[dict[str, Any]]:
    """What pyarrow reads of a config, some rows at a time."""
    for batch in pyarrow.parquet.ParquetFile(folder / config / "test.parquet").iter_batches(500):
        yield from batch.to_pylist()


@cache
def features(config: str) -> Features:
    """The typed columns of a config."""
    return Features.from_arrow_schema(pyarrow.parquet.read_schema(DATA / config / "test.parquet"))


def leaves(path: str, feature: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a feature that are neither a struct nor a list, with their paths."""
    if isinstance(feature, List):
        yield from leaves(path, feature.feature)
    elif isinstance(feature, dict):
        for name, part in feature.items():
            yield from leaves(f"{path}/{name}", part)
    else:
        yield path, feature


def plain(id: str, value: Any) -> Any:
    """A value of mlcroissant's, whose keys are whole paths and whose texts are bytes, as pyarrow would have it."""
    if isinstance(value, list):
        return [plain(id, one) for one in value]
    if not isinstance(value, dict):
        return value.decode() if isinstance(value, bytes) else value
    found: dict[str, Any] = {}
    for key, part in value.items():
        *outer, last = key.removeprefix(f"{id}/").split("/")
        place = found
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = plain(key, part)
    return found


def assert_same_records(found: mlcroissant.Dataset, folder: Path, config: str) -> int:
    """Every record is the row at its place, and of the split; returns how many there are."""
    count = 0
    for record, row in zip(found.records(config), rows(folder, config), strict=True):
        assert repr(plain(config, record)) == repr({**row, "split": "test"})  # so that 1, 1.0 and True are three
        count += 1
    return count


def test_mlcroissant_has_nothing_to_object_to(caplog: pytest.LogCaptureFixture) -> None:
    """No error, and not one warning; the version is the newest that it knows."""
    with caplog.at_level(logging.WARNING):
        metadata = mlcroissant.Dataset(jsonld=DATA / "croissant.json").metadata
    assert (metadata.ctx.issues.errors, metadata.ctx.issues.warnings, caplog.messages) == (set(), set(), [])
    assert metadata.ctx.is_latest_version()


def test_there_is_a_record_set_for_each_config_for_the_split_and_for_the_labels(ours: mlcroissant.Dataset) -> None:
    """And no other."""
    labels = ["mention_types", "relation_types", "ner_tags", "candidate_relations"]
    assert [one.id for one in ours.metadata.record_sets] == [*CONFIGS, "splits", *labels]
    assert list(ours.records("splits")) == [{"splits/name": "test", "splits/url": "cr:TestSplit"}]


@pytest.mark.parametrize("config", CONFIGS)
def test_every_record_is_the_row_of_the_parquet_file(ours: mlcroissant.Dataset, config: str) -> None:
    """Value by value: nested lists, labels, nulls."""
    assert assert_same_records(ours, DATA, config) == pyarrow.parquet.read_metadata(DATA / config / "test.parquet").num_rows > 0


@pytest.mark.parametrize("config", CONFIGS)
def test_each_label_is_named_by_the_record_set_that_its_field_refers_to(
    ours: mlcroissant.Dataset, described: dict[str, Any], config: str
) -> None:
    """In the order of the ClassLabel; only a list of labels says it in words, since mlcroissant would join it."""
    (record_set,) = (one for one in described["recordSet"] if one["@id"] == config)
    fields = {field["@id"]: field for outer in record_set["field"] for field in (outer, *outer.get("subField", []))}
    seen = 0
    for path, feature in leaves(config, features(config)):
        if not isinstance(feature, ClassLabel):
            assert "references" not in fields[path]
            continue
        seen += 1
        if path == "ner/ner_tags":
            assert "record set ner_tags names the numbers" in fields[path]["description"]
            names = "ner_tags"
        else:
            names = fields[path]["references"]["field"]["@id"].removesuffix("/id")
        due = [{f"{names}/id": i, f"{names}/name": name} for i, name in enumerate(feature.names)]
        assert list(ours.records(names)) == due
    assert seen > 0


def test_a_key_stands_once(described: dict[str, Any]) -> None:
    """In each config, what the key's fields hold is of one row."""
    for record_set in described["recordSet"][: len(CONFIGS)]:
        config = record_set["@id"]
        paths = [field["@id"].removeprefix(f"{config}/").split("/") for field in record_set["key"]]
        keys = []
        for row in rows(DATA, config):
            values: list[Any] = [row] * len(paths)
            for i, path in enumerate(paths):
                for name in path:
                    values[i] = values[i][name]
            keys.append(tuple(values))
        assert len(set(keys)) == len(keys) > 0, config


def test_each_field_is_described_and_nothing_is_that_is_no_field(described: dict[str, Any]) -> None:
    """Croissant.yaml has the words, and the columns are what they are about."""
    said = yaml.safe_load((files("annotation") / "croissant.yaml").read_text(encoding="utf-8"))["record_sets"]
    assert list(said) == list(CONFIGS)
    for config in CONFIGS:
        columns = features(config)
        outer = {name for name, feature in columns.items() if isinstance(getattr(feature, "feature", feature), dict)}
        inner = {path.removeprefix(f"{config}/") for path, _ in leaves(config, columns)}
        assert set(said[config]["fields"]) == outer | inner


def test_the_stand_off_form_reads_as_well(tmp_path: Path) -> None:
    """Texts, tokens and the words of mentions are null in every row, at the top, in a struct, in a list of structs."""
    bare = build.datasets(golds.read(ROOT), standoff=True)
    bare["relations"] = bare["relations"].select(range(100))
    build.write(bare, "", about.load(), tmp_path / "data")
    assert {row["text"] for row in rows(tmp_path / "data", "documents")} == {None}
    found = mlcroissant.Dataset(jsonld=tmp_path / "data" / "croissant.json")
    for config, dataset in bare.items():
        assert assert_same_records(found, tmp_path / "data", config) == len(dataset)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A dataset of one's own."""
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def test_sizes_and_sums_are_those_of_the_files(described: dict[str, Any]) -> None:
    """Of every file, and there is no other Parquet file."""
    objects = described["distribution"]
    assert sorted(one["contentUrl"] for one in objects) == sorted(str(path.relative_to(DATA)) for path in DATA.rglob("*.parquet"))
    for one in objects:
        content = (DATA / one["contentUrl"]).read_bytes()
        assert (one["sha256"], one["contentSize"]) == (hashlib.sha256(content).hexdigest(), f"{len(content)} B")
    croissant.verify(DATA)


def test_a_damaged_file_is_found(copied: Path) -> None:
    """One byte of it is another: mlcroissant validates it and refuses to read it, and we name both sums."""
    path = copied / "facts" / "test.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(
        BadInput, match=rf"facts/test\.parquet: {len(content)} B [0-9a-f]{{64}}, but croissant\.json has {len(content)} B"
    ):
        croissant.verify(copied)
    with pytest.raises(mlcroissant.GenerationError):
        list(mlcroissant.Dataset(jsonld=copied / "croissant.json").records("facts"))


def test_a_missing_file_is_found(copied: Path) -> None:
    """Mlcroissant validates the file without it."""
    (copied / "ner" / "test.parquet").unlink()
    mlcroissant.Dataset(jsonld=copied / "croissant.json")
    with pytest.raises(BadInput, match=r"ner/test\.parquet: missing"):
        croissant.verify(copied)


def test_what_was_stated_is_read_back(tmp_path: Path) -> None:
    """Of data/, and of another version by several people."""
    assert croissant.about(DATA / "croissant.json") == about.load()
    other = About(
        '"Wafd" {٢}',
        "3.2.1",
        date(2031, 2, 3),
        ("سلمى", "B. & C."),
        "cc0-1.0",
        "https://example.org/licence",
        "ما هو",
        ("a", "ب"),
    )
    file = card.File("documents/test.parquet", features("documents"), 5, 1, 2, "0" * 64)
    text = croissant.render({"documents": file}, other)
    assert text == croissant.render({"documents": file}, dataclasses.replace(other))
    assert "\r" not in text
    (tmp_path / "croissant.json").write_text(text, encoding="utf-8", newline="\n")
    assert croissant.about(tmp_path / "croissant.json") == other


def changed(described: dict[str, Any], **changes: Any) -> bytes:
    """Ours, with other statements."""
    return json.dumps({**described, **changes}).encode()


def test_a_file_that_is_none_of_ours_is_refused_in_one_line(described: dict[str, Any], tmp_path: Path) -> None:
    """Whatever it is, with its path and what is amiss."""
    path = tmp_path / "croissant.json"
    with pytest.raises(BadInput, match="cannot be read"):
        croissant.about(path)
    for content, says in (
        (b"", "JSON"),
        (b"\xff\xfe{}", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "should be an object"),
        (b'{"name": "x"}', "description: Field required"),
        (changed(described, version=1), "version: Input should be a valid string"),
        (changed(described, datePublished="soon"), "datePublished: Input should be a valid date"),
        (changed(described, creator=[{"@type": "sc:Person"}]), "creator.0.name: Field required"),
        (changed(described, license="https://creativecommons.org/licenses/by/4.0/"), "license: "),
        (changed(described, distribution=[]), "no file in documents/"),
        *(
            (
                changed(
                    described, distribution=[*described["distribution"], {**described["distribution"][0], "contentUrl": where}]
                ),
                says,
            )
            for where, says in (("/etc/passwd", "contentUrl '/etc/passwd'"), ("documents/../../x", "leads out of its folder"))
        ),
    ):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=says) as refused:
            croissant.about(path)
        assert str(refused.value).startswith(f"{path}: not of this dataset (")
        assert "\n" not in str(refused.value)
