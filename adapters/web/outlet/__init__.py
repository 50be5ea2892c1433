"""What people watch on the page: answers while they are written, and what changes in their rooms."""
