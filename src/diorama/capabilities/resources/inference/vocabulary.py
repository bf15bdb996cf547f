"""Vocabulary: the words that documents use for what inference looks for, as data."""

from __future__ import annotations

from typing import Literal

Verb = Literal["create", "read", "list", "replace", "update", "delete"]

VERBS: dict[str, Verb] = {
    "create": "create",
    "add": "create",
    "new": "create",
    "insert": "create",
    "get": "read",
    "fetch": "read",
    "read": "read",
    "retrieve": "read",
    "show": "read",
    "describe": "read",
    "info": "read",
    "details": "read",
    "list": "list",
    "search": "list",
    "find": "list",
    "query": "list",
    "filter": "list",
    "replace": "replace",
    "put": "replace",
    "update": "update",
    "edit": "update",
    "modify": "update",
    "patch": "update",
    "delete": "delete",
    "remove": "delete",
    "destroy": "delete",
}
"""What a path's last word means when it is a verb."""

SEARCHES = frozenset({"search", "find", "query", "filter", "list", "lookup"})

TRIALS = frozenset(
    {"preview", "validate", "calculate", "estimate", "simulate", "verify", "check", "test", "dry", "compute", "quote"}
)
"""Verbs of what is computed and not kept."""

COPIES = frozenset({"copy", "clone", "duplicate", "fork", "import", "export", "batch", "bulk", "download", "upload"})
"""Verbs of what makes other items, or carries many of them at once."""

WRAPPERS = frozenset(
    {"data", "result", "results", "response", "payload", "item", "entity", "resource", "record", "embedded", "body"}
)
"""Properties that hold the item instead of being part of it."""

LISTS = frozenset(
    {"data", "items", "results", "content", "contents", "records", "values", "value", "entries", "list", "rows"}
) | {"objects", "nodes", "elements", "resources", "hits", "result", "entities", "embedded"}
"""Properties that hold the items of a list."""

ASIDE = frozenset({"errors", "error", "warnings", "links", "included", "messages", "sort", "facets", "jsonapi"})
"""Properties that stand beside the item or the items and are neither."""

LIST_WORDS = frozenset(
    {"total", "count", "counts", "size", "page", "pages", "per", "limit", "offset", "has", "more", "next", "previous"}
    | {"prev", "first", "last", "cursor", "link", "links", "meta", "metadata", "pagination", "paging", "object", "url"}
    | {"uri", "href", "kind", "etag", "start", "end", "self", "request", "id", "status", "success", "code", "message"}
    | {"error", "errors", "number", "of", "elements", "items", "results", "records", "empty", "sort", "pageable", "is"}
    | {"token", "after", "before", "current", "warnings", "included", "jsonapi", "query", "max", "index", "incomplete"}
    | {"ok", "type", "version", "timestamp", "left", "key", "in", "response", "result", "list"}
)
"""The words of properties that say something about a list or a reply, and nothing about an item."""

IDENTITIES = ("id", "sid", "uuid", "guid", "uid", "key", "ref", "reference", "code", "number", "slug", "name")
"""Properties that identify an item, the likeliest first."""

ALIASES = {"username": ("login", "handle", "nickname"), "user": ("username", "login"), "login": ("username",)}
"""What a path calls an item, and what the item itself may call it."""

STRONG_IDENTITIES = frozenset({"id", "sid", "uuid", "guid", "uid"})
