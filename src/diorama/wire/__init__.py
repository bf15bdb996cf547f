"""The data plane over HTTP/1.1: uvicorn's protocol made fast and strict, and the same as an ASGI application."""

from diorama.wire.limits import WireLimits
from diorama.wire.protocol import protocol_class

__all__ = ["WireLimits", "protocol_class"]
