"""The room "word" as a Django app."""

from django.apps import AppConfig


class WordConfig(AppConfig):
    name = "eyelevel.word"
    label = "word"
