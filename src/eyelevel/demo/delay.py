"""What the open web says while the demo runs: routers that were promised for Friday and do not come.

All words and people are invented. The first voices are few; then others confirm the same from their own doorstep, and
by the end it is an avalanche that nobody had to look for. Between them is what always is: praise, prices, football.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Line:
    """One word on the net: seconds after the story's start (at speed 1), who, in which language, what."""

    second: float
    author: str
    language: str
    text: str
    answers: int | None = None  # the place in the list of the line that it answers


WATCHES: Sequence[tuple[str, str]] = (
    ("Nordlicht", "nordlicht*"),
    (
        "Lieferung · Delivery",
        'nordlicht* AND (router OR *liefer* OR paket OR "nicht angekommen" OR deliver* OR parcel)',
    ),
    ("Rechnung · Invoice", "nordlicht* AND (*rechnung* OR abgebucht OR invoice OR refund*)"),
    (
        "Wechsel · Leaving",
        "nordlicht* AND (kündig* OR wechsle OR gekündigt OR cancel* OR leaving) NOT lang:nl",
    ),
)

_SAID: Sequence[tuple[float, str, str, str]] = (
    (2, "tine.k", "de", "Neuer Router von Nordlicht Mobil bestellt, soll am Freitag kommen. Bin gespannt."),
    (5, "harbour.rob", "en", "Nordlicht Mobil says my router arrives Friday. Cautiously optimistic."),
    (9, "moritz_b", "de", "Freitag, 18 Uhr. Kein Paket von Nordlicht. Sendungsnummer unbekannt. Na ja."),
    (13, "wolke7", "de", "Schönes Netz an der Küste, danke Nordlicht! Endlich Empfang am Deich."),
    (16, "sven.d", "de", "@moritz_b Bei mir auch nichts. Liefertermin war heute, Nordlicht schickt keine Nachricht."),
    (19, "anna-lena", "de", "Hat noch jemand keinen Router von Nordlicht bekommen? Hotline sagt, er sei unterwegs."),
    (22, "harbour.rob", "en", "No parcel from Nordlicht today. Tracking page: 'number not found'. Anyone else?"),
    (25, "priya.m", "en", "@harbour.rob same here, router promised for Friday, nothing from Nordlicht, no mail either"),
    (28, "deichkind_fan", "de", "Wer kommt Samstag mit zum Konzert? Habe noch zwei Karten."),
    (30, "uwe.h", "de", "Nordlicht: Lieferung heute zugesagt, jetzt heißt es Dienstag. Dafür Urlaub genommen."),
    (33, "tine.k", "de", "Auch bei mir kein Router. Nordlicht, was ist da los?"),
    (36, "jule.w", "de", "Bestätige: Bremen, Nordlicht-Router für Freitag versprochen, nicht angekommen."),
    (39, "kai.n", "de", "Kiel hier. Liefertermin von Nordlicht verstrichen, keine Info. Home Office am Montag kann ich vergessen."),
    (42, "moritz_b", "de", "Nordlicht-Hotline, dritte Auskunft: erst Zoll, dann Lager, jetzt 'technischer Fehler'. Router fehlt weiter."),
    (45, "elif.s", "de", "Bei uns im Haus warten vier Parteien auf den Router von Nordlicht. Keiner ist da."),
    (48, "oskar_p", "de", "Meine Rechnung von Nordlicht ist da. Der Router nicht. Abgebucht haben sie schon."),
    (51, "grace.t", "en", "Nordlicht charged me for a router that was never delivered. Refund please."),
    (54, "fjord77", "de", "Kommentar unter dem Nordlicht-Beitrag geschrieben, sachlich. Wurde als Spam entfernt. Ernsthaft?"),
    (57, "sven.d", "de", "@fjord77 Meiner ist auch weg. Ich hatte nur nach meinem Liefertermin bei Nordlicht gefragt."),
    (60, "nora.b", "de", "Ich kündige bei Nordlicht, wenn am Montag kein Router da ist. Zwei Wochen ohne Internet reichen."),
    (62, "lars.v", "de", "Nordlicht liefert nicht, Teil 9: auch in Flensburg kein Router."),
    (64, "mila.r", "de", "Gleiches Problem, Rostock. Nordlicht hat die Lieferung ohne ein Wort verschoben."),
    (66, "ben.o", "en", "Third neighbour without a Nordlicht router. That is not one lost parcel, that is a pattern."),
    (68, "hanne.j", "de", "Meine Mutter (78) wartet auf den Nordlicht-Router und kann nicht telefonieren. Bitte meldet euch."),
    (70, "tine.k", "de", "Nordlicht antwortet mit einem Textbaustein: 'Wir bedauern die Unannehmlichkeiten.' Wann kommt der Router?"),
    (72, "priya.m", "en", "Nordlicht just told me Tuesday. They told my flatmate Thursday. Same order, same router."),
    (74, "rolf.e", "de", "Auch kein Router von Nordlicht, auch keine Nachricht. Lübeck."),
    (75, "svea", "de", "Bei mir genauso, Stralsund. Lieferung Nordlicht: Fehlanzeige."),
    (76, "pit.a", "de", "Hier Husum: Router von Nordlicht fehlt seit Freitag."),
    (77, "amira.l", "de", "Oldenburg dito. Nordlicht, sagt doch einfach, wann das Paket kommt."),
    (78, "greta.z", "de", "Nordlicht-Router immer noch nicht da. Was mich ärgert, ist nicht die Verspätung, sondern das Schweigen."),
    (79, "jan.f", "de", "Wechsle weg von Nordlicht, wenn das so bleibt. Lieferung zugesagt, nichts passiert."),
    (80, "tom.whit", "en", "Cancelled my Nordlicht order. No router, three different delivery dates, no answer."),
    (81, "ole.m", "de", "Emden: Nordlicht-Paket auch nicht angekommen."),
    (82, "kim.s", "de", "Router? Nordlicht? Hier auch nicht. Wilhelmshaven."),
    (83, "lena.q", "de", "Hamburg-Altona, gleiche Lage. Nordlicht hat für Freitag zugesagt, wir haben Dienstag."),
    (84, "ida.b", "de", "Ich habe meinen Router von Nordlicht bekommen! Kam heute früh. Vielleicht löst es sich gerade?"),
    (85, "moritz_b", "de", "@ida.b Glückwunsch. Meiner liegt laut Nordlicht 'im Verteilzentrum'. Seit Freitag."),
    (86, "aylin.c", "de", "Nordlicht: kein Router, keine Antwort, aber Werbung für den nächsten Tarif. Danke auch."),
    (87, "nils.p", "de", "Auch Cuxhaven wartet auf den Nordlicht-Router."),
    (88, "marta.g", "de", "Heide in Holstein: nichts. Nordlicht, hallo?"),
    (89, "dave.k", "en", "Add me to the list: Nordlicht router not delivered, Kiel."),
    (90, "jule.w", "de", "Ich sammle mal: 23 Leute ohne Router von Nordlicht allein in meinem Umfeld. Das ist kein Einzelfall."),
)  # fmt: skip

