"""What waits, and for what: rooms for themselves, pictures for an easel, writes for the database."""
