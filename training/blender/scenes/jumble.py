# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""No place in particular: at each moment other things stand together, on another ground.

The other scenes are sixteen places; light has to be known anywhere. What the training scenes are
made of meets here, with furniture and walls of a few boxes, in sizes that nothing has. To be
rendered with --vary; the moment alone says what is there.
"""

import math
import random

import bpy
from mathutils import Matrix, Vector

from kit import materials as paint
from kit.camera import Shot
from kit.light import add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_box, add_column, add_floor, add_prism,
                        add_tree, place)
from kit.variation import make_strays
from scenes import colonnade, desert, foliage, forest, glassware, machine, robot, toys, walker

AWAY = Matrix.Translation((0, 0, -500))
WALL_FROM = 3.0  # the nearest that a wall behind stands


def build():
    dice = random.Random(77)
    add_sky('#6f93c4', '#dcdcd6', 0.55, clouds=0.3)
    add_sun((0.4, -0.5, 0.8))
    grounds = [make_ground(material) for material in make_ground_materials()]
    walls = [make_wall(material) for material in make_wall_materials()]
    pool = [Piece(stage) for stage in make_things(dice)]
    figures = [walker.add_figure() for _ in range(3)]
    pool += [Piece(figure) for figure, _ in figures]
    pool += [Piece(stage) for stage, _ in make_strays(dice)]

    def arrange(t):
        moment = random.Random(f'jumble {t:.9f}')
        show_one(grounds, moment.randrange(len(grounds)))
        show_one(walls, moment.choice([None, *range(len(walls))]))
        for wall in walls:
            turn = Matrix.Rotation(moment.uniform(-0.6, 0.6), 4, 'Z')
            wall.root.matrix_world = turn @ place(0, WALL_FROM + moment.expovariate(0.5))
        for _, pose in figures:
            pose(moment.random())
        stand_about(moment, pool)

    return Shot(lambda t: Vector((3.0 * math.sin(9 * t), -5.5, 1.4 + 1.2 * t)),
                lambda t: Vector((0, 0, 0.5)), 38, arrange)


class Piece:
    """A thing that can be stood anywhere, as large as one likes."""

    def __init__(self, stage):
        self.root = stage.root
        bpy.context.view_layer.update()
        inside = self.root.matrix_world.inverted()
        corners = [inside @ part.matrix_world @ Vector(corner)
                   for part in self.root.children_recursive if part.type in ('MESH', 'CURVE')
                   for corner in part.bound_box]
        low = Vector(min(c[k] for c in corners) for k in range(3))
        high = Vector(max(c[k] for c in corners) for k in range(3))
        self.height = high.z - low.z
        self.width = max(high.x - low.x, high.y - low.y)
        self._foot = Matrix.Translation((-0.5 * (low.x + high.x), -0.5 * (low.y + high.y), -low.z))

    def stand(self, x, y, turn, scale):
        self.root.matrix_world = (Matrix.Translation((x, y, 0)) @ Matrix.Rotation(turn, 4, 'Z')
                                  @ Matrix.Scale(scale, 4) @ self._foot)

    def leave(self):
        self.root.matrix_world = AWAY


def stand_about(dice, pool):
    """From three things to fourteen, none within another, the larger ones first."""
    for piece in pool:
        piece.leave()
    taken = []
    spread = dice.uniform(0.8, 2.2)
    for piece in dice.sample(pool, dice.randint(3, 14)):
        size = dice.uniform(0.35, 1.8)
        scale = size / max(piece.height, 0.7 * piece.width)
        reach = 0.5 * scale * piece.width
        for _ in range(12):
            x, y = dice.gauss(0, spread), dice.gauss(0, spread)
            if all(math.hypot(x - a, y - b) > 0.9 * (reach + c) for a, b, c in taken):
                piece.stand(x, y, dice.uniform(0, TAU), scale)
                taken.append((x, y, reach))
                break


def show_one(stages, number):
    for k, stage in enumerate(stages):
        for part in stage.root.children_recursive:
            part.hide_render = part.hide_viewport = k != number


def make_ground(material):
    ground = Stage('ground', index=GROUND)
    add_floor(ground, 120, material)
    return ground


def make_ground_materials():
    return [
        paint.make_plain('floor', '#c9c4ba', 0.7),
        paint.make_plain('dark floor', '#3a3d44', 0.35, coat=0.5),
        paint.make_wood('boards', '#5d3a20', '#a06c3f', (0.4, 4, 4)),
        paint.make_tiles('tiles', '#d8d2c2', '#4f6a73', 0.4),
        paint.make_bricks('paving', '#a39c90', '#8c867c', '#5d5850', 0.7, flat=True),
        paint.make_soil('lawn', '#48652a', '#86993f', 2.0, '#cfc98a'),
        paint.make_soil('sand', '#b99a68', '#dcc596', 1.5),
        paint.make_soil('asphalt', '#3b3c40', '#5c5c5e', 0.8, '#77756f', 0.3),
        paint.make_stone('rock', '#8b8175', 0.8),
        paint.make_plain('paper', '#f1efe9', 0.8, mottling=0.03),
        paint.make_patches('carpet', ['#8a2f33', '#d9b44a', '#2b3d5c'], 2.5, 0.9)
    ]


def make_wall(material):
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (60, 0.2, 12), material, place(0, 0, 6), 0)
    return wall


def make_wall_materials():
    return [
        paint.make_plaster('plaster', '#cfc7b4'),
        paint.make_plaster('dark plaster', '#4a5560', scale=0.5),
        paint.make_bricks('bricks'),
        paint.make_stripes('paper', ['#b9a27c', '#7d8f7a'], 2.0, 0.85, 'Object'),
        paint.make_plain('white', '#eceae4', 0.8, mottling=0.03)
    ]


def make_things(dice):
    wood = paint.make_wood('wood', '#6b4728', '#b3834f', (1, 6, 6))
    steel = paint.make_metal('steel', '#b9bec4', 0.25)
    brass = paint.make_metal('brass', '#cda04a', 0.2)
    stone = paint.make_stone('marble', '#d8d2c4', 1.5)
    lacquers = [paint.make_plain('lacquer', code, 0.3, coat=0.8)
                for code in ('#c8352c', '#2f62a8', '#e6c12f', '#3f9a50', '#efe6d2')]
    green = paint.make_leaf('green', '#3d6b33', '#86a651')

    def of(add, *rest):
        stage = Stage('thing')
        add(stage, *rest)
        return stage

    return [
        of(robot.add_robot),
        of(robot.add_crate, place(), 1.0, wood),
        of(machine.add_flywheel, steel, brass),
        of(machine.add_gear, 15, brass, steel),
        of(colonnade.add_fluted_column, 3.0, stone),
        of(colonnade.add_fluted_column, 1.6, stone, True),
        of(colonnade.add_arch, stone, stone),
        of(desert.add_boulder, dice, 1.0, paint.make_stone('boulder', '#a0714d', 1.2)),
        of(desert.add_saguaro, 1.0, green),
        of(forest.add_fern, dice, Vector((0, 0, 0)), green),
        of(foliage.add_cactus),
        foliage.add_broad_leaves(dice, Stage('leaves'), '#2f5d2c', '#6e9440'),
        foliage.add_blossom(dice, Stage('blossom'), '#d8567a', '#f0b0c0'),
        of(glassware.add_scales, brass),
        of(toys.add_bear),
        toys.add_engine(lacquers),
        of(add_tree, dice, (0, 0, 0), 1.2, 0.1, 3, paint.make_bark('bark'), green, 4, 0.25),
        of(add_tree, dice, (0, 0, 0), 1.2, 0.1, 4, paint.make_bark('bare')),
        *(make_furniture(dice, dice.choice((wood, lacquers[1], lacquers[4]))) for _ in range(4)),
        *(make_house(dice, k) for k in range(4)),
        *(make_pile(dice, lacquers + [wood, stone]) for _ in range(3))
    ]


def make_furniture(dice, material):
    """A table, bench or chair: a board on legs, some with a back."""
    stage = Stage('furniture')
    wide, deep, high = dice.uniform(0.5, 1.8), dice.uniform(0.5, 0.9), dice.uniform(0.45, 0.9)
    add_box(stage, 'board', (wide, deep, 0.06), material, place(0, 0, high))
    for x in (-0.46, 0.46):
        for y in (-0.44, 0.44):
            add_column(stage, 'leg', 0.035, high, material, place(x * wide, y * deep, 0))
    if dice.random() < 0.5:
        add_box(stage, 'back', (wide, 0.05, 0.7), material, place(0, 0.46 * deep, high + 0.4))
    return stage


def make_house(dice, number):
    """Walls with windows and a roof, flat or not."""
    stage = Stage('house')
    wide, deep, high = dice.uniform(0.8, 1.8), dice.uniform(0.8, 1.4), dice.uniform(0.8, 3.0)
    code = ('#dfcfa6', '#9a5340', '#8fa9b5', '#e7e2d8')[number]
    wall = paint.make_plaster(f'house {number}', code)
    pane = paint.make_plain('pane', '#1d2a35', 0.08, coat=1.0)
    add_box(stage, 'walls', (wide, deep, high), wall, place(0, 0, 0.5 * high))
    for row in range(int(high / 0.45)):
        for x in (-0.3, 0, 0.3):
            add_box(stage, 'window', (0.14 * wide, deep + 0.02, 0.22), pane,
                    place(x * wide, 0, 0.3 + 0.45 * row), 0)
    if dice.random() < 0.7:
        eaves = 0.6 * wide
        add_prism(stage, 'roof', [(-eaves, 0), (eaves, 0), (0, 0.5 * wide)], 1.15 * deep,
                  paint.make_bricks('tiles', '#6e4136', '#58332b', '#2c201c', 0.2),
                  place(0, 0, high))
    return stage


def make_pile(dice, materials):
    """Blocks on blocks, each turned."""
    stage = Stage('pile')
    z = 0.0
    for _ in range(dice.randint(2, 5)):
        size = [dice.uniform(0.3, 0.8), dice.uniform(0.3, 0.8), dice.uniform(0.15, 0.5)]
        add_box(stage, 'block', size, dice.choice(materials),
                place(dice.gauss(0, 0.05), dice.gauss(0, 0.05), z + 0.5 * size[2],
                      dice.uniform(0, 90)))
        z += size[2]
    return stage
