# What the folder etc adds.
