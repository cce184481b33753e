# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Pots of plants on garden steps: broad leaves, blossom, cactus and ivy, swaying a little."""

import math
import random

from mathutils import Matrix, Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_lathe, add_leaves, add_tube,
                        place, scatter_frame)

POT = [(0, 0), (0.72, 0), (0.95, 1.1), (1.08, 1.1), (1.1, 1.35), (0.98, 1.35), (0.9, 1.15),
       (0, 1.15)]


def build():
    dice = random.Random(17)
    add_sky('#6fa0d4', '#e6e4d8', 0.7)
    add_sun((0.62, -0.7, 0.72), 4.4, '#fff0cf')
    steps = Stage('steps', index=GROUND)
    stone = paint.make_stone('stone', '#a9a296', 2.0)
    for k in range(4):
        add_box(steps, 'step', (6.0, 0.62, 0.22), stone, place(0, 0.2 + 0.55 * k, 0.11 + 0.22 * k),
                0.03)
    add_box(steps, 'ground', (12, 6, 0.1),
            paint.make_bricks('brick', '#a4644a', '#8a4f3a', '#a39a8c', 0.3, flat=True),
            place(0, -2.9, -0.05), 0)
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (9, 0.2, 4), paint.make_plaster('wall', '#d8c7a4', '#c2a982', 1.2),
            place(0, 2.55, 2), 0)
    clay = paint.make_plain('clay', '#b3603c', 0.8, mottling=0.35, scale=5)
    blue = paint.make_plain('blue', '#2f5f8d', 0.2, mottling=0.3, coat=1.0, scale=5)
    cream = paint.make_plain('cream', '#ded2b6', 0.4, mottling=0.2, coat=0.4, scale=5)
    plants = [
        add_broad_leaves(dice, pot('broad', -1.15, 0.25, 0.22, 0.26, clay), '#2f6a2f', '#7fa84a'),
        add_blossom(dice, pot('blossom', 0.15, -0.3, 0.0, 0.24, blue), '#d6436a', '#f0a3b4'),
        add_blossom(dice, pot('blossom', 1.35, 1.3, 0.66, 0.22, cream), '#e3b23c', '#f3dc86'),
        add_broad_leaves(dice, pot('broad', -0.35, 1.85, 0.88, 0.26, cream), '#4b6f2a', '#b0b455')
    ]
    add_cactus(pot('cactus', 0.95, 0.28, 0.22, 0.2, clay))
    add_cactus(pot('cactus', -1.55, 1.3, 0.66, 0.18, blue), 1.5)
    ivy = Stage('ivy')
    green = paint.make_leaf('ivy', '#27502a', '#5f8a3f')
    frames = []
    for _ in range(26):
        at = Vector((dice.uniform(-2.9, 2.9), 2.43, 3.6))
        for _ in range(dice.randint(12, 34)):
            at = at + Vector((dice.gauss(0, 0.05), 0, -0.07))
            frames.append(
                Matrix.Translation(at + Vector((dice.gauss(0, 0.05), -abs(dice.gauss(0, 0.03)), 0)))
                @ Matrix.Rotation(dice.uniform(0, TAU), 4, 'Y') @ Matrix.Rotation(
                    math.pi / 2 + dice.gauss(0, 0.4), 4, 'X'))
    add_leaves(ivy, 'ivy', frames, 0.15, 0.09, green)
    can = Stage('can', place(-0.35, -0.75, 0, -30))
    zinc = paint.make_metal('zinc', '#a9b0b3', 0.35)
    add_lathe(can, 'can', [(0, 0), (0.2, 0), (0.2, 0.3), (0.16, 0.36), (0.12, 0.36), (0, 0.3)],
              zinc)
    add_tube(can, 'spout', [(0.18, 0, 0.08), (0.34, 0, 0.2), (0.46, 0, 0.42)], 0.03, zinc)
    add_tube(can, 'handle', [(-0.15 - 0.12 * math.sin(math.pi * k / 10), 0, 0.08 + 0.026 * k)
                             for k in range(11)], 0.015, zinc)

    def pose(t):
        for k, plant in enumerate(plants):
            sway = 0.03 * math.sin(2 * TAU * t + k)
            plant.root.rotation_euler = (sway, 0.6 * sway, 0)

    return Shot(orbit((0, 0.6), 4.3, 1.75, 26, -22, 0.25), still(0.0, 0.6, 0.85), 36, pose)


