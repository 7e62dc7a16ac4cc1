"""The kernels: one file each; `attention/dispatch.py` says which one computes what."""
