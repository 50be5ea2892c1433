"""What a room knows from files."""
