"""From a question to its answer: planned, written, kept and let out."""
