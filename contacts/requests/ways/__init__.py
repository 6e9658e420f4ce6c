"""What would be answered better than a question that was asked: the ways out, with all that it takes to go them."""

from contacts.requests.ways.prefilling import changed_fields, left_out, still_planned
from contacts.requests.ways.searching import Way, all_ways, ways
from contacts.requests.ways.steps import Step, steps_of

__all__ = ["Step", "Way", "all_ways", "changed_fields", "left_out", "steps_of", "still_planned", "ways"]
