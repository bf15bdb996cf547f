"""The control plane over HTTP: REST and server-sent events below ``/_diorama/``."""
