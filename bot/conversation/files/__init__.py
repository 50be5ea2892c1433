"""Files that people send and answers bring: fetched, read, named."""
