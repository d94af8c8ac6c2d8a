"""Tiny models with random weights, and their tokenizers, made from the articles."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertForTokenClassification,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForTokenClassification,
)

from eval.extractors import Labels
from eval.extractors.table import find
from tests.conftest import ROOT

ARTICLES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


NAMES = ["O", "B-PER", "I-PER", "B-GPE", "I-GPE"]


TYPES = Labels(("GPE", "PER"))


SIZE = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}


def wordpiece() -> Tokenizer:
    """BERT's: lower case, no accents, so that vowel signs and letters of two code points are lost."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    made.train_from_iterator(ARTICLES, trainers.WordPieceTrainer(vocab_size=900, special_tokens=SPECIAL))
    return made


def tatweel() -> Tokenizer:
    """One whose normaliser takes out tatweel and decomposes letters."""
    made = wordpiece()
    made.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.Replace("ـ", ""), normalizers.StripAccents()])
    return made


def bytes_() -> Tokenizer:
    """RoBERTa's: a letter is two tokens or more, with the same place in the text, and white space is part of a token."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(ARTICLES, trainers.BpeTrainer(vocab_size=900, special_tokens=SPECIAL, initial_alphabet=alphabet))
    return made


def sentencepiece() -> Tokenizer:
    """XLM-RoBERTa's: words with their punctuation, ▁ before each, sometimes alone."""
    made = Tokenizer(models.Unigram())
    made.normalizer, made.pre_tokenizer = normalizers.NFKC(), pre_tokenizers.Metaspace()
    made.train_from_iterator(ARTICLES, trainers.UnigramTrainer(vocab_size=700, special_tokens=SPECIAL, unk_token="[UNK]"))
    return made


def save_tokenizer(made: Tokenizer, path: Path) -> int:
    """A fast tokenizer in a folder, as the library saves it, that does not tell how long a text may be; its size."""
    ends = [(token, made.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=ends)
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    PreTrainedTokenizerFast(tokenizer_object=made, **names).save_pretrained(path)
    return made.get_vocab_size()


def save_bert(path: Path, size: int, names: Sequence[str] = NAMES, kind: Any = BertForTokenClassification) -> Path:
    """A model with random weights, of 64 tokens at a time; a large head, so that labels differ."""
    torch.manual_seed(0)
    config = BertConfig(vocab_size=size, max_position_embeddings=64, id2label=dict(enumerate(names)), **SIZE)
    model = kind(config)
    if kind is BertForTokenClassification:
        torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(path)
    return path


def save_roberta(path: Path, size: int) -> Path:
    """One that counts positions from the padding's number: of 64 places 62 can be used."""
    torch.manual_seed(0)
    config = RobertaConfig(vocab_size=size, max_position_embeddings=64, pad_token_id=1, id2label=dict(enumerate(NAMES)), **SIZE)
    model = RobertaForTokenClassification(config)
    torch.nn.init.normal_(model.classifier.weight)
    model.save_pretrained(path)
    return path


def extractor(path: Path, types: Labels = TYPES, **options: Path) -> Any:
    """What the command would make of transformers:PATH."""
    return find(f"transformers:{path}", {name: str(value) for name, value in options.items()})(types)
