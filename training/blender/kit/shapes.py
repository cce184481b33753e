# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Things on a stage. Every add_… function gives the new object."""

import math

import bpy
from mathutils import Matrix, Vector

from .numbers import TAU, lerp

BACKDROP = 0  # the object index of what stands for nothing: skies, far hills, a studio's paper
GROUND = 1  # what things stand on


class Stage:
    """Where new objects go: a frame that they live in, and the index that passes know them by."""

    _last_index = GROUND

    def __init__(self, name, matrix=None, index=None, parent=None):
        if index is None:
            Stage._last_index += 1
            index = Stage._last_index
        self.index = index
        self.root = self._link(bpy.data.objects.new(name, None), parent, matrix)

    def inner(self, name, matrix=None):
        return Stage(name, matrix, self.index, self.root)

    def add(self, name, data, material=None, matrix=None):
        if material is not None and not data.materials:
            data.materials.append(material)
        return self._link(bpy.data.objects.new(name, data), self.root, matrix)

    def _link(self, thing, parent, matrix):
        bpy.context.collection.objects.link(thing)
        thing.parent = parent
        thing.pass_index = self.index
        if matrix is not None:
            thing.matrix_local = matrix
        return thing


def place(x=0.0, y=0.0, z=0.0, turn_deg=0.0, tilt_deg=0.0, roll_deg=0.0):
    return (Matrix.Translation((x, y, z)) @ Matrix.Rotation(math.radians(turn_deg), 4, 'Z')
            @ Matrix.Rotation(math.radians(tilt_deg), 4, 'Y')
            @ Matrix.Rotation(math.radians(roll_deg), 4, 'X'))


def aim(origin, direction):
    """A frame at origin whose z axis points along direction."""
    turn = Vector(direction).to_track_quat('Z', 'Y').to_matrix().to_4x4()
    return Matrix.Translation(origin) @ turn


def make_mesh(name, vertices, faces, uvs=None, smooth=True):
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata([tuple(v) for v in vertices], [], faces)
    if uvs is not None:
        layer = mesh.uv_layers.new()
        for loop in mesh.loops:
            layer.data[loop.index].uv = uvs[loop.vertex_index]
    if smooth:
        mesh.polygons.foreach_set('use_smooth', [True] * len(mesh.polygons))
    mesh.update()
    return mesh


def add_sheet(stage, name, columns, rows, point_at, material, matrix=None, thickness=0.0):
    """A sheet of columns × rows cells through point_at(s, t), s and t in 0…1."""
    vertices = [point_at(i / columns, j / rows) for j in range(rows + 1)
                for i in range(columns + 1)]
    uvs = [(i / columns, j / rows) for j in range(rows + 1) for i in range(columns + 1)]
    stride = columns + 1
    faces = [(a, a + 1, a + 1 + stride, a + stride)
             for a in (j * stride + i for j in range(rows) for i in range(columns))]
    thing = stage.add(name, make_mesh(name, vertices, faces, uvs), material, matrix)
    if thickness > 0.0:
        thing.modifiers.new('shell', 'SOLIDIFY').thickness = thickness
    return thing


def add_floor(stage, size, material, height_at=None, cells=2, centre=(0.0, 0.0)):
    """Level ground, or hills where height_at(x, y) is given."""

    def point(s, t):
        x, y = centre[0] + size * (s - 0.5), centre[1] + size * (t - 0.5)
        return Vector((x, y, height_at(x, y) if height_at else 0.0))

    return add_sheet(stage, 'floor', cells, cells, point, material)


def add_lathe(stage, name, profile, material, matrix=None, segments=40, crease_deg=35):
    """A turned piece: profile is a list of (radius, height) from bottom to top."""
    vertices = [(radius * math.cos(TAU * i / segments), radius * math.sin(TAU * i / segments),
                 height) for radius, height in profile for i in range(segments)]
    faces = [(k * segments + i, k * segments + (i + 1) % segments,
              (k + 1) * segments + (i + 1) % segments, (k + 1) * segments + i)
             for k in range(len(profile) - 1) for i in range(segments)]
    mesh = make_mesh(name, vertices, faces)
    mesh.use_auto_smooth = True
    mesh.auto_smooth_angle = math.radians(crease_deg)
    return stage.add(name, mesh, material, matrix)


