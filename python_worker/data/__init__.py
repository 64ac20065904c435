"""Dataset directories: their files, texts and items. Labels are never opened."""
