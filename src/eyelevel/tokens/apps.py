"""The room "tokens" as a Django app."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "eyelevel.tokens"
    label = "tokens"
