# What the folder static adds.
