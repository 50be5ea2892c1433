"""What wire formats have in common: providers use it, and do not know one another."""
