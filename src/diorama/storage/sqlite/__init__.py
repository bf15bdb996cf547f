"""A directory of SQLite files: one for the control plane, one for each sandbox."""
