"""From one instance to one outcome, and from outcomes to a study's place in the worklist."""
