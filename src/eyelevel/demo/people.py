"""Who works at the demo's company and who writes to it. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass

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


COLLEAGUES = (
    Colleague(key="mira", name="Mira Lang", email="mira@nordlicht.example", role="agent", language="de",
              says="Service, schreibt Deutsch"),
    Colleague(key="okafor", name="Chidi Okafor", email="okafor@nordlicht.example", role="agent", language="en",
              says="Hotline, writes English"),
    Colleague(key="petra", name="Petra Sommer", email="petra@nordlicht.example", role="agent", language="de",
              says="Vertragsabteilung, schreibt Briefe"),
    Colleague(key="jonas", name="Jonas Weber", email="jonas@nordlicht.example", role="agent", language="de",
              says="Social-Media-Team"),
    Colleague(key="ruth", name="Ruth Hansen", email="ruth@nordlicht.example", role="operator", language="de",
              says="Leitung und Betrieb"),
)  # fmt: skip
