"""The scheduler: queues, cache, filters and scores."""
