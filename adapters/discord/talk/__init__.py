"""What people on Discord say, and do with what was said."""
