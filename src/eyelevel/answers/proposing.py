"""A language model proposes sentences for a draft, with their sources. They are put into the draft; nothing is sent by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from eyelevel.answers import actions, articles, opinions
from eyelevel.answers.models import Draft, Proposal
from eyelevel.assist import proposals
from eyelevel.assist.contract import Model
from eyelevel.assist.proposals import Sentence
from eyelevel.cases.models import Case
from eyelevel.kernel.policy import STRANGER
from eyelevel.knowledge.models import Version
from eyelevel.knowledge.rules import version_in
from eyelevel.posts.models import Post
from eyelevel.word import reads as word

MOST_SAID = 20  # of our own words to this person


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """A proposed sentence, whether it still stands in the draft, and what it rests on."""

    text: str
    stands: bool
    posts: Sequence[Post]
    versions: Sequence[Version]


def ask(case: Case, *, by: Model) -> tuple[Sequence[Sentence], str]:
    """Sentences for the person's last words out of public articles and what we said to them, and why there are none where so."""
    last = Post.objects.filter(case_id=case.pk, kind=Post.Kind.HEARD).order_by("-at", "-id").first()
    letter = f"{case.subject}\n\n{last.text if last is not None else ''}"
    said = word.said_to(person_id=case.person_id, case_id=case.pk)[:MOST_SAID]
    sources = {one.id: one.text for one in [*articles.statements(letter, actor=STRANGER), *said]}
    found, why = opinions.one_at_a_time(lambda: proposals.ask(by, letter=letter, sources=sources))
    return found or (), why


def keep(
    draft: Draft, *, sentences: Sequence[Sentence], model_name: str, trouble: str, now: datetime
) -> Proposal:
    """Put the sentences at the end of the draft, and keep where each of them is from."""
    Proposal.objects.filter(draft=draft).delete()
    if sentences:
        proposed = " ".join(one.text for one in sentences)
        text = f"{draft.text.rstrip()}\n\n{proposed}" if draft.text.strip() else proposed
        actions.save_draft(
            draft.case, staff=draft.staff, text=text, handle=draft.handle, seen=draft.seen_post_id, now=now
        )
    return Proposal.objects.create(
        draft=draft,
        model=model_name[:100],
        at=now,
        sentences=[asdict(one) for one in sentences],
        trouble=trouble,
    )


def of(draft: Draft) -> Proposal | None:
    return Proposal.objects.filter(draft=draft).order_by("-id").first()


def shown(row: Proposal, *, text: str) -> Sequence[Proposed]:
    """Each proposed sentence with its sources as they are now, beside the draft as it is now."""
    every = {key for one in row.sentences for key in one["sources"]}
    posts = Post.objects.in_bulk([int(key) for key in every if key.isdigit()])
    named = {key: number for key in every if (number := version_in(key)) is not None}
    versions = Version.objects.in_bulk(named.values()) if named else {}
    return [
        Proposed(
            text=one["text"], stands=one["text"] in text,
            posts=[posts[int(key)] for key in one["sources"] if key.isdigit() and int(key) in posts],
            versions=[versions[named[key]] for key in one["sources"] if key in named and named[key] in versions],
        )
        for one in row.sentences
    ]  # fmt: skip
