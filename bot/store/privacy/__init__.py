"""What lets go: of people, of messages, of what is old."""
