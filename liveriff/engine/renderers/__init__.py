"""Where renders happen: one renderer, several on this machine, or a cluster's; and which of them gets which job."""
