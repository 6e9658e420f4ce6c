"""Of how many people at least a number may be told. Standard library only."""

#: Smaller groups would tell about single people (works council, BetrVG §87(1) Nr. 6).
FEWEST_PEOPLE = 5
