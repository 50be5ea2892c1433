"""What the operator and moderators may look into: the audit, and all rooms."""
