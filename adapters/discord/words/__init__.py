"""A model's words as people on Discord may read them. Pure."""
