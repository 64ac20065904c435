"""Arrays beside a message: as frames or as files, checked before they are used."""
