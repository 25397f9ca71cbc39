"""How cases and the posts in them are found. A post has the state of its case, so both stand here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eyelevel.cases.models import Case
from eyelevel.kernel.models import Fact
from eyelevel.kernel.search import reads
from eyelevel.kernel.search.providers import Findable, provides
from eyelevel.posts.models import Attachment, Post
from eyelevel.posts.policy import words_shown_outside


class Cases:
    """Cases by their subject and their person."""

    def texts(self, things: Sequence[int]) -> Iterator[Findable]:
        for case in Case.objects.select_related("person").filter(pk__in=things):
            name = case.person.name if case.person is not None else ""
            yield Findable(
                kind="case", thing=case.pk, at=case.opened_at, title=case.subject, body=name, group=f"case:{case.pk}",
                scopes=("staff", f"case:{case.pk}"), channel=case.channel, state=state_of(case), authors=(name,),
            )  # fmt: skip

    def changed(self, facts: Sequence[Fact]) -> Iterable[int]:
        return cases_in(facts)

    def after(self, thing: int, *, most: int) -> Sequence[int]:
        return list(Case.objects.filter(pk__gt=thing).order_by("pk").values_list("pk", flat=True)[:most])


class Posts:
    """Everything said, by its words, its subject and the names of its files."""

    def texts(self, things: Sequence[int]) -> Iterator[Findable]:
        posts = list(
            Post.objects.select_related("handle")
            .defer("html", "full_text", "references")
            .filter(pk__in=things)
        )
        files = _file_names(things)
        states = states_of({post.case_id for post in posts if post.case_id is not None})
        for post in posts:
            group = f"case:{post.case_id}" if post.case_id is not None else ""
            outside = (group,) if group and words_shown_outside(post) else ()
            address = post.handle.address if post.handle is not None else ""
            yield Findable(
                kind="post", thing=post.pk, at=post.at, title=post.subject, body="\n".join([post.text, *files.get(post.pk, ())]),
                group=group, scopes=("staff", *outside), channel=post.channel, language=post.language,
                state=states.get(post.case_id or 0, ""), authors=(post.author_name, address),
            )  # fmt: skip

    def changed(self, facts: Sequence[Fact]) -> Iterable[int]:
        """Posts that a fact names, and those of touched cases that stand otherwise in the index: moved, closed, unsaid."""
        named = {int(fact.data["post"]) for fact in facts if fact.data.get("post")}
        named |= {int(one) for fact in facts if fact.kind == "post.withdrawn" for one in fact.data["posts"]}
        touched = cases_in(facts)
        states = states_of(touched)
        rows = Post.objects.filter(case_id__in=touched).values_list("pk", "case_id")
        now = {pk: (f"case:{case}", states.get(case or 0, "")) for pk, case in rows}
        before = reads.standing("post", [f"case:{case}" for case in touched])
        return named | {pk for pk in now.keys() | before.keys() if now.get(pk) != before.get(pk)}

    def after(self, thing: int, *, most: int) -> Sequence[int]:
        return list(Post.objects.filter(pk__gt=thing).order_by("pk").values_list("pk", flat=True)[:most])


def _file_names(posts: Sequence[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for post, name in (
        Attachment.objects.filter(post_id__in=posts).order_by("id").values_list("post_id", "name")
    ):
        names.setdefault(post, []).append(name)
    return names


def state_of(case: Case) -> str:
    return "open" if case.closure_id is None else "closed"


def states_of(cases: Iterable[int]) -> dict[int, str]:
    return {case.pk: state_of(case) for case in Case.objects.filter(pk__in=cases).only("closure_id")}


def cases_in(facts: Sequence[Fact]) -> set[int]:
    """The numbers of the cases that facts touch."""
    things = {thing for fact in facts for thing in fact.things if thing.startswith("case:")}
    named = {int(fact.data["case"]) for fact in facts if fact.data.get("case")}
    return named | {int(thing.removeprefix("case:")) for thing in things}


provides("case", Cases(), verb="case.read")
provides("post", Posts(), verb="case.read")
