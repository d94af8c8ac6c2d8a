"""γ, the agreement made for units that nest and overlap (Mathet, Widlöcher & Métivier 2015), by pygamma-agreement.

It aligns the mentions of two annotators so that the disorder of positions and types is least, and compares that disorder
with the one of annotations shuffled by chance: 1 is the same annotation, 0 what chance gives.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from eval.document import BadInput, Document


def gamma(first: Sequence[Document], second: Sequence[Document], samples: int = 30, seed: int = 0) -> dict[str, Any]:
    """γ of each document, and their mean; position and type weigh the same. `samples`: shufflings for what chance gives.

    Raises BadInput if the library is not installed.
    """
    try:
        import numpy as np
        from pyannote.core import Segment
        from pygamma_agreement import CombinedCategoricalDissimilarity, Continuum
    except ImportError:
        raise BadInput("γ needs pygamma-agreement (about 700 MB): uv run --extra gamma annotate agree … --gamma") from None
    logging.getLogger().setLevel(logging.ERROR)  # at each alignment it warns that there is a faster solver
    found = {}
    for pair in zip(first, second, strict=True):
        continuum = Continuum()
        for annotator, document in zip(("first", "second"), pair, strict=True):
            for mention in document.mentions:
                continuum.add(annotator, Segment(mention.start, mention.end), mention.type)
        np.random.seed(seed)
        with silent():
            measured = continuum.compute_gamma(CombinedCategoricalDissimilarity(alpha=1, beta=1), n_samples=samples)
        found[pair[0].doc_id] = float(measured.gamma)
    return {"mean": sum(found.values()) / len(found), "documents": found}


@contextmanager
def silent() -> Iterator[None]:
    """Nothing reaches standard output: the solver, asked from several threads, sometimes writes there, past Python."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
