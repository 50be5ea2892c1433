"""What an account's table may state: a module for each wire format that has options, named like its provider.

In each, `OPTIONS` are the names, and `wrong` tells what is wrong with the values.
"""
