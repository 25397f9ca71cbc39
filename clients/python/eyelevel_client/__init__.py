"""A typed client for the API of an Eyelevel server, on the standard library alone."""

from eyelevel_client.client import Eyelevel
from eyelevel_client.problems import (
    BeyondFrame,
    Broken,
    Busy,
    Forbidden,
    KeyReused,
    NewRecipient,
    NotFound,
    NotValid,
    Objected,
    Problem,
    SaidMeanwhile,
    TooLate,
    TooMany,
    Unauthorized,
    Unreachable,
)

__all__ = [
    "BeyondFrame",
    "Broken",
    "Busy",
    "Eyelevel",
    "Forbidden",
    "KeyReused",
    "NewRecipient",
    "NotFound",
    "NotValid",
    "Objected",
    "Problem",
    "SaidMeanwhile",
    "TooLate",
    "TooMany",
    "Unauthorized",
    "Unreachable",
]
