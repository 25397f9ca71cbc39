"""Watches and words by the thousand, for holding the engine against the plain reference."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import strategies as st

WORDS = (
    "bahn bahnhof sbahn verspätung verspaetung signalstörung störung ice zug züge straße strasse service kundenservice"
    " café cafe deutsche fällt aus ÄRGER anna müller und oder nicht x 12 öl"
).split()
LANGUAGES = ("", "de", "en", "de-AT")
NETWORKS = ("bluesky", "feed", "webhook")
AUTHORS = ("", "did:plc:abc", "did:plc:abc\nanna.bsky.social", "@Anna Müller", "bob@mail.example\nBob")
_GLUE = (" ", " ", " ", ", ", " #", " @", "-", "! ", "\n", "")


def random_text(chance: random.Random, words: Sequence[str] = WORDS) -> str:
    said = (chance.choice(words) + chance.choice(_GLUE) for _ in range(chance.randint(0, 12)))
    return "".join(said)


def random_query(chance: random.Random, words: Sequence[str] = WORDS, *, depth: int = 3) -> str:
    """Any form of the language, not always one that may stand alone."""
    kind = chance.randint(0, 11 if depth else 7)
    word = chance.choice(words)
    leaves = {
        0: word, 1: word, 2: f'"{word} {chance.choice(words)}"', 3: f"{word[:4]}*", 4: f"*{word[-4:]}",
        5: f"*{word[1:5]}*", 6: f"lang:{chance.choice(('de', 'en'))}",
        7: f'author:"{chance.choice(("anna", "did:plc:abc", "Bob"))}"{chance.choice(("", "*"))}',
    }  # fmt: skip
    if kind in leaves:
        return leaves[kind]
    inner = [random_query(chance, words, depth=depth - 1) for _ in range(chance.randint(2, 4))]
    joined = {8: " ", 9: " OR ", 10: " UND ", 11: " "}[kind].join(inner)
    return f"-({joined})" if kind == 11 else f"({joined})"


def _group(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        some.map(" ".join), some.map(" OR ".join), some.map(" AND ".join), inner.map("NOT {}".format),
        inner.map("-{}".format), inner.map("({})".format), inner.map("lang:({})".format), inner.map("author:({})".format),
    )  # fmt: skip


_signs = st.text(st.sampled_from(list('abÄß é*"()„“-:#@und\u0308\u200b⑴ﬁ™')), max_size=8)
_leaf = st.one_of(
    st.sampled_from(WORDS),
    _signs,
    st.sampled_from(["lang:de", "network:feed", "author:@Anna", "sta*", "*ung", "*oru*"]),
)
any_text = st.one_of(st.text(max_size=200), st.recursive(_leaf, _group, max_leaves=12))
