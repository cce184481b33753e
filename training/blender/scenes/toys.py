# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Toys on a nursery floor: a castle of blocks, a wooden train that drives, a bear and a ball."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor,
                        add_lathe, add_prism, add_tube, place)

TRACK = 1.25  # the radius of the railway


def build():
    dice = random.Random(12)
    add_sky('#b7c6d8', '#e3ddd2', 0.6)
    add_sun((-0.6, -0.5, 0.8), 3.2, '#fff0d4', 1.5)
    add_panel((2.5, -1.5, 2.2), (0, 0, 0.2), 40, 1.0, '#ffd9b8')
    floor = Stage('floor', index=GROUND)
    add_floor(floor, 12, paint.make_wood('floor', '#a87443', '#d0a068', (0.4, 5, 5), 0.35, 0.3))
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (12, 0.1, 5),
            paint.make_stripes('wall', ['#8fb3c4', '#86aabd'], 2, 0.9, 'Object'),
            place(0, 2.7, 2.5), 0)
    add_box(wall, 'skirting', (12, 0.14, 0.3), paint.make_plain('white', '#ece8dd', 0.4),
            place(0, 2.66, 0.15))
    lacquers = [
        paint.make_plain('block', code, 0.3, mottling=0.12, coat=0.8)
        for code in ('#c8372d', '#2c65a8', '#e2b32c', '#3f8a4a', '#e37f2d')
    ]
    add_castle(lacquers)
    rails = Stage('rails')
    wood = paint.make_wood('rail', '#b98a55', '#dcb27a', (4, 4, 4))
    for radius in (TRACK - 0.09, TRACK + 0.09):
        ring = [(radius * math.cos(TAU * k / 72), radius * math.sin(TAU * k / 72), 0.04)
                for k in range(72)]
        add_tube(rails, 'rail', ring, 0.016, wood, closed=True)
    for k in range(44):
        turn = 360 * k / 44
        add_box(rails, 'sleeper', (0.3, 0.07, 0.03), wood,
                place(turn_deg=turn) @ place(TRACK, 0, 0.015), 0.006)
    train = [
        add_engine(lacquers),
        add_wagon(lacquers[2], lacquers[1], dice, lacquers),
        add_wagon(lacquers[3], lacquers[0], dice, lacquers)
    ]
    add_bear(Stage('bear', place(-1.75, 1.35, 0, 24)))
    ball = Stage('ball', place(1.75, -0.55, 0.26))
    add_ball(
        ball, 'ball', 0.26,
        paint.make_stripes('ball', ['#d8402f', '#f0e9d8', '#2f6fb3', '#f0c93c'], 2, 0.3,
                           'Generated'))

    def pose(t):
        for k, car in enumerate(train):
            angle = -2.2 + 1.1 * TAU * t - 0.34 * k
            car.root.location = (TRACK * math.cos(angle), TRACK * math.sin(angle), 0.05)
            car.root.rotation_euler.z = angle + math.pi / 2
        ball.root.rotation_euler = (0.4, 2.4 * t, 0.2)
        ball.root.location.x = 1.95 - 0.6 * t

    return Shot(orbit((0, 0.2), 4.6, 2.1, 24, -24, -0.3), still(0, 0.2, 0.45), 38, pose)


def add_castle(lacquers):
    castle = Stage('castle', place(0.05, 0.15, 0, 14))
    cube = 0.24
    for x in (-2, 2):
        for level in range(4):
            add_box(castle, 'block', (0.99 * cube, ) * 3, lacquers[(level + x) % 5],
                    place(x * cube, 0, (level + 0.5) * cube, 5 * math.sin(7 * level + x)), 0.015)
        add_lathe(castle, 'spire', [(0, 0), (0.15, 0), (0, 0.36)], lacquers[0 if x < 0 else 1],
                  place(x * cube, 0, 4 * cube))
    for k in range(3):
        add_box(castle, 'block', (0.99 * cube, ) * 3, lacquers[(k + 2) % 5],
                place((k - 1) * cube, 0, 2.5 * cube), 0.015)
    add_box(castle, 'lintel', (3.4 * cube, cube, 0.1), lacquers[4], place(0, 0, 2 * cube - 0.06),
            0.015)
    for x in (-1, 1):
        add_column(castle, 'pillar', 0.09, 1.6 * cube, lacquers[3], place(x * 0.95 * cube, 0, 0))
    arch = [(-0.36, 0),
            (-0.2, 0)] + [(-0.2 * math.cos(math.pi * k / 12), 0.2 * math.sin(math.pi * k / 12))
                          for k in range(1, 12)] + [(0.2, 0), (0.36, 0), (0.36, 0.3), (-0.36, 0.3)]
    add_prism(castle, 'arch', arch, cube, lacquers[2], place(0, 0, 3 * cube), 0.012)
    add_ball(castle, 'top', 0.1, lacquers[0], place(0, 0, 3 * cube + 0.4))


