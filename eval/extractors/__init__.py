"""What an extractor is, and those that come with the project, each in a file of its own.

docs/extractors.md shows how to bring one's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from eval.document import BadInput, Document


class Extractor(Protocol):
    """Finds mentions and relations in documents that come without any.

    A class of extractors may say more of itself, all optional: `takes`, what follows its name and a colon (`"PATH"`);
    `options`, the names of its options with what each is; `unsigned`, those of them that change nothing in what it finds;
    `needs`, the modules without which it does not work; and `extra`, the extra of this project that installs them. An instance
    may say `folds_at_once`, how many folds are asked for at once, in threads, each of an instance of its own.
    """

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield the documents with what was found in them; one that is not yielded counts as empty.

        What is yielded is kept at once, so that a run that is stopped goes on after it. `notes` are shown to the user.
        """
        ...


@runtime_checkable
class Fittable(Extractor, Protocol):
    """An extractor that learns from gold documents before it extracts."""

    def fit(self, documents: Sequence[Document]) -> None: ...


@dataclass(frozen=True)
class Labels:
    """The names that a gold uses, each sorted."""

    types: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What an extractor's class is called with: what follows its name on the command line, --option, and the gold's labels."""

    argument: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)

    def number(self, option: str, default: float, least: float = 0) -> float:
        """The option as a number. Raises BadInput for what is none, or less than `least`."""
        text = self.options.get(option, str(default))
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value < float("inf"):
            raise BadInput(f"--option {option}={text}: needs a number, at least {least:g}")
        return value

    def whole(self, option: str, default: int, least: int = 0) -> int:
        """The option as a whole number. Raises BadInput for what is none, or less than `least`."""
        value = self.number(option, default, least)
        if value != int(value):
            raise BadInput(f"--option {option}={self.options[option]}: needs a whole number")
        return int(value)


# name -> where its class is
BUILT_IN: Mapping[str, str] = {
    "lexicon": "eval.extractors.lexicon:Lexicon",
    "crf": "eval.extractors.crf:Crf",
    "spacy-train": "eval.extractors.spacy_training:SpacyTraining",
    "spacy": "eval.extractors.spacy_pipeline:SpacyPipeline",
    "transformers": "eval.extractors.token_classification:TokenClassification",
    "llm": "eval.extractors.llm:Llm",
    "predictions": "eval.extractors.predictions:Predictions",
}
