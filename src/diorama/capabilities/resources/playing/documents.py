"""Documents: what the resources of one document share."""

from __future__ import annotations

from msgspec import structs

from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator, Options, options_of
from diorama.formats.schemas import Schemas
from diorama.model.definition import Api

VALUES_MAX = 100_000


class Document:
    """What the resources of one Api share.

    Args:
        api: the Api.
        values_max: about how many values a made part of an item holds at most.
    """

    def __init__(self, api: Api, values_max: int = Options().values_max) -> None:
        self.api = api
        options = structs.replace(options_of(api.generation), values_max=min(max(values_max, 1), VALUES_MAX))
        self.generator = Generator(api.schemas, options)
        self.shapes = Shapes(self.generator)
        self.schemas = Schemas(api.schemas, "reply", refuse_hidden=True)
