"""Reports: what the figures of the portal say, as plots with their tables. No tables of its own, no names of people."""
