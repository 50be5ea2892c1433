"""What people are told of what is kept about them, have exported and forgotten, and how long it lasts."""
