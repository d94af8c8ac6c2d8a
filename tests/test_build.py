"""From an export to data/."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from annotation import CLAIMS, CONTRADICTIONS, ENTITIES, EXPORT, WAIVERS, about, card, export, label_studio, schema, seeds
from annotation import gold as golds
from annotation.build import build, digest
from annotation.configs import CONFIGS
from annotation.entities import faults, of_gold
from annotation.entities import read as entity_table
from annotation.facts import facts
from annotation.gold import Gold
from eval import formats
from eval.document import BadInput
from tests.conftest import ROOT, Command, files, write_lines
from tests.golds import NO_PROJECT

SCHEMA = schema.load()


def articles() -> seeds.Articles:
    """The project's own."""
    return seeds.read(ROOT / "seeds")


def gold() -> list[label_studio.Task]:
    """The project's own export."""
    return export.read(ROOT / "annotation" / "exports" / "gold.json")


def made_of(tasks: list[label_studio.Task]) -> Gold:
    """The gold of these tasks, with an entity table of theirs, and nothing across articles."""
    documents = golds.documents(tasks, articles(), SCHEMA)
    return Gold(documents, articles(), SCHEMA, of_gold({}, documents), facts(documents), [], {}, NO_PROJECT)


def test_the_committed_data_is_what_the_build_makes(tmp_path: Path) -> None:
    """Same inputs, same bytes; and data/ was built after the last change."""
    build(golds.read(ROOT), tmp_path / "data")
    assert files(tmp_path / "data") == files(ROOT / "data")


def test_the_dataset_reads_as_gold() -> None:
    """eval sees in data/ what the export holds."""
    found = formats.read_gold(ROOT / "data")
    exported = [label_studio.to_document(task) for task in gold()]
    assert [(d.doc_id, d.text, d.date, d.mentions, d.relations) for d in found] == [
        (d.doc_id, d.text, d.date, d.mentions, d.relations) for d in exported
    ]


