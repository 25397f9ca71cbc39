"""The room "cases" as a Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "eyelevel.cases"
    label = "cases"
