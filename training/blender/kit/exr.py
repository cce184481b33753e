# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Float maps as OpenEXR: 32 bit, rows compressed one by one (ZIPS), top row first."""

import os
import struct
import zlib

import numpy

_MAGIC = struct.pack('<II', 20000630, 2)
_ZIPS, _FLOAT = 2, 2


def _attribute(name, kind, body):
    return name.encode() + b'\0' + kind.encode() + b'\0' + struct.pack('<I', len(body)) + body


def write_map(path, values, channel='Y'):
    """Writes height × width floats as one channel. The file appears whole or not at all."""
    height, width = values.shape
    window = struct.pack('<4i', 0, 0, width - 1, height - 1)
    channels = channel.encode() + b'\0' + struct.pack('<iB3xii', _FLOAT, 0, 1, 1) + b'\0'
    header = _MAGIC + b''.join((
        _attribute('channels', 'chlist', channels),
        _attribute('compression', 'compression', bytes([_ZIPS])),
        _attribute('dataWindow', 'box2i', window),
        _attribute('displayWindow', 'box2i', window),
        _attribute('lineOrder', 'lineOrder', b'\0'),
        _attribute('pixelAspectRatio', 'float', struct.pack('<f', 1.0)),
        _attribute('screenWindowCenter', 'v2f', struct.pack('<2f', 0.0, 0.0)),
        _attribute('screenWindowWidth', 'float', struct.pack('<f', 1.0)))) + b'\0'
    rows = [_pack(row.astype('<f4').tobytes()) for row in values]
    start = len(header) + 8 * height
    sizes = numpy.array([0] + [8 + len(row) for row in rows[:-1]], dtype='<u8')
    with open(path + '.part', 'wb') as file:
        file.write(header + (start + numpy.cumsum(sizes)).astype('<u8').tobytes())
        for y, row in enumerate(rows):
            file.write(struct.pack('<ii', y, len(row)) + row)
    os.replace(path + '.part', path)


def read_map(path):
    """Reads what write_map wrote."""
    with open(path, 'rb') as file:
        data = file.read()
    at = data.index(b'dataWindow\0box2i\0') + len(b'dataWindow\0box2i\0') + 4
    _, _, right, bottom = struct.unpack_from('<4i', data, at)
    width, height = right + 1, bottom + 1
    at = data.index(b'screenWindowWidth\0float\0') + len(b'screenWindowWidth\0float\0') + 4 + 4 + 1
    values = numpy.empty((height, width), dtype='<f4')
    for (offset,) in struct.iter_unpack('<Q', data[at:at + 8 * height]):
        y, size = struct.unpack_from('<ii', data, offset)
        values[y] = numpy.frombuffer(_unpack(data[offset + 8:offset + 8 + size], 4 * width), '<f4')
    return values


def _pack(raw):
    """Even bytes before odd ones, then differences, then deflate; whatever is shorter is kept."""
    data = numpy.frombuffer(raw, numpy.uint8)
    split = numpy.concatenate((data[0::2], data[1::2])).astype(numpy.int16)
    split[1:] = (numpy.diff(split) + 128 + 256) % 256
    packed = zlib.compress(split.astype(numpy.uint8).tobytes(), 9)
    return packed if len(packed) < len(raw) else raw


def _unpack(packed, size):
    if len(packed) == size:
        return packed
    split = numpy.frombuffer(zlib.decompress(packed), numpy.uint8).astype(numpy.int64)
    split[1:] -= 128
    split = numpy.cumsum(split).astype(numpy.uint8)
    data = numpy.empty(size, numpy.uint8)
    data[0::2], data[1::2] = split[:(size + 1) // 2], split[(size + 1) // 2:]
    return data.tobytes()
