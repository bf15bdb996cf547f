"""The data plane over HTTP/1.1: uvicorn's protocol made fast and strict, and the same as an ASGI application."""

from diorama.wire.asgi import data_plane_app
from diorama.wire.limits import WireLimits
from diorama.wire.protocol import protocol_class
from diorama.wire.server import Address, ServeConfig, serve

__all__ = ["Address", "ServeConfig", "WireLimits", "data_plane_app", "protocol_class", "serve"]
