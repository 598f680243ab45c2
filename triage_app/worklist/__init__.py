"""The worklist database: studies, series, instances, outcomes, reading status and events."""
