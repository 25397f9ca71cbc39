"""The addresses that anybody may open."""

from __future__ import annotations

from django.urls import path

from eyelevel.public.views import articles, contact, enter, front, guest, hook, keys, leave_out, receipt

urlpatterns = [
    path("", front.front, name="front"),
    path("readers/", front.readers, name="readers"),
    path("contact/", contact.contact, name="contact"),
    path("not-heard/", leave_out.leave_out, name="leave-out"),
    path("receipt/", receipt.receipt, name="receipt"),
    path("receipt/reply/", receipt.reply, name="receipt-reply"),
    path("receipt/helped/", receipt.helped, name="receipt-helped"),
    path("receipt/file/", receipt.file, name="receipt-file"),
    path("receipt/transcript/", receipt.transcript, name="receipt-transcript"),
    path("receipt/of/<int:number>/", receipt.preview, name="case-outside"),
    path("receipt/of/<int:number>/transcript/", receipt.transcript_outside, name="case-transcript"),
    path("keys/", keys.shown, name="keys"),
    path(".well-known/eyelevel-keys.json", keys.listed, name="keys-listed"),
    path("help/", articles.articles, name="help"),
    path("help/<str:public_id>/", articles.article, name="help-article"),
    path("guest/", guest.guest, name="guest"),
    path("guest/answer/", guest.answer, name="guest-answer"),
    path("guest/file/", guest.file, name="guest-file"),
    path("hooks/<str:public_id>/", hook.hook, name="hook-in"),
    path("enter/", enter.enter, name="enter"),
    path("setup/", enter.setup, name="setup"),
]
