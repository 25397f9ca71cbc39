"""Run inside of a house that stands still: fills every corner that a move must carry."""

from datetime import time, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings

from eyelevel.cases import actions as cases
from eyelevel.cases import asking, deciding, merging, wishing
from eyelevel.cases.deciding_models import WidenNote
from eyelevel.cases.models import Case
from eyelevel.channels import actions as channels
from eyelevel.channels import source_actions as sources
from eyelevel.channels.contract import Overheard, RawArrival, Receipt
from eyelevel.hooks import actions as hooks
from eyelevel.kernel import clock, signing, store
from eyelevel.kernel.writer import write, write_heard
from eyelevel.knowledge import doubts
from eyelevel.listening import actions as listening
from eyelevel.outbox.lanes import send_due
from eyelevel.people import absences, factors, mandates
from eyelevel.people import actions as people
from eyelevel.people.models import Login
from eyelevel.people.reach import Frame, Lack, Wanted
from eyelevel.posts import actions as posts
from eyelevel.posts import edited
from eyelevel.tokens import actions as tokens
from eyelevel.word import promises
from tests.knowledge.writing import article, revise
from tests.making import case_of, draft, form_in, mail_in, send

ROUNDS = 1
signing.renew(settings.KEYS, now=clock.now())

ruth_login = Login.objects.create_user("ruth@nordlicht.example", "drei Wochen Stille")
ruth = people.seat(
    login=ruth_login, name="Ruth Hansen", role="operator", language="de", now=clock.now(), by="setup"
)
mira = people.seat(
    login=Login.objects.create_user("mira@nordlicht.example", "drei Wochen Stille"),
    name="Mira Lang",
    role="agent",
    language="de",
    now=clock.now(),
    by="setup",
)
Authenticator.objects.create(
    user=ruth_login, type="totp", data={"secret": factors.concealed("JBSWY3DPEHPK3PXP")}
)
EmailAddress.objects.create(user=ruth_login, email=ruth_login.email, verified=True, primary=True)
people.set_service_hours([(0, time(8), time(18)), (1, time(8, 30), time(12))], now=clock.now(), by="staff:1")

for number in range(ROUNDS):
    jana = f"jana{number}@post.example"
    first = mail_in(
        f"Mein Scan ist unlesbar. „Nr. {number}“ 🙂 \\u0000",
        sender=jana,
        subject="Scan",
        Message_ID=f"<a{number}@post.example>",
    )
    case = case_of(first)
    write(send, case, mira, "Guten Tag, wir sehen nach. Bis Freitag haben Sie Antwort.")
    send_due(
        doors={"mail": lambda one: Receipt(state="delivered", detail="250 ok", at=clock.real_now())},
        now=clock.real_now,
    )
    mail_in(
        "Danke",
        sender=jana,
        subject="Re: Scan",
        In_Reply_To=f"<a{number}@post.example>",
        Message_ID=f"<b{number}@post.example>",
    )
    write(cases.note, case, staff=mira, text="Kennt das Kabel", now=clock.now())
    write(cases.note_call, case, staff=mira, heard="Ruft an", said="Wir rufen zurück", now=clock.now())
    store_digest = store.put(f"scan {number}".encode() * 1000)
    posts.attach(first, [("../../etc/passwd\u202egnp.exe", "image/png", 6000, store_digest)])
    write(edited.note_edited, {first.pk: first.text + " (berichtigt)"}, now=clock.now())
    write(cases.hand_over, case, giver=ruth, taker=mira, note="bitte", now=clock.now())
    waiting = case_of(
        form_in(
            f"Wann kommt der Techniker? {number}", name=f"waldmeister{number}", code_hash=f"{number:064x}"
        )
    )
    write(cases.new_code, waiting, now=clock.now())
    write(cases.snooze, waiting, until=clock.now() + timedelta(days=30), by=mira, now=clock.now())
    closed = case_of(mail_in("Erledigt?", sender=f"c{number}@post.example", subject="Alt"))
    write(cases.close, closed, by=mira, now=clock.now())
    write(cases.reopen, closed, now=clock.now())
    write(cases.close, Case.objects.get(pk=closed.pk), by=None, now=clock.now())
    write(draft, Case.objects.get(pk=closed.pk), mira, "Noch ein Entwurf")
    second = case_of(
        mail_in("Noch etwas", sender=jana, subject="Rechnung", Message_ID=f"<h{number}@post.example>")
    )
    write(merging.merge, kept_id=case.pk, merged_id=second.pk, by=mira, now=clock.now())
    write(
        asking.ask, case, by=mira, name="Kim", address="kim@partner.example", language="de", question="Welcher Scan?",
        post_ids=[first.pk], valid=timedelta(days=7), now=clock.now(), real_now=clock.real_now(),
    )  # fmt: skip
    broken = mail_in(" ", sender=f"d{number}@post.example", subject="x")
    # what waits: an answer that has not left, and a letter that nobody has read yet
    again = case_of(mail_in("Und die Rechnung?", sender=f"e{number}@post.example", subject="Rechnung"))
    said = write(send, again, mira, "Die Rechnung kommt morgen.")
    rings = clock.now() + timedelta(days=30)
    kept_in_mind = promises.Chosen(text="Die Rechnung kommt morgen", due_to=rings)
    [promised] = write(promises.make, said, [kept_in_mind], owner=mira, now=clock.now())
    write(promises.hand_over, promised, to=ruth, by=mira, now=clock.now())
    today = clock.now().date()
    write(
        absences.note,
        mira,
        first_day=today,
        last_day=today + timedelta(days=3),
        deputy=ruth,
        by=ruth,
        now=clock.now(),
    )
    mail_in("Noch ungelesen", sender=f"f{number}@post.example", subject="Neu", work=False)
    mail_in("ein großer Anhang " * 30_000, sender=f"g{number}@post.example", subject="Groß", work=False)
