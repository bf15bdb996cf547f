"""Documents: what the resources of one document share."""

from __future__ import annotations

from diorama.capabilities.resources.playing.shapes import Shapes
from diorama.formats.generation import Generator, options_of
from diorama.formats.schemas import Schemas
from diorama.model.definition import Api


class Document:
    """What the resources of one Api share.

    Args:
        api: the Api.
    """

    def __init__(self, api: Api) -> None:
        self.api = api
        self.generator = Generator(api.schemas, options_of(api.generation))
        self.shapes = Shapes(self.generator)
        self.schemas = Schemas(api.schemas, "reply", refuse_hidden=True)
