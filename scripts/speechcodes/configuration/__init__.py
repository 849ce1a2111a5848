"""What a user asks for: read, held against the schema, checked, documented."""