def add_wheels(stage, xs, radius=0.08):
    black = paint.make_plain('wheel', '#23211f', 0.4, coat=0.5)
    for x in xs:
        for y in (-0.14, 0.1):
            add_column(stage, 'wheel', radius, 0.04, black, place(x, y, radius, roll_deg=-90))


def add_engine(lacquers):
    engine = Stage('engine')
    add_wheels(engine, (-0.13, 0.04, 0.19))
    add_box(engine, 'bed', (0.52, 0.2, 0.06), lacquers[0], place(0, 0, 0.13), 0.012)
    add_column(engine, 'boiler', 0.1, 0.32, lacquers[1], place(-0.05, 0, 0.25, tilt_deg=90))
    add_box(engine, 'cab', (0.18, 0.2, 0.26), lacquers[3], place(-0.16, 0, 0.28), 0.012)
    add_box(engine, 'roof', (0.24, 0.25, 0.03), lacquers[0], place(-0.16, 0, 0.425), 0.012)
    add_column(engine, 'chimney', 0.03, 0.17, lacquers[2], place(0.18, 0, 0.32), top=0.055)
    add_ball(engine, 'dome', 0.045, paint.make_metal('brass', '#d2a244', 0.2), place(0.06, 0, 0.35))
    return engine


def add_wagon(paint_body, paint_load, dice, lacquers):
    wagon = Stage('wagon')
    add_wheels(wagon, (-0.11, 0.11))
    add_box(wagon, 'bed', (0.4, 0.22, 0.05), paint_body, place(0, 0, 0.14), 0.012)
    for y in (-0.1, 0.1):
        add_box(wagon, 'side', (0.4, 0.02, 0.1), paint_body, place(0, y, 0.21), 0.006)
    for k in range(5):
        add_ball(wagon, 'load', 0.06, paint_load if k % 2 else lacquers[4],
                 place(-0.12 + 0.06 * k, dice.uniform(-0.04, 0.04), 0.23))
    return wagon


def add_bear(stage):
    fur = paint.make_plain('fur', '#9a6a3c', 1.0, mottling=0.3, bump=1.0, scale=14)
    pale = paint.make_plain('muzzle', '#d3b083', 1.0, bump=0.8, scale=14)
    black = paint.make_plain('nose', '#1a1412', 0.2, coat=1.0)
    add_ball(stage, 'belly', 0.32, fur, place(0, 0, 0.34), 1.12)
    add_ball(stage, 'head', 0.25, fur, place(0, -0.03, 0.85))
    add_ball(stage, 'muzzle', 0.11, pale, place(0, -0.24, 0.8))
    add_ball(stage, 'nose', 0.04, black, place(0, -0.35, 0.83))
    for side in (-1, 1):
        add_ball(stage, 'ear', 0.09, fur, place(side * 0.2, 0, 1.06))
        add_ball(stage, 'eye', 0.03, black, place(side * 0.09, -0.245, 0.92))
        add_ball(stage, 'arm', 0.1, fur, place(side * 0.34, -0.12, 0.52, tilt_deg=side * -35), 1.9)
        add_ball(stage, 'leg', 0.13, fur, place(side * 0.22, -0.32, 0.13, 0, 0, 80), 1.5)
        add_ball(stage, 'sole', 0.09, pale, place(side * 0.22, -0.5, 0.14))
    scarf = paint.make_stripes('scarf', ['#c23a30', '#e8dfc8'], 9, 0.9, 'Generated')
    ring = [(0.22 * math.cos(TAU * k / 24), 0.2 * math.sin(TAU * k / 24), 0.64) for k in range(24)]
    add_tube(stage, 'scarf', ring, 0.05, scarf, closed=True, sides=5)
    add_tube(stage,
             'scarf',
             [Vector((0.1, -0.22, 0.62)),
              Vector((0.14, -0.33, 0.5)),
              Vector((0.13, -0.36, 0.34))],
             0.045,
             scarf,
             sides=5)
