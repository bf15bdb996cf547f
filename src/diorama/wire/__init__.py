"""The data plane over HTTP/1.1: uvicorn's protocol made fast and strict, and the same as an ASGI application."""

from diorama.wire.asgi import data_plane_app as data_plane_app
from diorama.wire.limits import WireLimits as WireLimits
from diorama.wire.protocol import protocol_class as protocol_class
from diorama.wire.server import Address as Address
from diorama.wire.server import ServeConfig as ServeConfig
from diorama.wire.server import serve as serve
