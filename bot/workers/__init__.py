"""Other processes, for what may crash (decoding) and for what takes long (painting)."""
