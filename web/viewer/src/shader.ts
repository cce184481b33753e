// One layer, drawn over those behind it. A ray of the moved view goes from the layer's near end to
// its far end; the first surface that it meets is what is seen.

export const vertexShader = `#version 300 es
uniform vec2 frame, margin;  // in parts of the texture
out vec2 here;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    here = margin + frame * corner;
    gl_Position = vec4(2.0 * corner.x - 1.0, 1.0 - 2.0 * corner.y, 0, 1);
}`;

export const fragmentShader = `#version 300 es
precision highp float;
uniform sampler2D color, depth;
uniform vec2 way;   // by which inverse depth 1 and 0 part, in parts of the texture
uniform float near, far, focus;
uniform int steps;
in vec2 here;
out vec4 pixel;

// Where the ray passes the layer at an inverse depth.
vec2 at(float z) { return here - way * (z - focus); }
float surface(float z) { return mix(far, near, texture(depth, at(z)).r); }

// The surface is met between before, where the ray is in front of it, and the result.
float meet(out float before) {
    float pace = (near - far) / float(steps);
    float z = before = near;
    while (z > far && surface(z) < z - 1e-3) {
        before = z;
        z = max(far, z - pace);
    }
    for (int i = 0; i < 5; ++i) {
        float middle = 0.5 * (before + z);
        if (surface(middle) < middle - 1e-3) before = middle;
        else z = middle;
    }
    return z;
}

void main() {
    float before, z = meet(before);
    pixel = texture(color, at(z));

    // A rise so steep that it would be stretched to twice its width is no surface but the wall
    // between a near thing and what lies behind it, which a photo does not show. There the farther
    // side goes on, mirrored.
    float length_of_way = length(way * vec2(textureSize(depth, 0)));
    if (length_of_way < 0.5) return;
    float texel = 1.0 / length_of_way;
    float foot = before, low = surface(before);
    for (int i = 0; i < 12; ++i) {
        float next = surface(foot + texel);
        if (next > low - 0.25 * texel) break;
        foot += texel;
        low = next;
    }
    float high = surface(z - texel);
    float wall = smoothstep(0.7, 1.3, (high - low) / (foot - z + texel))
        * smoothstep(0.1, 0.3, (high - z) / texel);
    if (wall > 0.0) pixel = mix(pixel, texture(color, 2.0 * at(foot) - at(low)), wall);
}`;
