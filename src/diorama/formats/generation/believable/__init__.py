"""Believable values: what names, descriptions and the values around say about a value, beyond its schema."""
