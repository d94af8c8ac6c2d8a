"""The commands as a user types them: exit statuses, one clear line, and nothing half-written."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from eval import formats
from eval.folder import FILES, REPORT
from tests.conftest import ROOT, Command, document, write_lines

TEXT = "زار الوزير دمشق\nوغادر"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two documents with nested mentions, as JSON lines."""
    path = tmp_path / "gold.jsonl"
    formats.write(
        path, [document(TEXT, (0, 3, "EVENT"), (4, 10, "TITLE"), (4, 15, "X"), (11, 15, "GPE"), doc_id=doc_id) for doc_id in "ab"]
    )
    return path


def scores(folder: Path) -> dict[str, dict[str, object]]:
    """The metrics of a run folder."""
    return json.loads((folder / "scores.json").read_text(encoding="utf-8"))["metrics"]  # type: ignore[no-any-return]


def test_the_golds_own_mentions_score_one(gold: Path, command: Command, tmp_path: Path) -> None:
    """Exactly 1.0 on every metric, also from Parquet, and also in any order of lines and mentions."""
    formats.write(tmp_path / "same.parquet", formats.read_gold(gold))
    lines = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    write_lines(tmp_path / "shuffled.jsonl", [{**line, "mentions": line["mentions"][::-1]} for line in lines[::-1]])
    written = []
    for name in ("gold.jsonl", "same.parquet", "shuffled.jsonl"):
        done = command("eval", "run", f"predictions:{name}", "--gold", gold, "--out", tmp_path / "run")
        assert (done.returncode, done.stderr) == (0, "")
        figures = scores(tmp_path / "run")
        for metric in figures.values():  # the documents have no relations and no ids
            assert (metric["precision"], metric["recall"], metric["f1"]) in ((1, 1, 1), (None, None, None))
        assert figures["ner.strict"]["macro_f1"] == figures["ner.partial"]["f1"] == 1
        written.append((tmp_path / "run" / "predictions.jsonl").read_bytes())
    assert written[0] == written[1] == written[2]


def test_an_empty_file_has_recall_0_and_no_precision(gold: Path, command: Command, tmp_path: Path) -> None:
    """Null, not 0 and not 1; shown as –."""
    (tmp_path / "empty.jsonl").touch()
    done = command("eval", "run", "predictions:empty.jsonl", "--gold", gold, "--out", "run")
    assert done.returncode == 0
    for name, metric in scores(tmp_path / "run").items():
        assert (metric["precision"], metric["recall"], metric["f1"]) == ((None, 0, 0) if "ner" in name else (None, None, None))
    assert "–" in done.stdout
    assert "2 document(s) without predictions count as empty" in done.stdout


def test_what_a_run_writes_can_be_scored_again(gold: Path, command: Command, tmp_path: Path) -> None:
    """predictions.jsonl is predictions."""
    command("eval", "run", "--gold", gold, "--out", "first")
    command("eval", "run", "predictions:first/predictions.jsonl", "--gold", gold, "--out", "second")
    assert scores(tmp_path / "first") == scores(tmp_path / "second")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["predictions:none.jsonl"], "none.jsonl: no such file"),
        (["predictions:broken.jsonl"], "broken.jsonl, line 1: not JSON"),
        (["predictions:unknown.jsonl"], "unknown.jsonl, line 1: the gold has no document 'z'"),
        (["predictions:past.jsonl"], "past.jsonl, line 1: document 'a': mention at [0, 99) X: offsets must be"),
        (["predictions:twice.jsonl"], "twice.jsonl, line 2: document 'a' stands here a second time"),
        (["predictions:differs.jsonl"], "differs.jsonl, line 1: the text of 'a' is not the gold's"),
        (["predictions:"], "predictions needs FILE after a colon"),
        (["broken.jsonl"], "or your own as package.module:object; a file of predictions is predictions:broken.jsonl"),
        (["nonsense"], "no extractor 'nonsense'; there are lexicon, crf"),
        (["--gold", "nowhere"], "nowhere: no such file or folder; --gold names"),
        (["--metrics", "ner.fuzzy"], "no metric 'ner.fuzzy'; there are ner.strict, ner.exact"),
        (["--min", "ner.strict=much"], "--min ner.strict=much: needs METRIC=VALUE"),
        (["--match", "word"], "'word' is not one of"),
        (["--out", "gold.jsonl"], "a file, not a folder"),
        (["--nonsense"], "No such option"),
    ],
)  # fmt: skip
def test_bad_usage_and_bad_input_are_one_line(
    arguments: list[str], says: str, gold: Path, command: Command, tmp_path: Path
) -> None:
    """Status 2, one line on standard error that names file, line and value, no traceback, and no run folder."""
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    write_lines(tmp_path / "unknown.jsonl", [{"doc_id": "z"}])
    write_lines(tmp_path / "past.jsonl", [{"doc_id": "a", "mentions": [{"start": 0, "end": 99, "type": "X"}]}])
    write_lines(tmp_path / "twice.jsonl", [{"doc_id": "a"}, {"doc_id": "a"}])
    write_lines(tmp_path / "differs.jsonl", [{"doc_id": "a", "text": "other"}])
    before = sorted(tmp_path.rglob("*"))
    done = command("eval", "run", *(["--gold", "gold.jsonl"] if "--gold" not in arguments else []), *arguments)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_min_decides_the_exit_status(gold: Path, command: Command) -> None:
    """1 below, and the run is written all the same."""
    run = ("eval", "run", "predictions:gold.jsonl", "--gold", gold, "--out", "run")
    assert command(*run, "--min", "ner.strict=1", "--min", "ner.strict.GPE.recall=1").returncode == 0
    missed = command(*run, "--min", "ner.strict=1", "--min", "ner.bio.ROLE.f1=0.1")
    assert missed.returncode == 1
    assert missed.stderr == "missed: ner.bio.ROLE.f1 is null (neither side has the type ROLE), --min asks for 0.1\n"


