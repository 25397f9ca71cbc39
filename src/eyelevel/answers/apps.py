"""The room "answers" as a Django app."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "eyelevel.answers"
    label = "answers"
