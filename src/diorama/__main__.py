"""``python -m diorama``."""

from diorama.cli import main

main()
