"""What is judged before it is shown, what follows from it, and what moderators decide about it."""
