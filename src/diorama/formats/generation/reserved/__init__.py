"""Reserved: personal data that fits a schema and reaches nobody."""
