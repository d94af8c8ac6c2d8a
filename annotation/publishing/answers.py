"""What goes wrong with the Hugging Face Hub, in words with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from typing import TYPE_CHECKING

from eval.console import Stopped
from eval.document import BadInput

if TYPE_CHECKING:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

AGAIN = "the same command goes on from there"
TOKENS = "https://huggingface.co/settings/tokens"

_SAYS = {
    401: f"the token is none that it knows; make one at {TOKENS} and put it into HF_TOKEN, or hf auth login",
    403: f"the token may not write to {{owner}}, or there is no {{owner}}; it needs write access there ({TOKENS})",
    404: "there is no {repository}, or the token may not see it",
    409: f"somebody else is changing it at this moment; {AGAIN}",
    412: f"somebody else has changed it meanwhile; {AGAIN}",
    429: f"it has been asked too often; in some minutes {AGAIN}",
}


@contextmanager
def told(hub: HfApi, repository: str) -> Iterator[None]:
    """Whatever goes wrong with the Hub in the block becomes BadInput: one line with what to do. The token is in none."""
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.errors import HTTPError as NotReached  # type: ignore[attr-defined]  # httpx's

    try:
        yield
    except BadInput:
        raise
    except KeyboardInterrupt:
        raise Stopped(f"stopped; {AGAIN}") from None
    except (NotReached, OSError, RuntimeError, ValueError, LookupError, TypeError, AttributeError) as error:
        first: BaseException = error
        while first.__cause__ and not isinstance(first, NotReached):  # an upload's own error says nothing
            first = first.__cause__
        if isinstance(first, HfHubHTTPError):
            said = _answer(first, repository)
        elif isinstance(first, NotReached):
            said = f"not reached ({type(first).__name__}: {first}); see to the network, then {AGAIN}"
        elif isinstance(first, (JSONDecodeError, LookupError, TypeError, AttributeError)):  # what a proxy answers, say
            what = f"({type(first).__name__}: {first})"
            said = f"its answer is none of the Hub's {what}; see to HF_ENDPOINT and the network, then {AGAIN}"
        else:
            said = str(first)
        raise BadInput(f"{hub.endpoint}: {said.replace(str(hub.token), 'TOKEN')}") from None


def _answer(error: HfHubHTTPError, repository: str) -> str:
    """What an answer of the Hub's that is an error means."""
    status = error.response.status_code
    default = f"it has a fault of its own; {AGAIN}, later" if status >= 500 else "it does not take what was sent"
    says = _SAYS.get(status, default).format(owner=repository.split("/")[0], repository=repository)
    return f"{status}, {says}" + (f" (it says: {error.server_message})" if error.server_message else "")
