"""Questions about drafts: what would be sent, to whom, and what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.conf import settings

from eyelevel.answers import articles, earlier
from eyelevel.answers.models import Draft
from eyelevel.answers.rules import Addressee, addressees
from eyelevel.cases import reads as cases
from eyelevel.cases.models import Case
from eyelevel.channels import ways
from eyelevel.channels.bluesky import names as bluesky
from eyelevel.channels.bluesky.names import Address
from eyelevel.kernel import clock
from eyelevel.people.models import Handle
from eyelevel.posts.models import Post
from eyelevel.word import commitments, rules
from eyelevel.word import reads as word
from eyelevel.word.commitments import Commitment
from eyelevel.word.rules import Objection

log = structlog.get_logger("answers")


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the objection check found, and which version of the audience's memory it has seen."""

    objections: Sequence[Objection]
    audience: str
    version: int
    linked: Mapping[str, int] = field(default_factory=dict)  # the same of the persons of linked cases
    checked: bool = True


def check(case: Case, text: str) -> Check:
    """Hold a text against everything that binds it (see `earlier`). Where that fails, the page says "not checked"."""
    audience = word.audience_of(person_id=case.person_id, case_id=case.pk)
    version = word.version_of(audience)
    try:
        held = earlier.held_against(case, text)
        found = rules.held(text, now=clock.now(), earlier=[*held.statements, *articles.statements(text)])
    except Exception:  # a check that breaks must never look like a check that passed
        log.exception("objection check failed", case=case.pk)
        return Check(objections=(), audience=audience, version=version, checked=False)
    return Check(
        objections=found.objections,
        audience=audience,
        version=version,
        linked=held.versions,
        checked=found.whole,
    )


def promised(text: str, *, now: datetime) -> Sequence[Commitment] | None:
    """What this text would promise if it were said now, each sentence once. None where the detector broke: not checked.

    Of a text that is longer than what the objection check reads, the beginning alone is looked at; the page says so.
    """
    try:
        found = commitments.find(text[: rules.MOST_READ], sent_at=now, zone=settings.TIME_ZONE)
    except Exception:  # it only proposes: the writer can still send, and the log says what happened
        log.exception("looking for promises failed")
        return None
    return list({one.text: one for one in reversed(found)}.values())[::-1]


def open_drafts(family: Sequence[int], *, staff_id: int) -> Sequence[Draft]:
    """What this colleague writes in a case (the first of its family) and in those that were merged into it, in this order."""
    rows = Draft.objects.select_related("handle").filter(case_id__in=family, staff_id=staff_id, sent_at=None)
    return sorted(rows, key=lambda draft: (draft.case_id != family[0], -draft.pk))


def open_draft(case: Case, *, staff_id: int) -> Draft | None:
    return next(iter(open_drafts(cases.family(case), staff_id=staff_id)), None)


def known_addresses(case: Case) -> Sequence[str]:
    """Everybody who has been part of this case: its verified joiners and whom we have answered."""
    found: set[str] = set()
    rows = Post.objects.filter(case_id=case.pk).values_list(
        "kind", "person_id", "handle__address", "recipients"
    )
    for kind, person, address, recipients in rows:
        if person is not None and address:
            found.add(address)
        if kind == Post.Kind.ANSWER:
            found.update(recipients)
    return sorted(found)


def default_handle(case: Case) -> Handle | None:
    """Where the person spoke last, if we can answer there."""
    post = (
        Post.objects.select_related("handle")
        .filter(
            case_id=case.pk, kind=Post.Kind.HEARD, person=case.person, handle__channel__in=ways.open_ways()
        )
        .exclude(handle=None)
        .order_by("-at", "-id")
        .first()
    )
    return post.handle if post is not None else None


def handles(case: Case) -> Sequence[Handle]:
    """The addresses of this person that we can write to; on Bluesky only under a public word of theirs in this case."""
    if case.person_id is None:
        return []
    rows = Handle.objects.filter(person_id=case.person_id, channel__in=ways.open_ways()).order_by("id")
    return [one for one in rows if one.channel != ways.BLUESKY or answered_in_public(case, one) is not None]


def answered_in_public(case: Case, handle: Handle) -> Address | None:
    """The newest public post of this handle in the case: a public answer stands under it."""
    rows = Post.objects.filter(case_id=case.pk, kind=Post.Kind.HEARD, handle=handle, channel=ways.BLUESKY)
    for post in rows.order_by("-at", "-id")[:20]:
        if found := bluesky.address(post.message_id) or bluesky.address(post.url):
            return found
    return None


def recipients(case: Case, handle: Handle | None) -> tuple[Addressee, ...]:
    """Who would get the answer; nobody by mail means that it stands on the receipt page."""
    return addressees(chosen=handle.address if handle else "", known=known_addresses(case))


def said_meanwhile(case: Case, *, seen_post_id: int, besides: int) -> Sequence[Post]:
    """What came into the case after the writer last looked, except the writer's own words."""
    rows = Post.objects.filter(case_id=case.pk, pk__gt=seen_post_id).exclude(staff_id=besides)
    return list(rows.select_related("staff").order_by("at", "id"))


def receipt_page() -> str:
    base = settings.ENV.public_url or f"http://{settings.ENV.host}:{settings.ENV.port}"
    return f"{base}/receipt/"
