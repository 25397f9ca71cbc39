"""How overheard words are found: like everything that was said, in the index of their own file, by colleagues alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from eyelevel.kernel import databases
from eyelevel.kernel.models import Fact
from eyelevel.kernel.search.providers import Findable, provides
from eyelevel.listening.models import Heard

KIND = "heard"


class Words:
    """Overheard words by what they say, their author and their network.

    They are written in bulk, and one after the other on both databases (see actions.keep_matched), so new ones are found
    by their numbers.
    """

    def texts(self, things: Sequence[int]) -> Iterator[Findable]:
        for word in Heard.objects.filter(pk__in=things):
            yield Findable(
                kind=KIND, thing=word.pk, at=said_at(word), title="", body=word.text, scopes=("staff",), channel=word.network,
                language=word.language, authors=(word.author_name, word.author),
            )  # fmt: skip

    def changed(self, facts: Sequence[Fact]) -> Iterable[int]:  # noqa: ARG002 -- no fact tells of a single word
        return ()

    def after(self, thing: int, *, most: int) -> Sequence[int]:
        return list(Heard.objects.filter(pk__gt=thing).order_by("pk").values_list("pk", flat=True)[:most])


def said_at(word: Heard) -> datetime:
    """Where it stands among the results: a time that lies after we heard it is nobody's to claim."""
    return min(word.at, word.heard_at)


def came(thing: int) -> datetime | None:
    """When a word was heard; None where it is gone."""
    return Heard.objects.filter(pk=thing).values_list("heard_at", flat=True).first()


provides(KIND, Words(), verb="heard.read", using=databases.alias(databases.HEARD), tail=True, came=came)
