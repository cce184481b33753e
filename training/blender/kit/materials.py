# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Painted surfaces. Lengths are in scene units of the object's own frame."""

from .nodes import Shader
from .numbers import shade, srgb


def make_plain(name, code, roughness=0.6, metallic=0.0, mottling=0.25, bump=0.0, coat=0.0,
               scale=5.0):
    """One colour, clouded; `coat` is a layer of varnish."""
    shader = Shader(name)
    cloud = shader.noise(shader.coordinates(), scale, 6, 0.65)
    shader.set(base_color=shader.mix(shader.grey_ramp(cloud, 0.35, 0.65), srgb(code),
                                     shade(code, 1.0 - mottling)),
               roughness=roughness, metallic=metallic, clearcoat=coat, clearcoat_roughness=0.1)
    if bump > 0.0:
        fine = shader.noise(shader.coordinates(), 12.0 * scale, 3)
        shader.bump(fine, strength=bump, distance=0.05 / scale)
    return shader.material


def make_metal(name, code, roughness=0.3, tarnish='#5b5247', scale=4.0):
    shader = Shader(name)
    cloud = shader.noise(shader.coordinates(), scale, 6, 0.65)
    shader.set(base_color=shader.mix(shader.grey_ramp(cloud, 0.45, 0.8), srgb(code), srgb(tarnish)),
               metallic=1.0,
               roughness=shader.math('ADD', roughness, shader.math('MULTIPLY', cloud, 0.15)))
    return shader.material


def make_glass(name, code='#f4fbff', roughness=0.0):
    shader = Shader(name)
    shader.set(base_color=srgb(code), transmission=1.0, roughness=roughness)
    return shader.material


def make_wood(name, dark, light, grain=(0.6, 7.0, 7.0), roughness=0.42, coat=0.15):
    """Planed wood whose fibres run along the object's x axis, or where `grain` is least."""
    shader = Shader(name)
    vector = shader.coordinates('Object', grain)
    rings = shader.noise(vector, 1.6, 6, 0.62, 0.5)
    fibre = shader.noise(vector, 9.0, 3)
    mixed = shader.math('ADD', shader.math('MULTIPLY', rings, 0.7),
                        shader.math('MULTIPLY', fibre, 0.3))
    shader.set(base_color=shader.ramp(mixed, [(0.34, srgb(dark)), (0.66, srgb(light))]),
               roughness=roughness, specular=0.4, clearcoat=coat, clearcoat_roughness=0.25)
    shader.bump(fibre, strength=0.25, distance=0.01)
    return shader.material


def _wall_coordinates(shader):
    """Upright walls along x or y, both unrolled to (x + y, z)."""
    parts = shader.node('ShaderNodeSeparateXYZ', {'Vector': shader.coordinates()}).outputs
    return shader.node('ShaderNodeCombineXYZ', {
        'X': shader.math('ADD', parts['X'], parts['Y']), 'Y': parts['Z']}).outputs[0]


def make_bricks(name, one='#8d4a36', other='#6e3325', mortar='#b9ab98', length=0.5, flat=False):
    """Courses of bricks; `flat` lays them as paving."""
    shader = Shader(name)
    vector = shader.coordinates() if flat else _wall_coordinates(shader)
    bricks = shader.node('ShaderNodeTexBrick', {
        'Vector': vector, 'Color1': srgb(one), 'Color2': srgb(other), 'Mortar': srgb(mortar),
        'Scale': 0.5 / length, 'Mortar Size': 0.018, 'Mortar Smooth': 0.2})
    grime = shader.noise(shader.coordinates(), 3.0 / length, 6, 0.7)
    shader.set(base_color=shader.mix(shader.grey_ramp(grime, 0.3, 0.9), bricks.outputs['Color'],
                                     shade(other, 0.4)), roughness=0.85, specular=0.2)
    shader.bump(shader.math('SUBTRACT', shader.math('MULTIPLY', grime, 0.4),
                            bricks.outputs['Fac']), strength=0.6, distance=0.04 * length)
    return shader.material


