"""Rows of the rooms as the API shows them: outward ids only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from django.urls import reverse

from eyelevel.api import shapes
from eyelevel.cases.models import Case
from eyelevel.channels.models import Quarantine
from eyelevel.kernel import text
from eyelevel.kernel.models import Fact
from eyelevel.kernel.search.reads import Hit
from eyelevel.knowledge.models import Article, Version
from eyelevel.knowledge.rules import posts_in, version_in
from eyelevel.listening.models import Heard, Watch
from eyelevel.outbox.models import Sending
from eyelevel.people.models import Person, Staff
from eyelevel.posts import overheard as posts
from eyelevel.posts.models import Post
from eyelevel.word.mirror import Look
from eyelevel.word.models import Promise
from eyelevel.word.rules import Objection


def case(row: Case) -> shapes.CaseOut:
    person = shapes.PersonRef(id=row.person.public_id, name=row.person.name) if row.person else None
    closure = row.closure
    return shapes.CaseOut(
        number=row.pk, state="closed" if closure else "open", subject=row.subject, channel=row.channel, person=person,
        holder=row.holder_id, opened_at=row.opened_at, last_word_at=row.last_word_at, waiting_since=row.waiting_since,
        asked_since=row.asked_since, snoozed_until=row.snoozed_until, alarm_since=row.alarm_since,
        closed_at=closure.at if closure else None, helped_at=row.helped_at,
    )  # fmt: skip


def fresh_case(number: int) -> shapes.CaseOut:
    """The case as it stands now, for the answer of whoever has just changed it."""
    return case(Case.objects.select_related("person", "closure").get(pk=number))


def post(row: Post, sendings: Mapping[int, Sending]) -> shapes.PostOut:
    sending = sendings.get(row.pk)
    files = [
        shapes.FileOut(
            id=file.public_id, name=file.name, media_type=file.media_type, size=file.size,
            href=reverse("api:file", kwargs={"file": file.public_id}),
        )
        for file in row.attachments.all()
    ]  # fmt: skip
    return shapes.PostOut(
        id=row.public_id, kind=row.kind, openness=row.openness, channel=row.channel, at=row.at,  # type: ignore[arg-type] # choices are these words
        author=row.author_name, verified=row.verified, automatic=row.automatic, subject=row.subject, text=row.text,
        language=row.language, url=row.url, remarks=[str(one) for one in row.remarks], files=files,
        delivery=sending.state if sending is not None else None,
    )  # fmt: skip


def promise(row: Promise, *, now: datetime) -> shapes.PromiseOut:
    moved = [one.due_before for one in row.amendments.all() if one.due_before is not None]
    return shapes.PromiseOut(
        id=row.public_id, case=row.post.case_id or 0, post=row.post.public_id, words=row.text, kind=row.kind, due=row.due_to,
        due_from=row.due_from, first_due=min(moved, default=None), conditional=row.conditional, owner=row.owner_id,
        made_at=row.made_at, state=row.outcome or "open", late=(row.settled_at or now) >= row.due_to,  # type: ignore[arg-type] # choices are these words
        foretold_at=row.foretold_at, settled_at=row.settled_at, settled_by=row.settled_by_id, evidence=row.evidence,
    )  # fmt: skip


def objections(found: Sequence[Objection]) -> list[shapes.ObjectionOut]:
    """Each with the post or the article that it quotes."""
    posts = Post.objects.in_bulk([int(one.statement_id) for one in found if one.statement_id.isdigit()])
    named = [number for one in found if (number := version_in(one.statement_id)) is not None]
    versions = Version.objects.select_related("article").in_bulk(named) if named else {}
    told: list[shapes.ObjectionOut] = []
    for one in found:
        version = versions.get(version_in(one.statement_id) or 0)
        post = posts.get(int(one.statement_id)) if one.statement_id.isdigit() else None
        told += [_objection(one, post)] if post else [_in_article(one, version)] if version else []
    return told


def _in_article(one: Objection, row: Version) -> shapes.ObjectionOut:
    return shapes.ObjectionOut(
        kind=one.kind, old_sentence=one.old_sentence, old_words=one.old_words, new_sentence=one.draft_sentence,
        new_words=one.new_words, said_by=row.title, said_at=row.at, said_in_case=None, post="", near=one.near,
        article=row.article.public_id,
    )  # fmt: skip


def _objection(one: Objection, row: Post) -> shapes.ObjectionOut:
    return shapes.ObjectionOut(
        kind=one.kind, old_sentence=one.old_sentence, old_words=one.old_words, new_sentence=one.draft_sentence,
        new_words=one.new_words, said_by=row.author_name, said_at=row.at, said_in_case=row.case_id, near=one.near,
        post=row.public_id,
    )  # fmt: skip


def mirror(look: Look | None) -> shapes.MirrorOut | None:
    if look is None:
        return None
    passages = [
        shapes.PassageOut(start=one.start, end=one.end, answers=one.answers) for one in look.share.spans
    ]
    return shapes.MirrorOut(
        percent=look.share.percent, passages=passages, named=[one.words for one in look.specificity.named],
        not_named=[one.words for one in look.specificity.missed], whole=look.whole,
    )  # fmt: skip


def person(row: Person) -> shapes.PersonOut:
    handles = [
        shapes.HandleOut(
            channel=one.channel, address=one.address, name=one.name, verified_at=one.verified_at,
            undeliverable_since=one.undeliverable_since,
        )
        for one in row.handles.all()
    ]  # fmt: skip
    return shapes.PersonOut(
        id=row.public_id,
        name=row.name,
        language=row.language,
        first_seen_at=row.first_seen_at,
        handles=handles,
    )


def colleague(row: Staff) -> shapes.ColleagueOut:
    return shapes.ColleagueOut(id=row.pk, name=row.name, role=row.role)  # type: ignore[arg-type] # choices are these words


def quarantined(row: Quarantine) -> shapes.QuarantineOut:
    return shapes.QuarantineOut(
        number=row.pk, channel=row.arrival.channel, reason=row.reason, detail=text.one_line(row.detail, 300),
        size=row.arrival.size, since=row.since, tries=row.tries, resolved_at=row.resolved_at,
    )  # fmt: skip


def sending(row: Sending) -> shapes.SendingOut:
    return shapes.SendingOut(
        id=row.public_id, channel=row.channel, state=row.state, recipient=row.recipient,  # type: ignore[arg-type] # choices are these words
        approved_by=row.approved_by, notice=row.notice, case=row.case_id, attempts=row.attempts, not_before=row.not_before,
        settled_at=row.settled_at, last_word=text.one_line(row.last_word, 300),
    )  # fmt: skip


def fact(row: Fact) -> shapes.FactOut:
    return shapes.FactOut(
        id=row.pk, kind=row.kind, at=row.at, by=row.actor, things=[str(thing) for thing in row.things]
    )


def watch(row: Watch) -> shapes.WatchOut:
    return shapes.WatchOut(
        id=row.public_id, name=row.name, query=row.query, opens_cases=row.opens_cases, made_at=row.made_at,
        changed_at=row.changed_at, paused_at=row.paused_at, too_many_at=row.too_many_at,
    )  # fmt: skip


def heard(rows: Sequence[Heard]) -> list[shapes.HeardOut]:
    """Heard words, with the posts that they became as these stand now."""
    standing = posts.standing((row.network, row.external_id) for row in rows)
    return [_heard(row, standing.get((row.network, row.external_id))) for row in rows]


def _heard(row: Heard, post: Post | None) -> shapes.HeardOut:
    return shapes.HeardOut(
        id=row.public_id, network=row.network, author=row.author, author_name=row.author_name, text=row.text,
        language=row.language, url=row.url, at=row.at, heard_at=row.heard_at, edited_at=row.edited_at, answers=row.parent,
        repeats=row.repeats, marks=list(row.marks), case=post.case_id if post else None,
        post=post.public_id if post else None,
    )  # fmt: skip


def articles(rows: Sequence[Article]) -> list[shapes.ArticleOut]:
    """Articles (from reads.articles, which says what is in doubt) with the words of the version that counts."""
    wanted = {row.pk: row.published or row.latest for row in rows}
    versions = Version.objects.filter(article__in=wanted, number__in=set(wanted.values()))
    shown = {one.article_id: one for one in versions if wanted[one.article_id] == one.number}
    numbers = [number for one in shown.values() for number in posts_in(one.sources)]
    ids = dict(Post.objects.filter(pk__in=numbers).values_list("pk", "public_id"))
    return [_article(row, shown[row.pk], ids) for row in rows]


def _article(row: Article, shown: Version, ids: Mapping[int, str]) -> shapes.ArticleOut:
    sources = [str(one) for one in shown.sources]
    outward = [f"post:{ids.get(named[0], '')}" if (named := posts_in([one])) else one for one in sources]
    return shapes.ArticleOut(
        id=row.public_id, title=shown.title, text=shown.text, language=row.language, state=row.state, audience=row.audience,  # type: ignore[arg-type] # choices are these words
        owner=row.owner_id, version=shown.number, latest=row.latest, published=row.published, sources=outward,
        in_doubt=bool(getattr(row, "in_doubt", False)), look_again_on=row.look_again_on, made_at=row.made_at, changed_at=row.changed_at,
    )  # fmt: skip


def found(hits: Sequence[Hit]) -> list[shapes.FoundOut]:
    """Results with the ids by which programs go on."""
    words = {row.pk: row for row in Heard.objects.filter(pk__in=_numbers(hits, "heard"))}
    told = dict(zip(words, heard(list(words.values())), strict=True))
    ids = {
        "post": dict(Post.objects.filter(pk__in=_numbers(hits, "post")).values_list("pk", "public_id")),
        "article": dict(
            Article.objects.filter(pk__in=_numbers(hits, "article")).values_list("pk", "public_id")
        ),
    }
    return [
        _result(
            hit,
            word=told.get(hit.text.thing) if hit.text.kind == "heard" else None,
            outward=ids.get(hit.text.kind, {}).get(hit.text.thing),
        )
        for hit in hits
    ]


def _numbers(hits: Sequence[Hit], kind: str) -> list[int]:
    return [hit.text.thing for hit in hits if hit.text.kind == kind]


def _result(hit: Hit, *, word: shapes.HeardOut | None, outward: str | None) -> shapes.FoundOut:
    one = hit.text
    case = int(one.group.removeprefix("case:")) if one.group.startswith("case:") else None
    return shapes.FoundOut(
        kind=_KINDS[one.kind], id=word.id if word else outward, case=word.case if word else case,
        at=one.at, title="".join(piece.text for piece in hit.title), snippet="".join(piece.text for piece in hit.snippet),
        channel=one.channel, author=next((name for name in one.authors if name), ""), language=one.language,
        state=_STATES.get(one.state), url=word.url if word else "",
    )  # fmt: skip


_KINDS: Mapping[str, Literal["case", "post", "heard", "article"]] = {
    "case": "case", "post": "post", "heard": "heard", "article": "article",
}  # fmt: skip
_STATES: Mapping[str, Literal["open", "closed"]] = {"open": "open", "closed": "closed"}
