"""What people and Parley say to one another, the same on every platform: each dialogue is one test on all.

Parley runs as it is, in this process, with its database and an AI service that says what the dialogue wants
(`stage.ai`); people speak as `tests.platforms.people` says. A platform joins with a line in
`stage.PLATFORMS`.
"""
