"""The room "listening" as a Django app."""

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "eyelevel.listening"
    label = "listening"
