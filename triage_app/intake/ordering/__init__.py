"""What other systems order: modality worklists, and workitems of unified procedure steps."""
