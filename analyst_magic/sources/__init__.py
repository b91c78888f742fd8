"""What can be asked about: data frames in memory and data files."""
