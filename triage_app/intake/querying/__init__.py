"""Studies of other systems: found and fetched by associations or by DICOMweb."""
