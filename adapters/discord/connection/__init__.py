"""Parley's presence on Discord, and what was said while it was away."""
