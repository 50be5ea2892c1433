"""Answers that are forms which a model fills in: summaries, titles, tables."""
