"""What one run gets and the other misses: counted as the strict metrics count, and as each stands in its article."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import settings as run_with
from hypothesis import strategies as st

from eval.columns import of_documents
from eval.document import Document, Relation
from eval.metrics import METRICS
from eval.pages.contrast import SIDES, Counted, counted, marked
from eval.settings import Settings
from eval.sides import pair
from eval.tally import view
from tests.conftest import document
from tests.strategies import documents

TEXT = "aa bb cc dd ee ff"
SWAPPED = {"only A": "only B", "only B": "only A", "error of A": "error of B", "error of B": "error of A", "A": "B", "B": "A"}


def contrasted(*sides: Document, settings: Settings) -> Counted:
    """The counts of one document."""
    return counted(*(of_documents([side]) for side in sides), settings)  # type: ignore[arg-type]


def spoken(gold: Document, a: Document, b: Document, settings: Settings) -> Counted:
    """The same, of what stands in the documents."""
    found: Counted = Counter()
    ((*sides,),) = marked([gold], [a], [b], settings)
    for name, side in zip(SIDES, sides, strict=True):
        for mention, verdict in zip(side.document.mentions, side.mentions, strict=True):
            found["mentions", name, mention.type, verdict.name or ""] += 1
        for relation, verdict in zip(side.document.relations, side.relations, strict=True):
            found["relations", name, relation.type, verdict.name or ""] += 1
    return found


def of_words(*words: tuple[str, str], related: str = "") -> Document:
    """Mentions of words, each with its type; relations r between words, `from-to from-to …`."""
    found = document(TEXT, *((TEXT.index(word), TEXT.index(word) + 2, type) for word, type in words))
    id_of = {TEXT[mention.start : mention.end]: mention.id or "" for mention in found.mentions}
    ends = (pair.split("-") for pair in related.split())
    return replace(found, relations=tuple(Relation("r", id_of[head], id_of[tail]) for head, tail in ends))


def test_by_hand() -> None:
    """Each class of either item, of five gold mentions and three relations; dd is PER in both runs, and is an ORG."""
    gold = of_words(*((w, "PER") for w in ("aa", "bb", "cc")), ("dd", "ORG"), ("ee", "ORG"), related="aa-bb aa-cc dd-ee")
    a = of_words(("aa", "PER"), ("bb", "PER"), ("dd", "PER"), ("ff", "ORG"), related="aa-bb dd-aa ff-aa")
    b = of_words(("aa", "PER"), ("cc", "PER"), ("dd", "PER"), ("ee", "PER"), related="aa-cc dd-aa")
    expected = {
        ("mentions", "gold", "PER", "both"): 1,
        ("mentions", "gold", "PER", "only A"): 1,
        ("mentions", "gold", "PER", "only B"): 1,
        ("mentions", "gold", "ORG", "neither"): 2,
        ("mentions", "A", "PER", "both"): 1,
        ("mentions", "A", "PER", "only A"): 1,
        ("mentions", "A", "PER", "shared error"): 1,
        ("mentions", "A", "ORG", "error of A"): 1,
        ("mentions", "B", "PER", "both"): 1,
        ("mentions", "B", "PER", "only B"): 1,
        ("mentions", "B", "PER", "shared error"): 1,
        ("mentions", "B", "PER", "error of B"): 1,
        ("relations", "gold", "r", "only A"): 1,
        ("relations", "gold", "r", "only B"): 1,
        ("relations", "gold", "r", "neither"): 1,
        ("relations", "A", "r", "only A"): 1,
        ("relations", "A", "r", "shared error"): 1,
        ("relations", "A", "r", "error of A"): 1,
        ("relations", "B", "r", "only B"): 1,
        ("relations", "B", "r", "shared error"): 1,
    }
    assert contrasted(gold, a, b, settings=Settings()) == expected
    assert spoken(gold, a, b, Settings()) == expected


def test_counterparts_are_those_of_the_run() -> None:
    """A wrong mention still points to what it stands for in the gold; one that --nested leaves out has no class on any side."""
    gold = document(TEXT, (0, 5, "PER"), (0, 2, "ORG"))
    a, b = document(TEXT, (0, 5, "ORG")), document(TEXT, (0, 5, "PER"), (3, 5, "ORG"))
    ((of_gold, of_a, of_b),) = marked([gold], [a], [b], Settings(nested="outermost"))
    assert [verdict.name for verdict in of_gold.mentions] == ["only B", None]
    assert [(verdict.name, tuple(verdict.gold)) for verdict in of_a.mentions] == [("error of A", (0,))]
    assert [(verdict.name, tuple(verdict.gold)) for verdict in of_b.mentions] == [("only B", (0,)), (None, ())]


SETTINGS = st.builds(
    Settings, match=st.sampled_from(["token", "char"]), nested=st.sampled_from(["all", "outermost", "innermost"])
)


@run_with(max_examples=40)
@given(documents(), documents(), documents(), SETTINGS)
def test_swapping_the_runs_swaps_the_classes(gold: Document, a: Document, b: Document, settings: Settings) -> None:
    """A against B says the same as B against A, in other words."""
    there, back = (contrasted(gold, *runs, settings=settings) for runs in ((a, b), (b, a)))
    named = {tuple(SWAPPED.get(part, part) if i in (1, 3) else part for i, part in enumerate(key)): n for key, n in back.items()}
    assert there == named


@run_with(max_examples=40)
@given(documents(), documents(), documents(), SETTINGS)
def test_sums_are_those_of_the_strict_metrics(gold: Document, a: Document, b: Document, settings: Settings) -> None:
    """Correct, predicted and gold of both runs; and, where spans are compared as they are, what stands in the articles."""
    found = contrasted(gold, a, b, settings=settings)
    for item, metric in (("mentions", "ner.strict"), ("relations", "relations.strict")):
        sums: Counter[tuple[str, str]] = Counter()
        for (of_item, side, _, name), many in found.items():
            sums[side, name] += many * (of_item == item)
        for run, predicted, alone in (("A", a, "only A"), ("B", b, "only B")):
            sides = (view(side, settings) for side in pair([gold], [predicted]))
            score = METRICS[metric].count(*sides).micro()
            assert sums["gold", "both"] == sums[run, "both"]
            assert sums["gold", alone] == sums[run, alone] == score.correct - sums[run, "both"]
            assert sum(many for (side, _), many in sums.items() if side == run) == score.predicted
            assert sum(many for (side, _), many in sums.items() if side == "gold") == score.gold
        assert sums["A", "shared error"] == sums["B", "shared error"]
    if settings.match == "char":
        compared = {key: many for key, many in spoken(gold, a, b, settings).items() if key[3]}
        assert compared == found
