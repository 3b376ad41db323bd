"""The verification phrase: three plain words in every message to one owner and to nobody else.

Threat: somebody sends a false request for footage. The sender cannot know the phrase, and a person
remembers three words better than a code. 235 words make 12.8 million phrases; the words are short,
known to learners of English, different in sound and without a second meaning.
"""

from __future__ import annotations

import secrets

_LIST = """
acorn almond amber anchor apple apricot apron arrow autumn badger bagel bakery balcony bamboo
banjo basil basket beacon beaver bench berry bicycle biscuit blanket blossom bonnet bottle bracket
branch bread breeze bridge bronze brook broom bucket buckle bumper butter button cabin cactus
camel candle canoe canvas carpet carrot castle cedar cello chalk cherry chestnut chimney circle
clover coast cobble coffee comet compass copper coral cotton cradle crayon cricket crumpet
crystal cushion custard daisy damson dolphin donkey dragon drawer drum eagle easel echo ember
engine falcon feather fennel fern fiddle finch flannel flask flute forest fossil fountain garden
garlic gazelle ginger glacier globe goblet gravel guitar hammock hamster harbour harvest hazel
heather hedge heron honey horizon iris island ivory ivy jacket jasmine jelly jigsaw juniper
kettle kitten ladder lagoon lantern lavender lemon lentil lettuce library lilac linen lizard
lobster locket lupin magnet magpie mango maple marble market marsh meadow melon mint mirror
mitten moped mosaic muffin mustard nectar nettle noodle nutmeg oat ocean olive onion orange
orchard orchid otter oven owl oyster paddle pancake panda parade parcel parsley pasture
peach peanut pearl pebble pencil pepper piano picnic pigeon pillow planet plum pocket pond poppy
porridge potato prairie puddle puffin pumpkin quilt rabbit radish raisin raven reed ribbon river
robin rocket rosemary saddle saffron sandal satin saucer seagull shadow shell shovel silver
sketch sparrow spinach spoon spruce squirrel starling teapot thistle tulip velvet walnut willow
window winter
"""
WORDS = tuple(_LIST.split())


def new_phrase() -> str:
    """Return a random phrase of three different words, such as `copper kettle plum`."""
    return " ".join(secrets.SystemRandom().sample(WORDS, 3))
