"""The preview: the book as e-readers and the printer show it, in a browser, while its author writes.

`session` holds the book, `watch` follows its files, `desk` brings the two together and tells the pages that are open
(`events`); `server` answers them over HTTP behind `guard`, and `serving` opens the port, where `front` is at once.
"""
