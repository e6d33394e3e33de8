"""Encoders: images to embeddings."""
