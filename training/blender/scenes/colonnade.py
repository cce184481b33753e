# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A ruined colonnade with steps, arches and urns, in hard southern light."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (GROUND, Stage, add_ball, add_box, add_floor, add_lathe, add_leaves,
                        add_prism, make_mesh, place, scatter_frame)


def build():
    dice = random.Random(14)
    add_sky('#3f7fc8', '#cfe0ea', 0.6)
    add_sun((0.75, -0.5, 0.68), 5.0, '#fff0cf', 0.6)
    ground = Stage('ground', index=GROUND)
    add_floor(ground,
              120,
              paint.make_soil('dust', '#b79f74', '#d8c79c', 0.7, '#8d8360'),
              centre=(0, 40))
    marble = paint.make_stone('marble', '#e2d8c2', 0.9, 0.6, 0.35, 0.3)
    worn = paint.make_stone('worn', '#c9b48f', 1.3)
    base = Stage('base')
    for k in range(3):
        add_box(base, 'step', (9.4 - 0.9 * k, 8.4 - 0.9 * k, 0.26), worn,
                place(0, 6.2, 0.13 + 0.26 * k), 0.03)
    add_box(base, 'floor', (6.9, 6.4, 0.02), paint.make_tiles('floor', '#c7b697', '#93826a', 0.6),
            place(0, 6.2, 0.785), 0)
    for side in (-1, 1):
        for k in range(4):
            column = Stage('column', place(side * 2.8, 3.6 + 1.75 * k, 0.78, dice.uniform(0, 90)))
            broken = (side, k) in ((1, 1), (-1, 3))
            add_fluted_column(column, 1.7 if broken else 3.6, marble, broken)
    beams = Stage('beams')
    add_box(beams, 'beam', (0.9, 7.0, 0.5), worn, place(-2.8, 6.2, 4.9), 0.04)
    add_box(beams, 'beam', (0.9, 3.6, 0.5), worn, place(2.8, 8.0, 4.9), 0.04)
    add_arch(Stage('arch', place(0, 9.4, 0.78)), worn, marble)

    for x, y in ((-1.3, 4.4), (1.45, 3.5)):
        urn = Stage('urn', place(x, y, 0.78))
        add_lathe(urn, 'urn', [(0, 0), (0.2, 0), (0.22, 0.08), (0.1, 0.16), (0.3, 0.42),
                               (0.36, 0.62), (0.25, 0.82), (0.3, 0.9), (0.26, 0.9), (0.2, 0.8),
                               (0, 0.7)], paint.make_plain('clay', '#a8532f', 0.7, scale=3))
        leaf = paint.make_leaf('agave', '#55774f', '#9db37c')
        frames = [place(0, 0, 0.86, 360 * k / 16, -dice.uniform(25, 75)) for k in range(16)]
        add_leaves(urn, 'agave', frames, 0.75, 0.11, leaf)
    rubble = Stage('rubble')
    for _ in range(16):
        x, y = dice.uniform(-5, 5), dice.uniform(-0.3, 1.8)
        size = dice.uniform(0.1, 0.34)
        add_box(rubble, 'block', (size * 1.5, size, size * 0.8), worn,
                place(x, y, 0.35 * size, dice.uniform(0, 90), dice.gauss(0, 10), dice.gauss(0, 10)),
                0.15 * size)
    drum = Stage('drum', place(2.2, 0.7, 0.42, 25))
    add_fluted_column(drum, 0.9, marble, True, place(0, -0.45, 0, roll_deg=-90))
    trees = Stage('cypresses')
    green = paint.make_leaf('cypress', '#22401f', '#4d6b36')
    for x, y, tall in ((-6.5, 13, 7.5), (-8.5, 17, 8.5), (6.0, 15, 7.0), (9.5, 20, 9.0)):
        frames = []
        for _ in range(1100):
            up = dice.random()
            ring = 0.85 * math.sin(math.pi * min(up * 0.9 + 0.12, 1.0)) * dice.uniform(0.7, 1.05)
            angle = dice.uniform(0, TAU)
            frames.append(
                scatter_frame(
                    dice, (x + ring * math.cos(angle), y + ring * math.sin(angle), 0.3 + tall * up),
                    0.04))
        add_leaves(trees, 'cypress', frames, 0.42, 0.13, green)
    add_ball(Stage('ball', place(-2.3, 1.0)), 'stone ball', 0.32, marble, place(0, 0, 0.32))
    return Shot(line((-2.4, -3.4, 1.6), (1.4, -2.6, 2.1)), line((0, 6, 2.2), (-0.2, 6, 2.1)), 28)


def add_fluted_column(stage, height, stone, is_broken=False, matrix=None):
    """A shaft with twenty flutes; its top is jagged where it is broken."""
    flutes, per_flute, rings = 20, 4, 14
    count = flutes * per_flute

    def point(i, k):
        angle, up = TAU * i / count, k / rings
        hollow = 0.035 * abs(math.sin(0.5 * flutes * angle))
        radius = (0.36 - 0.05 * up) - hollow
        ragged = 0.35 * math.sin(2.3 * angle) + 0.12 * math.sin(
            7 * angle) if is_broken and k == rings else 0
        return Vector(
            (radius * math.cos(angle), radius * math.sin(angle), height * up + ragged * 0.4))

    vertices = [point(i, k) for k in range(rings + 1) for i in range(count)]
    faces = [(k * count + i, k * count + (i + 1) % count, (k + 1) * count + (i + 1) % count,
              (k + 1) * count + i) for k in range(rings) for i in range(count)]
    faces.append(tuple(range(rings * count, (rings + 1) * count)))
    mesh = make_mesh('shaft', vertices, faces)
    mesh.use_auto_smooth, mesh.auto_smooth_angle = True, math.radians(40)
    stage.add('shaft', mesh, stone, matrix)
    ring = [(0.0, -0.02), (0.48, -0.02), (0.5, 0.06), (0.44, 0.13), (0.4, 0.16), (0.0, 0.16)]
    if matrix is None:
        add_lathe(stage, 'foot', ring, stone)
    if not is_broken:
        capital = [(0.3, 0.0), (0.36, 0.05), (0.34, 0.1), (0.46, 0.22), (0.0, 0.22)]
        add_lathe(stage, 'capital', capital, stone, place(0, 0, height - 0.1))
        add_box(stage, 'slab', (1.0, 1.0, 0.14), stone, place(0, 0, height + 0.19), 0.02)


def add_arch(stage, stone, marble):
    for side in (-1, 1):
        add_box(stage, 'pier', (0.7, 0.8, 2.2), stone, place(side * 1.5, 0, 1.1), 0.03)
        add_box(stage, 'wing', (0.8, 0.7, 3.0), stone, place(side * 2.3, 0.02, 1.5), 0.03)
    stones = 11
    for k in range(stones):
        outline = []
        for angle, radius in ((k, 1.15), (k, 1.85), (k + 0.94, 1.85), (k + 0.94, 1.15)):
            turn = math.pi * angle / stones
            outline.append((radius * math.cos(turn), 2.2 + radius * math.sin(turn)))
        add_prism(stage,
                  'voussoir',
                  outline[::-1],
                  0.85,
                  marble if k == stones // 2 else stone,
                  bevel=0.02)
