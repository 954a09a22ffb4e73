"""The skill package: what Amazon is given of us, as files. The skill's texts in the store are data, in `store/`."""