def make_tiles(name, one, other, size=0.5, roughness=0.25):
    shader = Shader(name)
    vector = shader.coordinates()
    checker = shader.node('ShaderNodeTexChecker', {
        'Vector': vector, 'Color1': srgb(one), 'Color2': srgb(other), 'Scale': 1.0 / size})
    veins = shader.noise(vector, 1.3 / size, 8, 0.7, 1.5)
    shader.set(base_color=shader.mix(shader.grey_ramp(veins, 0.42, 0.62), checker.outputs['Color'],
                                     shade(other, 0.6)), roughness=roughness)
    return shader.material


def make_stone(name, code, scale=1.0, roughness=0.85, bump=0.7, contrast=0.55):
    """Rock: veins, cracks and grain."""
    shader = Shader(name)
    vector = shader.coordinates()
    cloud = shader.noise(vector, 1.2 * scale, 8, 0.65, 0.4)
    grain = shader.noise(vector, 14.0 * scale, 5, 0.7)
    cracks = shader.node('ShaderNodeTexVoronoi', {'Vector': vector, 'Scale': 2.2 * scale},
                         feature='DISTANCE_TO_EDGE').outputs['Distance']
    cracked = shader.grey_ramp(cracks, 0.0, 0.06)
    colour = shader.mix(shader.grey_ramp(cloud, 0.3, 0.7), shade(code, 1.0 - contrast),
                        shade(code, 1.15))
    colour = shader.mix(shader.math('MULTIPLY', grain, 0.45), colour, shade(code, 0.45))
    shader.set(base_color=colour, roughness=roughness, specular=0.25)
    height = shader.math('ADD', shader.math('MULTIPLY', cracked, 0.25),
                         shader.math('ADD', cloud, shader.math('MULTIPLY', grain, 0.3)))
    shader.bump(height, strength=bump, distance=0.12 / scale)
    return shader.material


def make_plaster(name, code, other=None, scale=1.0):
    shader = Shader(name)
    vector = shader.coordinates()
    cloud = shader.noise(vector, 0.7 * scale, 7, 0.65)
    fine = shader.noise(vector, 9.0 * scale, 5, 0.75)
    base = shader.mix(shader.grey_ramp(cloud, 0.3, 0.7), srgb(code),
                      srgb(other) if other else shade(code, 0.75))
    shader.set(base_color=shader.mix(shader.math('MULTIPLY', fine, 0.35), base, shade(code, 0.5)),
               roughness=0.9, specular=0.1)
    shader.bump(fine, strength=0.3, distance=0.03 / scale)
    return shader.material


def make_soil(name, dark, light, scale=1.0, speck='#d9cfa8', bump=0.8):
    """Earth, sand, moss or asphalt with small specks."""
    shader = Shader(name)
    vector = shader.coordinates()
    patches = shader.noise(vector, 0.6 * scale, 6, 0.6)
    grain = shader.noise(vector, 11.0 * scale, 6, 0.75)
    mixed = shader.math('ADD', shader.math('MULTIPLY', patches, 0.5),
                        shader.math('MULTIPLY', grain, 0.5))
    colour = shader.ramp(mixed, [(0.36, srgb(dark)), (0.64, srgb(light))])
    specks = shader.node('ShaderNodeTexVoronoi', {'Vector': vector, 'Scale': 9.0 * scale})
    dots = shader.math('LESS_THAN', specks.outputs['Distance'], 0.17)
    shader.set(base_color=shader.mix(shader.math('MULTIPLY', dots, 0.6), colour, srgb(speck)),
               roughness=0.95, specular=0.1)
    shader.bump(shader.math('ADD', grain, patches), strength=bump, distance=0.08 / scale)
    return shader.material


