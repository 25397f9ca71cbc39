"""A model behind the chat-completions protocol, as Ollama, llama.cpp, vLLM and hosted services speak it.

POST {url}/chat/completions with {model, messages, temperature, stream}; the text stands in choices[0].message.content.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from eyelevel.assist.contract import Silent
from eyelevel.kernel import http

MOST_ANSWERED = 256 * 1024  # bytes


@dataclass(frozen=True, kw_only=True)
class Chat:
    """Where the model is. `allowed` are the operator's own networks that may be dialled."""

    url: str
    name: str
    key: str = ""
    seconds: float = 30.0
    allowed: Sequence[str] = ()

    def complete(self, *, task: str, given: str) -> str:
        """See contract.Model."""
        body = {
            "model": self.name, "temperature": 0, "stream": False,
            "messages": [{"role": "system", "content": task}, {"role": "user", "content": given}],
        }  # fmt: skip
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            answer = http.fetch(
                f"{self.url.rstrip('/')}/chat/completions", method="POST", headers=headers, allowed=self.allowed,
                body=json.dumps(body).encode(), bounds=http.Bounds(size=MOST_ANSWERED, seconds=self.seconds, redirects=0),
            )  # fmt: skip
        except (http.Forbidden, http.Unreachable, http.TooMuch) as error:
            raise Silent("unreachable", str(error)) from error
        if answer.status != 200:
            raise Silent("refused", f"it answered {answer.status}")
        return _text(answer.body)


def _text(body: bytes) -> str:
    try:
        said = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise Silent("unusable", "its answer is not one of chat completions") from error
    if not isinstance(said, str):
        raise Silent("unusable", "its answer has no text")
    return said
