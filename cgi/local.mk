# What the folder cgi adds.
