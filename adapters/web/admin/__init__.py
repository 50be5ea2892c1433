"""The operator's page: what Parley does in all rooms, for whoever has its token."""