def make_weave(name, code, other, threads=30.0, sheen=0.3):
    """Cloth in UV space, woven of two colours."""
    shader = Shader(name)
    vector = shader.coordinates('UV')
    waves = [shader.node('ShaderNodeTexWave', {'Vector': vector, 'Scale': 0.3 * threads,
                                               'Distortion': 1.0, 'Detail': 2.0},
                         bands_direction=axis).outputs['Fac'] for axis in 'XY']
    weave = shader.math('MULTIPLY', shader.math('ADD', *waves), 0.5)
    cloud = shader.noise(vector, 5.0, 5)
    colour = shader.mix(weave, srgb(code), srgb(other))
    shader.set(base_color=shader.mix(shader.math('MULTIPLY', cloud, 0.4), colour, shade(code, 0.6)),
               roughness=0.9, specular=0.05, sheen=sheen)
    shader.bump(weave, strength=0.4, distance=0.01)
    return shader.material


def make_stripes(name, colours, count, roughness=0.7, source='UV', axis='X'):
    """Bands of equal width, `count` rounds of the colours over one unit."""
    shader = Shader(name)
    parts = shader.node('ShaderNodeSeparateXYZ', {'Vector': shader.coordinates(source)}).outputs
    at = shader.math('FRACT', shader.math('MULTIPLY', parts[axis], count))
    bands = [(k / len(colours), srgb(code)) for k, code in enumerate(colours)]
    cloud = shader.noise(shader.coordinates(), 6.0, 5, 0.7)
    colour = shader.mix(shader.math('MULTIPLY', cloud, 0.3), shader.ramp(at, bands, 'CONSTANT'),
                        shade(colours[0], 0.3))
    shader.set(base_color=colour, roughness=roughness)
    return shader.material


def make_patches(name, codes, scale=3.0, roughness=0.5, source='Object', coat=0.0):
    """Patches of many colours: prints, spines of books, quilts, painted tin."""
    shader = Shader(name)
    cells = shader.node('ShaderNodeTexVoronoi', {
        'Vector': shader.coordinates(source), 'Scale': scale, 'Randomness': 0.8},
        distance='CHEBYCHEV')
    pick = shader.node('ShaderNodeSeparateRGB', {'Image': cells.outputs['Color']}).outputs[0]
    bands = [(k / len(codes), srgb(code)) for k, code in enumerate(codes)]
    cloud = shader.noise(shader.coordinates(), 9.0, 5, 0.7)
    colour = shader.mix(shader.math('MULTIPLY', cloud, 0.35), shader.ramp(pick, bands, 'CONSTANT'),
                        shade(codes[0], 0.35))
    shader.set(base_color=colour, roughness=roughness, clearcoat=coat)
    return shader.material


def make_leaf(name, code, other, roughness=0.5):
    """Leaves that let a part of the light through, each patch of them a little different."""
    shader = Shader(name)
    cloud = shader.noise(shader.coordinates(), 3.5, 4, 0.7)
    colour = shader.mix(shader.grey_ramp(cloud, 0.3, 0.7), srgb(code), srgb(other))
    shader.set(base_color=colour, roughness=roughness, specular=0.3)
    through = shader.node('ShaderNodeBsdfTranslucent', {'Color': colour})
    blend = shader.node('ShaderNodeMixShader', {'Fac': 0.25})
    shader.feed(blend.inputs[1], shader.surface.outputs[0])
    shader.feed(blend.inputs[2], through.outputs[0])
    shader.feed(shader.output.inputs['Surface'], blend.outputs[0])
    return shader.material


def make_bark(name, dark='#3a2a1e', light='#7d6650', scale=1.0):
    shader = Shader(name)
    vector = shader.coordinates('Object', (5.0 * scale, 5.0 * scale, 1.0 * scale))
    furrows = shader.noise(vector, 2.5, 6, 0.7, 0.6)
    shader.set(base_color=shader.ramp(furrows, [(0.35, srgb(dark)), (0.65, srgb(light))]),
               roughness=0.95, specular=0.1)
    shader.bump(furrows, strength=0.9, distance=0.06 / scale)
    return shader.material


def make_glow(name, code, strength):
    """A lit pane or bulb. It is seen and lights nothing, or grain would be all that came of it."""
    shader = Shader(name)
    seen = shader.node('ShaderNodeLightPath').outputs['Is Camera Ray']
    shader.set(base_color=srgb(code), emission=srgb(code),
               emission_strength=shader.math('MULTIPLY', seen, strength))
    shader.material.cycles.sample_as_light = False
    return shader.material
