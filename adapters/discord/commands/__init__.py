"""Commands, and everything else that is pressed or filled in."""
