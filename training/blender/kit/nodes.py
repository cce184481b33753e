# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Blender's node trees in short words."""

import bpy


class Graph:
    """A node tree under construction: short words for Blender's nodes."""

    def __init__(self, tree):
        self.tree = tree

    def node(self, kind, inputs=None, **properties):
        node = self.tree.nodes.new(kind)
        for key, value in properties.items():
            setattr(node, key, value)
        for key, value in (inputs or {}).items():
            self.feed(node.inputs[key], value)
        return node

    def feed(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation, a, b=0.0):
        node = self.node('ShaderNodeMath', operation=operation)
        self.feed(node.inputs[0], a)
        self.feed(node.inputs[1], b)
        return node.outputs[0]

    def mix(self, factor, a, b, blend='MIX'):
        node = self.node('ShaderNodeMixRGB', blend_type=blend)
        for socket, value in zip(node.inputs, (factor, a, b)):
            self.feed(socket, value)
        return node.outputs[0]

    def coordinates(self, source='Object', scale=(1, 1, 1), rotation=(0, 0, 0)):
        origin = self.node('ShaderNodeTexCoord').outputs[source]
        mapping = self.node('ShaderNodeMapping', {'Vector': origin})
        mapping.inputs['Scale'].default_value = scale
        mapping.inputs['Rotation'].default_value = rotation
        return mapping.outputs['Vector']

    def noise(self, vector, scale=1.0, detail=4.0, roughness=0.55, distortion=0.0):
        return self.node('ShaderNodeTexNoise', {
            'Vector': vector, 'Scale': scale, 'Detail': detail, 'Roughness': roughness,
            'Distortion': distortion}).outputs['Fac']

    def ramp(self, factor, stops, interpolation='LINEAR'):
        node = self.node('ShaderNodeValToRGB', {'Fac': factor})
        ramp = node.color_ramp
        ramp.interpolation = interpolation
        while len(ramp.elements) < len(stops):
            ramp.elements.new(0.5)
        for element, (position, colour) in zip(ramp.elements, stops):
            element.position = position
            element.color = colour
        return node.outputs['Color']

    def grey_ramp(self, factor, low, high):
        return self.ramp(factor, [(low, (0, 0, 0, 1)), (high, (1, 1, 1, 1))])


class Shader(Graph):
    """A material: a principled surface and the nodes that feed it."""

    def __init__(self, name):
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        super().__init__(self.material.node_tree)
        self.surface = self.tree.nodes['Principled BSDF']
        self.output = self.tree.nodes['Material Output']

    def set(self, **inputs):
        for key, value in inputs.items():
            self.feed(self.surface.inputs[key.replace('_', ' ').title()], value)

    def bump(self, height, strength, distance):
        node = self.node('ShaderNodeBump', {'Height': height, 'Strength': strength,
                                            'Distance': distance})
        self.feed(self.surface.inputs['Normal'], node.outputs['Normal'])
        return node.outputs['Normal']
