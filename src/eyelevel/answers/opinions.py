"""A second opinion on a draft, asked for by its writer. It is a suggestion with quotes: it holds nothing back, sends nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from django.conf import settings

from eyelevel.answers import earlier
from eyelevel.answers.models import Draft, SecondOpinion
from eyelevel.assist import opinions
from eyelevel.assist.chat import Chat
from eyelevel.assist.contract import Model, Silent
from eyelevel.assist.opinions import Opinions
from eyelevel.posts.models import Post

Answer = TypeVar("Answer")
log = structlog.get_logger("answers")
_one_at_a_time = threading.Lock()  # a page thread waits for the model; the others are for people


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One pair of quotes, with the post in which the old one stands."""

    new: str
    old: str
    why: str
    post: Post


def model() -> Model | None:
    """The language model of this house; None where the operator named none."""
    env = settings.ENV
    if not env.assist_url:
        return None
    return Chat(
        url=env.assist_url, name=env.assist_model, key=env.assist_key.get_secret_value(), seconds=env.assist_seconds,
        allowed=tuple(env.allow_addresses),
    )  # fmt: skip


def ask(draft: Draft, *, by: Model) -> tuple[Opinions | None, str]:
    """Ask the model, outside of any transaction: what it says, or why it says nothing."""
    held = earlier.held_against(draft.case, draft.text).statements
    statements = {one.id: one.text for one in held}
    return one_at_a_time(lambda: opinions.ask(by, draft=draft.text, statements=statements))


def one_at_a_time(question: Callable[[], Answer]) -> tuple[Answer | None, str]:
    """The answer to a question to the model, or why there is none (assist.contract.Why)."""
    if not _one_at_a_time.acquire(blocking=False):
        return None, "busy"
    try:
        return question(), ""
    except Silent as error:
        log.info("the language model said nothing", why=error.why, detail=str(error))
        return None, error.why
    finally:
        _one_at_a_time.release()


def keep(
    draft: Draft, *, version: int, model_name: str, said: Opinions | None, trouble: str, now: datetime
) -> SecondOpinion:
    """Keep what was said of this version; what was said of earlier ones no longer fits the text."""
    SecondOpinion.objects.filter(draft=draft).delete()
    return SecondOpinion.objects.create(
        draft=draft, version=version, model=model_name[:100], at=now, trouble=trouble,
        found=[asdict(one) for one in said.found] if said else [], dropped=said.dropped if said else 0,
        read=said.read if said else 0, offered=said.offered if said else 0,
    )  # fmt: skip


def of(draft: Draft) -> SecondOpinion | None:
    """What was said of the draft as it stands now."""
    return SecondOpinion.objects.filter(draft=draft, version=draft.version).order_by("-id").first()


def quoted(row: SecondOpinion) -> Sequence[Pair]:
    """The pairs whose old post is still there."""
    keys = [int(one["statement_id"]) for one in row.found if str(one["statement_id"]).isdigit()]
    posts = Post.objects.in_bulk(keys)
    return [
        Pair(new=one["new"], old=one["old"], why=one["why"], post=posts[int(one["statement_id"])])
        for one in row.found
        if str(one["statement_id"]).isdigit() and int(one["statement_id"]) in posts
    ]