_CHATTER: Sequence[tuple[str, str]] = (
    ("de", "Regen an der Elbe, Tee auf dem Tisch, {what} im Radio."),
    ("de", "Wer hat {what} von gestern Abend gesehen? Ich sage nur: Abpfiff."),
    ("de", "Suche ein gutes Rezept für {what}, gern ohne Ofen."),
    ("de", "Die Bahn hat heute {what} gebracht, und zwar pünktlich. Ich bin beeindruckt."),
    ("en", "Reading about {what} on the ferry. The sea is calm today."),
    ("en", "Does anyone have a spare ticket for {what}? Asking for a friend."),
    ("en", "My cat has opinions about {what}. Strong ones."),
    ("nl", "Vandaag weer {what} op de markt, lekker weer erbij."),
)
_WHATS = (
    "Birnenkuchen",
    "das Derby",
    "the lighthouse",
    "Grünkohl",
    "the new album",
    "Wattwandern",
    "Fischbrötchen",
    "jazz",
)


def lines() -> Sequence[Line]:
    """The story's words in their order; whoever begins with @name answers the newest word of that name."""
    told: list[Line] = []
    newest: dict[str, int] = {}
    for second, author, language, words in _SAID:
        asked = words[1:].split(" ", 1)[0] if words.startswith("@") else ""
        told.append(
            Line(second=second, author=author, language=language, text=words, answers=newest.get(asked))
        )
        newest[author] = len(told) - 1
    return told


def chatter(*, per_second: float, seconds: float, seed: int = 11) -> Iterator[Line]:
    """What the rest of the net says meanwhile: made from a few patterns, matched by no watch."""
    chance, second, number = random.Random(seed), 0.0, 0  # noqa: S311 -- the same small talk at each start
    while True:
        second += chance.expovariate(per_second)
        if second > seconds:
            return
        language, pattern = chance.choice(_CHATTER)
        number += 1
        yield Line(
            second=second, author=f"someone{chance.randrange(400)}", language=language,
            text=f"{pattern.format(what=chance.choice(_WHATS))} ({number})",
        )  # fmt: skip
