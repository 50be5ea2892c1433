"""What people on Telegram see: answers, their files and the buttons under them."""
