"""Pages for residents: registering, signing in, and their account.

HTML forms that work without JavaScript. What is under a reply link is in `web.reply`.
"""
