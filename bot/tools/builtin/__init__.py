"""The tools that every Parley has, one file each."""
