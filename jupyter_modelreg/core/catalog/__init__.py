"""What the registry is made of: catalogs, schemas and models, with their aliases, tags and the trash."""