def test_nothing_but_a_run_is_overwritten(gold: Path, command: Command, tmp_path: Path) -> None:
    """A user's own file of one of a run's names in the --out folder stays."""
    for name in (*FILES, REPORT):
        (tmp_path / name).mkdir()
        shutil.copy(gold, tmp_path / name / name)
        done = command("eval", "run", f"predictions:{gold}", "--gold", gold, "--out", name)
        assert done.returncode == 2
        assert f"--out {name}: {name} stands there and is not from a run" in done.stderr
        assert (tmp_path / name / name).read_bytes() == gold.read_bytes()


def test_a_users_own_extractor_is_found_in_the_working_directory(gold: Path, command: Command, tmp_path: Path) -> None:
    """Three lines of one's own code; where they fail, the message names file and line."""
    (tmp_path / "mine.py").write_text(
        "from dataclasses import replace\nfrom eval.document import Mention\n"
        "def extract(documents):\n    return [replace(d, mentions=[Mention(None, 11, 15, 'GPE')]) for d in documents]\n"
        "def fail(documents):\n    return 1 / 0\n",
        encoding="utf-8",
    )
    assert command("eval", "run", "mine:extract", "--gold", gold, "--out", "run").returncode == 0
    assert scores(tmp_path / "run")["ner.strict"]["correct"] == 2
    failed = command("eval", "run", "mine:fail", "--gold", gold)
    assert failed.returncode == 2
    assert "mine:fail failed: ZeroDivisionError" in failed.stderr
    assert "mine.py, line 6" in failed.stderr


def test_the_default_folder_names_extractor_and_signature(gold: Path, command: Command, tmp_path: Path) -> None:
    """runs/<extractor>-<digest>: another setting, another folder; the same again, the same folder."""
    for seed in (0, 1, 1):
        assert command("eval", "run", "--gold", gold, "--seed", seed).returncode == 0
    assert len(list(tmp_path.glob("runs/lexicon-*/scores.json"))) == 2


