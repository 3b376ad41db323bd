"""E-mail and text messages, whatever they are about: the channels, their pace, and templates.

What a message says stands with its feature, in a module called `emails`. Begin with `channels`.
"""
