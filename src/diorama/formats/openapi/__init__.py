"""OpenAPI: documents of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 as definitions."""

from diorama.formats.openapi.cache import load_cached
from diorama.formats.openapi.limits import DEFAULT, Fetch, Limits, Loaded, SourceFile
from diorama.formats.openapi.loading import load_documents

__all__ = ["DEFAULT", "Fetch", "Limits", "Loaded", "SourceFile", "load_cached", "load_documents"]
