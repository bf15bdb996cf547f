"""Small documents to load, and short ways to look at what was understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from diorama.formats.openapi import Fetch, Limits, Loaded, load_documents
from diorama.model.definition import Api, Endpoint
from diorama.model.errors import DioramaError

HEAD_2 = "swagger: '2.0'\ninfo: {title: t, version: '1'}\n"
HEAD_30 = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n"
HEAD_31 = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\n"
HEAD_32 = "openapi: 3.2.0\ninfo: {title: t, version: '1'}\n"
NO_PATHS = "paths: {}\n"


class Folder:
    """A folder of documents."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes) -> str:
        """Put a file there and give its path."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(file)

    def load(
        self, content: str | bytes, name: str = "api.yaml", *, fetch: Fetch | None = None, limits: Limits | None = None
    ) -> Loaded:
        """Load a document that is written there first."""
        return load_documents([self.write(name, content)], fetch=fetch, limits=limits or Limits())

    def refusal(self, content: str | bytes, name: str = "api.yaml", limits: Limits | None = None) -> DioramaError:
        """The error that a document is refused with."""
        with pytest.raises(DioramaError) as caught:
            self.load(content, name, limits=limits)
        assert caught.value.meta["file"]
        return caught.value


def api_of(loaded: Loaded) -> Api:
    """The only API."""
    (api,) = loaded.project.apis
    return api


def schemas_of(loaded: Loaded) -> dict[str, Any]:
    """Its schemas."""
    return api_of(loaded).schemas


def endpoints_of(loaded: Loaded) -> list[Endpoint]:
    """All endpoints, group by group."""
    return [endpoint for group in loaded.project.groups for endpoint in group.endpoints]


def endpoint_of(loaded: Loaded) -> Endpoint:
    """The only endpoint."""
    (endpoint,) = endpoints_of(loaded)
    return endpoint


def messages_of(loaded: Loaded) -> str:
    """All findings' messages, one a line."""
    return "\n".join(finding.message for finding in loaded.findings)
