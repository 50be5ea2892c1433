"""One answer: what is asked for it, which tools it uses, what it comes to and what stands under it."""
