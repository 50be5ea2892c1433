"""What outlives the window: what people ask to be remembered, what is condensed, what comes back."""
