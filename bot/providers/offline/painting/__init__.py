"""Paints pictures from words with gradients, noise and a few shapes. The same words, the same picture."""
