#!/usr/bin/python3
"""Writes tests/golden/numpy.json: small files of NumPy in base64, for the tests of its formats.

    tests/reference/numpy_files.py
"""
import base64
import io
import json
import os

import numpy as np


def file(save, *arrays, **named):
    written = io.BytesIO()
    save(written, *arrays, **named)
    return base64.b64encode(written.getvalue()).decode()


images = np.arange(3 * 2 * 2, dtype=np.uint8).reshape(3, 2, 2)
sets = {"x_train": images, "y_train": np.array([2, 0, 1]), "x_test": images[:1] + 100, "y_test": np.array([1])}
files = {
    "savez": file(np.savez, **sets),
    "savez_compressed": file(np.savez_compressed, **sets),
    "column of labels": file(np.savez, x=np.eye(3), y=np.array([[2], [0], [1]], dtype=np.uint8)),
    "bool": file(np.save, np.array([True, False])),
    "uint16": file(np.save, np.array([0, 65535], dtype=np.uint16)),
    "uint32": file(np.save, np.array([0, 2**32 - 1], dtype=np.uint32)),
    "int64": file(np.save, np.array([-1, 2**31 - 1])),
    "int64 of 53 bits": file(np.save, np.array([-1, 2**53 - 1])),
    "int64 of 60 bits": file(np.save, np.array([0, 2**60])),
    "big-endian": file(np.save, np.array([1.5], dtype=">f4")),
    "Fortran order": file(np.save, np.asfortranarray(np.ones((2, 3), dtype=np.float32))),
    "text": file(np.save, np.array(["cat", "dog"])),
}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/numpy.json")
with open(path, "w") as out:
    json.dump(files, out, indent=1)
    out.write("\n")
