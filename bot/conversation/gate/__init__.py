"""Who is let in: what everybody passes before anything is done for them."""
