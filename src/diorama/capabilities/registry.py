"""All capabilities, in the order in which their steps stand inside a stage. The order of this tuple is the only one."""

from __future__ import annotations

from diorama.capabilities.cors import CAPABILITY as CORS
from diorama.capabilities.examples import CAPABILITY as EXAMPLES
from diorama.capabilities.resources import CAPABILITY as RESOURCES
from diorama.capabilities.security import CAPABILITY as SECURITY
from diorama.capabilities.validation import CAPABILITY as VALIDATION
from diorama.ports.capability import Capability

CAPABILITIES: tuple[Capability, ...] = (CORS, SECURITY, VALIDATION, RESOURCES, EXAMPLES)
