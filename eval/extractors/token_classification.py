"""A token-classification model of transformers: a local folder, or a name on the hub.

Words are those of eval.segment; a word takes the label of its first sub-word, the only one of a word that training usually scores
(transformers' own run_ner.py). Long texts are read in windows that overlap by a quarter, each token taken from the one where it
has most context.

The library's own TokenClassificationPipeline is not used: it takes a word with vowel signs or tatweel, that its tokenizer strips,
for the rest of the word before it; it knows no IOBES; and it asks the tokenizer how long a
window is, which many do not tell.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from eval.document import BadInput, Document, Mention
from eval.extractors import Request, label_map
from eval.extractors.pieces import together
from eval.extractors.tags import Scheme
from eval.extractors.windows import Token, in_batches, taken, words_of
from eval.segment import tokens

LONGEST = 512  # tokens in a window, at most: longer ones are seldom what a model was fine-tuned on
BATCH = {"cpu": 8, "mps": 16, "cuda": 64}  # windows; halved where memory does not suffice
LETTERS = 100_000  # of documents that are read together


class TokenClassification:
    """Any token-classification model of transformers, a folder or a name on the hub; on a GPU where there is one."""

    takes = "MODEL"
    options = label_map.OPTIONS
    needs = ("transformers", "torch")
    extra = "transformers"

    def __init__(self, request: Request) -> None:
        """Raises BadInput for what is no such model, or has no fast tokenizer, and for a file of labels that does not fit it."""
        self.name = f"transformers:{request.argument}"
        self.model, self.tokenizer = load(request.argument)
        self.device = str(self.model.device)
        self.names = [self.model.config.id2label[i] for i in range(self.model.config.num_labels)]
        self.scheme = Scheme(self.names)
        self.labels = label_map.read(request, self.scheme.types)
        self.size = window_size(self.model, self.tokenizer)
        inner = self.size - self.tokenizer.num_special_tokens_to_add()
        if inner < 4:
            raise BadInput(f"{self.name}: takes {self.size} tokens at a time, special ones included, which is too few")
        self.overlap = inner // 4
        # not every model has token_type_ids, whatever its tokenizer says
        takes = inspect.signature(self.model.forward).parameters
        self.inputs = [name for name in self.tokenizer.model_input_names if name in takes]

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document with the mentions found; none of them nest or cross."""
        keyed = ((number, document.text or "") for number, document in enumerate(documents))
        for lot in together(keyed, LETTERS):
            labelled = self._labelled([text for _, text in lot])
            for (number, text), (found, labels) in zip(lot, labelled, strict=True):
                yield self._marked(documents[number], words_of(tokens(text), found, text), labels)

    def _labelled(self, texts: Sequence[str]) -> Iterator[tuple[list[Token], list[int]]]:
        """Yield the tokens of each text with the number of each one's label."""
        coded = self.tokenizer(
            list(texts),
            truncation=True,
            max_length=self.size,
            stride=self.overlap,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
        )
        rows = [Window(coded, i, self.inputs) for i in range(len(coded["input_ids"]))]
        made = in_batches(rows, BATCH[self.device.partition(":")[0]], self._run)
        step = self.size - self.tokenizer.num_special_tokens_to_add() - self.overlap
        for _, windows in groupby(zip(rows, made, strict=True), key=lambda pair: pair[0].text):
            found: list[Token] = []
            labels: list[int] = []
            pairs = list(windows)
            spans = [(k * step, k * step + len(row.inner)) for k, (row, _) in enumerate(pairs)]
            for (row, made_of), (begin, _), (start, end) in zip(pairs, spans, taken(spans), strict=True):
                part = row.inner[start - begin : end - begin]
                found += [row.tokens[i] for i in part]
                labels += [int(made_of[i]) for i in part]
            yield found, labels

    def _run(self, rows: Sequence[Window]) -> Sequence[Any]:
        """The number of the likeliest label of each token of each window."""
        import torch

        batch = self.tokenizer.pad([row.input for row in rows], return_tensors="pt").to(self.device)
        with torch.inference_mode():
            return self.model(**batch).logits.argmax(-1).cpu().numpy()  # type: ignore[no-any-return]

    def _marked(self, document: Document, words: tuple[list[tuple[int, int]], list[int]], labels: Sequence[int]) -> Document:
        spans, firsts = words
        found = self.scheme.mentions(spans, [self.names[labels[first]] for first in firsts])
        typed = [(start, end, self.labels.type_of(label)) for start, end, label in found]
        mentions = tuple(Mention(f"m{i}", s, e, type) for i, (s, e, type) in enumerate(typed, 1) if type is not None)
        return replace(document, mentions=mentions, notes=self.labels.notes(Counter(label for _, _, label in found)))


class Window:
    """One row of what a fast tokenizer makes: what the model takes, and its tokens; `inner` are those that are not special."""

    def __init__(self, coded: Any, row: int, inputs: Sequence[str]) -> None:
        self.text = coded["overflow_to_sample_mapping"][row]
        self.input = {name: coded[name][row] for name in inputs}
        words = coded.word_ids(row)
        self.tokens: list[Token] = [(*span, word) for span, word in zip(coded["offset_mapping"][row], words, strict=True)]
        self.inner = [i for i, special in enumerate(coded["special_tokens_mask"][row]) if not special]


def load(name: str) -> tuple[Any, Any]:
    """The model, on the device that is best, and its tokenizer. Raises BadInput, in one line, for what is none."""
    import torch
    from transformers import AutoModelForTokenClassification, AutoTokenizer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    where = f"transformers:{name}"
    try:
        tokenizer = AutoTokenizer.from_pretrained(name)
        model, info = AutoModelForTokenClassification.from_pretrained(name, output_loading_info=True)
    except Exception as error:  # of the file system, of the hub, of a config, of weights
        why = " ".join(str(error).split())
        raise BadInput(f"{where}: neither a model's folder nor a name on the hub that loads ({why})") from None
    if lacks := sorted(key for key in info["missing_keys"] if not key.startswith(f"{model.base_model_prefix}.")):
        raise BadInput(f"{where}: was not trained to classify tokens: its weights lack {', '.join(lacks)}")
    if not tokenizer.is_fast:
        raise BadInput(f"{where}: {type(tokenizer).__name__} has no fast version, and only those know where a token stands")
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):  # what the library makes where there are no files of one
        raise BadInput(f"{where}: its tokenizer has no vocabulary; save the tokenizer beside the model")
    tokenizer.truncation_side = tokenizer.padding_side = "right"
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token or tokenizer.unk_token
    device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    return model.float().eval().to(device), tokenizer


def window_size(model: Any, tokenizer: Any) -> int:
    """How many tokens the model takes at a time, special ones included: what tokenizer and table of positions allow."""
    sizes = [LONGEST, int(tokenizer.model_max_length)]
    for name, part in model.named_modules():
        if name.endswith("position_embeddings") and hasattr(part, "num_embeddings"):
            # RoBERTa and its kin count positions from the padding's number
            sizes.append(part.num_embeddings - (0 if part.padding_idx is None else part.padding_idx + 1))
    return min(sizes)
