"""What users bring and take: OpenAPI documents, the project folder, HAR and other tools' files."""
