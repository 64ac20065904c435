"""Which columns of a table are the id and the features."""
