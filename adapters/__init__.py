"""An adapter turns a platform's words into ours and back. It decides nothing."""
