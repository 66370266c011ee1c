# What the folder po adds.
