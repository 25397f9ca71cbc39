"""What was decided goes to the address outside that carries it out; where there is none it becomes a task."""

from __future__ import annotations

import json

from eyelevel.cases import deciding
from eyelevel.cases.deciding_models import Decision
from eyelevel.hooks import actions, reads, rules
from eyelevel.hooks.models import Subscription
from eyelevel.kernel import clock, facts
from eyelevel.kernel.models import Fact


def carry_out(fact: Fact) -> facts.Effect | None:
    """Step: the way on which a decision is carried out. The Sending waits until it can no longer be taken back."""
    row = (
        Decision.objects.select_related("case__person", "by", "mandate")
        .filter(pk=fact.data["decision"])
        .first()
    )
    if row is None:
        return None
    hook = reads.who_carries_out()
    if hook is None:
        return lambda: deciding.becomes_a_task(row.pk, now=clock.now())
    body = body_of(row, fact_id=fact.pk, with_content=hook.with_content)
    return lambda: _queue(hook, row, fact_id=fact.pk, body=body)


def _queue(hook: Subscription, row: Decision, *, fact_id: int, body: str) -> None:
    message_id = rules.hook_id(subscription=hook.public_id, fact_id=fact_id)
    if deciding.leaves_by(row.pk, message_id=message_id):
        actions.queue_decision(
            hook, (message_id, rules.DECISION, body), case_id=row.case_id, now=clock.real_now(), not_before=row.leaves_at
        )  # fmt: skip


def body_of(row: Decision, *, fact_id: int, with_content: bool) -> str:
    """What is to be done, for whom, on whose word. `decision` is the key by which the receiver does it once."""
    person = row.case.person
    said = {
        "fact": fact_id, "things": [f"case:{row.case_id}"], "case": row.case_id, "decision": row.public_id,
        "person": person.public_id if person is not None else None, "kind": row.kind, "amount_cents": row.cents,
        "currency": row.currency, "days": row.days, "decided_by": row.by_id,
        "frame_version": row.mandate.version if row.mandate is not None else None, "first_contact": row.first_contact,
    }  # fmt: skip
    if with_content:
        said["content"] = {"subject": row.case.subject, "words": row.words}
    return json.dumps(
        {"type": rules.DECISION, "timestamp": row.at.isoformat(), "data": said}, ensure_ascii=False
    )
