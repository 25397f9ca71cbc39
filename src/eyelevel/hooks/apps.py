"""The room "hooks" as a Django app."""

from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "eyelevel.hooks"
    label = "hooks"
