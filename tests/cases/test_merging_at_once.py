"""A word that comes in while its case is being merged away: it lands in the kept case, on both databases."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from eyelevel.cases import actions, merging
from eyelevel.kernel import clock
from eyelevel.people.models import Staff
from eyelevel.posts.models import Post
from tests.making import case_of, mail_in

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor != 'postgresql'", reason="SQLite has one pen: nothing is written at once"
    ),
]


def test_a_note_written_while_the_case_is_merged_stands_in_the_kept_one():
    mira = Staff.objects.create(name="Mira", role="agent")
    kept, merged = case_of(mail_in("Eins", subject="Eins")), case_of(mail_in("Zwei", subject="Zwei"))
    begun, errors = threading.Event(), []

    def write_a_note():
        try:
            begun.set()
            with transaction.atomic():
                actions.note(merged, staff=mira, text="at the same moment", now=clock.now())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        merging.merge(kept_id=kept.pk, merged_id=merged.pk, by=mira, now=clock.now())
        thread = threading.Thread(target=write_a_note)
        thread.start()
        begun.wait(5)
        thread.join(0.5)
        assert thread.is_alive(), "the note did not wait for the merge"
    thread.join(10)
    assert errors == []
    assert Post.objects.get(text="at the same moment").case_id == kept.pk
