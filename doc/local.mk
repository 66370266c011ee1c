# What the folder doc adds.
