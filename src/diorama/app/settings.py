"""Settings: everything that can be set about a running Diorama, with its default, range and environment variable."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from diorama.flow.selection import HOST_PATTERN
from diorama.model.errors import DioramaError

ENVIRONMENT_PREFIX = "DIORAMA_"

Validation = Literal["off", "warn", "on"]


class Settings(Struct, frozen=True, kw_only=True):
    """How one process serves.

    Attributes:
        sources: documents, folders or URLs to serve; one project folder for ``serve``.
        stateless: what ``diorama mock`` is: nothing is kept on disk, replies come from the document alone.
        host: address to listen on.
        port: 0 to 65,535; 0 takes a free one.
        dynamic: whether replies are generated anew for each exchange instead of taken from examples.
        errors: whether a reply that breaks the document's rules is answered with a 500 that explains it.
        cors: whether cross-origin requests are allowed.
        fill_properties: whether generated objects get additional properties that the document allows but does not name.
        validation: what happens to requests that break the document's rules.
        unknown_ids: what happens under ``serve`` when a client names an item that there is not: ``refuse`` or ``make``.
        locale: language and country of believable people and places: ``en``, ``en-gb``, ``de``, ``pt-br``, …
        data: directory for journals and worlds; empty for the default beside the source.
        memory: whether nothing is kept on disk though not stateless.
        durability: ``batched`` (at most 20 ms behind) or ``strict`` (each reply waits for the disk).
        seed: the default sandbox's dice seed.
        log_format: ``text`` or ``json`` lines, or ``none``, for exchanges in the terminal.
        host_pattern: host names that name a sandbox, with ``{id}`` in them; empty for none.
        session_cookie: name of a cookie that names sessions.
        trusted_proxies: addresses or networks whose ``X-Forwarded-*`` are believed.
        body_bytes_max: longest request body.
        header_bytes_max: largest header block.
        shutdown_s: how long a shutdown may take.
        tls_certificate, tls_key: PEM files; both or none.
        outbound_allow, outbound_deny: hosts or networks that calls to the outside may or may not reach.
        cache: directory for compiled definitions; empty for the user's cache directory, ``off`` for none.
        watch: whether what is served is loaded again when its files change.
        journal_records: how many journal records stay in memory.
    """

    sources: tuple[str, ...] = ()
    stateless: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    dynamic: bool = False
    errors: bool = False
    cors: bool = True
    fill_properties: bool = True
    validation: Validation = "on"
    unknown_ids: Literal["refuse", "make"] = "refuse"
    locale: str = "en"
    data: str = ""
    memory: bool = False
    durability: Literal["batched", "strict"] = "batched"
    seed: str = "diorama"
    log_format: Literal["text", "json", "none"] = "text"
    host_pattern: str = HOST_PATTERN
    session_cookie: str = ""
    trusted_proxies: tuple[str, ...] = ()
    body_bytes_max: int = 10 * 1024 * 1024
    header_bytes_max: int = 64 * 1024
    shutdown_s: float = 10.0
    tls_certificate: str = ""
    tls_key: str = ""
    outbound_allow: tuple[str, ...] = ()
    outbound_deny: tuple[str, ...] = ()
    cache: str = ""
    watch: bool = True
    journal_records: int = 10_000


def from_environment(given: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from what the command line gave, else from ``DIORAMA_…``, else the defaults.

    Args:
        given: by field name; what is None was not given.
        environment: the process's own when None. Lists are written with commas.

    Raises:
        DioramaError: ``option_invalid`` naming the setting.
    """
    environment = os.environ if environment is None else environment
    _refuse_unknown(given)
    values: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        if given.get(name) is not None:
            values[name] = given[name]
            continue
        text = environment.get(ENVIRONMENT_PREFIX + name.upper())
        if text is not None:
            listed = isinstance(getattr(Settings(), name), tuple)
            values[name] = [part.strip() for part in text.split(",") if part.strip()] if listed else text
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as cause:
        raise _wrong(str(cause), given) from cause
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        absent = "--tls-key" if settings.tls_certificate else "--tls-certificate"
        raise DioramaError("option_invalid", f"HTTPS needs {absent}, too.", "Name both files, or none for plain HTTP.")
    return settings


def _refuse_unknown(given: Mapping[str, Any]) -> None:
    """A setting that a program misspelt would be ignored otherwise."""
    for name in given:
        if name not in Settings.__struct_fields__:
            near = difflib.get_close_matches(name, Settings.__struct_fields__, 1)
            hint = f"Is it {near[0]}?" if near else "See the list of settings."
            raise DioramaError("option_invalid", f"There is no setting {name}.", hint)


def _wrong(cause: str, given: Mapping[str, Any]) -> DioramaError:
    """The error for a value of another kind, named as the user wrote it: a variable or an option."""
    why, _, place = cause.partition(" - at `$.")
    name = re.split(r"\W", place)[0]
    if not name:
        return DioramaError("option_invalid", f"A setting is wrong: {cause}", "See the list of settings.")
    variable = ENVIRONMENT_PREFIX + name.upper()
    shown = f"--{name.replace('_', '-')}" if given.get(name) is not None else variable
    return DioramaError(
        "option_invalid", f"{shown} (setting {name}) is wrong: {why}", f"Correct {shown}; see the list of settings."
    )
