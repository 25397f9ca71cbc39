"""The search as a Django app of its own: its tables can be created in every database file that holds findable things."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "eyelevel.kernel.search"
    label = "search"
