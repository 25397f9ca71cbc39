"""Watches and words by the thousand, for holding the engine against the plain reference."""

from __future__ import annotations

import random
from collections.abc import Sequence

from hypothesis import strategies as st

WORDS = (
    "bahn bahnhof sbahn verspätung verspaetung signalstörung störung ice zug züge straße strasse service kundenservice"
    " café cafe deutsche fällt aus ÄRGER anna müller und oder nicht x 12 öl 😡 👍🏽 🇩🇪 東京駅 京都 กรุงเทพ"
    " https://bahn.de/ice HTTP://Www.Bahn.DE. http://störung.example https://a.b.bahn.de:8080?x=y"
).split()
LANGUAGES = ("", "de", "en", "de-AT")
KINDS = (0, 1, 2, 3)
NETWORKS = ("bluesky", "feed", "webhook")
AUTHORS = ("", "did:plc:abc", "did:plc:abc\nanna.bsky.social", "@Anna Müller", "bob@mail.example\nBob")
_GLUE = (" ", " ", " ", ", ", " #", " @", "-", "! ", "\n", "")


def random_text(chance: random.Random, words: Sequence[str] = WORDS) -> str:
    said = (chance.choice(words) + chance.choice(_GLUE) for _ in range(chance.randint(0, 12)))
    return "".join(said)


def random_query(chance: random.Random, words: Sequence[str] = WORDS, *, depth: int = 3) -> str:
    """Any form of the language, not always one that may stand alone."""
    kind = chance.randint(0, 15 if depth else 11)
    word = chance.choice(words)
    leaves = {
        0: word, 1: word, 2: f'"{word} {chance.choice(words)}"', 3: f"{word[:4]}*", 4: f"*{word[-4:]}",
        5: f"*{word[1:5]}*", 6: f"lang:{chance.choice(('de', 'en'))}",
        7: f'author:"{chance.choice(("anna", "did:plc:abc", "Bob"))}"{chance.choice(("", "*"))}',
        8: f"{word} NEAR/{chance.randint(1, 5)} {chance.choice(words)}", 9: chance.choice(("is:reply", "is:repost", "has:link")),
        10: f"{word[:3]}* NEAR/{chance.randint(1, 9)} *{chance.choice(words)[-3:]}",
        11: chance.choice(("domain:bahn.de", "domain:b.bahn.de", "domain:hn.de")),
    }  # fmt: skip
    if kind in leaves:
        return leaves[kind]
    inner = [random_query(chance, words, depth=depth - 1) for _ in range(chance.randint(2, 4))]
    joined = {12: " ", 13: " OR ", 14: " UND ", 15: " "}[kind].join(inner)
    return f"-({joined})" if kind == 15 else f"({joined})"


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
    st.sampled_from(
        [
            "lang:de",
            "network:feed",
            "author:@Anna",
            "sta*",
            "*ung",
            "*oru*",
            "has:link",
            "domain:a.de",
            "is:reply",
            "😡",
            "京",
        ]
    ),
    st.builds(
        "{} NEAR/{} {}".format,
        st.sampled_from(WORDS),
        st.integers(0, 12),
        st.sampled_from(["b*", "*n", "*ahn*", "ice", "京"]),
    ),
)
any_text = st.one_of(st.text(max_size=200), st.recursive(_leaf, _group, max_leaves=12))
