"""Client machinery: informers, work queues, plans and their requests and replies."""