sum_of = Wanted(kind="goodwill", words="Gutschrift", cents=3_000)
frame = mandates.Written(frame=Frame(goodwill_case=5_000, goodwill_month=20_000), shown="what")
write(mandates.write_frame, mira, frame, since=clock.now(), by=ruth, now=clock.now())
task = write(deciding.decide, case, sum_of, by=mira, now=clock.now(), real_now=clock.real_now())
write(deciding.becomes_a_task, task.pk, now=clock.now())
told = write(
    deciding.decide,
    waiting,
    Wanted(kind="other", words="Brief"),
    by=mira,
    now=clock.now(),
    real_now=clock.real_now(),
)
write(deciding.leaves_by, told.pk, message_id="msg_former_1")
lack = Lack(limit="case", allowed=5_000, used=3_000, asked=3_000)
write(wishing.wish, case, sum_of, by=mira, to=ruth, hand=True, lack=lack, now=clock.now())
WidenNote.objects.create(kind="goodwill", at=clock.now(), handed=5, of=9)
channels.keep(
    RawArrival(channel="mail", source="smtp", external_id="empty", raw=b"  ", received_at=clock.now())
)
known = write(
    article,
    mira,
    on=(clock.now() + timedelta(days=90)).date(),
    sources=("https://example.com/agb", f"post:{said.pk}"),
)
write(revise, known, ruth, "Sie haben 14 Tage.")
write(doubts.doubt, known, reason="30 oder 14 Tage?", by=ruth, now=clock.now())
watch = write(
    listening.make_watch, name="Scan", query="scan", opens_cases=False, by="staff:1", now=clock.now()
)
word = Overheard(
    network="bluesky", source="x", external_id="at://1", author="did:1", text="Scan", at=clock.now()
)
write_heard(
    listening.keep_matched, [listening.Found(word=word, watches=(watch.pk,), author=7)], gone=[], judged=frozenset({watch.pk}),
    counts={}, now=clock.now(),
)  # fmt: skip
write(sources.connect, kind="webhook", name="Monitor", secret="whsec_x", by="staff:1", now=clock.now())
write(
    hooks.subscribe, url="https://example.com/", kinds=["case.opened"], with_content=False, settled=0, by="staff:1",
    now=clock.now(),
)  # fmt: skip
write(
    tokens.make,
    owner=ruth,
    name="script",
    scopes=["cases:read"],
    days=30,
    now=clock.now(),
    real_now=clock.real_now(),
)
