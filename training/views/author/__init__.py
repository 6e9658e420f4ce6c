"""Pages of those who write courses. The data protection officer reads them; everybody else gets 403."""
