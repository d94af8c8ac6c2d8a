"""Real models of transformers, tiny and with random weights, and real tokenizers, trained on the five articles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import (
    BertForMaskedLM,
    ByT5Tokenizer,
    DistilBertConfig,
    DistilBertForTokenClassification,
    RobertaForTokenClassification,
)

from eval.document import BadInput, Document, check, check_nesting
from eval.extractors import Labels
from eval.segment import tokens
from tests.conftest import Command, write_lines
from tests.in_transformers.models import (
    ARTICLES,
    NAMES,
    SIZE,
    bytes_,
    extractor,
    save_bert,
    save_roberta,
    save_tokenizer,
    sentencepiece,
    tatweel,
    wordpiece,
)
from tests.strategies import TEXTS


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model with BERT's tokenizer."""
    path = tmp_path_factory.mktemp("bert") / "model"
    return save_bert(path, save_tokenizer(wordpiece(), path))


@pytest.fixture(scope="session", params=[wordpiece, tatweel, bytes_, sentencepiece], ids=lambda kind: kind.__name__.strip("_"))
def any_model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An extractor with each kind of tokenizer."""
    path = tmp_path_factory.mktemp("any") / "model"
    size = save_tokenizer(request.param(), path)
    return extractor(save_roberta(path, size) if request.param is bytes_ else save_bert(path, size))


def test_articles(any_model: Any) -> None:
    """Longer than a window; mentions start and end where words do, and none crosses another; the same again."""
    documents = [Document(str(i), text) for i, text in enumerate([*ARTICLES, "", " \r\n", "دمشق"])]
    found = list(any_model.extract(documents))
    assert found == list(any_model.extract(documents))
    assert [one.doc_id for one in found] == [one.doc_id for one in documents]
    for one in found:
        check(one, one.text or "")
        check_nesting(one)
        words = tokens(one.text or "")
        assert {m.start for m in one.mentions} <= set(words[:, 0].tolist())
        assert {m.end for m in one.mentions} <= set(words[:, 1].tolist())
    assert all(one.mentions for one in found[:5])
    assert not found[5].mentions
    assert not found[6].mentions


LETTERS = st.text(alphabet="وسeإ🔹👩\u200d\u200f\u0301\u064e\u0651ـﷺ\ufb01 \r\n\u00a0،.", max_size=40)


@given(st.lists(TEXTS | LETTERS | st.text(max_size=20), min_size=1, max_size=3))
def test_offsets_are_exact(any_model: Any, texts: list[str]) -> None:
    """Whatever the letters, each mention is whole words of its own text."""
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    found = list(any_model.extract([Document(str(i), text) for i, text in enumerate(texts)]))
    for one, text in zip(found, texts, strict=True):
        check(one, text)
        words = tokens(text)
        assert {m.start for m in one.mentions} <= set(words[:, 0].tolist())
        assert {m.end for m in one.mentions} <= set(words[:, 1].tolist())
        assert bool(one.mentions) <= bool(text.strip())


@pytest.mark.parametrize("line", ["ا" * 100_000, "زار 🔹 " * 3_000 + "دمشق", "،" * 5_000])
def test_very_long_lines(any_model: Any, line: str) -> None:
    """One word, many, and none."""
    (found,) = any_model.extract([Document("d", line)])
    check(found, line)


@pytest.fixture(scope="session")
def taught(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny BERT with weights set by hand: دمشق is a GPE, أحمد الشرع a PER, and all else is outside, in any context."""
    one = extractor(bert)
    model = one.model
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "LayerNorm" not in name:
                weights.zero_()
        # the embedding of a word points to its label, nothing else does, and the layers pass it on
        words = model.bert.embeddings.word_embeddings.weight
        words[:, 0] = 1
        for token, label in {"دمشق": "B-GPE", "احمد": "B-PER", "الشرع": "I-PER"}.items():
            number = one.tokenizer.convert_tokens_to_ids(token)
            assert number != one.tokenizer.unk_token_id
            words[number] = torch.eye(SIZE["hidden_size"])[NAMES.index(label)]
        model.classifier.weight[:] = torch.eye(len(NAMES), SIZE["hidden_size"])
    path = tmp_path_factory.mktemp("taught") / "model"
    model.save_pretrained(path)
    one.tokenizer.save_pretrained(path)
    return path


def found(one: Any, text: str) -> list[tuple[str, str]]:
    """(surface, type) of what is found in a text."""
    (marked,) = one.extract([Document("d", text)])
    check(marked, text)
    return [(text[m.start : m.end], m.type) for m in marked.mentions]


def test_surfaces_are_the_texts_own(taught: Path) -> None:
    """Vowel signs, decomposed letters and what stands beside a word; a word before one with signs is not drawn in."""
    one = extractor(taught)
    assert found(one, "زار أحمد الشرع دمشق، ثم دمشق.") == [("أحمد الشرع", "PER"), ("دمشق", "GPE"), ("دمشق", "GPE")]
    assert found(one, "في دِمَشْق «ا\u0654حمد الشرع»") == [("دِمَشْق", "GPE"), ("ا\u0654حمد الشرع", "PER")]
    assert found(one, "[CLS] دمشق [SEP][PAD] دمشق") == [("دمشق", "GPE"), ("دمشق", "GPE")]  # no markup, but text
    assert found(one, "👩\u200d👩\r\nدمشق\r\n") == [("دمشق", "GPE")]


