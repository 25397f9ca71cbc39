"""The whole road on one page: which step follows which fact.

    channel ─▶ door ─▶ arrival.kept ─▶ post.kept ─▶ case.opened / case.joined ─▶ desk ─▶ answer.approved ─▶ outbox

    source ─▶ heard.wanted (a watch that opens cases) or a click on the radar ─▶ case.opened ─▶ heard.became ─▶ radar

A fact and its steps are rows of the transaction that made the fact true; each step is one idempotent function in one
actions.py. Read it from top to bottom: that is the order in which a letter travels. What leaves is not a step but a
Sending, worked by the outbox.
"""

from __future__ import annotations

from eyelevel.answers import actions as answers
from eyelevel.answers import articles, foretelling
from eyelevel.cases import actions as cases
from eyelevel.cases import asking, bulk, overheard
from eyelevel.hooks import decisions
from eyelevel.kernel.facts import Work
from eyelevel.knowledge import doubts
from eyelevel.listening import became, leaving
from eyelevel.moving import mails
from eyelevel.people import left_out
from eyelevel.posts import actions as posts
from eyelevel.posts import withdrawn
from eyelevel.word import canned, promises, standing_in

ROAD: dict[str, tuple[Work, ...]] = {
    "arrival.kept": (posts.read_arrival,),
    "arrival.retried": (posts.read_arrival,),
    "import.retried": (mails.read_again,),
    "post.kept": (cases.open_or_join,),
    "bounce.kept": (answers.take_bounce,),
    "heard.deleted_by_author": (withdrawn.mark_deleted,),
    "post.withdrawn": (overheard.forget_title,),
    "heard.wanted": (overheard.open_wanted,),
    "heard.became": (became.mark_became,),
    "left_out.asked": (left_out.lapse,),
    "left_out.began": (leaving.forget_author,),
    "case.decided": (decisions.carry_out,),
    "case.opened": (answers.acknowledge,),
    "case.waits": (cases.raise_silence_alarm,),
    "case.snoozed": (cases.wake,),
    "cases.changed_together": (bulk.wake_together,),
    "case.asked": (asking.remind,),
    "guest.kept": (asking.take_reply,),
    "promise.made": (promises.remind,),
    "promise.moved": (promises.remind,),
    "promise.due_soon": (promises.lapse,),
    "answer.approved": (canned.learn,),
    "post.entered": (canned.learn,),
    "case.imported": (canned.learn,),
    "moving.imported": (canned.learn_all,),
    "moving.answers_learnt": (canned.learn_all,),
    "article.date_set": (doubts.fall_due,),
    "answer.leaving": (articles.compare,),
    "owner.asked": (foretelling.foretell,),
    "absence.noted": (standing_in.begin,),
}
