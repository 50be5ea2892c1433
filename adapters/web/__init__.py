"""The web chat: a platform like the others, and the machine interface that its page uses."""
