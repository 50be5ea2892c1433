"""What stands between a browser and Parley: the server, who may reach its addresses, and the page."""
