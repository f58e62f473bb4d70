"""`seatrial place`: manifests as a question to the placement engine, and its answer in words and as JSON."""
