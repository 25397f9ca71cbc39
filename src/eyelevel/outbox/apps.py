"""The room "outbox" as a Django app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "eyelevel.outbox"
    label = "outbox"
