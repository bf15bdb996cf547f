"""Everything that a sandbox can do, one folder each. They never import each other."""
