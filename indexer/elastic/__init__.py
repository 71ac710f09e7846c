"""The store on Elasticsearch: archive, index and books, each in indices of their own."""
