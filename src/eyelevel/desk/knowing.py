"""Articles as the desk shows them: what an editor holds, where sources lead, what is doubted, what answers a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from eyelevel.cases.models import Case
from eyelevel.kernel import text as texts
from eyelevel.kernel.moments import LATEST
from eyelevel.kernel.policy import Actor, visible
from eyelevel.knowledge import reads, rules
from eyelevel.knowledge.actions import Words
from eyelevel.knowledge.models import Article, Doubt, Version
from eyelevel.knowledge.reads import Suggestion
from eyelevel.posts.models import Post

LANGUAGES = {"de": "Deutsch", "en": "English"}
MOST_NOTE = 300
MOST_HEARD = 4_000  # signs of the customer's last words that look for articles


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where something in an article comes from; `href` is empty for what is no address."""

    text: str
    href: str = ""
    outside: bool = False


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What stands in the editor, so that nothing of it is lost. `seen`: the newest version that the writer has read."""

    title: str = ""
    text: str = ""
    sources: str = ""
    note: str = ""
    language: str = "de"
    audience: str = str(Article.Audience.COLLEAGUES)
    look_again_on: date | None = None
    no_date: bool = False  # something was typed as a day that is none
    seen: int = 0
    looked_at: str = ""  # the personal words that the writer saw and left
    personal: Sequence[str] = field(default=())

    @property
    def words(self) -> Words:
        return Words(title=self.title, text=self.text, sources=rules.sources_in(self.sources), note=self.note)

    @property
    def mark(self) -> str:
        """Names the personal words that were found: another word asks anew."""
        return "|".join(self.personal)

    @property
    def settled(self) -> bool:
        """Is nothing personal in it, as far as we see, or has the writer looked at exactly this?"""
        return not self.personal or self.looked_at == self.mark

    @property
    def pieces(self) -> Sequence[tuple[str, bool]]:
        return rules.marked_in(self.text, self.personal)


def typed_in(request: HttpRequest) -> Typed:
    get = request.POST.get
    day = _day(get("look_again_on", ""))
    return _looked(
        Typed(
            title=texts.one_line(get("title", ""), rules.MOST_TITLE), text=texts.clean(get("text", ""))[: rules.MOST_TEXT + 1].strip(),
            sources=get("sources", "")[:20_000], note=texts.one_line(get("note", ""), MOST_NOTE),
            language="en" if get("language") == "en" else "de",
            audience=str(Article.Audience.PUBLIC if get("audience") == Article.Audience.PUBLIC else Article.Audience.COLLEAGUES),
            look_again_on=day, no_date=bool(get("look_again_on", "").strip()) and day is None,
            seen=texts.number_in(get("seen", ""), digits=9) or 0, looked_at=get("looked_at", ""),
        )
    )  # fmt: skip


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day < LATEST.date() else None


def opened(article: Article, version: Version) -> Typed:
    """An article as its editor begins."""
    return _looked(
        Typed(
            title=version.title, text=version.text, sources="\n".join(str(one) for one in version.sources),
            language=article.language, audience=article.audience, look_again_on=article.look_again_on, seen=version.number,
        )
    )  # fmt: skip


def from_post(post: Post, subject: str, language: str) -> Typed:
    """A new article out of words that were said in a case."""
    return _looked(
        Typed(
            title=texts.one_line(subject, rules.MOST_TITLE), text=post.text[: rules.MOST_TEXT].strip(), sources=f"post:{post.pk}",
            language=language,
        )
    )  # fmt: skip


def _looked(typed: Typed) -> Typed:
    """With what may be about a person, where a word that was said in a case is among the sources."""
    sources = rules.sources_in(typed.sources)
    if not rules.posts_in(sources):
        return typed
    known = reads.known_names(sources)
    found = rules.personal_words(f"{typed.title}\n{typed.text}", known=known)
    return Typed(**{**typed.__dict__, "personal": found})


def sources(actor: Actor, version: Version) -> Sequence[Source]:
    numbers = rules.posts_in(version.sources)
    rows = visible(actor, Post.objects.filter(pk__in=numbers)) if numbers else ()
    return [_source(str(one), {row.pk: row for row in rows}) for one in version.sources]


def _source(named: str, posts: dict[int, Post]) -> Source:
    number = next(iter(rules.posts_in([named])), None)
    if number is None:
        return Source(text=named, href=texts.web_address(named), outside=True)
    post = posts.get(number)
    if post is None or post.case_id is None:
        return Source(text=_("a word in a case that is no longer here"))
    said = {"number": post.case_id, "name": post.author_name or _("somebody")}
    return Source(
        text=_("%(name)s in case %(number)s") % said,
        href=f"{reverse('case', kwargs={'number': post.case_id})}#post-{post.pk}",
    )


def state(article: Article) -> str:
    return {
        Article.State.DRAFT: _("draft"), Article.State.PUBLISHED: _("published"), Article.State.WITHDRAWN: _("withdrawn"),
    }[Article.State(article.state)]  # fmt: skip


def audience(name: str) -> str:
    return _("everybody") if name == Article.Audience.PUBLIC else _("colleagues only")


@dataclass(frozen=True, kw_only=True)
class Doubted:
    """One doubt in words, with the place of the answer where there is one."""

    row: Doubt
    why: str
    href: str


def doubts(article: Article) -> Sequence[Doubted]:
    rows = reads.doubts(article)
    cases = dict(
        Post.objects.filter(pk__in=[one.post_id for one in rows if one.post_id]).values_list("pk", "case_id")
    )
    return [_doubted(one, cases.get(one.post_id or 0)) for one in rows]


def _doubted(row: Doubt, case: int | None) -> Doubted:
    why = {
        Doubt.Kind.DATE: _("Its day has come: it should be looked at again."),
        Doubt.Kind.COLLEAGUE: _("%(name)s doubts it") % {"name": row.by.name if row.by else _("somebody")},
        Doubt.Kind.ANSWER: _("An answer that left says otherwise"),
    }[Doubt.Kind(row.kind)]
    href = f"{reverse('case', kwargs={'number': case})}#post-{row.post_id}" if case is not None else ""
    return Doubted(row=row, why=why, href=href)


def tomorrow(now: datetime) -> str:
    """The first day that may be a date of doubt, for the field."""
    return date.fromordinal(timezone.localtime(now).date().toordinal() + 1).isoformat()


def suggested(case: Case, draft: str, actor: Actor) -> Sequence[Suggestion]:
    """Articles near to the person's last words and to what is being written; what the draft already says is left out."""
    rows = Post.objects.filter(case_id=case.pk, kind=Post.Kind.HEARD).order_by("-at", "-id")
    heard: Any = rows.values_list("subject", "text").first() or ("", "")
    asked = f"{draft[:MOST_HEARD]}\n{case.subject}\n{heard[1][:MOST_HEARD]}"
    return [one for one in reads.suggestions(asked, actor=actor) if one.sentence not in draft]
