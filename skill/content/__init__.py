"""The exercises, the routines and the words: files, what reads them, and what checks them."""
