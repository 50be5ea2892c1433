"""What answers cost: reserved before, paid after, shown to who asks."""
