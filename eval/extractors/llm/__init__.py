"""Large language models behind any address that speaks OpenAI's chat completions."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, combinations
from pathlib import Path
from typing import Any

from eval.concurrently import concurrently
from eval.document import BadInput, Document
from eval.extractors import Request
from eval.extractors.llm.answers import Answers
from eval.extractors.llm.folding import fold
from eval.extractors.llm.marking import mark
from eval.extractors.llm.question import messages, schema
from eval.extractors.llm.reading import Reading, read
from eval.extractors.llm.server import OPTIONAL, Server, Unanswered

OPENAI = "https://api.openai.com/v1"
NO_KEY = "none"  # what a server gets that needs none
ATTEMPTS = 3  # at an answer that can be used


class Llm:
    """Any model at an address that speaks OpenAI's chat completions, asked for mentions, relations and entities.

    It learns nothing; what it is fitted on lends examples.
    `usage` says what was spent: requests, answers that were on disk already, tokens, and their cost where prices are given.
    """

    takes = "MODEL"
    needs = ("openai",)
    extra = "llm"
    options: Mapping[str, str] = {
        "base-url": "the server's address; default OpenAI's own. The key is $OPENAI_API_KEY",
        "shots": "how many articles of the other folds are given as examples; default 2",
        "concurrency": "how many documents are asked for at a time, of all folds; default 4",
        "temperature": "0, the default, for the likeliest answer; left out where the model refuses it",
        "timeout": "seconds without a sign of the server; default 600",
        "retries": "how often a request is tried again; default 6",
        "answers": "the folder in which answers are kept and looked for; default in the user's own data",
        "price": "IN,OUT: what a million tokens cost, for the sum",
    }
    unsigned = ("concurrency", "timeout", "retries", "answers", "price")

    def __init__(self, request: Request) -> None:
        """Raises BadInput for an option that will not do, for no key, and for a gold without mentions."""
        if not request.labels.types:
            raise BadInput("llm asks for mentions of the gold's types, and the gold has no mention")
        self.labels = request.labels
        self.shots = request.whole("shots", 2)
        self.concurrency = self.folds_at_once = request.whole("concurrency", 4, least=1)
        self.temperature = request.number("temperature", 0)
        self.answers = Answers(_folder(request.options.get("answers")))
        self.usage: dict[str, float] = dict.fromkeys(("requests", "answers from disk", "prompt tokens", "completion tokens"), 0)
        self._price = _price(request.options.get("price"))
        if self._price:
            self.usage["cost"] = 0.0
        address = request.options.get("base-url")
        if not address and os.environ.get("OPENAI_BASE_URL"):
            # an address of the environment would be in no signature, and a run could go on with the answers of another server
            raise BadInput("llm: OPENAI_BASE_URL is not read, so that a run says whom it asked; name the address with --base-url")
        timeout, retries = request.number("timeout", 600, least=0.001), request.whole("retries", 6)
        key = _key(needed=not address)
        how = timeout, retries, self.concurrency
        self._server = Server(address or OPENAI, request.argument, key, *how, lambda: self._spend(requests=1))
        self._fitted: Sequence[Document] = ()
        self._lock = threading.Lock()

    def fit(self, documents: Sequence[Document]) -> None:
        """Take the examples from these."""
        self._fitted = sorted(documents, key=lambda document: document.doc_id)

    def extract(self, documents: Sequence[Document]) -> Iterable[Document]:
        """Yield each document when it is answered. Raises BadInput for a server that fails, after those that are under way."""
        yield from concurrently((partial(self._one, document) for document in documents), self.concurrency)

    def _one(self, document: Document) -> Iterator[Document]:
        yield self._marked(document)

    def _marked(self, document: Document) -> Document:
        """The document with what a model finds in it, asked again for an answer of no use."""
        if not fold(document.text or ""):
            return document
        readings: list[Reading] = []
        while len(readings) < ATTEMPTS and not (readings and not readings[-1].fault):
            try:
                readings.append(read(self._answer(document, len(readings) + 1, readings[-1].fault if readings else "")))
            except Unanswered as error:
                readings.append(Reading(fault="the server does not answer this question", said=str(error)))
                break
        best = max(readings, key=lambda one: (not one.fault, one.mentions))
        marked = mark(document, best.answer, self.labels)
        if not best.fault:
            return marked
        what = f"{best.fault} ({best.said})" if best.said else best.fault
        note = (
            f"no answer that can be used in {len(readings)} attempt(s): {what}; kept are {len(marked.mentions)} mention(s) of it"
        )
        return replace(marked, notes=(*document.notes, note, *marked.notes[len(document.notes) :]))

    def _answer(self, document: Document, attempt: int, why: str) -> dict[str, Any]:
        """The chat completion for a document: from disk, else from the server."""
        # The document's own annotation is never among the examples, whatever it was fitted on.
        others = [one for one in self._fitted if one.doc_id != document.doc_id and one.text != document.text]
        body = {
            "messages": messages(self.labels, others[: self.shots], document.text or "", why),
            "temperature": self.temperature,
            "response_format": schema(self.labels),
        }
        about = {"address": self._server.address, "model": self._server.model, "attempt": attempt}
        for left_out in chain.from_iterable(combinations(OPTIONAL, n) for n in range(len(OPTIONAL) + 1)):
            asked = {name: value for name, value in body.items() if name not in left_out}
            if (kept := self.answers.get({**about, **asked})) is not None:
                self._spend(answers_from_disk=1)
                return kept
        asked, response = self._server.ask(body)
        self.answers.keep({**about, **asked}, response)
        usage = response.get("usage")
        tokens = usage if isinstance(usage, dict) else {}
        self._spend(prompt_tokens=tokens.get("prompt_tokens"), completion_tokens=tokens.get("completion_tokens"))
        return response

    def _spend(self, **amounts: object) -> None:
        with self._lock:
            for name, amount in amounts.items():
                if isinstance(amount, int):
                    self.usage[name.replace("_", " ")] += amount
            if self._price:
                tokens = self.usage["prompt tokens"], self.usage["completion tokens"]
                self.usage["cost"] = sum(price * many / 1_000_000 for price, many in zip(self._price, tokens, strict=True))


def _folder(named: str | None) -> Path:
    import platformdirs

    return Path(named) if named else platformdirs.user_data_path("wafd") / "answers"


def _key(needed: bool) -> str:
    """The key, from the environment alone. Raises BadInput where one is needed and there is none, and for what is no key."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if needed and not key:
        raise BadInput("llm: OPENAI_API_KEY is not set; set it to your key, or name a server that needs none with --base-url")
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise BadInput("llm: OPENAI_API_KEY holds a character that no key has; set it to the key alone")
    return key or NO_KEY


def _price(text: str | None) -> tuple[float, float] | None:
    """What a million tokens cost, of the question and of the answer."""
    if text is None:
        return None
    try:
        price_in, price_out = (float(part) for part in text.split(","))
        if 0 <= price_in < float("inf") and 0 <= price_out < float("inf"):
            return price_in, price_out
    except ValueError:
        pass
    raise BadInput(f"--option price={text}: needs two numbers, IN,OUT, what a million tokens of question and answer cost")
