# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A game of chess by lamplight: turned pieces of boxwood and ebony."""

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_floor, add_lathe, add_prism,
                        place)

FOOT = [(0.0, 0.0), (0.36, 0.0), (0.38, 0.06), (0.34, 0.13), (0.28, 0.17), (0.29, 0.22),
        (0.22, 0.28)]
PIECES = {
    'pawn': (FOOT + [(0.12, 0.55), (0.11, 0.66), (0.2, 0.7), (0.2, 0.73), (0.1, 0.76)], 0.19, 0.9),
    'rook': (FOOT + [(0.19, 0.7), (0.19, 0.86), (0.28, 0.92), (0.28, 1.14), (0.2, 1.14),
                     (0.2, 1.04), (0, 1.04)], 0, 0),
    'bishop': (FOOT + [(0.13, 0.85), (0.22, 0.9), (0.13, 0.96), (0.19, 1.1), (0.14, 1.28),
                       (0.04, 1.38)], 0.06, 1.42),
    'knight': (FOOT + [(0.2, 0.36), (0.0, 0.36)], 0, 0),
    'queen': (FOOT + [(0.15, 1.0), (0.26, 1.06), (0.15, 1.13), (0.26, 1.42), (0.2, 1.42),
                      (0.12, 1.36), (0.06, 1.46)], 0.08, 1.52),
    'king': (FOOT + [(0.16, 1.1), (0.28, 1.17), (0.17, 1.24), (0.25, 1.52), (0.18, 1.6),
                     (0.05, 1.64)], 0, 0),
}
HEAD = [(-0.2, 0.3), (0.22, 0.3), (0.2, 0.55), (0.1, 0.72), (0.24, 0.66), (0.36, 0.74),
        (0.34, 0.86), (0.16, 1.04), (0.1, 1.2), (0.02, 1.08), (-0.14, 1.0), (-0.24, 0.8),
        (-0.26, 0.55)]
GAME = {
    'white': {
        'a1': 'rook', 'b1': 'knight', 'c4': 'bishop', 'd1': 'queen', 'g1': 'king', 'f1': 'rook',
        'f3': 'knight', 'e3': 'bishop', 'a2': 'pawn', 'b2': 'pawn', 'c3': 'pawn', 'd4': 'pawn',
        'e4': 'pawn', 'f2': 'pawn', 'g2': 'pawn', 'h3': 'pawn'
    }, 'black': {
        'a8': 'rook', 'c6': 'knight', 'g4': 'bishop', 'd7': 'queen', 'g8': 'king', 'f8': 'rook',
        'f6': 'knight', 'b6': 'bishop', 'a7': 'pawn', 'b7': 'pawn', 'd6': 'pawn', 'e5': 'pawn',
        'f7': 'pawn', 'g7': 'pawn', 'h6': 'pawn'
    }
}


def build():
    add_sky('#3c3a44', '#4a443f', 0.35)
    add_spot((-5.5, 1.5, 7.0), (0, 0, 0), 8500, 95, '#ffdca6', 0.35)
    add_panel((6.5, -5.0, 4.0), (0, 0, 0), 900, 3.0, '#9db6ff')
    room = Stage('room', index=BACKDROP)
    add_box(room, 'wall', (40, 0.2, 20), paint.make_plaster('wall', '#5a3c34', scale=0.3),
            place(0, 13, 6), 0)
    table = Stage('table', index=GROUND)
    add_floor(table, 30, paint.make_wood('table', '#2d1a10', '#5a3720', (0.2, 2.4, 2.4), 0.3, 0.4))
    board = Stage('board')
    add_box(board, 'frame', (9.2, 9.2, 0.3),
            paint.make_wood('frame', '#3a2114', '#6b4023', (0.3, 3, 3)), place(0, 0, 0.15), 0.06)
    pale = paint.make_wood('pale', '#c19a63', '#e3c48e', (1, 6, 6), 0.3, 0.3)
    dark = paint.make_wood('dark', '#41261a', '#6e4029', (1, 6, 6), 0.3, 0.3)
    for file in range(8):
        for rank in range(8):
            add_box(board, 'square', (0.995, 0.995, 0.04), pale if (file + rank) % 2 else dark,
                    place(file - 3.5, rank - 3.5, 0.3), 0.005)
    woods = {
        'white': paint.make_wood('boxwood', '#cfa866', '#ecd39c', (5, 5, 1.2), 0.25, 0.5),
        'black': paint.make_wood('ebony', '#1a1210', '#3a2822', (5, 5, 1.2), 0.2, 0.7)
    }
    for side, pieces in GAME.items():
        for square, kind in pieces.items():
            at = place(
                ord(square[0]) - ord('a') - 3.5,
                int(square[1]) - 4.5, 0.32, -70 if side == 'white' else 110)
            add_piece(Stage(kind, at), kind, woods[side])
    taken = Stage('taken', place(5.6, -1.6, 0.36, 30, 90))
    add_piece(taken, 'pawn', woods['black'])
    return Shot(orbit((0, 0), 10.5, 4.6, -38, 4, -1.2), still(0.2, -0.4, 0.6), 48)


def add_piece(stage, kind, wood):
    profile, ball, height = PIECES[kind]
    add_lathe(stage, kind, profile, wood, segments=32)
    if ball:
        add_ball(stage, 'head', ball, wood, place(0, 0, height), segments=28)
    if kind == 'knight':
        add_prism(stage, 'head', HEAD, 0.24, wood, bevel=0.05)
    elif kind == 'rook':
        for k in range(6):
            add_box(stage, 'merlon', (0.1, 0.16, 0.14), wood,
                    place(turn_deg=60 * k) @ place(0.24, 0, 1.19), 0.01)
    elif kind == 'king':
        add_box(stage, 'cross', (0.07, 0.07, 0.32), wood, place(0, 0, 1.78), 0.01)
        add_box(stage, 'cross', (0.24, 0.07, 0.07), wood, place(0, 0, 1.82), 0.01)