def test_the_card_says_what_the_files_say() -> None:
    """The card's dataset_info wins over the file in silence, so the two must be equal; its rows and bytes too."""
    from datasets import Dataset, Features

    front = yaml.safe_load((ROOT / "data" / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    assert sorted(config["config_name"] for config in front["configs"]) == sorted(CONFIGS)
    for info in front["dataset_info"]:
        file = Dataset.from_parquet(str(ROOT / "data" / info["config_name"] / "test.parquet"))
        assert Features._from_yaml_list(info["features"]) == file.features
        assert info["splits"] == [{"name": "test", "num_bytes": info["dataset_size"], "num_examples": len(file)}]
        assert info["download_size"] == (ROOT / "data" / info["config_name"] / "test.parquet").stat().st_size


def test_no_gold_is_made_of_an_export_with_problems() -> None:
    """A problem, a text that is not the seeds', an article that is none."""
    unlabelled, edited, unknown = copy.deepcopy(gold()), copy.deepcopy(gold()), copy.deepcopy(gold())
    unlabelled[0]["annotations"][0]["result"][0]["value"]["labels"] = ["NOBODY"]
    edited[0]["data"]["text"] += " "
    unknown[0]["data"]["doc_id"] = "999"
    for tasks, says in ((unlabelled, "unknown-label"), (edited, "is not that of seeds/"), (unknown, "no such article")):
        with pytest.raises(BadInput, match=says):
            golds.documents(tasks, articles(), SCHEMA)
    with pytest.raises(BadInput, match="no document"):
        golds.documents([], articles(), SCHEMA)


@pytest.mark.parametrize("title", ["Wafd", "Wafd: a set", "It's 'ours'", "وفد", "long " * 40 + "title", "yes", "1.0"])
def test_a_dataset_of_ours_is_known_by_its_title(tmp_path: Path, title: str) -> None:
    """Whatever quotes it needs in the card's YAML; another's is not taken for it."""
    stated = replace(about.load(), title=title)
    (tmp_path / "README.md").write_text(card.render({}, stated, ""), encoding="utf-8")
    assert card.is_ours(tmp_path / "README.md", stated)
    assert not card.is_ours(tmp_path / "README.md", replace(stated, title=f"{title}s"))


def test_a_folder_of_the_users_own_is_not_built_into(tmp_path: Path) -> None:
    """Their README.md stays."""
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="no dataset of ours"):
        build(made_of(gold()), tmp_path)
    assert files(tmp_path) == {"README.md": b"mine"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what data/ is made of."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / EXPORT).parent.mkdir(parents=True)
    shutil.copy(ROOT / EXPORT, tmp_path / EXPORT)
    for path in (ENTITIES, CONTRADICTIONS, CLAIMS):
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def test_annotate_build_and_then_eval_run(command: Command, project: Path) -> None:
    """The two commands one after the other, where all is kept of how the gold was made."""
    shutil.copytree(ROOT / EXPORT.parent, project / EXPORT.parent, dirs_exist_ok=True)
    built = command("annotate", "build")
    assert (built.returncode, built.stderr) == (0, "")
    assert files(project / "data") == files(ROOT / "data")
    assert command("eval", "run").returncode == 0


def test_a_waived_problem_does_not_stop_the_build(command: Command, project: Path) -> None:
    """Without its waiver it does, and nothing is written."""
    tasks = gold()
    results = tasks[0]["annotations"][0]["result"]
    for result in results:
        if result["type"] == "labels" and result["value"]["labels"] == ["DATE"]:
            tail, span = result["id"], (result["value"]["start"], result["value"]["end"])
            break
    for result in results:
        if result.get("id") == tail and result["from_name"] == "value":
            result["value"]["text"] = ["1999-01-01"]
    (project / EXPORT).write_text(export.dumps(tasks), encoding="utf-8")
    refused = command("annotate", "build")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "date-value" in refused.stderr
    assert not (project / "data").exists()
    waiver = {"code": "date-value", "doc_id": "000", "start": span[0], "end": span[1], "reason": "a test"}
    write_lines(project / WAIVERS, [waiver])
    assert command("annotate", "build").returncode == 0


def against(one: str, other: str) -> str:
    """A contradiction of two facts, of these relations."""
    sides = ([{"relation": name, "head": "per:a", "tail": "org:b"}] for name in (one, other))
    return json.dumps({"kind": "x", "reason": "x", **dict(zip(("one", "other"), sides, strict=True))})


FIRST_CONTRADICTION = (ROOT / CONTRADICTIONS).read_text(encoding="utf-8").splitlines()[0]
TURNED_ROUND = json.dumps((lambda row: {**row, "one": row["other"], "other": row["one"]})(json.loads(FIRST_CONTRADICTION)))


@pytest.mark.parametrize(
    ("path", "line", "says"),
    [
        (ENTITIES, '{"entity_id": "per:nobody"}', "type: Field required"),
        (
            ENTITIES,
            '{"entity_id": 5, "type": "PER", "name_ar": "x", "name_en": "x"}',
            "entity_id: Input should be a valid string",
        ),
        (ENTITIES, '{"entity_id": "per:x", "type": "PER", "name_ar": ["x"], "name_en": "x"}', "name_ar: Input should be a valid"),
        (ENTITIES, '{"entity_id": "per:x", "type": "PER", "name_ar": "x", "name_en": "\\ud800"}', "Invalid JSON"),
        (ENTITIES, "[" * 10_000, "Invalid JSON"),
        (ENTITIES, '{"entity_id": "per:ali_al_naasan", "type": "PER", "name_ar": "x", "name_en": "x"}', "stands twice"),
        (ENTITIES, '{"entity_id": "per:x", "type": "PER", "name_ar": "a\\u0002b", "name_en": "x"}', r"'a\\x02b' holds U\+0002"),
        (CONTRADICTIONS, '{"kind": "x", "one": [], "other": [], "reason": "x"}', "must each have a fact"),
        (CONTRADICTIONS, '{"kind": "x"}', "one: Field required"),
        (CONTRADICTIONS, against("leads", "leads"), "must each have a fact, and not the same"),
        (CONTRADICTIONS, against("leads", "opposes"), r"leads\(per:a, org:b\) is no fact of the gold"),
        (CONTRADICTIONS, FIRST_CONTRADICTION, "stands twice"),
        (CONTRADICTIONS, TURNED_ROUND, "stands twice"),
    ],
)
def test_what_is_written_across_articles_is_checked(project: Path, path: Path, line: str, says: str) -> None:
    """Each line must refer to what the gold has; the message names the file."""
    with (project / path).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(BadInput, match=rf"{path.name}.*{says}"):
        golds.read(project)


def test_the_entity_table_is_as_the_gold_has_it() -> None:
    """The project's own: a row and names for each id, the aliases of now."""
    documents = formats.read_gold(ROOT / "data")
    assert list(faults(entity_table(ROOT / ENTITIES), documents)) == []


def test_what_the_entity_table_lacks_is_said_and_stops_nothing(command: Command, project: Path) -> None:
    """An annotator's new id has no name yet: null in data/, and a line on standard error for each kind of fault."""
    rows = [json.loads(line) for line in (project / ENTITIES).read_text(encoding="utf-8").splitlines()]
    people = [row for row in rows if row["type"] == "PER"]
    people[0]["name_en"] = " "
    people[1]["aliases"] = []
    people[2]["entity_id"] = "per:nobody"
    write_lines(project / ENTITIES, rows)
    built = command("annotate", "build")
    assert built.returncode == 0
    said = built.stderr.splitlines()
    assert [line.split(" with ")[1].split()[0] for line in said] == ["no", "no", "nothing", "old"]
    assert "scripts/entities.py" in said[0]
    assert people[0]["entity_id"] in said[1]
    assert "per:nobody" in said[2]
    assert people[1]["entity_id"] in said[3]


def test_the_card_has_the_digest_of_what_one_loads() -> None:
    """Of the rows, so that a file that another version of pyarrow writes has the same; and each text has its sum."""
    from datasets import Dataset

    loaded = {config: Dataset.from_parquet(str(ROOT / "data" / config / "test.parquet")) for config in CONFIGS}
    assert f"(digest `{digest(loaded)}`)" in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    for row in loaded["documents"]:
        assert hashlib.sha256(row["text"].encode()).hexdigest() == row["sha256"]
    loaded["entities"] = loaded["entities"].select(range(len(loaded["entities"]) - 1))
    assert digest(loaded) not in (ROOT / "data" / "README.md").read_text(encoding="utf-8")