@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_eval_run_works_where_the_shell_has_an_eval_of_its_own(shell: str, gold: Path, command: Command, tmp_path: Path) -> None:
    """The shell executes `run …`, which is installed as the subcommand itself."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed: apt-get install {shell}")
    done = command(shell, "-c", f"eval run predictions:{gold} --gold {gold} --out out")
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(tmp_path / "out")["ner.strict"]["f1"] == 1


@pytest.mark.parametrize("program", [["eval"], ["wafd"], ["python", "-m", "eval"]])
def test_the_names_of_the_program(program: list[str], gold: Path, command: Command, tmp_path: Path) -> None:
    """One program under several names."""
    assert command(*program, "run", "--gold", gold, "--out", "run").returncode == 0
    assert (tmp_path / "run" / "scores.json").exists()


@pytest.mark.parametrize("program", ["eval", "annotate"])
def test_help_names_every_command(program: str, command: Command) -> None:
    """Without arguments too, and then with status 2."""
    helped, bare = command(program, "--help"), command(program)
    assert (helped.returncode, bare.returncode) == (0, 2)
    assert "Commands:" in helped.stdout
    assert "Commands:" in bare.stdout


def test_eval_run_on_the_projects_own_gold(command: Command, tmp_path: Path) -> None:
    """The main job, with every default but the folder."""
    done = command("eval", "run", "--out", tmp_path / "run", cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert scores(tmp_path / "run")["ner.strict"]["gold"]


def test_names_that_look_like_markup_are_names(command: Command, tmp_path: Path) -> None:
    """Types, ids and paths are printed as they are, never read as styles."""
    folder = tmp_path / "x[/y]"
    folder.mkdir(parents=True)
    formats.write(folder / "g.jsonl", [document(TEXT, (0, 3, "[/PER]"), (4, 10, "[red]X"), (4, 15, ":bug:"), doc_id="[/a]")])
    for extractor in ("lexicon", "predictions:x[/y]/g.jsonl"):
        done = command("eval", "run", extractor, "--gold", "x[/y]/g.jsonl")
        assert (done.returncode, done.stderr) == (0, "")
        assert "[/PER]" in done.stdout
        assert "[red]X" in done.stdout
        assert ":bug:" in done.stdout


def test_families_without_anything_to_score_are_left_out_of_the_table(gold: Path, command: Command) -> None:
    """And named; those of --metrics alone are shown, whatever they are."""
    run = ("eval", "run", f"predictions:{gold}", "--gold", gold, "--out", "run")
    printed = command(*run, "--errors").stdout
    assert "nothing to score on either side: relations, clusters\n" in printed
    assert ("│ ner.bio " in printed, "relations.strict" in printed.partition("wafd:")[0]) == (True, False)
    assert "│ relations.strict │         – │      – │  – │" in command(*run, "--metrics", "relations.strict").stdout


def test_names_that_would_steer_the_terminal_are_shown(command: Command, tmp_path: Path) -> None:
    """Of types, attributes and documents; each stays in its line."""
    mention = {"start": 0, "end": 3, "type": "A\x1b[31m", "attributes": {"q\nz\x1b[31m": "1"}}
    lines = [{"doc_id": doc_id, "text": TEXT, "mentions": [mention]} for doc_id in ("a\x1b[31m", "b")]
    write_lines(tmp_path / "g.jsonl", lines)
    write_lines(tmp_path / "p.jsonl", lines[1:])
    done = command("eval", "run", "predictions:p.jsonl", "--gold", "g.jsonl", "--errors")
    assert (done.returncode, done.stderr, "\x1b" in done.stdout) == (0, "", False)
    assert "│ attributes.q\\nz\\x1b[31m " in done.stdout
    assert "count as empty: a\\x1b[31m\n" in done.stdout
    (tmp_path / "hostile.py").write_text('def found(documents):\n    raise ValueError("\\x1b[2J\\u202e")\n', encoding="utf-8")
    done = command("eval", "run", "hostile:found", "--gold", "g.jsonl")
    assert done.returncode == 2
    assert "ValueError: \\x1b[2J\\u202e" in done.stderr


def test_metrics_of_attributes_are_the_golds(gold: Path, command: Command, tmp_path: Path) -> None:
    """They are named, gated and refused like others; what the predictions alone have is warned about; copies lose nothing."""
    copies = [{"start": 0, "end": 3, "type": "A", "attributes": attributes} for attributes in ({"x": "1"}, {"y.z": "1"})]
    write_lines(tmp_path / "g.jsonl", [{"doc_id": "a", "text": TEXT, "mentions": copies}])
    write_lines(tmp_path / "p.jsonl", [{"doc_id": "a", "mentions": [{**copies[0], "attributes": {"x": "1", "sure": 0.9}}]}])
    run = ("eval", "run", "predictions:p.jsonl", "--gold", "g.jsonl", "--out", "run")
    done = command(
        *run, "--metrics", "attributes.x,attributes.y.z", "--min", "attributes.x.A.f1=1", "--min", "attributes.y.z=0.1"
    )
    assert (done.returncode, done.stderr) == (1, "missed: attributes.y.z.f1 is 0.0000, --min asks for 0.1\n")
    assert scores(tmp_path / "run")["attributes.x"]["f1"] == 1
    assert "not scored, since the gold has no attribute sure" in done.stdout
    for option in (["--metrics", "attributes.sure"], ["--min", "attributes.sure=1"]):
        refused = command(*run, *option)
        assert (refused.returncode, "attributes.x, attributes.y.z" in refused.stderr) == (2, True)


def test_a_users_module_that_fails_to_load_is_said_in_one_line(gold: Path, command: Command, tmp_path: Path) -> None:
    """A syntax error, a name that is none, a class that needs arguments, an exit."""
    (tmp_path / "syntax.py").write_text("def", encoding="utf-8")
    (tmp_path / "name.py").write_text("nothing", encoding="utf-8")
    (tmp_path / "needs.py").write_text(
        "class E:\n    def __init__(self, x, y): pass\n    def extract(self, d): return d\n", encoding="utf-8"
    )
    (tmp_path / "leaves.py").write_text("import sys; sys.exit(0)", encoding="utf-8")
    for name, says in (
        ("syntax:x", "SyntaxError"),
        ("name:x", "NameError"),
        ("needs:E", "TypeError"),
        ("leaves:x", "SystemExit"),
    ):
        done = command("eval", "run", name, "--gold", gold)
        assert done.returncode == 2, name
        assert says in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("content", ["5", "null", "[]", '{"signature": "mine"}'])
def test_a_users_own_scores_json_stays(content: str, gold: Path, command: Command, tmp_path: Path) -> None:
    """Only what a run has written is written over."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scores.json").write_text(content, encoding="utf-8")
    assert command("eval", "run", "--gold", gold, "--out", "out").returncode == 2
    assert (tmp_path / "out" / "scores.json").read_text(encoding="utf-8") == content


def test_a_reader_that_goes_away_changes_no_status(gold: Path, command: Command, tmp_path: Path) -> None:
    """`eval run … | true` has written its run and met no --min: 0, not the 1 of one that was missed."""
    done = command("bash", "-c", f"wafd run --gold {gold} --out out | true; echo ${{PIPESTATUS[0]}}")
    assert (done.stdout, done.stderr) == ("0\n", "")
    assert scores(tmp_path / "out")
