"""Personas as people change them, and bring them as files."""
