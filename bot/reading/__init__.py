"""Texts from outside, made into words in a process that may be lost."""
