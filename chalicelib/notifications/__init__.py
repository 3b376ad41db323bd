"""E-mail and text messages, whatever they are about: the channels, their pace, templates, the queue
in front of what sends, and notices that are kept until they were sent.

What a message says stands with its feature, in a module called `emails`. The three words that
prove a message are made in `verification_phrase`. Begin with `channels`.
"""
