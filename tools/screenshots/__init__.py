"""Pictures of the instrument for the documents, all taken from a running one."""
