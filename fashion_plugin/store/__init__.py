"""Where products and embeddings live."""
