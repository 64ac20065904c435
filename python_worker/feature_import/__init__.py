"""Feature import: published tables of feature columns, part by part, into a feature store."""
