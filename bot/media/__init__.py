"""Pictures from outside: checked, decoded in another process, stripped, and kept by their content."""
