"""What is not to be said in a room: found, weighed, and what follows from it. Pure."""
