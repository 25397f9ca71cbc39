"""The story of the unreadable scan, told through the doors that every installation has.

Three answers contradict each other, weeks pass in silence, and the customer says so in public. Mails go in by SMTP;
call notes, the letter and the pasted post are entered at the desk over HTTP by the colleagues who log in for it. House
time starts 26 days ago and jumps forward with each act, so that at the end it is now.
"""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid

import structlog

from eyelevel.demo.people import ADDRESS
from eyelevel.demo.visitor import Visitor
from eyelevel.kernel import clock

SECONDS_BETWEEN_ACTS = 2.5
CALL_BACK = "We will call you back by tomorrow noon"

log = structlog.get_logger("demo")


@dataclass(kw_only=True)
class Stage:
    """Where the story is told: the mail door, the web address, and a login for each colleague."""

    smtp_port: int
    base_url: str
    visitors: dict[str, Visitor]
    message_ids: dict[str, str] = field(default_factory=dict)

    def mail(
        self, *, name: str, address: str, subject: str, text: str, key: str, reply_to: str = "",
        scan: tuple[str, bytes] | None = None,
    ) -> None:  # fmt: skip
        """One mail into our own intake, like anybody's."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = f"{name} <{address}>", ADDRESS, subject
        message["Date"] = clock.now()
        message["Message-ID"] = self.message_ids[key] = make_msgid(domain=address.rpartition("@")[2])
        if reply_to:
            message["In-Reply-To"] = message["References"] = self.message_ids[reply_to]
        message.set_content(text)
        if scan is not None:
            message.add_attachment(scan[1], maintype="application", subtype="pdf", filename=scan[0])
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as server:
            server.send_message(message)


Act = tuple[float | None, Callable[[Stage], None]]
"""Days before now, and what happens then; None where the act moves the clock itself."""


def ruth_writes_articles(stage: Stage) -> None:
    """What the house knows in writing: read under /help/, suggested at the desk, and held against drafts."""
    ruth = stage.visitors["ruth"]
    ruth.article(
        "Rufnummer behalten",
        "Ihre Rufnummer bleibt beim Wechsel des Tarifs erhalten. Der Wechsel kostet nichts und dauert zwei Werktage. "
        "Ihr alter Tarif läuft weiter, bis der neue gilt.",
        language="de",
    )
    ruth.article(
        "Reading an invoice",
        "An invoice lists the monthly price of the contract and what was used beside it. Invoices come on the first "
        "working day of the month. Every invoice stays on the receipt page for ten years.",
        language="en",
    )


def jana_writes(stage: Stage) -> None:
    stage.mail(
        key="jana-1", name="Jana Petersen", address="jana.petersen@post.example",
        subject="Vertrag umstellen, Rufnummer behalten",
        text="Guten Tag,\n\nanbei der unterschriebene Vertrag, zwei Seiten. Bitte bestätigen Sie mir, dass ich meine "
        "Rufnummer behalte und der neue Tarif zum Monatsanfang gilt.\n\nViele Grüße\nJana Petersen\n",
        scan=("Vertrag_unterschrieben.pdf", SCAN),
    )  # fmt: skip


def tom_writes(stage: Stage) -> None:
    stage.mail(
        key="tom-1", name="Tom Whitfield", address="tom.whitfield@mail.example", subject="Invoice 2231 is wrong",
        text="Hello,\n\nmy invoice says 49.90 EUR, the contract says 39.90 EUR. Which one is right?\n\nTom Whitfield\n",
    )  # fmt: skip


def hotline_reassures(stage: Stage) -> None:
    case = stage.visitors["okafor"].case_about("Vertrag umstellen")
    stage.visitors["okafor"].call_note(
        case, heard="Fragt, ob der Vertrag angekommen ist.",
        said="Ihre Unterlagen sind vollständig angekommen. Wir rufen Sie am Dienstag bis 12 Uhr zurück.",
    )  # fmt: skip


def okafor_answers_tom(stage: Stage) -> None:
    okafor = stage.visitors["okafor"]
    okafor.answer(
        okafor.case_about("Invoice 2231"),
        "Hello Tom,\n\nyou are right: the contract says 39.90 EUR, and we will refund 10.00 EUR by Friday.\n\n"
        "Chidi Okafor\n",
    )


def okafor_calls_tom(stage: Stage) -> None:
    okafor = stage.visitors["okafor"]
    okafor.call_note(
        okafor.case_about("Invoice 2231"),
        heard="Asks when the money comes.",
        said=f"I will look after it. {CALL_BACK}.",
    )


def the_call_comes_near(stage: Stage) -> None:
    """Its owner is reminded."""
    _let_it_come(stage, timedelta(minutes=50), until="due soon")


def tom_is_told(stage: Stage) -> None:
    """Nothing happened, so Tom gets a mail before the time is over."""
    _let_it_come(stage, timedelta(minutes=10), until="delivered")


def the_call_is_late(stage: Stage) -> None:
    _let_it_come(stage, -timedelta(minutes=5), until="▲ late")


def _let_it_come(stage: Stage, before: timedelta, *, until: str) -> None:
    """The clock goes to so long before Tom is to be called, and the ledger says `until`."""
    okafor = stage.visitors["okafor"]
    case = okafor.case_about("Invoice 2231")
    due, _state = okafor.promise(case, CALL_BACK)
    clock.stand_apart(due - before - clock.real_now())
    okafor.wait_for_promise(case, CALL_BACK, until=until)


def contract_office_refuses(stage: Stage) -> None:
    petra = stage.visitors["petra"]
    petra.our_letter(
        petra.case_about("Vertrag umstellen"),
        "Sehr geehrte Frau Petersen, die Kopien Ihrer Unterlagen sind nicht lesbar. Ihre Unterlagen sind damit "
        "unvollständig, und eine Vertragsumstellung ist nicht möglich.",
    )


def waldmeister_has_an_idea(stage: Stage) -> None:
    Visitor(stage.base_url).fill_form(
        subject="Idee: Vertrag pausieren", name="waldmeister",
        text="Ich bin drei Monate auf See. Kann man den Vertrag so lange pausieren, statt ihn zu kündigen?",
        language="de",
    )  # fmt: skip


def jana_goes_public(stage: Stage) -> None:
    jonas = stage.visitors["jonas"]
    jonas.pasted_post(
        jonas.case_about("Vertrag umstellen"), author="@jana", url="https://social.example/@jana/1",
        text="Tag 21 bei Nordlicht Mobil. Am Telefon hieß es „vollständig angekommen“, im Brief „nicht lesbar“. "
        "Zurückgerufen hat niemand. Was stimmt denn nun?",
    )  # fmt: skip


def social_team_guesses(stage: Stage) -> None:
    jonas = stage.visitors["jonas"]
    jonas.our_public_answer(
        jonas.case_about("Vertrag umstellen"), url="https://social.example/@nordlicht/1",
        text="Hallo Jana, ich kenne den Vorgang nicht genau, aber vermutlich war es ein Fehler bei der Digitalisierung "
        "in unserem Haus. Die Vertragsumstellung ist möglich.",
    )  # fmt: skip


def jana_asks_again(stage: Stage) -> None:
    stage.mail(
        key="jana-2", name="Jana Petersen", address="jana.petersen@post.example", reply_to="jana-1",
        subject="Re: Vertrag umstellen, Rufnummer behalten",
        text="Guten Tag,\n\nich habe jetzt drei verschiedene Antworten. Sind meine Unterlagen da oder nicht? Und wer "
        "ruft mich an?\n\nJana Petersen\n\nAm 01.11. schrieb Nordlicht Mobil:\n> Ihre Nachricht ist bei uns "
        "angekommen.\n",
    )  # fmt: skip


def tom_asks_again(stage: Stage) -> None:
    stage.mail(
        key="tom-2", name="Tom Whitfield", address="tom.whitfield@mail.example", reply_to="tom-1",
        subject="Re: Invoice 2231 is wrong",
        text="Hello,\n\nthe refund has not arrived, and nobody called. Was it 10.00 EUR, and which Friday did you mean?\n\nTom\n",
    )  # fmt: skip


ACTS: tuple[Act, ...] = (
    (26.0, ruth_writes_articles),
    (24.0, jana_writes),
    (23.2, hotline_reassures),
    (16.0, tom_writes),
    (15.7, okafor_answers_tom),
    (15.6, okafor_calls_tom),
    (None, the_call_comes_near),
    (None, tom_is_told),
    (None, the_call_is_late),
    (12.0, contract_office_refuses),
    (6.0, waldmeister_has_an_idea),
    (3.0, jana_goes_public),
    (2.9, social_team_guesses),
    (0.3, tom_asks_again),
    (0.02, jana_asks_again),
)


async def tell(stage: Stage, *, speed: float, stop: asyncio.Event) -> None:
    """Play all acts, `speed` times as fast as within half a minute; then house time is real time."""
    pause = SECONDS_BETWEEN_ACTS / max(speed, 0.001)
    for days, act in ACTS:
        if stop.is_set():
            return
        if days is not None:
            clock.stand_apart(-timedelta(days=days))
        await asyncio.to_thread(act, stage)
        log.info("act", name=act.__name__, days_ago=days)
        await asyncio.sleep(pause)
    clock.stand_apart(timedelta(0))
    log.info("the story has been told; now it is your turn")


def _pdf(lines: list[str]) -> bytes:
    """A small one-page PDF with a few lines of text."""
    text = "BT /F1 14 Tf 72 760 Td 20 TL " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    font = "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {font} >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
    ]
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{table}{end}").encode("latin-1")


SCAN = _pdf(["Mobilfunkvertrag", "Jana Petersen", "Tarif: Nordlicht M", "Unterschrift: J. Petersen"])