def test_every_place_of_a_long_text(taught: Path) -> None:
    """Wherever windows begin and end, each is found, once, where it stands."""
    text = "وصل دمشق ثم قال إن أحمد الشرع في الوزارة. " * 200
    (marked,) = extractor(taught).extract([Document("d", text)])
    surfaces = [(text[m.start : m.end], m.type) for m in marked.mentions]
    assert surfaces == [("دمشق", "GPE"), ("أحمد الشرع", "PER")] * 200


def test_labels_are_mapped(taught: Path, tmp_path: Path) -> None:
    """By their names without prefix; a wrong one is refused with those that there are."""
    (tmp_path / "map.json").write_text('{"GPE": "PLACE"}', encoding="utf-8")
    one = extractor(taught, Labels(("PLACE",)), labels=tmp_path / "map.json")
    (marked,) = one.extract([Document("d", "زار أحمد الشرع دمشق")])
    assert [m.span for m in marked.mentions] == [(15, 19, "PLACE")]
    assert marked.notes == (f"1 mention(s) labelled 'PER' dropped: neither {tmp_path / 'map.json'} nor the gold's types have it",)
    (tmp_path / "map.json").write_text('{"B-GPE": "PLACE"}', encoding="utf-8")
    with pytest.raises(BadInput, match="the model has no label 'B-GPE'; it has GPE, PER"):
        extractor(taught, Labels(("PLACE",)), labels=tmp_path / "map.json")


def test_memory_that_is_short(taught: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches that do not fit are halved, and what is found is the same."""
    text = "وصل دمشق ثم قال إن أحمد الشرع في الوزارة. " * 50
    one = extractor(taught)
    whole = found(one, text)
    forward, sizes = one.model.forward, []

    def short(**batch: Any) -> Any:
        sizes.append(len(batch["input_ids"]))
        if sizes[-1] > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        return forward(**batch)

    monkeypatch.setattr(one.model, "forward", short)
    assert found(one, text) == whole
    assert sizes[:3] == [8, 4, 2]


def test_windows_are_as_long_as_the_model_allows(bert: Path, any_model: Any) -> None:
    """By its table of positions, and by its tokenizer where that tells less."""
    assert extractor(bert).size == 64
    assert any_model.size == (62 if type(any_model.model) is RobertaForTokenClassification else 64)
    any_model.tokenizer.model_max_length = 20
    from eval.extractors.token_classification import window_size

    assert window_size(any_model.model, any_model.tokenizer) == 20
    any_model.tokenizer.model_max_length = 10**30


def test_a_model_that_takes_less_than_its_tokenizer_makes(tmp_path: Path) -> None:
    """DistilBERT has no token_type_ids, which a tokenizer of no model's own makes."""
    size = save_tokenizer(wordpiece(), tmp_path)
    DistilBertForTokenClassification(
        DistilBertConfig(vocab_size=size, max_position_embeddings=64, dim=16, hidden_dim=16, n_heads=2, n_layers=1)
    ).save_pretrained(tmp_path)
    one = extractor(tmp_path)
    assert one.size == 64
    found(one, ARTICLES[0])


def no_head(path: Path) -> None:
    """A model of words, whose head would be random."""
    save_bert(path, save_tokenizer(wordpiece(), path), kind=BertForMaskedLM)


def no_tokenizer(path: Path) -> None:
    """A model alone."""
    save_bert(path, 900)


def slow(path: Path) -> None:
    """A tokenizer that has no fast version."""
    save_bert(path, 400)
    ByT5Tokenizer().save_pretrained(path)


def damaged(path: Path) -> None:
    """Weights that are cut off."""
    save_bert(path, save_tokenizer(wordpiece(), path))
    (path / "model.safetensors").write_bytes((path / "model.safetensors").read_bytes()[:100])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "neither a model's folder nor a name on the hub that loads"),
        (Path.mkdir, "neither a model's folder nor a name on the hub that loads"),
        (no_tokenizer, "its tokenizer has no vocabulary; save the tokenizer beside the model$"),
        (damaged, "neither a model's folder nor a name on the hub that loads"),
        (no_head, r"was not trained to classify tokens: its weights lack classifier\.bias, classifier\.weight$"),
        (slow, "ByT5Tokenizer has no fast version, and only those know where a token stands$"),
    ],
)
def test_what_is_no_such_model(make: Callable[[Path], object], says: str, tmp_path: Path) -> None:
    """One line says what it lacks."""
    make(tmp_path / "model")
    with pytest.raises(BadInput, match=f"^transformers:{tmp_path}/model: .*{says}") as raised:
        extractor(tmp_path / "model")
    assert "\n" not in str(raised.value)


def test_the_command(taught: Path, command: Command, tmp_path: Path) -> None:
    """A folder, a map of its labels, and what the run's folder keeps; a name that no hub has here."""
    text = "زار أحمد الشرع دمشق"
    mentions = [{"start": 4, "end": 14, "type": "MAN"}, {"start": 15, "end": 19, "type": "PLACE"}]
    write_lines(tmp_path / "gold.jsonl", [{"doc_id": "a", "text": text, "mentions": mentions}, {"doc_id": "b", "text": " "}])
    (tmp_path / "map.yaml").write_text("PER: MAN\nGPE: PLACE\n", encoding="utf-8")
    options = ("--gold", "gold.jsonl", "--match", "char", "--out", "out")
    done = command("eval", "run", f"transformers:{taught}", *options, "--option", "labels=map.yaml")
    assert done.returncode == 0, done.stderr
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert scores["metrics"]["ner.strict"]["f1"] == 1
    done = command("eval", "run", "transformers:nobody/nothing", "--gold", "gold.jsonl")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "transformers:nobody/nothing: neither a model's folder nor a name on the hub that loads" in done.stderr
