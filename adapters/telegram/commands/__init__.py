"""Commands, and everything else that is pressed, chosen or replied."""
