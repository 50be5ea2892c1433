"""Who may do what, and at what price."""
