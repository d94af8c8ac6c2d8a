"""What stands in a run's folder: what is refused there, what is made anew, and what is the user's own."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from eval import formats
from eval.document import BadInput, Document
from eval.folder import FILES, save
from eval.run import Run
from eval.settings import Settings
from tests.conftest import Command
from tests.stopping import DOCUMENTS, GOLD, NAME, SLOW, Fails, content, failing, placed

place, fails = pytest.fixture(placed), pytest.fixture(failing)


def test_what_is_the_users_own_stays(fails: type[Fails]) -> None:
    """An empty folder that was there before, when nothing comes of the run; and a lock that is not ours."""
    Path("out").mkdir()
    fails.at = "d00"
    with pytest.raises(BadInput):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    assert not list(Path("out").iterdir())
    Path("out/.lock").write_text("mine", encoding="utf-8")
    fails.at = None
    save(Run(GOLD, NAME, Settings()), Path("out"))
    assert Path("out/.lock").read_text(encoding="utf-8") == "mine"


def test_nothing_is_written_beside_the_folder(fails: type[Fails]) -> None:
    """Which may be a disk of its own, as a container's volume is; by whatever name the folder is called."""
    fails.at = None
    save(Run(GOLD, NAME, Settings()), Path("out"))
    Path("link").symlink_to("out")
    beside = sorted(Path().iterdir())
    for fails.at, out in (("d03", "link"), ("d05", "out/"), ("d07", str(Path("out").resolve()))):
        with pytest.raises(BadInput, match=f"{int(fails.at[1:])} of 40 documents are kept in"):
            save(Run(GOLD, NAME, Settings()), Path(out))
        assert sorted(Path().iterdir()) == beside
    fails.at = None
    save(Run(GOLD, NAME, Settings()), Path("out"))
    assert sorted(Path().iterdir()) == beside
    assert sorted(file.name for file in Path("out").iterdir()) == sorted(FILES)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (Settings(match="char"), "match token, now char"),
        (Settings(seed=1), "seed 0, now 1"),
        (Settings(protocol="as-is", metrics=("ner.exact",)), "metrics all, now ner.exact"),
    ],
)
def test_a_run_with_other_settings_is_refused(fails: type[Fails], other: Settings, says: str) -> None:
    """Whether the one that stands there is done or not; nothing of it changes."""
    for at in ("d03", None):
        fails.at = at
        if at:
            with pytest.raises(BadInput):
                save(Run(GOLD, NAME, Settings()), Path("out"))
        else:
            save(Run(GOLD, NAME, Settings()), Path("out"))
        before = {file: file.read_bytes() for file in Path("out").iterdir()}
        with pytest.raises(BadInput, match=f"out: a run with other settings is there .*{says}"):
            save(Run(GOLD, NAME, other), Path("out"))
        assert {file: file.read_bytes() for file in Path("out").iterdir()} == before


def test_another_gold_is_refused_while_a_run_is_not_done(fails: type[Fails]) -> None:
    """Predictions of other texts would be mixed; of a run that is done, another is made."""
    with pytest.raises(BadInput):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    fails.at = None
    with pytest.raises(BadInput, match=r"other settings is there \(gold \w{12}, now \w{12}\)"):
        save(Run(GOLD[:7], NAME, Settings()), Path("out"))
    save(Run(GOLD, NAME, Settings()), Path("out"))
    scores, _ = save(Run(GOLD[:7], NAME, Settings()), Path("out"))
    assert scores["metrics"]["ner.strict"]["correct"] == 7


def test_gold_that_changes_while_a_run_is_at_work_is_refused(place: Path) -> None:
    """And nothing that is predicted of another text is kept, to be taken for that of the gold when it is brought back."""
    whole = Run(Path("gold.jsonl"), "slow:extract", Settings())
    formats.write(place / "gold.jsonl", [replace(GOLD[0], mentions=()), *GOLD[1:]])
    with pytest.raises(BadInput, match="the gold was changed while the run was at work"):
        save(whole, Path("out"))
    assert not Path("out").exists()
    formats.write(place / "gold.jsonl", GOLD)
    scores, _ = save(Run(Path("gold.jsonl"), "slow:extract", Settings()), Path("out"))
    assert scores["metrics"]["ner.strict"]["gold"] == 80


@pytest.mark.parametrize("other", [{"fold": "x"}, {"date": "2025-10-01"}])
def test_other_folds_or_dates_are_another_gold(other: dict[str, str], fails: type[Fails]) -> None:
    """They change no score of a prediction, but what is predicted: a fold's documents would be fitted on."""
    with pytest.raises(BadInput):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    with pytest.raises(BadInput, match=r"other settings is there \(gold \w{12}, now \w{12}\)"):
        save(Run([replace(GOLD[0], **other), *GOLD[1:]], NAME, Settings()), Path("out"))


def test_a_run_that_is_done_is_made_again_beside_it(fails: type[Fails]) -> None:
    """If the second fails, the first still stands; then the second takes its place."""
    fails.at = None
    save(Run(GOLD, NAME, Settings()), Path("out"))
    first = content(Path("out"))
    fails.at = "d03"
    with pytest.raises(BadInput, match=r"3 of 40 documents are kept in out/unfinished; "):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    assert content(Path("out")) == first
    fails.at = None
    save(Run(GOLD, NAME, Settings()), Path("out"))
    assert content(Path("out")) == first
    assert len(fails.asked) == 80
    assert not Path("out/unfinished").exists()


