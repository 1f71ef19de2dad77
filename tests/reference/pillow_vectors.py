#!/usr/bin/python3
"""Writes tests/golden/pillow.json: the pixels that Pillow reads from PNG and JPEG pictures (python3-pil of Debian 12).

    tests/reference/pillow_vectors.py

"png" has the SHA-256 of the RGBA bytes of a picture of each kind, by colour type, bit depth, size and interlacing; "t" is
one with transparency. tests/pipeline/formats/pngs.ts makes the same pictures. Of 16 bits, the upper 8 count. "jpeg" has
small files in base64 with their shape and the SHA-256 of their bytes as numpy.asarray gives them.
"""
import base64
import hashlib
import io
import json
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms

SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
TRANSPARENCY = {0: [0, 1], 2: [0, 73, 0, 146, 0, 219], 3: [0, 128]}


def chunk(name, content):
    body = name + bytes(content)
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, depth, colour, interlaced, transparent):
    rows = b""
    for x, y, step_x, step_y in PASSES if interlaced else [(0, 0, 1, 1)]:
        columns, count = -((x - width) // step_x), -((y - height) // step_y)
        if columns <= 0 or count <= 0:
            continue
        stride = -(-columns * depth * SAMPLES[colour] // 8)
        for row in range(count):
            rows += bytes([0 if colour == 3 else row % 5] + [73 * i * (row + 1) % 256 for i in range(1, 1 + stride)])
    palette = chunk(b"PLTE", [37 * i % 256 for i in range(3 * 2**depth)]) if colour == 3 else b""
    hidden = chunk(b"tRNS", TRANSPARENCY[colour]) if transparent else b""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    parts = [chunk(b"IHDR", header), palette, hidden, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def rgba(file):
    image = Image.open(io.BytesIO(file))
    if image.mode.startswith("I"):  # 16 bits of grey
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8), "L")
    return image.convert("RGBA").tobytes()


def digest(data):
    return hashlib.sha256(data).hexdigest()


def jpeg(height, width, mode, **options):
    y, x = np.mgrid[0:height, 0:width]
    planes = [(127 + 80 * np.sin(x / 3 + k) + 40 * np.cos(y / (2 + k))).astype(np.uint8) for k in range(3)]
    image = Image.fromarray(planes[0], "L") if mode == "L" else Image.fromarray(np.stack(planes, -1), "RGB")
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    pixels = np.asarray(Image.open(io.BytesIO(file.getvalue())))
    return {"file": base64.b64encode(file.getvalue()).decode(), "shape": pixels.shape, "sha256": digest(pixels.tobytes())}


pngs = {}
for colour, depths in DEPTHS.items():
    for depth in depths:
        for width, height in [(5, 7), (1, 1), (9, 2)]:
            for interlaced in [False, True]:
                name = f"{colour}/{depth} {width}x{height}{' interlaced' if interlaced else ''}"
                pngs[name] = digest(rgba(png(width, height, depth, colour, interlaced, False)))
                if colour in TRANSPARENCY and depth == 8:
                    pngs[f"{name} t"] = digest(rgba(png(width, height, depth, colour, interlaced, True)))

turned = Image.Exif()
turned[0x112] = 6
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
jpegs = {
    "grey": jpeg(7, 9, "L", quality=90),
    "one pixel": jpeg(1, 1, "RGB"),
    "4:4:4": jpeg(9, 17, "RGB", quality=95, subsampling=0),
    "4:2:2": jpeg(9, 17, "RGB", quality=75, subsampling=1),
    "4:2:0": jpeg(23, 17, "RGB", quality=30, subsampling=2),
    "progressive": jpeg(23, 17, "RGB", quality=80, progressive=True),
    "with an orientation": jpeg(4, 8, "RGB", exif=turned.tobytes()),
    "with a colour profile": jpeg(4, 8, "RGB", icc_profile=profile),
}

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/pillow.json")
with open(path, "w") as file:
    json.dump({"png": pngs, "jpeg": jpegs}, file, indent=1)
    file.write("\n")
