"""What is kept and how it is found: passages, embeddings, stores, search."""
