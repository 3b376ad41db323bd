"""E-mail and text messages of all features: the channels, their rate limiter, templates, the send
queue, and notices that are kept until they have been sent.

The content of a message stands with its feature, in a module called `emails`. The three words that
prove a message genuine are made in `verification_phrase`. Begin with `channels`.
"""
