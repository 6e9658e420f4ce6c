"""What an AI assistant may do for one person, over MCP (docs/mcp.md): ask, find, and write a draft. It cannot approve,
use or take back anything, because nothing here knows how (a test walks the imports)."""