def add_column(stage, name, radius, height, material, matrix=None, top=None, segments=32):
    """A cylinder that stands on its frame's origin, or a cone where `top` differs."""
    top = radius if top is None else top
    lip = 0.06 * min(radius, height)
    profile = [(0.0, 0.0), (radius - lip, 0.0), (radius, lip), (top, height - lip),
               (max(top - lip, 0.0), height), (0.0, height)]
    return add_lathe(stage, name, profile, material, matrix, segments, 50)


def add_ball(stage, name, radius, material, matrix=None, squash=1.0, segments=40):
    rings = segments // 2
    profile = [(radius * math.sin(math.pi * k / rings),
                -radius * squash * math.cos(math.pi * k / rings)) for k in range(rings + 1)]
    return add_lathe(stage, name, profile, material, matrix, segments, 180)


def add_box(stage, name, size, material, matrix=None, bevel=0.02):
    x, y, z = (0.5 * s for s in size)
    corners = [(sx * x, sy * y, sz * z) for sx in (-1, 1) for sy in (-1, 1) for sz in (-1, 1)]
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    thing = stage.add(name, make_mesh(name, corners, faces, smooth=False), material, matrix)
    if bevel > 0.0:
        modifier = thing.modifiers.new('bevel', 'BEVEL')
        modifier.width, modifier.segments = bevel, 3
    return thing


def add_tube(stage, name, points, radius, material, radii=None, closed=False, sides=3,
             matrix=None):
    """A round rod, rope or rail through points; `radii` scales it point by point."""
    curve = bpy.data.curves.new(name, 'CURVE')
    curve.dimensions = '3D'
    curve.bevel_depth = radius
    curve.bevel_resolution = sides
    curve.use_fill_caps = True
    spline = curve.splines.new('POLY')
    spline.points.add(len(points) - 1)
    for k, point in enumerate(points):
        spline.points[k].co = (*point, 1.0)
        spline.points[k].radius = radii[k] if radii else 1.0
    spline.use_cyclic_u = closed
    spline.use_smooth = True
    return stage.add(name, curve, material, matrix)


def add_prism(stage, name, outline, depth, material, matrix=None, bevel=0.02):
    """A flat outline of (x, z) points, pushed along y by depth on both sides together."""
    count, half = len(outline), 0.5 * depth
    vertices = [(x, y, z) for y in (-half, half) for x, z in outline]
    sides = [(i, (i + 1) % count, count + (i + 1) % count, count + i) for i in range(count)]
    faces = [tuple(range(count - 1, -1, -1)), tuple(range(count, 2 * count))] + sides
    thing = stage.add(name, make_mesh(name, vertices, faces, smooth=False), material, matrix)
    if bevel > 0.0:
        modifier = thing.modifiers.new('bevel', 'BEVEL')
        modifier.width, modifier.segments = bevel, 3
    return thing


def slack_line(a, b, sag=0.0, steps=14):
    a, b = Vector(a), Vector(b)
    return [a.lerp(b, t) + Vector((0, 0, -4.0 * sag * t * (1.0 - t)))
            for t in (k / steps for k in range(steps + 1))]


# ---- Plants --------------------------------------------------------------------------------------


def add_leaves(stage, name, frames, length, width, material, fold=0.25, matrix=None):
    """One mesh of many leaves. A frame's x axis is a leaf's midrib and its z axis faces the sun."""
    outline = [(0.0, 0.0), (0.3, 0.42), (0.65, 0.4), (1.0, 0.0)]
    vertices, faces = [], []
    for frame in frames:
        first = len(vertices)
        for u, v in outline:
            droop = -0.25 * u * u
            for side in ((0.0,) if v == 0.0 else (0.0, 1.0, -1.0)):
                lift = droop + fold * abs(side) * v
                local = Vector((u * length, side * v * width, lift * width))
                vertices.append(frame @ local)
        b, c, d = first + 1, first + 4, first + 7
        for side in (1, 2):
            quad = [(first, b, b + side), (b, c, c + side, b + side), (c, d, c + side)]
            faces += quad if side == 2 else [face[::-1] for face in quad]
    return stage.add(name, make_mesh(name, vertices, faces), material, matrix)


