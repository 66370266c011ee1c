# What the folder bench adds.
