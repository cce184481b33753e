# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A tin robot that waves among crates in a workshop, under one hard lamp and a coloured one."""

import math

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor,
                        add_lathe, add_tube, place)


def build():
    add_sky('#6c7480', '#77736c', 0.55)
    add_spot((2.8, -3.4, 4.0), (0, 0, 0.9), 2100, 95, '#fff3e0', 0.1)
    add_panel((-3.0, -0.8, 1.8), (0, 0, 1), 60, 1.0, '#6fd0d8')
    floor = Stage('floor', index=GROUND)
    add_floor(floor, 16, paint.make_plaster('concrete', '#8b8680', '#77726c', 1.2))
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (12, 0.2, 6),
            paint.make_stripes('sheet', ['#5d7480', '#566c78', '#637b87'], 3, 0.7, 'Object'),
            place(0, 2.4, 3), 0)
    crates = Stage('crates')
    wood = paint.make_wood('crate', '#7a5531', '#b3834f', (1, 6, 6), 0.8, 0)
    for x, y, z, size, turn in ((-1.5, 1.0, 0, 0.8, 12), (-1.45, 1.05, 0.8, 0.6, -20),
                                (1.55, 1.3, 0, 0.9, -14), (1.3, -0.15, 0, 0.45, 30)):
        add_crate(crates, place(x, y, z, turn), size, wood)
    wave, turn_head = add_robot(Stage('robot', place(0, 0.2, 0, -8)))
    tyre = Stage('tyre', place(-0.95, -0.35, 0))
    rubber = paint.make_plain('rubber', '#1f1f22', 0.7, bump=0.4)
    add_lathe(tyre, 'tyre', [(0.2, 0.03), (0.3, 0.0), (0.34, 0.05), (0.34, 0.13), (0.3, 0.18),
                             (0.2, 0.15), (0.2, 0.03)], rubber)
    drum = Stage('drum', place(0.9, 1.5))
    red = paint.make_plain('drum', '#a8322a', 0.4, mottling=0.4, coat=0.5, scale=3)
    add_lathe(drum, 'drum', [(0, 0), (0.3, 0), (0.3, 0.28), (0.315, 0.3), (0.3, 0.32), (0.3, 0.58),
                             (0.315, 0.6), (0.3, 0.62), (0.3, 0.9), (0.28, 0.9), (0.27, 0.87),
                             (0, 0.87)], red)

    def pose(t):
        wave.root.rotation_euler.y = -2.2 - 0.45 * math.sin(3 * TAU * t)
        turn_head.root.rotation_euler.z = 0.5 * math.sin(TAU * t)

    return Shot(orbit((0, 0.2), 4.4, 1.5, -28, 24, 0.3), still(0, 0.3, 0.92), 38, pose)


def add_crate(stage, frame, size, wood):
    add_box(stage, 'inside', (0.92 * size, ) * 3, wood, frame @ place(0, 0, 0.5 * size), 0.01)
    bar = 0.12 * size
    for a in (-1, 1):
        for b in (-1, 1):
            at = 0.5 * (size - bar)
            add_box(stage, 'bar', (size, bar, bar), wood,
                    frame @ place(0, a * at, 0.5 * size + b * at), 0.01)
            add_box(stage, 'bar', (bar, size, bar), wood,
                    frame @ place(a * at, 0, 0.5 * size + b * at), 0.01)
            add_box(stage, 'bar', (bar, bar, size), wood, frame @ place(a * at, b * at, 0.5 * size),
                    0.01)


def add_robot(stage):
    """Gives the shoulder that waves and the head."""
    body = paint.make_plain('enamel',
                            '#d8702a',
                            0.3,
                            metallic=0.3,
                            mottling=0.15,
                            coat=0.8,
                            scale=3)
    steel = paint.make_metal('steel', '#b9bec4', 0.25)
    dark = paint.make_plain('dark', '#23262b', 0.5)
    glow = paint.make_glow('eye', '#8ff3ff', 1.5)
    add_box(stage, 'chest', (0.62, 0.42, 0.66), body, place(0, 0, 0.98), 0.06)
    add_box(stage, 'plate', (0.42, 0.06, 0.34), steel, place(0, -0.2, 1.05), 0.03)
    for k in range(3):
        dial = paint.make_plain('dial', ('#c8352c', '#e6c12f', '#3f9a50')[k], 0.2, coat=1.0)
        add_ball(stage, 'dial', 0.045, dial, place(-0.12 + 0.12 * k, -0.235, 1.12))
    for k in range(4):
        add_box(stage, 'slot', (0.3, 0.02, 0.02), dark, place(0, -0.232, 0.94 + 0.035 * k), 0.004)
    add_column(stage, 'waist', 0.17, 0.16, dark, place(0, 0, 0.52))
    add_box(stage, 'hips', (0.46, 0.34, 0.16), body, place(0, 0, 0.5), 0.04)
    for side in (-1, 1):
        add_column(stage, 'thigh', 0.08, 0.22, steel, place(side * 0.14, 0, 0.24))
        add_box(stage, 'shin', (0.2, 0.24, 0.2), body, place(side * 0.14, 0, 0.2), 0.04)
        add_box(stage, 'foot', (0.24, 0.42, 0.12), dark, place(side * 0.14, -0.06, 0.06), 0.04)
    head = stage.inner('head', place(0, 0, 1.38))
    add_column(head, 'neck', 0.1, 0.12, dark, place(0, 0, -0.08))
    add_box(head, 'head', (0.44, 0.36, 0.32), body, place(0, 0, 0.2), 0.07)
    add_box(head, 'mouth', (0.24, 0.04, 0.05), dark, place(0, -0.175, 0.11), 0.01)
    for side in (-1, 1):
        add_lathe(head, 'socket', [(0.05, 0), (0.075, 0), (0.075, 0.05), (0.06, 0.05)], steel,
                  place(side * 0.1, -0.17, 0.24, roll_deg=90))
        add_ball(head, 'eye', 0.055, glow, place(side * 0.1, -0.185, 0.24))
        add_ball(head, 'ear', 0.06, steel, place(side * 0.24, 0, 0.2))
    add_tube(head, 'aerial', [(0, 0, 0.36), (0, 0, 0.6)], 0.012, steel)
    add_ball(head, 'tip', 0.04, paint.make_plain('tip', '#c8352c', 0.2, coat=1.0),
             place(0, 0, 0.62))

    def add_arm(side, lift_deg):
        arm = stage.inner('arm', place(side * 0.38, 0, 1.2, tilt_deg=side * lift_deg))
        add_ball(arm, 'shoulder', 0.11, steel)
        for k in range(5):
            ring = [(0.05, 0), (0.075, 0.03), (0.05, 0.06)]
            add_lathe(arm, 'ring', ring, dark, place(0, 0, -0.14 - 0.06 * k))
        add_column(arm, 'forearm', 0.085, 0.26, body, place(0, 0, -0.66), top=0.07)
        for turn in (-40, 40, 180):
            claw = [(0.06 + 0.05 * math.sin(math.pi * j / 6), 0, -0.66 - 0.03 * j)
                    for j in range(7)]
            add_tube(arm, 'claw', claw, 0.022, steel, matrix=place(turn_deg=turn))
        return arm

    add_arm(-1, -12)
    return add_arm(1, 0), head
