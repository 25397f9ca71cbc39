"""What only the demo has: who to be, where its mail lands, and a clock that can be moved on."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from eyelevel.demo import sink
from eyelevel.demo.frame import page
from eyelevel.demo.people import COLLEAGUES
from eyelevel.kernel import clock, text
from eyelevel.kernel.writer import write
from eyelevel.people import actions as people
from eyelevel.people.models import Login
from eyelevel.word.models import Promise

MOST_TEXT = 20_000
HALF_AN_HOUR, BEFORE = timedelta(minutes=30), timedelta(minutes=50)


class EnterAs(HttpResponseRedirect):
    """307: the browser posts on, so that the login page logs in without another click."""

    status_code = 307


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose a colleague; in the demo nobody needs a password."""
    if request.method != "POST":
        return page(request, "demo/start", colleagues=COLLEAGUES, house_time=clock.now())
    chosen = next((one for one in COLLEAGUES if one.key == request.POST.get("who")), None)
    login = Login.objects.filter(email=chosen.email).first() if chosen else None
    if login is None:
        raise Http404
    token = write(people.new_login_link, login, now=clock.real_now(), valid=people.A_DAY)
    return EnterAs(f"{reverse('enter')}?token={token}")


@require_POST
def let_time_pass(request: HttpRequest) -> HttpResponse:
    """The clock of the demo goes half an hour on, or to just before the next promise is due."""
    to = clock.now() + HALF_AN_HOUR
    if request.POST.get("to") == "promise":
        row = Promise.objects.filter(outcome="", due_to__gt=clock.now()).order_by("due_to").first()
        if row is None:
            raise Http404
        to = max(row.due_to - BEFORE, clock.now())
    clock.stand_apart(to - clock.real_now())
    return HttpResponseRedirect(reverse("demo"))


@require_http_methods(["GET", "HEAD", "POST"])
def post(request: HttpRequest) -> HttpResponse:
    """What has left by mail; answering here goes through our own intake, like any mail."""
    if request.method != "POST":
        return page(request, "demo/post", mails=list(sink.landed))
    wanted = request.POST.get("message_id", "")
    mail = next((one for one in sink.landed if one.message_id == wanted), None)
    words = text.clean(request.POST.get("text", ""))[:MOST_TEXT]
    if mail is None or not words.strip():
        raise Http404
    reply(mail, words)
    return HttpResponseRedirect(reverse("demo-post"))


def reply(mail: sink.Mail, words: str) -> None:
    """The customer answers: to the Reply-To, with the references and the quoted text that mail programs add."""
    message = EmailMessage()
    address = parseaddr(mail.to)[1]
    message["From"], message["To"] = mail.to, mail.reply_to or mail.sender
    message["Subject"] = f"Re: {mail.subject.removeprefix('Re: ')}"
    message["Date"], message["Message-ID"] = (
        clock.now(),
        make_msgid(domain=address.rpartition("@")[2] or "post.example"),
    )
    message["In-Reply-To"], message["References"] = (
        mail.message_id,
        f"{mail.references} {mail.message_id}".strip(),
    )
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    message.set_content(f"{words}\n\nAm {mail.at:%d.%m.%Y} schrieb {mail.sender}:\n{quoted}\n")
    with smtplib.SMTP("127.0.0.1", settings.ENV.smtp_in_port, timeout=20) as server:
        server.send_message(message, from_addr=address, to_addrs=[parseaddr(mail.reply_to or mail.sender)[1]])
