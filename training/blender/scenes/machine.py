# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A machine of brass and iron: meshed gears, a flywheel and a piston, all turning."""

import math

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor,
                        add_lathe, add_prism, add_sheet, add_tube, place)

MODULE = 0.05  # pitch diameter of a gear for each tooth


def build():
    add_sky('#39424d', '#4a4d52', 0.5)
    add_spot((-2.6, -3.0, 3.4), (0, 0, 0.8), 2300, 90, '#ffe7c2', 0.12)
    add_panel((3.2, -1.2, 1.6), (0, 0, 0.9), 170, 1.4, '#a9c8ff')
    floor = Stage('floor', index=GROUND)
    add_floor(floor, 14, paint.make_tiles('plates', '#6f6a62', '#5b5750', 0.8, 0.5))
    wall = Stage('wall', index=BACKDROP)
    bricks = paint.make_bricks('wall', '#70604f', '#5c4c40', '#3d3833', 0.32)
    add_box(wall, 'wall', (12, 0.2, 6), bricks, place(0, 2.0, 3), 0)

    iron = paint.make_plain('iron', '#2c4a46', 0.45, mottling=0.3, coat=0.3, scale=3)
    steel = paint.make_metal('steel', '#b4b9be', 0.28)
    brass = paint.make_metal('brass', '#c8993f', 0.25)
    copper = paint.make_metal('copper', '#b9673c', 0.3)
    bed = Stage('bed')
    add_box(bed, 'bed', (3.2, 1.1, 0.32), iron, place(0, 0.25, 0.16), 0.04)
    for x in (-1.35, 1.35):
        add_box(bed, 'post', (0.16, 0.2, 1.9), iron, place(x, 0.55, 1.2), 0.03)
    add_box(bed, 'beam', (3.0, 0.22, 0.2), iron, place(0, 0.55, 2.1), 0.04)
    for k in range(9):
        add_ball(bed, 'rivet', 0.035, steel, place(-1.4 + 0.35 * k, -0.31, 0.2))

    turning = []
    x, phase, direction = -0.95, 0.0, 1.0
    for teeth, metal, turns in ((24, brass, 1.0), (14, steel, -24 / 14), (19, copper, 24 / 19)):
        gear = Stage('gear', place(x, 0.05, 1.15))
        add_gear(gear, teeth, metal, steel)
        turning.append((gear, turns, phase))
        x += 0.5 * MODULE * teeth + (0.5 * MODULE * 14 if teeth != 14 else 0.5 * MODULE * 19)
        phase = math.pi / 14 if teeth == 24 else 0.0
    wheel = Stage('flywheel', place(0.95, 0.75, 1.15))
    add_flywheel(wheel, iron, brass)
    turning.append((wheel, 24 / 19, 0.0))
    rod, piston = add_piston(steel, copper)

    boiler = Stage('boiler', place(-1.0, 1.05, 1.05))
    rings = [(0.0, -0.75), (0.42, -0.62), (0.46, -0.5), (0.46, 0.5), (0.42, 0.62), (0.0, 0.75)]
    add_lathe(boiler, 'shell', rings, copper, place(0, 0, 0.2, tilt_deg=90))
    for k in (-0.45, 0.0, 0.45):
        band = [(0.465, -0.03), (0.48, -0.02), (0.48, 0.02), (0.465, 0.03)]
        add_lathe(boiler, 'band', band, brass, place(k, 0, 0.2, tilt_deg=90))
    pipe = [(-1.0, 1.0, 1.7), (-1.0, 1.0, 2.05), (-0.9, 1.0, 2.25), (-0.6, 1.0, 2.32),
            (1.2, 1.0, 2.32), (1.5, 1.0, 2.22), (1.55, 1.0, 1.9), (1.55, 1.0, 0.3)]
    add_tube(boiler, 'pipe', pipe, 0.07, copper, matrix=boiler.root.matrix_local.inverted())

    def pose(t):
        for stage, turns, start in turning:
            stage.root.rotation_euler = (0, start + turns * TAU * 0.75 * t, 0)
        angle = 24 / 19 * TAU * 0.75 * t
        pin = 0.33 * math.sin(angle)
        piston.root.location.z = 0.62 + pin * 0.6
        rod.root.location.z = 0.62 + pin * 0.6

    return Shot(orbit((0.05, 0.2), 4.3, 1.7, -26, 26, -0.4), still(0.05, 0.3, 1.12), 36, pose)


def add_gear(stage, teeth, metal, axle):
    """Teeth along a circle of the pitch diameter; it turns about y."""
    pitch = 0.5 * MODULE * teeth
    outline = []
    for k in range(teeth):
        for part, height in ((0.0, -0.03), (0.22, -0.03), (0.34, 0.024), (0.66, 0.024), (0.78,
                                                                                         -0.03)):
            angle = TAU * (k + part - 0.5) / teeth
            outline.append(((pitch + height) * math.sin(angle), (pitch + height) * math.cos(angle)))
    add_prism(stage, 'gear', outline, 0.14, metal, bevel=0.006)
    around = place(roll_deg=90)
    add_lathe(stage, 'hub', [(0, 0.13), (0.1, 0.13), (0.12, 0.1), (0.12, -0.3)], axle, around)
    spokes = 5 if teeth > 15 else 4
    for k in range(spokes):
        angle = TAU * k / spokes
        at = place(0.6 * pitch * math.sin(angle), -0.075, 0.6 * pitch * math.cos(angle))
        add_column(stage, 'boss', 0.2 * pitch, 0.05, metal, at @ place(roll_deg=90))


def add_flywheel(stage, iron, brass):
    around = place(roll_deg=90)
    rim = [(0.78, -0.08), (0.9, -0.1), (0.9, 0.1), (0.78, 0.08), (0.78, -0.08)]
    add_lathe(stage, 'rim', rim, iron, around, 64)
    add_column(stage, 'hub', 0.14, 0.3, brass, place(0, 0.15, 0) @ around)
    for k in range(6):
        angle = TAU * k / 6
        end = (0.8 * math.sin(angle), 0.0, 0.8 * math.cos(angle))
        add_tube(stage, 'spoke', [(0, 0, 0), end], 0.04, iron)


def add_piston(steel, copper):
    cylinder = Stage('cylinder', place(1.05, -0.2))
    add_lathe(cylinder, 'cylinder', [(0.16, 0.3), (0.22, 0.33), (0.22, 0.4), (0.18, 0.43),
                                     (0.18, 0.6), (0.21, 0.62), (0.21, 0.68), (0.1, 0.7),
                                     (0.06, 0.7)], copper)
    rod = Stage('rod', place(1.05, -0.2, 0.62))
    add_column(rod, 'rod', 0.05, 0.55, steel)
    piston = Stage('head', place(1.05, -0.2, 0.62))
    add_ball(piston, 'head', 0.1, steel, place(0, 0, 0.58))
    add_box(piston, 'fork', (0.26, 0.12, 0.07), steel, place(0, 0, 0.47), 0.02)
    return rod, piston
