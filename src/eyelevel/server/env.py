"""Settings of one installation: environment variables and one TOML file, typed, refused at start when wrong.

`EYELEVEL_PORT=8460` or `port = 8460` in the file that EYELEVEL_CONFIG names (default: eyelevel.toml in the data
folder). Every secret can be read from a file: EYELEVEL_SMTP_OUT_PASSWORD_FILE=/run/secrets/smtp.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "EYELEVEL_"


class MailboxEnv(BaseModel):
    """One IMAP account that is read by IDLE."""

    name: str
    host: str
    port: int = 993
    user: str
    password: SecretStr = SecretStr("")
    password_file: Path | None = None
    tls: Literal["tls", "starttls", "none"] = "tls"
    folder: str = "INBOX"

    def secret(self) -> str:
        if self.password_file is not None:
            return self.password_file.read_text(encoding="utf-8").strip()
        return self.password.get_secret_value()


class Env(BaseSettings):
    """All settings, with their defaults. Sizes in bytes, times in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid")

    home: Path = Field(default=Path("eyelevel-data"), description="the data folder")
    company: str = "Our company"
    database: str = Field(default="", description="postgresql://… ; empty: SQLite in the data folder")
    host: str = "127.0.0.1"
    port: int = Field(default=8460, ge=0, le=65535)
    public_url: str = ""
    hosts: list[str] = Field(default_factory=list, description="further names that requests may ask for")
    language: Literal["de", "en"] = "de"
    zone: str = "Europe/Berlin"
    log: Literal["text", "json"] = "text"

    mail_address: str = "service@localhost"
    smtp_in_host: str = "127.0.0.1"
    smtp_in_port: int = Field(default=0, ge=0, le=65535, description="0: no SMTP intake")
    smtp_in_domains: list[str] = Field(
        default_factory=list, description="accepted recipient domains; empty: that of mail_address"
    )
    lmtp_in_port: int = Field(default=0, ge=0, le=65535, description="0: no LMTP intake")
    smtp_out_host: str = ""
    smtp_out_port: int = 587
    smtp_out_user: str = ""
    smtp_out_password: SecretStr = SecretStr("")
    smtp_out_tls: Literal["tls", "starttls", "none"] = "starttls"
    mailboxes: list[MailboxEnv] = Field(default_factory=list)

    silence_hours: float = Field(
        default=8.0, gt=0, description="service hours without a human word before the alarm"
    )
    promise_notice: bool = Field(
        default=True, description="tell a person by mail before a promise to them breaks"
    )
    heard_days: int = Field(default=30, ge=1, description="how long overheard words that matched are kept")
    undo_seconds: float = Field(default=10.0, ge=0)
    allow_addresses: list[str] = Field(
        default_factory=list, description="private addresses our HTTP client may dial"
    )
    assist_url: str = Field(
        default="",
        description="a language model that speaks chat completions, for second opinions; empty: none is asked",
    )
    assist_model: str = ""
    assist_key: SecretStr = SecretStr("")
    assist_seconds: float = Field(default=30.0, gt=0, le=120)
    trusted_proxies: list[str] = Field(
        default_factory=list, description="whose X-Forwarded-For and -Proto are believed"
    )
    max_upload: int = 25_000_000
    api_per_minute: int = Field(default=600, ge=1, description="requests that one token may make in a minute")
    demo: bool = False

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("database")
    @classmethod
    def _postgres_or_nothing(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://")):
            raise ValueError("expected postgresql://user:password@host:port/name, or nothing for SQLite")
        return value

    @model_validator(mode="after")
    def _demo_stays_here(self) -> Env:
        if self.demo and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ValueError(
                "a demo asks for no second factor, so it listens on loopback only; unset demo or host"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=config_file())
        return (init_settings, env_settings, toml)


def config_file() -> Path:
    """The one TOML file; it may be absent."""
    named = os.environ.get(PREFIX + "CONFIG")
    return Path(named) if named else Path(os.environ.get(PREFIX + "HOME", "eyelevel-data")) / "eyelevel.toml"


def hosts(env: Env) -> list[str]:
    """The names under which pages are served: that of public_url, this machine, the bound address, and `hosts`."""
    bound = [] if env.host in {"", "0.0.0.0", "::"} else [env.host]  # noqa: S104 -- compared, not bound
    named = urlsplit(env.public_url).hostname
    return [
        "localhost",
        "127.0.0.1",
        "[::1]",
        *([named] if named else []),
        *map(_bracketed, bound),
        *env.hosts,
    ]


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def load() -> Env:
    """Read the settings. Raises pydantic.ValidationError naming each wrong setting and what was expected."""
    given: dict[str, Any] = {}
    for name in Env.model_fields:
        path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
        if path:
            given[name] = Path(path).read_text(encoding="utf-8").strip()
    return Env(**given)
