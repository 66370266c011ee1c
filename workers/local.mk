# What the folder workers adds.