def add_grass(stage, name, random, roots, height, width, material):
    """One mesh of bent blades at the given roots."""
    vertices, faces = [], []
    for root in roots:
        turn, lean = random.uniform(0, TAU), random.uniform(0.1, 0.6)
        tall = height * random.uniform(0.5, 1.2)
        across = Vector((math.cos(turn), math.sin(turn), 0.0)) * width
        along = Vector((-math.sin(turn), math.cos(turn), 0.0)) * tall
        first = len(vertices)
        for k in range(3):
            t = k / 3.0
            spine = Vector(root) + along * lean * t * t + Vector((0, 0, tall * t))
            vertices += [spine - across * (1.0 - t), spine + across * (1.0 - t)]
        vertices.append(Vector(root) + along * lean + Vector((0, 0, tall * (1.0 - 0.3 * lean))))
        faces += [(first, first + 1, first + 3, first + 2),
                  (first + 2, first + 3, first + 5, first + 4), (first + 4, first + 5, first + 6)]
    return stage.add(name, make_mesh(name, vertices, faces), material)


def grow_tree(random, root, direction, length, radius, depth):
    """Branches as (points, radii) and the tips' frames: each branch ends in two or three."""
    branches, tips = [], []

    def grow(start, heading, long, thick, level):
        points, radii, at = [start], [thick], start
        for k in range(4):
            heading = (heading + Vector((random.gauss(0, 0.10), random.gauss(0, 0.10),
                                         0.05))).normalized()
            at = at + heading * long / 4
            points.append(at)
            radii.append(lerp(thick, thick * 0.68, (k + 1) / 4))
        branches.append((points, radii))
        if level == 0:
            tips.extend(points[1:])
            return
        spin = random.uniform(0, TAU)
        for k in range(random.choice((2, 3))):
            side = Matrix.Rotation(spin + TAU * k / 3 + random.uniform(-0.4, 0.4), 3, heading) \
                @ heading.orthogonal().normalized()
            grow(at, (heading + side * random.uniform(0.45, 0.85)).normalized(),
                 long * random.uniform(0.62, 0.82), thick * 0.66, level - 1)

    grow(Vector(root), Vector(direction).normalized(), length, radius, depth)
    return branches, tips


def add_tree(stage, random, root, length, radius, depth, bark, leaf=None, leaves_per_tip=6,
             leaf_size=0.16):
    branches, tips = grow_tree(random, root, (0, 0, 1), length, radius, depth)
    curve = bpy.data.curves.new('branches', 'CURVE')
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = '3D', 1.0, 2
    for points, radii in branches:
        spline = curve.splines.new('POLY')
        spline.points.add(len(points) - 1)
        for at, point, thick in zip(spline.points, points, radii):
            at.co, at.radius = (*point, 1.0), thick
        spline.use_smooth = True
    stage.add('branches', curve, bark)
    if leaf is not None:
        frames = [scatter_frame(random, tip, 1.2 * leaf_size)
                  for tip in tips for _ in range(leaves_per_tip)]
        add_leaves(stage, 'leaves', frames, leaf_size, 0.6 * leaf_size, leaf)


def scatter_frame(random, centre, spread):
    """A frame near centre, turned at random but with its face mostly upward."""
    offset = Vector((random.gauss(0, spread), random.gauss(0, spread), random.gauss(0, spread)))
    return (Matrix.Translation(Vector(centre) + offset)
            @ Matrix.Rotation(random.uniform(0, TAU), 4, 'Z')
            @ Matrix.Rotation(random.gauss(0.2, 0.5), 4, 'Y')
            @ Matrix.Rotation(random.gauss(0, 0.4), 4, 'X'))
