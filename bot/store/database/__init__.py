"""The file itself: opened, written by one thread, read by others, brought up to date and copied."""
