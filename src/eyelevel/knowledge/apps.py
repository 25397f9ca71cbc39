"""The room "knowledge" as a Django app."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "eyelevel.knowledge"
    label = "knowledge"
