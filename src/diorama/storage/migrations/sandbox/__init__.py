"""Formats of a sandbox's file, oldest first."""
