"""Who works at the demo's company and who writes to it. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

from eyelevel.people.reach import Frame


def _(words: str) -> str:
    """Marks words for the catalogue; the page translates them when it is shown."""
    return words


COMPANY = "Nordlicht Mobil"
ADDRESS = "service@nordlicht.example"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    key: str
    name: str
    email: str
    role: str
    language: str
    says: str
    frame: Frame


COLLEAGUES = (
    Colleague(key="mira", name="Mira Lang", email="mira@nordlicht.example", role="agent", language="de",
              says=_("Service, writes German"), frame=Frame(goodwill_case=5_000, goodwill_month=30_000, deadline_days=14)),
    Colleague(key="okafor", name="Chidi Okafor", email="okafor@nordlicht.example", role="agent", language="en",
              says=_("Hotline, writes English"), frame=Frame(goodwill_case=2_000, goodwill_month=10_000)),
    Colleague(key="petra", name="Petra Sommer", email="petra@nordlicht.example", role="agent", language="de",
              says=_("Contract office, writes letters"), frame=Frame(contracts=True, deadline_days=30)),
    Colleague(key="jonas", name="Jonas Weber", email="jonas@nordlicht.example", role="agent", language="de",
              says=_("Social media team"), frame=Frame(goodwill_case=2_000, goodwill_month=10_000)),
    Colleague(key="ruth", name="Ruth Hansen", email="ruth@nordlicht.example", role="operator", language="de",
              says=_("Leads and operates the house"),
              frame=Frame(goodwill_case=50_000, goodwill_month=300_000, contracts=True, deadline_days=90)),
)  # fmt: skip
