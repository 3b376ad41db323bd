"""What an owner sees under a reply link: the question, the answer, the upload, the thread.

`page` takes answers, `view` puts the page together.
"""
