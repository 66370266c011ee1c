# What the folder templates adds.
