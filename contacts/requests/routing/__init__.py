"""Who decides about a request, and until when. Pure: standard library only, time and people passed in."""
