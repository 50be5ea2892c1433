"""What people on Telegram say, and do with what was said."""