def test_scores_of_a_file_are_made_anew(place: Path) -> None:
    """Nothing is lost: the predictions are in the file still."""
    formats.write(place / "mine.jsonl", GOLD[:3])
    for settings in (Settings(), Settings(match="char")):
        scores, _ = save(Run(Path("gold.jsonl"), "predictions:mine.jsonl", settings), Path("out"))
        assert json.loads(Path("out/scores.json").read_bytes())["signature"] == scores["signature"]
    assert json.loads(Path("out/settings.json").read_bytes())["match"] == "char"


def test_a_change_of_code_on_the_way_is_told(place: Path, command: Command) -> None:
    """What was predicted before stays, and a warning says how many that are, also where the run was stopped once more."""
    code = SLOW.replace("time.sleep", "1 / (document.doc_id < os.environ['UNTIL']); time.sleep")
    (place / "slow.py").write_text(code, encoding="utf-8")
    words = ("eval", "run", "slow:extract", "--gold", "gold.jsonl", "--out", "out")
    assert "5 of 40 documents are kept" in command(*words, UNTIL="d05").stderr
    (place / "slow.py").write_text(f"{code}# changed\n", encoding="utf-8")
    assert "30 of 40 documents are kept" in command(*words, UNTIL="d30").stderr
    done = command(*words, UNTIL="e")
    assert done.returncode == 0
    assert "going on after 30 of 40 documents, kept in out\n" in done.stderr
    assert "warning: 5 document(s) were predicted before the extractor's code or files were changed" in done.stdout


def test_a_change_of_a_file_that_an_option_names_is_told(place: Path, command: Command) -> None:
    """As of code: a map of labels, for one."""
    code = SLOW.replace("time.sleep", "1 / (document.doc_id < open('map').read()); time.sleep")
    code += "class Mapped:\n    options = {'labels': 'a file'}\n    extract = staticmethod(extract)\n"
    (place / "slow.py").write_text(code, encoding="utf-8")
    words = ("eval", "run", "slow:Mapped", "--option", "labels=map", "--gold", "gold.jsonl", "--out", "out")
    for least, says in (("d05", "5 of 40 documents are kept"), ("d999", "5 document(s) were predicted before the extractor's")):
        (place / "map").write_text(least, encoding="utf-8")
        done = command(*words)
        assert says in done.stdout + done.stderr


def test_two_runs_at_once_do_not_mix(place: Path, command: Command) -> None:
    """The second is refused, and the first is not disturbed."""
    (place / "slow.py").write_text(SLOW.replace("0.002", "0.1"), encoding="utf-8")
    words = [str(Path(sys.executable).with_name("eval")), "run", "slow:extract", "--gold", "gold.jsonl", "--out", "out"]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, cwd=place) as process:
        while not (place / "asked").exists():
            time.sleep(0.02)
        done = command(*words, cwd=place)
        assert done.returncode == 2
        assert "out: another eval run is at work there" in done.stderr
    assert process.returncode == 0
    assert len((place / "asked").read_text().splitlines()) == DOCUMENTS


def test_a_torn_or_foreign_line_is_no_prediction(fails: type[Fails]) -> None:
    """Half a line is made again; a line that is none of ours is named."""
    with pytest.raises(BadInput):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    journal = Path("out/predictions.jsonl")
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-20])
    fails.at = "d05"
    with pytest.raises(BadInput, match="5 of 40"):
        save(Run(GOLD, NAME, Settings()), Path("out"))
    assert journal.read_bytes().startswith(whole)
    assert fails.asked.count("d02") == 2
    foreign = (
        "{}",
        "[]",
        "",
        '{"doc_id": "z"}',
        '{"doc_id": "d00", "notes": 5}',
        '{"doc_id": ["d00"]}',
        whole.decode().splitlines()[1],
    )
    for line in foreign:
        journal.write_bytes(f"{line}\n".encode() + whole)
        with pytest.raises(BadInput, match=r"out/predictions\.jsonl, line [13]: not from this run; move the folder away"):
            save(Run(GOLD, NAME, Settings()), Path("out"))


MIXED = random.Random()


def mixed(documents: Sequence[Document]) -> Iterable[Document]:
    """Yield them in any order, as threads do."""
    yield from MIXED.sample(documents, len(documents))


def test_the_order_of_documents_is_the_golds(place: Path) -> None:
    """Whatever order they came in, also where there are more than are read at a time, in an order of their own."""
    dice = random.Random(5)
    gold = [replace(one, doc_id=f"d{i:05d}", text=f"{one.text} {'كلمة ' * 30}") for i, one in enumerate(GOLD * 300)]
    dice.shuffle(gold)
    formats.write(place / "gold.jsonl", gold)
    files = []
    for seed in (1, 2):
        MIXED.seed(seed)
        save(Run(Path("gold.jsonl"), "tests.test_folder:mixed", Settings(samples=0, metrics=("ner.strict",))), Path(f"{seed}"))
        files.append(content(Path(f"{seed}")))
    assert [json.loads(line)["doc_id"] for line in files[0]["predictions.jsonl"].splitlines()] == [one.doc_id for one in gold]
    assert files[0] == files[1]


def test_notes_are_kept_and_counted(place: Path, command: Command) -> None:
    """In predictions.jsonl, which can be scored again, and in a warning."""
    done = command("eval", "run", "slow:extract", "--gold", "gold.jsonl", "--out", "out")
    assert (
        "warning: 40 note(s) of the extractor on 40 document(s), kept in predictions.jsonl; the first, on d00: slow"
        in done.stdout
    )
    lines = [json.loads(line) for line in Path("out/predictions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["doc_id"]: line["notes"] for line in lines} == {one.doc_id: ["slow"] for one in GOLD}
    again = command("eval", "run", "predictions:out/predictions.jsonl", "--gold", "gold.jsonl", "--out", "again")
    assert again.returncode == 0
