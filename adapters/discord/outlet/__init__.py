"""What people on Discord see: answers, their files and the buttons under them."""
