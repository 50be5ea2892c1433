"""Words with their entities, as people on Telegram write them and may read a model's. Pure."""
