# What the folder t adds.
