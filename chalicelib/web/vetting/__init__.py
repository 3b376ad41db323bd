"""The console's page of new addresses, where an administrator looks at those that nothing vouches
for (`registry.vetting`) and accepts or refuses each.
"""
