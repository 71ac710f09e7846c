"""How a report is written: JSON, terminal, Markdown, HTML."""
