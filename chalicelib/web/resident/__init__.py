"""Pages for residents: registering, signing in, and their account.

All are HTML forms that work without JavaScript. Pages under a reply link are in `web.reply`.
"""
