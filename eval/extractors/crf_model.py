"""Linear-chain conditional random fields (Lafferty, McCallum & Pereira 2001), by CRFsuite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# Elastic net: c1 and c2 weigh the sum of the weights and of their squares. L-BFGS draws nothing at random.
SETTINGS = {"c1": 0.1, "c2": 0.1, "max_iterations": 100}

Items = list[list[str]]  # the features of each item of a sequence


def packed(items: Items) -> Any:
    """A sequence as CRFsuite holds it, to be used several times."""
    import pycrfsuite

    return pycrfsuite.ItemSequence(items)


def trained(examples: Iterable[tuple[Any, Sequence[str]]]) -> Any:
    """A tagger, learnt from sequences (items, packed or not) with a tag for each item; there must be one at least."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=SETTINGS, verbose=False)
    for items, tags in examples:
        trainer.append(items, tags)
    tagger = pycrfsuite.Tagger()
    with TemporaryDirectory() as folder:
        file = str(Path(folder) / "model")
        trainer.train(file)
        tagger.open(file)
    return tagger
