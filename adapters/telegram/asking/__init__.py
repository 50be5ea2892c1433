"""How Telegram is asked: at each chat's pace, and what its refusals mean."""
