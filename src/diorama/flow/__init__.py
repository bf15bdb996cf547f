"""A request's way, stage by stage."""
