/** Tries keys off the page's thread; all of it is ALTCHA's. */
import "altcha/workers/pbkdf2";
