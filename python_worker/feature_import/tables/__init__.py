"""Readers of tables: CSV, Arrow and Parquet, some rows at a time."""
