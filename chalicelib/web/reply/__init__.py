"""The pages under a reply link: the question, the answer form, uploads and the message thread.

`page` takes answers, `view` makes the pages.
"""
