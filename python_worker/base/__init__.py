"""What every other folder may use: errors, files that are whole or absent, processes, memory, random streams."""
