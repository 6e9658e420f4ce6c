"""Documents on paper: PDF made by Typst, the same bytes for the same values."""
