"""What a model is shown, and in which order of trust. Pure."""
