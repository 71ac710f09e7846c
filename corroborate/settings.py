"""The one place that reads settings: environment first, then ``corroborate.toml``.

Each setting is ``CORROBORATE_<NAME>`` in the environment, or ``<name>``, in small or
capital letters, in ``corroborate.toml`` in the working directory, else in the user's
configuration folder (``CORROBORATE_CONFIG`` names another file).
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from corroborate.errors import SettingsError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Record = TypeVar("_Record", bound="DataclassInstance")

PREFIX = "CORROBORATE_"
FILE = "corroborate.toml"

#: What a URL has before its host, and a key in its query. A password may have an @ or a / that
#: should have been escaped; a path may have a name in it (``/feed/@somebody``). Strangers choose
#: what is searched: no character is looked at more than a few times, however it repeats.
_LOGIN = re.compile(r"(?<!\S)((?>\S*?://))\S*[^/\s](?=@)")
_KEY = re.compile(
    r"(?<=[?&])([^?=&\s]*(?:key|token|secret|password|auth|sig|signature)=)[^&#\s]+",
    re.IGNORECASE,
)
#: An address without its scheme: no folder is meant.
_HOST_AND_PORT = re.compile(r"[\w.-]{2,}:\d+(?:/|$)")

_Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Settings(BaseSettings):
    """Everything a user can set. Use :func:`load`, which names the culprit on errors."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    store: str = Field(
        default_factory=lambda: platformdirs.user_data_dir("corroborate", appauthor=False),
        description="Where articles are kept: a folder, or the URL of an Elasticsearch.",
    )
    embedder: str = Field(
        "shipped",
        min_length=1,
        description="Embedding model: 'shipped', or a sentence-transformers name or folder.",
    )
    judge: str = Field(
        "shipped",
        min_length=1,
        description="Stance model: 'shipped', or a three-way cross-encoder's name or folder.",
    )
    threads: int = Field(
        0, ge=0, le=256, description="Processor threads for the models; 0: as many as there are."
    )
    window_days: int = Field(
        14,
        ge=0,
        le=36_500,
        description="Search passages published within so many days of the article; 0: any day.",
    )
    hits: int = Field(
        12,
        ge=1,
        le=200,
        description="Passages judged for each claim; more only with other figures or denials.",
    )
    max_claims: int = Field(
        80, ge=1, le=1_000, description="Claims of one article that are checked, at most."
    )
    contact: str = Field(
        "",
        max_length=200,
        description="Your web or mail address, for the User-Agent: site owners can reach you.",
    )
    pace: _Seconds = Field(5.0, description="Seconds between two requests to the same host.")
    timeout: _Seconds = Field(30.0, description="Seconds that fetching one page may take.")
    max_page_bytes: int = Field(
        8_000_000, ge=10_000, description="Largest page, in bytes after decompression."
    )
    redis: str = Field(
        "", description="Redis of the Celery workers: redis://host:6379/0; empty: no workers."
    )
    lost_after: int = Field(
        3600,
        ge=5,
        le=86_400,
        description="Seconds after which work that a worker took and never ended is given on.",
    )
    metrics_port: int = Field(
        0, ge=0, le=65_535, description="Port on which workers answer Prometheus; 0: none."
    )
    allow_private: bool = Field(
        default=False,
        description="Allow URLs of private addresses (tests, intranets). Unsafe on a server.",
    )
    host: str = Field(
        "127.0.0.1", min_length=1, description="Address that 'corroborate serve' answers on."
    )
    port: int = Field(8000, ge=0, le=65_535, description="Port of 'corroborate serve'.")
    hosts: str = Field(
        "",
        description="Names that the web is reached by, separated by commas; its addresses "
        "and localhost need none.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        description="What a visitor must know to change feeds on the web; empty: nobody can.",
    )
    submissions: int = Field(
        20, ge=1, description="Articles that one client of the web may submit in a minute."
    )
    max_upload_bytes: int = Field(
        2_000_000, ge=10_000, description="Largest request to the web, in bytes."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="Least severe log line that is written to standard error."
    )

    @field_validator("store", mode="after")
    @classmethod
    def _expand(cls, value: str) -> str:
        if "://" in value:
            return value
        if not value.strip():
            raise ValueError("must name a folder")
        if _HOST_AND_PORT.match(value):
            raise ValueError(f"an address of Elasticsearch begins with http: http://{value}")
        return str(_expanded(value))

    @field_validator("redis", mode="after")
    @classmethod
    def _named(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://")):
            raise ValueError("an address of Redis begins with redis:// or rediss://")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: overrides, environment, file; no others."""
        del dotenv_settings, file_secret_settings
        file = InitSettingsSource(settings_cls, init_kwargs=_file_values())
        return init_settings, env_settings, file


@dataclass(frozen=True, slots=True)
class Origin:
    """A setting in force, and where its value came from."""

    name: str
    value: Any
    #: "default", "environment", or the file's path.
    source: str
    description: str


def config_file() -> Path | None:
    """Return the settings file in force, if there is one.

    Raises:
        SettingsError: ``CORROBORATE_CONFIG`` names a file that is not there.
    """
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named:
        try:
            path = _expanded(named)
        except ValueError as exc:
            raise SettingsError(f"{PREFIX}CONFIG {exc}") from exc
        if not path.is_file():
            raise SettingsError(f"{PREFIX}CONFIG names {path}, which is not a file")
        return path
    folder = platformdirs.user_config_path("corroborate", appauthor=False)
    return next((p for p in (Path(FILE), folder / FILE) if p.is_file()), None)


def _expanded(path: str) -> Path:
    """Return a path whose ``~`` is the home of the user.

    Raises:
        ValueError: There is no such user.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise ValueError(f"begins with the home of a user who is not known: {path}") from None


def _file_values() -> dict[str, Any]:
    path = config_file()
    if path is None:
        return {}
    try:
        # Editors on Windows begin a file with a byte order mark.
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise SettingsError(f"{path} cannot be read as TOML: {exc}") from exc
    return {name.lower(): value for name, value in values.items()}


def load(**overrides: Any) -> Settings:
    """Return the settings in force.

    Args:
        overrides: Values that win over environment and file; None means not given.

    Raises:
        SettingsError: One line for the first setting that is wrong.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    _refuse_unknown()
    try:
        return Settings(**given)
    except ValidationError as exc:
        error = exc.errors(include_url=False)[0]
        name = str(error["loc"][0]) if error["loc"] else "settings"
        reason = (
            "there is no such setting"
            if error["type"] == "extra_forbidden"
            else error["msg"].removeprefix("Value error, ")
        )
        raise SettingsError(f"setting '{name}' ({_source(name, given)}): {reason}") from exc


def _refuse_unknown() -> None:
    """Refuse misspelt environment variables, which pydantic-settings would ignore."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {f"{PREFIX}CONFIG"}
    for variable in sorted(os.environ):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            raise SettingsError(
                f"{variable} is not a setting; 'corroborate settings' lists those that are"
            )


def _source(name: str, overrides: dict[str, Any]) -> str:
    if name in overrides:
        return "command line"
    if any(variable.upper() == f"{PREFIX}{name}".upper() for variable in os.environ):
        return "environment"
    if name in _file_values():
        return str(config_file())
    return "default"


def explain(settings: Settings) -> list[Origin]:
    """Return every setting with its value, secrets masked, and where that came from."""
    return [
        Origin(name, masked(getattr(settings, name)), _source(name, {}), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def masked(value: Any) -> Any:
    """Return a setting's value without the password or key that a URL in it has."""
    return _LOGIN.sub(r"\1***", _KEY.sub(r"\1***", value)) if isinstance(value, str) else value


def without_secrets(record: _Record) -> _Record:
    """Return a record, such as a feed, in which every text is :func:`masked`."""
    texts = {field.name: masked(getattr(record, field.name)) for field in fields(record)}
    return replace(record, **texts)
