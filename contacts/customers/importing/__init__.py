"""Taking over a company's customer list as German Excel writes it. See docs/import.md."""
