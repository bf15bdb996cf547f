"""Formats of the control plane's file, oldest first."""
