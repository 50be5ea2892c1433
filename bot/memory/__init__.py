"""What may bear on a question from before the window, or from what a room knows, is found here."""