def pot(name, x, y, z, size, material):
    stage = Stage(name, place(x, y, z))
    add_lathe(stage, 'pot', [(size * r, size * h) for r, h in POT], material)
    return stage.inner('plant', place(0, 0, 1.15 * size))


def add_broad_leaves(dice, stage, code, other):
    green = paint.make_leaf('green', code, other, 0.35)
    for k in range(13):
        turn, reach = TAU * k * 0.382, 0.12 + 0.032 * k
        heading = Vector((math.cos(turn), math.sin(turn), 0))
        tip = heading * reach + Vector((0, 0, 0.95 - 0.055 * k + dice.gauss(0, 0.04)))
        add_tube(stage, 'stalk', [Vector((0, 0, 0)), tip * 0.55 + Vector((0, 0, 0.06)), tip], 0.011,
                 green)
        leaf = Matrix.Translation(tip) @ Matrix.Rotation(turn, 4, 'Z') @ Matrix.Rotation(
            dice.uniform(0.0, 0.5), 4, 'Y')
        add_leaves(stage, 'leaf', [leaf], 0.46, 0.2, green)
    return stage


def add_blossom(dice, stage, code, other):
    green, petal = paint.make_leaf('green', '#3d6b33',
                                   '#86a651'), paint.make_leaf('petal', code, other)
    heart = paint.make_plain('heart', '#d9a92f', 0.8, bump=0.5, scale=20)
    frames, petals = [], []
    for _ in range(16):
        tip = Vector((dice.gauss(0, 0.15), dice.gauss(0, 0.15), dice.uniform(0.35, 0.75)))
        add_tube(stage, 'stalk', [Vector((0, 0, 0)), tip * 0.5 + Vector((0, 0, 0.05)), tip], 0.007,
                 green)
        frames += [scatter_frame(dice, tip * dice.uniform(0.3, 0.85), 0.04) for _ in range(7)]
        face = Matrix.Translation(tip) @ Matrix.Rotation(dice.gauss(-0.3, 0.35), 4, 'X') \
            @ Matrix.Rotation(dice.gauss(0, 0.35), 4, 'Y')
        petals += [face @ Matrix.Rotation(TAU * k / 8, 4, 'Z') for k in range(8)]
        add_ball(stage, 'heart', 0.025, heart, face, segments=12)
    add_leaves(stage, 'leaves', frames, 0.14, 0.055, green)
    add_leaves(stage, 'petals', petals, 0.1, 0.04, petal)
    return stage


def add_cactus(stage, size=1.0):
    green = paint.make_plain('cactus', '#4f7d4a', 0.6, mottling=0.3, bump=0.4, scale=8)
    ribs, rings = 14, 16
    from_bottom = [k / rings for k in range(rings + 1)]

    def column(at, radius, height):
        profile = [
            (radius * min(1.0, 6 * u + 0.3) * math.sqrt(max(0.0, 1 - max(0.0, 5 * u - 4)**2)),
             height * u) for u in from_bottom
        ]
        add_lathe(stage, 'cactus', profile, green, at, 36)
        for k in range(ribs):
            turn = TAU * k / ribs
            rib = [at @ Vector((r * math.cos(turn), r * math.sin(turn), z)) for r, z in profile]
            add_tube(stage, 'rib', rib, 0.14 * radius, green)

    column(place(), 0.09 * size, 0.5 * size)
    column(place(0.13 * size, 0, 0.12 * size, tilt_deg=12), 0.05 * size, 0.26 * size)
    column(place(-0.12 * size, 0.02, 0.18 * size, tilt_deg=-10), 0.045 * size, 0.2 * size)
