"""The project folder: ``diorama.yaml`` beside documents, fixtures and overrides."""

from diorama.formats.project.folder import DescribedProject, read_project
from diorama.formats.project.origins import Origins, Stretch
from diorama.formats.project.schema import project_schema
from diorama.formats.project.shape import (
    FIXTURES_FOLDER,
    OVERRIDES_FOLDER,
    PROJECT_FILE,
    RESOURCES,
    ProjectFile,
    project_type,
)

__all__ = [
    "FIXTURES_FOLDER",
    "OVERRIDES_FOLDER",
    "PROJECT_FILE",
    "RESOURCES",
    "DescribedProject",
    "Origins",
    "ProjectFile",
    "Stretch",
    "project_schema",
    "project_type",
    "read_project",
]
