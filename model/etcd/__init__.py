"""etcd as the API server sees it: one multi-version store per resource."""
