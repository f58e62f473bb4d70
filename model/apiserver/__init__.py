"""The API server: its request pipeline, its watch cache and its subresources."""
